"""The questions asked on an encounter: send, note the answer, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from onco_tui.present.glyphs import CURSOR
from onco_tui.present.queries import query_detail, query_rows
from onco_tui.present.spans import BLANK, Role, Row, span
from onco_tui.tui.places import Place
from onco_tui.tui.tasks.field import TextField
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.widgets.pane import Body

if TYPE_CHECKING:
    from onco_tui.review.queries import ClinicianQuery, QueryStatus

Move = Callable[[int, "QueryStatus", str], tuple[str, Sequence["ClinicianQuery"]]]
"""Writes where a question stands now; gives a message and the questions as they are then."""


class Queries(Task):
    """A list of questions with the one under the cursor in full."""

    title = "Questions to clinicians"

    def __init__(self, queries: Sequence[ClinicianQuery], now: datetime, move: Move, drop: Callable[[], None]) -> None:
        self._queries = queries
        self._now = now
        self._move = move
        self._drop = drop
        self._answer: TextField | None = None

    @property
    def place(self) -> Place:  # type: ignore[override]  # the place changes while an answer is typed
        """The list, or an answer being typed."""
        return Place.QUERIES if self._answer is None else Place.ANSWER

    def body(self, cells: int) -> Body:
        """Draw the list, and below it the question under the cursor."""
        rows: list[Row] = []
        for index, row in enumerate(query_rows(self._queries, self._now, cells - 2)):
            rows.append((span(f"{CURSOR if index == self.cursor else ' '} "), *row))
        rows += [BLANK, *query_detail(self._queries[self.cursor], cells)]
        if self._answer is not None:
            rows += [BLANK, (span("answer ", Role.HEADING), *self._answer.row(max(cells - 8, 8), active=True))]
        return Body(rows)

    def on_cursor_down(self) -> None:
        """Go to the next question."""
        self.cursor = min(self.cursor + 1, len(self._queries) - 1)

    def on_cursor_up(self) -> None:
        """Go to the previous question."""
        self.cursor = max(self.cursor - 1, 0)

    def on_sent(self) -> None:
        """Note that the question went out."""
        self._to("sent")

    def on_withdraw(self) -> None:
        """Take the question back."""
        self._to("withdrawn")

    def on_answer(self) -> None:
        """Start typing what came back."""
        self._answer = TextField(most=2000)

    def on_keep(self) -> None:
        """Note the answer; the chart itself is corrected where it is kept."""
        if self._answer is not None and self._answer.text.strip():
            text, self._answer = self._answer.text.strip(), None
            self._to("answered", text)

    def on_drop(self) -> None:
        """Go back to the list, or close it."""
        if self._answer is None:
            self._drop()
        self._answer = None

    def typed(self, key: str, character: str | None) -> None:
        """Type into the answer."""
        if self._answer is not None:
            self._answer.press(key, character)

    def paste(self, text: str) -> None:
        """Paste into the answer."""
        if self._answer is not None:
            self._answer.insert(text)

    def _to(self, status: QueryStatus, answer: str = "") -> None:
        query = self._queries[self.cursor]
        self.message, self._queries = self._move(query.query_id, status, answer)
