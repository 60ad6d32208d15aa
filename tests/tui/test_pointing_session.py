"""Pointing at a field of the chart lights the lines, diagnoses, findings and bars that rest on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from onco_tui.present.spans import plain_text
from onco_tui.tui.screens.review import ReviewScreen
from tests.tui.driver import Session, session, stock
from tests.tui.tui_documents import carboplatin_day, claim_without_chart

ID = "E-2026-0101"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stock(tmp_path / "claims.db", [carboplatin_day(), claim_without_chart()])


def review(coder: Session) -> ReviewScreen:
    assert coder.app.review is not None
    return coder.app.review


def lit(coder: Session, pane: str, mark: str = "•") -> str:
    """Give the rows of a pane that carry the mark of a link, or that of the cursor."""
    shown = review(coder).slots[pane]  # type: ignore[index]  # a name of a pane
    rows = [plain_text(row) for row, _ in shown.lines(*shown.size)]
    return "\n".join(row for row in rows if row.startswith(mark))


async def point_at(coder: Session, words: str) -> None:
    pane = review(coder).slots["facts"]
    row = next(at for at, row in enumerate(pane.body.rows) if words in plain_text(row))
    await coder.press("g", *("j",) * row)


async def test_a_field_of_the_chart_lights_what_rests_on_it(database: Path) -> None:
    async with session(database, ID, size=(200, 50)) as coder:
        await coder.press("1", "g", "j", "j", "j")
        coder.sees("line 4 J9045")
        await coder.press("2")
        await point_at(coder, "time ")
        assert "96415" in lit(coder, "lines")
        assert "96367" not in lit(coder, "lines")
        assert "J1453" not in lit(coder, "lines")
        assert "ADM102" in lit(coder, "findings")
        assert "DRG102" not in lit(coder, "findings")
        assert "carboplatin" in lit(coder, "picture", "▸")
        coder.sees("line 4 J9045")
        await point_at(coder, "C34.11")
        coder.sees("1 C34.11*")
        assert "96413" in lit(coder, "lines")
        await coder.press("3")
        coder.lacks("C34.11*")
        assert "J1453" not in lit(coder, "lines")
        assert review(coder).slots["facts"].content.is_list is False


async def test_what_is_pointed_at_ends_with_the_line(database: Path) -> None:
    async with session(database, ID, size=(120, 40)) as coder:
        await coder.press("2", "G", "g", "j", "n")
        assert review(coder).selection.places == frozenset()
        await coder.press("j", "a")
        coder.sees("saved; u undoes")
        assert review(coder).selection.places == frozenset()


async def test_a_claim_without_a_chart_has_nothing_to_point_at(database: Path) -> None:
    async with session(database, "E-2026-0102", size=(80, 24)) as coder:
        await coder.press("2", "j", "G", "k", "g")
        assert not lit(coder, "lines")
        coder.sees("no chart came with this claim")
