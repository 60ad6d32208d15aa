"""The package on a drug line: its NDC in eleven digits, the product the crosswalk has for it, and its quantity."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from onco_tui.codesets.drugs import DrugTable
from onco_tui.codesets.ndc import NdcError, ndc11
from onco_tui.codesets.ndc_crosswalk import NdcProduct
from onco_tui.derive.drugs.ndc import package_quantity
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine, NdcQuantity
from onco_tui.encounter.edits import set_line_field
from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import claims_manual_26
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.billed import DrugLine, drug_lines
from onco_tui.rules.finding import Evidence, Fix, Grade, Severity

NDC_FORM = claims_manual_26("10.4, item 24 (N4, eleven digits, quantity with ML, UN, GR or F2)")
NO_PRODUCT = "0" * 11


@dataclass(frozen=True, slots=True)
class Packaged:
    """A drug line with an NDC that can be read. ``product`` is None when the crosswalk lacks it."""

    item: DrugLine
    ndc: str
    quantity: NdcQuantity
    product: NdcProduct | None

    @property
    def line(self) -> ClaimLine:
        """The claim line."""
        return self.item.line


def packaged_lines(context: Context) -> tuple[Packaged, ...]:
    """Give the drug lines whose NDC can be read. Use it through ``context.once``."""
    by_ndc = context.reference.drugs.by_ndc
    return tuple(
        Packaged(item, ndc, item.line.ndc, by_ndc(ndc))
        for item in context.once(drug_lines)
        if item.line.ndc and (ndc := readable(item.line.ndc.code))
    )


def readable(written: str | None) -> str:
    """Give an NDC in eleven digits; empty when it cannot be put into them or is all zeros."""
    try:
        ndc = ndc11(written or "")
    except NdcError:
        return ""
    return "" if ndc == NO_PRODUCT else ndc


def charted_ndcs(given: Sequence[Administration]) -> tuple[str, ...]:
    """Give the NDCs charted for some administrations; none unless every one of them, and every vial, has its NDC."""
    written = [vial.ndc or a.ndc for a in given for vial in a.vials] + [a.ndc for a in given if not a.vials]
    found = [readable(text) for text in written]
    return tuple(dict.fromkeys(found)) if found and all(found) else ()


def one_product(given: Sequence[Administration], code: str, drugs: DrugTable) -> NdcProduct | None:
    """Give the product of the one NDC charted for some administrations, when it is known and belongs to a code."""
    charted = charted_ndcs(given)
    product = drugs.by_ndc(charted[0]) if len(charted) == 1 else None
    return product if product and code in product.units else None


def quantity_of(product: NdcProduct, code: str, units: Decimal) -> NdcQuantity:
    """Give a package with the quantity that some billing units take of it."""
    due = package_quantity(units, code, product)
    return NdcQuantity(
        code=product.ndc, quantity=due.quantity if due else None, unit=due.qualifiers[0] if due else None
    )


def ndc_fix(lines: Iterable[ClaimLine], product: NdcProduct, grade: Grade) -> Fix:
    """Put a package on lines, with the quantity their billed units take."""
    words, edits = [], []
    for line in lines:
        quantity = quantity_of(product, line.code, line.units)
        amount = f", {quantity.unit} {plain(quantity.quantity)}" if quantity.quantity is not None else ""
        words.append(f"line {line.line} NDC {product.ndc}{amount}")
        edits.append(set_line_field(line, "ndc", quantity))
    return Fix("; ".join(words), grade, tuple(edits))


def same_package(entry: Packaged) -> Hashable:
    """Give what lines of one package, code and date have in common; for ``alike``."""
    return entry.line.code, entry.item.day, entry.ndc


def ndc_evidence(line: ClaimLine, *fields: str) -> tuple[Evidence, ...]:
    """Point at fields of a line's NDC, and at its units."""
    values = line.ndc
    found = [ndc_field(line, name, getattr(values, name)) for name in fields] if values else []
    return (*found, Evidence(f"claim.lines[{line.line}].units", plain(line.units)))


def ndc_field(line: ClaimLine, field: str, value: object) -> Evidence:
    """Point at one field of a line's NDC."""
    text = "" if value is None else plain(value) if isinstance(value, Decimal) else str(value)
    return Evidence(f"claim.lines[{line.line}].ndc.{field}", text)


def severity_of(context: Context) -> Severity:
    """Give how bad a wrong NDC is: an error where the payer requires NDCs, else a warning."""
    return Severity.ERROR if context.policy.ndc_required else Severity.WARNING
