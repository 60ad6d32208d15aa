"""A visit reported more often than a clinician is paid for it on one day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.counting import by_number
from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import claims_manual_12
from onco_tui.rules.context import Context, charge_after, charge_for, line_evidence
from onco_tui.rules.duplicates import repetitions
from onco_tui.rules.edit_series import EditSeries, removal
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

OFFICE = frozenset({
    "99202", "99203", "99204", "99205", "99211", "99212", "99213", "99214", "99215",
})  # fmt: skip
_MAX_MODIFIERS = 4
_UNRELATED = frozenset({"24", "25", "27", "57"})


@rule("EVM101", "visit-twice-a-day", Severity.WARNING, authority=(claims_manual_12("30.6.7.B"),))
def visit_twice_a_day(context: Context) -> Iterator[Draft | NotChecked]:
    """Visit twice a day.

    What it finds: More than one office visit (99202 to 99215) of one clinician on one day of a practitioner's claim: by
        the units of a line, or on several lines.
    Why it matters: One clinician, or one group and specialty, is paid one office visit a day unless the visits were for
        unrelated problems that could not be met at one time.
    What the chart must show: Two visits at different times, and the problem of each.
    Example: 99213 with 2 units; 99213 and 99214 on one day.
    Fix: One unit; of two lines the removal of the lesser, or modifier 25 on it where the record shows an unrelated
        problem (review).
    Authority: Medicare Claims Processing Manual, chapter 12 section 30.6.7.B. A line that repeats another is CLM103's.
        Silent where a line carries a modifier for an unrelated visit.
    """
    if not context.practitioner:
        return
    visits: dict[tuple[date, str], list[ClaimLine]] = defaultdict(list)
    for line in context.lines_with(OFFICE):
        if (day := context.day_of(line)) and _UNRELATED.isdisjoint(line.modifiers):
            visits[day, line.rendering_npi or context.claim.rendering_npi or ""].append(line)
    if not visits:
        return
    repeated = {repetition.line.line for repetition in context.once(repetitions)}
    for (day, _), lines in visits.items():
        for line in lines:
            if line.units > 1:
                yield _units(context, line, day)
        apart = [line for line in lines if line.line not in repeated]
        if len(apart) > 1:
            yield _lines(context, apart, day)


def _units(context: Context, line: ClaimLine, day: date) -> Draft:
    series = EditSeries(context.encounter)
    series.set(line.line, "units", Decimal(1))
    series.set(line.line, "charge", charge_after(line, Decimal(1)))
    return Draft(
        f"line {line.line} bills {line.code} {plain(line.units)} times on {day}; an office visit is one a day",
        lines=(line.line,),
        evidence=line_evidence(line, "code", "units", "date_of_service"),
        direction="over",
        amount_at_risk=charge_for(line, line.units - 1),
        fixes=(Fix(f"line {line.line} units {plain(line.units)} to 1", "review", series.edits),),
        subject="units",
    )


def _lines(context: Context, lines: list[ClaimLine], day: date) -> Draft:
    lesser = min(lines, key=lambda line: line.code)
    numbers = tuple(line.line for line in lines)
    codes = ", ".join(line.code for line in lines)
    return Draft(
        f"{by_number('line', numbers)} bill office visits of one clinician on {day} ({codes}), and no modifier "
        "says that they were for unrelated problems",
        lines=numbers,
        evidence=tuple(item for line in lines for item in line_evidence(line, "code", "modifiers")),
        direction="over",
        amount_at_risk=lesser.charge,
        fixes=(removal(context.claim, lesser, "review"), *_unrelated(context, lesser)),
        subject="lines",
    )


def _unrelated(context: Context, line: ClaimLine) -> tuple[Fix, ...]:
    series = EditSeries(context.encounter)
    series.set(line.line, "modifiers", ("25", *line.modifiers))
    title = f"line {line.line} add modifier 25, only if the record shows an unrelated problem"
    return (Fix(title, "review", series.edits),) if len(line.modifiers) < _MAX_MODIFIERS else ()
