"""Billed administration lines against derived ones: every difference once.

What agrees by code, date, units and the modifiers that tell services apart is set aside. What is left is paired, the
likeliest mistake first: a modifier, a date, a code close to the right one, units too few, a code further off. What
then remains was billed too much or not billed at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.codes import (
    FACILITY_PLACES,
    FACILITY_REPORTS,
    HOURS,
    KINDS,
    ONLY_ALONE,
    distance,
    is_service,
)
from onco_tui.rules.context import Context
from onco_tui.rules.unknown_codes import lines_as_meant, slips

_APART = frozenset({"59", "XE", "XP", "XS", "XU"})
COUNTED = _APART | {"53"}

# What a pairing costs; the distance of two codes is added to the last two.
_OTHER_MODIFIER, _OTHER_DATE, _CLOSE_CODE, _MORE_UNITS, _FAR_CODE = 0, 1, 2, 4, 5


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: a billed line, a derived line, or a pair of them that differ in code, units, modifier or date.

    ``supported`` is how many units the chart supports in the line's place, ``modifiers`` are those of the billed line
    that the chart must bear out.
    """

    line: ClaimLine | None
    derived: DerivedLine | None
    supported: Decimal
    modifiers: frozenset[str] = frozenset()

    @property
    def recoded(self) -> bool:
        """True when a billed code stands for another derived code."""
        return self.line is not None and self.derived is not None and self.line.code != self.derived.code

    @property
    def codes(self) -> frozenset[str]:
        """The codes concerned."""
        return frozenset(side.code for side in (self.line, self.derived) if side is not None)


@dataclass(slots=True)
class _Billed:
    """A billed line: the days it may stand for (None: any), the units not yet matched, and whether it is settled.

    ``paired`` is True when another service of the date, outside this comparison, asks for modifier 59.
    """

    line: ClaimLine
    days: tuple[date, date] | None
    paired: bool
    left: Decimal
    settled: bool = False

    @property
    def whole(self) -> bool:
        return self.left == max(self.line.units, Decimal(0))

    def covers(self, day: date) -> bool:
        return self.days is None or self.days[0] <= day <= self.days[1]

    def same(self, item: _Due) -> bool:
        derived = item.derived
        return (
            self.line.code == derived.code
            and self.modifiers_beside(derived) == counted_modifiers(derived.modifiers)
            and self.covers(derived.date_of_service)
        )

    def modifiers_beside(self, derived: DerivedLine | None) -> frozenset[str]:
        """Give the counted modifiers that the chart must bear out."""
        counted = counted_modifiers(self.line.modifiers)
        wanted = derived is not None and "59" in counted_modifiers(derived.modifiers)
        return counted - {"59"} if self.paired and not wanted else counted

    def against(self, derived: DerivedLine | None, units: Decimal) -> Difference:
        """Give the difference to what is derived in this line's place."""
        return Difference(self.line, derived, units, self.modifiers_beside(derived))


@dataclass(slots=True)
class _Due:
    derived: DerivedLine
    left: Decimal


@lru_cache(maxsize=1024)
def counted_modifiers(modifiers: tuple[str, ...]) -> frozenset[str]:
    """Give the modifiers that tell services apart; 59 and the X modifiers count as one."""
    return frozenset("59" if m in _APART else m for m in modifiers if m in COUNTED)


def differences(context: Context) -> tuple[Difference, ...]:
    """Compare all administration lines of the claim with the derivation, in claim order. Use it through ``once``.

    Without a chart of administrations nothing is compared. A code that is a slip of the pen counts as the one meant.
    """
    if context.chart.administrations is None:
        return ()
    billed = [
        _Billed(line, _days(context, line), _paired(context, line), max(line.units, Decimal(0)))
        for line in context.once(lines_as_meant)
        if line.code in KINDS and not left_to_facility(context, line)
    ]
    due = _merged(line for line in context.derivation.lines if line.code in KINDS)
    _set_aside(billed, due)
    found = [d for d in (*_pairs(billed, due), *_rest(billed, due)) if not _left_out(context, d)]
    place = {line.line: at for at, line in enumerate(context.claim.lines)}
    found.sort(key=lambda difference: place[difference.line.line] if difference.line else len(place))
    return tuple(found)


