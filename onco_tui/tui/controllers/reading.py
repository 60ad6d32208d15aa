"""Pages over the review: what was done, what differs from the import, and the rule behind a finding."""

from __future__ import annotations

from onco_tui.tui import contents
from onco_tui.tui.controllers.controller import Controller
from onco_tui.tui.keys import cap
from onco_tui.tui.widgets.pane import Content


class Reading(Controller):
    """Opens pages to read; the key that opened one closes it."""

    def action_history(self) -> None:
        """Show who did what."""
        self._turn(contents.history_content(self.sitting))

    def action_line_history(self) -> None:
        """Show who did what on the selected line."""
        line = self.selection.claim_line
        if line is None:
            self.screen.say(f"select a line first: {cap('pane(1)')}, then up or down")
        else:
            self._turn(contents.history_content(self.sitting, line.line))

    def action_compare(self) -> None:
        """Show what differs from the claim as imported."""
        self._turn(contents.comparison_content(self.sitting))

    def action_rule_page(self) -> None:
        """Explain the rule of the selected finding."""
        finding = self.selection.selected_finding
        if finding is None:
            self.screen.say(f"no finding is selected; {cap('next_finding')} goes to the next")
        else:
            self._turn(contents.rule_content(self.sitting, finding.rule, self.screen.onco.settings.reasons))

    def _turn(self, content: Content) -> None:
        if self.screen.page.display and self.screen.page.content.title == content.title:
            self.screen.close_page()
        else:
            self.screen.open_page(content)
