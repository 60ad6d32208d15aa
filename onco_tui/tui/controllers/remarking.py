"""What is said about an encounter without changing the claim: questions, notes, verified lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from onco_tui.tui import verbs
from onco_tui.tui.controllers.controller import Controller
from onco_tui.tui.keys import cap
from onco_tui.tui.tasks.queries import Queries
from onco_tui.tui.tasks.text import Line

if TYPE_CHECKING:
    from onco_tui.review.queries import ClinicianQuery, QueryStatus


class Remarking(Controller):
    """Keeps notes, marks and questions."""

    def action_verify(self) -> None:
        """Mark the selected line as looked at and right."""
        line = self.selection.claim_line
        if line is None:
            self.screen.say(f"select a line first: {cap('pane(1)')}, then up or down")
        elif self.may_edit():
            self.screen.carry_out(lambda: verbs.verify(self.sitting, line.line))

    def action_note(self) -> None:
        """Ask for a note to the next coder."""

        def keep(text: str) -> None:
            self.screen.release()
            self.screen.carry_out(lambda: verbs.note(self.sitting, text))

        self.screen.ask(Line("note to the next coder", keep, self.screen.release))

    def action_queries(self) -> None:
        """Show the questions of this encounter."""
        queries = self.sitting.queries
        if not queries:
            self.screen.say(
                f"no question was asked on this encounter; {cap('accept')} on a gap in the chart drafts one"
            )
            return
        self.screen.start(Queries(queries, datetime.now(UTC), self._move, self.screen.end))

    def _move(self, query_id: int, status: QueryStatus, answer: str) -> tuple[str, Sequence[ClinicianQuery]]:
        message, _ = verbs.attempt(lambda: verbs.move_query(self.sitting, query_id, status, answer))
        return message, self.sitting.queries
