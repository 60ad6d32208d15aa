"""What all tasks have in common: they draw rows, take every key while they last, and end by a callback."""

from __future__ import annotations

from onco_tui.present.spans import BLANK, Row
from onco_tui.tui.keys import action_for, run
from onco_tui.tui.places import Place
from onco_tui.tui.widgets.pane import Body, Content


class Task:
    """Something the coder types or chooses. While it lasts no other key acts.

    A subclass names its ``place`` in the key table and has an ``on_<id>`` method for each action there.
    """

    place: Place
    title: str = ""
    note: Row = BLANK
    cursor: int = 0
    is_list: bool = False
    message: str = ""

    def body(self, cells: int) -> Body:
        """Draw the task."""
        raise NotImplementedError

    @property
    def page(self) -> Content | None:
        """What stands over the body, for a task of the message line that has a list."""
        return None

    @property
    def content(self) -> Content:
        """The task as a pane shows it."""
        return Content(self.title, self.body, self.note, is_list=self.is_list)

    def press(self, key: str, character: str | None) -> None:
        """Take a key: an action of the task's place, or typed text."""
        self.message = ""
        action = action_for((self.place,), key, character)
        if action is None:
            self.typed(key, character)
        else:
            run((self,), "on_", action)

    def typed(self, key: str, character: str | None) -> None:
        """Take a key that is no action; a task without a field ignores it."""

    def paste(self, text: str) -> None:
        """Take pasted text; a task without a field ignores it, so a paste never runs a verb."""
