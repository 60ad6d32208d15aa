"""Turns differences into findings: severity, evidence and money; and says what could not be compared."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from onco_tui.rules.context import Context, charge_for, chart_evidence, line_evidence
from onco_tui.rules.drugs.billed import added
from onco_tui.rules.drugs.comparison import (
    DOUBLED,
    NOT_GIVEN,
    UNITS,
    Difference,
    administrations_of,
    differences,
    perhaps_packaged,
)
from onco_tui.rules.drugs.groups import gaps, groups
from onco_tui.rules.drugs.plan import mark_of
from onco_tui.rules.drugs.settling import fixes
from onco_tui.rules.drugs.wording import message
from onco_tui.rules.finding import Direction, Draft, Evidence, NotChecked, Severity


def drafts(context: Context, rule: str) -> Iterator[Draft | NotChecked]:
    """Give the findings of one rule: the differences that are its own."""
    for difference in context.once(differences):
        if difference.rule == rule:
            yield _draft(context, difference)


def lines_unchecked(context: Context) -> Iterator[Draft | NotChecked]:
    """Say which billed drug lines could not be compared with the chart, and why."""
    for gap in context.once(gaps):
        if gap.lines:
            yield NotChecked(gap.reason, lines=gap.lines)


def waste_unchecked(context: Context) -> Iterator[Draft | NotChecked]:
    """Say for which billed drugs the chart does not tell whether anything was discarded."""
    for group in context.once(groups):
        if group.waste_unknown and group.billed:
            yield NotChecked(group.waste_unknown, lines=tuple(line.line for line in group.billed))


def drugs_unchecked(context: Context) -> Iterator[Draft | NotChecked]:
    """Say of which charted drugs it cannot be told whether they are billed."""
    for gap in context.once(gaps):
        if not gap.lines:
            yield NotChecked(gap.reason)


def _draft(context: Context, difference: Difference) -> Draft:
    direction = _direction(difference)
    doubt = perhaps_packaged(context, difference)
    return Draft(
        f"{message(context, difference)}. {doubt}" if doubt else message(context, difference),
        lines=difference.lines,
        evidence=_evidence(context, difference),
        direction=direction,
        amount_at_risk=_amount(difference) if direction == "over" else None,
        fixes=fixes(context, difference),
        subject=f"{difference.group.code} {difference.group.day}",
        severity=_severity(context, difference),
    )


def _severity(context: Context, difference: Difference) -> Severity | None:
    """Lower to a warning what rests on a judgement or on a table row that is not certain; None keeps the rule's own.

    Units rest on the row itself, waste modifiers also on the containers where the chart does not name them.
    """
    if perhaps_packaged(context, difference):
        return Severity.INFO
    drug = context.reference.drugs.by_code(difference.group.code)
    certain = drug is not None and drug.confidence == "high" and not difference.group.judged
    given = administrations_of(context, difference.group)
    charted = all(a.vials and all(vial.container for vial in a.vials) for a in given)
    if drug and difference.rule not in {UNITS, NOT_GIVEN} and not charted:
        certain = certain and drug.containers_confidence == "high"
    return None if certain else Severity.WARNING


def _direction(difference: Difference) -> Direction:
    surplus = sum((step.surplus for step in difference.steps), Decimal(0))
    if difference.split or not surplus:
        return "format"
    return "over" if surplus > 0 else "under"


def _amount(difference: Difference) -> Decimal | None:
    """Give the share of the charges that falls on surplus units; None when one of them is unknown."""
    return added([charge_for(step.line, step.surplus) for step in difference.steps if step.line and step.surplus > 0])


def _evidence(context: Context, difference: Difference) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    for line in difference.group.billed:
        if line.line in difference.lines or (difference.rule == DOUBLED and mark_of(line.modifiers)):
            found += line_evidence(line, "code", "units", "modifiers")
    for administration in administrations_of(context, difference.group):
        found += chart_evidence(administration, "drug", "dose", "vials", "discarded")
    if difference.rule == NOT_GIVEN:
        charted = " ".join(administration.id for administration in context.administrations)
        found.append(Evidence("documentation.administrations", charted))
    return tuple(found)
