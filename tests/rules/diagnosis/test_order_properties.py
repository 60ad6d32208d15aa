"""What must hold for the order of diagnoses whatever chart and claim say, contradictions included."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.encounter.edits import apply
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Finding, Fix, Grade
from onco_tui.rules.fixing import apply_fixes
from onco_tui.rules.registry import all_rules
from tests.rules.properties import (
    assert_at_rest,
    assert_mended,
    assert_sound,
    assert_undone,
    bounded,
    edits_offered,
    grades,
)

REFERENCE = shipped_reference()
DIAGNOSIS = tuple(rule for rule in all_rules().values() if rule.family == "DXC")
ORDERING = tuple(rule for rule in DIAGNOSIS if rule.code in {f"DXC{n}" for n in (101, 102, 103, *range(106, 121))})

CODES = (
    "C34.11", "C50.911", "C61", "C83.33", "C90.00", "C91.01", "C79.51", "C78.7", "C77.3", "C80.2", "D05.11", "D63.0",
    "D64.81", "D64.89", "D70.1", "D70.9", "E86.0", "G89.3", "M84.551A", "R11.2", "R04.2", "R50.81", "R50.9", "J91.0",
    "K12.30", "K91.89", "I10", "I82.411", "T80.211A", "T86.49", "T45.1X5A", "T45.AX5A", "T45.1X1A", "Y84.2", "O9A.112",
    "Z51.0", "Z51.11", "Z51.12", "Z08", "Z09", "Z45.2", "Z48.3", "Z85.3", "Z85.118", "Z85.6", "Z85.79", "Z90.11",
    "Z17.0", "Z79.811", "Z87.891",
)  # fmt: skip
REASONS = (
    "antineoplastic_therapy", "antineoplastic_therapy", "radiation_therapy", "symptom_management", "follow_up",
    "surveillance", "consultation", "staging", "hydration", "transfusion", "port_care", "procedure", "other", None,
)  # fmt: skip
LINES = ("99214", "96413", "J9271", "J9217", "77412", "77427", "77770", "96360", "36430", "32555", "52235", "36561")
DRUGS = (
    {"drug": "carboplatin", "hcpcs": "J9045", "route": "iv_infusion", "purpose": "treatment"},
    {"drug": "pembrolizumab", "hcpcs": "J9271", "route": "iv_infusion", "purpose": "treatment"},
    {"drug": "leuprolide", "hcpcs": "J9217", "route": "intramuscular", "purpose": "treatment"},
    {"drug": "ondansetron", "hcpcs": "J2405", "route": "iv_push", "purpose": "supportive"},
)


@st.composite
def _charted(draw: st.DrawFn, code: str) -> dict[str, object]:
    return {
        "code": code,
        "role": draw(st.sampled_from((None, "primary", "secondary", "complication", "symptom", "comorbidity"))),
        "status": draw(st.sampled_from((None, "active", "active", "history", "remission", "suspected"))),
        "treated": draw(st.sampled_from((None, True, False))),
        "due_to": draw(st.sampled_from((None, "neoplasm", "antineoplastic_drug", "radiation", "other"))),
    }


@st.composite
def claims(draw: st.DrawFn) -> Encounter:
    """Draw a claim with up to six diagnoses in any order beside a chart that lists some of them and others."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=6, unique=True))
    charted = draw(st.lists(st.sampled_from((*codes, *CODES[:9])), max_size=6, unique=True))
    lines = draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=3, unique=True))
    given_drugs = draw(st.none() | st.lists(st.sampled_from(DRUGS), max_size=2))
    pointers = st.lists(st.integers(1, len(codes)), min_size=1, max_size=4, unique=True)
    return parse_encounter({
        "schema": "onco-encounter/1",
        "encounter_id": "E-ORDER",
        "claim": {
            "claim_type": draw(st.sampled_from(("professional", "institutional"))),
            "date_from": draw(st.sampled_from(("2025-03-03", "2026-03-02"))),
            "diagnoses": codes,
            "lines": [
                {"line": at, "code": code, "diagnosis_pointers": draw(pointers)}
                for at, code in enumerate(lines, start=1)
            ],
        },
        "documentation": {
            "reason_for_encounter": draw(st.sampled_from(REASONS)),
            "diagnoses": [draw(_charted(code)) for code in charted] if draw(st.integers(0, 4)) else None,
            "administrations": None
            if given_drugs is None
            else [drug | {"id": f"A{at}"} for at, drug in enumerate(given_drugs)],
        },
    })  # fmt: skip


def _fixes(encounter: Encounter) -> list[tuple[Finding, Fix]]:
    return edits_offered(check(encounter, REFERENCE, ORDERING))


def _pointed(encounter: Encounter) -> list[frozenset[str]]:
    listed = encounter.claim.diagnoses
    return [frozenset(listed[p - 1] for p in line.diagnosis_pointers) for line in encounter.claim.lines]


def _is_order(fix: Fix) -> bool:
    return fix.title.startswith(("order ", "put "))


@bounded
@given(claims())
def test_no_claim_makes_a_diagnosis_rule_fail(encounter: Encounter) -> None:
    assert_sound(check(encounter, REFERENCE, DIAGNOSIS))


@bounded
@given(claims())
def test_one_order_fix_settles_every_order_and_moves_nothing_but_codes(encounter: Encounter) -> None:
    offered = [(finding, fix) for finding, fix in _fixes(encounter) if _is_order(fix)]
    assert len({fix.id for _, fix in offered}) <= 1, "rules disagree"
    for _, fix in offered:
        mended = apply(encounter, fix.edits)
        assert sorted(mended.claim.diagnoses) == sorted(encounter.claim.diagnoses)
        assert _pointed(mended) == _pointed(encounter)
        assert [finding.message for finding, other in _fixes(mended) if _is_order(other)] == []
        assert_undone(encounter, fix)


@bounded
@given(claims(), st.integers(0, 10_000))
def test_every_starting_order_ends_in_one_that_all_rules_accept(encounter: Encounter, seed: int) -> None:
    codes = list(encounter.claim.diagnoses)
    random.Random(seed).shuffle(codes)  # noqa: S311  any order will do
    for start in (tuple(codes), tuple(reversed(codes))):
        shuffled = encounter.model_copy(update={"claim": encounter.claim.model_copy(update={"diagnoses": start})})
        ended = apply_fixes(shuffled, REFERENCE, "review", rules=ORDERING)
        assert (ended.stopped, ended.refused) == ("", ())
        assert [finding.message for finding, fix in _fixes(ended.encounter) if _is_order(fix)] == []


@bounded
@given(claims())
def test_a_diagnosis_fix_removes_its_finding_and_brings_no_error(encounter: Encounter) -> None:
    before = check(encounter, REFERENCE, DIAGNOSIS)
    for finding, fix in edits_offered(before):
        assert_mended(finding, fix, before, check(apply(encounter, fix.edits), REFERENCE, DIAGNOSIS))


@bounded
@given(claims(), grades)
def test_accepting_all_diagnosis_fixes_comes_to_rest(encounter: Encounter, grade: Grade) -> None:
    run = assert_at_rest(encounter, grade, DIAGNOSIS)
    assert [(refusal.finding.rule, refusal.fix.title, refusal.reason) for refusal in run.refused] == []
