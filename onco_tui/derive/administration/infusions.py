"""Timed infusions of drugs: infusates, sequential against concurrent, additional hours.

One drug in several bags is one infusate whose time adds up.
Sources: CMS Claims Processing Manual ch. 12 section 30.5; NCCI Policy Manual ch. XI B; CPT time guidelines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onco_tui.derive.administration.doses import STRENGTH, Dose
from onco_tui.derive.administration.given import clock_order
from onco_tui.derive.administration.minutes import Spans, hours_beyond_first, total, union, without
from onco_tui.derive.administration.service import Family
from onco_tui.derive.administration.sheet import Hours, Service, Worksheet


@dataclass(frozen=True, slots=True)
class Infusate:
    """A drug or mix with all its doses through one access."""

    doses: tuple[Dose, ...]
    spans: Spans
    minutes: int
    sources: tuple[str, ...]

    @property
    def first(self) -> Dose:
        """The first dose."""
        return self.doses[0]

    @property
    def cut_short(self) -> bool:
        """True when it was stopped within 15 minutes and yet counts as the infusion begun."""
        return self.minutes <= 15


def infusate_of(doses: Sequence[Dose]) -> Infusate:
    """Join doses of one drug."""
    if len(doses) == 1:
        return Infusate((doses[0],), doses[0].spans, doses[0].minutes, doses[0].sources)
    spans = union(span for dose in doses for span in dose.spans)
    return Infusate(tuple(doses), spans, total(spans), tuple(source for dose in doses for source in dose.sources))


def infusates(doses: Sequence[Dose], sheet: Worksheet) -> tuple[list[Infusate], list[Dose]]:
    """Part the doses of one drug into infusions of 16 minutes or more and those that count as pushes at most.

    Whether a repeat of the same drug adds time, stands alone or counts as a repeat push is the payer's choice.
    """
    timed = [dose for dose in doses if dose.timed]
    untimed = [dose for dose in doses if not dose.timed]
    long = [dose for dose in timed if dose.minutes > 15]
    begun = long or (timed if _went_on(timed) else [])
    if not begun:
        return [], list(doses)
    if len(doses) == 1:
        return [infusate_of(timed)], []
    sheet.ask("same_drug_repeat_infusion", (source for dose in doses for source in dose.sources))
    match sheet.reading.policy.same_drug_repeat_infusion:
        case "separate":
            short = [dose for dose in timed if dose.minutes <= 15]
            return [infusate_of([dose]) for dose in long], short + untimed
        case "repeat_push":
            return [infusate_of([dose]) for dose in long[:1]], [dose for dose in doses if dose not in long[:1]]
        case "add_time":
            return [infusate_of(timed)], _untimed_repeats(untimed, sheet)


def _went_on(timed: Sequence[Dose]) -> bool:
    """Tell whether short doses are an infusion that was stopped and its rest, over 15 minutes together."""
    return any(dose.stopped for dose in timed[:-1]) and total(union(span for d in timed for span in d.spans)) > 15


def _untimed_repeats(doses: Sequence[Dose], sheet: Worksheet) -> list[Dose]:
    """Leave out repeats that add no known minutes, or count them as pushes at most."""
    if doses:
        sheet.ask("untimed_repeat", (source for dose in doses for source in dose.sources))
    if "untimed_repeat" in sheet.reading.otherwise:
        return list(doses)
    for dose in doses:
        sheet.leave(dose.sources, f"{dose.name}: a repeat without its times adds no minutes", gap=True)
    return []


def place(found: Sequence[Infusate], pushed: frozenset[Family], sheet: Worksheet) -> list[Service]:
    """Tell sequential from concurrent infusions through one access and count their hours.

    Chemotherapy is placed first, then a practitioner's primary service where it can be initial, then the longest: what
    runs mostly beside a longer infusion is the concurrent one.
    Overlap is measured against infusions that hold a time of their own, not against concurrent ones.
    """
    if len(found) < 2:
        return [_timed_service(infusate, infusate.minutes, sheet) for infusate in found]
    taken: Spans = ()
    services: list[Service] = []
    held: list[Infusate] = []
    strongest = min(pushed | {infusate.first.family for infusate in found}, key=STRENGTH.__getitem__)
    for infusate in sorted(found, key=lambda i: _placing(i, strongest, sheet)):
        alone = total(without(infusate.spans, taken))
        if alone < infusate.minutes:
            if sheet.asking:
                _ask_order(infusate, held, sheet)
                _ask_net(infusate, held, sheet)
            if _concurrent(infusate, alone, sheet):
                services += _beside(infusate, alone, sheet)
                continue
        services.append(_timed_service(infusate, alone, sheet))
        held.append(infusate)
        taken = union(taken + infusate.spans)
    return services


def _placing(infusate: Infusate, strongest: Family, sheet: Worksheet) -> tuple[object, ...]:
    first = infusate.first
    initial = first.family == strongest and sheet.reading.primary in infusate.sources
    before = (STRENGTH[first.family], not initial)
    by_clock = clock_order(first.start, first.given[0].id)
    if sheet.reading.policy.concurrent_order == "by_clock":
        return (*before, *by_clock[:2], -infusate.minutes, by_clock)
    return (*before, -infusate.minutes, by_clock)


def _ask_order(infusate: Infusate, held: Iterable[Infusate], sheet: Worksheet) -> None:
    """Note that the clock would have placed two overlapping infusions of one family the other way round."""
    for other in held:
        start, began = infusate.spans[0][0], other.spans[0][0]
        if other.first.family != infusate.first.family or start == began:
            continue
        if (start < began) == (infusate.minutes < other.minutes) and without(infusate.spans, other.spans) != (
            infusate.spans
        ):
            sheet.ask("concurrent_order", infusate.sources)


def _ask_net(infusate: Infusate, held: Iterable[Infusate], sheet: Worksheet) -> None:
    """Note that the overlap would change the hours if it were taken off the infusion placed first."""
    for other in held:
        if hours_beyond_first(other.minutes) != hours_beyond_first(total(without(other.spans, infusate.spans))):
            sheet.ask("net_overlap_from_hours", other.sources)


def _concurrent(infusate: Infusate, alone: int, sheet: Worksheet) -> bool:
    overlap = infusate.minutes - alone
    answers = {
        "any_overlap": True,
        "mostly_overlapping": overlap * 2 > infusate.minutes,
        "sixteen_minutes_apart": alone < 16,
    }
    if len(set(answers.values())) > 1:
        sheet.ask("concurrent_overlap", infusate.sources)
    return answers[sheet.reading.policy.concurrent_overlap]


def _beside(infusate: Infusate, alone: int, sheet: Worksheet) -> list[Service]:
    """Code an infusion that ran beside another: one concurrent code, none for chemotherapy."""
    first = infusate.first
    told = f"{first.name} {first.told}, {alone} of {infusate.minutes} min outside another infusion: concurrent"
    code = "96368" if first.family != "chemotherapy" else "96549"
    concurrent = Service(
        first.family,
        "infusion",
        first.start,
        first.day,
        infusate.sources,
        (told,),
        fixed=code,
        stopped=infusate.cut_short,
    )
    if first.family != "chemotherapy":
        return [concurrent]
    sheet.ask("concurrent_chemotherapy", infusate.sources)
    match sheet.reading.policy.concurrent_chemotherapy:
        case "each_infusion":
            return [_timed_service(infusate, alone, sheet)]
        case "unlisted":
            return [concurrent]
        case "one_infusion":
            sheet.leave(infusate.sources, f"{told}; chemotherapy beside chemotherapy has no code")
            return []


def _timed_service(infusate: Infusate, alone: int, sheet: Worksheet) -> Service:
    first = infusate.first
    because = [f"{first.name} {first.told}, over 15, so an infusion"]
    if infusate.cut_short:
        because = [f"{first.name} {first.told} and was stopped early: the infusion begun, with modifier 53"]
    if len(infusate.doses) > 1:
        because[0] = f"{first.name} {first.told}"
        because += [f"the same drug again: {dose.told}" for dose in infusate.doses[1:]]
        because.append(f"together {infusate.minutes} min of one drug, over 15, so an infusion")
    if alone < infusate.minutes:
        because.append(f"{alone} of its {infusate.minutes} min outside other infusions, so not concurrent")
    return Service(
        family=first.family,
        form="infusion",
        start=first.start,
        day=first.day,
        sources=infusate.sources,
        because=tuple(because),
        hours=tuple(_hours(infusate, alone, sheet)),
        stopped=infusate.cut_short,
    )


def _hours(infusate: Infusate, alone: int, sheet: Worksheet) -> Iterable[Hours]:
    """Give additional hours to the dose that completed them."""
    gross, net = hours_beyond_first(infusate.minutes), hours_beyond_first(alone)
    if gross != net:
        sheet.ask("net_overlap_from_hours", infusate.sources)
    if sheet.reading.policy.net_overlap_from_hours:
        if net:
            told = hours_told(infusate.first.name, alone, net)
            yield Hours(infusate.first.day, net, infusate.sources, f"{told}, net of overlap")
        return
    run: Spans = ()
    counted = 0
    for index, dose in enumerate(infusate.doses):
        run = union(run + dose.spans)
        more = hours_beyond_first(total(run)) - counted
        if more:
            sources = tuple(source for known in infusate.doses[: index + 1] for source in known.sources)
            yield Hours(dose.day, more, sources, hours_told(dose.name, total(run), more))
            counted += more


def hours_told(name: str, minutes: int, units: int) -> str:
    """Say how many hours past the first the minutes earn, by the marks they pass: 91, 151, 211."""
    passed = [str(31 + 60 * hour) for hour in range(1, hours_beyond_first(minutes) + 1)][-units:]
    marks = ", ".join(passed) if units < 5 else f"{passed[0]}, {passed[1]} and so on to {passed[-1]}"
    return f"{name} ran {minutes} min, past minute {marks}: {units} more hour{'s' if units > 1 else ''}"
