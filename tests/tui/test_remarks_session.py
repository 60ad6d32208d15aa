"""Questions, notes, verified lines, redo, and the pages to read: what is said is what is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from onco_tui.review.desk import Desk
from tests.tui.driver import Session, session, stock
from tests.tui.tui_documents import carboplatin_day, claim_without_chart

ID = "E-2026-0101"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stock(tmp_path / "claims.db", [carboplatin_day(), claim_without_chart()])


def actions(path: Path) -> list[str]:
    with Desk.open(path) as desk:
        assert desk.verify().ok
        return [row.action for row in desk.audit(ID)]


async def to_question(coder: Session) -> str:
    """Select the finding that only the clinician can mend; give its rule."""
    at, rule = next(
        (index, s.finding.rule)
        for index, s in enumerate(coder.sitting.standings)
        if s.finding.fixes and s.finding.fixes[0].grade == "query"
    )
    await coder.press("3", "g", *["j"] * at)
    return rule


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_question_is_drafted_sent_and_answered(database: Path, size: tuple[int, int]) -> None:
    async with session(database, ID, size=size) as coder:
        rule = await to_question(coder)
        await coder.press("a", "e", "ctrl+u")
        await coder.type("Who ordered this")
        await coder.press("enter")
        assert [s.finding.rule for s in coder.sitting.standings if s.waits] == [rule]
        await coder.press("Q")
        coder.sees("Questions to clinicians", "to send", "today", "Who ordered this")
        await coder.press("s")
        coder.sees("question sent, saved", "… sent")
        await coder.press("a")
        await coder.type("the fellow did")
        await coder.press("enter")
        coder.sees("✓ answered", "the fellow did")
        await coder.press("s")
        coder.sees("this question is closed")
        await coder.press("q")
        assert not any(s.waits for s in coder.sitting.standings)
    assert actions(database) == ["import", "query", "answer", "answer"]


async def test_keys_typed_ahead_never_end_up_in_a_question(database: Path) -> None:
    async with session(database, ID) as coder:
        await to_question(coder)
        coder.type_ahead("a", "a", "x", "6", "enter")
        await coder.pilot.pause()
        (query,) = coder.sitting.queries
        standing = next(s for s in coder.sitting.standings if s.finding.id == query.finding_id)
        assert query.question == " ".join(standing.finding.fixes[0].question.split())


async def test_the_reason_other_asks_for_words_and_keeps_what_was_chosen(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("x", "6", "enter")
        coder.sees("say why in a few words", "why?")
        await coder.type("agreed with the clinic")
        await coder.press("enter")
        assert coder.sitting.history()[-1].reason == "other: agreed with the clinic"


async def test_finalizing_asks_once_while_a_charge_or_an_answer_is_missing(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("A", "y")
        await to_question(coder)
        await coder.press("a", "enter", "F")
        coder.sees("Finalize all the same?")
        await coder.press("n")
        assert str(coder.sitting.status) == "open"


async def test_a_draft_can_be_dropped(database: Path) -> None:
    async with session(database, ID) as coder:
        await to_question(coder)
        await coder.press("a")
        coder.sees("Question to the clinician", "about")
        await coder.press("escape")
        coder.sees("4 Detail")
    assert actions(database) == ["import"]


async def test_next_passes_by_what_waits_for_the_clinician(database: Path) -> None:
    async with session(database, ID) as coder:
        rule = await to_question(coder)
        await coder.press("a", "enter")
        for _ in range(6):
            await coder.press("n")
            assert coder.screen.selection.selected_finding.rule != rule  # type: ignore[attr-defined]


async def test_redo_after_undo(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("a")
        after = coder.sitting.encounter
        await coder.press("u", "U")
        coder.sees("done again: accept")
        assert coder.sitting.encounter == after
        await coder.press("U")
        coder.sees("nothing to do again")


async def test_a_note_greets_the_next_coder(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("N")
        await coder.type("pump record missing")
        await coder.press("enter")
        coder.sees("note saved")
    async with session(database, ID) as coder:
        coder.sees("pump record missing")
    assert actions(database) == ["import", "note"]


async def test_a_verified_line_is_marked_until_it_changes(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("1", "g", "j", "v")
        coder.sees("line 2 verified, saved", "2 ✓ 96415")
        await coder.press("e", "tab", "tab", "ctrl+u")
        await coder.type("1")
        await coder.press("enter")
        coder.lacks("2 ✓ 96415")


async def test_the_claim_is_compared_with_the_import(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("c")
        coder.sees("Compared with the import", "the claim is as it was imported")
        await coder.press("c", "1", "g", "j", "e", "tab", "tab", "ctrl+u")
        await coder.type("1")
        await coder.press("enter", "c")
        coder.sees("line 2 units", "3 -> 1")


async def test_a_line_has_its_own_history(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("1", "g", "e", "tab", "tab", "ctrl+u")
        await coder.type("2")
        await coder.press("enter", "1", "g", "T")
        coder.sees("History of line 1", "1 entry", "line 1 units")
        await coder.press("q", "j", "T")
        coder.sees("History of line 2", "0 entries")


async def test_the_rule_page_tells_how_the_rule_fared_here(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("3", "g", "w")
        rule = coder.screen.selection.selected_finding.rule  # type: ignore[attr-defined]
        coder.sees(rule, "What it finds", "Why it matters", "here now", "in 1 encounter", "accepted", "0 times")
        await coder.press("w", "x", "2", "enter", "3", "g")
        with Desk.open(database) as desk:
            assert desk.rule_record(rule).dismissed == {"contract": 1}


async def test_question_mark_explains_the_finding_and_then_the_keys(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("3", "g", "?")
        coder.sees("What it finds")
        await coder.press("?")
        coder.sees("Help ▶", "next finding")
        await coder.press("?")
        coder.sees("4 Detail")
        await coder.press("1", "?")
        coder.sees("Help ▶", "next finding")
