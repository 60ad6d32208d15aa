"""Every role of every theme can be read on its ground, and nothing is told by colour alone."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from rich.color import Color, ColorType

from onco_tui.present.spans import Role
from onco_tui.tui.palettes import DEFAULT, PALETTES, PLAIN
from onco_tui.tui.settings import Settings
from onco_tui.tui.theme import style
from tests.tui.driver import session, stock
from tests.tui.terminal import Terminal
from tests.tui.tui_documents import carboplatin_day

AA = 4.5
GROUNDS = (Role.PLAIN, Role.LINKED, Role.SELECTED)
COLOURED = [name for name in PALETTES if name not in {DEFAULT, PLAIN}]
Rgb = tuple[int, int, int]
VGA: tuple[Rgb, ...] = (
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
    (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255),
    (255, 255, 255),
)  # fmt: skip
XTERM: tuple[Rgb, ...] = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
)  # fmt: skip


def rgb(number: int, sixteen: tuple[Rgb, ...] = XTERM) -> Rgb:
    """Give a colour of the 256: 16 of the terminal, a cube of 216, 24 greys."""
    if number < 16:
        return sixteen[number]
    if number >= 232:
        grey = 8 + 10 * (number - 232)
        return grey, grey, grey
    red, green, blue = ((number - 16) // step % 6 for step in (36, 6, 1))
    return tuple(0 if level == 0 else 55 + 40 * level for level in (red, green, blue))  # type: ignore[return-value]


def linear(colour: Rgb) -> tuple[float, float, float]:
    parts = (part / 255 for part in colour)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def contrast(one: Rgb, other: Rgb) -> float:
    """Give the contrast of WCAG 2.2, 1 to 21."""
    red, green, blue = linear(one)
    first = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    red, green, blue = linear(other)
    second = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def number(colour: Color | None) -> int:
    assert colour is not None
    assert colour.number is not None
    return colour.number


def test_the_measure_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
    assert rgb(16) == (0, 0, 0)
    assert rgb(110) == (135, 175, 215)
    assert rgb(234) == (28, 28, 28)


@pytest.mark.parametrize("theme", COLOURED)
@pytest.mark.parametrize("base", GROUNDS)
@pytest.mark.parametrize("role", list(Role))
def test_every_role_can_be_read_on_every_ground(theme: str, base: Role, role: Role) -> None:
    wide = style(role, base, theme, 256)
    assert min(number(wide.color), number(wide.bgcolor)) >= 16, "the first 16 are not the same on every terminal"
    assert contrast(rgb(number(wide.color)), rgb(number(wide.bgcolor))) >= AA
    narrow = style(role, base, theme, 16)
    assert max(number(narrow.color), number(narrow.bgcolor)) < 16
    assert number(narrow.bgcolor) < 8, "a console has no bright grounds"
    for palette in (VGA, XTERM):
        pair = rgb(number(narrow.color), palette), rgb(number(narrow.bgcolor), palette)
        assert contrast(*pair) >= AA, pair


@pytest.mark.parametrize("theme", COLOURED)
def test_the_cursor_stands_out_from_what_surrounds_it(theme: str) -> None:
    for depth in (16, 256):
        cursor, plain = style(Role.PLAIN, Role.SELECTED, theme, depth), style(Role.PLAIN, Role.PLAIN, theme, depth)
        assert contrast(rgb(number(cursor.bgcolor)), rgb(number(plain.bgcolor))) >= 3


def test_high_contrast_is_higher() -> None:
    for role in Role:
        for base in GROUNDS:
            look = style(role, base, "high-contrast", 256)
            assert contrast(rgb(number(look.color)), rgb(number(look.bgcolor))) >= 7


# Machado, Oliveira, Fernandes 2009, severity 1: protanopia, deuteranopia, tritanopia; on linear light.
SIGHTS = (
    ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
)
TOLD_APART = (
    (Role.ERROR, Role.WARNING),
    (Role.REMOVED, Role.ADDED),
    (Role.ERROR, Role.PLAIN),
    (Role.ADDED, Role.ERROR),
)


def lab(light: tuple[float, ...]) -> tuple[float, float, float]:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in light)
    axes = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (axis ** (1 / 3) if axis > 0.008856 else 7.787 * axis + 16 / 116 for axis in axes)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", SIGHTS, ids=["protan", "deutan", "tritan"])
@pytest.mark.parametrize("pair", TOLD_APART, ids="{0[0]}-{0[1]}".format)
def test_the_theme_for_colour_blindness_keeps_apart_what_means_different_things(
    sight: tuple[tuple[float, ...], ...], pair: tuple[Role, Role]
) -> None:
    seen = []
    for role in pair:
        light = linear(rgb(number(style(role, Role.PLAIN, "colour-blind", 256).color)))
        seen.append(lab(tuple(sum(a * b for a, b in zip(row, light, strict=True)) for row in sight)))
    assert sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5 >= 20


def test_without_a_ground_of_its_own_a_theme_uses_only_the_16_colours_or_none() -> None:
    for role in Role:
        for base in GROUNDS:
            terminal, plain = style(role, base, DEFAULT, 256), style(role, base, PLAIN, 256)
            assert terminal.bgcolor is None
            assert terminal.color is None or terminal.color.type is ColorType.STANDARD
            assert plain.color is None
            assert plain.bgcolor is None


def test_weight_and_underline_are_the_same_in_every_theme() -> None:
    for role, theme in ((role, theme) for role in Role for theme in PALETTES):
        for base in (Role.PLAIN, Role.LINKED):
            one, other = style(role, base, theme), style(role, base, PLAIN)
            if role is not Role.SELECTED:
                assert (bool(one.bold), bool(one.underline)) == (bool(other.bold), bool(other.underline))


@pytest.mark.parametrize(("one", "other"), list(combinations(PALETTES, 2))[:5])
async def test_the_text_is_the_same_in_every_theme(tmp_path: Path, one: str, other: str) -> None:
    path = stock(tmp_path / "claims.db", [carboplatin_day()])
    seen = []
    for theme in (one, other):
        screens = []
        async with session(path, "E-2026-0101", settings=Settings(theme=theme)) as coder:
            for key in ("n", "1", "j", "x", "escape", "t", "escape", "?", "escape"):
                await coder.press(key)
                screens.append(coder.text)
        seen.append(screens)
    assert seen[0] == seen[1]


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    ("term", "depth"), [("xterm-256color", 256), ("screen-256color", 256), ("xterm", 16), ("screen", 16), ("linux", 16)]
)
def test_a_terminal_gets_only_the_colours_it_has(tmp_path: Path, theme: str, term: str, depth: int) -> None:
    terminal = Terminal(
        stock(tmp_path / "claims.db", [carboplatin_day()]),
        "E-2026-0101",
        before=f"import onco_tui.tui.settings as s\nrun_as = run\n"
        f"run = lambda *given, ascii: run_as(*given, s.Settings(theme={theme!r}), ascii=ascii)",
        env={"TERM": term, "COLORTERM": "truecolor" if depth == 256 else ""},
    )
    try:
        terminal.until("Detail")
        terminal.press("n", "1", "j", "q", "q")
        assert terminal.end() == 0
    finally:
        terminal.kill()
    seen = re.findall(rb"\x1b\[([0-9;]*)m", terminal.raw)
    drawn = [sequence for sequence in seen if sequence not in {b"", b"0"}]
    assert drawn
    for sequence in drawn:
        assert not re.search(rb"(?:^|;)[34]8;2;", sequence), "no colour the terminal would have to guess"
        numbers = [int(number) for number in re.findall(rb"[34]8;5;(\d+)", sequence)]
        named = [int(part) for part in re.sub(rb"[34]8;5;\d+", b"", sequence).split(b";") if part]
        assert all(number >= 16 for number in numbers)
        assert not numbers if depth == 16 else not [part for part in named if part >= 30], sequence
