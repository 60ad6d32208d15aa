"""What the chart says of one drug on one day, brought into one unit: dose given, content opened, amount discarded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal

from onco_tui.codesets.drugs import DrugTable
from onco_tui.codesets.hcpcs_units import BillingUnit
from onco_tui.derive.drugs.billing import in_unit, unit_size
from onco_tui.derive.drugs.containers import Kind, Opened, marketed_kind, opened
from onco_tui.derive.drugs.quantity import Dimension, charted, concentration, convert, why_unreadable
from onco_tui.encounter.chart import Administration, Amount
from onco_tui.encounter.values import plain

Containers = Kind | Literal["mixed", "unknown"]


@dataclass(frozen=True)
class Account:
    """One drug's doses of a day. Amounts are in the base unit of the code; None is "not charted".

    ``unreadable`` names a charted fact that could not be brought into that unit.
    """

    unit: BillingUnit
    size: Fraction
    dose: Fraction
    doses: tuple[Fraction, ...]
    opened: tuple[Opened, ...]
    discarded: Fraction | None
    unreadable: str = ""
    given: tuple[Administration, ...] = ()

    @cached_property
    def content(self) -> Fraction | None:
        """Labelled content of everything opened; None without vials or when one of them cannot be read."""
        contents = [item.content for item in self.opened if item.content is not None]
        return total(contents) if contents and len(contents) == len(self.opened) else None

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """How doses were read where that is not plain: another unit, several doses, less than ordered."""
        return tuple(_notes(self.given, self.doses, self.unit)) if unit_size(self.unit) else ()

    @property
    def containers(self) -> str:
        """The opened containers in words: ``2 x 100 mg + 1 x 50 mg``."""
        counts: dict[str, Decimal] = {}
        for item in self.opened:
            counts[item.each] = counts.get(item.each, Decimal(0)) + item.count
        return " + ".join(f"{plain(count)} {each}" for each, count in counts.items())


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A dose that cannot be brought into the unit of its code, and why."""

    reason: str
    gap: bool = True


def total(amounts: Sequence[Fraction]) -> Fraction:
    """Add up one amount or more."""
    return amounts[0] if len(amounts) == 1 else sum(amounts[1:], amounts[0])


def kind_of_containers(administration: Administration, unit: BillingUnit, drugs: DrugTable) -> Containers:
    """Tell the kind of the containers of one administration: from its vials, else from the table when it is certain."""
    found: set[Kind | None] = {vial.container for vial in administration.vials if vial.count > 0}
    if None in found:
        found = {item.kind for item in opened(administration, unit, drugs)}
    if not found:
        found = {marketed_kind(drugs.by_code(unit.code), None)}
    if None in found:
        return "unknown"
    return "mixed" if len(found) > 1 else (found.pop() or "unknown")


def measured_dose(administration: Administration, unit: BillingUnit) -> Fraction | Unmeasured:
    """Give the dose of one administration in the base unit of the code; 0 for a code that counts doses or vials."""
    size = unit_size(unit)
    if size is None:
        return Fraction(0)
    if reason := _why_no_amount(administration, unit):
        return Unmeasured(f"{administration.name}: {reason}")
    given = charted(administration.dose) if administration.dose else None
    amount = convert(given, size.dimension, concentration(administration.concentration)) if given else None
    if amount is None:
        written = administration.dose.unit if administration.dose else ""
        return Unmeasured(
            f"{administration.name}: the dose is in {written}, {unit.code} counts {unit.unit}; "
            f"without a charted concentration one cannot be told from the other"
        )
    return amount.amount


def _why_no_amount(administration: Administration, unit: BillingUnit) -> str:
    dose = administration.dose
    if dose is None:
        ordered = administration.ordered_dose is not None
        return "the dose given is not charted; the dose ordered is not billable" if ordered else "no dose is charted"
    if dose.amount < 0:
        return "a dose below 0 is charted"
    if charted(dose) is None:
        return why_unreadable(dose.unit)
    if unit.combination:
        return f"{unit.code} counts a combination ({unit.words} of {unit.counts}); its dose must be read from the label"
    return ""


def account_of(administrations: Sequence[Administration], unit: BillingUnit, drugs: DrugTable) -> Account | Unmeasured:
    """Add up the administrations of one drug on one day, in the unit of a code."""
    size = unit_size(unit)
    amounts: list[Fraction] = []
    for administration in administrations:
        dose = measured_dose(administration, unit)
        if isinstance(dose, Unmeasured):
            return dose
        amounts.append(dose)
    discards = [(a, a.discarded) for a in administrations if a.discarded is not None]
    read = [_discarded(a, amount, size.dimension if size else None) for a, amount in discards]
    unreadable = next(
        (f"{plain(d.amount)} {d.unit}" for (_, d), got in zip(discards, read, strict=True) if got is None), ""
    )
    vials = tuple(item for administration in administrations for item in opened(administration, unit, drugs))
    return Account(
        unit=unit,
        size=size.amount if size else Fraction(1),
        dose=total(amounts),
        doses=tuple(amounts),
        opened=vials,
        discarded=None if unreadable or not read else total([got for got in read if got is not None]),
        unreadable=unreadable,
        given=tuple(administrations),
    )


def _discarded(administration: Administration, amount: Amount, dimension: Dimension | None) -> Fraction | None:
    if amount.amount == 0:
        return Fraction(0)
    given = charted(amount)
    if given is None or dimension is None or amount.amount < 0:
        return None
    inside = convert(given, dimension, concentration(administration.concentration))
    return inside.amount if inside else None


def _notes(administrations: Sequence[Administration], doses: tuple[Fraction, ...], unit: BillingUnit) -> list[str]:
    """Say how doses were read when that is not plain: another unit, several doses, less than ordered."""
    notes = []
    for administration, amount in zip(administrations, doses, strict=True):
        given, ordered = administration.dose, administration.ordered_dose
        if given and in_unit(amount, unit) != f"{plain(given.amount)} {given.unit}":
            notes.append(f"{plain(given.amount)} {given.unit} = {in_unit(amount, unit)}")
        if given and ordered and (ordered.amount, ordered.unit) != (given.amount, given.unit):
            notes.append(
                f"{plain(given.amount)} {given.unit} was given of {plain(ordered.amount)} {ordered.unit} ordered: "
                f"the dose given is billed"
            )
    if len(packages := {ndc for a in administrations for ndc in (a.ndc, *(vial.ndc for vial in a.vials)) if ndc}) > 1:
        notes.append(f"packages of {len(packages)} NDCs are pooled under {unit.code}")
    if len(doses) > 1:
        added = " + ".join(in_unit(amount, unit) for amount in doses)
        notes.append(
            f"{added} = {in_unit(sum(doses, Fraction(0)), unit)}: doses of one day are added, then rounded once"
        )
    return notes
