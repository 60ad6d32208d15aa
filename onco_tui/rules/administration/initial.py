"""Rules about the initial service of a visit: one per access site, the right one, and the modifier of a second."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.charted import sources_of
from onco_tui.rules.administration.codes import INITIAL
from onco_tui.rules.administration.comparison import counted_modifiers
from onco_tui.rules.administration.drafts import drafts
from onco_tui.rules.administration.orphans import orphans
from onco_tui.rules.administration.queries import ask_second_access
from onco_tui.rules.authorities import addon_edits, claims_manual_12, ncci_i, ncci_xi
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.duplicates import repetitions
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule("ADM107", "initial-more-than-once", Severity.ERROR, authority=(ncci_xi("section B.2"),))
def initial_more_than_once(context: Context) -> Iterator[Draft | NotChecked]:
    """Initial more than once.

    What it finds: Two initial services at one access site in one encounter.
    Why it matters: Only one initial code is payable per encounter and access site; recovery audits look for the
        second.
    What the chart must show: The access site of each administration, and why a second site was needed.
    Example: 96413 and 96365 at one port: the therapeutic infusion is 96367.
    Fix: Recode the lower one to its add-on code (safe unless authorities differ); none without a chart, where a line
        that repeats another is CLM103's.
    Authority: NCCI Policy Manual 2026, chapter XI sections B.2 and N.1.
    """
    if context.chart.administrations is None:
        return _billed_twice(context)
    return drafts(context, "ADM107")


def _billed_twice(context: Context) -> Iterator[Draft | NotChecked]:
    """Find what the claim alone shows: a second initial service of a date that no modifier sets apart."""
    first: dict[object, ClaimLine] = {}
    repeated = {repetition.line.line for repetition in context.once(repetitions)}
    for line in context.lines_with(INITIAL):
        if line.line in repeated or "59" in counted_modifiers(line.modifiers):
            continue
        one = first.setdefault(context.day_of(line), line)
        if one is not line:
            yield Draft(
                f"lines {one.line} and {line.line} both bill an initial service, {one.code} and {line.code}, and no "
                "modifier sets them apart",
                lines=(one.line, line.line),
                evidence=line_evidence(one, "code", "modifiers") + line_evidence(line, "code", "modifiers"),
                direction="over",
                amount_at_risk=min((x.charge for x in (one, line) if x.charge is not None), default=None),
            )


@rule(
    "ADM108",
    "wrong-initial-service",
    Severity.ERROR,
    needs=("administrations",),
    authority=(
        ncci_xi("section B.2"),
        claims_manual_12("30.5"),
    ),
)
def wrong_initial_service(context: Context) -> Iterator[Draft | NotChecked]:
    """Wrong initial service.

    What it finds: The initial code stands on a service that is not the initial one of the visit.
    Why it matters: A hospital ranks chemotherapy infusion, chemotherapy push, therapeutic infusion, push,
        hydration; a practice bills the primary reason for the visit as initial.
    What the chart must show: All services with route and minutes, and the reason for the visit.
    Example: 96365 for an antiemetic beside 96417: chemotherapy holds the initial place.
    Fix: Move the initial code to the right service, with all lines it changes (safe when the chart settles it).
    Authority: NCCI Policy Manual 2026, chapter XI section B.2; claims manual chapter 12 section 30.5.
    """
    return drafts(context, "ADM108")


@rule("ADM111", "add-on-without-parent", Severity.ERROR, authority=(addon_edits(),))
def add_on_without_parent(context: Context) -> Iterator[Draft | NotChecked]:
    """Add-on without a parent.

    What it finds: An add-on administration code with none of its accepted parents on the same date, in a hospital in
        the same stay, where neither the add-on itself is what is wrong nor the chart has the parent.
    Why it matters: An add-on code is never paid alone; with the parent missing the whole line is denied.
    What the chart must show: The initial service the add-on belongs to.
    Example: 96415 without 96413; 96375 beside 96413 is fine, a chemotherapy initial is an accepted parent.
    Fix: None, as the chart supports no parent. Where it does, the rule that tells of the parent (ADM116 of one that is
        not billed) names the add-ons too, as an error.
    Authority: CMS NCCI add-on code edits, file of 2024-06-03, type 1.
    """
    for orphan in context.once(orphans):
        line, other = orphan.line, orphan.elsewhere
        if other is not None:
            if context.chart.administrations is None:
                reason = f"line {other.line} bills a parent on another date, and no chart tells whether it is one stay"
                yield NotChecked(reason, lines=(line.line,))
        elif orphan.parent is None:
            accepted = ", ".join(sorted(orphan.parents))
            yield Draft(
                f"line {line.line} bills {line.code} without its parent that day; accepted: {accepted}",
                lines=(line.line,),
                evidence=line_evidence(line, "code", "date_of_service"),
                direction="format",
                amount_at_risk=line.charge,
            )


@rule(
    "ADM122",
    "distinct-service-modifier",
    Severity.WARNING,
    needs=("administrations",),
    authority=(
        ncci_i("section E"),
        ncci_xi("section B.2"),
    ),
)
def distinct_service_modifier(context: Context) -> Iterator[Draft | NotChecked]:
    """Modifier of a distinct service.

    What it finds: A second initial service or another distinct service without 59 or an X modifier, a discontinued
        infusion without 53, or such a modifier that the chart does not support.
    Why it matters: Without the modifier the line is denied; with one the chart does not bear out it is taken back.
    What the chart must show: A second access site or a second visit that day; that the infusion was stopped early.
    Example: A second line in the left arm for an incompatible drug: 96365 with modifier 59 or XS.
    Fix: Add or remove the modifier (safe when chart and claim leave no other reason for it).
    Authority: NCCI Policy Manual 2026, chapter I section E and chapter XI section B.2.
    """
    return drafts(context, "ADM122")


@rule(
    "ADM127",
    "second-access-reason",
    Severity.INFO,
    needs=("administrations",),
    authority=(ncci_xi("sections B.2, B.3"),),
)
def second_access_reason(context: Context) -> Iterator[Draft | NotChecked]:
    """Reason for a second access.

    What it finds: A second initial service for a second access site; a warning where both are lumens of one catheter.
    Why it matters: The second access must have been necessary (incompatible drugs, a protocol), not convenient; both
        lumens of one catheter are one access.
    What the chart must show: The reason for the second access, and that it is another access.
    Example: 96365 with 59 for the proximal lumen beside 96413 for the distal lumen: one access.
    Fix: Ask for the reason (query).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.2 and B.3.
    """
    apart = [line for line in context.lines_with(INITIAL) if "59" in counted_modifiers(line.modifiers)]
    for line in apart:
        given = _given_apart(context, line)
        sites = _sites(context)
        if not given or len(sites) < 2:
            continue
        lumens = all("lumen" in site.casefold() for site in sites)
        why = "which are lumens of one catheter and so one access" if lumens else "and not why the second was needed"
        yield Draft(
            f"line {line.line} bills a second initial service, {line.code}, for {given.name}; the chart names "
            f"{' and '.join(sorted(sites))}, {why}",
            lines=(line.line,),
            evidence=line_evidence(line, "code", "modifiers") + chart_evidence(given, "drug", "access_site", "start"),
            direction="documentation",
            amount_at_risk=line.charge,
            fixes=(ask_second_access(context, given),),
            severity=Severity.WARNING if lumens else None,
        )
    if apart and not _sites(context) and not any(a.visit for a in context.administrations):
        numbers = tuple(line.line for line in apart)
        yield NotChecked("the chart names no access site", lines=numbers)


def _given_apart(context: Context, line: ClaimLine) -> Administration | None:
    """Find what a second initial service stands for, when the chart supports it."""
    for derived in context.derivation.lines:
        if derived.code == line.code and "59" in counted_modifiers(derived.modifiers):
            return next(iter(sources_of(context, derived)), None)
    return None


def _sites(context: Context) -> frozenset[str]:
    through = {"iv_infusion", "iv_push", "pump_infusion"}
    return frozenset(a.access_site for a in context.administrations if a.access_site and a.route in through)
