"""The worklist: what it shows, how it is sorted, filtered and searched, and that its length does not matter."""

from __future__ import annotations

import threading
from array import array
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from onco_tui.review.desk import Desk
from onco_tui.review.errors import StoreError
from onco_tui.review.sitting import Sitting
from onco_tui.review.worklist import WorklistQuery, WorklistRow
from onco_tui.store import worklist
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


async def finalize(coder: Session) -> None:
    await coder.press("F")
    if "y yes" in coder.text:
        await coder.press("y")


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
        coder.sees("filter status:open", "payer:", "name or id of the payer")
        await coder.type("eiche")
        coder.sees("searched for among patients")
        await coder.press("enter")
        coder.sees("Eiche, Ada", "1 of 1", "search: eiche", "status: open", "2 Preview").lacks("Birke")
        await coder.press("/", "q", "escape")
        coder.sees("search: eiche")
        await coder.press("escape")
        coder.sees("Birke, Ada", "of 6").lacks("search: ")


async def test_filters_join_and_are_said_in_words(database: Path) -> None:
    async with session(database) as coder:
        await coder.press("/")
        await coder.type("payer:medicare risk>100 date>=2026-01 severity:error")
        await coder.press("enter")
        coder.sees("payer: medicare", "risk: over 100.00", "1 of 5").lacks("Paperonly")
        await coder.press("/", "ctrl+u")
        await coder.type("risk<1")
        await coder.press("enter")
        coder.sees("risk: below 1.00", "Paperonly", "1 of 1").lacks("Ahorn")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("payr:medicare", "no filter is called payr; payer?"),
        ("risk>lots", "lots is no amount; write risk>100"),
        ("date:2026-02-30", "2026-02-30 is not in the calendar"),
        ('payer:"Medicare', "a quotation mark is not closed"),
        ("status:done", "no status is called done"),
    ],
)
async def test_a_slip_is_said_in_words_and_can_be_mended(database: Path, text: str, words: str) -> None:
    async with session(database, size=(80, 24)) as coder:
        await coder.press("/", "ctrl+u")
        await coder.type(text)
        await coder.press("enter")
        coder.sees(words, "filter ")
        await coder.press("ctrl+w")
        coder.lacks(words)
        await coder.press("escape")
        coder.sees("status: open", "of 6")


async def test_names_are_completed_with_their_counts(database: Path) -> None:
    async with session(database) as coder:
        await coder.press("/", "ctrl+u")
        await coder.type("pay")
        await coder.press("tab")
        coder.sees("filter payer:", 'payer:"Medicare Part B"', "6 encounters")
        await coder.press("down", "enter")
        coder.sees('filter payer:"Medicare Part B"')
        await coder.type("rule:ADM")
        rule = next(rule for rule, _ in coder.app.desk.rules_found() if rule.startswith("ADM"))
        coder.sees(f"rule:{rule}", "5 encounters")
        await coder.press("tab", "enter")
        coder.sees("payer: Medicare Part B", f"rule: {rule}", "1 of 5")


async def test_next_and_previous_chart_follow_the_filtered_list(database: Path) -> None:
    async with session(database) as coder:
        while "by patient" not in coder.text:
            await coder.press("s")
        await coder.press("S", "/")
        await coder.type("ADA risk>100")
        await coder.press("enter", "g", "enter")
        seen = [coder.sitting.encounter.patient.family_name]
        for _ in NAMES:
            await coder.press("]")
            seen.append(coder.sitting.encounter.patient.family_name or "")
        assert seen == [*NAMES, NAMES[-1]]
        coder.sees("last chart of the list")
        await coder.press("[")
        assert coder.sitting.encounter.patient.family_name == NAMES[-2]


async def test_views_are_saved_recalled_renamed_and_deleted(database: Path) -> None:
    async with session(database, size=(80, 24)) as coder:
        await coder.press("v")
        coder.sees("no views yet")
        await coder.press("escape", "/", "ctrl+u")
        await coder.type("linde")
        await coder.press("enter", "v", "s")
        await coder.type("mine")
        await coder.press("enter")
        coder.sees("saved as mine")
        await coder.press("escape")
        coder.sees("of 6")
        await coder.press("1")
        coder.sees("view mine", "Linde", "1 of 1").lacks("Birke")
        await coder.press("2")
        coder.sees("there is no view 2")
        await coder.press("v", "r", "ctrl+u")
        await coder.type("ours")
        await coder.press("enter", "v")
        coder.sees("1 ours", "linde")
        await coder.press("d")
        coder.sees("d again deletes the view ours")
        await coder.press("j", "d", "d")
        coder.sees("deleted the view ours")
    async with session(database) as coder:
        await coder.press("1")
        coder.sees("there is no view 1")


async def test_the_head_counts_what_this_coder_finished_today(database: Path) -> None:
    async with session(database, "E-2026-0300") as coder:
        await finalize(coder)
        await coder.press("q")
        coder.sees("open 5", "finalized 1", "done today 1")


