"""Published examples in both directions: the wrong order is found and mended, the right order is clean."""

from __future__ import annotations

from itertools import permutations

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Finding, Severity
from onco_tui.rules.fixing import apply_fixes
from onco_tui.rules.registry import all_rules
from tests.rules.diagnosis.worked_orders import WORKED, Worked

REFERENCE = shipped_reference()
ORDERING = tuple(f"DXC{number}" for number in (101, 102, 103, *range(106, 121)))
CODE_FIRST = "DXC215"  # code-first notes, by a rule of its own
SEQUENCING = tuple(all_rules()[code] for code in (*ORDERING, CODE_FIRST))

each = pytest.mark.parametrize("worked", WORKED, ids=lambda worked: worked.name)


def _told(worked: Worked, order: tuple[str, ...]) -> list[Finding]:
    report = check(worked.encounter(order), REFERENCE, SEQUENCING)
    return [finding for finding in report.findings if finding.severity > Severity.INFO]


def test_there_are_enough_examples() -> None:
    assert len(WORKED) >= 40
    assert len({worked.name for worked in WORKED}) == len(WORKED)


@each
def test_the_right_order_is_clean(worked: Worked) -> None:
    assert [finding.message for finding in _told(worked, worked.order)] == []


@each
def test_the_wrong_order_is_found_and_mended(worked: Worked) -> None:
    wrong = tuple(worked.wrong.split())
    assert worked.rule in {finding.rule for finding in _told(worked, wrong)}
    run = apply_fixes(worked.encounter(wrong), REFERENCE, "review", rules=SEQUENCING)
    mended = run.encounter.claim.diagnoses
    assert mended[0] in worked.firsts
    assert _told(worked, mended) == []


@each
def test_every_starting_order_comes_to_a_right_one_in_a_single_step(worked: Worked) -> None:
    """Whichever finding's fix is taken, the order after it is the same and nothing is left to say."""
    for start in permutations(worked.order):
        encounter = worked.encounter(start)
        report = check(encounter, REFERENCE, SEQUENCING)
        changes = {fix.id for f in report.findings for fix in f.fixes if f.rule != CODE_FIRST}
        assert len(changes) <= 1, f"{start}: rules disagree"
        mended = apply_fixes(encounter, REFERENCE, "review", rules=SEQUENCING).encounter.claim
        assert sorted(mended.diagnoses) == sorted(start)
        assert mended.diagnoses[0] in worked.firsts, start
        assert [finding.message for finding in _told(worked, mended.diagnoses)] == [], start
        for before, after in zip(encounter.claim.lines, mended.lines, strict=True):
            pointed = {start[pointer - 1] for pointer in before.diagnosis_pointers}
            assert {mended.diagnoses[pointer - 1] for pointer in after.diagnosis_pointers} == pointed
