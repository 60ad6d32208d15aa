"""The base of all widgets: rows drawn line by line; after a change only the cells that differ are painted again."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from onco_tui.present.spans import Role, Row, row_width
from onco_tui.present.spans import width as width_of
from onco_tui.tui.theme import Brush

Line = tuple[Row, Role]
"""A row and the role of its ground: plain, linked or selected."""


class Sheet(Widget):
    """A widget that gives its lines through ``lines``; ``update_lines`` repaints what changed since."""

    ALLOW_SELECT = False

    def __init__(self, brush: Brush, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.brush = brush
        self._drawn: list[Line] = []
        self._drawn_width = 0

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """Give what to draw, at most ``height`` lines."""
        raise NotImplementedError

    def update_lines(self) -> None:
        """Work the lines out again and repaint those that differ."""
        width, height = self.size
        if not width or not height:
            self._drawn = []  # hidden or not laid out yet; what was drawn before must not come back
            return
        before, fresh = self._drawn, self._lay(width, height)
        self._drawn, old_width, self._drawn_width = fresh, self._drawn_width, width
        if len(before) != len(fresh) or old_width != width:
            self.refresh()
            return
        changed = [
            _difference(old, new, y, width)
            for y, (old, new) in enumerate(zip(before, fresh, strict=True))
            if old != new
        ]
        if changed:
            self.refresh(*changed)

    def _lay(self, width: int, height: int) -> list[Line]:
        lines = list(self.lines(width, height))[:height]
        return lines + [((), Role.PLAIN)] * (height - len(lines))

    def on_resize(self) -> None:
        """Lay out for the new size, unless painting has done so already."""
        if self._drawn_width != self.size.width or len(self._drawn) != self.size.height:
            self._drawn = []
            self.update_lines()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width, height = self.outer_size  # what ``size`` would give after a search: nothing lies around the lines
        if width != self._drawn_width or height != len(self._drawn):
            self._drawn, self._drawn_width = self._lay(width, height), width
        row, base = self._drawn[y] if y < len(self._drawn) else ((), Role.PLAIN)
        return self.brush.paint(row, width, base)


def _difference(old: Line, new: Line, y: int, width: int) -> Region:
    """Give the part of a line to paint again: from its start, which the framework does not skip, to the last change."""
    (old_row, old_base), (new_row, new_base) = old, new
    if old_base is not new_base or new_base is Role.SELECTED:
        return Region(0, y, width, 1)
    return Region(0, y, min(max(_ink(old_row, new_row), _ink(new_row, old_row), 1), width), 1)


def _ink(row: Row, other: Row) -> int:
    """Give the width of a row without the end it shares with another of its width, and without blanks there."""
    end = row_width(row)
    if end == row_width(other):
        for part, twin in zip(reversed(row), reversed(other), strict=False):
            if part != twin:
                break
            end -= width_of(part.text)
        return end
    for part in reversed(row):
        if part.role in _INKED or part.text.strip(" "):
            return end - (0 if part.role in _INKED else len(part.text) - len(part.text.rstrip(" ")))
        end -= len(part.text)
    return end


_INKED = {Role.FIELD, Role.NAME_FIELD, Role.SELECTED, Role.LINKED}
