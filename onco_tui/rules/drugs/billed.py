"""Billed drug lines with what the tables know of their codes, and the administrations behind them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from onco_tui.codesets.drugs import Drug
from onco_tui.codesets.hcpcs_units import BillingUnit
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.values import plain
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.groups import is_drug
from onco_tui.rules.drugs.plan import JW
from onco_tui.rules.finding import NotChecked, Severity

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class DrugLine:
    """A dated drug line. ``unit`` is None when no table here knows the code; ``drug`` is its row in the drug table."""

    line: ClaimLine
    day: date
    unit: BillingUnit | None
    drug: Drug | None

    @property
    def wasted(self) -> bool:
        """True for a line of discarded drug."""
        return JW in self.line.modifiers

    @property
    def certain(self) -> bool:
        """Tell whether what is known of the code is certain: a row of high confidence, or CMS's own descriptor."""
        return self.drug.confidence == "high" if self.drug else self.unit is not None


def drug_lines(context: Context) -> tuple[DrugLine, ...]:
    """Give the dated drug lines of the claim in their order. Use it through ``context.once``."""
    drugs = context.reference.drugs
    return tuple(
        DrugLine(line, day, drugs.billing_unit(line.code), drugs.by_code(line.code))
        for line in context.claim.lines
        if (day := context.day_of(line)) is not None and is_drug(context, line.code)
    )


def given_as(context: Context, code: str, day: date) -> tuple[Administration, ...]:
    """Give the administrations billed under a code: those its derived lines rest on, else those charted with it."""
    if given := context.once(_behind_lines).get((code, day)):
        return given
    return tuple(a for a in context.administrations if a.hcpcs == code and on_day(a, day))


def _behind_lines(context: Context) -> dict[tuple[str, date], tuple[Administration, ...]]:
    """Give the administrations each derived code and date rests on, in the order of the chart."""
    sources: dict[tuple[str, date], set[str]] = {}
    for line in context.derivation.lines:
        sources.setdefault((line.code, line.date_of_service), set()).update(line.sources)
    return {
        key: tuple(administration for administration in context.administrations if administration.id in of_key)
        for key, of_key in sources.items()
    }


def on_day(administration: Administration, day: date) -> bool:
    """Tell whether an administration is of a date of service; one without a start may be."""
    return administration.start is None or administration.start.date() == day


def medicare(context: Context) -> bool:
    """Tell whether the payer is known to be Medicare; the default policy only reads unknown payers as if they were."""
    return context.policy.medicare and context.encounter.coverage.payer_id in context.policy.payer_ids


def without_chart(context: Context) -> Iterator[NotChecked]:
    """Say that drug lines came without charted administrations; a claim without drugs has nothing to check."""
    yield from context.once(_uncharted)


def _uncharted(context: Context) -> tuple[NotChecked, ...]:
    if context.chart.administrations is not None or not (lines := context.once(drug_lines)):
        return ()
    return (NotChecked("the chart has no administrations", lines=tuple(item.line.line for item in lines)),)


def is_certain(context: Context, *codes: str) -> bool:
    """Tell whether what is known of all these codes is certain."""
    drugs = context.reference.drugs
    rows = [drugs.by_code(code) for code in codes]
    return all(
        row.confidence == "high" if row else drugs.billing_unit(code) is not None
        for code, row in zip(codes, rows, strict=True)
    )


def weighed(severity: Severity, *, certain: bool) -> Severity:
    """Lower an error to a warning where what it rests on is not certain."""
    return severity if certain else min(severity, Severity.WARNING)


def charges(lines: tuple[ClaimLine, ...]) -> Decimal | None:
    """Add up the charges of lines; None when one of them is unknown."""
    return added([line.charge for line in lines])


def added(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """Add up amounts; None when one of them is unknown."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def alike(items: Iterable[Item], key: Callable[[Item], Hashable]) -> tuple[tuple[Item, ...], ...]:
    """Put together what has one and the same fault: it is told once, on the first line, and mended on all.

    So a line that another fix adds after the model of a faulty one brings no new finding.
    """
    found: dict[Hashable, list[Item]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return tuple(tuple(group) for group in found.values())


def same_drug(item: DrugLine) -> Hashable:
    """Give what lines of one drug and date have in common; for ``alike``."""
    return item.line.code, item.day


def finished(line: ClaimLine) -> bool:
    """Tell whether a line has its charge: one that was just added is not ready to send, what else it lacks warns."""
    return line.charge is not None


def counted(units: Decimal) -> str:
    """Write a number of units: ``1 unit``, ``4 units``."""
    return f"{plain(units)} unit{'' if units == 1 else 's'}"


def listed(numbers: Iterable[int]) -> str:
    """Write line numbers: ``3, 4``."""
    return ", ".join(map(str, numbers))
