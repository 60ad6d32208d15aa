"""Billed administration lines against derived ones: every difference once, with the edits that settle it.

Lines are compared per date of service. What agrees by code, modifier and units is set aside; what is left is paired by
how likely one code was billed for the other; the rest is billed too much or not billed. Differences that depend on one
another (a new initial service turns the old one into an add-on) share one fix, so accepting it never leaves a claim
half changed, and accepting all of them ends in exactly the derived lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.codes import KINDS, distance
from onco_tui.rules.context import Context

_COUNTED_MODIFIERS = frozenset({"59", "XE", "XS", "XP", "XU", "53"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: a billed line, a derived line, or a pair of them that differ in code, units or modifier.

    ``billed_units`` is the part of the line in question, ``derived_units`` what the chart supports in its place.
    """

    line: ClaimLine | None
    derived: DerivedLine | None
    billed_units: Decimal
    derived_units: Decimal

    @property
    def recoded(self) -> bool:
        """True when a billed code stands for another derived code."""
        return self.line is not None and self.derived is not None and self.line.code != self.derived.code


@dataclass(slots=True)
class _Billed:
    line: ClaimLine
    left: Decimal


@dataclass(slots=True)
class _Due:
    derived: DerivedLine
    left: Decimal


def differences(context: Context) -> tuple[Difference, ...]:
    """Compare all administration lines of the claim with the derivation, date by date."""
    billed: dict[date | None, list[_Billed]] = defaultdict(list)
    due: dict[date | None, list[_Due]] = defaultdict(list)
    for line in context.claim.lines:
        if line.code in KINDS:
            billed[context.day_of(line)].append(_Billed(line, line.units))
    for derived in context.derivation.lines:
        if derived.code in KINDS:
            due[derived.date_of_service].append(_Due(derived, derived.units))
    found: list[Difference] = []
    for day in sorted(billed.keys() | due.keys(), key=str):
        found += _compare_day(billed[day], due[day])
    return tuple(found)


def _compare_day(billed: list[_Billed], due: list[_Due]) -> Iterable[Difference]:
    due = _merged(due)
    _set_aside(billed, due)
    yield from _modifier_differences(billed, due)
    yield from _more_units(billed, due)
    yield from _recodes(billed, due)
    for entry in billed:
        if entry.left > 0:
            yield Difference(entry.line, None, entry.line.units, entry.line.units - entry.left)
    for item in due:
        if item.left > 0:
            yield Difference(None, item.derived, Decimal(0), item.left)


def counted_modifiers(modifiers: Iterable[str]) -> frozenset[str]:
    """Give the modifiers that tell services apart; 59 and the X modifiers count as one."""
    return frozenset("59" if m.startswith("X") else m for m in modifiers if m in _COUNTED_MODIFIERS)


def _merged(due: list[_Due]) -> list[_Due]:
    """Sum derived lines of one code and modifier, so that a line of two units meets two derived lines of one."""
    merged: dict[tuple[str, frozenset[str]], DerivedLine] = {}
    for item in due:
        key = (item.derived.code, counted_modifiers(item.derived.modifiers))
        known = merged.get(key)
        merged[key] = item.derived if known is None else _joined(known, item.derived)
    return [_Due(derived, derived.units) for derived in merged.values()]


def _joined(one: DerivedLine, other: DerivedLine) -> DerivedLine:
    return replace(
        one,
        units=one.units + other.units,
        sources=tuple(dict.fromkeys(one.sources + other.sources)),
        because=tuple(dict.fromkeys(one.because + other.because)),
    )


def _same(entry: _Billed, item: _Due) -> bool:
    return entry.line.code == item.derived.code and counted_modifiers(entry.line.modifiers) == counted_modifiers(
        item.derived.modifiers
    )


def _set_aside(billed: list[_Billed], due: list[_Due]) -> None:
    for item in due:
        for entry in billed:
            if _same(entry, item):
                taken = min(entry.left, item.left)
                entry.left -= taken
                item.left -= taken


def _modifier_differences(billed: list[_Billed], due: list[_Due]) -> Iterable[Difference]:
    """Find the same code told apart only by a modifier that one side lacks."""
    for item in due:
        for entry in billed:
            if item.left > 0 and entry.left == entry.line.units and entry.line.code == item.derived.code:
                yield Difference(entry.line, item.derived, entry.left, item.left)
                entry.left = item.left = Decimal(0)


def _more_units(billed: list[_Billed], due: list[_Due]) -> Iterable[Difference]:
    """Find lines whose code is right but whose units are too few."""
    for item in due:
        for entry in billed:
            if item.left > 0 and entry.left == 0 and _same(entry, item):
                yield Difference(entry.line, item.derived, entry.line.units, entry.line.units + item.left)
                item.left = Decimal(0)


def _recodes(billed: list[_Billed], due: list[_Due]) -> Iterable[Difference]:
    """Pair what is left, nearest codes first; a line is recoded whole or not at all."""
    pairs = sorted(
        (far, at, index)
        for at, entry in enumerate(billed)
        for index, item in enumerate(due)
        if entry.left == entry.line.units
        and item.left > 0
        and (far := distance(entry.line.code, item.derived.code)) is not None
    )
    for _, at, index in pairs:
        entry, item = billed[at], due[index]
        if entry.left <= 0 or item.left <= 0:
            continue
        hours = KINDS[item.derived.code].place == "hour"
        units = item.left if hours else min(item.left, entry.left)
        yield Difference(entry.line, item.derived, entry.line.units, units)
        entry.left = Decimal(0)
        item.left -= units
