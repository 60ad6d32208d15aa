"""Units of one code in units of another, and the fix that puts lines under the other code."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from onco_tui.codesets.drugs import DrugTable
from onco_tui.derive.drugs.billing import unit_size
from onco_tui.derive.result import Choice
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine, NdcQuantity
from onco_tui.encounter.edits import Edit
from onco_tui.rules.context import Context, charge_for
from onco_tui.rules.drugs.billed import counted
from onco_tui.rules.drugs.packages import one_product, quantity_of
from onco_tui.rules.drugs.plan import JW, JZ, mark_of
from onco_tui.rules.edit_series import EditSeries, pointers_like

_MAX_MODIFIERS = 4
_CENT = Decimal("0.01")


def units_each(code: str, instead: str, drugs: DrugTable) -> Fraction | None:
    """Say how many units of another code one unit is; None when the two do not compare."""
    for successor in drugs.successors(code):
        if successor.code == instead and successor.units:
            return Fraction(successor.units)
    for successor in drugs.successors(instead):
        if successor.code == code and successor.units:
            return 1 / Fraction(successor.units)
    old, new = drugs.billing_unit(code), drugs.billing_unit(instead)
    sizes = [unit_size(unit) if unit and unit.basis == "amount" else None for unit in (old, new)]
    if sizes[0] is None or sizes[1] is None or sizes[0].dimension != sizes[1].dimension:
        return None
    return sizes[0].amount / sizes[1].amount


def recode(
    context: Context,
    lines: Sequence[ClaimLine],
    instead: str,
    due: Sequence[Choice] = (),
    given: Sequence[Administration] = (),
) -> tuple[tuple[Edit, ...], str] | None:
    """Put lines under another code with the units due, or with their own units converted; give edits and a title.

    The charge stays where the amount of drug does, else it changes in proportion. A package of another code on a line
    gives way to the one charted for the administrations ``given``. None when a unit or the package cannot be told.
    """
    product = one_product(given, instead, context.reference.drugs)
    each = units_each(lines[0].code, instead, context.reference.drugs)
    series = EditSeries(context.encounter)
    words = []
    for line in lines:
        units, modifiers = _due_for(line, lines, due)
        if units is None and each is not None:
            units = _converted(line, each)
        if units is None or units <= 0 or len(modifiers) > _MAX_MODIFIERS:
            return None
        series.set(line.line, "code", instead)
        series.set(line.line, "units", units)
        series.set(line.line, "modifiers", modifiers)
        series.set(line.line, "charge", _charge(line, units, each))
        if line.ndc and _foreign(line.ndc, instead, context.reference.drugs):
            if product is None:
                return None
            series.set(line.line, "ndc", quantity_of(product, instead, units))
        words.append(f"line {line.line} as {'-'.join([instead, *modifiers])}, {counted(units)}")
    title = f"bill {'; '.join(words)}"
    if wasted := _unbilled_waste(lines, due):
        series.insert(_waste_line(series, lines[0].line, wasted), lines[0].line)
        title += f"; add {instead}-JW, {counted(wasted)}"
    return series.edits, title


def _foreign(ndc: NdcQuantity, instead: str, drugs: DrugTable) -> bool:
    known = drugs.by_ndc(ndc.code)
    return known is not None and instead not in known.units


def _unbilled_waste(lines: Sequence[ClaimLine], due: Sequence[Choice]) -> Decimal:
    """Give the discarded units the chart supports where no line bills any."""
    if any(JW in line.modifiers for line in lines):
        return Decimal(0)
    return sum((choice.units for choice in due if JW in choice.modifiers), Decimal(0))


def _waste_line(series: EditSeries, like: int, units: Decimal) -> ClaimLine:
    """Make a line of discarded drug after a recoded line, at its price per unit."""
    model = next(line for line in series.claim.lines if line.line == like)
    update = {
        "modifiers": (*[m for m in model.modifiers if m not in {JW, JZ}][: _MAX_MODIFIERS - 1], JW),
        "units": units,
        "charge": charge_for(model, units),
        "ndc": model.ndc and NdcQuantity(code=model.ndc.code, unit=model.ndc.unit),
        "diagnosis_pointers": pointers_like(series.claim, model),
    }
    return model.model_copy(update=update)


def recode_to(context: Context, line: ClaimLine, instead: str, units: Decimal) -> tuple[tuple[Edit, ...], str]:
    """Put one line under another code with known units; its charge and modifiers stay."""
    series = EditSeries(context.encounter)
    series.set(line.line, "code", instead)
    series.set(line.line, "units", units)
    return series.edits, f"bill line {line.line} as {instead}, {counted(units)}"


def _due_for(
    line: ClaimLine, lines: Sequence[ClaimLine], due: Sequence[Choice]
) -> tuple[Decimal | None, tuple[str, ...]]:
    """Give the units the chart supports for a line's part, given or discarded, and its modifiers then.

    Only where one line bills that part; what remains between several lines is left to the rules on units.
    """
    wasted = JW in line.modifiers
    mine = [choice for choice in due if (JW in choice.modifiers) == wasted]
    if not mine or sum((JW in other.modifiers) == wasted for other in lines) != 1:
        return None, line.modifiers
    marks = {mark_of(choice.modifiers) for choice in mine}
    others = tuple(modifier for modifier in line.modifiers if modifier not in {JW, JZ})
    modifiers = (*others, *marks.pop().split()) if len(marks) == 1 else line.modifiers
    return sum((choice.units for choice in mine), Decimal(0)), modifiers


def _converted(line: ClaimLine, each: Fraction) -> Decimal | None:
    """Convert a line's units; a started unit of given drug counts whole, of discarded drug nothing is added."""
    exact = Fraction(line.units) * each
    if exact.denominator != 1 and JW in line.modifiers:
        return None
    return Decimal(-(-exact.numerator // exact.denominator))


def _charge(line: ClaimLine, units: Decimal, each: Fraction | None) -> Decimal | None:
    if line.charge is None or each is None or line.units <= 0:
        return line.charge
    same = Fraction(line.units) * each
    if abs(Fraction(units) - same) < 1:
        return line.charge
    exact = Fraction(line.charge) * Fraction(units) / same
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_CENT)
