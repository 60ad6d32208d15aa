"""What a difference says to a coder: one sentence with the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_CEILING, Decimal

from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.values import plain
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.billed import counted
from onco_tui.rules.drugs.comparison import (
    DOUBLED,
    JZ_EXISTS_FROM,
    MISPLACED,
    MISSING,
    NOT_BILLED,
    NOT_GIVEN,
    UNITS,
    Difference,
    administrations_of,
    multi_dose_only,
)
from onco_tui.rules.drugs.groups import not_billable
from onco_tui.rules.drugs.plan import BOTH, JW, JZ, Group, mark_of


def message(context: Context, difference: Difference) -> str:
    """Say what is wrong, with the numbers."""
    return _WORDS[difference.rule](context, difference)


def _units(context: Context, difference: Difference) -> str:
    group = difference.group
    parts = []
    billed, due = _sum_billed(group, waste=False), _sum_due(group, waste=False)
    if billed != due:
        parts.append(f"{_arithmetic(context, group, due)}; {plain(billed)} {_was(billed)} billed")
    wasted, discarded = _sum_billed(group, waste=True), _sum_due(group, waste=True)
    if wasted != discarded and billed and any(step.mark == JW for step in difference.steps):
        parts.append(f"{_discarded(group)}; {plain(wasted)} {_was(wasted)} billed with JW")
    return "; ".join(parts) or f"line {_lines(difference)} does not fit; the chart supports {_due(group)}"


def _arithmetic(context: Context, group: Group, due: Decimal) -> str:
    drug = context.reference.drugs.by_code(group.code)
    doses = _doses(context, group)
    if drug and drug.unit_quantity and len(doses) == 1 and drug.unit in doses:
        units = (doses[drug.unit] / drug.unit_quantity).to_integral_value(ROUND_CEILING)
        if units == due:
            each = f"{plain(drug.unit_quantity)} {drug.unit} each"
            return f"{_given(context, group)} is {counted(due)} ({each})"
    reason = next((text for line in group.derived for text in line.because), _given(context, group))
    return f"{reason}: {counted(due)}"


def _missing(context: Context, difference: Difference) -> str:
    group = difference.group
    stray = _numbers(step.line for step in difference.steps if step.line and JZ in step.line.modifiers)
    also = f", and line {stray} carries JZ" if stray and JW in group.due else ""
    if difference.split:
        line = next(step.line for step in difference.steps if step.line and step.surplus)
        of_line = f"of the {counted(line.units)} on line {line.line}"
        return f"{plain(group.due[JW])} {of_line} {_was(group.due[JW])} discarded and not billed with JW{also}"
    if any(step.line is None for step in difference.steps):
        return f"{_discarded(group)}; no line bills {'it' if group.due[JW] == 1 else 'them'} with JW{also}"
    if lines := _numbers(step.line for step in difference.steps if step.line and step.mark == JW):
        if lines == stray:
            return f"line {lines} bills what was discarded, {counted(group.due[JW])}, with JZ instead of JW"
        return f"line {lines} bills without JW what was discarded, {counted(group.due[JW])}{also}"
    carried = sorted({mark_of(step.line.modifiers) or "neither JW nor JZ" for step in difference.steps if step.line})
    said = f"line {_lines(difference)} carries {' or '.join(carried)}"
    if JW in group.due:
        return f"{said}; {_discarded(group)}, which stands on a line of its own"
    charted = any(a.vials or a.discarded for a in administrations_of(context, group))
    why = _discarded(group) if charted else "no containers are charted, and those on the market leave nothing"
    return f"{said}; {why}, so JZ"


def _doubled(_context: Context, difference: Difference) -> str:
    group = difference.group
    if both := _numbers(line for line in group.billed if mark_of(line.modifiers) == BOTH):
        return f"line {both} carries both JW and JZ; {_discarded(group)}"
    attested = _numbers(line for line in group.billed if mark_of(line.modifiers) == JZ)
    wasted = _numbers(line for line in group.billed if mark_of(line.modifiers) == JW)
    return f"line {attested} carries JZ beside JW on line {wasted}; {_discarded(group)}"


def _misplaced(context: Context, difference: Difference) -> str:
    group = difference.group
    marks = " and ".join(sorted({mark_of(s.line.modifiers) for s in difference.steps if s.line} - {""}))
    carries = f"line {_lines(difference)} carries {marks.replace(BOTH, 'JW and JZ')}"
    if multi_dose_only(context, group):
        return f"{carries}; {_name(context, group)} came from a multi-dose container"
    return f"{carries}; the date of service is {group.day}, JZ exists from {JZ_EXISTS_FROM} and nothing was discarded"


def _not_billed(context: Context, difference: Difference) -> str:
    return f"{_given(context, difference.group)} was given and is not billed: {_due(difference.group)}"


def _not_given(context: Context, difference: Difference) -> str:
    group = difference.group
    units = counted(sum((line.units for line in group.billed), Decimal(0)))
    reason = not_billable(context, group.code, group.day) or f"the chart documents none on {group.day}"
    return f"line {_lines(difference)} bills {units} of {_name(context, group)}; {reason}"


_WORDS: dict[str, Callable[[Context, Difference], str]] = {
    UNITS: _units,
    MISSING: _missing,
    DOUBLED: _doubled,
    MISPLACED: _misplaced,
    NOT_BILLED: _not_billed,
    NOT_GIVEN: _not_given,
}


def _sum_billed(group: Group, *, waste: bool) -> Decimal:
    return sum((line.units for line in group.billed if (mark_of(line.modifiers) == JW) == waste), Decimal(0))


def _sum_due(group: Group, *, waste: bool) -> Decimal:
    return sum((units for mark, units in group.due.items() if (mark == JW) == waste), Decimal(0))


def _discarded(group: Group) -> str:
    waste = group.due.get(JW)
    return f"{counted(waste)} {_was(waste)} discarded" if waste else "nothing was discarded"


def _due(group: Group) -> str:
    return " and ".join(f"{counted(units)} {mark}".strip() for mark, units in group.due.items())


def _was(units: Decimal) -> str:
    return "was" if units == 1 else "were"


def _given(context: Context, group: Group) -> str:
    doses = _doses(context, group)
    amount = " and ".join(f"{plain(amount)} {unit}" for unit, amount in doses.items())
    return f"{amount} of {_name(context, group)}" if amount else _name(context, group)


def _doses(context: Context, group: Group) -> dict[str, Decimal]:
    """Add up the doses given, by their charted unit."""
    doses: dict[str, Decimal] = {}
    for administration in administrations_of(context, group):
        if dose := administration.dose:
            doses[dose.unit] = doses.get(dose.unit, Decimal(0)) + dose.amount
    return doses


def _name(context: Context, group: Group) -> str:
    return context.reference.label(group.code) or group.code


def _lines(difference: Difference) -> str:
    return ", ".join(map(str, difference.lines))


def _numbers(lines: Iterable[ClaimLine]) -> str:
    return ", ".join(str(line.line) for line in lines)
