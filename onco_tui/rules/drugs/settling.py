"""The fix of a difference: edits that make its lines what the chart supports, a title, and a grade."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from onco_tui.encounter.claim import Claim, ClaimLine, NdcQuantity
from onco_tui.encounter.values import plain
from onco_tui.rules.context import Context, charge_after, charge_for
from onco_tui.rules.drugs.comparison import NOT_BILLED, Difference, administrations_of, perhaps_packaged
from onco_tui.rules.drugs.groups import is_drug
from onco_tui.rules.drugs.plan import JW, JZ, Group, Step, mark_of
from onco_tui.rules.drugs.queries import ask_product
from onco_tui.rules.edit_series import EditSeries, pointers_like
from onco_tui.rules.finding import Fix, Grade

_MAX_MODIFIERS = 4
_REPEATS = frozenset({"76", "77", "59", "XE", "XP", "XS", "XU"})


def fixes(context: Context, difference: Difference) -> tuple[Fix, ...]:
    """Give the fix of a difference: edits, a question where the code itself is in doubt, nothing without room."""
    if difference.rule == NOT_BILLED and difference.group.rivals:
        group = difference.group
        return (ask_product(context, group.day, administrations_of(context, group), (group.code, *group.rivals)),)
    series = EditSeries(context.encounter)
    if not settle(context, series, difference):
        return ()
    return (Fix(_title(difference, series.claim), _grade(context, difference), series.edits),)


def move(context: Context, difference: Difference) -> tuple[Fix, ...]:
    """Put the lines of a difference on the date of its group, and make them what the chart supports then."""
    series = EditSeries(context.encounter)
    numbers = {line.line for line in difference.group.billed}
    moved = [o for o in context.claim.lines if o.line in numbers and context.day_of(o) != difference.group.day]
    for line in moved:
        series.set(line.line, "date_of_service", difference.group.day)
    if not settle(context, series, difference):
        return ()
    words = [
        f"line {', '.join(str(line.line) for line in moved)} date of service {difference.group.day}",
        _title(difference, series.claim),
    ]
    return (Fix("; ".join(filter(None, words)), "review", series.edits),)


def settle(context: Context, series: EditSeries, difference: Difference) -> bool:
    """Add the edits of a difference to a series; False when a line has no room for another modifier."""
    if any(step.line and len(_marked(step.line, step.mark)) > _MAX_MODIFIERS for step in difference.steps):
        return False
    for step in difference.steps:
        if step.line is not None:
            shares = charge_for if difference.split else charge_after
            _change(series, step.line, step, shares(step.line, step.units))
    for step in difference.steps:
        if step.line is None:
            line, after = _new_line(context, difference, step)
            series.insert(line, after)
    return True


def _grade(context: Context, difference: Difference) -> Grade:
    """Leave to a person what adds or removes a line, or rests on a judgement or on facts that are not charted."""
    group = difference.group
    drug = context.reference.drugs.by_code(group.code)
    adds = any(step.line is None for step in difference.steps) and not difference.split
    removes = any(step.line is not None and not step.units for step in difference.steps)
    if adds or removes or group.judged or drug is None or drug.confidence != "high":
        return "review"
    if perhaps_packaged(context, difference):
        return "review"
    charted = all(
        a.dose and a.vials and (a.discarded or JW not in group.due) for a in administrations_of(context, group)
    )
    return "safe" if charted else "review"


def _marked(line: ClaimLine, mark: str) -> tuple[str, ...]:
    """Give the line's modifiers with other waste modifiers, at the end."""
    return (*(modifier for modifier in line.modifiers if modifier not in {JW, JZ}), *mark.split())


def _change(series: EditSeries, line: ClaimLine, step: Step, charge: Decimal | None) -> None:
    if not step.units:
        series.remove(line.line)
        return
    if step.changes_mark:
        series.set(line.line, "modifiers", _marked(line, step.mark))
    if step.changes_units:
        series.set(line.line, "units", step.units)
        if charge is not None:
            series.set(line.line, "charge", charge)
        if line.ndc and line.ndc.quantity is not None and line.units > 0 and step.surplus > 0:
            series.set(line.line, "ndc", _part_of(line.ndc, step.units / line.units))


