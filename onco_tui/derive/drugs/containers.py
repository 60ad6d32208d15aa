"""What was opened for a dose: labelled content, and whether the containers are single-dose or multi-dose.

The kind belongs to the package, not to the code: it is taken from the chart, else from the size marketed under the
code, else from the table when all containers of the code agree. It is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from onco_tui.codesets.drugs import Container, Drug, DrugTable
from onco_tui.codesets.hcpcs_units import BillingUnit
from onco_tui.derive.drugs.billing import in_unit, unit_size
from onco_tui.derive.drugs.quantity import concentration, convert, quantity
from onco_tui.encounter.chart import Administration, Vial

Kind = Literal["single_dose", "multi_dose"]
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("single-dose", "single_dose"),
    ("premixed-bag", "single_dose"),
    ("implant", "single_dose"),
    ("multi-dose", "multi_dose"),
    ("pharmacy-bulk", "multi_dose"),  # no modifier either
)


@dataclass(frozen=True, slots=True)
class Opened:
    """Containers of one size: labelled content of one and of all in the base unit, None when it cannot be told."""

    count: Decimal
    one: Fraction | None
    content: Fraction | None
    kind: Kind | None
    unit: BillingUnit

    @property
    def each(self) -> str:
        """The size in words: ``x 100 mg``."""
        return "container" if self.one is None else f"x {in_unit(self.one, self.unit)}"


def opened(administration: Administration, unit: BillingUnit, drugs: DrugTable) -> tuple[Opened, ...]:
    """Read the charted containers of an administration, biggest first."""
    if not administration.vials:
        return ()
    drug = drugs.by_code(unit.code)
    found = []
    for vial in administration.vials:
        if vial.count > 0:
            one = _charted_size(vial, administration, unit) or _package_size(vial, administration, unit, drugs)
            found.append(_opened(vial, one, unit, vial.container or marketed_kind(drug, one)))
    return (
        tuple(found)
        if len(found) == 1
        else tuple(sorted(found, key=lambda item: (-(item.content or 0), -(item.one or 0), item.kind or "")))
    )


def _opened(vial: Vial, one: Fraction | None, unit: BillingUnit, kind: Kind | None) -> Opened:
    whole = one is not None and vial.count == vial.count.to_integral_value()
    return Opened(vial.count, one, one * int(vial.count) if one is not None and whole else None, kind, unit)


def _charted_size(vial: Vial, administration: Administration, unit: BillingUnit) -> Fraction | None:
    size = unit_size(unit)
    charted = quantity(vial.size, vial.unit) if vial.size is not None and vial.size > 0 else None
    if charted is None or size is None:
        return None
    inside = convert(charted, size.dimension, concentration(administration.concentration))
    return inside.amount if inside else None


def _package_size(vial: Vial, administration: Administration, unit: BillingUnit, drugs: DrugTable) -> Fraction | None:
    """Give the content of one item of the package by its NDC; None when the crosswalk has it under another code."""
    size = unit_size(unit)
    product = drugs.by_ndc(vial.ndc or administration.ndc)
    if size is None or product is None or unit.code not in product.units:
        return None
    return Fraction(product.units[unit.code]) * size.amount


def marketed_kind(drug: Drug | None, content: Fraction | None) -> Kind | None:
    """Tell the kind by the marketed size, else by the code when all its containers agree; None when unsure."""
    if drug is None or drug.containers_confidence == "low":
        return None
    by_size = [kind_of(container) for container in drug.containers if content and marketed_size(container) == content]
    kinds = set(by_size or map(kind_of, drug.containers))
    return kinds.pop() if len(kinds) == 1 else None


def kind_of(container: Container) -> Kind | None:
    """Read the kind of a marketed container; None when the table leaves it to the NDC."""
    return next((kind for words, kind in _KINDS if container.kind.startswith(words)), None)


def marketed_size(container: Container) -> Fraction | None:
    """Give the labelled content of a marketed container in the base unit; None when unknown."""
    if container.size is None or container.size <= 0:
        return None
    size = quantity(container.size, container.unit)
    return size.amount if size else None


def marketed_sizes(drug: Drug | None) -> tuple[Fraction, ...]:
    """Give the sizes of the single-dose containers marketed under a code, smallest first; multi-dose ones are out."""
    if drug is None or drug.containers_confidence == "low":
        return ()
    sizes = {marketed_size(container) for container in drug.containers if kind_of(container) == "single_dose"}
    return tuple(sorted(size for size in sizes if size is not None))
