"""Moving about in a review: panes, findings, charts, and the way back."""

from __future__ import annotations

from onco_tui.review.errors import StoreError
from onco_tui.tui.arrange import NUMBERED
from onco_tui.tui.controllers.controller import Controller
from onco_tui.tui.keys import cap


class Moving(Controller):
    """Moves the coder between panes, findings and charts."""

    def action_pane(self, number: int) -> None:
        """Go to a pane by its number."""
        self.screen.focus_on(NUMBERED[number - 1])

    def action_next_pane(self) -> None:
        """Go to the next pane."""
        self.action_pane((NUMBERED.index(self.screen.focus_slot) + 1) % len(NUMBERED) + 1)

    def action_previous_pane(self) -> None:
        """Go to the previous pane."""
        self.action_pane((NUMBERED.index(self.screen.focus_slot) - 1) % len(NUMBERED) + 1)

    def action_zoom(self) -> None:
        """Give the pane the whole body, or take it back."""
        self.screen.zoomed = not self.screen.zoomed
        self.screen.place_panes()

    def action_next_finding(self) -> None:
        """Go to the next open finding."""
        self._step(1)

    def action_previous_finding(self) -> None:
        """Go to the previous open finding."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if self.selection.step(by):
            self.screen.show_all()
        else:
            self.screen.say(
                f"no open findings; {cap('finalize')} finalizes, {cap('next_chart')} goes to the next chart"
            )

    def action_next_chart(self) -> None:
        """Open the next encounter of the worklist."""
        self._chart(1, "this is the last chart of the list")

    def action_previous_chart(self) -> None:
        """Open the previous encounter of the worklist."""
        self._chart(0, "this is the first chart of the list")

    def _chart(self, side: int, otherwise: str) -> None:
        try:
            if not self.screen.onco.open_neighbour(self.sitting.encounter_id, side):
                self.screen.say(otherwise)
        except StoreError as error:
            self.screen.say(str(error))

    def action_reload(self) -> None:
        """Read the encounter again."""
        try:
            self.screen.onco.open_encounter(self.sitting.encounter_id)
        except StoreError as error:
            self.screen.say(str(error))
        else:
            self.screen.say("read again")

    def action_back(self) -> None:
        """Take the zoom back, else close the encounter."""
        if self.screen.zoomed:
            self.action_zoom()
        else:
            self.screen.onco.close_encounter()
