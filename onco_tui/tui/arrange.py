"""Where the panes of the review go: all six with room, two by two at 100 columns, stacked at 80, alone below that.

Timeline and notes fold: without room for all, the timeline takes the place of the facts and the notes that of the
detail while the coder wants them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Slot = Literal["lines", "facts", "picture", "findings", "detail", "notes"]
SLOTS: tuple[Slot, ...] = ("lines", "facts", "picture", "findings", "detail", "notes")
"""In reading order, three to a row."""
NUMBERED: tuple[Slot, ...] = ("lines", "facts", "findings", "detail", "picture", "notes")
"""In the order of their numbers."""
SMALLEST = (40, 10)
WIDE = 160
_BANDS = 3  # head, message and hints


@dataclass(frozen=True, slots=True)
class Folding:
    """Which pane stands second and which fourth where not all have room."""

    second: Literal["facts", "picture"] = "facts"
    fourth: Literal["detail", "notes"] = "detail"

    def showing(self, slot: Slot) -> Folding:
        """Unfold a pane."""
        return Folding(
            slot if slot in {"facts", "picture"} else self.second,
            slot if slot in {"detail", "notes"} else self.fourth,
        )

    @property
    def four(self) -> tuple[Slot, ...]:
        """The four panes, in reading order."""
        return ("lines", self.second, "findings", self.fourth)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The panes shown, in reading order, over some columns; ``heights`` is one per grid row, 0 for what is left."""

    shown: tuple[Slot, ...]
    columns: int
    heights: tuple[int, ...]

    @property
    def alone(self) -> bool:
        """True when only one pane has room."""
        return len(self.shown) == 1


def too_small(width: int, height: int) -> bool:
    """Tell whether not even one pane has room."""
    return width < SMALLEST[0] or height < SMALLEST[1]


def arrange(  # noqa: PLR0913  the size, and what the coder wants
    width: int, height: int, focus: Slot, wanted: Mapping[Slot, int], folding: Folding, *, zoomed: bool
) -> Arrangement:
    """Lay the panes out. ``wanted`` is how many lines each would fill; the focused one is served first when stacked."""
    body = height - _BANDS
    if zoomed or width < 80 or height < 20:
        return Arrangement((focus,), 1, (0,))
    top = min(max(wanted["lines"], body * 9 // 20), body * 3 // 5)
    if width >= WIDE and height >= 24:
        return Arrangement(SLOTS, 3, (top, 0))
    four = folding.showing(focus).four
    if width >= 100 and height >= 24:
        return Arrangement(four, 2, (top, 0))
    return Arrangement(four, 1, _stacked(body, focus, wanted, four))


def _stacked(body: int, focus: Slot, wanted: Mapping[Slot, int], four: tuple[Slot, ...]) -> tuple[int, ...]:
    """Share the lines out: everyone a minimum, the focused pane what it wants, the last one what is left."""
    lines, second, findings, last = four
    heights: dict[Slot, int] = {lines: 5, second: 3, findings: 3, last: 4}
    spare = body - sum(heights.values())
    for slot in dict.fromkeys((focus, last, lines, findings, second)):
        most = 8 if slot == last and focus != last else wanted[slot]
        more = min(max(most - heights[slot], 0), spare)
        heights[slot] += more
        spare -= more
    heights[last] = 0
    return tuple(heights[slot] for slot in four)