def _paired(context: Context, line: ClaimLine) -> bool:
    """Tell whether a line may owe its 59 to a service of the date that NCCI pairs with it and that is not compared."""
    day = context.day_of(line)
    if day is None or "59" not in counted_modifiers(line.modifiers):
        return False
    others = (o.code for o in context.claim.lines if o.code not in KINDS and context.day_of(o) == day)
    ask, claim_type = context.reference.codesets.pair, context.claim.claim_type
    edits = (ask(line.code, other, day, claim_type) for other in others)
    return any(edit.modifier_indicator == "1" and edit.column2 == line.code for edit in edits)


def _left_out(context: Context, difference: Difference) -> bool:
    """Tell what is not told here: of a code that is a slip of the pen, of a draw or flush that is rightly not billed.

    A draw or flush is not billed where the claim has a service that is not compared here.
    """
    line, derived = difference.line, difference.derived
    if line is not None:
        return line.line in context.once(slips)
    if derived is None or derived.code not in ONLY_ALONE:
        return False
    others = (line for line in context.claim.lines if line.code not in KINDS and is_service(line.code))
    return any(context.day_of(line) == derived.date_of_service for line in others)


def left_to_facility(context: Context, line: ClaimLine) -> bool:
    """Tell whether a practitioner's line is one the facility reports; the rule on places speaks of those."""
    place = context.claim.place_of_service
    return context.practitioner and place in FACILITY_PLACES and line.code in FACILITY_REPORTS


def _days(context: Context, line: ClaimLine) -> tuple[date, date] | None:
    """Give the first and last day of a line; one without a date of its own may stand for any day of the claim."""
    claim = context.claim
    first, last = (line.date_of_service, line.date_to) if line.date_of_service else (claim.date_from, claim.date_to)
    return None if first is None else (first, max(first, last or first))


def _merged(derived: Iterable[DerivedLine]) -> list[_Due]:
    """Join derived lines of one code, date and counted modifiers."""
    merged: dict[object, DerivedLine] = {}
    for line in derived:
        key = (line.date_of_service, line.code, counted_modifiers(line.modifiers))
        known = merged.get(key)
        merged[key] = line if known is None else _joined(known, line)
    return [_Due(line, line.units) for line in merged.values()]


def _joined(one: DerivedLine, other: DerivedLine) -> DerivedLine:
    return replace(
        one,
        units=one.units + other.units,
        sources=tuple(dict.fromkeys(one.sources + other.sources)),
        because=tuple(dict.fromkeys(one.because + other.because)),
    )


def _set_aside(billed: Sequence[_Billed], due: Sequence[_Due]) -> None:
    """Match what agrees: lines of just the right units first, then as many units as both sides have."""
    for exact in (True, False):
        for item in due:
            for entry in billed:
                if entry.same(item) and (entry.left == item.left or not exact):
                    taken = min(entry.left, item.left)
                    entry.left -= taken
                    item.left -= taken


def _pairs(billed: Sequence[_Billed], due: Sequence[_Due]) -> Iterator[Difference]:
    """Pair lines that match nothing with derived lines that are not billed, the likeliest mistake first."""
    for *_, at, index in sorted(_possible(billed, due)):
        entry, item = billed[at], due[index]
        if entry.settled or item.left <= 0:
            continue
        if not entry.whole:
            units = entry.line.units + item.left
            item.left = Decimal(0)
        else:
            units = item.left if item.derived.code in HOURS else min(max(entry.left, Decimal(1)), item.left)
            item.left -= units
        entry.left = Decimal(0)
        entry.settled = True
        yield entry.against(item.derived, units)


def _possible(billed: Sequence[_Billed], due: Sequence[_Due]) -> Iterator[tuple[int, Decimal, int, int]]:
    for index, item in enumerate(due):
        if item.left <= 0:
            continue
        for at, entry in enumerate(billed):
            cost = _cost(entry, item)
            if cost is not None:
                yield cost, abs(entry.line.units - item.left), at, index


def _cost(entry: _Billed, item: _Due) -> int | None:
    if not entry.whole:
        return _MORE_UNITS if entry.left == 0 and entry.same(item) else None
    covered = entry.covers(item.derived.date_of_service)
    if entry.line.code == item.derived.code:
        return _OTHER_MODIFIER if covered else _OTHER_DATE
    far = distance(entry.line.code, item.derived.code) if covered else None
    if far is None:
        return None
    return _CLOSE_CODE + far if far < 2 else _FAR_CODE + far


def _rest(billed: Sequence[_Billed], due: Sequence[_Due]) -> Iterator[Difference]:
    for entry in billed:
        if entry.left > 0:
            yield entry.against(None, entry.line.units - entry.left)
    for item in due:
        if item.left > 0:
            yield Difference(None, item.derived, item.left)
