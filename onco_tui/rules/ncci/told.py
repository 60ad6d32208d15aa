"""What other rules say already, with better knowledge: those lines and pairs are theirs, so one fault is told once."""

from __future__ import annotations

from datetime import date

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.codes import DRAWS, GIVEN, HOSPITAL_VISITS, INITIAL, KINDS
from onco_tui.rules.administration.comparison import left_to_facility
from onco_tui.rules.administration.drafts import changed_lines
from onco_tui.rules.administration.visit import ACCESS, OFFICE_VISITS
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.billed import medicare
from onco_tui.rules.drugs.comparison import differences
from onco_tui.rules.drugs.exchange import exchanges
from onco_tui.rules.duplicates import repetitions
from onco_tui.rules.visits.twice import OFFICE

_ONLY_ALONE = DRAWS | {"96523"}


def contradicted(context: Context) -> frozenset[int]:
    """Give repetitions, and lines whose code or units the chart says should differ. Use it through ``context.once``."""
    repeated = frozenset(repetition.line.line for repetition in context.once(repetitions))
    if context.chart.administrations is None:
        return repeated
    drugs = (
        step.line.line
        for difference in context.once(differences)
        for step in difference.steps
        if step.line and step.surplus
    )
    exchanged = (number for exchange in context.once(exchanges) for number in exchange.lines)
    return repeated.union(context.once(changed_lines), drugs, exchanged)


def told_of_code(context: Context, code: str, day: date) -> bool:
    """Tell whether a code is not in force on a date, of which CLM201, DRG107 or ADM134 speak."""
    return context.reference.codesets.procedure(code, day).valid is False


def told_of_pair(context: Context, day: date, column1: ClaimLine, column2: ClaimLine) -> bool:
    """Tell whether another rule speaks of this pair.

    Flushes and draws beside other services are ADM113's and ADM114's, 99211 beside a drug administration is ADM104's,
    venous access ADM115's, other visits ADM131's, a facility's work on a practitioner's claim ADM119's, two initial
    services ADM107's, two office visits EVM101's, codes of which Medicare pays no unit NCC103's, and lines the chart
    contradicts are the rules' that compare them with it.
    """
    if told_of_code(context, column1.code, day) or told_of_code(context, column2.code, day):
        return True
    limit = context.reference.codesets.limit(column2.code, day, context.claim.claim_type)
    if limit.units == 0 and medicare(context):
        return True
    if column2.code in _ONLY_ALONE or _told_beside_administration(context, column1, column2):
        return True
    if (context.practitioner and {column1.code, column2.code} <= OFFICE) or any(
        left_to_facility(context, line) for line in (column1, column2)
    ):
        return True
    if context.chart.administrations is None and INITIAL.issuperset({column1.code, column2.code}):
        return True
    return not context.once(contradicted).isdisjoint((column1.line, column2.line))


def _told_beside_administration(context: Context, column1: ClaimLine, column2: ClaimLine) -> bool:
    if column1.code not in GIVEN:
        return False
    visits = OFFICE_VISITS | {"99211"} if context.practitioner else HOSPITAL_VISITS
    return column2.code in ACCESS | visits


def told_of_units(context: Context, day: date, lines: tuple[ClaimLine, ...]) -> bool:
    """Tell whether another rule speaks of the units of these lines, all of one code and date.

    Without a chart, 96368 is ADM123's, 96376 of a practitioner ADM112's, and an initial service on two lines ADM107's.
    """
    code = lines[0].code
    if told_of_code(context, code, day):
        return True
    if any(left_to_facility(context, line) for line in lines):
        return True
    if not context.once(contradicted).isdisjoint(line.line for line in lines):
        return True
    if context.chart.administrations is not None or code not in KINDS:
        return False
    return code == "96368" or (code == "96376" and context.practitioner) or (code in INITIAL and len(lines) > 1)
