"""Pages over the review: what was done on the encounter."""

from __future__ import annotations

from onco_tui.tui import contents
from onco_tui.tui.controllers.controller import Controller


class Reading(Controller):
    """Opens pages to read."""

    def action_history(self) -> None:
        """Show who did what."""
        self.screen.open_page(contents.history_content(self.selection))
