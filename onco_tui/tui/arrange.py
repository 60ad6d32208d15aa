"""Where the four panes of the review go: two by two with room, stacked at 80 columns, one at a time below that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Slot = Literal["lines", "facts", "findings", "detail"]
SLOTS: tuple[Slot, ...] = ("lines", "facts", "findings", "detail")
SMALLEST = (40, 10)
_BANDS = 3  # head, message and hints


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


def arrange(width: int, height: int, focus: Slot, wanted: Mapping[Slot, int], *, zoomed: bool) -> Arrangement:
    """Lay the panes out. ``wanted`` is how many lines each would fill; the focused one is served first when stacked."""
    body = height - _BANDS
    if zoomed or width < 80 or height < 20:
        return Arrangement((focus,), 1, (0,))
    if width >= 100 and height >= 24:
        top = min(max(wanted["lines"], body * 9 // 20), body * 3 // 5)
        return Arrangement(SLOTS, 2, (top, 0))
    return Arrangement(SLOTS, 1, _stacked(body, focus, wanted))


def _stacked(body: int, focus: Slot, wanted: Mapping[Slot, int]) -> tuple[int, ...]:
    """Share the lines out: everyone a minimum, the focused pane what it wants, the detail what is left."""
    heights: dict[Slot, int] = {"lines": 5, "facts": 3, "findings": 3, "detail": 4}
    spare = body - sum(heights.values())
    for slot in dict.fromkeys((focus, "detail", "lines", "findings", "facts")):
        most = 8 if slot == "detail" and focus != "detail" else wanted[slot]
        more = min(max(most - heights[slot], 0), spare)
        heights[slot] += more
        spare -= more
    heights["detail"] = 0
    return tuple(heights[slot] for slot in SLOTS)
