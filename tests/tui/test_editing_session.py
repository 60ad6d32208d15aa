"""Editing by hand: findings follow as the coder types, and nothing is written until enter."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from onco_tui.review.desk import Desk
from tests.tui.driver import Session, session, stock
from tests.tui.tui_documents import carboplatin_day

ID = "E-2026-0101"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stock(tmp_path / "claims.db", [carboplatin_day()])


def actions(path: Path) -> list[str]:
    with Desk.open(path) as desk:
        return [row.action for row in desk.audit(ID)]


async def edit_units(coder: Session, text: str) -> Session:
    await coder.press("1", "g", "j", "e", "tab", "tab", "backspace")
    return await coder.type(text)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
async def test_findings_follow_while_typing_and_enter_writes(database: Path, size: tuple[int, int]) -> None:
    async with session(database, ID, size=size) as coder:
        await edit_units(coder, "1")
        coder.sees("Edit line 2", "was 3", "resolves 1, adds ")
        if size != (60, 20):
            coder.sees("Findings as edited", "✓ ■E ADM102")
        assert actions(database) == ["import"]
        await coder.press("enter")
        coder.sees("line 2 units 3 -> 1, saved; u undoes")
        assert actions(database) == ["import", "edit"]
        assert coder.sitting.encounter.claim.lines[1].units == Decimal(1)


async def test_what_supports_the_line_follows_while_typing(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("1", "g", "j")
        coder.sees("billed     96415 x 3", "supported  96415 x 1")
        await coder.press("e", "ctrl+u")
        await coder.type("96413")
        coder.sees("billed     96413 x 3", "supported  96413 x 1").lacks("supported  96415")
        await coder.press("ctrl+u")
        await coder.type("96409")
        coder.sees("billed     96409 x 3", "the program derives no line")
        await coder.press("escape")
        coder.sees("billed     96415 x 3", "supported  96415 x 1")


async def test_escape_drops_what_was_typed(database: Path) -> None:
    async with session(database, ID) as coder:
        before = coder.sitting.encounter
        await edit_units(coder, "7")
        await coder.press("escape")
        coder.sees("3 Findings", "4 Detail").lacks("as edited", "Edit line")
        assert actions(database) == ["import"]
        assert coder.sitting.encounter == before


async def test_the_total_is_shown_before_and_after(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("1", "g", "j", "e", "shift+tab", "ctrl+u")
        await coder.type("90.00")
        coder.sees("total 2,585.00 -> 2,405.00")


async def test_no_key_acts_while_one_types(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("e", "ctrl+u")
        await coder.type("aAuxF]qR?1zjkG")
        coder.sees("Edit line", "aAuxF]qR?1zjkG")
        await coder.press("escape")
        assert actions(database) == ["import"]
        assert coder.sitting.status == "open"


async def test_keys_typed_ahead_reach_the_field(database: Path) -> None:
    async with session(database, ID) as coder:
        coder.type_ahead("1", "g", "j", "e", "tab", "tab", "backspace", "2", "enter")
        await coder.pilot.pause()
        assert coder.sitting.encounter.claim.lines[1].units == Decimal(2)
        coder.sees("3 -> 2, saved")


@pytest.mark.parametrize("text", ["", "-", "two", "1.0.0", "1e999999"])
async def test_a_bad_number_is_named_and_never_written(database: Path, text: str) -> None:
    async with session(database, ID) as coder:
        await edit_units(coder, text)
        coder.sees("units")
        await coder.press("enter")
        coder.sees("Edit line 2")
        assert actions(database) == ["import"]


async def test_pointers_and_modifiers_are_typed_as_on_the_form(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("1", "g", "e", "tab", "ctrl+u")
        await coder.type("jw,25")
        await coder.press("tab", "tab", "ctrl+u")
        await coder.type("B A 3")
        await coder.press("enter")
        line = coder.sitting.encounter.claim.lines[0]
        assert line.modifiers == ("JW", "25")
        assert line.diagnosis_pointers == (2, 1, 3)


async def test_a_paste_goes_into_the_field_and_never_runs_a_verb(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.paste("aAFy\nq")
        assert actions(database) == ["import"]
        coder.sees("4 Detail")
        await coder.press("e", "ctrl+u")
        await coder.paste("96413\n\x1b[A")
        coder.sees("96413 [A")
        await coder.press("escape")
        assert actions(database) == ["import"]


async def test_a_paste_into_a_question_is_no_answer(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("F")
        await coder.paste("y")
        assert coder.sitting.status == "open"
        coder.sees("Finalize all the same?")


async def test_diagnoses_move_and_lines_keep_pointing_at_theirs(database: Path) -> None:
    async with session(database, ID) as coder:
        before = coder.sitting.encounter.claim
        meant = [[before.diagnoses[p - 1] for p in line.diagnosis_pointers] for line in before.lines]
        await coder.press("E", "j", "K")
        coder.sees("1 Z51.11", "2 C34.11", "resolves 1, adds none")
        assert actions(database) == ["import"]
        await coder.press("enter")
        after = coder.sitting.encounter.claim
        assert after.diagnoses == ("Z51.11", "C34.11", "C79.51")
        assert [[after.diagnoses[p - 1] for p in line.diagnosis_pointers] for line in after.lines] == meant
        assert actions(database) == ["import", "edit"]


async def test_a_diagnosis_is_replaced_added_and_deleted(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("E", "r", "ctrl+u")
        await coder.type("c3412")
        await coder.press("enter", "j", "j", "o")
        await coder.type("z79.899")
        await coder.press("enter", "k", "d", "enter")
        claim = coder.sitting.encounter.claim
        assert claim.diagnoses == ("C34.12", "Z51.11", "Z79.899")
        assert claim.lines[0].diagnosis_pointers == (1, 2), "a replaced code keeps its pointers"


async def test_nothing_typed_means_nothing_written(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("e", "enter")
        coder.sees("4 Detail")
        await coder.press("E", "enter")
        assert actions(database) == ["import"]


async def test_a_code_is_completed_from_its_start(database: Path) -> None:
    async with session(database, ID, size=(120, 40)) as coder:
        await coder.press("1", "g", "e", "ctrl+u")
        await coder.type("9641")
        coder.sees("96413 ✓", "96415 ✓", "96417 ✓", "Chemo infusion, each more hour")
        await coder.press("down", "down", "down", "enter")
        coder.sees("Edit line 1", "was 96413").lacks("96417 ✓")
        await coder.press("enter")
        assert coder.sitting.encounter.claim.lines[0].code == "96415"


async def test_modifiers_are_completed_one_by_one(database: Path) -> None:
    async with session(database, ID, size=(120, 40)) as coder:
        await coder.press("1", "g", "e", "tab", "ctrl+u")
        await coder.type("JW")
        coder.sees("billable Discarded")
        await coder.type(" zq")
        coder.sees("not known here")
        await coder.press("escape")
        assert actions(database) == ["import"]


async def test_a_diagnosis_is_found_by_words_and_words_alone_are_not_taken(database: Path) -> None:
    async with session(database, ID, size=(120, 40)) as coder:
        await coder.press("E", "o")
        await coder.type("lung right upper")
        coder.sees("C34.11 ✓", "Malignant neoplasm of upper lobe, ri")
        await coder.press("enter")
        coder.sees("choose one with the arrow keys")
        await coder.press("down")
        coder.sees("or lung, can be billed")
        await coder.press("enter", "enter")
        assert "C34.11" in coder.sitting.encounter.claim.diagnoses


async def test_a_heading_says_that_it_cannot_be_billed(database: Path) -> None:
    async with session(database, ID, size=(120, 40)) as coder:
        await coder.press("E", "o")
        await coder.type("C34")
        coder.sees("heading", "Malignant neoplasm of bronchus and lung")
