"""What all controllers have in common: the screen they act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onco_tui.tui.keys import cap

if TYPE_CHECKING:
    from onco_tui.review.sitting import Sitting
    from onco_tui.tui.screens.review import ReviewScreen
    from onco_tui.tui.selection import Selection


class Controller:
    """Carries out the actions of the key table that belong together, each in an ``action_<id>`` method."""

    def __init__(self, screen: ReviewScreen) -> None:
        self.screen = screen

    @property
    def selection(self) -> Selection:
        """The cursor of the review."""
        return self.screen.selection

    @property
    def sitting(self) -> Sitting:
        """The encounter and its verbs."""
        return self.screen.sitting

    def may_edit(self) -> bool:
        """Tell whether the claim can be changed, and say so when it cannot."""
        if self.sitting.status == "finalized":
            self.screen.say(f"the claim is finalized; {cap('reopen')} reopens it")
            return False
        return True
