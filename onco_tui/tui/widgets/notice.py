"""A few words in place of everything else."""

from __future__ import annotations

from collections.abc import Sequence

from onco_tui.present.spans import Role, Span, span, wrap
from onco_tui.tui.widgets.sheet import Line, Sheet


class Notice(Sheet):
    """A few words over the whole screen."""

    DEFAULT_CSS = "Notice { height: 1fr; width: 100%; }"
    words = ""

    def show(self, words: str) -> None:
        """Show other words."""
        self.words = words
        self.update_lines()

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """Give the words, wrapped."""
        del height
        return [((Span(line),), Role.PLAIN) for line in wrap(span(self.words).text, width)]
