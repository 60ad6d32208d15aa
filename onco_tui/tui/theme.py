"""Roles to styles, and rows to strips. Nothing is said by colour alone: weight and glyphs say the same."""

from __future__ import annotations

from functools import cache
from itertools import groupby

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from onco_tui.present.glyphs import to_ascii
from onco_tui.present.spans import Role, Row, crop_row, row_width
from onco_tui.tui.palettes import DEFAULT, PALETTES, PLAIN, Ink
from onco_tui.tui.veil import Veil

_BOLD = {Role.HEADING, Role.NAME, Role.CODE, Role.ERROR, Role.WARNING, Role.ADDED, Role.LINKED}
_UNDERLINED = {Role.LINKED, Role.FIELD, Role.NAME_FIELD}


@cache
def style(role: Role, base: Role, theme: str = DEFAULT, depth: int = 256) -> Style:
    """Give the style of a span in a row; under the cursor only weight is kept, so that the row reads as one.

    ``depth`` is the number of colours the terminal has, 16 or 256.
    """
    palette = PALETTES[theme]
    bold = role in _BOLD or base is Role.LINKED
    if Role.SELECTED in {role, base}:
        if palette.cursor is None:
            return Style(reverse=True, bold=role in _BOLD or None)
        ground, text = palette.cursor
        return Style(color=_colour(text, depth), bgcolor=_colour(ground, depth), bold=role in _BOLD or None)
    ink = palette.inks.get(role, palette.text)
    below = palette.linked if base is Role.LINKED else palette.ground
    return Style(
        color=_colour(ink, depth),
        bgcolor=_colour(below, depth),
        bold=bold or None,
        underline=role in _UNDERLINED or None,
    )


def _colour(ink: Ink | None, depth: int) -> Color | None:
    return None if ink is None else Color.from_ansi(ink[0] if depth > 16 else ink[1])


class Brush:
    """Turns rows into strips: in a theme, in ASCII if need be, and under the veil if that is drawn."""

    def __init__(self, *, ascii: bool = False, theme: str = DEFAULT) -> None:
        self.ascii = ascii
        self.depth = 256
        self.colourless = False
        self.veil = Veil()
        self._theme = theme

    @property
    def theme(self) -> str:
        """The name of the theme; on a terminal that is to have no colour always the one without."""
        return PLAIN if self.colourless else self._theme

    @theme.setter
    def theme(self, name: str) -> None:
        self._theme = name

    def paint(self, row: Row, cells: int, base: Role = Role.PLAIN) -> Strip:
        """Draw a row exactly ``cells`` wide. Every segment has a style: unstyled ones break under NO_COLOR."""
        if self.veil.drawn:
            row = self.veil.over(row)
        taken = row_width(row)
        if taken > cells:
            row = crop_row(row, cells)
            taken = row_width(row)
        theme, depth = self.theme, self.depth
        ground = style(Role.PLAIN, base, theme, depth)
        segments: list[Segment] = []
        for look, parts in groupby(row, key=lambda part: style(part.role, base, theme, depth)):
            segments.append(Segment(self._text("".join(part.text for part in parts)), look))
        if self.ascii:  # a stand-in may be narrower or wider than what it stands for
            return Strip(segments).adjust_cell_length(cells, ground)
        if taken < cells:
            segments.append(Segment(" " * (cells - taken), ground))
        return Strip(segments, cells)

    def _text(self, text: str) -> str:
        return to_ascii(text) if self.ascii else text
