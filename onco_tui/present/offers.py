"""Codes offered while one types: code, whether it can be billed on the date, label, and the dates that limit it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from onco_tui.present.clean import clean
from onco_tui.present.glyphs import CURSOR, RESOLVED
from onco_tui.present.spans import Role, Row, Span, crop_row, join, span, wrap


class Offered(Protocol):
    """What an offer must tell."""

    @property
    def code(self) -> str:
        """The code as it is billed."""

    @property
    def label(self) -> str:
        """A few words."""

    @property
    def valid(self) -> bool | None:
        """In force on the date; None when no edition can tell."""

    @property
    def billable(self) -> bool | None:
        """Valid and not a heading; None when no edition can tell."""

    @property
    def effective_from(self) -> date | None:
        """First day, when it limits."""

    @property
    def effective_to(self) -> date | None:
        """Last day, when it limits."""


def offer_rows(offers: Sequence[Offered], chosen: int, cells: int) -> list[Row]:
    """Give one row an offer, the chosen one under the cursor and in full; -1 chooses none."""
    width = max((len(offer.code) for offer in offers), default=0)
    rows = [_row(offer, width, cells, here=index == chosen) for index, offer in enumerate(offers)]
    if 0 <= chosen < len(offers):
        rows += [(span("  "), Span(line)) for line in wrap(clean(_in_full(offers[chosen])), cells - 2)]
    return rows


def _row(offer: Offered, width: int, cells: int, *, here: bool) -> Row:
    mark = span(f"{CURSOR if here else ' '} ")
    code = span(f"{offer.code:<{width}}", Role.SELECTED if here else Role.CODE)
    state = span(f" {RESOLVED} ", Role.DONE) if offer.billable else span(" heading ", Role.WARNING)
    return crop_row((mark, code, state, *_words(offer)), cells)


def state_span(offer: Offered) -> Span:
    """Say in one word whether the code can be billed on the date."""
    if offer.valid is None:
        return span("no dates known ", Role.LABEL) if offer.label else span("unknown ", Role.WARNING)
    if not offer.valid:
        return span("not in force", Role.ERROR)
    return span("billable", Role.DONE) if offer.billable else span("heading ", Role.WARNING)


def meaning_row(offer: Offered | None, cells: int) -> Row:
    """Say what the typed code is."""
    if offer is None:
        return (span("not known here", Role.WARNING),)
    return crop_row((state_span(offer), span(" "), *_words(offer)), cells)


def _words(offer: Offered) -> Row:
    return join((span(offer.label), span(_dates(offer), Role.LABEL)))


def _dates(offer: Offered) -> str:
    since = f"from {offer.effective_from}" if offer.effective_from else ""
    until = f"to {offer.effective_to}" if offer.effective_to else ""
    return " ".join(part for part in (since, until) if part)


def _in_full(offer: Offered) -> str:
    """Write the offer under the cursor uncut: its row may be."""
    state = "can be billed" if offer.billable else "a heading, needs more characters"
    return ", ".join(part for part in (f"{offer.code} {offer.label}", state, _dates(offer)) if part)
