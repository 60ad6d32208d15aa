"""Rows of text with roles: what every presentation function answers with, and how wide it is on a terminal.

A ``Span`` is made by ``span``, and that is the only place outside text passes on its way to a person: it is cleaned
there, once. Whoever draws a row (screen, text report) maps roles to its own means and never looks at the text again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from onco_tui.present.clean import Shown, clean

Align = Literal["left", "right"]
CUT = "…"
_JOINER = "\u200d"
_JOINED = re.compile(f"{_JOINER}.?", re.DOTALL)


class Role(StrEnum):
    """What a piece of text is. A role never carries meaning alone: a glyph, letter or word says the same."""

    PLAIN = "plain"
    LABEL = "label"
    HEADING = "heading"
    NAME = "name"
    CODE = "code"
    NUMBER = "number"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    REMOVED = "removed"
    ADDED = "added"
    DONE = "done"
    LINKED = "linked"
    SELECTED = "selected"
    FIELD = "field"
    NAME_FIELD = "name field"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a row. Make it with ``span``; mypy refuses a raw string here."""

    text: Shown
    role: Role = Role.PLAIN


Row = tuple[Span, ...]
BLANK: Row = ()


def span(text: str, role: Role = Role.PLAIN) -> Span:
    """Make a span of any text, ours or from outside; control and bidi characters become visible."""
    return Span(clean(text), role)


def plain_text(row: Row) -> str:
    """Give the row as text without trailing blanks."""
    return "".join(part.text for part in row).rstrip()


def money(amount: Decimal | None) -> str:
    """Write an amount of money with cents, ``12,990.00``; empty when there is none."""
    return "" if amount is None else f"{amount:,.2f}"


class _CharacterWidths(dict[str, int]):
    """Cells per character as terminals draw them, each decided once when first met."""

    def __missing__(self, character: str) -> int:
        point = ord(character)
        if unicodedata.category(character) in {"Mn", "Me", "Mc"} or 0x1160 <= point <= 0x11FF:
            cells = 0
        elif unicodedata.category(character) == "Cf":
            cells = 0 if point > 0xAD else 1
        else:
            cells = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if len(self) < 4096:
            self[character] = cells
        return cells


_WIDTHS = _CharacterWidths()


def width(text: str) -> int:
    """Count the terminal cells a clean text takes: 2 for wide East Asian characters, 0 for combining marks.

    What a zero-width joiner joins on takes no cells of its own, as the screen library counts it too.
    """
    if text.isascii():
        return len(text)
    if _JOINER in text:
        text = _JOINED.sub("", text)
    return sum(map(_WIDTHS.__getitem__, text))


def row_width(row: Row) -> int:
    """Count the cells of a row."""
    cells = 0
    for part in row:  # the most frequent question of all, so plain text takes the short way
        text = part.text
        cells += len(text) if text.isascii() else width(text)
    return cells


def crop(text: Shown, cells: int) -> Shown:
    """Shorten a text to some cells; a cut text ends in ``…``."""
    if width(text) <= cells:
        return text
    return Shown(_head(text, cells - 1) + CUT) if cells > 0 else Shown("")


def _head(text: str, cells: int) -> str:
    used = 0
    for index, character in enumerate(text):
        used += _WIDTHS[character]
        if used > cells:
            return text[:index]
    return text


def fit(part: Span, cells: int, align: Align = "left") -> Span:
    """Crop or pad a span to exactly ``cells``."""
    text = crop(part.text, cells)
    gap = " " * (cells - width(text))
    return Span(Shown(text + gap if align == "left" else gap + text), part.role)


def fit_row(row: Row, cells: int, align: Align = "left") -> Row:
    """Crop or pad a row to exactly ``cells``."""
    row = crop_row(row, cells)
    gap = span(" " * (cells - row_width(row)))
    return (*row, gap) if align == "left" else (gap, *row)


def crop_row(row: Row, cells: int) -> Row:
    """Shorten a row to some cells; a cut row ends in ``…``."""
    if row_width(row) <= cells:
        return row
    kept: list[Span] = []
    for part in row:
        taken = width(part.text)
        if taken >= cells:
            kept.append(Span(crop(Shown(part.text + CUT), cells), part.role))
            break
        kept.append(part)
        cells -= taken
    return tuple(kept)


def spread(left: Row, right: Row, cells: int, fill: str = " ", role: Role = Role.PLAIN) -> Row:
    """Put one row at the left end and one at the right end of a line; the left one gives way."""
    right = crop_row(right, cells)
    left = crop_row(left, max(0, cells - row_width(right) - 1))
    gap = cells - row_width(left) - row_width(right)
    return (*left, span(fill * gap, role), *right)


def join(parts: Iterable[Span], separator: str = "  ") -> Row:
    """Put spans beside each other, leaving out empty ones."""
    row: list[Span] = []
    for part in parts:
        if part.text:
            row += [span(separator), part] if row else [part]
    return tuple(row)


def whole_parts(parts: Iterable[Span], cells: int) -> Row:
    """Put spans beside each other as long as they fit whole; the first one is cut rather than left out."""
    row: Row = ()
    for part in parts:
        longer = (*row, span("  "), part) if row else (part,)
        if part.text and (row_width(longer) <= cells or not row):
            row = longer
    return crop_row(row, cells)


def wrap(text: Shown, cells: int) -> list[Shown]:
    """Break a text into lines of at most ``cells`` at its blanks; a longer word is broken anywhere."""
    cells = max(cells, 2)
    lines: list[Shown] = []
    current = ""
    for word in text.split(" "):
        joined = f"{current} {word}" if current else word
        if width(joined) <= cells:
            current = joined
            continue
        if current:
            lines.append(Shown(current))
        current = word
        while width(current) > cells:
            head = _head(current, cells)
            lines.append(Shown(head))
            current = current[len(head) :]
    return [*lines, Shown(current)]


def wrap_row(row: Row, cells: int) -> list[Row]:
    """Flow spans over several lines, breaking between spans only; blanks at line ends fall away."""
    lines: list[Row] = []
    current: list[Span] = []
    used = 0
    for part in row:
        taken = width(part.text)
        if current and used + len(part.text.rstrip()) > cells:
            lines.append(tuple(current))
            current, used = [], 0
        if current or part.text.strip():
            current.append(part)
            used += taken
    return [*lines, tuple(current)] if current else lines


def entry(  # noqa: PLR0913, PLR0917  two texts, and how each is drawn
    label: str, text: str, cells: int, role: Role = Role.PLAIN, label_cells: int = 10, label_role: Role = Role.LABEL
) -> list[Row]:
    """Give a labelled text: the label once at the left, the text wrapped beside it."""
    lead = fit(span(label, label_role), label_cells)
    blank = span(" " * label_cells)
    room = cells - label_cells - 1
    return [
        (lead if index == 0 else blank, span(" "), Span(line, role))
        for index, line in enumerate(wrap(clean(text), room))
    ]
