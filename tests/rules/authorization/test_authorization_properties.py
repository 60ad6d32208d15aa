"""What must hold for the rules on authorizations and trials, whatever is documented and billed."""

from __future__ import annotations

import random
from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.encounter.edits import apply
from onco_tui.rules.cases import patch, read_base
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Grade
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
RULES = tuple(rule for rule in all_rules().values() if rule.family in {"AUT", "TRL"} or rule.code.startswith("CLM3"))
PAYERS = ("PINEAPPLE_MUTUAL", "MEDICARE_B", "MEDICARE_ADVANTAGE_SAMPLE", "COMMERCIAL_SAMPLE", "OTHER", "")
CODES = (
    "J9271",
    "J9277",
    "J9355",
    "Q5117",
    "J9356",
    "J9305",
    "J9314",
    "J9045",
    "J9999",
    "J2405",
    "96413",
    "S0353",
    "85025",
)
NUMBERS = ("PA-1", "PA-2", "pa1", "PA-3", "", None)
DAYS = ("2026-01-15", "2026-03-02", "2026-03-30", None)


@st.composite
def _permits(draw: st.DrawFn) -> dict[str, object]:
    codes = draw(st.lists(st.sampled_from(CODES), max_size=3, unique=True))
    rows = [{"code": code, "units": draw(st.sampled_from(("100", "200", "1200", None)))} for code in codes]
    used = {code: draw(st.sampled_from(("0", "150", "1100"))) for code in codes if draw(st.booleans())}
    return {
        "number": draw(st.sampled_from(("PA-1", "PA-1", "PA-2"))),
        "payer_id": draw(st.sampled_from((*PAYERS[:3], None))),
        "status": draw(st.sampled_from(("approved", "approved", "pended", "odd", None))),
        "codes": rows,
        "diagnoses": draw(st.sampled_from((["C34.11"], ["C50.911"], []))),
        "valid_from": draw(st.sampled_from(DAYS)),
        "valid_to": draw(st.sampled_from(("2026-02-28", "2026-06-30", None))),
        "units_used": used,
    }


@st.composite
def authorized(draw: st.DrawFn) -> Encounter:
    """Draw a visit with authorizations and marks of a trial that agree with it more or less."""
    document = deepcopy(read_base(draw(st.sampled_from(("authorized_infusion", "trial_visit")))))
    changes = {
        "coverage.payer_id": draw(st.sampled_from(PAYERS)),
        "claim.prior_authorization": draw(st.sampled_from(NUMBERS)),
        "claim.clinical_trial_nct": draw(st.sampled_from(("90000022", "NCT90000022", "9000", "90000033", None))),
        "claim.frequency_code": draw(st.sampled_from(("1", "1", "7", "8"))),
        "claim.claim_type": draw(st.sampled_from(("professional", "professional", "institutional"))),
        "claim.place_of_service": draw(st.sampled_from(("11", "22", "21", None))),
        "documentation.authorizations": draw(st.sampled_from(([], None))) or draw(st.lists(_permits(), max_size=3)),
        "claim.diagnoses": draw(st.permutations(["Z51.12", "C34.11", "Z00.6"])),
        "documentation.trial": draw(
            st.sampled_from(
                (
                    None,
                    {"nct": "NCT90000022", "investigational_items": ["J9999"]},
                    {"nct": "NCT90000022", "enrolled_on": "2026-03-20", "investigational_items": ["J9271"]},
                    {"nct": "x"},
                )
            )
        ),
    }
    for path, value in changes.items():
        patch(document, path, value)  # type: ignore[arg-type]  # JSON values all
    claim = document["claim"]
    assert isinstance(claim, dict)
    lines = claim["lines"]
    assert isinstance(lines, list)
    for line in lines:
        assert isinstance(line, dict)
        if draw(st.integers(0, 3)) == 0:
            line["code"] = draw(st.sampled_from(CODES))
        if draw(st.integers(0, 3)) == 0:
            line["units"] = draw(st.sampled_from(("0", "-1", "100", "200", "300")))
        if draw(st.integers(0, 3)) == 0:
            line["modifiers"] = list(draw(st.lists(st.sampled_from(("Q0", "Q1", "JZ", "59", "26")), max_size=5)))
        if draw(st.integers(0, 5)) == 0:
            line["prior_authorization"] = draw(st.sampled_from(NUMBERS))
        if draw(st.integers(0, 9)) == 0:
            line["charge"] = None
    return parse_encounter(document)


@bounded
@given(authorized(), st.integers(0, 1000))
def test_no_rule_fails_and_their_order_does_not_matter(encounter: Encounter, seed: int) -> None:
    shuffled = list(RULES)
    random.Random(seed).shuffle(shuffled)  # noqa: S311  any order will do
    one, other = check(encounter, REFERENCE, RULES), check(encounter, REFERENCE, shuffled)
    assert_sound(one)
    assert one.findings == other.findings


@bounded
@given(authorized())
def test_a_fix_removes_its_finding_brings_no_error_and_can_be_undone(encounter: Encounter) -> None:
    before = check(encounter, REFERENCE)
    codes = {line.line: line.code for line in encounter.claim.lines}
    ours = {rule.code for rule in RULES}
    for finding, fix in edits_offered(before):
        if finding.rule in ours:
            assert_undone(encounter, fix)
            fixed = apply(encounter, fix.edits)
            assert_mended(finding, fix, before, check(fixed, REFERENCE))
            assert {line.line: line.code for line in fixed.claim.lines} == codes, "a code was changed"


@bounded
@given(authorized(), grades)
def test_accepting_everything_comes_to_rest(encounter: Encounter, grade: Grade) -> None:
    assert_at_rest(encounter, grade)


@bounded
@given(authorized())
def test_no_fix_of_another_rule_is_refused_for_the_authorization(encounter: Encounter) -> None:
    """What was given is billed as it was given, whatever was authorized."""
    run = apply_fixes(encounter, REFERENCE, "review")
    assert [r.reason for r in run.refused if "AUT" in r.reason or "TRL" in r.reason] == []