def _new_line(context: Context, difference: Difference, step: Step) -> tuple[ClaimLine, int | None]:
    """Make a line after the model of the same drug's billed line, where there is one, and say where it goes."""
    group = difference.group
    like = _model(difference)
    if like is None:
        others = [m for line in group.derived for m in line.modifiers if m not in {JW, JZ}]
        new = ClaimLine(
            line=1,
            code=group.code,
            modifiers=(*dict.fromkeys(others), *step.mark.split()),
            units=step.units,
            diagnosis_pointers=pointers_like(context.claim, _neighbour(context, group)),
            date_of_service=group.day,
        )
        return new, None
    new = like.model_copy(
        update={
            "modifiers": tuple(m for m in _marked(like, step.mark) if m not in _REPEATS),
            "units": step.units,
            "charge": _charge(difference, like, step),
            "ndc": _ndc(difference, like, step),
            "diagnosis_pointers": pointers_like(context.claim, like),
        }
    )
    return new, like.line


def _model(difference: Difference) -> ClaimLine | None:
    if difference.split:
        return next(step.line for step in difference.steps if step.line is not None and step.surplus > 0)
    return next((line for line in difference.group.billed if mark_of(line.modifiers) != JW), None)


def _charge(difference: Difference, like: ClaimLine, step: Step) -> Decimal | None:
    """Take the charge from the line's own price per unit; of a split line both parts add up to what it was."""
    if difference.split and like.charge is not None and (kept := charge_for(like, like.units - step.units)) is not None:
        return like.charge - kept
    return charge_for(like, step.units) if like.units > 0 else None


def _ndc(difference: Difference, like: ClaimLine, step: Step) -> NdcQuantity | None:
    if like.ndc is None or not difference.split:
        return like.ndc and NdcQuantity(code=like.ndc.code, unit=like.ndc.unit)
    return _part_of(like.ndc, step.units / like.units)


def _part_of(ndc: NdcQuantity, share: Decimal) -> NdcQuantity:
    if ndc.quantity is None:
        return ndc
    part = (ndc.quantity * share).quantize(Decimal("0.001"), ROUND_HALF_UP).normalize()
    return ndc.model_copy(update={"quantity": Decimal(f"{part:f}")})


def _neighbour(context: Context, group: Group) -> ClaimLine | None:
    """Find another drug line of the day, to point where it points."""
    return next(
        (line for line in context.claim.lines if is_drug(context, line.code) and context.day_of(line) == group.day),
        None,
    )


def _title(difference: Difference, after: Claim) -> str:
    steps = [_step(step, after) for step in difference.steps if step.line and (step.changes_units or step.changes_mark)]
    steps += [_addition(difference.group, step, after) for step in difference.steps if step.line is None]
    return "; ".join(steps)


def _step(step: Step, after: Claim) -> str:
    line = step.line
    if line is None or not step.units:
        return f"remove line {line.line}" if line else ""
    words = []
    if step.changes_units:
        changed = after.line(line.line)
        charged = f", charge {changed.charge}" if changed and changed.charge != line.charge else ""
        words.append(f"units {plain(line.units)} to {plain(step.units)}{charged}")
    if step.changes_mark:
        words.append(f"modifiers {' '.join(_marked(line, step.mark)) or 'none'}")
    return f"line {line.line} {' and '.join(words)}"


def _addition(group: Group, step: Step, after: Claim) -> str:
    mark = f" {step.mark}" if step.mark else ""
    added = [line for line in after.lines if line.code == group.code and line.units == step.units and not line.charge]
    charge = "; its charge must be entered" if added else ""
    return f"add {group.code}{mark}, {plain(step.units)} unit{'' if step.units == 1 else 's'}{charge}"
