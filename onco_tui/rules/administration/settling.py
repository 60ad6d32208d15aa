"""The edits that settle differences.

Differences that depend on one another share one fix, so accepting it never leaves a claim half changed: a new initial
service turns the old one into an add-on, and an add-on goes with its only parent. Accepting all fixes, in any order,
ends in exactly the derived lines.

A recoded or added line takes its charge from another line of its new code; without one the charge stays open and the
title says so. The old charge is the price of the old code: kept, it would leave the claim with a price nobody set,
and nothing would show it; an open charge shows on the line and in the fix's title until somebody enters it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.values import plain
from onco_tui.rules.administration.codes import KINDS, ONLY_ALONE, is_service
from onco_tui.rules.administration.comparison import Difference, counted_modifiers
from onco_tui.rules.administration.grading import grade
from onco_tui.rules.administration.groups import encounter_of, groups, moves, within
from onco_tui.rules.administration.phrases import coded
from onco_tui.rules.context import Context, charge_after, charge_for
from onco_tui.rules.edit_series import EditSeries, pointers_like
from onco_tui.rules.finding import Fix

_MAX_MODIFIERS = 4
_MOST_OFFERING = 100


@dataclass(frozen=True, slots=True)
class Settlement:
    """One fix and the differences it settles."""

    group: tuple[Difference, ...]
    fix: Fix


def settlements(context: Context) -> tuple[Settlement, ...]:
    """Give the fixes of all differences that can be judged. Use it through ``context.once``."""
    return tuple(Settlement(group, fix) for group in groups(context) if (fix := _fix(context, group)))


def settlement_of(context: Context, difference: Difference) -> Fix | None:
    """Give the fix that settles a difference.

    None when it has no room for a modifier or no parent for an add-on, or when one of very many alike offers it.
    """
    return context.once(_fixes_by_difference).get(id(difference))


def _fixes_by_difference(context: Context) -> dict[int, Fix]:
    """Name the fix of each difference; where very many share one, the first offers it for all."""
    return {
        id(difference): settlement.fix
        for settlement in context.once(settlements)
        for difference in settlement.group[: 1 if len(settlement.group) > _MOST_OFFERING else None]
    }


def bringing(context: Context, codes: frozenset[str], day: date | None) -> Difference | None:
    """Give the difference whose fix brings one of some codes to a date; None when the chart supports none of them."""
    for settlement in context.once(settlements):
        for difference in settlement.group:
            derived = difference.derived
            if derived is None or derived.code not in codes:
                continue
            if encounter_of(context, derived.date_of_service) == encounter_of(context, day):
                return difference
    return None


def _fix(context: Context, group: Sequence[Difference]) -> Fix | None:
    if any(d.line and len(_modifiers(d.line, d)) > _MAX_MODIFIERS for d in group):
        return None
    series = EditSeries(context.encounter)
    for difference in group:
        if difference.line is None:
            _add(series, difference)
        elif difference.supported:
            _change(series, difference.line, difference)
        else:
            series.remove(difference.line.line)
    if not series.edits or _brings_orphan(context, group, series.claim) or _not_alone(group, series.claim):
        return None
    return Fix(_title(group, series.claim), grade(context, group), series.edits)


def _brings_orphan(context: Context, group: Sequence[Difference], after: Claim) -> bool:
    """Tell whether an add-on would stand without a parent, because what would be its parent cannot be judged."""
    for difference in group:
        derived = difference.derived
        parents = context.reference.addon_parents.get(derived.code) if derived and moves(difference) else None
        if derived and parents is not None:
            encounter = encounter_of(context, derived.date_of_service)
            beside = (line for line in after.lines if encounter_of(context, after.day_of(line)) == encounter)
            if parents.isdisjoint(line.code for line in beside):
                return True
    return False


def _not_alone(group: Sequence[Difference], after: Claim) -> bool:
    """Tell whether a draw or flush would be brought beside a service that cannot be judged."""
    brought = {d.derived.date_of_service for d in group if d.derived and d.derived.code in ONLY_ALONE and moves(d)}
    services = (line for line in after.lines if is_service(line.code) and line.code not in ONLY_ALONE)
    return bool(brought) and any(after.day_of(line) in brought for line in services)


def _change(series: EditSeries, line: ClaimLine, difference: Difference) -> None:
    derived, units = difference.derived, difference.supported
    code = derived.code if derived else line.code
    series.set(line.line, "code", code)
    series.set(line.line, "units", units)
    series.set(line.line, "modifiers", _modifiers(line, difference))
    if derived and line.date_of_service and not within(line, derived.date_of_service):
        series.set(line.line, "date_of_service", derived.date_of_service)
    if code != line.code:
        series.set(line.line, "charge", _price(series.claim, code, units, besides=line.line))
    else:
        series.set(line.line, "charge", charge_after(line, units))


def _modifiers(line: ClaimLine, difference: Difference) -> tuple[str, ...]:
    """Give the modifiers after the fix: those that tell services apart as derived, all others as they are."""
    derived = difference.derived
    if derived is None or difference.modifiers == counted_modifiers(derived.modifiers):
        return line.modifiers
    kept = tuple(m for m in line.modifiers if counted_modifiers((m,)).isdisjoint(difference.modifiers))
    return (*kept, *(m for m in derived.modifiers if m not in kept))


def _add(series: EditSeries, difference: Difference) -> None:
    derived = difference.derived
    if derived is None:
        return
    claim = series.claim
    alike = [line for line in claim.lines if line.code in KINDS]
    like = next((line for line in alike if line.date_of_service == derived.date_of_service), next(iter(alike), None))
    new = ClaimLine(
        line=1,  # the series gives it the next free number
        code=derived.code,
        modifiers=derived.modifiers,
        units=difference.supported,
        diagnosis_pointers=pointers_like(claim, like),
        charge=_price(claim, derived.code, difference.supported),
        date_of_service=derived.date_of_service,
        place_of_service=like.place_of_service if like else None,
        rendering_npi=like.rendering_npi if like else None,
    )
    series.insert(new, alike[-1].line if alike else None)


def _price(claim: Claim, code: str, units: Decimal, besides: int = 0) -> Decimal | None:
    """Take the charge from another line of the same code on this claim; without one it stays open, never guessed."""
    for line in claim.lines:
        if line.code == code and line.line != besides and line.charge is not None:
            return charge_for(line, units)
    return None


def _title(group: Sequence[Difference], after: Claim) -> str:
    steps = "; ".join(map(_step, group))
    codes = {d.derived.code for d in group if d.derived and (d.line is None or d.recoded)}
    unpriced = sum(line.charge is None and line.code in codes for line in after.lines)
    if not unpriced:
        return steps
    return f"{steps}; charge{'s' if unpriced > 1 else ''} to be entered"


def _step(difference: Difference) -> str:
    line, derived, units = difference.line, difference.derived, difference.supported
    if line is None:
        return f"add {coded(derived.code, units, derived.modifiers)}" if derived else ""
    if not units:
        return f"remove line {line.line} ({line.code})"
    words = []
    if difference.recoded and derived:
        words.append(f"{line.code} to {coded(derived.code, units)}")
    elif units != line.units:
        words.append(f"units {plain(line.units)} to {plain(units)}")
    if (modifiers := _modifiers(line, difference)) != line.modifiers:
        words.append(f"modifiers {' '.join(line.modifiers) or 'none'} to {' '.join(modifiers) or 'none'}")
    if derived and line.date_of_service and not within(line, derived.date_of_service):
        words.append(f"date {line.date_of_service} to {derived.date_of_service}")
    return f"line {line.line} {', '.join(words)}"
