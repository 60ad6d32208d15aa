"""Billed drugs with the containers opened for them: dose, labelled content and discard brought into one unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from onco_tui.codesets.hcpcs_units import BillingUnit
from onco_tui.derive.drugs.account import Account, account_of
from onco_tui.derive.drugs.billing import unit_size
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.drugs.billed import given_as
from onco_tui.rules.drugs.groups import gaps, groups
from onco_tui.rules.drugs.plan import JW, Group
from onco_tui.rules.finding import Evidence


@dataclass(frozen=True)
class Opened:
    """A billed drug of one day with the administrations behind it and their account of containers and waste."""

    group: Group
    unit: BillingUnit
    given: tuple[Administration, ...]
    account: Account

    @cached_property
    def content(self) -> Fraction | None:
        """Labelled content of everything opened, in the base unit; None unless every dose has its containers."""
        return self.account.content if all(a.vials for a in self.given) else None

    @cached_property
    def left(self) -> Fraction | None:
        """What the containers hold beyond the dose, below 0 where they hold less; None when that cannot be told."""
        return None if self.content is None else self.content - self.account.dose

    @cached_property
    def wasted(self) -> tuple[ClaimLine, ...]:
        """The JW lines."""
        return tuple(line for line in self.group.billed if JW in line.modifiers)

    @property
    def wasted_units(self) -> Decimal:
        """The units billed with JW."""
        return sum((line.units for line in self.wasted), Decimal(0))

    @property
    def single_dose_only(self) -> bool:
        """Tell whether every opened container is single-dose, by chart or table."""
        return bool(self.account.opened) and all(item.kind == "single_dose" for item in self.account.opened)

    def evidence(self) -> tuple[Evidence, ...]:
        """Point at units and modifiers billed, and at dose, vials and discard charted."""
        found = [item for line in self.group.billed for item in line_evidence(line, "units", "modifiers")]
        for administration in self.given:
            found += chart_evidence(administration, "dose", "vials", "discarded")
        return tuple(found)


def opened_drugs(context: Context) -> tuple[Opened, ...]:
    """Give the billed drugs whose charted doses can be added up, but those of which nothing was wasted and all fits.

    Use it through ``context.once``.
    """
    if not context.administrations:
        return ()
    unsettled = {number for gap in context.once(gaps) for number in gap.lines}
    found = []
    for group in context.once(groups):
        unit = context.reference.drugs.billing_unit(group.code)
        given = given_as(context, group.code, group.day)
        if not unit or not given or not group.billed or unit_size(unit) is None:
            continue
        if not unsettled.isdisjoint(line.line for line in group.billed):
            continue
        if all(map(_adds_up, given)) and not any(JW in line.modifiers for line in group.billed):
            continue
        account = account_of(given, unit, context.reference.drugs)
        if isinstance(account, Account):
            found.append(Opened(group, unit, given, account))
    return tuple(found)


def _adds_up(administration: Administration) -> bool:
    """Tell whether dose and discard make just what was opened, whole containers, all charted in one unit."""
    dose, discarded, vials = administration.dose, administration.discarded, administration.vials
    if dose is None or discarded is None or not vials or discarded.amount < 0:
        return False
    if discarded.unit != dose.unit or any(vial.size is None or vial.unit != dose.unit for vial in vials):
        return False
    if any(vial.count != vial.count.to_integral_value() for vial in vials):
        return False
    content = sum((vial.size * vial.count for vial in vials if vial.size is not None), Decimal(0))
    return dose.amount + discarded.amount == content


def numbers(lines: Sequence[ClaimLine]) -> tuple[int, ...]:
    """Give the numbers of lines."""
    return tuple(line.line for line in lines)
