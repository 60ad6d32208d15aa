"""Panes fold with the size of the terminal and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onco_tui.present.spans import width
from onco_tui.tui.arrange import SLOTS, Folding, Slot, arrange
from tests.tui.driver import session, stock
from tests.tui.tui_documents import carboplatin_day

ID = "E-2026-0101"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stock(tmp_path / "claims.db", [carboplatin_day()])


@given(
    st.integers(40, 250),
    st.integers(10, 90),
    st.sampled_from(SLOTS),
    st.fixed_dictionaries({slot: st.integers(1, 120) for slot in SLOTS}),
    st.builds(Folding, st.sampled_from(["facts", "picture"]), st.sampled_from(["detail", "notes"])),
    st.booleans(),
)
def test_panes_share_the_body_and_none_is_squeezed_out(  # noqa: PLR0917  one argument a strategy
    columns: int,
    rows: int,
    focus: Slot,
    wanted: dict[Slot, int],
    folding: Folding,
    zoomed: bool,  # noqa: FBT001  hypothesis hands it over like this
) -> None:
    plan = arrange(columns, rows, focus, wanted, folding, zoomed=zoomed)
    body = rows - 3
    assert focus in plan.shown
    if plan.alone:
        assert zoomed or columns < 80 or rows < 20
        return
    assert list(plan.shown) == [slot for slot in SLOTS if slot in plan.shown], "in reading order"
    assert len(plan.shown) == (6 if plan.columns == 3 else 4)
    assert {"lines", "findings"} <= set(plan.shown)
    assert plan.heights.count(0) == 1
    fixed = sum(plan.heights)
    assert all(height >= 3 for height in plan.heights if height)
    assert body - fixed >= 4, "what is left goes to the detail and must hold a few lines"


@pytest.mark.parametrize("size", [(120, 40), (100, 30), (80, 24), (80, 20)])
async def test_all_four_panes_show(database: Path, size: tuple[int, int]) -> None:
    async with session(database, ID, size=size) as coder:
        coder.sees("1 Claim lines", "2 Chart facts", "3 Findings", "4 Detail")
        assert all(width(line) == size[0] for line in coder.lines)


async def test_with_room_timeline_and_notes_stay_open(database: Path) -> None:
    async with session(database, ID, size=(200, 50)) as coder:
        coder.sees("1 Claim lines", "2 Chart facts", "5 Timeline", "3 Findings", "4 Detail", "6 Notes")
        assert all(width(line) == 200 for line in coder.lines)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_timeline_and_notes_fold_with_one_key(database: Path, size: tuple[int, int]) -> None:
    async with session(database, ID, size=size) as coder:
        coder.lacks("5 Timeline", "6 Notes")
        await coder.press("5")
        coder.sees("5 Timeline ▶", "1 Claim lines", "3 Findings", "4 Detail", "earned").lacks("2 Chart facts")
        await coder.press("3")
        coder.sees("5 Timeline", "3 Findings ▶")
        await coder.press("6")
        coder.sees("6 Notes ▶").lacks("4 Detail")
        await coder.press("2", "4")
        coder.sees("2 Chart facts", "4 Detail ▶").lacks("5 Timeline", "6 Notes")


async def test_a_bar_lights_its_line_and_says_why(database: Path) -> None:
    async with session(database, ID, size=(120, 40)) as coder:
        await coder.press("5", "g")
        for _ in range(4):
            bar = coder.app.review.selection.bar  # type: ignore[union-attr]
            earned = coder.sitting.timeline.lanes[0].bars[bar].earned
            line = coder.app.review.selection.claim_line  # type: ignore[union-attr]
            billed = {each.code for each in coder.sitting.encounter.claim.lines}
            if line is not None and billed.intersection(choice.code for choice in earned):
                assert line.code in {choice.code for choice in earned}
            await coder.press("j")


async def test_the_timeline_follows_the_selected_line(database: Path) -> None:
    async with session(database, ID, size=(200, 50)) as coder:
        await coder.press("1", "g", "j", "j")
        bars = coder.sitting.timeline.lanes[0].bars
        chosen = bars[coder.app.review.selection.bar]  # type: ignore[union-attr]
        assert coder.app.review.selection.claim_line.code == "96367"  # type: ignore[union-attr]
        assert "96367" in {choice.code for choice in chosen.earned}


@pytest.mark.parametrize("size", [(60, 20), (79, 40), (120, 19), (40, 10)])
async def test_one_pane_at_a_time_with_the_others_named(database: Path, size: tuple[int, int]) -> None:
    async with session(database, ID, size=size) as coder:
        coder.sees("1 Lines  2 Facts  3 Findings ▶")
        assert [word for word in coder.lines[1].split() if word.isdigit()][:6] == list("123456"), "all can be gone to"
        await coder.press("1")
        coder.sees("1 Lines ▶", "96413")
        await coder.press("tab")
        coder.sees("2 Facts ▶", "carboplatin")
        await coder.press("4")
        coder.sees("ADM102")
        await coder.press("shift+tab")
        coder.sees("3 Findings ▶")


async def test_too_small_says_so_and_does_nothing(database: Path) -> None:
    async with session(database, ID, size=(30, 8)) as coder:
        coder.sees("terminal too small: 40x10", "is 30x8")
        rows = len(coder.sitting.history())
        await coder.press("a", "F", "y", "e", "x")
        assert len(coder.sitting.history()) == rows
        await coder.resize(80, 24)
        coder.sees("1 Claim lines", "4 Detail").lacks("too small")


async def test_the_screen_follows_a_resize_and_keeps_its_place(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("n")
        rule = coder.app.review.selection.selected_finding.rule  # type: ignore[union-attr]
        for size in ((80, 24), (60, 20), (30, 8), (100, 30), (120, 40)):
            await coder.resize(*size)
        coder.sees("1 Claim lines", "2 Chart facts", rule)
        assert coder.app.review.selection.selected_finding.rule == rule  # type: ignore[union-attr]


async def test_zoom_gives_the_pane_the_whole_body_and_back(database: Path) -> None:
    async with session(database, ID, size=(80, 24)) as coder:
        await coder.press("2", "z")
        coder.sees("2 Facts ▶").lacks("1 Claim lines")
        await coder.press("q")
        coder.sees("1 Claim lines", "2 Chart facts ▶")


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
async def test_help_and_history_open_everywhere_and_verbs_rest_meanwhile(database: Path, size: tuple[int, int]) -> None:
    async with session(database, ID, size=size) as coder:
        for key in ("f1", "t"):
            rows = len(coder.sitting.history())
            await coder.press(key)
            coder.sees("Help ▶" if key == "f1" else "History ▶")
            await coder.press("a", "m", "u")
            assert len(coder.sitting.history()) == rows
            await coder.press("escape")
            coder.lacks("▶  ? or esc", "History")
