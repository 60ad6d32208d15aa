"""Codes offered below a field while one types in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onco_tui.present.offers import meaning_row, offer_rows
from onco_tui.present.spans import Row

if TYPE_CHECKING:
    from onco_tui.review.completion import Completion, Kind, Offer


class Picker:
    """What may be meant by a text. Nothing is chosen until the coder moves into the list."""

    def __init__(self, completion: Completion) -> None:
        self._completion = completion
        self._meaning: Offer | None = None
        self._asked = False
        self.offers: Sequence[Offer] = ()
        self._chosen = -1

    @property
    def chosen(self) -> Offer | None:
        """The offer under the cursor."""
        return self.offers[self._chosen] if 0 <= self._chosen < len(self.offers) else None

    def look_up(self, kind: Kind | None, text: str) -> None:
        """Look for what a text may mean; None as the kind offers nothing."""
        self.clear()
        if kind is not None and text.strip():
            self._asked = True
            self._meaning = self._completion.meaning(kind, text)
            offers = self._completion.offers(kind, text)
            self.offers = () if [offer.code for offer in offers] == [self._meaning and self._meaning.code] else offers

    def clear(self) -> None:
        """Offer nothing."""
        self.offers, self._chosen, self._meaning, self._asked = (), -1, None, False

    def move(self, step: int) -> bool:
        """Move in the list, out of it at its top; False when there is none."""
        if self.offers:
            self._chosen = min(max(self._chosen + step, -1), len(self.offers) - 1)
        return bool(self.offers)

    def meaning(self, cells: int) -> Row:
        """Say what the text is as it stands; nothing when it was not looked up, or is the start of something."""
        return meaning_row(self._meaning, cells) if self._meaning or (self._asked and not self.offers) else ()

    def rows(self, cells: int) -> list[Row]:
        """Draw the offers."""
        return offer_rows(self.offers, self._chosen, cells)
