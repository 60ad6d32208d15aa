"""Tasks that end in a text: one line on the message line, or a longer draft in a pane."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from onco_tui.present.clean import clean
from onco_tui.present.spans import BLANK, Role, Row, Span, entry, span, width
from onco_tui.tui.places import Place
from onco_tui.tui.tasks.field import TextField
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.widgets.pane import Body

_LONGEST = 4000


class Line(Task):
    """A line of text behind a label."""

    place = Place.TEXT

    def __init__(self, label: str, keep: Callable[[str], None], drop: Callable[[], None], text: str = "") -> None:
        self._label = label
        self._field = TextField(text, most=500)
        self._keep, self._drop = keep, drop

    def body(self, cells: int) -> Body:
        """Draw label and field."""
        room = max(cells - width(self._label) - 1, 8)
        return Body([(span(f"{self._label} ", Role.HEADING), *self._field.row(room, active=True))])

    def typed(self, key: str, character: str | None) -> None:
        """Type into the field."""
        self._field.press(key, character)

    def paste(self, text: str) -> None:
        """Paste into the field."""
        self._field.insert(text)

    def on_keep(self) -> None:
        """Take the text."""
        self._keep(self._field.text.strip())

    def on_drop(self) -> None:
        """Leave everything as it was."""
        self._drop()


class Draft(Task):
    """A question to the clinician, to be read, put into the coder's own words, and recorded.

    It opens to be read: keys typed ahead on the claim must not end up in the question.
    """

    def __init__(
        self, title: str, about: str, text: str, keep: Callable[[str], None], drop: Callable[[], None]
    ) -> None:
        self.title = title
        self._about = about
        self._writing = False
        self._field = TextField(" ".join(text.split()), most=_LONGEST)
        self._keep, self._drop = keep, drop

    @property
    def place(self) -> Place:  # type: ignore[override]  # the place changes while the question is written
        """The draft to read, or its words being written."""
        return Place.WORDING if self._writing else Place.DRAFT

    def on_write(self) -> None:
        """Put the question into other words."""
        self._writing = True

    def body(self, cells: int) -> Body:
        """Draw the draft, wrapped, with what it is about below."""
        rows = list(_wrapped(self._field.text, self._field.at if self._writing else -1, cells))
        note = entry("about", self._about, cells)
        hint = (span("neutral words, no expected answer, nothing about payment", Role.LABEL),)
        return Body([*rows, BLANK, *note, hint])

    def typed(self, key: str, character: str | None) -> None:
        """Type into the draft, once it is being written."""
        if self._writing:
            self._field.press(key, character)

    def paste(self, text: str) -> None:
        """Paste into the draft, once it is being written."""
        if self._writing:
            self._field.insert(text)

    def on_keep(self) -> None:
        """Record the question."""
        if self._field.text.strip():
            self._keep(self._field.text.strip())
        else:
            self.message = "the question is empty; esc goes back"

    def on_drop(self) -> None:
        """Ask nothing."""
        self._drop()


def _wrapped(text: str, at: int, cells: int) -> Iterator[Row]:
    """Draw a text over several lines, broken at blanks, the character at the cursor marked."""
    for start, stop in _lines(text + " ", cells):
        row: list[Span] = []
        for begin, end, role in _parts(start, stop, at):
            if begin < end:
                row.append(Span(clean((text + " ")[begin:end]), role))
        yield tuple(row)


def _parts(start: int, stop: int, at: int) -> Sequence[tuple[int, int, Role]]:
    if not start <= at < stop:
        return ((start, stop, Role.PLAIN),)
    return ((start, at, Role.PLAIN), (at, at + 1, Role.SELECTED), (at + 1, stop, Role.PLAIN))


def _lines(text: str, cells: int) -> Iterator[tuple[int, int]]:
    """Give where each line starts and stops."""
    start = 0
    while start < len(text):
        stop = start
        while stop < len(text) and width(clean(text[start : stop + 1])) <= cells:
            stop += 1
        if stop < len(text) and (blank := text.rfind(" ", start, stop)) > start:
            stop = blank + 1
        stop = max(stop, start + 1)
        yield start, stop
        start = stop
