"""The one door through which outside text reaches a terminal.

Chart notes and payer files are hostile: escape sequences can write the clipboard, retitle the window or make the
terminal answer as if the coder had typed. Bidi controls can reorder digits. Everything is made visible, not dropped,
because a coder must see that a note holds such bytes.
"""

from __future__ import annotations

import unicodedata
from typing import NewType

Shown = NewType("Shown", str)
"""Text that is safe to draw. Only ``clean`` and literals of ours make it; mypy refuses a raw string in a widget."""

_BIDI_AND_TAGS = {
    0x61C,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0xFEFF,
    *range(0xE0000, 0xE0080),
}


def _picture(character: str) -> str:
    point = ord(character)
    if point < 0x20:
        return chr(0x2400 + point)
    if point == 0x7F:
        return "\u2421"
    return f"<U+{point:04X}>"


class _Visible(dict[int, str]):
    """A translation table that decides each character once, when it is first met."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        hidden = point in _BIDI_AND_TAGS or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp", "Co", "Cn"}
        shown = _picture(character) if hidden else character
        if len(self) < 4096:
            self[point] = shown
        return shown


_VISIBLE = _Visible()


def clean(text: str) -> Shown:
    """Make control, escape, bidi and tag characters visible; clean text comes back unchanged."""
    if text.isascii() and text.isprintable():
        return Shown(text)
    return Shown(text.translate(_VISIBLE))


def clean_lines(text: str) -> list[Shown]:
    """Split a note at its line ends and clean each line; tabs become four blanks."""
    return [clean(line.replace("\t", "    ")) for line in text.replace("\r\n", "\n").split("\n")]