@dataclass
class SlowList:
    """Holds every reading of a filtered list until it is let go."""

    let_go: threading.Event = field(default_factory=threading.Event)
    begun: int = 0

    def hold(self, monkeypatch: pytest.MonkeyPatch) -> None:
        read = worklist.ids_in_order

        def slow(*arguments: Any) -> array[int]:
            self.begun += 1
            self.let_go.wait(20)
            return read(*arguments)

        monkeypatch.setattr(worklist, "ids_in_order", slow)


async def test_a_long_reading_shows_its_time_and_can_be_stopped(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = SlowList()
    async with session(database) as coder:
        slow.hold(monkeypatch)
        await coder.press("/")
        await coder.type("birke")
        await coder.press("enter")
        coder.sees("reading the list, ", "esc stops", "Ahorn", "of 6").lacks("was not taken")
        await coder.press("G")
        coder.sees("esc stops, G was not taken", "1 of 6")
        await coder.press("escape")
        slow.let_go.set()
        await coder.until("stopped; the list is as it was")
        coder.sees("Ahorn", "of 6", "status: open").lacks("search: ")
        await coder.press("/")
        await coder.type("birke")
        await coder.press("enter")
        await coder.until("search: birke")
        coder.lacks("Ahorn")


async def test_a_filtered_list_is_read_once_and_then_gone_through(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = SlowList()
    slow.let_go.set()
    async with session(database) as coder:
        slow.hold(monkeypatch)
        await coder.press("/")
        await coder.type("ada")
        await coder.press("enter", "G", "g", "enter", "]", "]", "[")
        assert slow.begun == 1
        coder.sees("3 Findings")


async def test_a_list_that_takes_long_to_read_again_goes_on_being_shown(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = SlowList()
    async with session(database) as coder:
        while "by patient" not in coder.text:
            await coder.press("s")
        await coder.press("S", "/")
        await coder.type("ada")
        await coder.press("enter", "g", "enter", "]")
        slow.hold(monkeypatch)
        await finalize(coder)
        await coder.press("q")
        coder.sees("2 of 6", "Birke, Ada", "✓ final").lacks("reading the list")
        await coder.press("G", "k")
        slow.let_go.set()
        await coder.until("4 of 5")
        coder.lacks("Birke, Ada")
        assert coder.app.worklist.current is not None
        assert coder.app.worklist.current.patient_name == "Linde, Ada"


@pytest.mark.parametrize("text", ["status:open", "status:open ada"])
async def test_after_finalizing_the_cursor_is_on_the_next_chart_to_do(database: Path, text: str) -> None:
    async with session(database) as coder:
        while "by patient" not in coder.text:
            await coder.press("s")
        await coder.press("S", "/", "ctrl+u")
        await coder.type(text)
        await coder.press("enter", "g", "enter", "]", "]")
        await finalize(coder)
        await coder.press("q")
        assert coder.app.worklist.current is not None
        assert coder.app.worklist.current.patient_name == "Fichte, Ada"
        coder.sees("3 of 5").lacks("Eiche")


async def test_filter_by_status_cycles(database: Path) -> None:
    async with session(database, "E-2026-0200") as coder:
        await coder.press("m", "enter", "q")
        coder.sees("status: open", "open 5", "held 1").lacks("Ahorn")
        await coder.press("f")
        coder.sees("status: held", "Ahorn", "… held").lacks("Birke")
        await coder.press("f")
        coder.sees("no encounter matches")
        await coder.press("f")
        coder.sees("Ahorn", "Birke")


async def test_a_chart_that_cannot_be_opened_is_said_and_nothing_breaks(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with session(database, "E-2026-0200") as coder:
        desk, sit = coder.app.desk, coder.app.desk.sit

        def broken(encounter_id: str) -> Sitting:
            if encounter_id != "E-2026-0200":
                raise StoreError(f"encounter {encounter_id}: its newest audit row is missing")
            return sit(encounter_id)

        monkeypatch.setattr(desk, "sit", broken)
        await coder.press("[")
        coder.sees("its newest audit row is missing", "Ahorn, Ada", "3 Findings")
        await coder.press("q", "g", "enter")
        coder.sees("its newest audit row is missing", "1 Worklist")


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
        0, 0, Decimal("1.00"), "", "", "", "", "",
    )  # fmt: skip


def test_of_a_million_rows_only_the_visible_ones_are_read() -> None:
    desk = LongDesk()
    rows = DrawnRows(Window(cast("Desk", desk), WorklistQuery()), 100)
    assert len(rows) == 1_000_000
    assert len(rows[:40]) == 40
    assert len(rows[999_970:1_000_000]) == 30
    assert sum(limit for _, limit in desk.read) <= 800
    assert len(desk.read) == 2
