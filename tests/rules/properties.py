"""What must hold of every finding and every fix, whatever the rules and the encounters; each family's tests ask it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import StaleEdit, apply, undo_of
from onco_tui.rules.finding import Finding, Fix, Grade, Report
from onco_tui.rules.fixing import FixRun, apply_fixes, new_errors
from onco_tui.rules.registry import Rule

bounded = settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
_GRADES: tuple[Grade, ...] = ("safe", "review")
grades = st.sampled_from(_GRADES)


def edits_offered(report: Report) -> list[tuple[Finding, Fix]]:
    """Give each fix that changes the claim, beside its finding."""
    return [(finding, fix) for finding in report.findings for fix in finding.fixes if fix.edits]


def assert_sound(report: Report) -> None:
    """No rule failed, and no finding is told twice."""
    assert [gap for gap in report.not_checked if "the rule itself failed" in gap.reason] == []
    ids = [finding.id for finding in report.findings]
    assert len(set(ids)) == len(ids)


def assert_gone(finding: Finding, after: Report) -> None:
    """A fix removed its finding."""
    assert finding.id not in {other.id for other in after.findings}, f"{finding.rule} stays: {finding.message}"


def assert_mended(finding: Finding, fix: Fix, before: Report, after: Report) -> None:
    """A fix removed its finding and brought no error."""
    assert_gone(finding, after)
    added = [f"{error.rule}: {error.message}" for error in new_errors(before, after)]
    assert added == [], f"{finding.rule} {fix.title}"


def assert_undone(encounter: Encounter, fix: Fix) -> None:
    """A fix changes the claim and never the chart; it can be taken back, and is not applied twice."""
    fixed = apply(encounter, fix.edits)
    assert fixed != encounter
    assert fixed.documentation == encounter.documentation
    assert apply(fixed, undo_of(fix.edits)) == encounter
    with pytest.raises(StaleEdit):
        apply(fixed, fix.edits)


def assert_at_rest(encounter: Encounter, grade: Grade, rules: Iterable[Rule] | None = None) -> FixRun:
    """Fixing comes to an end, and fixing again changes nothing; give the first run."""
    run = apply_fixes(encounter, shipped_reference(), grade, rules=rules)
    assert run.stopped == "", [(finding.rule, fix.title) for finding, fix in run.applied]
    again = apply_fixes(run.encounter, shipped_reference(), grade, rules=rules)
    assert again.applied == ()
    assert again.encounter == run.encounter
    return run
