"""Walks the segments of an 837P into its loops, and notes every segment that has no place there."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field

from onco_tui.exchange.x12.envelope import Transaction
from onco_tui.exchange.x12.faults import Faults
from onco_tui.exchange.x12.guide import Guide, LoopUse, SegmentUse, guide_837p
from onco_tui.exchange.x12.tokens import Segment

_LEVELS = {"20": "2000A", "22": "2000B", "23": "2000C"}
_PARENT_LEVEL = {"2000B": "2000A", "2000C": "2000B"}


@dataclass(slots=True, repr=False, eq=False)
class Loop:
    """A loop as it stands in a file: its own segments with their use, the first of which opened it.

    ``last`` is the number of the last segment that belongs to it, ``head_last`` that before the first claim or level
    inside it, and ``rank`` the furthest place in the guide its own segments have come to.
    """

    use: LoopUse
    segments: list[tuple[SegmentUse, Segment]]
    parent: Loop | None = None
    loops: list[Loop] = field(default_factory=list)
    last: int = 0
    head_last: int | None = None
    rank: int = 0
    _by_id: dict[str, list[Loop]] = field(default_factory=dict)

    @property
    def opener(self) -> Segment:
        """The segment that opened the loop."""
        return self.segments[0][1]

    @property
    def first(self) -> int:
        """The number of its first segment."""
        return self.opener.number

    @property
    def span(self) -> range:
        """The segments from its first to its last, inner loops included."""
        return range(self.first, self.last + 1)

    @property
    def head(self) -> range:
        """The segments before the first claim or level inside it."""
        return range(self.first, (self.last if self.head_last is None else self.head_last) + 1)

    def hold(self, loop: Loop) -> None:
        """Put a loop inside this one."""
        if self.head_last is None and (loop.use.ends_its_parent or loop.use.id in _PARENT_LEVEL):
            self.head_last = loop.first - 1
        self.loops.append(loop)
        self._by_id.setdefault(loop.use.id, []).append(loop)

    def every(self, identifier: str) -> list[Loop]:
        """Give the inner loops of a number, in order: 2400."""
        return self._by_id.get(identifier, [])

    def find(self, identifier: str) -> Loop | None:
        """Find the first inner loop of a number: 2010AA."""
        return next(iter(self.every(identifier)), None)

    def every_segment(self, key: str) -> Iterator[Segment]:
        """Give the own segments of a key in the guide, in order: ``REF*G1``."""
        return (segment for use, segment in self.segments if use.key == key)

    def segment(self, key: str) -> Segment | None:
        """Find the first own segment of a key: ``SV1``, ``DTP*472``."""
        return next(self.every_segment(key), None)

    def levels(self) -> Iterator[Loop]:
        """Give this loop and those around it, inmost first, the transaction left out."""
        loop: Loop | None = self
        while loop is not None and loop.parent is not None:
            yield loop
            loop = loop.parent


def walk(transaction: Transaction, faults: Faults) -> Loop:
    """Walk a transaction into its tree of loops."""
    return _Walker(transaction, guide_837p(), faults).walk(transaction.body)


class _Unplaced(ValueError):
    """An HL that cannot be joined to a level beyond doubt."""


class _Walker:
    """``_stack`` holds the open loops, the transaction first.

    ``_damaged`` is the last segment that could not be understood. It may have been anything, an HL too, so from
    there to the next level nothing may be built on, nor on a level that cannot be joined to its parent after it.
    """

    def __init__(self, transaction: Transaction, guide: Guide, faults: Faults) -> None:
        root = guide.loops["ST"]
        self._guide = guide
        self._faults = faults
        self._root = Loop(root, [(root.opener, transaction.st)], last=transaction.last)
        self._stack = [self._root]
        self._by_number: dict[str, Loop] = {}
        self._latest: dict[str, Loop] = {}
        self._damaged = 0
        self._damage_since = 0
        self._lost = False
        self._skipping_details = False
        self._before: Segment | None = None

    def walk(self, body: list[Segment]) -> Loop:
        for segment in body:
            if segment.id == "HL":
                self._end_damage(segment.number - 1)
            if any(word in self._guide.most_elements for word in segment.words_after_line_breaks):
                self._damage(segment, "another segment begins on a line inside this one: a terminator is missing")
            if segment.id == "HL":
                self._place_level(segment)
            elif not (self._skipping_details and segment.id in self._guide.details_of_a_name):
                self._skipping_details = False
                self._place(segment)
            self._before = segment
        self._end_damage(self._root.last)
        return self._root

    def _place(self, segment: Segment) -> None:
        if self._lost:
            if segment.id == "CLM":
                self._faults.error(segment.number, "this claim stands below a level that cannot be placed")
            return
        if not any(segment.elements):
            self._faults.warn(segment.number, "an empty segment")
            return
        if segment.id == "SV1" and (claim := self._claim_without_numbers()) is not None:
            self._close_to(claim)
            line = self._guide.loops["2400"]
            self._open(line, segment, line.own_use("SV1", ""))
            return
        qualifier = self._guide.qualifier(segment)
        for depth in range(len(self._stack) - 1, -1, -1):
            loop = self._stack[depth]
            ended = bool(loop.loops) and loop.loops[-1].use.ends_its_parent
            inner = loop.use.opened_by(segment.id, qualifier)
            if inner and (inner.ends_its_parent or not ended):
                self._close_to(depth)
                self._open(inner, segment)
                return
            own = None if ended else loop.use.own_use(segment.id, qualifier)
            if own:
                self._close_to(depth)
                self._note_order(loop, own, segment)
                loop.segments.append((own, segment))
                loop.rank = max(loop.rank, own.rank)
                self._reach(segment.number)
                return
            if loop.use.id in _LEVELS.values():
                break
        self._no_place(segment)

    def _claim_without_numbers(self) -> int | None:
        """Find the open claim that has no line yet, or whose last one began without LX: there an SV1 begins a line.

        An element before it that ends in LX is where an LX went whose terminator was lost: that is damage.
        """
        depth = next((depth for depth, loop in enumerate(self._stack) if loop.use.id == "2300"), None)
        lines = [] if depth is None else self._stack[depth].every("2400")
        if (lines and lines[-1].opener.id != "SV1") or (self._before and self._before.ends_an_element_with("LX")):
            return None
        return depth

    def _open(self, use: LoopUse, segment: Segment, own: SegmentUse | None = None) -> Loop:
        loop = Loop(use, [(own or use.opener, segment)], self._stack[-1])
        self._stack[-1].hold(loop)
        self._stack.append(loop)
        self._reach(segment.number)
        return loop

    def _close_to(self, depth: int) -> None:
        del self._stack[depth + 1 :]

    def _reach(self, number: int) -> None:
        for loop in self._stack[1:]:
            loop.last = number

    def _note_order(self, loop: Loop, use: SegmentUse, segment: Segment) -> None:
        if use.rank < loop.rank or loop.loops:
            name = self._guide.named(use.key)
            self._faults.warn(segment.number, f"{name} is out of order in {loop.use.title}")

    def _no_place(self, segment: Segment) -> None:
        """Note a segment without a place; it still belongs to the loops that are open around it."""
        self._reach(segment.number)
        message, grave = self._misplaced(segment, self._stack[-1].use.title)
        self._skipping_details = segment.id == "NM1"
        if grave:
            self._damage(segment, message)
        else:
            self._faults.warn(segment.number, f"{message}; it is not read")

    def _misplaced(self, segment: Segment, where: str) -> tuple[str, bool]:
        """Say why a segment has no place, and whether a claim may rest on what it was."""
        name, qualifier = segment.id, self._guide.qualifier(segment)
        if name not in self._guide.most_elements:
            said = "the segment identifier is not one of the 837P" if name else "the segment identifier is empty"
            return said + self._perhaps(name), True
        known, grave = self._guide.qualifiers.get(name), self._guide.is_content(segment)
        if known is None:
            return f"{self._guide.named(name)} has no place in {where} or around it", grave
        if qualifier in known:
            return f"{self._guide.named(name, qualifier)} has no place in {where} or around it", grave
        element = self._guide.named(f"{name}{self._guide.qualifier_at.get(name, 1):02}")
        wrong = "not one of the 837P" if qualifier else "empty"
        return f"{element} is {wrong}, so {name} cannot be placed in {where}", grave or not qualifier

    def _perhaps(self, name: str) -> str:
        """Name the identifier that may be meant; the one that stands there is not shown: it may be anybody's name."""
        close = difflib.get_close_matches(name, self._guide.most_elements, n=1) if len(name) <= 4 else []
        return f"; {close[0]} may be meant" if close else ""

    def _damage(self, segment: Segment, message: str) -> None:
        self._faults.error(segment.number, message)
        self._damaged = segment.number
        self._damage_since = self._damage_since or segment.number

    def _end_damage(self, last: int) -> None:
        if self._damage_since:
            self._faults.bar(self._damage_since, last, self._damage_since)
        self._damage_since = 0

    def _place_level(self, segment: Segment) -> None:
        self._lost, self._skipping_details = False, False
        try:
            level = self._level_of(segment)
            parent = self._parent_of(segment, level) if level in _PARENT_LEVEL else self._root
        except _Unplaced as reason:
            self._damage(segment, f"{reason}; what stands below this level is not read")
            self._lost = True
            return
        if segment.element(1) in self._by_number:
            self._faults.warn(segment.number, "HL01 repeats the number of an earlier level")
        if level == "2000A":
            self._latest.clear()
        elif level == "2000B":
            self._latest.pop("2000C", None)
        self._stack = [self._root, *reversed(list(parent.levels()))]
        loop = self._open(self._guide.loops[level], segment)
        self._latest[level] = self._by_number[segment.element(1)] = loop

    def _level_of(self, segment: Segment) -> str:
        level = _LEVELS.get(segment.element(3))
        if level is None:
            raise _Unplaced("HL03 (level) is not 20, 22 or 23")
        return level

    def _parent_of(self, segment: Segment, level: str) -> Loop:
        """Find the level HL02 names; where it names none, the one this HL stands below, if that is beyond doubt."""
        wanted = _PARENT_LEVEL[level]
        kind = self._guide.loops[wanted].name
        below = self._latest.get(wanted)
        if below is None:
            raise _Unplaced(f"no {kind} stands before it")
        named = self._by_number.get(segment.element(2))
        found = named is not None and named.use.id == wanted
        if found and named is not below:
            raise _Unplaced(f"HL02 names another {kind} than the one it stands below")
        said = "HL02 (parent level) is empty" if not segment.element(2) else f"HL02 names no {kind} there is"
        in_doubt = not found or segment.element(1) in self._by_number  # numbers used twice prove nothing
        if in_doubt and self._damaged > below.first:
            said = f"{said}, and" if not found else "HL01 repeats an earlier number, and"
            raise _Unplaced(f"{said} segment {self._damaged} before it could not be read")
        if not found:
            self._faults.warn(segment.number, f"{said}; read as below the one before it")
        return below
