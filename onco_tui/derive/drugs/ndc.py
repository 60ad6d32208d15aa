"""The package quantity that belongs to billed units: so many mL, or so many pieces, of one NDC.

A claim that carries an NDC carries its quantity in the package's own measure with a qualifier: ML for liquids, UN for
powder vials, kits and other pieces, GR for ointments, F2 for international units, ME for milligrams (CMS Claims
Processing Manual chapter 26 section 10; several payers refuse ME although X12 allows it).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from onco_tui.codesets.ndc_crosswalk import NdcProduct

QUALIFIERS = frozenset({"ML", "UN", "GR", "F2", "ME"})
_PLACES = Decimal("0.001")  # as many as the claim's quantity element takes


@dataclass(frozen=True, slots=True)
class PackageQuantity:
    """A quantity of a package and the qualifiers it may stand with."""

    quantity: Decimal
    qualifiers: tuple[str, ...]


def package_quantity(units: Decimal, code: str, product: NdcProduct) -> PackageQuantity | None:
    """Give the package quantity of some billing units; None when the crosswalk has the NDC under another code.

    200 units of J9271 from a 4 mL vial of 100 units are 8 ML. The crosswalk counts a powder vial as size 1, and so
    cannot tell it from a vial of 1 mL: then both UN and ML may stand, with the same number.
    """
    per_item = product.units.get(code)
    if not per_item or product.size <= 0:
        return None
    exact = Fraction(units) * Fraction(product.size) / Fraction(per_item)
    quantity = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_PLACES)
    return PackageQuantity(quantity.normalize(), ("UN", "ML") if product.size == 1 else ("ML",))
