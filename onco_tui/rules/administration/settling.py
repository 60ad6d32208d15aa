"""Turns differences into findings: the reason with its arithmetic, the evidence, and the edits that settle it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import Edit
from onco_tui.encounter.values import plain
from onco_tui.rules.administration.codes import INITIAL, KINDS, pays_more
from onco_tui.rules.administration.comparison import Difference, counted_modifiers
from onco_tui.rules.administration.verdicts import untimed_sources, verdicts
from onco_tui.rules.context import Context, charge_for, chart_evidence, line_evidence
from onco_tui.rules.edit_series import EditSeries
from onco_tui.rules.finding import Direction, Draft, Evidence, Fix, Grade, NotChecked

_TIMES = ("drug", "route", "start", "stop")


def drafts(context: Context, rule: str) -> Iterator[Draft | NotChecked]:
    """Give the findings of one rule: the differences that are its own."""
    for owner, difference in context.once(verdicts):
        if owner == rule:
            yield _draft(context, difference)


def _draft(context: Context, difference: Difference) -> Draft:
    line, derived = difference.line, difference.derived
    return Draft(
        message=_message(difference),
        lines=(line.line,) if line else (),
        evidence=_evidence(context, difference),
        direction=_direction(difference),
        amount_at_risk=_amount(difference),
        fixes=_fixes(context, difference),
        subject=derived.code if derived else "",
    )


def _message(difference: Difference) -> str:
    line, derived = difference.line, difference.derived
    if line is None:
        assert derived is not None  # noqa: S101  a difference has at least one side
        return f"not billed: {_coded(derived.code, difference.derived_units)}. {_reason(derived)}"
    billed = f"line {line.line} bills {_coded(line.code, line.units)}"
    if derived is None and not difference.derived_units:
        return f"{billed}; the chart supports no such service"
    if derived is None:
        return f"{billed}; the chart supports {plain(difference.derived_units)}"
    if line.code == derived.code and line.units == difference.derived_units:
        wanted, present = _listed(derived.modifiers), _listed(line.modifiers)
        return f"{billed} with {present}; the chart supports {wanted}. {_reason(derived)}"
    return f"{billed}; the chart supports {_coded(derived.code, difference.derived_units)}. {_reason(derived)}"


def _coded(code: str, units: Decimal) -> str:
    return code if units == 1 else f"{code} x {plain(units)}"


def _listed(modifiers: tuple[str, ...]) -> str:
    return " ".join(modifiers) or "no modifier"


def _reason(derived: DerivedLine) -> str:
    return "; ".join(derived.because)


def _evidence(context: Context, difference: Difference) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    if difference.line:
        found += line_evidence(difference.line, "code", "units", "modifiers")
    for source in difference.derived.sources if difference.derived else ():
        if administration := context.chart.administration(source):
            found += chart_evidence(administration, *_TIMES)
    return tuple(found)


def _direction(difference: Difference) -> Direction:
    line, derived = difference.line, difference.derived
    if line is None:
        return "under"
    if derived is None:
        return "over"
    if line.code == derived.code:
        return "under" if difference.derived_units > line.units else "format"
    return "over" if pays_more(line.code, derived.code) else "under"


def _amount(difference: Difference) -> Decimal | None:
    line = difference.line
    if line is None or _direction(difference) == "under":
        return None
    if difference.derived is None:
        return charge_for(line, line.units - difference.derived_units)
    return line.charge


def _fixes(context: Context, difference: Difference) -> tuple[Fix, ...]:
    group = _group(context, difference)
    edits = _edits(context.encounter, group)
    title = _title(group)
    return (Fix(title, _grade(context, group), edits),) if edits else ()


def _title(group: Sequence[Difference]) -> str:
    if len(group) > 1:
        return "code the visit's administrations as the chart supports: " + ", ".join(map(_step, group))
    return _step(group[0])


def _step(difference: Difference) -> str:
    line, derived = difference.line, difference.derived
    if line is None:
        assert derived is not None  # noqa: S101  a difference has at least one side
        return f"add {_coded(derived.code, difference.derived_units)}"
    if derived is None and not difference.derived_units:
        return f"remove line {line.line} ({line.code})"
    if derived is None or line.code == derived.code:
        if line.units == difference.derived_units and derived is not None:
            return f"line {line.line} modifiers {' '.join(derived.modifiers) or 'none'}"
        return f"line {line.line} units {plain(line.units)} to {plain(difference.derived_units)}"
    return f"line {line.line} {line.code} to {_coded(derived.code, difference.derived_units)}"


def _group(context: Context, difference: Difference) -> tuple[Difference, ...]:
    """Give the differences that must be settled together: all of the day once an initial service is involved."""
    day = _day(context, difference)
    same_day = tuple(other for _, other in context.once(verdicts) if _day(context, other) == day)
    return same_day if any(map(_touches_initial, same_day)) else (difference,)


def _touches_initial(difference: Difference) -> bool:
    line, derived = difference.line, difference.derived
    if line and derived and line.code == derived.code and line.units == difference.derived_units:
        return False
    return bool((line and line.code in INITIAL) or (derived and derived.code in INITIAL))


def _day(context: Context, difference: Difference) -> date | None:
    if difference.line:
        return context.day_of(difference.line)
    return difference.derived.date_of_service if difference.derived else None


def _grade(context: Context, group: Sequence[Difference]) -> Grade:
    """Leave to a person what rests on a judgement or lacks its times; the chart settles the rest."""
    judged = {source for judgement in context.derivation.judgements for source in judgement.about}
    gaps = any(entry.gap for entry in context.derivation.not_derived)
    for difference in group:
        derived = difference.derived
        if derived is None and gaps:
            return "review"
        if derived is not None and (judged.intersection(derived.sources) or untimed_sources(context, derived)):
            return "review"
    return "safe"


def _edits(encounter: Encounter, group: Sequence[Difference]) -> tuple[Edit, ...]:
    series = EditSeries(encounter)
    for difference in group:
        if difference.line is None:
            _plan_addition(series, difference)
        elif difference.derived is None and not difference.derived_units:
            series.remove(difference.line.line)
        else:
            _plan_change(series, difference.line, difference)
    return series.edits


def _plan_change(series: EditSeries, line: ClaimLine, difference: Difference) -> None:
    derived = difference.derived
    code = derived.code if derived else line.code
    series.set(line.line, "code", code)
    series.set(line.line, "units", difference.derived_units)
    if derived and counted_modifiers(line.modifiers) != counted_modifiers(derived.modifiers):
        kept = tuple(m for m in line.modifiers if not counted_modifiers((m,)))
        series.set(line.line, "modifiers", kept + derived.modifiers)
    if code == line.code:
        series.set(line.line, "charge", charge_for(line, difference.derived_units))
    else:
        series.set(line.line, "charge", _known_charge(series.claim, code, difference.derived_units, line.line))


def _plan_addition(series: EditSeries, difference: Difference) -> None:
    derived = difference.derived
    if derived is None:
        return
    claim = series.claim
    like = next((line for line in claim.lines if line.code in KINDS), None)
    new = ClaimLine(
        line=1,  # the series gives it the next free number
        code=derived.code,
        modifiers=derived.modifiers,
        units=difference.derived_units,
        diagnosis_pointers=like.diagnosis_pointers if like else tuple(range(1, min(len(claim.diagnoses), 4) + 1)),
        charge=_known_charge(series.claim, derived.code, difference.derived_units, 0),
        date_of_service=derived.date_of_service,
    )
    series.insert(new)


def _known_charge(claim: Claim, code: str, units: Decimal, besides: int) -> Decimal | None:
    """Take the charge from another line of the same code on this claim; without one it stays open, never guessed."""
    for line in claim.lines:
        if line.code == code and line.line != besides and line.charge is not None:
            return charge_for(line, units)
    return None
