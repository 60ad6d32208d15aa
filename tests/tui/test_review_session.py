"""A coder reviews one encounter: the verbs, their messages, and what the database then holds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from onco_tui.review.desk import Desk
from onco_tui.rules.finding import Severity
from tests.tui.driver import session, stock
from tests.tui.tui_documents import carboplatin_day, claim_without_chart

ID = "E-2026-0101"
SIZES = [(120, 40), (80, 24)]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stock(tmp_path / "claims.db", [carboplatin_day(), claim_without_chart()])


def audit(path: Path, encounter_id: str = ID) -> list[tuple[str, str]]:
    with Desk.open(path) as desk:
        return [(row.action, row.rule) for row in desk.audit(encounter_id)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_four_questions_are_answered_at_a_glance(database: Path, size: tuple[int, int]) -> None:
    async with session(database, ID, size=size) as coder:
        coder.sees("1 Claim lines", "2 Chart facts", "3 Findings", "4 Detail")
        coder.sees("96415", "ADM102", "carboplatin", "line 2 units", "3 -> 1", "dx 1 C34.11  2 Z51.11  3 C79.51")


@pytest.mark.parametrize("size", SIZES)
async def test_accept_writes_at_once_says_what_and_goes_on(database: Path, size: tuple[int, int]) -> None:
    async with session(database, ID, size=size) as coder:
        before = len(coder.sitting.open_findings)
        await coder.press("a")
        assert "line 2 units 3 -> 1" in coder.message
        assert coder.message.endswith("saved; u undoes")
        assert coder.sitting.encounter.claim.lines[1].units == Decimal(1)
        assert len(coder.sitting.open_findings) == before - 1
        assert audit(database) == [("import", ""), ("accept", "ADM102")]
        selected = coder.app.review.selection.selected_finding  # type: ignore[union-attr]
        assert selected is not None
        assert selected.rule != "ADM102"


async def test_undo_takes_the_last_act_back(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("a", "u")
        coder.sees("taken back: accept ADM102")
        assert coder.sitting.encounter.claim.lines[1].units == Decimal(3)
        assert [action for action, _ in audit(database)] == ["import", "accept", "undo"]
        await coder.press("u")
        coder.sees("nothing to undo")


async def test_a_message_stands_until_the_next_key(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("a")
        said = coder.message
        await coder.pilot.pause(0.7)
        assert coder.message == said
        await coder.press("j")
        assert coder.message == ""


async def test_dismiss_asks_for_a_reason_and_keeps_the_finding_in_sight(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("x")
        coder.sees("Set aside ADM102: why?", "1 the documentation supports the line as billed")
        await coder.press("2", "enter")
        coder.sees("set aside (contract), saved", "1 set aside", "✗ ■E ADM102")
        assert audit(database)[-1] == ("dismiss", "ADM102")


async def test_the_reason_other_needs_a_note(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("x", "6", "enter")
        coder.sees("say why in a few words")
        assert audit(database) == [("import", "")]
        await coder.type("seen with pharmacy")
        await coder.press("enter")
        assert audit(database)[-1] == ("dismiss", "ADM102")
        with Desk.open(database) as desk:
            assert [row.reason for row in desk.audit(ID)][-1] == "other: seen with pharmacy"


async def test_escape_leaves_the_finding_open(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("x", "escape")
        coder.sees("4 Detail").lacks("why?")
        assert audit(database) == [("import", "")]


async def test_all_safe_fixes_are_listed_before_y_accepts_them(database: Path) -> None:
    async with session(database, ID) as coder:
        safe = len(coder.sitting.safe_fixes())
        assert safe >= 2
        await coder.press("A")
        coder.sees(f"Accept {safe} safe fixes?", "ADM102", "DXC101")
        await coder.press("a", "enter", "j", "5")
        assert audit(database) == [("import", "")]
        await coder.press("y")
        coder.sees(f"{safe} safe fixes accepted, saved")
        assert [action for action, _ in audit(database)] == ["import"] + ["accept"] * safe


async def test_finalize_asks_once_while_errors_are_open(database: Path) -> None:
    async with session(database, ID) as coder:
        errors = sum(standing.finding.severity is Severity.ERROR for standing in coder.sitting.open_findings)
        assert errors
        await coder.press("F")
        coder.sees(f"{errors} error{'' if errors == 1 else 's'} still open. Finalize all the same?")
        await coder.press("a")
        coder.sees("not finalized")
        assert str(coder.sitting.status) == "open"
        await coder.press("F", "y")
        coder.sees("finalized, saved")
        assert str(coder.sitting.status) == "finalized"
        assert audit(database)[-1][0] == "finalize"


async def test_a_finalized_claim_says_so_and_refuses_with_the_reason(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("F", "y")
        rows = len(audit(database))
        for key in ("a", "e", "E", "x", "A"):
            await coder.press(key)
            coder.sees("finalized; ")
            coder.lacks("Edit line", "why?")
        assert len(audit(database)) == rows
        assert "finalized" in coder.lines[0]
        await coder.press("R")
        coder.sees("open again, saved")
        assert str(coder.sitting.status) == "open"


async def test_hold_and_take_up_again(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("m")
        await coder.type("waits for the pump record")
        await coder.press("enter")
        assert str(coder.sitting.status) == "held"
        assert coder.sitting.history()[-1].reason == "waits for the pump record"
        coder.sees("on hold, saved")
        await coder.press("m")
        assert str(coder.sitting.status) == "open"


async def test_a_question_changes_nothing_on_the_claim(database: Path) -> None:
    async with session(database, ID) as coder:
        queries = [i for i, s in enumerate(coder.sitting.standings) if s.finding.fixes[0].grade == "query"]
        assert queries, "the document plants a finding that only the clinician can mend"
        claim = coder.sitting.encounter.claim
        await coder.press("3", "g", *["j"] * queries[0])
        coder.sees("asks ")
        await coder.press("a")
        coder.sees("Question to the clinician", "neutral words")
        await coder.press("enter")
        coder.sees("question recorded, the claim is unchanged")
        assert coder.sitting.encounter.claim == claim
        assert audit(database)[-1][0] == "query"


async def test_a_finding_lights_its_lines_and_the_facts_it_rests_on(database: Path) -> None:
    async with session(database, ID) as coder:
        assert coder.app.review is not None
        finding = coder.app.review.selection.selected_finding
        assert finding is not None
        lines = coder.sitting.encounter.claim.lines
        assert {lines[i].line for i in coder.app.review.slots["lines"].body.lit} == set(finding.lines)
        rules = [standing.finding.rule for standing in coder.sitting.standings]
        await coder.press("g", *["n"] * rules.index("DXC101"))
        facts = coder.app.review.slots["facts"]
        lit = ["".join(part.text for part in facts.body.rows[i]) for i in sorted(facts.body.lit)]
        assert any("antineoplastic therapy" in row for row in lit)
        assert any(line.startswith("•") or "• visit for" in line for line in coder.lines)


async def test_a_line_lights_its_findings_and_shows_its_facts(database: Path) -> None:
    async with session(database, ID) as coder:
        assert coder.app.review is not None
        await coder.press("1", "g", "j")
        findings = coder.app.review.slots["findings"]
        assert {coder.sitting.standings[i].finding.rule for i in findings.body.lit} == {"ADM102"}
        await coder.press("j", "j")
        coder.sees("430 mg given", "+  20 mg discarded", "= 450 mg opened", "billed     J9045 x 9")


async def test_nothing_of_the_chart_is_out_of_reach_at_80x24(database: Path) -> None:
    async with session(database, ID, size=(80, 24)) as coder:
        await coder.press("1", "G", "2", "z", "g")
        seen = coder.text
        await coder.press("pagedown")
        seen += coder.text
        await coder.press("G")
        seen += coder.text
        for fact in ("documented diagnoses", "treatment plan", "fosaprepitant", "09:30 to 11:35", "Discharged home"):
            assert fact in seen, fact


async def test_without_a_chart_nothing_looks_clean(database: Path) -> None:
    async with session(database, "E-2026-0102") as coder:
        coder.sees("no chart came with this claim", "not checked")
        await coder.press("3", "G")
        coder.sees("These rules could not do their work here", "the chart has no administrations", "ADM102")


async def test_next_and_previous_chart_follow_the_worklist(database: Path) -> None:
    async with session(database) as coder:
        await coder.press("g", "enter")
        first = coder.sitting.encounter_id
        await coder.press("]")
        assert coder.sitting.encounter_id != first
        await coder.press("]")
        coder.sees("this is the last chart of the list")
        await coder.press("[")
        assert coder.sitting.encounter_id == first
        await coder.press("[")
        coder.sees("this is the first chart of the list")


async def test_the_history_shows_who_did_what(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("a", "t")
        coder.sees("History", "accept ADM102", "line 2 units", "3 -> 1", coder.app.desk.actor.name)
        await coder.press("x", "F")
        coder.sees("History")
        await coder.press("t")
        coder.lacks("History").sees("4 Detail")


async def test_a_conflict_is_said_and_r_reloads(database: Path) -> None:
    async with session(database, ID) as coder:
        with Desk.open(database) as other:
            their = other.sit(ID)
            their.hold("")
        await coder.press("a")
        coder.sees("not saved: changed by", "r reloads")
        assert [action for action, _ in audit(database)] == ["import", "hold"]
        await coder.press("r")
        coder.sees("read again")
        assert str(coder.sitting.status) == "held"
        await coder.press("a")
        coder.sees("saved; u undoes")


async def test_other_fixes_can_be_shown_before_one_is_accepted(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("o")
        finding = coder.app.review.selection.selected_finding  # type: ignore[union-attr]
        assert finding is not None
        if len(finding.fixes) < 2:
            coder.sees("this finding has no other fix")
        else:
            coder.sees(f"fix 2 of {len(finding.fixes)}")


async def test_where_the_fix_is_out_of_sight_it_is_shown_before_it_is_accepted(database: Path) -> None:
    async with session(database, ID, size=(60, 20)) as coder:
        coder.lacks("line 2 units")
        await coder.press("a")
        coder.sees("this is what would change; a accepts it", "line 2 units")
        assert audit(database) == [("import", "")]
        await coder.press("a")
        assert audit(database)[-1] == ("accept", "ADM102")


async def test_the_hints_offer_what_can_be_done_on_a_finalized_claim(database: Path) -> None:
    async with session(database, ID, size=(80, 24)) as coder:
        assert "a accept" in coder.lines[-1]
        assert "reopen" not in coder.lines[-1]
        await coder.press("F", "y")
        coder.sees("finalized")
        assert "R reopen" in coder.lines[-1]
        assert "] next chart" in coder.lines[-1]
        for verb in ("accept", "dismiss", "edit line", "finalize"):
            assert verb not in coder.lines[-1]
        await coder.press("R")
        assert "a accept" in coder.lines[-1]
