"""A pane: a rule line with number, title and place, fixed head rows, and a list or text that moves under a cursor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from textual.events import Click
from textual.message import Message

from onco_tui.present.glyphs import CURSOR, FOCUS, LINK, RULE_LINE
from onco_tui.present.spans import Role, Row, Span, crop_row, row_width, span
from onco_tui.tui.theme import Brush
from onco_tui.tui.widgets.sheet import Line, Sheet

_GUTTER = 2
_MARGIN = 1
_AROUND = 5  # blanks and a comma around note and place, and some rule behind them
_INDENT, _AT_CURSOR, _LIT = span(" " * _GUTTER), span(f"{CURSOR} "), span(f"{LINK} ")


@dataclass(frozen=True, slots=True)
class Body:
    """What stands in a pane at one width. ``rows`` may be a virtual sequence; only the visible ones are asked for.

    ``foot`` stands below the rows, at most over the lower half of the pane.
    """

    rows: Sequence[Row]
    head: Sequence[Row] = ()
    foot: Sequence[Row] = ()
    lit: Collection[int] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Content:
    """What a pane shows. ``body`` is called with the room there is; a list has a cursor, a text only scrolls."""

    title: str
    body: Callable[[int], Body]
    note: Row = ()
    is_list: bool = True


_EMPTY = Content("", lambda _: Body(()), is_list=False)


def _foot(body: Body, height: int) -> int:
    return min(len(body.foot), height // 2)


def _page(body: Body, height: int) -> int:
    return max(height - 1 - len(body.head) - _foot(body, height), 1)


class Pane(Sheet):
    """A pane. ``active`` is the one the movement keys act on; ``on_move`` is told when the coder moved the cursor.

    The framework's own focus is not used: each change of it paints the whole screen again.
    """

    class Pointed(Message):
        """The mouse points at a row of a pane, or its wheel was turned by some steps."""

        def __init__(self, pane: Pane, row: int | None, steps: int = 0) -> None:
            super().__init__()
            self.pane, self.row, self.steps = pane, row, steps

    def __init__(
        self,
        brush: Brush,
        number: int = 0,
        *,
        id: str | None = None,
        on_move: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__(brush, id=id)
        self.number = number
        self.active = False
        self.cursor = 0
        self.top = 0
        self.tabs: Tabs | None = None
        self.content = _EMPTY
        self._on_move = on_move
        self._body = Body(())
        self._body_width = -1
        self._seek_lit = False

    def show(self, content: Content, *, cursor: int | None = None, top: int | None = None) -> None:
        """Show something; the cursor stays where it is unless given."""
        self.content = content
        self._body_width = -1
        if cursor is not None:
            self.cursor = cursor
        if top is not None:
            self.top = top
        self.update_lines()

    def scroll_to_lit(self) -> None:
        """Bring the first lit row into view; in a list the cursor goes there."""
        self._seek_lit = True
        self.update_lines()

    def set_tabs(self, tabs: Tabs | None) -> None:
        """Show the names of all panes in place of the title, when only this one has room."""
        if tabs != self.tabs:
            self.tabs = tabs
            self.update_lines()

    @property
    def body(self) -> Body:
        """The body for the present width."""
        cells = self.cells
        if cells != self._body_width:
            self._body, self._body_width = self.content.body(cells), cells
        return self._body

    @property
    def cells(self) -> int:
        """How wide a row may be."""
        return max(self.size.width - _GUTTER - _MARGIN, 1)

    def wanted_height(self, width: int) -> int:
        """Say how many lines would show everything; ``width`` is what there is when the pane is not laid out yet."""
        body = self.body if self.size.width else self.content.body(max(width - _GUTTER - _MARGIN, 1))
        return 1 + len(body.head) + len(body.rows) + len(body.foot)

    @property
    def page(self) -> int:
        """How many rows fit below rule line and head."""
        return _page(self.body, self.size.height)

    def lines(self, width: int, height: int) -> list[Line]:
        """Give the rule line, the head and the visible rows."""
        body = self.body
        count, page, foot = len(body.rows), _page(body, height), _foot(body, height)
        self._go_to_lit(body, page)
        self._keep_in_view(count, page)
        visible = body.rows[self.top : self.top + page]
        lines: list[Line] = [(self._rule(width, self._place(count, page)), Role.PLAIN)]
        lines += [((_INDENT, *row), Role.PLAIN) for row in body.head]
        lines += [self._line(row, self.top + index, self.top + index in body.lit) for index, row in enumerate(visible)]
        lines += [((), Role.PLAIN)] * (height - foot - len(lines)) if foot else []
        return [*lines[: height - foot], *(((_INDENT, *row), Role.PLAIN) for row in body.foot[:foot])]

    def _go_to_lit(self, body: Body, page: int) -> None:
        if self._seek_lit:
            self._seek_lit = False
            first = min(body.lit, default=0)
            if self.content.is_list:
                self.cursor = first
            elif first >= self.top + page:
                self.top = first - 1

    def _keep_in_view(self, count: int, page: int) -> None:
        last = max(count - 1, 0)
        if self.content.is_list:
            self.cursor = min(max(self.cursor, 0), last)
            self.top = min(self.top, self.cursor)
            self.top = max(self.top, self.cursor - page + 1)
        self.top = min(max(self.top, 0), max(count - page, 0))

    def _line(self, row: Row, index: int, lit: bool) -> Line:  # noqa: FBT001  a property of the row
        at_cursor = self.content.is_list and index == self.cursor
        if at_cursor and self.active:
            return (_AT_CURSOR, *row), Role.SELECTED
        mark = _AT_CURSOR if at_cursor else _LIT if lit else _INDENT
        return (mark, *row), Role.LINKED if lit or at_cursor else Role.PLAIN

    def _rule(self, width: int, place: str) -> Row:
        """Give title, note and place, then the rule: a new place then repaints a few cells, not the line."""
        title, note = self._title(width), self.content.note
        left = width - row_width(title) - _AROUND
        if self.tabs:  # beside the names of all panes a part of a note or place would say nothing
            place = place if len(place) <= left else ""
            note = note if row_width(note) <= left - len(place) else ()
        words = (*crop_row(note, max(left - len(place), 0)), span(", " if note and place else ""), span(place))
        row = crop_row((*title, span(" "), *words, span(" ")) if note or place else title, max(width - 1, 0))
        return (*row, span(RULE_LINE * (width - row_width(row)), Role.RULE))

    def _title(self, width: int) -> Row:
        if self.tabs:
            return self.tabs.row(width - 1)
        role = Role.SELECTED if self.active else Role.HEADING
        name = f" {self.number} {self.content.title}" if self.number else f" {self.content.title}"
        return (span(name, role), span(f" {FOCUS} " if self.active else " ", role))

    def _place(self, count: int, page: int) -> str:
        if self.content.is_list:
            return f"{self.cursor + 1} of {count}" if count else ""
        end = min(self.top + page, count)
        return f"{self.top + 1}-{end} of {count}" if count > page else ""

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, or scroll a text so that the row is on top, and tell who listens."""
        if not self.content.is_list:
            self.top = index
            self.update_lines()
            return
        index = min(max(index, 0), max(len(self.body.rows) - 1, 0))
        if index == self.cursor:
            return
        self.cursor = index
        if self._on_move:
            self._on_move(index)
        self.update_lines()

    def move(self, step: int) -> None:
        """Move the cursor, or scroll a text, by some rows."""
        self.move_to((self.cursor if self.content.is_list else self.top) + step)

    def turn(self, pages: int) -> None:
        """Move by pages; one row of the old page stays in view."""
        self.move(pages * max(self.page - 1, 1))

    def on_click(self, event: Click) -> None:
        """Let the screen go to the row under the mouse, if the coder has switched the mouse on."""
        row = event.y - 1 - len(self.body.head)
        if row >= 0:
            self.post_message(Pane.Pointed(self, self.top + row))

    def on_mouse_scroll_down(self) -> None:
        """Turn the wheel."""
        self.post_message(Pane.Pointed(self, None, 1))

    def on_mouse_scroll_up(self) -> None:
        """Turn the wheel back."""
        self.post_message(Pane.Pointed(self, None, -1))

    def activate(self, *, active: bool) -> None:
        """Show whether the movement keys act here."""
        if active != self.active:
            self.active = active
            self.update_lines()


@dataclass(frozen=True, slots=True)
class Tabs:
    """The names of all panes, for the rule line of the one, ``current``, that stands alone."""

    names: Sequence[str]
    current: int

    def row(self, cells: int) -> Row:
        """Give the names with the current one marked; of the last ones only the numbers where there is no room."""
        rows = [self._named(most) for most in range(len(self.names), -1, -1)]
        return next((row for row in rows if row_width(row) <= cells), rows[-1])

    def _named(self, most: int) -> Row:
        return tuple(self._tab(index, name, named=index < most) for index, name in enumerate(self.names))

    def _tab(self, index: int, name: str, *, named: bool) -> Span:
        if index == self.current:
            return span(f" {index + 1} {name} {FOCUS} ", Role.SELECTED)
        return span(f" {index + 1} {name} " if named else f"{index + 1} ")
