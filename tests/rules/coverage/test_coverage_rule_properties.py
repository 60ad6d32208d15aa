"""What must hold for every coverage rule, on claims and charts that give them something to look at."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.encounter.edits import apply
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Severity
from onco_tui.rules.registry import all_rules
from tests.rules.properties import assert_at_rest, assert_mended, assert_sound, assert_undone, bounded
from tests.rules.strategies import REFERENCE

RULES = tuple(rule for rule in all_rules().values() if "COV101" <= rule.code <= "COV199")
NEVER_ERRORS = {
    "COV101", "COV102", "COV103", "COV104", "COV105", "COV106", "COV111", "COV115", "COV116", "COV117", "COV118",
    "COV120", "COV122", "COV124", "COV126", "COV128",
}  # fmt: skip
CODES = (
    "J9271", "J9355", "J9354", "J9358", "J9055", "J9380", "J9312", "J9025", "J9317", "J0881", "J0885", "Q5106", "J0897",
    "J3489", "J2506", "Q5111", "J1439", "J2469", "Q0162", "J8501", "J9217", "J1950", "Q2043", "Q2041", "38228", "0540T",
    "81445", "78815", "A9552", "A9595", "A9607", "A9606", "96377", "96413", "J9171", "J2783", "99213",
)  # fmt: skip
DIAGNOSES = (
    "Z51.11", "Z51.12", "C34.11", "C50.911", "C61", "C79.51", "C90.00", "C92.00", "D46.9", "D64.81", "D50.9", "D63.1",
    "M81.0", "M05.79", "N80.9", "R11.2", "T45.1X5A", "Z85.3", "Z17.31", "Z17.32", "Z19.1", "E88.3", "N18.6",
)  # fmt: skip
MODIFIERS = ("JZ", "JW", "EA", "EB", "EC", "ED", "PI", "PS", "KX", "GA", "GZ", "GX", "GY", "Q1", "LU", "26")
DAYS = ("2016-11-07", "2024-05-06", "2026-03-02", "2026-03-09", "2026-03-30")
MARKERS = ("HER2", "RAS", "MSI", "Hemoglobin", "Hct", "PSMA PET", "Histology", "CD20", "ER")
RESULTS = ("positive", "negative", "IHC 1+", "wild type", "G12D mutated", "9.1", "10.4 g/dL", "31%", "pending", None)
Json = dict[str, object]


@st.composite
def _line(draw: st.DrawFn, number: int) -> Json:
    return {
        "line": number,
        "code": draw(st.sampled_from(CODES)),
        "modifiers": draw(st.lists(st.sampled_from(MODIFIERS), max_size=4)),
        "units": draw(st.sampled_from(("1", "4", "5", "6", "60", "120", "0"))),
        "diagnosis_pointers": draw(st.lists(st.integers(0, 7), max_size=5)),
        "charge": draw(st.sampled_from(("90.00", "450000.00", None))),
        "date_of_service": draw(st.sampled_from((*DAYS, None))),
    }


@st.composite
def _chart(draw: st.DrawFn) -> Json | None:
    if draw(st.integers(0, 5)) == 0:
        return None
    result = st.fixed_dictionaries(
        {
            "name": st.sampled_from(MARKERS),
            "result": st.sampled_from(RESULTS),
            "collected_on": st.sampled_from(("2024-01-01", "2026-03-01", "2027-01-01", None)),
        }
    )
    diagnosis = st.fixed_dictionaries(
        {
            "code": st.sampled_from((*DIAGNOSES, None)),
            "description": st.sampled_from(("HER2-positive carcinoma", "recurrent disease", "anemia", None)),
            "status": st.sampled_from(("active", "suspected", None)),
            "stage": st.sampled_from(("II", "IV", "T1cN0", None)),
            "histology": st.sampled_from(("squamous cell", "adenocarcinoma", None)),
            "due_to": st.sampled_from(("antineoplastic_drug", "radiation", None)),
        }
    )
    given_drugs = draw(st.lists(st.sampled_from(CODES), max_size=3))
    return {
        "reason_for_encounter": draw(st.sampled_from(("staging", "antineoplastic_therapy", None))),
        "biomarkers": draw(st.sampled_from((None, []))) or draw(st.lists(result, max_size=3)),
        "diagnoses": draw(st.none() | st.lists(diagnosis, max_size=3)),
        "treatment_plan": draw(
            st.sampled_from((None, {"regimen": "T-DM1", "line_of_therapy": 2}, {"rationale": "NCCN category 3"}))
        ),
        "administrations": draw(
            st.sampled_from(
                (
                    None,
                    [
                        {"id": f"A{i}", "hcpcs": code, "purpose": "premedication", "start": "2026-03-02T09:00"}
                        for i, code in enumerate(given_drugs)
                    ],
                )
            )
        ),
    }


@st.composite
def encounters(draw: st.DrawFn) -> Encounter:
    count = draw(st.integers(1, 5))
    return parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": "E-COVERAGE",
            "coverage": {
                "payer_id": draw(st.sampled_from(("MEDICARE_B", "PINEAPPLE_MUTUAL", "COMMERCIAL_SAMPLE", "")))
            },
            "claim": {
                "claim_type": draw(st.sampled_from(("professional", "professional", "institutional"))),
                "date_from": draw(st.sampled_from((*DAYS, None))),
                "diagnoses": draw(st.lists(st.sampled_from(DIAGNOSES), max_size=6, unique=True)),
                "lines": [draw(_line(number)) for number in range(1, count + 1)],
            },
            "documentation": draw(_chart()),
        }
    )


@bounded
@given(encounters())
def test_no_rule_fails_and_ids_are_distinct(encounter: Encounter) -> None:
    assert_sound(check(encounter, REFERENCE, RULES))


@bounded
@given(encounters())
def test_what_rests_on_a_list_or_a_label_is_never_an_error(encounter: Encounter) -> None:
    report = check(encounter, REFERENCE, RULES)
    assert [f.rule for f in report.findings if f.severity == Severity.ERROR and f.rule in NEVER_ERRORS] == []
    if encounter.coverage.payer_id != "MEDICARE_B":
        assert [f.rule for f in report.findings if f.severity == Severity.ERROR] == []


@bounded
@given(encounters())
def test_a_fix_removes_its_finding_brings_no_error_and_is_undone(encounter: Encounter) -> None:
    before = check(encounter, REFERENCE, RULES)
    for finding in before.findings:
        for fix in finding.fixes:
            assert finding.lines
            if not fix.edits:
                assert fix.question
                continue
            assert_undone(encounter, fix)
            fixed = apply(encounter, fix.edits)
            assert_mended(finding, fix, before, check(fixed, REFERENCE, RULES))
            assert [line.code for line in fixed.claim.lines] == [line.code for line in encounter.claim.lines]
            assert set(encounter.claim.diagnoses) <= set(fixed.claim.diagnoses)


@bounded
@given(encounters())
def test_accepting_everything_comes_to_rest(encounter: Encounter) -> None:
    assert assert_at_rest(encounter, "review", RULES).refused == ()


def test_no_rule_cites_the_policy_on_four_drugs_in_trials() -> None:
    """NCD 110.17 is not the rule on off-label drugs; chapter 15 section 50.4.5 of the Benefit Policy Manual is."""
    cited = {a.source for rule in all_rules().values() for a in rule.authority}
    assert not any("110.17" in source for source in cited)
    off_label = all_rules()["COV101"].authority[0]
    assert (off_label.source, off_label.section) == ("Medicare Benefit Policy Manual", "chapter 15 section 50.4.5")


ESA = {"line": 1, "code": "J0881", "modifiers": ["EB", "ED"], "units": "200", "charge": "9.00"}
SCAN = {"line": 2, "code": "78815", "modifiers": [], "units": "1", "charge": "9.00"}


@pytest.mark.parametrize(
    ("medicare", "advantage", "rules"),
    [(True, False, ["COV107", "COV109", "COV113"]), (False, True, ["COV109"]), (False, False, [])],
)
def test_national_policy_binds_an_advantage_plan_and_medicares_modifiers_do_not(
    *, medicare: bool, advantage: bool, rules: list[str]
) -> None:
    policy = REFERENCE.policy_for("").model_copy(update={"medicare": medicare, "medicare_advantage": advantage})
    reference = replace(REFERENCE, policies={**REFERENCE.policies, "PLAN": policy})
    encounter = parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": "E-PLAN",
            "coverage": {"payer_id": "PLAN"},
            "claim": {"date_from": "2026-03-02", "diagnoses": ["C34.11"], "lines": [ESA, SCAN]},
        }
    )
    report = check(encounter, reference, RULES)
    assert sorted({finding.rule for finding in report.findings}) == rules
    assert {finding.severity for finding in report.findings} <= {Severity.WARNING}
