"""One-line widgets: the head, the message line that stands until the next key, and the hints."""

from __future__ import annotations

from collections.abc import Sequence

from onco_tui.present.spans import Role, Row, row_width, span, spread
from onco_tui.tui.theme import Brush
from onco_tui.tui.widgets.sheet import Line, Sheet


class Bar(Sheet):
    """A line with something at the left and something at the right."""

    DEFAULT_CSS = "Bar { height: 1; width: 100%; }"

    def __init__(self, brush: Brush, *, id: str | None = None) -> None:
        super().__init__(brush, id=id)
        self.left: Row = ()
        self.right: Row = ()

    def show(self, left: Row, right: Row = ()) -> None:
        """Show two rows; the left one gives way."""
        self.left, self.right = left, right
        self.update_lines()

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """Give the line."""
        del height
        return [((span(" "), *spread(self.left, self.right, width - 2), span(" ")), Role.PLAIN)]


class Hints(Sheet):
    """The keys that act here, as many whole groups as fit, most needed first; that of the help always stands last."""

    DEFAULT_CSS = "Hints { height: 1; width: 100%; }"
    _HELP = "help"

    def __init__(self, brush: Brush, *, id: str | None = None) -> None:
        super().__init__(brush, id=id)
        self.groups: Sequence[tuple[str, str]] = ()

    def show(self, groups: Sequence[tuple[str, str]]) -> None:
        """Show hints in the order given."""
        self.groups = groups
        self.update_lines()

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """Give the line."""
        del height
        last = next((_group(group) for group in self.groups if group[1] == self._HELP), ())
        room = width - 2 - (row_width(last) + 2 if last else 0)
        row: Row = ()
        for group in self.groups:
            if group[1] == self._HELP:
                continue
            longer = (*row, span("  "), *_group(group)) if row else _group(group)
            if row_width(longer) > room:
                continue
            row = longer
        return [((span(" "), *spread(row, last, width - 2)), Role.PLAIN)]


def _group(group: tuple[str, str]) -> Row:
    key, label = group
    return (span(key, Role.HEADING), span(f" {label}"))
