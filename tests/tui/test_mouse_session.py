"""The mouse moves cursor and pages where the coder has switched it on; it decides nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.driver import session, stock
from tests.tui.terminal import Terminal
from tests.tui.tui_documents import carboplatin_day, claim_without_chart

ID = "E-2026-0101"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stock(tmp_path / "claims.db", [carboplatin_day(), claim_without_chart()])


async def test_a_click_selects_a_row_and_its_pane(database: Path) -> None:
    async with session(database, ID) as coder:
        review = coder.app.review
        assert review is not None
        head = 1 + len(review.slots["lines"].body.head)
        await coder.pilot.click("#lines", offset=(5, head + 2))
        await coder.pilot.pause()
        assert (review.focus_slot, review.selection.line) == ("lines", 2)
        await coder.pilot.click("#lines", offset=(5, 0))
        await coder.pilot.click("#detail", offset=(5, 3))
        await coder.pilot.pause()
        assert review.selection.line == 2
        assert [row.action for row in coder.sitting.history()] == ["import"]


async def test_during_a_task_and_behind_the_lock_the_mouse_does_nothing(database: Path) -> None:
    async with session(database, ID) as coder:
        review = coder.app.review
        assert review is not None
        line = review.selection.line
        await coder.press("x")
        await coder.pilot.click("#lines", offset=(5, 6))
        await coder.pilot.pause()
        coder.sees("Set aside")
        assert review.selection.line == line


@pytest.mark.slow
@pytest.mark.parametrize("mouse", [True, False])
def test_the_mouse_is_asked_for_only_when_it_is_switched_on(database: Path, mouse: bool) -> None:  # noqa: FBT001
    terminal = Terminal(
        database, ID,
        before="import onco_tui.tui.settings as s\nrun_as = run\n"
        f"run = lambda *given, ascii: run_as(*given, s.Settings(mouse={mouse}), ascii=ascii)",
    )  # fmt: skip
    try:
        terminal.until("Detail")
        terminal.press("q", "q")
        assert terminal.end() == 0
        assert (b"\x1b[?1000h" in terminal.raw) is mouse
        assert (b"\x1b[?1000l" in terminal.raw) or not mouse
    finally:
        terminal.kill()
