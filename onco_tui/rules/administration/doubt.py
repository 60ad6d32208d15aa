"""Where a difference is open: other published readings that agree with the claim, and gaps that could explain it.

A line that another reading supports is never an error. A line that a gap in the chart could explain is not judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from onco_tui.derive.result import Choice, DerivedLine, NotDerived
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.charted import INFUSED, class_in, codes_for, may_bill, not_derived, on_day, run_in
from onco_tui.rules.administration.codes import INITIAL, KINDS
from onco_tui.rules.administration.comparison import Difference, counted_modifiers
from onco_tui.rules.context import Context

_Lines = dict[tuple[str, frozenset[str]], Decimal]


@dataclass(frozen=True, slots=True)
class OtherReading:
    """One alternative of a judgement. ``whole`` is True when the claim is billed just so, line for line."""

    question: str
    lines: _Lines
    whole: bool


def other_readings(context: Context) -> tuple[OtherReading, ...]:
    """Give the readings the policy did not choose. Use it through ``context.once``."""
    billed = _tally(line for line in context.claim.lines if line.code in KINDS)
    return tuple(
        OtherReading(judgement.question, lines, lines == billed)
        for judgement in context.judgements
        if judgement.topic == "administration"
        for lines in map(_tally, judgement.alternatives)
    )


def judged(context: Context, difference: Difference) -> bool:
    """Tell whether another reading gives the codes of a difference other units or modifiers."""
    readings = context.once(other_readings)
    if not readings:
        return False
    chosen = _only(_tally(line for line in context.derivation.lines if line.code in KINDS), difference.codes)
    return any(_only(reading.lines, difference.codes) != chosen for reading in readings)


def supported_elsewhere(context: Context, difference: Difference) -> OtherReading | None:
    """Find a reading that gives the codes of a difference as billed, one that fits the whole claim first."""
    readings = context.once(other_readings)
    if not readings:
        return None
    billed = _only(_tally(context.claim.lines), difference.codes)
    agreeing = [reading for reading in readings if _only(reading.lines, difference.codes) == billed]
    return max(agreeing, key=lambda reading: reading.whole, default=None)


def _tally(lines: Iterable[ClaimLine | DerivedLine | Choice]) -> _Lines:
    units: Counter[tuple[str, frozenset[str]]] = Counter()
    for line in lines:
        units[line.code, counted_modifiers(line.modifiers)] += line.units  # type: ignore[assignment]  # sums Decimals too
    return {key: Decimal(value) for key, value in units.items() if value and key[0] in KINDS}


def _only(lines: _Lines, codes: frozenset[str]) -> _Lines:
    return {key: units for key, units in lines.items() if key[0] in codes}


def untimed(context: Context) -> tuple[Administration, ...]:
    """Give the infusions whose minutes the chart does not tell. Use it through ``context.once``."""
    gaps = {source for entry in _gaps(context) for source in entry.sources}
    return tuple(
        a
        for a in context.administrations
        if a.id in gaps
        and a.route in INFUSED
        and run_in(context, a).minutes is None
        and class_in(context, a) not in {None, "other"}
        and not _unpurposed(context, a)
    )


def untimed_for(context: Context, line: ClaimLine) -> tuple[Administration, ...]:
    """Give the infusions of unknown length that a time-based line may have been billed for."""
    if KINDS[line.code].form != "infusion":
        return ()
    day = context.day_of(line)
    return tuple(a for a in context.once(untimed) if on_day(a, day) and may_bill(context, a, line.code))


def unsettled(context: Context, difference: Difference) -> str:
    """Say which gap in the chart could explain a billed line; empty when none could.

    Times that are missing have a rule of their own and are not meant here.
    """
    line = difference.line
    if line is None:
        return ""
    timeless = {a.id for a in context.once(untimed)}
    for entry in _gaps(context):
        if timeless.isdisjoint(entry.sources) and _may_explain(context, entry, line):
            return entry.reason
    uncharted = _not_charted_here(context, line) if difference.derived is None else ""
    return uncharted or _site_unknown(context, difference, line)


def gap_on_day(context: Context, difference: Difference) -> bool:
    """Tell whether a gap could change the code of what was given through a vein that day."""
    derived = difference.derived
    if derived is None or KINDS[derived.code].form not in {"infusion", "push"}:
        return False
    return any(
        on_day(a, derived.date_of_service) and derived.code in codes_for(a.route, class_in(context, a))
        for entry in _gaps(context)
        for a in context.administrations
        if a.id in entry.sources
    )


def _gaps(context: Context) -> Iterable[NotDerived]:
    return (entry for entry in context.derivation.not_derived if entry.gap and entry.topic == "administration")


def _unpurposed(context: Context, administration: Administration) -> bool:
    return class_in(context, administration) == "hydration" and administration.purpose is None


def _may_explain(context: Context, entry: NotDerived, line: ClaimLine) -> bool:
    day = context.day_of(line)
    known = [a for a in context.administrations if a.id in entry.sources]
    if not known:  # a procedure: only flushes, draws and declotting are charted so
        return KINDS[line.code].family == "catheter"
    return any(on_day(a, day) and may_bill(context, a, line.code) for a in known)


def _not_charted_here(context: Context, line: ClaimLine) -> str:
    """Say why a line without any charted service may yet be right."""
    procedures = context.chart.procedures
    if KINDS[line.code].family == "catheter":
        unknown = procedures is None and not not_derived(context, line)
        return "the chart has no procedures" if unknown else ""
    charted = next((p.id for p in procedures or () if p.code == line.code), "")
    return f"procedure {charted} charts {line.code}, and procedures are not derived" if charted else ""


def _site_unknown(context: Context, difference: Difference, line: ClaimLine) -> str:
    """Say that a second initial service set apart by modifier cannot be judged where no access site is charted."""
    wanted = counted_modifiers(difference.derived.modifiers) if difference.derived else frozenset()
    apart = "59" in counted_modifiers(line.modifiers) - wanted
    sites = any(a.access_site or a.visit for a in context.administrations)
    if apart and line.code in INITIAL and not sites:
        return "the chart names no access site, so a second initial service cannot be judged"
    return ""
