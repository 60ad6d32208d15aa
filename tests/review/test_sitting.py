"""The verbs of a review, on a real database: what is pressed is what is written, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onco_tui.encounter.edits import SetLineField, set_claim_field, set_diagnoses, set_line_field
from onco_tui.review.desk import Desk
from onco_tui.review.errors import Conflict, NotPossible
from onco_tui.review.headless import chosen_rules, fix_database
from onco_tui.review.sitting import Sitting
from onco_tui.rules.finding import Finding
from onco_tui.rules.registry import all_rules
from tests.review.stocking import stock, visit


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with stock(tmp_path / "claims.db", visit()) as desk:
        yield desk


@pytest.fixture
def sitting(desk: Desk) -> Sitting:
    return desk.sit("E-1")


def finding(sitting: Sitting, rule: str) -> Finding:
    return next(s.finding for s in sitting.standings if s.finding.rule == rule)


def rules(sitting: Sitting) -> set[str]:
    return {standing.finding.rule for standing in sitting.open_findings}


def test_an_accepted_fix_is_in_the_claim_and_in_the_audit_log(desk: Desk, sitting: Sitting) -> None:
    sitting.accept(finding(sitting, "ADM104").id)
    again = desk.sit("E-1")
    assert [line.code for line in again.encounter.claim.lines] == ["96413", "96415"]
    row = again.history()[-1]
    assert (row.action, row.rule, row.actor) == ("accept", "ADM104", desk.actor.name)
    assert set(row.before) == set(row.after) == {"lines[3]"}
    assert row.after["lines[3]"] is None
    assert row.ruleset_edition
    assert row.state_before != row.state_after
    assert desk.verify().ok


def test_the_chart_is_never_touched(desk: Desk, sitting: Sitting) -> None:
    before = sitting.imported.documentation
    sitting.accept_safe()
    assert desk.sit("E-1").encounter.documentation == before


def test_undo_restores_the_claim_and_leaves_both_rows(desk: Desk, sitting: Sitting) -> None:
    before = sitting.encounter
    sitting.accept(finding(sitting, "ADM104").id)
    undone = sitting.undo()
    assert sitting.encounter == desk.sit("E-1").encounter == before
    assert [row.action for row in sitting.history()] == ["import", "accept", "undo"]
    assert sitting.history()[-1].undoes == undone.seq


def test_undo_goes_on_until_the_import_and_survives_a_new_sitting(desk: Desk, sitting: Sitting) -> None:
    sitting.accept(finding(sitting, "ADM104").id)
    sitting.edit([set_line_field(sitting.encounter.claim.lines[1], "units", "1")])
    again = desk.sit("E-1")
    again.undo()
    again.undo()
    assert again.encounter == again.imported
    with pytest.raises(NotPossible, match="nothing to undo"):
        again.undo()


def test_a_dismissal_needs_a_reason_and_stands_over_new_runs(desk: Desk, sitting: Sitting) -> None:
    one = finding(sitting, "ADM104")
    with pytest.raises(NotPossible, match="reason"):
        sitting.dismiss(one.id, "other", "  ")
    sitting.dismiss(one.id, "contract", "payer pays it")
    again = desk.sit("E-1")
    assert "ADM104" not in rules(again)
    assert again.history()[-1].reason == "contract: payer pays it"
    again.undo()
    assert "ADM104" in rules(again)


def test_a_dismissal_opens_again_when_its_facts_change(sitting: Sitting) -> None:
    sitting.dismiss(finding(sitting, "ADM102").id, "documented")
    assert "ADM102" not in rules(sitting)
    sitting.edit([set_line_field(sitting.encounter.claim.lines[1], "units", "5")])
    standing = next(s for s in sitting.standings if s.finding.rule == "ADM102")
    assert standing.state == "reopened"


def test_headless_fix_leaves_dismissed_findings_alone(desk: Desk, sitting: Sitting) -> None:
    sitting.dismiss(finding(sitting, "ADM104").id, "contract")
    run = next(fix_database(desk, chosen_rules(), dry_run=False))
    assert "ADM104" not in {f.rule for f, _ in run.applied}
    assert desk.sit("E-1").encounter.claim.line(3) is not None


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    rows = desk.info().audit_rows
    assert next(fix_database(desk, chosen_rules(), dry_run=True)).applied
    assert desk.info().audit_rows == rows


def test_safe_fixes_each_have_their_own_audit_row(sitting: Sitting) -> None:
    planned = sitting.safe_fixes()
    run = sitting.accept_safe()
    assert [fix.id for _, fix in run.applied] == [fix.id for _, fix in planned]
    assert sum(row.action == "accept" for row in sitting.history()) == len(planned) >= 2
    assert not sitting.safe_fixes()


def test_a_preview_writes_nothing_and_says_what_would_happen(desk: Desk, sitting: Sitting) -> None:
    edit = set_line_field(sitting.encounter.claim.lines[1], "units", "1")
    preview = sitting.preview([edit])
    assert "ADM102" in {f.rule for f in preview.resolves}
    assert desk.sit("E-1").encounter == sitting.encounter != preview.encounter


def test_another_coders_change_is_a_conflict_and_nothing_is_lost(desk: Desk, sitting: Sitting, tmp_path: Path) -> None:
    with Desk.open(tmp_path / "claims.db") as other:
        other.sit("E-1").edit([set_claim_field(sitting.encounter.claim, "place_of_service", "49")])
    with pytest.raises(Conflict, match="changed by"):
        sitting.accept(finding(sitting, "ADM104").id)
    sitting.reload()
    assert sitting.encounter.claim.place_of_service == "49"
    sitting.accept(finding(sitting, "ADM104").id)
    assert desk.verify().ok


def test_a_finalized_claim_refuses_changes_until_reopened(sitting: Sitting) -> None:
    with pytest.raises(NotPossible, match="still open"):
        sitting.finalize()
    sitting.finalize(despite_open_errors=True)
    edit = set_line_field(sitting.encounter.claim.lines[0], "units", "3")
    with pytest.raises(NotPossible, match="finalized"):
        sitting.edit([edit])
    with pytest.raises(NotPossible, match="finalized"):
        sitting.dismiss(finding(sitting, "ADM104").id, "contract")
    sitting.reopen()
    sitting.edit([edit])


def test_finalizing_can_be_undone(sitting: Sitting) -> None:
    sitting.finalize(despite_open_errors=True)
    sitting.undo()
    assert sitting.status == "open"


def test_a_stale_edit_says_look_again(sitting: Sitting) -> None:
    edit = set_line_field(sitting.encounter.claim.lines[1], "units", "1")
    sitting.edit([edit])
    with pytest.raises(NotPossible, match="look again"):
        sitting.edit([edit])


def test_an_edit_that_changes_nothing_is_no_act(desk: Desk, sitting: Sitting) -> None:
    rows = desk.info().audit_rows
    with pytest.raises(NotPossible, match="nothing was changed"):
        sitting.edit([SetLineField(line=1, field="code", old="96413", new="96413")])
    assert desk.info().audit_rows == rows


def test_every_rule_can_be_run_alone(sitting: Sitting) -> None:
    assert {rule.code for rule in chosen_rules()} == set(all_rules())
    assert {rule.family for rule in chosen_rules(["ADM"])} == {"ADM"}
    assert sitting.report.checked > 0


_VERBS = (
    "accept", "dismiss", "edit", "diagnoses", "undo", "undo", "redo", "redo", "verify", "note", "finalize", "reopen",
)  # fmt: skip


@given(st.lists(st.sampled_from(_VERBS), max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_verbs_keeps_screen_database_and_log_in_step(tmp_path: Path, verbs: list[str]) -> None:
    folder = tmp_path / str(abs(hash(tuple(verbs))))
    folder.mkdir(exist_ok=True)
    path = folder / "claims.db"
    path.unlink(missing_ok=True)
    with stock(path, visit()) as desk:
        sitting = desk.sit("E-1")
        for number, verb in enumerate(verbs):
            _try(sitting, verb, number)
        again = desk.sit("E-1")
        assert again.encounter == sitting.encounter
        assert again.remarks == sitting.remarks
        assert (again.version, again.status, again.standings) == (sitting.version, sitting.status, sitting.standings)
        assert desk.verify().ok


def _try(sitting: Sitting, verb: str, number: int) -> None:
    claim = sitting.encounter.claim
    open_ones = [standing.finding for standing in sitting.open_findings]
    fixable = [finding.id for finding in open_ones if finding.fixes]
    units = [set_line_field(claim.lines[0], "units", str(number + 2))] if claim.lines else []
    acts: dict[str, Callable[[], object]] = {
        "accept": lambda: sitting.accept(fixable[0] if fixable else "none"),
        "dismiss": lambda: sitting.dismiss(open_ones[0].id if open_ones else "none", "contract"),
        "edit": lambda: sitting.edit(units),
        "diagnoses": lambda: sitting.edit([set_diagnoses(claim, claim.diagnoses[::-1])]),
        "undo": sitting.undo,
        "redo": sitting.redo,
        "verify": lambda: sitting.verify(claim.lines[-1].line),
        "note": lambda: sitting.note(f"look at {number}"),
        "finalize": lambda: sitting.finalize(despite_open_errors=True),
        "reopen": sitting.reopen,
    }
    with suppress(NotPossible):
        acts[verb]()
