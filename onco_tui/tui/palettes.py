"""The themes: which colour a role has on which ground. Weight, underline and reverse are the same in all of them.

A colour is a pair of numbers: its place in the 256 colours of xterm, and in the 16 of a poorer terminal. The numbers of
the 256 are the same on every terminal, so that contrast is known; the 16 are what the coder has made them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from onco_tui.present.spans import Role

Ink = tuple[int, int]
"""A colour of the 256, and the one of the 16 that stands for it."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a theme. Without a ``ground`` the terminal's own ground and text are used.

    ``linked`` is the ground of rows that go with the selected one; ``cursor`` ground and text of the selected row,
    where there is none it is shown in reverse.
    """

    words: str
    inks: Mapping[Role, Ink] = field(default_factory=dict)
    ground: Ink | None = None
    text: Ink | None = None
    linked: Ink | None = None
    cursor: tuple[Ink, Ink] | None = None


_BLACK, _CYAN_LINE = (16, 0), (153, 6)

PALETTES: Mapping[str, Palette] = {
    "terminal": Palette(
        "the terminal's own 16 colours",
        {
            Role.LABEL: (6, 6),
            Role.RULE: (6, 6),
            Role.ERROR: (1, 1),
            Role.WARNING: (3, 3),
            Role.REMOVED: (3, 3),
            Role.ADDED: (12, 12),
        },
    ),
    "dark": Palette(
        "light text on dark grey",
        {
            Role.LABEL: (110, 6),
            Role.HEADING: (231, 15),
            Role.NAME: (231, 15),
            Role.CODE: (231, 15),
            Role.RULE: (248, 6),
            Role.ERROR: (210, 9),
            Role.WARNING: (221, 11),
            Role.REMOVED: (215, 11),
            Role.ADDED: (117, 14),
        },
        ground=(234, 0),
        text=(252, 7),
        linked=(237, 0),
        cursor=(_CYAN_LINE, _BLACK),
    ),
    "light": Palette(
        "dark text on light grey",
        {
            Role.LABEL: (24, 4),
            Role.HEADING: _BLACK,
            Role.NAME: _BLACK,
            Role.CODE: _BLACK,
            Role.RULE: (240, 0),
            Role.ERROR: (124, 0),
            Role.WARNING: (58, 0),
            Role.REMOVED: (58, 0),
            Role.ADDED: (19, 4),
        },
        ground=(255, 7),
        text=(235, 0),
        linked=(253, 7),
        cursor=((24, 4), (231, 15)),
    ),
    "high-contrast": Palette(
        "white on black, nothing pale",
        {
            Role.LABEL: (159, 15),
            Role.RULE: (231, 15),
            Role.ERROR: (217, 15),
            Role.WARNING: (227, 11),
            Role.REMOVED: (223, 11),
            Role.ADDED: (159, 14),
        },
        ground=_BLACK,
        text=(231, 15),
        linked=(236, 0),
        cursor=((226, 7), _BLACK),
    ),
    "colour-blind": Palette(
        "orange, yellow and blue, never red against green",
        {
            Role.LABEL: (252, 7),
            Role.HEADING: (231, 15),
            Role.NAME: (231, 15),
            Role.CODE: (231, 15),
            Role.RULE: (248, 7),
            Role.ERROR: (208, 11),
            Role.WARNING: (229, 15),
            Role.REMOVED: (208, 11),
            Role.ADDED: (75, 14),
        },
        ground=(234, 0),
        text=(252, 7),
        linked=(237, 0),
        cursor=(_CYAN_LINE, _BLACK),
    ),
    "monochrome": Palette("no colours, only weight, underline and reverse"),
}
DEFAULT = "terminal"
PLAIN = "monochrome"
