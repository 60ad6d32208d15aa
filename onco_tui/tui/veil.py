"""Hides who the patient is while others look at the screen; what is drawn keeps its place and width."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onco_tui.present.clean import Shown
from onco_tui.present.privacy import identifying
from onco_tui.present.spans import Role, Row, Span, fit, span, width

if TYPE_CHECKING:
    from onco_tui.encounter.document import Encounter

_WORD = "hidden"


class Veil:
    """Covers names by their role, and what identifies the encounters in view wherever it stands, in free text too."""

    def __init__(self) -> None:
        self.drawn = False
        self._in_view: dict[str, Encounter] = {}
        self._patterns: dict[str, re.Pattern[str] | None] = {}

    def watch(self, pane: str, encounter: Encounter) -> None:
        """Take note of the encounter that a pane shows from now on."""
        self._in_view[pane] = encounter
        self._patterns.pop(pane, None)

    def over(self, row: Row) -> Row:
        """Give a row as others may see it."""
        row = tuple(
            fit(span(_WORD, part.role), width(part.text)) if part.role is Role.NAME and part.text.strip() else part
            for part in row
        )
        for pattern in self._known():
            row = _covered(row, pattern)
        return row

    def _known(self) -> list[re.Pattern[str]]:
        for pane, encounter in self._in_view.items():
            if pane not in self._patterns:
                self._patterns[pane] = identifying(encounter)
        return [pattern for pattern in self._patterns.values() if pattern]


def _covered(row: Row, pattern: re.Pattern[str]) -> Row:
    """Put stars, cell for cell, where the pattern matches; a match may run over several spans."""
    whole = "".join(part.text for part in row)
    letters = list(whole)
    for match in pattern.finditer(whole):
        for index in range(*match.span()):
            letters[index] = "*" * width(whole[index])
    if not letters or "".join(letters) == whole:
        return row
    spans: list[Span] = []
    at = 0
    for part in row:
        spans.append(Span(Shown("".join(letters[at : at + len(part.text)])), part.role))
        at += len(part.text)
    return tuple(spans)
