"""The order of diagnoses as derived: precedences, the arrangement that keeps them, and the facts they rest on."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.diagnoses import DiagnosisOrder, order_diagnoses
from onco_tui.derive.neoplasms import (
    is_adverse_effect,
    is_neoplasm,
    is_of_blood,
    is_of_procedure,
    is_poisoning,
    is_secondary,
    is_treatable_neoplasm,
)
from onco_tui.derive.precedence import Precedence, arranged
from onco_tui.derive.therapies import therapies
from onco_tui.derive.treatment_target import target_of
from onco_tui.encounter.document import Encounter, parse_encounter

REFERENCE = shipped_reference()


def _encounter(listed: str, lines: str = "99214", **chart: object) -> Encounter:
    return parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": "E-ORDER",
            "claim": {
                "date_from": "2026-03-02",
                "diagnoses": listed.split(),
                "lines": [{"line": at, "code": code} for at, code in enumerate(lines.split(), start=1)],
            },
            "documentation": chart or None,
        }
    )


def _order(listed: str, **chart: object) -> DiagnosisOrder:
    return order_diagnoses(_encounter(listed, "99214", **chart), REFERENCE)


def _before(earlier: str, later: str) -> Precedence:
    return Precedence("convention", tuple(earlier), tuple(later), "")


def test_the_arrangement_takes_the_first_code_that_may_come_next() -> None:
    assert arranged("abcd", [_before("d", "a")]) == ("b", "c", "d", "a")
    assert arranged("abcd", [_before("c", "abd")]) == ("c", "a", "b", "d")


def test_one_of_several_earlier_codes_is_enough() -> None:
    assert arranged("abc", [_before("ac", "b")]) == ("a", "b", "c")


def test_contradicting_statements_have_no_arrangement() -> None:
    assert arranged("ab", [_before("a", "b"), _before("b", "a")]) is None


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(st.permutations("abcdef"), st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=6))
def test_an_arrangement_keeps_everything_or_there_is_none(order: list[str], pairs: list[tuple[str, str]]) -> None:
    precedences = [_before(one, other) for one, other in pairs if one != other]
    found = arranged(order, precedences)
    if found is None:
        assert not any(all(p.is_kept_by(way) for p in precedences) for way in permutations(order))
    else:
        assert sorted(found) == sorted(order)
        assert all(precedence.is_kept_by(found) for precedence in precedences)
        if all(precedence.is_kept_by(order) for precedence in precedences):
            assert found == tuple(order)


@pytest.mark.parametrize(
    ("code", "adverse", "poisoning"),
    [
        ("T45.1X5A", True, False), ("T45.AX5A", True, False), ("T38.6X5A", True, False), ("T45.1X5", True, False),
        ("T36.95XA", True, False), ("T45.1X1A", False, True), ("T45.1X6A", False, False), ("T51.0X1A", False, False),
        ("C50.911", False, False), ("T45", False, False),
    ],
)  # fmt: skip
def test_the_character_that_says_how_a_drug_harmed(code: str, *, adverse: bool, poisoning: bool) -> None:
    assert (is_adverse_effect(code), is_poisoning(code)) == (adverse, poisoning)


@pytest.mark.parametrize(
    ("code", "neoplasm", "treatable"),
    [
        ("C34.11", True, True), ("C7A.090", True, True), ("D05.11", True, True), ("D25.9", True, False),
        ("D32.0", True, False), ("D3A.020", True, True), ("D46.9", True, True), ("D49.2", True, True),
        ("D50.9", False, False), ("D63.0", False, False), ("Z85.3", False, False), ("", False, False),
    ],
)  # fmt: skip
def test_neoplasms_by_behavior(code: str, *, neoplasm: bool, treatable: bool) -> None:
    assert (is_neoplasm(code), is_treatable_neoplasm(code)) == (neoplasm, treatable)


def test_kinds_by_category() -> None:
    assert [is_secondary(code) for code in ("C77.3", "C79.51", "C7B.02", "C80.1")] == [True, True, True, False]
    assert [is_of_blood(code) for code in ("C80.2", "C81.00", "C96.9", "C7A.00")] == [False, True, True, False]
    assert [is_of_procedure(code) for code in ("T80.211A", "T88.7", "K91.89", "T79.2", "K92.1")] == [True] * 3 + [
        False
    ] * 2


def _given(encounter: Encounter) -> list[set[str]]:
    return [set(therapy.z51) for therapy in therapies(encounter, REFERENCE.drugs)]


def test_therapies_come_from_the_chart_before_the_claim() -> None:
    infused = {"id": "A1", "hcpcs": "J9045", "route": "iv_infusion", "purpose": "treatment"}
    assert _given(_encounter("C34.11", "J9271", administrations=[infused])) == [{"Z51.11"}]
    assert _given(_encounter("C34.11", "J9271", administrations=[infused | {"route": "oral"}])) == []
    assert _given(_encounter("C34.11", "J9271", administrations=[infused | {"purpose": "supportive"}])) == []
    assert _given(_encounter("C34.11", "J9271")) == [{"Z51.12"}]
    assert _given(_encounter("C34.11", "96413")) == [{"Z51.11", "Z51.12"}]
    assert _given(_encounter("C61", "96402 J9217")) == []


def test_beam_radiation_is_seen_in_delivery_management_and_charted_sessions() -> None:
    course = {"course_id": "R1", "technique": "imrt", "fractions": ["2026-03-02"]}
    inside = course | {"technique": "brachytherapy_hdr"}
    radiation = {"reason_for_encounter": "radiation_therapy"}
    assert _given(_encounter("C61", "77412")) == [{"Z51.0"}]
    assert _given(_encounter("C61", "77427")) == [{"Z51.0"}]
    assert _given(_encounter("C61", "77427", radiation_courses=[inside])) == []
    assert _given(_encounter("C61", "77770", radiation_courses=[inside], **radiation)) == []
    assert _given(_encounter("C61", "99214", radiation_courses=[course], **radiation)) == [{"Z51.0"}]
    assert _given(_encounter("C61", "99214", radiation_courses=[course])) == []
    assert _given(_encounter("C61", "77263", radiation_courses=[course], **radiation)) == []


@pytest.mark.parametrize(
    ("sites", "listed", "target"),
    [
        (["T8 vertebra"], "C79.51 C34.11", "C79.51"),
        (["whole brain"], "C79.31 C34.11", "C79.31"),
        (["right femur", "left hip"], "C79.51 C61", "C79.51"),
        (["brain", "right femur"], "C79.31 C79.51 C61", None),
        (["right breast"], "C79.51 C50.411", None),
        (["femur"], "C79.51 C90.00", None),
        (["brain"], "C71.1 C79.31", None),
        ([None], "C79.51 C61", None),
        ([], "C79.51 C61", None),
    ],
)
def test_the_metastasis_a_course_is_aimed_at(sites: list[str | None], listed: str, target: str | None) -> None:
    courses = [{"course_id": f"R{at}", "site": site} for at, site in enumerate(sites)]
    encounter = _encounter(listed, reason_for_encounter="radiation_therapy", radiation_courses=courses)
    assert target_of(encounter, listed.split()) == target


def test_a_bone_agent_is_aimed_at_the_bones() -> None:
    assert target_of(_encounter("C50.911 C79.51", "96372 J0897"), ["C50.911", "C79.51"]) == "C79.51"
    assert target_of(_encounter("C90.00 C79.51", "96372 J0897"), ["C90.00", "C79.51"]) is None
    assert target_of(_encounter("C50.911 C79.51", "96372"), ["C50.911", "C79.51"]) is None
    assert target_of(_encounter("C50.911 C79.51", "99214 96372 J0897"), ["C50.911", "C79.51"]) is None


def test_anemia_of_both_causes_contradicts_in_neither_order_of_the_two() -> None:
    """D63.0 and D64.81 may stand together; each keeps its own side of the neoplasm."""
    assert _order("D64.81 C18.7 D63.0 T45.1X5A", reason_for_encounter="transfusion").broken == ()
    order = _order("D63.0 C18.7 D64.81", reason_for_encounter="transfusion")
    assert order.right == ("D64.81", "C18.7", "D63.0")


def test_a_diagnosis_in_words_is_known_by_its_role() -> None:
    primary = {"description": "Lung cancer", "role": "primary", "treated": False}
    secondary = {"description": "Bone metastasis", "role": "secondary", "treated": True}
    order = _order("C34.11 C79.51", reason_for_encounter="procedure", diagnoses=[primary, secondary])
    assert order.right == ("C79.51", "C34.11")
    assert order.settled


def test_one_diagnosis_or_none_has_no_order() -> None:
    for listed in ("", "D63.0"):
        order = _order(listed)
        assert (order.precedences, order.broken, order.right) == ((), (), order.listed)


def test_a_repeated_code_counts_once() -> None:
    assert _order("D63.0 C18.7 D63.0").right == ("C18.7", "D63.0")
