"""The implementation guide as data: which loops and segments an 837P has, how often, and what must be filled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Self

from onco_tui.exchange.x12.tokens import Segment

_USE = re.compile(r"(?P<id>\w+)(?:\*(?P<qualifiers>[\w,]+))? (?P<bounds>\S+)(?P<needs>(?: \S+)*)")
_BOUNDS = re.compile(r"(?P<least>\d+)(?P<least_grave>!?)\.\.(?P<most>\d+|\*)(?P<most_grave>!?)")
_VALUE = re.compile(r"(?P<id>\w+?)(?P<element>\d\d)(?:-(?P<part>\d+))?")
_NEED = re.compile(r"(?P<element>\d+)(?:-(?P<part>\d+))?(?P<grave>!?)")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How often something stands; ``most`` None is no limit. Grave bounds are those an encounter rests on."""

    least: int
    most: int | None
    least_grave: bool
    most_grave: bool

    @classmethod
    def read(cls, text: str) -> Self:
        """Read ``1!..2``."""
        match = _match(_BOUNDS, text)
        most = None if match["most"] == "*" else int(match["most"])
        return cls(int(match["least"]), most, bool(match["least_grave"]), bool(match["most_grave"]))


@dataclass(frozen=True, slots=True)
class Need:
    """An element, or a part of one, that must be filled."""

    element: int
    part: int | None
    grave: bool

    @classmethod
    def read(cls, text: str) -> Self:
        """Read ``5-3!``."""
        match = _match(_NEED, text)
        return cls(int(match["element"]), int(match["part"]) if match["part"] else None, bool(match["grave"]))


@dataclass(frozen=True, slots=True)
class Value:
    """What an element, or a part of one (0 is the whole), may hold."""

    key: str
    element: int
    part: int
    allowed: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class SegmentUse:
    """A segment at its place in a loop; no qualifiers means any. ``rank`` orders segments of different ids."""

    id: str
    qualifiers: frozenset[str]
    bounds: Bounds
    needs: dict[int, list[Need]]
    rank: int
    key: str

    @classmethod
    def read(cls, text: str, rank: int) -> Self:
        """Read ``REF*EI,SY 1..1 1 2``."""
        match = _match(_USE, text)
        qualifiers = tuple((match["qualifiers"] or "").split(",")) if match["qualifiers"] else ()
        key = f"{match['id']}*{qualifiers[0]}" if qualifiers else match["id"]
        needs: dict[int, list[Need]] = {}
        for need in map(Need.read, match["needs"].split()):
            needs.setdefault(need.element, []).append(need)
        return cls(match["id"], frozenset(qualifiers), Bounds.read(match["bounds"]), needs, rank, key)

    def takes(self, qualifier: str) -> bool:
        """Tell whether a segment of this id with this qualifier is this use."""
        return not self.qualifiers or qualifier in self.qualifiers


