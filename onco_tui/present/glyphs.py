"""Glyphs that stand for a state, always together with a letter or word, and their plain ASCII stand-ins.

Every glyph and its stand-in take one cell, so a screen in ASCII has the same layout.
"""

from __future__ import annotations

import unicodedata

from onco_tui.present.spans import width

OPEN, ASKED, DISMISSED, REOPENED, RESOLVED, NEW = "○", "…", "✗", "⟳", "✓", "+"
CURSOR, LINK, FOCUS = "▸", "•", "▶"
RULE_LINE = "─"
BAR_INFUSION, BAR_HYDRATION, BAR_POINT, BAR_UNKNOWN, MARK = "█", "░", "▓", "?", "┊"

_ASCII = {
    "■": "#", "▲": "!", "·": ".", "○": "o", "✗": "x", "⟳": "=", "✓": "+", "…": "~", "▸": ">", "•": "*", "▶": ">",
    "─": "-", "│": "|", "█": "=", "░": "-", "▓": ":", "┊": "|",
    "\N{EN DASH}": "-", "\N{EM DASH}": "-", "\N{MULTIPLICATION SIGN}": "x",
    "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"', "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
}  # fmt: skip


class _AsciiTable(dict[int, str]):
    """A translation table to ASCII that keeps the number of cells of every character."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        cells = width(character)
        base = unicodedata.normalize("NFKD", character)[:1]
        if point < 0x80:
            shown = character
        elif 0x2400 <= point <= 0x2421:
            shown = "^"
        elif cells == 1 and base.isascii() and base.isprintable():
            shown = base
        else:
            shown = "?" * cells
        if len(self) < 4096:
            self[point] = shown
        return shown


_ASCII_TABLE = _AsciiTable({ord(glyph): plain for glyph, plain in _ASCII.items()})


def to_ascii(text: str) -> str:
    """Write clean text in ASCII, cell for cell: glyphs by their stand-ins, letters without accents, else ``?``."""
    return text if text.isascii() else text.translate(_ASCII_TABLE)
