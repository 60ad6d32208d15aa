"""Control sequences, bidi, markup and odd widths in every field of an encounter reach no terminal raw."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from onco_tui.present.spans import width
from tests.tui.driver import Session, session, stock
from tests.tui.tui_documents import carboplatin_day, claim_without_chart, hostile

ID = "E-HOSTILE"
TOUR = (
    ("1",), ("G",), ("2",), ("z",), ("G",), ("z",), ("3",), ("j",), ("G",), ("4",), ("G",), ("x",), ("tab",),
    ("escape",), ("1", "g", "e"), ("tab",), ("escape",), ("E",), ("r",), ("escape", "escape"), ("A",), ("n",), ("a",),
    ("t",), ("G",), ("escape",), ("?",), ("G",), ("escape",), ("F",), ("n",), ("q",),
)  # fmt: skip
SIZES = [(120, 40), (80, 24), (60, 20), (40, 10)]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stock(tmp_path / "claims.db", [hostile(), carboplatin_day(), claim_without_chart()])


def check_screen(coder: Session, cells: int) -> None:
    for line in coder.lines:
        raw = [c for c in line if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or 0x202A <= ord(c) <= 0x202E]
        assert not raw, f"{raw!r} in {line!r}"
        assert width(line) == cells, line


@pytest.mark.parametrize("size", SIZES)
async def test_no_screen_shows_a_raw_byte_and_every_line_fits(database: Path, size: tuple[int, int]) -> None:
    async with session(database, size=size) as coder:
        check_screen(coder, size[0])
        seen = coder.text
        await coder.press("/")
        await coder.type("hostile")
        await coder.press("enter", "enter")
        assert coder.sitting.encounter_id == ID
        for keys in TOUR:
            check_screen(coder, size[0])
            seen += coder.text
            await coder.press(*keys)
        check_screen(coder, size[0])
    assert "␛[31mred" in seen, "what a note holds is made visible, not dropped"


async def test_markup_is_text(database: Path) -> None:
    async with session(database, ID, size=(120, 40)) as coder:
        await coder.press("1", "G", "2", "z", "G")
        coder.sees("[/x] [bold]m[/bold] [@click=app.quit]q[/]", "␛]52;c;ZXZpbA==␇", "<U+202E>evil<U+202C>")


@pytest.mark.parametrize("size", SIZES)
async def test_an_ascii_screen_is_pure_ascii(database: Path, size: tuple[int, int]) -> None:
    async with session(database, size=size, ascii=True) as coder:
        assert coder.text.isascii()
        await coder.press("/")
        await coder.type("hostile")
        await coder.press("enter", "enter")
        for keys in TOUR:
            await coder.press(*keys)
            assert coder.text.isascii(), coder.text
            assert all(len(line) == size[0] for line in coder.lines)


async def test_without_colour_the_words_are_the_same(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with session(database, "E-2026-0101") as coder:
        await coder.press("n", "1")
        coloured = coder.text
    monkeypatch.setenv("NO_COLOR", "1")
    async with session(database, "E-2026-0101") as coder:
        await coder.press("n", "1")
        assert coder.text == coloured
        styles = {segment.style for strip in coder.screen._compositor.render_strips() for segment in strip}
        assert None not in styles
        assert {s.color.name for s in styles if s is not None and s.color is not None} <= {"default"}