@dataclass(frozen=True, slots=True, eq=False)
class LoopUse:
    """A loop: its own segments, the first of which opens it, and the loops inside it."""

    id: str
    name: str
    bounds: Bounds
    ends_its_parent: bool
    segments: tuple[SegmentUse, ...]
    loops: list[LoopUse] = field(default_factory=list)
    _own: dict[str, list[SegmentUse]] = field(default_factory=dict)
    _openers: dict[str, list[LoopUse]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for use in self.segments[1:]:
            self._own.setdefault(use.id, []).append(use)

    @property
    def opener(self) -> SegmentUse:
        """The segment that opens the loop."""
        return self.segments[0]

    @property
    def title(self) -> str:
        """Number and name, for messages."""
        return f"{self.id} ({self.name})"

    def hold(self, loop: LoopUse) -> None:
        """Put a loop inside this one."""
        self.loops.append(loop)
        self._openers.setdefault(loop.opener.id, []).append(loop)

    def own_use(self, identifier: str, qualifier: str) -> SegmentUse | None:
        """Find the place of a segment among the loop's own; None when it has none."""
        return next((use for use in self._own.get(identifier, ()) if use.takes(qualifier)), None)

    def opened_by(self, identifier: str, qualifier: str) -> LoopUse | None:
        """Find the inner loop a segment opens; None when it opens none."""
        return next((loop for loop in self._openers.get(identifier, ()) if loop.opener.takes(qualifier)), None)


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """The guide of one transaction. ``content`` are keys of segments that carry what an encounter says.

    ``qualifiers`` are all that tell the uses of a segment apart, by its identifier; where one use takes any, none.
    """

    loops: dict[str, LoopUse]
    content: frozenset[str]
    details_of_a_name: frozenset[str]
    qualifier_at: dict[str, int]
    qualifiers: dict[str, frozenset[str]]
    most_elements: dict[str, int]
    values: dict[str, list[Value]]
    labels: dict[str, str]

    def qualifier(self, segment: Segment) -> str:
        """Give what tells this use of the segment apart: the first part of the element named for it."""
        return segment.part(self.qualifier_at.get(segment.id, 1), 1)

    def is_content(self, segment: Segment) -> bool:
        """Tell whether an encounter rests on this segment."""
        return segment.id in self.content or f"{segment.id}*{self.qualifier(segment)}" in self.content

    def named(self, key: str, qualifier: str = "") -> str:
        """Give a segment or element with its label: ``CLM05 (place of service and frequency)``, ``NM1*IL (name)``."""
        name = key.partition("*")[0]
        label = self.labels.get(f"{name}*{qualifier}") or self.labels.get(key) or self.labels.get(name)
        shown = f"{name}*{qualifier}" if qualifier else name
        return f"{shown} ({label})" if label else shown


@cache
def guide_837p() -> Guide:
    """Load the guide of the 837 professional claim, 005010X222."""
    text = files("onco_tui.exchange.x12").joinpath("guide837p.toml").read_text("utf-8")
    data = tomllib.loads(text)
    loops: dict[str, LoopUse] = {}
    for entry in data["loop"]:
        loop = LoopUse(
            id=entry["id"],
            name=entry["name"],
            bounds=Bounds.read(entry.get("repeat", "1..1")),
            ends_its_parent=entry.get("ends_its_parent", False),
            segments=_segments(entry["segments"]),
        )
        loops[loop.id] = loop
        for parent in entry.get("within", ()):
            loops[parent].hold(loop)
    return Guide(
        loops=loops,
        content=frozenset(data["content"]),
        details_of_a_name=frozenset(data["details_of_a_name"]),
        qualifier_at=data["qualifier_at"],
        qualifiers=_qualifiers(loops.values()),
        most_elements=data["most_elements"],
        values=_values(data["values"]),
        labels=data["labels"],
    )


def _qualifiers(loops: Iterable[LoopUse]) -> dict[str, frozenset[str]]:
    """Gather the qualifiers of each segment all of whose uses name them."""
    uses: dict[str, list[frozenset[str]]] = {}
    for use in (use for loop in loops for use in loop.segments):
        uses.setdefault(use.id, []).append(use.qualifiers)
    return {name: frozenset().union(*found) for name, found in uses.items() if all(found)}


def _values(texts: dict[str, str]) -> dict[str, list[Value]]:
    """Sort the allowed values by segment identifier."""
    values: dict[str, list[Value]] = {}
    for key, text in texts.items():
        match = _match(_VALUE, key)
        value = Value(key, int(match["element"]), int(match["part"] or 0), frozenset(text.split()))
        values.setdefault(match["id"], []).append(value)
    return values


def _segments(texts: list[str]) -> tuple[SegmentUse, ...]:
    uses: list[SegmentUse] = []
    for text in texts:
        rank = len(uses)
        if uses and uses[-1].id == text.split("*")[0].split()[0]:
            rank = uses[-1].rank
        uses.append(SegmentUse.read(text, rank))
    return tuple(uses)


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if match is None:
        raise ValueError(f"guide837p.toml: cannot read {text!r}")
    return match
