"""Widgets that show a task; the screen sends them every key while they have one."""

from __future__ import annotations

from collections.abc import Sequence

from onco_tui.present.spans import Role, Row, fit_row, span
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.widgets.bars import Bar
from onco_tui.tui.widgets.pane import Pane
from onco_tui.tui.widgets.sheet import Line


class TaskPane(Pane):
    """A pane that shows a task."""

    hosted: Task | None = None

    def host(self, task: Task | None) -> None:
        """Take up a task, or none."""
        self.hosted = task
        if task is not None:
            self.show(task.content, top=0)

    def refresh_task(self) -> None:
        """Draw the task again."""
        if self.hosted is not None:
            self.show(self.hosted.content)


class Prompt(Bar):
    """The message line; it turns into a question or a field when it has a task."""

    hosted: Task | None = None

    def host(self, task: Task | None) -> None:
        """Take up a task, or none."""
        self.hosted = task
        self.update_lines()

    def refresh_task(self) -> None:
        """Draw the task again."""
        self.update_lines()

    def say(self, text: str | Row) -> None:
        """Show a message; it stands until the next one."""
        self.show((span(text),) if isinstance(text, str) else text)

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """Give the message, or the task's row."""
        if self.hosted is None:
            return super().lines(width, height)
        row = self.hosted.body(width - 2).rows[0]
        return [((span(" "), *fit_row(row, width - 1)), Role.PLAIN)]
