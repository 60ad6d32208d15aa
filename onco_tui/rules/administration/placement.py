"""Rules about the place of a service among the others: hydration, sequential, concurrent, repeat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.values import plain
from onco_tui.rules.administration.drafts import drafts
from onco_tui.rules.authorities import fee_schedule, ncci_xi, unit_limits
from onco_tui.rules.context import Context, charge_for, line_evidence
from onco_tui.rules.edit_series import EditSeries, removal
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule(
    "ADM109",
    "hydration-not-billable",
    Severity.ERROR,
    needs=("administrations",),
    authority=(ncci_xi("sections B.5, B.6, B.16"),),
)
def hydration_not_billable(context: Context) -> Iterator[Draft | NotChecked]:
    """Hydration not billable.

    What it finds: Hydration billed that the chart does not support as hydration.
    Why it matters: Hydration counts from 31 minutes, with a purpose of its own, and only while no other service
        runs; keep-open, flush and carrier fluid never count.
    What the chart must show: Purpose, start, stop and what ran at the same time.
    Example: 1,000 mL beside chemotherapy from 10:00 to 11:00 overlaps it wholly: nothing to bill.
    Fix: Reduce the units, recode or remove the line (safe when the times are charted and no reading differs).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.5, B.6 and B.16.
    """
    return drafts(context, "ADM109")


@rule(
    "ADM110",
    "sequential-or-concurrent",
    Severity.ERROR,
    needs=("administrations",),
    authority=(ncci_xi("section B.2"),),
)
def sequential_or_concurrent(context: Context) -> Iterator[Draft | NotChecked]:
    """Sequential or concurrent.

    What it finds: A sequential infusion billed as concurrent or the reverse; a warning where another published reading
        of the overlap supports the line.
    Why it matters: Concurrent is a second non-chemotherapy drug in its own bag through the same access at the
        same time; one after another is sequential.
    What the chart must show: Start and stop of both, bags and access site.
    Example: Leucovorin beside oxaliplatin is concurrent; an antiemetic before it is sequential.
    Fix: Recode the line (safe unless authorities differ on the overlap).
    Authority: NCCI Policy Manual 2026, chapter XI section B.2.
    """
    return drafts(context, "ADM110")


@rule("ADM112", "repeat-push-misused", Severity.ERROR, authority=(fee_schedule("status of 96376"),))
def repeat_push_misused(context: Context) -> Iterator[Draft | NotChecked]:
    """Repeat push misused.

    What it finds: A repeat push of the same drug billed by a practice, or less than 31 minutes after the last
        one.
    Why it matters: The repeat code is a hospital code, for pushes of the same drug more than 30 minutes apart.
    What the chart must show: The time of each push, and the drug.
    Example: Two pushes of morphine 20 minutes apart are one push.
    Fix: Recode or remove the line (safe when the times are charted; review without a chart).
    Authority: CMS fee schedule status X for 96376; CMS medically unlikely edit 0 for practitioners.
    """
    if context.chart.administrations is not None:
        yield from drafts(context, "ADM112")
        return
    for line in context.lines_with(frozenset({"96376"})):
        if not context.practitioner:
            yield NotChecked("the chart has no administrations", lines=(line.line,))
            continue
        yield Draft(
            f"line {line.line} bills 96376 for a practitioner; the repeat push is a facility's code",
            lines=(line.line,),
            evidence=line_evidence(line, "code", "units"),
            direction="over",
            amount_at_risk=line.charge,
            fixes=(removal(context.claim, line, "review"),),
        )


@rule("ADM123", "concurrent-more-than-once", Severity.ERROR, authority=(unit_limits("96368, one a day"),))
def concurrent_more_than_once(context: Context) -> Iterator[Draft | NotChecked]:
    """Concurrent more than once.

    What it finds: More than one unit of the concurrent infusion on one date, whatever the number of drugs or sites.
    Why it matters: The limit of one a day follows from the code itself; no modifier and no appeal lifts it, and all
        units are denied.
    What the chart must show: A second drug in its own bag beside another infusion, once.
    Example: Two drugs beside oxaliplatin at the same time: 96368 once.
    Fix: Reduce to one unit (safe when the chart supports one; review without a chart).
    Authority: CMS medically unlikely edit of 96368: one a day, adjudication indicator 2.
    """
    if context.chart.administrations is not None:
        yield from drafts(context, "ADM123")
        return
    days: dict[date | None, list[ClaimLine]] = defaultdict(list)
    for line in context.lines_with(frozenset({"96368"})):
        days[context.day_of(line)].append(line)
    for lines in days.values():
        units = sum((line.units for line in lines), Decimal(0))
        if units > 1:
            yield _too_often(context, lines, units)


def _too_often(context: Context, lines: list[ClaimLine], units: Decimal) -> Draft:
    first, *others = lines
    series = EditSeries(context.encounter)
    if first.units != 1:
        series.set(first.line, "charge", charge_for(first, Decimal(1)))
        series.set(first.line, "units", Decimal(1))
    for line in others:
        series.remove(line.line)
    numbers = tuple(line.line for line in lines)
    named = f"line{'s' if others else ''} {' and '.join(map(str, numbers))} bill{'' if others else 's'}"
    return Draft(
        f"{named} 96368 x {plain(units)} on one date; it is reported once a date",
        lines=numbers,
        evidence=tuple(item for line in lines for item in line_evidence(line, "code", "units")),
        direction="over",
        amount_at_risk=sum((line.charge for line in lines if line.charge is not None), Decimal(0)),
        fixes=(Fix(f"keep one unit on line {first.line}", "review", series.edits),),
    )


@rule(
    "ADM124", "same-drug-or-new-drug", Severity.ERROR, needs=("administrations",), authority=(ncci_xi("section B.2"),)
)
def same_drug_or_new_drug(context: Context) -> Iterator[Draft | NotChecked]:
    """Same drug or new drug.

    What it finds: A sequential code for more of the same drug, or an hour code for a new drug.
    Why it matters: A second bag of the same drug adds minutes; a different drug after the first is a sequential
        infusion.
    What the chart must show: The drug of each bag, start and stop.
    Example: Two bags of magnesium one after another: one infusion, the minutes added.
    Fix: Recode the line (safe when drugs and times are charted and no reading differs).
    Authority: NCCI Policy Manual 2026, chapter XI section B.2.
    """
    return drafts(context, "ADM124")
