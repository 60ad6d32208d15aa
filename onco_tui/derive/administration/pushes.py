"""Pushes: first pushes of each drug, repeats of the same drug, several syringes of one dose.

An infusion of 15 minutes or less counts as a push; a push charted as such stays one however long it took.
Sources: CMS Claims Processing Manual ch. 12 section 30.5; CPT guideline of 96376; fee schedule status of 96376.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from onco_tui.derive.administration.doses import Dose
from onco_tui.derive.administration.given import clock_order
from onco_tui.derive.administration.sheet import Service, Worksheet

_APART = 30


def push_services(events: Sequence[Dose], sheet: Worksheet, *, repeats: Dose | None = None) -> list[Service]:
    """Code all pushes of one drug. With ``repeats`` the drug is infused too and every push repeats it."""
    if not events:
        return []
    ordered = sorted(events, key=lambda dose: clock_order(dose.start, dose.given[0].id))
    services: list[Service] = []
    first = repeats
    if first is None:
        first = ordered.pop(0)
        services.append(_service(first, _told(first)))
    else:
        services += _ahead_of(first, ordered, sheet)
    reported = previous = first.start
    before = "its infusion began" if repeats else "the push before it"
    for dose in ordered:
        apart, since = _interval(dose, reported, previous, sheet)
        counted = sheet.reading.policy.repeat_push_interval == "reported_push" and reported != previous
        told = _again(dose, since, "the last push reported" if counted else before)
        if apart:
            services += _repeat(dose, told, sheet)
            reported = dose.start
        elif since is None:
            sheet.leave(dose.sources, f"{dose.name}: pushed again at an unknown time, so no repeat push", gap=True)
        else:
            services += _same_dose(dose, f"{told}, not over {_APART}", sheet)
        if dose.start is not None:
            previous, before = dose.start, "the push before it"
    return services


def _ahead_of(infused: Dose, ordered: list[Dose], sheet: Worksheet) -> list[Service]:
    """Take the pushes before an infusion of their drug off the list and code them, counted back from its start."""
    services: list[Service] = []
    following, what = infused.start, "its infusion began"
    early = [(d.start, d) for d in ordered if d.start is not None and following is not None and d.start < following]
    del ordered[: len(early)]
    for start, dose in reversed(early):
        minutes = (following or start) - start
        told = f"{_was_given(dose)} {minutes} min before {what}"
        if minutes > _APART:
            services += _repeat(dose, told, sheet)
            following, what = start, "the push after it"
        else:
            services += _same_dose(dose, f"{told}, not over {_APART}", sheet)
    return services


def _interval(dose: Dose, reported: int | None, previous: int | None, sheet: Worksheet) -> tuple[bool, int | None]:
    """Tell whether a push is more than 30 minutes after the one it repeats, and how many minutes it is."""
    if dose.start is None or reported is None or previous is None:
        return False, None
    by_reported, by_previous = dose.start - reported, dose.start - previous
    if sheet.reading.facility and (by_reported > _APART) != (by_previous > _APART):
        sheet.ask("repeat_push_interval", dose.sources)
    since = by_previous if sheet.reading.policy.repeat_push_interval == "previous_push" else by_reported
    return since > _APART, since


def _again(dose: Dose, minutes: int | None, since: str) -> str:
    return f"{_was_given(dose)} again {minutes} min after {since}"


def _was_given(dose: Dose) -> str:
    return f"{dose.name} {'pushed' if any(item.form == 'push' for item in dose.given) else 'given'}"


def _repeat(dose: Dose, told: str, sheet: Worksheet) -> Iterable[Service]:
    if dose.family == "chemotherapy":
        sheet.leave(dose.sources, f"{told}; a second push of the same chemotherapy drug has no code")
    elif not sheet.reading.facility:
        sheet.leave(dose.sources, f"{told}; only a facility reports a repeat push of the same drug")
    else:
        yield _service(dose, (f"{told}, over {_APART}: a repeat push", *_told(dose)), fixed="96376")


def _same_dose(dose: Dose, told: str, sheet: Worksheet) -> Iterable[Service]:
    """Handle a push within 30 minutes of another of the same drug: one dose in several syringes, or too soon."""
    sheet.ask("same_drug_syringes", dose.sources)
    if sheet.reading.policy.same_drug_syringes == "each_push":
        yield _service(dose, (f"{told}; this payer counts each syringe", *_told(dose)))
    else:
        sheet.leave(dose.sources, f"{told}: part of the same dose")


def _told(dose: Dose) -> tuple[str, ...]:
    if any(item.form == "push" for item in dose.given):
        return (f"{dose.name} {dose.told}, charted as a push",)
    if dose.timed:
        return (f"{dose.name} {dose.told}; 15 min or less counts as a push",)
    return (f"{dose.name} {dose.told}; without its length at most a push",)


def _service(dose: Dose, because: tuple[str, ...], fixed: str = "") -> Service:
    return Service(dose.family, "push", dose.start, dose.day, dose.sources, because, fixed=fixed)


def counts_as_push(dose: Dose, sheet: Worksheet) -> bool:
    """Tell whether a short infusion, or one of unknown length, counts as a push; the payer decides on the latter."""
    if dose.timed:
        return True
    why = f"no {'start' if dose.start is None else 'stop'} time, so its minutes are unknown"
    if any(item.run.faults for item in dose.given):
        why = "its charted times do not say how long it ran"
    sheet.leave(dose.sources, f"{dose.name} {dose.told}: {why}", gap=True)
    sheet.ask("missing_stop", dose.sources)
    return sheet.reading.policy.missing_stop == "push"


def stopped_short(dose: Dose, sheet: Worksheet) -> bool:
    """Tell whether an office infusion stopped within 15 minutes keeps its infusion code, with modifier 53."""
    if not (dose.timed and dose.stopped) or sheet.reading.facility or _planned_short(dose):
        return False
    sheet.ask("stopped_infusion", dose.sources)
    return sheet.reading.policy.stopped_infusion == "modifier_53"


def _planned_short(dose: Dose) -> bool:
    planned = [item.administration.ordered_minutes for item in dose.given]
    return any(minutes is not None and minutes <= 15 for minutes in planned)
