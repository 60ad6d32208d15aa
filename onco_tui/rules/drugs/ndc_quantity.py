"""The quantity of an NDC against the billed units."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from onco_tui.codesets.ndc import hyphenated
from onco_tui.derive.drugs.ndc import QUALIFIERS, PackageQuantity, package_quantity
from onco_tui.encounter.claim import NdcQuantity
from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import asp_crosswalk
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.comparison import UNITS, differences
from onco_tui.rules.drugs.opened import opened_drugs
from onco_tui.rules.drugs.packages import NDC_FORM, Packaged, ndc_evidence, ndc_fix, packaged_lines
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_ROUNDING = Decimal("0.01")  # a quantity rounded to two places says the same


@rule("DRG112", "ndc-quantity-wrong", Severity.WARNING, authority=(NDC_FORM, asp_crosswalk()))
def ndc_quantity_wrong(context: Context) -> Iterator[Draft | NotChecked]:
    """NDC quantity wrong.

    What it finds: An NDC without quantity or unit of measure, with a unit claims do not know, or with a quantity that
        is not what the billed units take from the package.
    Why it matters: Payers that price or collect rebates by NDC deny or pay the wrong amount; billing units in place
        of millilitres is the usual slip.
    What the chart must show: Nothing beyond the package; the quantity follows from the billed units.
    Example: 200 units of J9271 from vials of 4 mL for 100 units are ML 8, not ML 200.
    Fix: Set quantity and unit from the billed units by the crosswalk (review). A powder vial counts UN; a whole
        number of pieces is accepted for a liquid too.
    Authority: Medicare Claims Processing Manual, chapter 26; CMS ASP crosswalk for the size of the package.
    """
    packaged = context.once(packaged_lines)
    compared = context.once(differences) if packaged and context.administrations else ()
    unsettled = {n for difference in compared if difference.rule == UNITS for n in difference.lines}
    if packaged and context.administrations:  # what is billed beyond the label takes nothing from the package
        beyond = (drug for drug in context.once(opened_drugs) if drug.left is not None and drug.left < 0)
        unsettled.update(line.line for drug in beyond for line in drug.group.billed)
    for entry in packaged:
        if _just_so(entry):
            continue
        due = package_quantity(entry.line.units, entry.line.code, entry.product) if entry.product else None
        problem = _incomplete(entry.quantity)
        if not problem and (entry.line.line in unsettled or entry.line.units <= 0):
            continue
        if not problem and due is None:
            if entry.product is None:
                yield NotChecked(
                    f"line {entry.line.line}: the size of NDC {hyphenated(entry.ndc)} is not known here",
                    lines=(entry.line.line,),
                )
            continue
        problem = problem or _contradiction(entry, due)
        if problem:
            yield Draft(
                f"line {entry.line.line}: {problem}",
                lines=(entry.line.line,),
                evidence=ndc_evidence(entry.line, "quantity", "unit"),
                fixes=(ndc_fix((entry.line,), entry.product, "review"),)
                if entry.product and due and due.quantity > 0
                else (),
            )


def _just_so(entry: Packaged) -> bool:
    """Tell quickly the usual: the very quantity the billed units take, in the package's own measure."""
    product, stated = entry.product, entry.quantity
    per_item = product.units.get(entry.line.code) if product else None
    if product is None or not per_item or not stated.quantity or stated.quantity <= 0 or entry.line.units <= 0:
        return False
    measured = stated.unit == "ML" or (stated.unit == "UN" and product.size == 1)
    return measured and stated.quantity * per_item == entry.line.units * product.size


def _incomplete(quantity: NdcQuantity) -> str:
    unit = (quantity.unit or "").strip()
    if quantity.quantity is None or quantity.quantity <= 0:
        return "the NDC has no quantity"
    if not unit:
        return "the NDC quantity has no unit of measure"
    if unit not in QUALIFIERS:
        return f"{unit[:10]} is no unit of measure for an NDC; claims know {', '.join(sorted(QUALIFIERS))}"
    return ""


def _contradiction(entry: Packaged, due: PackageQuantity | None) -> str:
    """Say how the quantity differs from what the billed units take; measures the crosswalk does not have pass."""
    quantity, unit = entry.quantity.quantity, entry.quantity.unit or ""
    if due is None or quantity is None or entry.product is None or unit not in {"ML", "UN"}:
        return ""
    pieces = entry.line.units / entry.product.units[entry.line.code]
    accepted = [due.quantity] if unit in due.qualifiers else []
    if unit == "UN":
        accepted += [pieces, pieces.to_integral_value(ROUND_CEILING)]
    if any(abs(quantity - amount) <= _ROUNDING for amount in accepted):
        return ""
    of_package = f"{plain(entry.product.units[entry.line.code])} units in {plain(entry.product.size)}"
    return (
        f"{plain(entry.line.units)} units of {entry.line.code} are {due.qualifiers[0]} {plain(due.quantity)} of NDC "
        f"{hyphenated(entry.ndc)} ({of_package} {due.qualifiers[0]}); billed is {unit} {plain(quantity)}"
    )
