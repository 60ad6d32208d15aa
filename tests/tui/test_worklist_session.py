"""The worklist: what it shows, how it is sorted, filtered and searched, and that its length does not matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from onco_tui.review.desk import Desk
from onco_tui.review.worklist import WorklistQuery, WorklistRow
from onco_tui.tui.window import DrawnRows, Window
from tests.tui.driver import Session, session, stock
from tests.tui.tui_documents import carboplatin_day, claim_without_chart

NAMES = ["Ahorn", "Birke", "Eiche", "Fichte", "Linde"]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    documents = [carboplatin_day(f"E-2026-02{index:02}", name) for index, name in enumerate(NAMES)]
    return stock(tmp_path / "claims.db", [*documents, claim_without_chart("E-2026-0300")])


def names(coder: Session) -> list[str]:
    rows = [line for line in coder.lines[:20] if ", Ada" in line]
    return [next(name for name in [*NAMES, "Paperonly"] if name in row) for row in rows]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_it_shows_status_patient_payer_day_findings_and_money(database: Path, size: tuple[int, int]) -> None:
    async with session(database, size=size) as coder:
        coder.sees("status", "findings", "patient", "payer", "date", "at risk", "open 6", "1 of 6")
        row = next(line for line in coder.lines if "Birke, Ada" in line)
        for part in ("○ open", "■E", "Medicare Part B", "2026-03-02", "180.00"):
            assert part in row


async def test_the_preview_follows_once_the_cursor_rests(database: Path) -> None:
    async with session(database) as coder:
        await coder.press("j")
        await coder.pilot.pause(0.4)
        entry = coder.app.worklist.current
        assert entry is not None
        coder.sees(entry.encounter_id, "hours not supported")


async def test_sort_cycles_and_reverses(database: Path) -> None:
    async with session(database) as coder:
        while "by patient" not in coder.text:
            await coder.press("s")
        await coder.press("S")
        assert names(coder) == sorted([*NAMES, "Paperonly"])
        await coder.press("S")
        assert names(coder) == sorted([*NAMES, "Paperonly"], reverse=True)


async def test_search_filters_and_escape_clears(database: Path) -> None:
    async with session(database) as coder:
        await coder.press("/")
        coder.sees("search")
        await coder.type("eiche")
        await coder.press("enter")
        coder.sees("Eiche, Ada", "1 of 1", "search: eiche").lacks("Birke")
        await coder.press("/", "q", "escape")
        coder.sees("search: eiche")
        await coder.press("escape")
        coder.sees("Birke, Ada", "of 6").lacks("search: ")


async def test_filter_by_status_cycles(database: Path) -> None:
    async with session(database, "E-2026-0200") as coder:
        await coder.press("m", "q")
        coder.sees("status: open", "open 5", "held 1").lacks("Ahorn")
        await coder.press("f")
        coder.sees("status: held", "Ahorn", "… held").lacks("Birke")
        await coder.press("f")
        coder.sees("no encounter matches")
        await coder.press("f")
        coder.sees("Ahorn", "Birke")


async def test_back_from_a_review_the_cursor_is_on_its_encounter(database: Path) -> None:
    async with session(database) as coder:
        await coder.press("j", "j", "enter")
        opened = coder.sitting.encounter_id
        await coder.press("q")
        assert coder.app.worklist.current is not None
        assert coder.app.worklist.current.encounter_id == opened


async def test_enter_and_the_next_keys_may_be_typed_ahead(database: Path) -> None:
    async with session(database) as coder:
        coder.type_ahead("/", *"linde", "enter", "enter", "a")
        await coder.pilot.pause(0.4)
        assert coder.sitting.encounter.patient.family_name == "Linde"
        coder.sees("saved; u undoes")


async def test_what_others_write_shows_by_itself(database: Path) -> None:
    async with session(database) as coder:
        with Desk.open(database) as other:
            other.sit("E-2026-0203").hold("")
        await coder.pilot.pause(0.9)
        coder.sees("held 1").lacks("Fichte")


async def test_reopening_lands_where_the_connection_dropped(database: Path) -> None:
    async with session(database, "E-2026-0202") as coder:
        await coder.press("a")
    async with session(database) as coder:
        assert coder.sitting.encounter_id == "E-2026-0202"
        coder.sees("Eiche, Ada", "3 Findings")
        await coder.press("q")
    async with session(database) as coder:
        coder.sees("1 Worklist")
        assert coder.app.worklist.current is not None
        assert coder.app.worklist.current.encounter_id == "E-2026-0202"


async def test_q_leaves_and_ctrl_c_leaves_at_the_second_press(database: Path) -> None:
    async with session(database) as coder:
        await coder.press("ctrl+c")
        coder.sees("ctrl-c again leaves")
        assert coder.app.return_value is None
        await coder.press("j", "ctrl+c")
        assert coder.app.return_value is None
        await coder.press("ctrl+c")
        assert coder.app.return_value == 0


async def test_an_empty_database_says_so(tmp_path: Path) -> None:
    async with session(stock(tmp_path / "empty.db", [])) as coder:
        coder.sees("no encounters imported yet", "open 0")
        await coder.press("j", "enter", "G", "]")
        coder.sees("no encounters imported yet")


@dataclass
class LongDesk:
    """A desk with a million encounters that counts what is read of it."""

    read: list[tuple[int, int]] = field(default_factory=list)

    def worklist_count(self, _: WorklistQuery) -> int:
        return 1_000_000

    def worklist(self, _: WorklistQuery, offset: int, limit: int) -> tuple[WorklistRow, ...]:
        self.read.append((offset, limit))
        return tuple(_row(number) for number in range(offset, offset + limit))


def _row(number: int) -> WorklistRow:
    return WorklistRow(
        (number,), f"E-{number}", "open", 1, f"Person {number}", "", "P", "Payer", "2026-03-02", "professional", 3, 1,
        0, 0, Decimal("1.00"), "", "", "", "",
    )  # fmt: skip


def test_of_a_million_rows_only_the_visible_ones_are_read() -> None:
    desk = LongDesk()
    rows = DrawnRows(Window(cast("Desk", desk), WorklistQuery()), 100)
    assert len(rows) == 1_000_000
    assert len(rows[:40]) == 40
    assert len(rows[999_970:1_000_000]) == 30
    assert sum(limit for _, limit in desk.read) <= 800
    assert len(desk.read) == 2
