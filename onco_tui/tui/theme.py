"""Roles to styles: the terminal's own 16 colours, reverse video for the cursor, and nothing said by colour alone."""

from __future__ import annotations

import locale
import os
from functools import cache
from itertools import groupby

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from onco_tui.present.glyphs import to_ascii
from onco_tui.present.spans import Role, Row, crop_row, row_width

_STYLES: dict[Role, Style] = {
    Role.PLAIN: Style(),
    Role.LABEL: Style(color="cyan"),
    Role.HEADING: Style(bold=True),
    Role.CODE: Style(bold=True),
    Role.NUMBER: Style(),
    Role.ERROR: Style(color="red", bold=True),
    Role.WARNING: Style(color="yellow", bold=True),
    Role.INFO: Style(),
    Role.REMOVED: Style(color="yellow"),
    Role.ADDED: Style(color="bright_blue", bold=True),
    Role.DONE: Style(),
    Role.LINKED: Style(bold=True, underline=True),
    Role.SELECTED: Style(reverse=True),
    Role.FIELD: Style(underline=True),
    Role.RULE: Style(color="cyan"),
}
_BASES: dict[Role, Style] = {Role.SELECTED: Style(reverse=True), Role.LINKED: Style(bold=True)}


@cache
def style(role: Role, base: Role) -> Style:
    """Give the style of a span in a row; under the cursor only weight is kept, so that the row reads as one."""
    if base is Role.SELECTED:
        return _BASES[base] + Style(bold=_STYLES[role].bold)
    return _STYLES[role] + _BASES.get(base, Style())


def wants_ascii() -> bool:
    """Tell whether the terminal is unlikely to draw more than ASCII: a console, or a locale that is not UTF-8."""
    if os.environ.get("TERM", "") in {"linux", "dumb", "vt100", "vt102", "vt220"}:
        return True
    return "utf" not in locale.getpreferredencoding(do_setlocale=False).lower().replace("-", "")


class Brush:
    """Turns rows into strips, in ASCII if need be."""

    def __init__(self, *, ascii: bool = False) -> None:
        self.ascii = ascii

    def paint(self, row: Row, cells: int, base: Role = Role.PLAIN) -> Strip:
        """Draw a row exactly ``cells`` wide. Every segment has a style: unstyled ones break under NO_COLOR."""
        if row_width(row) > cells:
            row = crop_row(row, cells)
        ground = style(Role.PLAIN, base)
        segments: list[Segment] = []
        for look, parts in groupby(row, key=lambda part: style(part.role, base)):
            segments.append(Segment(self._text("".join(part.text for part in parts)), look))
        return Strip(segments).adjust_cell_length(cells, ground)

    def _text(self, text: str) -> str:
        return to_ascii(text) if self.ascii else text
