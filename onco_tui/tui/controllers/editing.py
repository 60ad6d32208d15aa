"""The coder's own edits of a line and of the diagnoses."""

from __future__ import annotations

from collections.abc import Sequence

from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import Edit
from onco_tui.review.completion import Completion
from onco_tui.tui import verbs
from onco_tui.tui.controllers.controller import Controller
from onco_tui.tui.keys import cap
from onco_tui.tui.tasks.diagnoses import DiagnosesEdit
from onco_tui.tui.tasks.line_edit import LineEdit


class Editing(Controller):
    """Starts an edit and writes what came of it."""

    def action_edit_line(self) -> None:
        """Edit the selected line."""
        line = self.selection.claim_line
        if line is None:
            self.screen.say(f"select a line first: {cap('pane(1)')}, then up or down")
        elif self.may_edit():
            self.screen.start(
                LineEdit(line, self._completion(line), self.sitting.preview, self._keep_edits, self.screen.end)
            )

    def action_edit_diagnoses(self) -> None:
        """Edit the diagnosis list."""
        if self.may_edit():
            self.screen.start(
                DiagnosesEdit(
                    self.sitting.encounter.claim,
                    self._completion(),
                    self.sitting.preview,
                    self._keep_edits,
                    self.screen.end,
                )
            )

    def _keep_edits(self, edits: Sequence[Edit]) -> None:
        self.screen.end_with(lambda: verbs.edit(self.sitting, edits))

    def _completion(self, line: ClaimLine | None = None) -> Completion:
        claim = self.sitting.encounter.claim
        return Completion(self.sitting.desk.reference.codesets, claim.day_of(line) if line else claim.date_from)
