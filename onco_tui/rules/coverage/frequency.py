"""How soon a dose may follow another, as far as one claim shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from onco_tui.codesets.coverage import Prefixes
from onco_tui.encounter.counting import counted
from onco_tui.rules.authorities import article_denosumab, drug_labels, ncd_sipuleucel
from onco_tui.rules.context import Context
from onco_tui.rules.coverage.growth_factors import LONG_ACTING
from onco_tui.rules.coverage.services import Service, billed, by_day, evidence_of, money, name_of, numbers
from onco_tui.rules.drugs.billed import listed
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_SIPULEUCEL = "Q2043"
_MOST_SIPULEUCEL = 3
_CYCLE = 14
_LOADED = Prefixes.of(("D48.0", "E83.52"))


@rule(
    "COV128",
    "given-too-soon",
    Severity.WARNING,
    authority=(drug_labels("dosage"), article_denosumab(), ncd_sipuleucel()),
)
def given_too_soon(context: Context) -> Iterator[Draft | NotChecked]:
    """Given too soon.

    What it finds: On one claim, two doses nearer than the interval of the product: denosumab 120 mg 28 days and 60 mg
        180 days, zoledronic acid 4 mg 21 days and 5 mg 365, pegfilgrastim 14; or more than three infusions of
        sipuleucel-T.
    Why it matters: Payers deny the second dose.
    What the chart must show: The dates of the doses and the reason for an early one.
    Example: J0897, 120 units, on the 2nd and the 16th of a month. In giant cell tumor and in hypercalcemia of
        malignancy doses come closer by the label, and nothing is said.
    Fix: None by the program: the dates are as charted or are corrected there.
    Authority: Product labels; Medicare contractor article A52399; NCD 110.22 from 2011-06-30. Earlier doses are not in
        the record, so the first dose on a claim is not checked.
    """
    codes = context.reference.coverage.bone_codes | LONG_ACTING | {_SIPULEUCEL}
    by_code: dict[str, list[tuple[Service, ...]]] = {}
    for group in by_day(billed(context, codes)):
        by_code.setdefault(group[0].line.code, []).append(group)
    for code, groups in by_code.items():
        groups.sort(key=lambda group: group[0].day)
        yield NotChecked(
            f"line {listed(numbers(groups[0]))}: earlier doses are not in the record", lines=numbers(groups[0])
        )
        if code == _SIPULEUCEL:
            yield from _past_the_course(context, groups)
        elif not _LOADED.cover_any(context.claim.diagnoses):
            for earlier, later in pairwise(groups):
                yield from _between(context, earlier, later)


def _between(context: Context, earlier: Sequence[Service], later: Sequence[Service]) -> Iterator[Draft]:
    least = _interval(context, earlier)
    gap = (later[0].day - earlier[0].day).days
    if gap < least:
        code = later[0].line.code
        yield Draft(
            f"line {listed(numbers(later))} bills {name_of(context, code)} {counted(gap, 'day')} after line "
            f"{listed(numbers(earlier))}; the interval is {least}",
            lines=numbers(later),
            evidence=evidence_of(context, (*earlier, *later), "units", "date_of_service"),
            amount_at_risk=money(later),
            subject=f"{code} {later[0].day}",
        )


def _interval(context: Context, group: Sequence[Service]) -> int:
    """Give the least number of days after a dose; none for units that are no known dose."""
    code = group[0].line.code
    if code in LONG_ACTING:
        return _CYCLE
    units = sum((service.line.units for service in group), Decimal(0))
    agents = context.reference.coverage.bone_agents
    return next((agent.days for agent in agents if code in agent.codes and agent.units == units), 0)


def _past_the_course(context: Context, groups: Sequence[tuple[Service, ...]]) -> Iterator[Draft]:
    over = groups[_MOST_SIPULEUCEL:]
    if over:
        found = tuple(service for group in over for service in group)
        yield Draft(
            f"line {listed(numbers(found))} bills an infusion of sipuleucel-T past the three of a course",
            lines=numbers(found),
            evidence=evidence_of(context, found, "date_of_service"),
            amount_at_risk=money(found),
            subject="course",
        )
