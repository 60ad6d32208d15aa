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
_TYPED = {Role.FIELD, Role.SELECTED}


class Veil:
    """Covers names by their role, and what identifies the encounters in view wherever it stands, in free text too."""

    def __init__(self) -> None:
        self.drawn = False
        self._in_view: dict[str, Encounter] = {}
        self._patterns: dict[tuple[str, bool], re.Pattern[str] | None] = {}

    def watch(self, pane: str, encounter: Encounter) -> None:
        """Take note of the encounter that a pane shows from now on."""
        self._in_view[pane] = encounter
        for begun in (True, False):
            self._patterns.pop((pane, begun), None)

    def over(self, row: Row) -> Row:
        """Give a row as others may see it. In what is being typed a name is covered from its third letter on."""
        roles = {part.role for part in row}
        covered = {Role.NAME_FIELD, Role.SELECTED} if Role.NAME_FIELD in roles else set()
        row = tuple(_starred(part) if part.role in covered else _named(part) for part in row)
        for pattern in self._known(begun=not roles.isdisjoint(_TYPED)):
            row = _covered(row, pattern)
        return row

    def _known(self, *, begun: bool) -> list[re.Pattern[str]]:
        for pane, encounter in self._in_view.items():
            if (pane, begun) not in self._patterns:
                self._patterns[pane, begun] = identifying(encounter, begun=begun)
        return [found for pane in self._in_view if (found := self._patterns[pane, begun])]


def _named(part: Span) -> Span:
    if part.role is Role.NAME and part.text.strip():
        return fit(span(_WORD, part.role), width(part.text))
    return part


def _starred(part: Span) -> Span:
    return Span(Shown("".join(letter if letter == " " else "*" * width(letter) for letter in part.text)), part.role)


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
