"""Widgets that hold a task: while they have one, every key goes to it and none to a binding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.events import Key, Paste

from onco_tui.present.spans import Row, fit_row, span
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.theme import Brush
from onco_tui.tui.widgets.bars import Bar
from onco_tui.tui.widgets.pane import Pane
from onco_tui.tui.widgets.sheet import Line, Sheet

_ALWAYS = {"ctrl+c"}


class TaskHost(Sheet):
    """Passes keys and pastes to its task, then calls ``on_typed``."""

    current: Task | None = None
    on_typed: Callable[[], None] | None = None

    def on_key(self, event: Key) -> None:
        """Give the key to the task."""
        if self.current is None or event.key in _ALWAYS:
            return
        event.stop()
        event.prevent_default()
        self.current.press(event.key, event.character if event.is_printable else None)
        self._typed()

    def on_paste(self, event: Paste) -> None:
        """Give pasted text to the task."""
        event.stop()
        if self.current is not None:
            self.current.paste(event.text)
            self._typed()

    def _typed(self) -> None:
        if self.on_typed is not None:
            self.on_typed()


class TaskPane(Pane, TaskHost):
    """A pane that shows a task."""

    def host(self, task: Task | None) -> None:
        """Take up a task, or none."""
        self.current = task
        if task is not None:
            self.show(task.content, top=0)

    def refresh_task(self) -> None:
        """Draw the task again."""
        if self.current is not None:
            self.show(self.current.content)


class Prompt(Bar, TaskHost, can_focus=True):
    """The message line; it turns into a question or a field when it has a task."""

    def host(self, task: Task | None) -> None:
        """Take up a task, or none."""
        self.current = task
        self.update_lines()

    def say(self, text: str | Row) -> None:
        """Show a message; it stands until the next one."""
        self.show((span(text),) if isinstance(text, str) else text)

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """Give the message or the task's row."""
        if self.current is None:
            return super().lines(width, height)
        first = self.current.body(width - 2).rows[0]
        return [((span(" "), *fit_row(first, width - 1)), super().lines(width, height)[0][1])]


def make_prompt(brush: Brush) -> Prompt:
    """Make the message line of a screen."""
    return Prompt(brush, id="message")
