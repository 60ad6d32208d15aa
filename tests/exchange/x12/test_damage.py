"""Damaged files: nothing raises, nothing is silent, and no claim is ever read under another's patient or payer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onco_tui.encounter.document import Encounter
from onco_tui.exchange.reading import Reading, read_source
from tests.exchange.x12_samples import ISA, claim, line, real_file, subscriber, whole_file, x12
from tests.timing import growth

SECRETS = ("RIVERA", "OKAFOR", "LINDQVIST", "TANAKA", "MEM111", "MEM222", "MEM333", "ANNA", "OAK ST", "19610417")


def rich_file() -> bytes:
    """Give a file with two billing providers, a dependent, several claims of one patient, and a drug."""
    dependent = [
        "HL*5*4*23*0",
        "PAT*19",
        "NM1*QC*1*TANAKA*KEI",
        "N3*3 ELM ST",
        "N4*SPRINGFIELD*IL*62703",
        "DMG*D8*20010101*M",
        *claim("C1", diagnoses="HI*ABK:C8190*ABF:D709"),
    ]
    holder = subscriber(4, "LINDQVIST", "MEM333")
    holder[0], holder[1] = "HL*4*1*22*1", "SBR*P********CI"
    first = [
        *subscriber(
            2,
            "RIVERA",
            "MEM111",
            claim(
                "A1",
                line(1),
                line(2, "HC:J9271:JZ*12400*UN*200*11**2", "D8*20260302", "LIN**N4*00006302602", "CTP****8*ML"),
            ),
            claim("A2", line(1, "HC:96365*200*UN*1*11**1", "D8*20260309"), diagnoses="HI*ABK:D649"),
        ),
        *subscriber(3, "OKAFOR", "MEM222", claim("B1", diagnoses="HI*ABK:Z5112*ABF:C50911"), payer="PAY02"),
        *holder,
        *dependent,
    ]
    second = [
        "HL*6**20*1",
        "NM1*85*2*LAKESIDE ONCOLOGY*****XX*1679576722",
        "N3*9 LAKE ST",
        "N4*SPRINGFIELD*IL*627010000",
        "REF*EI*222222222",
        *(s.replace("HL*7*1*", "HL*7*6*") for s in subscriber(7, "RIVERA", "MEM111", claim("D1"), payer="PAY03")),
    ]
    return x12(*first, *second)


RICH = rich_file()
SEGMENTS = RICH.decode().split("~\n")[:-1]


def facts(encounter: Encounter) -> dict[str, object]:
    """Give what a claim says, by name, so that absent can be told from different."""
    billed = encounter.claim
    found: dict[str, object] = {
        "family": encounter.patient.family_name,
        "born": encounter.patient.birth_date,
        "payer": encounter.coverage.payer_id,
        "member": encounter.coverage.member_id,
        "npi": billed.billing_npi,
        "frequency": billed.frequency_code,
        "place": billed.place_of_service,
        "total": billed.total_charge,
        "diagnoses": billed.diagnoses,
        "lines": len(billed.lines),
    }
    for at, each in enumerate(billed.lines):
        found |= {
            f"{at} code": each.code,
            f"{at} units": each.units,
            f"{at} charge": each.charge,
            f"{at} pointers": str(each.diagnosis_pointers or ""),
            f"{at} day": each.date_of_service,
            f"{at} ndc": each.ndc.code if each.ndc else None,
            f"{at} quantity": each.ndc.quantity if each.ndc else None,
        }
    return found


def by_number(reading: Reading) -> dict[str, dict[str, object]]:
    return {imported.encounter.claim.claim_id: facts(imported.encounter) for imported in reading.encounters}


def file_of(segments: list[str]) -> bytes:
    return "".join(segment + "~\n" for segment in segments).encode()


WHOLE = by_number(read_source("file", RICH))


def assert_never_wrong(raw: bytes, *, lost_is_told: bool = True) -> None:
    reading = read_source("file", raw, partial=True)
    found = by_number(reading)
    assert found.keys() <= WHOLE.keys()
    for number, says in found.items():
        for name, value in says.items():
            right = WHOLE[number].get(name)
            shorter = isinstance(value, tuple) and isinstance(right, tuple) and value == right[: len(value)]
            assert shorter or value in (right, None, ""), (number, name)
    if lost_is_told and found != WHOLE:
        assert reading.faults
    if found.keys() != WHOLE.keys():
        assert any(fault.severity == "error" for fault in reading.faults)
        assert read_source("file", raw).refused
    for fault in reading.faults:
        assert not any(secret in fault.message for secret in SECRETS)


def damaged_at(at: int) -> Iterator[tuple[str, list[str]]]:
    """Give every damage to one segment: lost, doubled, swapped, its identifier or one element destroyed."""
    before, segment, after = SEGMENTS[:at], SEGMENTS[at], SEGMENTS[at + 1 :]
    elements = segment.split("*")
    yield "lost", [*before, *after]
    yield "doubled", [*before, segment, segment, *after]
    if after:
        yield "swapped", [*before, after[0], segment, *after[1:]]
        yield "joined", [*before, segment + after[0], *after[1:]]
        yield "joined by a line", [*before, segment + "\n" + after[0], *after[1:]]
    for identifier in ("", "Nd4", "ZZZ", elements[0] + "1", elements[0].lower()):
        yield f"identifier {identifier!r}", [*before, "*".join([identifier, *elements[1:]]), *after]
    for place in range(1, len(elements)):
        if elements[place]:
            yield (
                f"element {place} emptied",
                [*before, "*".join([*elements[:place], "", *elements[place + 1 :]]), *after],
            )
            torn = [*elements[:place], elements[place][:1] + "~" + elements[place][1:], *elements[place + 1 :]]
            yield f"element {place} torn", [*before, *"*".join(torn).split("~"), *after]


def test_the_undamaged_file_is_read_whole() -> None:
    reading = read_source("file", RICH)
    assert reading.faults == ()
    assert list(WHOLE) == ["A1", "A2", "B1", "C1", "D1"]
    assert [says["family"] for says in WHOLE.values()] == ["RIVERA", "RIVERA", "OKAFOR", "TANAKA", "RIVERA"]
    assert [says["payer"] for says in WHOLE.values()] == ["PAY01", "PAY01", "PAY02", "PAY01", "PAY03"]
    assert WHOLE["D1"]["npi"] == "1679576722"


@pytest.mark.parametrize("at", range(3, len(SEGMENTS) - 3), ids=lambda at: f"{at + 1}-{SEGMENTS[at].split('*')[0]}")
def test_no_damage_to_a_segment_makes_a_claim_say_something_else(at: int) -> None:
    for what, segments in damaged_at(at):
        try:
            assert_never_wrong(file_of(segments))
        except AssertionError as error:
            raise AssertionError(what) from error


@pytest.mark.parametrize("cut", [0, 1])
def test_a_file_cut_off_anywhere_is_told_and_what_is_read_of_it_is_right(cut: int) -> None:
    raw = whole_file().rstrip()
    whole = by_number(read_source("file", raw))
    for end in range(cut, len(raw) - 1, 2):
        reading = read_source("file", raw[:end])
        assert reading.faults, end
        for number, says in by_number(read_source("file", raw[:end], partial=True)).items():
            assert says == whole[number], end


def test_a_cut_before_the_last_claim_ends_refuses_the_file() -> None:
    raw = whole_file()
    for end in range(raw.index(b"CLM*"), raw.index(b"SE*"), 7):
        assert read_source("file", raw[:end]).refused, end


def test_a_real_file_cut_off_anywhere_is_told() -> None:
    raw = real_file("x12_837p", "lfh_demo.example6.837").read_bytes().rstrip()
    whole = read_source("file", raw).faults
    for end in range(len(raw) - 1):
        assert set(read_source("file", raw[:end]).faults) - set(whole), end


MUTATION = st.tuples(
    st.integers(0, len(RICH) - 1),
    st.integers(0, 12),
    st.one_of(st.binary(max_size=6), st.sampled_from([b"~", b"*", b":", b"^", b"\n", b"ISA*", b"HL*9*1*22*0~", b"~~"])),
)


def mutated(raw: bytes, mutations: list[tuple[int, int, bytes]]) -> bytes:
    for at, width, put in mutations:
        raw = raw[:at] + put + raw[at + width :]
    return raw


@settings(max_examples=300, deadline=None)
@given(st.lists(MUTATION, min_size=1, max_size=4))
def test_no_mutation_raises_and_none_shows_who_the_patient_is(mutations: list[tuple[int, int, bytes]]) -> None:
    raw = mutated(RICH, mutations)
    for partial in (False, True):
        reading = read_source("file", raw, partial=partial)
        assert reading.encounters or reading.faults
        assert reading.refused == (not reading.encounters)
        for fault in reading.faults:
            assert not any(secret in fault.message for secret in SECRETS)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_mutation_of_a_real_file_raises(data: st.DataObject) -> None:
    raw = real_file("x12_837p", "imsweb_x12_complex.txt").read_bytes()
    at = data.draw(st.integers(0, len(raw) - 1))
    put = data.draw(st.binary(max_size=8))
    reading = read_source("file", raw[:at] + put + raw[at + data.draw(st.integers(0, 40)) :], partial=True)
    assert reading.encounters or reading.faults


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_a_fault(raw: bytes) -> None:
    for text in (raw, b"ISA" + raw, ISA.encode() + b"~" + raw, ISA.encode() + raw):
        reading = read_source("file", text)
        assert reading.refused
        assert all(fault.severity == "error" or fault.place for fault in reading.faults)


@pytest.mark.parametrize(
    "unit",
    [
        b"~",
        b"*~",
        b"HL*1**20*1~",
        b"NM1*IL*~",
        b"CLM*A*1***11:B:1~",
        b"LX*1~",
        b"SV1*HC:1*1*UN*1~",
        b"ST*837*1~",
        b"ISA~",
    ],
)
def test_endless_repetition_is_read_in_time_that_grows_with_its_length_only(unit: bytes) -> None:
    begun = whole_file()[: whole_file().rindex(b"LX*")]

    def read(count: int) -> None:
        reading = read_source("file", begun + unit * count)
        assert reading.refused
        assert len(reading.faults) < 20_000

    assert growth(read, 1_000, times=4) < 8
    read(21_000)


@pytest.mark.parametrize("path", ["imsweb_x12_bad_segment_identifier.txt", "oopf_MissingEntityCode.txt"])
def test_faults_of_real_files_hold_nothing_of_their_people(path: str) -> None:
    raw = real_file("x12_837p_bad", path).read_bytes()
    for fault in read_source("file", raw, partial=True).faults:
        for secret in ("DOE", "JOHN", "123456", "A37YH", "SUBSCRIBER GROUP", "Nd4", "NM31", "XXXX", "9999"):
            assert secret not in fault.message
