"""What must hold for the diagnosis rules, over claims that have much for them to find."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.encounter.edits import apply
from onco_tui.rules.cases import read_base
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Severity
from onco_tui.rules.fixing import apply_fixes, new_errors
from onco_tui.rules.registry import all_rules
from tests.rules.diagnosis.lists import listed_encounters
from tests.rules.properties import assert_at_rest, assert_gone, assert_sound, assert_undone, bounded, edits_offered

REFERENCE = shipped_reference()
MINE = tuple(rule for code, rule in all_rules().items() if "DXC204" <= code <= "DXC399")
NEIGHBOURS = tuple(rule for code, rule in all_rules().items() if code.startswith(("DXC", "CLM")))


@bounded
@given(listed_encounters())
def test_a_rule_never_fails_and_finding_ids_are_distinct(encounter: Encounter) -> None:
    assert_sound(check(encounter, REFERENCE, MINE))


@bounded
@given(listed_encounters())
def test_a_fix_removes_its_finding_brings_no_error_and_can_be_undone(encounter: Encounter) -> None:
    before = check(encounter, REFERENCE, NEIGHBOURS)
    for finding in check(encounter, REFERENCE, MINE).findings:
        for fix in finding.fixes:
            if not fix.edits:
                assert fix.grade == "query"
                assert fix.question
                continue
            assert_undone(encounter, fix)
            after = check(apply(encounter, fix.edits), REFERENCE, NEIGHBOURS)
            assert_gone(finding, after)
            known = {other.rule for other in before.findings if other.severity == Severity.ERROR}
            added = [f"{e.rule} {e.message}" for e in new_errors(before, after) if e.rule not in known]
            assert added == [], f"{finding.rule} {fix.title}"  # a fault of a code stays one when the code is another


@bounded
@given(listed_encounters())
def test_mending_all_comes_to_an_end_and_once_is_enough(encounter: Encounter) -> None:
    assert_at_rest(encounter, "review", MINE)


@bounded
@given(listed_encounters())
def test_a_query_and_the_lists_of_others_stay_as_they_are(encounter: Encounter) -> None:
    for _, fix in edits_offered(check(encounter, REFERENCE, MINE)):
        changed = apply(encounter, fix.edits)
        assert changed.documentation == encounter.documentation
        assert len(changed.claim.lines) == len(encounter.claim.lines)
        for old, new in zip(encounter.claim.lines, changed.claim.lines, strict=True):
            assert bool(new.diagnosis_pointers) == bool(old.diagnosis_pointers)
            assert (old.code, old.units, old.charge, old.modifiers) == (new.code, new.units, new.charge, new.modifiers)


def _with(diagnoses: tuple[str, ...]) -> Encounter:
    document = read_base("claim_only")
    claim = document["claim"]
    assert isinstance(claim, dict)
    pointers = list(range(1, min(len(diagnoses), 4) + 1))
    claim["diagnoses"] = list(diagnoses)
    claim["lines"] = [
        {"line": 1, "code": "99214", "date_of_service": "2026-03-02", "diagnosis_pointers": list(pointers)}
    ]
    return parse_encounter(document)


@pytest.mark.parametrize(
    "right",
    [
        ("C50.911", "Z17.0", "Z79.811"),
        ("C61", "C79.51", "Z19.2"),
        ("C34.11", "J91.0", "Z87.891"),
        ("C50.411", "Z15.01", "Z80.3"),
        ("T80.82XA", "D89.832", "G92.01", "C83.38"),
    ],
)
def test_code_first_holds_after_its_fix_from_any_order(right: tuple[str, ...]) -> None:
    rules = [all_rules()[code] for code in ("DXC215", "DXC309")]
    for order in permutations(right):
        run = apply_fixes(_with(order), REFERENCE, "review", rules=rules)
        assert check(run.encounter, REFERENCE, rules).findings == ()
        assert sorted(run.encounter.claim.diagnoses) == sorted(order)
        pointed = [run.encounter.claim.diagnoses[p - 1] for p in run.encounter.claim.lines[0].diagnosis_pointers]
        assert pointed == list(order[:4])


CLEAN = (
    "Z51.11 C50.411 C77.3 C79.51 Z17.0 Z17.21 Z17.32 D70.1 T45.1X5A", "Z51.12 C34.11 C77.1 C78.02 C79.31 Z87.891 J44.9",
    "Z51.11 C18.7 C78.7 C77.2 D63.0 D50.0 E86.0 R11.2 T45.1X5A", "D64.81 C56.1 T45.1X5A C78.6",
    "C92.01 D64.81 D69.59 T45.1X5A", "C91.10 D80.1 D64.9 C77.0", "C83.33 D61.810 T45.1X5A D70.1",
    "C90.02 D89.831 T45.1X5A G62.0", "C61 C79.51 G89.3 Z19.2 R97.21 Z79.818", "C64.1 C78.01 E03.2 T45.AX5A K52.1",
    "D05.11 C50.412 Z17.0", "C7A.012 C7B.02 E34.00", "C43.59 C77.3 C79.2 Z85.828", "C80.1 C79.51 C78.7",
    "C34.11 I26.99 Z79.01 I82.411", "C54.1 C56.1 C78.6", "C20 Z93.3", "D46.9 D64.81 D63.0 Z51.11",
    "T80.82XA D89.832 G92.02 C83.38", "Z08 Z85.3 Z90.11 Z92.21", "B20 C46.0 C83.70", "C50.911 C50.912 Z17.0 Z79.811",
    "M84.551A C79.51 C61", "Z51.11 C19 C78.7 Z45.2 Z95.828", "Z40.01 C50.912 Z15.01 Z80.3",
)  # fmt: skip


@pytest.mark.parametrize("listed", CLEAN)
def test_right_lists_stay_clean(listed: str) -> None:
    report = check(_with(tuple(listed.split())), REFERENCE, MINE)
    assert [f"{f.rule} {f.message}" for f in report.findings if f.severity > Severity.INFO] == []
