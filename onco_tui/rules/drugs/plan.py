"""What must become of each billed line of one drug code on one date, so that the claim says what the chart supports.

Lines play one of two parts: administered, or discarded (JW). Each line keeps its part wherever it can; units are set
right within a part, surplus taken from the last line, what is lacking given to the first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.claim import ClaimLine

JW, JZ, BOTH, NEITHER = "JW", "JZ", "JW JZ", ""


def mark_of(modifiers: Collection[str]) -> str:
    """Give the waste modifiers among others: JW, JZ, both or neither."""
    if JW in modifiers:
        return BOTH if JZ in modifiers else JW
    return JZ if JZ in modifiers else NEITHER


@dataclass(frozen=True)
class Group:
    """All that is billed and all that the chart supports for one drug code on one date.

    ``waste_unknown`` says what the chart lacks to tell whether anything was discarded; empty when it does tell.
    ``judged`` is True when the supported lines are one reading among others, and ``rivals`` are the codes of other
    products where even the code is one.
    """

    code: str
    day: date
    billed: tuple[ClaimLine, ...]
    derived: tuple[DerivedLine, ...]
    waste_unknown: str = ""
    judged: bool = False
    rivals: tuple[str, ...] = ()

    @cached_property
    def due(self) -> dict[str, Decimal]:
        """The units the chart supports, by waste modifier."""
        units: dict[str, Decimal] = {}
        for line in self.derived:
            mark = mark_of(line.modifiers)
            units[mark] = units.get(mark, Decimal(0)) + line.units
        return units

    @cached_property
    def settled(self) -> bool:
        """True when just the supported units are billed, with their waste modifiers and on no empty line."""
        billed: dict[str, Decimal] = {}
        for line in self.billed:
            if line.units <= 0:
                return False
            mark = mark_of(line.modifiers)
            billed[mark] = billed.get(mark, Decimal(0)) + line.units
        return billed == self.due

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The administrations the chart supports it with."""
        return tuple(dict.fromkeys(source for line in self.derived for source in line.sources))


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a billed line, or a line to be added when ``line`` is None. Zero units remove the line."""

    line: ClaimLine | None
    mark: str
    units: Decimal

    @property
    def changes_units(self) -> bool:
        """True when the line's units change or the line goes."""
        return self.line is not None and (self.units != self.line.units or not self.units)

    @property
    def changes_mark(self) -> bool:
        """True when a line that stays changes its waste modifiers."""
        return self.line is not None and self.units != 0 and self.mark != mark_of(self.line.modifiers)

    def only(self, *, units: bool, mark: bool) -> Step:
        """Give the same step with only some of its changes; what is not changed stays as billed."""
        if self.line is None:
            return self
        present = mark_of(self.line.modifiers)
        return Step(self.line, self.mark if mark else present, self.units if units else self.line.units)

    @property
    def surplus(self) -> Decimal:
        """The units taken from the line; negative when units are given to it."""
        return self.line.units - self.units if self.line else -self.units


def plan(group: Group, standing: frozenset[str] = frozenset()) -> tuple[Step, ...]:
    """Say what becomes of every line, and which lines to add.

    ``standing`` are modifiers a line may keep although the chart does not ask for them; where JW is one of them, dose
    and waste count together.
    """
    due = group.due
    given, discarded = (list(group.billed), []) if JW in standing else _parts(group.billed, due)
    roles = [mark for mark in due if mark != JW] or [NEITHER]
    steps: list[Step] = []
    for role in roles:
        lines = given if len(roles) == 1 else [line for line in given if _nearest(line) == role]
        steps += _settled(lines, role, due.get(role, Decimal(0)))
    steps += _settled(discarded, JW, due.get(JW, Decimal(0)))
    return tuple(_left_alone(step, standing) for step in steps)


def _parts(billed: Sequence[ClaimLine], due: Mapping[str, Decimal]) -> tuple[list[ClaimLine], list[ClaimLine]]:
    """Tell administered from discarded lines, by modifier and, where that is wrong or missing, by units."""
    discarded = [line for line in billed if mark_of(line.modifiers) == JW]
    given = [line for line in billed if line not in discarded]
    waste = due.get(JW, Decimal(0))
    if waste and not discarded and len(given) > 1:
        discarded = _unmarked_waste(given, waste, sum(due.values(), Decimal(0)))
        given = [line for line in given if line not in discarded]
    alone = len(discarded) == 1 and discarded[0].units == waste
    if discarded and not given and not alone and len(due.keys() - {JW}) < 2:
        dose = sum((units for mark, units in due.items() if mark != JW), Decimal(0))
        given = [max(discarded, key=lambda line: (line.units == dose, line.units))]
        discarded = [line for line in discarded if line not in given]
    return given, discarded


def _unmarked_waste(given: Sequence[ClaimLine], waste: Decimal, total: Decimal) -> list[ClaimLine]:
    """Find the line that bills the waste without a proper JW: by both modifiers, by JZ beside the dose, or by units."""
    both = [line for line in given if mark_of(line.modifiers) == BOTH]
    if both and len(both) < len(given):
        return both[-1:]
    attested = [line for line in given if mark_of(line.modifiers) == JZ]
    rest = sum((line.units for line in given if line not in attested), Decimal(0))
    if len(attested) == 1 and rest == total - waste:
        return attested
    exact = [line for line in given if line.units == waste]
    return exact[-1:] if sum(line.units for line in given) == total else []


def _nearest(line: ClaimLine) -> str:
    return NEITHER if mark_of(line.modifiers) == NEITHER else JZ


def _settled(lines: Sequence[ClaimLine], mark: str, due: Decimal) -> Iterator[Step]:
    if not lines:
        if due:
            yield Step(None, mark, due)
        return
    if not due:
        yield from (Step(line, mark, Decimal(0)) for line in lines)
        return
    surplus = sum((line.units for line in lines), Decimal(0)) - due
    steps: list[Step] = []
    for line in reversed(lines):
        taken = min(max(line.units, Decimal(0)), surplus) if surplus > 0 else Decimal(0)
        if surplus < 0 and line is lines[0]:
            taken = surplus
        surplus -= taken
        steps.append(Step(line, mark, line.units - taken))
    yield from reversed(steps)


def _left_alone(step: Step, standing: frozenset[str]) -> Step:
    present = mark_of(step.line.modifiers) if step.line else NEITHER
    return Step(step.line, present, step.units) if step.mark == NEITHER and present in standing else step
