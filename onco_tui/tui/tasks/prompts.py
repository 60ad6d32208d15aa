"""A task of one row, for the message line: a question that wants a yes."""

from __future__ import annotations

from collections.abc import Callable

from onco_tui.present.spans import Role, span
from onco_tui.tui.places import Place
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.widgets.pane import Body


class Question(Task):
    """A question that only y answers with yes."""

    place = Place.CONFIRM

    def __init__(self, words: str, yes: Callable[[], None], no: Callable[[], None]) -> None:
        self._words, self._yes, self._no = words, yes, no

    def body(self, cells: int) -> Body:
        """Draw the question."""
        del cells
        return Body([(span(f"{self._words}  y yes, any other key no", Role.HEADING),)])

    def on_yes(self) -> None:
        """Do it."""
        self._yes()

    def on_no(self) -> None:
        """Leave it."""
        self._no()

    def typed(self, key: str, character: str | None) -> None:
        """Take any other key as no."""
        del key, character
        self._no()
