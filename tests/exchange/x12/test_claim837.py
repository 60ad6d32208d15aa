"""From the segments of a claim to an encounter: every element where it belongs, and nothing that is not there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from onco_tui.encounter.document import Encounter
from onco_tui.exchange.reading import Reading, read_source
from tests.exchange.x12_samples import claim, line, number_of, subscriber, whole_file, x12


def read(*segments: str, partial: bool = False) -> Reading:
    return read_source("file", x12(*segments), partial=partial)


def only(reading: Reading) -> Encounter:
    (imported,) = reading.encounters
    return imported.encounter


def one(*claim_segments: str) -> Reading:
    return read(*subscriber(2, "RIVERA", "MEM111", claim_segments))


def told(reading: Reading) -> list[tuple[str, str]]:
    return [(fault.severity, fault.message) for fault in reading.faults]


def test_a_claim_is_read_whole() -> None:
    reading = one(
        "CLM*A1*12990***11:B:7*Y*A*Y*Y",
        "REF*G1*PA778120",
        "REF*P4*01234567",
        "HI*ABK:Z5111*ABF:C3411*ABF:C7951",
        "NM1*82*1*STONE*JO****XX*1679576722",
        "PRV*PE*PXC*207RX0202X",
        *line(1, "HC:96413*410*UN*1*11**1:2"),
        *line(2, "HC:J9271:JZ:JG:::200 mg*12400.50*UN*200*22**2", "RD8*20260302-20260303"),
        "LIN**N4*00006302602",
        "CTP****8*ML",
        "NM1*82*1*MARSH*LEE****XX*1245319599",
    )
    assert reading.faults == ()
    encounter = only(reading)
    assert encounter.model_dump(mode="json", exclude_unset=True) | {"encounter_id": ""} == {
        "encounter_id": "",
        "patient": {"family_name": "RIVERA", "given_name": "ANNA", "birth_date": "1961-04-17", "sex": "F"},
        "coverage": {"payer_id": "PAY01", "payer_name": "MEDICARE", "member_id": "MEM111"},
        "claim": {
            "claim_id": "A1",
            "claim_type": "professional",
            "frequency_code": "7",
            "place_of_service": "11",
            "date_from": "2026-03-02",
            "date_to": "2026-03-03",
            "billing_npi": "1234567893",
            "rendering_npi": "1679576722",
            "diagnoses": ["Z51.11", "C34.11", "C79.51"],
            "prior_authorization": "PA778120",
            "clinical_trial_nct": "01234567",
            "total_charge": "12990",
            "lines": [
                {
                    "line": 1,
                    "code": "96413",
                    "units": "1",
                    "diagnosis_pointers": [1, 2],
                    "charge": "410",
                    "date_of_service": "2026-03-02",
                    "place_of_service": "11",
                },
                {
                    "line": 2,
                    "code": "J9271",
                    "modifiers": ["JZ", "JG"],
                    "units": "200",
                    "diagnosis_pointers": [2],
                    "charge": "12400.50",
                    "date_of_service": "2026-03-02",
                    "date_to": "2026-03-03",
                    "place_of_service": "22",
                    "rendering_npi": "1245319599",
                    "ndc": {"code": "00006302602", "quantity": "8", "unit": "ML"},
                    "narrative": "200 mg",
                },
            ],
        },
    }
    assert encounter.encounter_id.startswith("A1-")
    assert reading.encounters[0].place == "segment 20"


def test_the_place_of_every_claim_is_its_clm_segment() -> None:
    raw = whole_file()
    reading = read_source("file", raw)
    for imported in reading.encounters:
        number = int(imported.place.removeprefix("segment "))
        segment = raw.split(b"~\n")[number - 1].decode()
        assert segment.startswith(f"CLM*{imported.encounter.claim.claim_id}*")


def test_an_id_does_not_change_when_the_claim_is_corrected_and_sent_again() -> None:
    before = only(one(*claim("A1", charge="410")))
    after = only(one(*claim("A1", line(1, "HC:96413*410*UN*1*11**1"), line(2, "HC:96415*90*UN*1*11**1"), charge="500")))
    assert before.encounter_id == after.encounter_id
    assert before.claim != after.claim


@pytest.mark.parametrize(
    "other",
    [
        subscriber(2, "RIVERA", "MEM999", claim("A1")),
        subscriber(2, "OKAFOR", "MEM111", claim("A1")),
        subscriber(2, "RIVERA", "MEM111", claim("A1"), payer="PAY02"),
        subscriber(2, "RIVERA", "MEM111", claim("A1", line(1, date="D8*20260303"))),
        subscriber(2, "RIVERA", "MEM111", tuple(s.replace("B:1*Y", "B:7*Y") for s in claim("A1"))),
    ],
)
def test_an_id_tells_claims_of_one_number_apart(other: list[str]) -> None:
    same = only(one(*claim("A1"))).encounter_id
    found = only(read(*other)).encounter_id
    assert found != same
    assert found.startswith("A1-")


def test_the_same_claim_twice_gets_two_ids_and_a_warning() -> None:
    reading = read(*subscriber(2, "RIVERA", "MEM111", claim("A1"), claim("A1")))
    first, second = (imported.encounter.encounter_id for imported in reading.encounters)
    assert second == f"{first}-2"
    assert [fault.message for fault in reading.faults] == [
        "the claim at segment 20 has the same number, patient, provider and day"
    ]


def test_what_the_file_does_not_say_stays_absent() -> None:
    reading = one("CLM*A1****:B:1*Y*A*Y*Y", "LX*1", "SV1*HC:96413**UN*1")
    encounter = only(reading)
    assert encounter.claim.total_charge is None
    assert encounter.claim.place_of_service is None
    assert encounter.claim.date_from is None
    assert encounter.claim.diagnoses == ()
    assert encounter.claim.lines[0].charge is None
    assert {severity for severity, _ in told(reading)} == {"warning"}
    assert {message for _, message in told(reading)} == {
        "CLM02 (total charge) is empty",
        "CLM05-1 (place of service) is empty",
        "2300 (claim) lacks HI (diagnoses)",
        "2400 (service line) lacks DTP (date of service)",
        "SV102 (charge) is empty",
        "SV107 (diagnosis pointers) is empty",
    }


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("CLM*A1*590", "CLM**590", "CLM**590***11:B:1*Y*A*Y*Y", "CLM01 (claim number) is empty"),
        ("CLM*A1*590", "CLM*A1*5O0", "CLM*A1*5O0***11:B:1*Y*A*Y*Y", "CLM02 (total charge) is not a number"),
        ("11:B:1*Y", "11:B*Y", "CLM*A1*590***11:B*Y*A*Y*Y", "CLM05-3 (frequency) is empty"),
        ("*410*UN", "*4,10*UN", "SV1*HC:96413*4,10*UN*1*11**1:2", "SV102 (charge) is not a number"),
        ("*UN*1*", "*UN**", "SV1*HC:96413*410*UN**11**1:2", "SV104 (units) is empty"),
        ("*UN*1*", "*UN*one*", "SV1*HC:96413*410*UN*one*11**1:2", "SV104 (units) is not a number"),
        ("**1:2", "**A", "SV1*HC:96413*410*UN*1*11**A", "SV107 (diagnosis pointers) holds something that is not"),
        ("**1:2", "**0", "SV1*HC:96413*410*UN*1*11**0", "SV107 (diagnosis pointers) holds something that is not"),
        ("D8*20260302", "D8*20260231", "DTP*472*D8*20260231", "DTP03 (date of service) is not a date"),
        ("D8*20260302", "RD8*20260302-", "DTP*472*RD8*20260302-", "DTP03 (date of service) is not a date"),
        (
            "D8*20260302",
            "RD8*20260303-20260302",
            "DTP*472*RD8*20260303-20260302",
            "DTP03 (date of service) ends before",
        ),
    ],
)
def test_what_cannot_be_read_is_an_error_at_its_segment(old: str, new: str, at: str, message: str) -> None:
    segments = [segment.replace(old, new) for segment in subscriber(2, "RIVERA", "MEM111", claim("A1"))]
    good = subscriber(3, "OKAFOR", "MEM222", claim("B1"))
    raw = x12(*segments, *good)
    reading = read_source("file", raw)
    assert reading.refused
    (fault,) = (fault for fault in reading.faults if fault.severity == "error")
    assert fault.place == f"segment {number_of(raw, at)}"
    assert fault.message.startswith(message)
    partial = read_source("file", raw, partial=True)
    assert [imported.encounter.claim.claim_id for imported in partial.encounters] == ["B1"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("79.04", "79.04"), (".5", "0.5"), ("-12.", "-12"), ("0", "0"), ("999999999999", "999999999999")],
)
def test_amounts_of_every_written_form_are_exact(text: str, value: str) -> None:
    assert only(one(*claim("A1", line(1, f"HC:96413*{text}*UN*1*11**1")))).claim.lines[0].charge == Decimal(value)


def test_a_date_whose_form_is_not_as_declared_is_read_with_a_warning() -> None:
    reading = one(*claim("A1", line(1, date="D8*20260302-20260304")))
    assert (only(reading).claim.date_from, only(reading).claim.date_to) == (date(2026, 3, 2), date(2026, 3, 4))
    assert told(reading) == [("warning", "DTP02 does not fit the form of the date in DTP03")]


@pytest.mark.parametrize(
    ("hi", "codes", "messages"),
    [
        ("HI*ABK:Z5111*ABF:C3411", ("Z51.11", "C34.11"), []),
        ("HI*ABK:Z5111:::::::Y*ABF:C3411**", ("Z51.11", "C34.11"), []),
        (
            "HI*ABK*Z5111*ABF*C3411*ABF:C7951",
            ("Z51.11", "C34.11", "C79.51"),
            [
                "HI01 has a qualifier without a code; the next element is read as its code",
                "HI03 has a qualifier without a code; the next element is read as its code",
            ],
        ),
        (
            "HI*ABF:Z5111*ABK:C3411",
            ("Z51.11", "C34.11"),
            ["the first diagnosis, and only it, must be marked as principal (ABK)"],
        ),
        (
            "HI*ABK:Z5111*ABK:C3411",
            ("Z51.11", "C34.11"),
            ["the first diagnosis, and only it, must be marked as principal (ABK)"],
        ),
        (
            "HI*BK:Z5111*BF:C3411",
            ("Z51.11", "C34.11"),
            ["diagnoses are marked as ICD-9 (BK, BF), which ended on 2015-09-30"],
        ),
        (
            "HI*ABK:Z5111*BG:17*ABF:C3411",
            ("Z51.11", "C34.11"),
            ["HI02 is not a diagnosis (ABK, ABF, BK, BF); it is not read"],
        ),
        ("HI*ABK:z51.11", ("Z51.11",), ["SV107 points beyond the 1 diagnoses of the claim"]),
    ],
)
def test_diagnoses_are_read_in_order(hi: str, codes: tuple[str, ...], messages: list[str]) -> None:
    reading = one(*claim("A1", diagnoses=hi))
    assert only(reading).claim.diagnoses == codes
    assert sorted(message for _, message in told(reading)) == sorted(messages)
    assert {severity for severity, _ in told(reading)} <= {"warning"}


def test_a_second_segment_of_diagnoses_goes_on_where_the_first_ends() -> None:
    first, second, *rest = claim("A1", diagnoses="HI*ABK:Z5111")
    reading = one(first, second, "HI*ABF:C3411", *rest)
    assert only(reading).claim.diagnoses == ("Z51.11", "C34.11")
    assert told(reading) == [("warning", "HI (diagnoses) may stand once in 2300 (claim); this is one more")]


@pytest.mark.parametrize(
    ("hi", "message"),
    [
        (("HI*ABK:Z5111", "HI*ABK:C3411"), "HI begins a second list of diagnoses"),
        (("HI*ABK:Z5111**ABF:C3411",), "HI02 is empty between others"),
    ],
)
def test_diagnoses_whose_order_is_unclear_are_an_error(hi: tuple[str, ...], message: str) -> None:
    first, _, *rest = claim("A1")
    reading = one(first, *hi, *rest)
    assert reading.refused
    assert [m.split(":")[0] for severity, m in told(reading) if severity == "error"] == [message]


def test_icd9_before_its_end_is_no_fault() -> None:
    reading = one(*claim("A1", line(1, "HC:96413*410*UN*1*11**1", "D8*20150930"), diagnoses="HI*BK:1629"))
    assert (only(reading).claim.diagnoses, reading.faults) == (("162.9",), ())


@pytest.mark.parametrize(
    ("own", "first", "second", "expected", "of_lines"),
    [
        ("REF*G1*P1", "", "", "P1", (None, None)),
        ("", "REF*G1*P2", "", None, ("P2", None)),
        ("", "REF*G1*P2", "REF*G1*P2", "P2", ("P2", "P2")),
        ("REF*G1*P1", "REF*G1*P2", "", "P1", ("P2", None)),
        ("", "REF*G1*P2", "REF*G1*P3", None, ("P2", "P3")),
    ],
)
def test_prior_authorization_of_claim_and_lines(
    own: str, first: str, second: str, expected: str | None, of_lines: tuple[str | None, str | None]
) -> None:
    segments = (
        "CLM*A1*590***11:B:1*Y*A*Y*Y",
        own,
        "HI*ABK:Z5111",
        *line(1),
        first,
        *line(2),
        second,
    )
    reading = one(*(segment for segment in segments if segment))
    read = only(reading).claim
    assert read.prior_authorization == expected
    assert tuple(one.prior_authorization for one in read.lines) == of_lines
    assert not any("prior authorization" in message for _, message in told(reading))


def test_of_several_prior_authorizations_of_the_claim_the_first_is_read() -> None:
    first, *rest = claim("A1")
    reading = one(first, "REF*G1*P1", "REF*G1*P2", *rest)
    assert only(reading).claim.prior_authorization == "P1"
    assert any("several prior authorizations" in message for _, message in told(reading))


@pytest.mark.parametrize(
    ("written", "expected"),
    [("01234567", "01234567"), ("NCT01234567", "NCT01234567"), ("CT01234567", "CT01234567"), ("DEMO12", None)],
)
def test_the_trial_number_is_read_as_sent_and_other_projects_are_told(written: str, expected: str | None) -> None:
    first, *rest = claim("A1")
    reading = one(first, f"REF*P4*{written}", *rest)
    assert only(reading).claim.clinical_trial_nct == expected
    assert len(reading.faults) == (expected is None)


def test_identifiers_that_are_not_npis_are_not_read_as_such() -> None:
    first, second, *rest = claim("A1")
    reading = one(first, second, "NM1*82*1*STONE*JO****24*123456789", *rest)
    assert only(reading).claim.rendering_npi is None
    assert [message for _, message in told(reading)] == [
        "2310B (rendering provider) has no NPI: NM108 is not XX, or NM109 is empty"
    ]


@pytest.mark.parametrize(
    ("numbers", "expected", "warned"),
    [
        ((1, 2), (1, 2), False),
        ((3, 4), (3, 4), True),
        ((1, 1), (1, 2), True),
        (("", 2), (1, 2), True),
        (("X", 2), (1, 2), True),
    ],
)
def test_line_numbers_are_those_of_the_file_where_they_are_distinct(
    numbers: tuple[int, int], expected: tuple[int, int], *, warned: bool
) -> None:
    reading = one(*claim("A1", *(line(number) for number in numbers)))
    assert tuple(each.line for each in only(reading).claim.lines) == expected
    assert any("LX01" in message for _, message in told(reading)) == warned


def test_minutes_and_products_that_are_not_ndcs_are_told() -> None:
    reading = one(
        *claim("A1", line(1, "HC:00100*410*MJ*30*11**1", "D8*20260302", "LIN**UP*012345678905", "CTP****1*UN"))
    )
    encounter = only(reading)
    assert encounter.claim.lines[0].ndc is None
    assert encounter.claim.lines[0].code == "00100"
    assert [message for _, message in told(reading)] == [
        "SV103 (unit) is MJ: the units of this line are minutes",
        "LIN02 is not N4 (NDC); the drug product is not read",
    ]


def test_a_birth_date_that_cannot_be_read_leaves_the_claim_readable() -> None:
    segments = [s.replace("D8*19610417", "D8*19611399") for s in subscriber(2, "RIVERA", "MEM111", claim("A1"))]
    reading = read(*segments)
    assert only(reading).patient.birth_date is None
    assert told(reading) == [("warning", "DMG02 (birth date) is not a date; it is not read")]


def test_the_code_as_written_is_kept_beside_the_normalised_one() -> None:
    written = only(one(*claim("A1", line(1, "HC:j9271*410*UN*1*11**1")))).claim.lines[0]
    assert (written.code, written.code_as_written) == ("J9271", "j9271")


def test_pointers_written_with_decimals_are_read_and_told() -> None:
    reading = one("CLM*A1*410***11:B:1*Y*A*Y*Y", "HI*ABK:Z5111*ABF:C3411", *line(1, "HC:96413*410*UN*1*11**1.00:2.0"))
    assert only(reading).claim.lines[0].diagnosis_pointers == (1, 2)
    assert told(reading) == [("warning", "SV107 (diagnosis pointers) is written with decimals; read as whole numbers")]


def test_a_pointer_with_a_fraction_is_an_error() -> None:
    reading = one("CLM*A1*410***11:B:1*Y*A*Y*Y", "HI*ABK:Z5111*ABF:C3411", *line(1, "HC:96413*410*UN*1*11**1.5"))
    assert ("error", "SV107 (diagnosis pointers) holds something that is not a pointer") in told(reading)


def test_lines_without_lx_begin_at_their_sv1() -> None:
    lines = [segment for number in (1, 2) for segment in line(number)[1:]]
    reading = one("CLM*A1*820***11:B:1*Y*A*Y*Y", "HI*ABK:Z5111*ABF:C3411", *lines, "LIN**N4*00006302602", "CTP****8*ML")
    assert [(each.line, each.code) for each in only(reading).claim.lines] == [(1, "96413"), (2, "96413")]
    assert only(reading).claim.lines[1].ndc is not None
    assert told(reading) == [("warning", "2400 (service line) lacks LX (line number)")] * 2


def test_an_lx_missing_between_lines_or_lost_in_the_segment_before_is_an_error() -> None:
    for segments in ([*line(1), *line(2)[1:]], ["NM1*82*1*STONE*JO****XX*1679576722LX*1", *line(1)[1:]]):
        reading = one("CLM*A1*820***11:B:1*Y*A*Y*Y", "HI*ABK:Z5111*ABF:C3411", *segments)
        assert reading.refused


def test_a_claim_without_payer_is_read_and_told() -> None:
    raw = x12(*(s for s in subscriber(2, "RIVERA", "MEM111", claim("A1")) if not s.startswith("NM1*PR")))
    reading = read_source("file", raw)
    assert only(reading).coverage.model_fields_set == {"member_id"}
    assert told(reading) == [("warning", "2000B (subscriber level) lacks 2010BB (payer), which NM1*PR (name) begins")]


@pytest.mark.parametrize(
    ("segment", "message"),
    [
        ("NM1*QC*1*TANAKA*KEN", "NM1*QC (name) has no place in 2300 (claim) or around it"),
        (
            "NM1*117*2*GROUP",
            "NM101 (whose name it is) is not one of the 837P, so NM1 cannot be placed in 2300 (claim);",
        ),
        ("NM1**2*GROUP", "NM101 (whose name it is) is empty, so NM1 cannot be placed in 2300 (claim)"),
        ("CTP****8*ML", "CTP (drug quantity) has no place in 2300 (claim) or around it"),
    ],
)
def test_a_segment_without_a_place_is_told_by_what_it_says_it_is(segment: str, message: str) -> None:
    reading = one("CLM*A1*410***11:B:1*Y*A*Y*Y", "HI*ABK:Z5111*ABF:C3411", segment, *line(1))
    assert any(words.startswith(message) for _, words in told(reading))


@pytest.mark.parametrize(
    ("described", "note", "narrative"),
    [
        (":::::NEWDRUG 200 MG IV", None, "NEWDRUG 200 MG IV"),
        ("", "NTE*ADD*NEWDRUG 200 MG IV", "NEWDRUG 200 MG IV"),
        (":::::NEWDRUG", "NTE*ADD*200 MG IV", "NEWDRUG; 200 MG IV"),
        (":::::NEWDRUG 200 MG IV", "NTE*ADD*NEWDRUG", "NEWDRUG 200 MG IV"),
        ("", "NTE*DCP*GOALS", None),
        ("", "NTE*TPO*SENT BY ANOTHER", None),
    ],
)
def test_the_narrative_of_a_line_is_that_of_its_service_and_its_note(
    described: str, note: str | None, narrative: str | None
) -> None:
    segments = line(1, f"HC:J9999{described}*900*UN*1*11**1", "D8*20260302", *([note] if note else []))
    reading = one("CLM*A1*900***11:B:1*Y*A*Y*Y", "HI*ABK:Z5111*ABF:C3411", *segments)
    assert reading.faults == ()
    assert only(reading).claim.lines[0].narrative == narrative


def test_condition_codes_are_read() -> None:
    reading = one("CLM*A1*410***11:B:1*Y*A*Y*Y", "HI*ABK:Z5111*ABF:C3411", "HI*BG:30*BG:17", "HI*BG:AG", *line(1))
    assert reading.faults == ()
    assert only(reading).claim.condition_codes == ("30", "17", "AG")


def test_an_element_too_many_is_told_and_an_error_only_where_a_segment_may_be_in_it() -> None:
    raw = x12(*subscriber(2, "RIVERA", "MEM111", claim("A1")))
    spare = read_source("file", raw.replace(b"SBR*P*18*******MB", b"SBR*P*18********MB"))
    assert [told(spare), len(spare.encounters)] == [[("warning", "SBR has 10 elements, at most 9")], 1]
    joined = read_source("file", raw.replace(b"SBR*P*18*******MB~\nNM1", b"SBR*P*18*******MBNM1"))
    assert joined.refused
    assert ("error", "SBR has 18 elements, at most 9") in told(joined)


def test_one_fault_of_a_claim_does_not_hide_the_others() -> None:
    reading = one("CLM*A1*x***11:B:1*Y*A*Y*Y", "HI*ABK:Z5111*ABF", "NM1*82*1*STONE*JO****24*11", *line(1))
    assert reading.refused
    assert {message for _, message in told(reading)} >= {
        "CLM02 (total charge) is not a number",
        "2310B (rendering provider) has no NPI: NM108 is not XX, or NM109 is empty",
        "HI02 has a qualifier without a code; the next element is read as its code",
        "SV107 points beyond the 1 diagnoses of the claim",
    }
