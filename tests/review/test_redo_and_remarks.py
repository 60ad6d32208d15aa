"""Redo, verified lines, notes to the next coder and questions that move on: each with its audit row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import set_line_field
from onco_tui.review.desk import Desk
from onco_tui.review.errors import NotPossible
from onco_tui.review.sitting import Sitting
from onco_tui.rules.finding import Finding
from tests.review.stocking import stock, visit


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with stock(tmp_path / "claims.db", visit()) as desk:
        yield desk


@pytest.fixture
def sitting(desk: Desk) -> Sitting:
    return desk.sit("E-1")


def fixable(sitting: Sitting) -> Finding:
    return next(s.finding for s in sitting.open_findings if s.finding.fixes and s.finding.fixes[0].grade != "query")


def actions(sitting: Sitting) -> list[str]:
    return [row.action for row in sitting.history()]


def test_redo_does_again_what_was_undone_step_by_step(desk: Desk, sitting: Sitting) -> None:
    sitting.accept(fixable(sitting).id)
    sitting.edit([set_line_field(sitting.encounter.claim.lines[0], "units", "2")])
    after = sitting.encounter
    sitting.undo()
    sitting.undo()
    sitting.redo()
    sitting.redo()
    assert sitting.encounter == after
    with pytest.raises(NotPossible, match="nothing to do again"):
        sitting.redo()
    assert actions(sitting)[1:] == ["accept", "edit", "undo", "undo", "accept", "edit"]
    assert desk.verify().ok


def test_what_was_redone_can_be_undone_and_redone_again(sitting: Sitting) -> None:
    before = sitting.encounter
    sitting.accept(fixable(sitting).id)
    after = sitting.encounter
    for _ in range(3):
        sitting.undo()
        assert sitting.encounter == before
        sitting.redo()
        assert sitting.encounter == after
    sitting.undo()
    with pytest.raises(NotPossible):
        sitting.undo()


def test_a_new_act_ends_what_can_be_redone(sitting: Sitting) -> None:
    sitting.accept(fixable(sitting).id)
    sitting.undo()
    sitting.edit([set_line_field(sitting.encounter.claim.lines[0], "units", "3")])
    with pytest.raises(NotPossible, match="nothing to do again"):
        sitting.redo()


def test_a_redone_dismissal_stands_with_reason_and_note(sitting: Sitting) -> None:
    finding = sitting.open_findings[0].finding
    sitting.dismiss(finding.id, "other", "agreed: by phone")
    sitting.undo()
    assert sitting.standing(finding.id).open
    sitting.redo()
    standing = sitting.standing(finding.id)
    assert not standing.open
    assert standing.decision is not None
    assert (standing.decision.reason, standing.decision.note) == ("other", "agreed: by phone")


def test_redo_of_finalizing_and_holding(sitting: Sitting) -> None:
    sitting.finalize(despite_open_errors=True)
    sitting.undo()
    sitting.redo()
    assert [row.after.get("status") for row in sitting.history()[1:]] == ["finalized", "open", "finalized"]


def test_a_verified_line_lapses_when_it_or_what_it_points_to_changes(desk: Desk, sitting: Sitting) -> None:
    claim = sitting.encounter.claim
    sitting.verify(1)
    assert sitting.remarks.verified(sitting.encounter.claim) == {1}
    assert desk.sit("E-1").remarks.verified(claim) == {1}
    with pytest.raises(NotPossible, match="already"):
        sitting.verify(1)
    sitting.edit([set_line_field(claim.lines[0], "units", "9")])
    assert sitting.remarks.verified(sitting.encounter.claim) == frozenset()
    sitting.undo()
    assert sitting.remarks.verified(sitting.encounter.claim) == {1}
    sitting.undo()
    assert sitting.remarks.verified(sitting.encounter.claim) == frozenset()
    assert desk.verify().ok


def test_a_note_stands_for_the_next_coder_even_on_a_finalized_claim(desk: Desk, sitting: Sitting) -> None:
    sitting.finalize(despite_open_errors=True)
    sitting.note("ask for the pump record")
    assert [row.reason for row in desk.sit("E-1").remarks.notes] == ["ask for the pump record"]
    with pytest.raises(NotPossible, match="empty"):
        sitting.note("  ")


def without_stop() -> Encounter:
    encounter = visit()
    given = encounter.chart.administrations or ()
    chart = encounter.chart.model_copy(update={"administrations": (given[0].model_copy(update={"stop": None}),)})
    return encounter.model_copy(update={"documentation": chart})


def test_a_question_is_asked_in_the_coders_words_and_moves_on(tmp_path: Path) -> None:
    with stock(tmp_path / "claims.db", without_stop()) as desk:
        sitting = desk.sit("E-1")
        finding, fix = next((s.finding, f) for s in sitting.standings for f in s.finding.fixes if f.grade == "query")
        sitting.accept(finding.id, fix.id, question="When did the infusion end?")
        (query,) = sitting.queries
        assert (query.question, query.status) == ("When did the infusion end?", "draft")
        sitting.move_query(query.query_id, "sent")
        sitting.move_query(query.query_id, "answered", "at 11:40")
        (query,) = desk.sit("E-1").queries
        assert (query.status, query.answer) == ("answered", "at 11:40")
        with pytest.raises(NotPossible, match="closed"):
            sitting.move_query(query.query_id, "sent")
        assert desk.verify().ok
