"""Real 837P files: the good ones come in, and every fault planted in the bad ones is told where it stands."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from onco_tui.encounter.document import parse_encounter, read_json, write_encounter
from onco_tui.exchange.reading import Reading, read_file
from tests.exchange.x12_samples import real, real_file

# What was done by hand to each file, found by looking: segment counted from ISA, and words of the fault told there.
PLANTED: dict[str, list[tuple[int, str]]] = {
    "imsweb_x12_bad_first_line.txt": [
        (1, "ISA02 has 9 characters, must have 10"),
        (27, "HL02 names no billing level"),
    ],
    "imsweb_x12_bad_segment_identifier.txt": [
        (6, "the segment identifier is empty"),  # was PER
        (11, "the segment identifier is not one of the 837P; N4 may be meant"),
        (20, "the segment identifier is not one of the 837P; NM1 may be meant"),
        (5, "1000A (submitter) lacks PER"),
        (9, "2010AA (billing provider) lacks N4"),
        (18, "lacks 2010BA (subscriber)"),
        (27, "HL02 names no billing level"),
    ],
    "imsweb_x12_loop_errors1_exceeds_max_1_parent.txt": [
        (15, "2010AA (billing provider) may stand once in 2000A"),
    ],
    "imsweb_x12_loop_errors3_missing_loops.txt": [
        (8, "2000A (billing level) lacks 2010AA (billing provider)"),
    ],
    "imsweb_x12_missing_elements.txt": [
        (7, "NM102 (person or organisation) is empty"),
        (31, "CLM05 (place of service and frequency) is empty"),
        (27, "HL02 names no billing level"),
    ],
    "imsweb_x12_segment_errors.txt": [
        (9, "2010AA (billing provider) lacks N3"),
        (12, "REF (tax identification) may stand once in 2010AA"),
        (21, "2300 (claim) lacks HI (diagnoses)"),
    ],
    "oopf_MissingEntityCode.txt": [
        (25, "NM101 (whose name it is) is empty"),
        (22, "2300 (claim) lacks HI (diagnoses)"),
    ],
}


def claims_in(path: Path) -> int:
    return len(re.findall(rb"(?:^|~)\s*CLM\*", path.read_bytes()))


def told(reading: Reading, segment: int, words: str) -> bool:
    return any(fault.place == f"segment {segment}" and words in fault.message for fault in reading.faults)


@pytest.mark.parametrize("path", real("x12_837p"))
def test_every_good_file_comes_in_whole(path: Path) -> None:
    reading = read_file(path)
    assert [fault for fault in reading.faults if fault.severity == "error"] == []
    assert not reading.refused
    assert reading.format == "837p"
    assert len(reading.encounters) == claims_in(path) > 0
    for imported in reading.encounters:
        claim = imported.encounter.claim
        assert claim.claim_id
        assert claim.lines
        assert all(line.code and line.charge is not None and line.date_of_service for line in claim.lines)
        assert imported.encounter.patient.family_name
        assert imported.encounter.documentation is None
        assert imported.source_bytes == path.read_bytes()


@pytest.mark.parametrize("path", real("x12_837p"))
def test_what_is_read_goes_through_the_document_without_loss(path: Path) -> None:
    for imported in read_file(path).encounters:
        assert parse_encounter(read_json(write_encounter(imported.encounter))) == imported.encounter


@pytest.mark.parametrize("path", real("x12_837p"))
def test_ids_are_distinct_and_the_same_on_reading_again(path: Path) -> None:
    ids = [imported.encounter.encounter_id for imported in read_file(path).encounters]
    assert len(set(ids)) == len(ids)
    assert ids == [imported.encounter.encounter_id for imported in read_file(path).encounters]


@pytest.mark.parametrize("path", real("x12_837p_bad"))
def test_no_bad_file_is_unknown_to_this_test(path: Path) -> None:
    assert path.name in PLANTED


@pytest.mark.parametrize(
    ("name", "segment", "words"), [(n, *fault) for n, faults in PLANTED.items() for fault in faults]
)
@pytest.mark.parametrize("partial", [False, True])
def test_every_planted_fault_is_told_at_its_segment(name: str, segment: int, words: str, *, partial: bool) -> None:
    reading = read_file(real_file("x12_837p_bad", name), partial=partial)
    assert told(reading, segment, words), [fault for fault in reading.faults if fault.severity == "error"]
    assert {fault.source for fault in reading.faults} == {name}


@pytest.mark.parametrize("name", [name for name in PLANTED if name.startswith("imsweb")])
def test_wrong_counts_and_separators_of_the_same_files_are_told_too(name: str) -> None:
    messages = [fault.message for fault in read_file(real_file("x12_837p_bad", name)).faults]
    assert any(message.startswith("SE01 does not count the") for message in messages)
    assert "ISA11 is not a repetition separator" in messages


@pytest.mark.parametrize(
    ("name", "whole", "partial"),
    [
        ("imsweb_x12_bad_first_line.txt", ["A37YH556", "A37YH667"], ["A37YH556", "A37YH667"]),
        ("imsweb_x12_bad_segment_identifier.txt", [], []),
        ("imsweb_x12_loop_errors1_exceeds_max_1_parent.txt", [], []),
        ("imsweb_x12_loop_errors3_missing_loops.txt", [], []),
        ("imsweb_x12_missing_elements.txt", [], ["A37YH556"]),
        ("imsweb_x12_segment_errors.txt", ["A37YH556"], ["A37YH556"]),
        ("oopf_MissingEntityCode.txt", [], ["9999"] * 4),
    ],
)
def test_only_claims_that_are_clear_beyond_doubt_are_read(name: str, whole: list[str], partial: list[str]) -> None:
    path = real_file("x12_837p_bad", name)
    for asked, expected in ((False, whole), (True, partial)):
        reading = read_file(path, partial=asked)
        assert [imported.encounter.claim.claim_id for imported in reading.encounters] == expected
        assert reading.refused == (not expected)


@pytest.mark.parametrize("path", real("x12_837p_bad"))
def test_every_claim_that_is_left_out_is_listed(path: Path) -> None:
    reading = read_file(path, partial=True)
    left_out = [fault for fault in reading.faults if fault.message.startswith("this claim")]
    assert len(left_out) + len(reading.encounters) == claims_in(path)


def test_820_claims_are_read() -> None:
    assert len(read_file(real_file("x12_837p", "imsweb_x12_many_claims.txt")).encounters) == 820


def test_the_same_claim_standing_again_is_told_at_its_segment() -> None:
    reading = read_file(real_file("x12_837p", "imsweb_x12_multiple_st.txt"))
    again = [
        fault.place for fault in reading.faults if "has the same number, patient, provider and day" in fault.message
    ]
    assert again == ["segment 56", "segment 65"]


def test_claims_of_one_account_number_are_told_apart() -> None:
    reading = read_file(real_file("x12_837p", "oopf_MedicaidExample.txt"))
    assert {imported.encounter.claim.claim_id for imported in reading.encounters} == {"9999"}
    assert len({imported.encounter.encounter_id for imported in reading.encounters}) == 5


def test_diagnoses_split_by_the_element_separator_are_read_and_told() -> None:
    reading = read_file(real_file("x12_837p", "imsweb_x12_valid.txt"))
    assert reading.encounters[0].encounter.claim.diagnoses == ("890.1", "872.00", "555.9")
    assert reading.encounters[0].encounter.claim.lines[0].diagnosis_pointers == (1,)
    assert told(reading, 23, "HI01 has a qualifier without a code")
    assert told(reading, 23, "HI03 has a qualifier without a code")


def test_a_drug_line_carries_its_product_code_and_quantity() -> None:
    reading = read_file(real_file("x12_837p", "lfh_demo.drug.example10.1.837"))
    assert reading.faults == ()
    encounter = reading.encounters[0].encounter
    line = encounter.claim.lines[1]
    assert line.ndc is not None
    assert (line.ndc.code, line.ndc.quantity, line.ndc.unit) == ("00026063512", Decimal("10.00"), "ML")
    assert encounter.claim.rendering_npi == "1122333341"
    assert encounter.claim.billing_npi == "1234567893"
    assert encounter.claim.total_charge == Decimal("103.37")
    assert encounter.coverage.member_id == "MBRID12345"


def test_the_patient_is_the_dependent_where_there_is_a_patient_level() -> None:
    encounter = read_file(real_file("x12_837p", "lfh_demo.autoaccident.837")).encounters[0].encounter
    assert (encounter.patient.family_name, encounter.patient.given_name) == ("DIMPSON", "DJ")
    assert str(encounter.patient.birth_date) == "1948-06-01"
    assert encounter.coverage.member_id == "B99977791G"
    assert encounter.coverage.payer_id == "999888777"


def test_other_payers_and_line_providers_do_not_leak_into_the_claim() -> None:
    encounter = read_file(real_file("x12_837p", "lfh_demo.cob.example3.B.837")).encounters[0].encounter
    assert encounter.coverage.payer_name == "GREAT PRAIRIES HEALTH"
    assert encounter.coverage.member_id == "222334444"
    assert encounter.claim.billing_npi == "1999996666"
    assert [line.rendering_npi for line in encounter.claim.lines] == [None, None, None]


def test_components_are_read_by_the_separator_in_use() -> None:
    reading = read_file(real_file("x12_837p", "lfh_demo.example11.837"))
    claim = reading.encounters[0].encounter.claim
    assert claim.diagnoses == ("496", "250.00")
    assert (claim.lines[0].code, claim.lines[0].modifiers) == ("E0570", ("RR",))
    assert claim.lines[0].diagnosis_pointers == (1, 2)
    assert [(fault.place, fault.severity) for fault in reading.faults] == [("segment 1", "warning")]


def test_one_fault_of_every_claim_is_told_in_the_same_words() -> None:
    reading = read_file(real_file("x12_837p", "imsweb_x12_many_claims.txt"))
    levels = [fault for fault in reading.faults if fault.message.startswith("HL0")]
    assert len(levels) > 400
    assert len({fault.message for fault in levels}) <= 3
