"""Envelopes that are not closed, or not as their trailers say."""

from __future__ import annotations

import pytest

from onco_tui.exchange.reading import Fault, Reading, read_source
from tests.exchange.x12_samples import number_of, whole_file


def without(raw: bytes, segment: str) -> bytes:
    assert raw.count(segment.encode() + b"~\n") == 1
    return raw.replace(segment.encode() + b"~\n", b"")


def told(reading: Reading) -> list[tuple[str, str, str]]:
    return [(fault.place, fault.severity, fault.message) for fault in reading.faults]


RAW = whole_file()
SE = number_of(RAW, f"SE*{number_of(RAW, 'GE*1*1') - 3}*0001")
LAST_OF_LAST_CLAIM = SE - 1


def test_right_envelopes_have_no_faults() -> None:
    assert told(read_source("file", RAW)) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (f"SE*{SE - 2}*0001", "SE*25*0001", (f"segment {SE}", "SE01 does not count the 55 segments there are")),
        (f"SE*{SE - 2}*0001", f"SE*{SE - 2}*0002", (f"segment {SE}", "SE02 is not the control number in ST02")),
        (f"SE*{SE - 2}*0001", "SE**0001", (f"segment {SE}", "SE01 does not count the 55 segments there are")),
        ("GE*1*1", "GE*7*1", (f"segment {SE + 1}", "GE01 does not count the 1 transactions there are")),
        ("GE*1*1", "GE*1*2", (f"segment {SE + 1}", "GE02 is not the control number in GS06")),
        ("IEA*1*000000001", "IEA*2*000000001", (f"segment {SE + 2}", "IEA01 does not count the 1 groups there are")),
        (
            "IEA*1*000000001",
            "IEA*1*000000002",
            (f"segment {SE + 2}", "IEA02 is not the control number in ISA13"),
        ),
    ],
)
def test_a_trailer_that_does_not_fit_is_a_warning(old: str, new: str, fault: tuple[str, str]) -> None:
    reading = read_source("file", RAW.replace(old.encode() + b"~", new.encode() + b"~"))
    assert SE - 2 == 55
    assert told(reading) == [(fault[0], "warning", fault[1])]
    assert len(reading.encounters) == 4


@pytest.mark.parametrize(
    ("missing", "place", "message", "left"),
    [
        (f"SE*{SE - 2}*0001", LAST_OF_LAST_CLAIM, "SE missing: GE follows", ["A1", "A2", "B1"]),
        ("GE*1*1", SE, "GE missing: IEA follows", ["A1", "A2", "B1", "C1"]),
        ("IEA*1*000000001", SE + 1, "IEA missing: the file ends here", ["A1", "A2", "B1", "C1"]),
    ],
)
def test_a_missing_trailer_refuses_the_file(missing: str, place: int, message: str, left: list[str]) -> None:
    raw = without(RAW, missing)
    reading = read_source("file", raw)
    assert reading.refused
    assert (f"segment {place}", "error", message) in told(reading)
    partial = read_source("file", raw, partial=True)
    assert [imported.encounter.claim.claim_id for imported in partial.encounters] == left


def test_a_header_before_the_trailer_of_the_one_before_is_an_error() -> None:
    second = RAW[RAW.index(b"ST*") : RAW.index(b"GE*")].replace(b"*0001", b"*0002")
    raw = RAW.replace(f"SE*{SE - 2}*0001~\n".encode(), second).replace(b"GE*1", b"GE*2")
    reading = read_source("file", raw, partial=True)
    assert (f"segment {LAST_OF_LAST_CLAIM}", "error", "SE missing: ST begins here") in told(reading)
    assert [imported.encounter.claim.claim_id for imported in reading.encounters].count("C1") == 1


def test_segments_outside_a_transaction_are_errors() -> None:
    raw = RAW.replace(b"GE*1*1", b"CLM*LOST*1***11:B:1~\nGE*1*1")
    (fault,) = read_source("file", raw).faults
    assert fault == Fault("file", f"segment {SE + 1}", "stands outside any transaction (ST to SE)", "error")


def test_a_trailer_that_closes_nothing_is_an_error() -> None:
    raw = RAW.replace(b"GE*1*1", b"SE*1*9~\nGE*1*1")
    assert told(read_source("file", raw)) == [(f"segment {SE + 1}", "error", "SE closes nothing: no ST is open")]


def test_control_numbers_used_twice_are_a_warning() -> None:
    second = RAW[RAW.index(b"ST*") : RAW.index(b"GE*")]
    reading = read_source("file", RAW.replace(b"GE*1", second + b"GE*2"))
    assert (f"segment {SE + 1}", "warning", "ST has the control number of the one at segment 3") in told(reading)


def test_a_transaction_without_group_is_read_with_a_warning() -> None:
    raw = without(without(RAW, "GE*1*1"), RAW.split(b"~\n")[1].decode()).replace(b"IEA*1*", b"IEA*0*")
    reading = read_source("file", raw)
    assert told(reading) == [("segment 2", "warning", "ST stands outside GS")]
    assert len(reading.encounters) == 4


def test_an_interchange_without_transactions_is_refused() -> None:
    raw = RAW[: RAW.index(b"ST*")] + b"GE*0*1~\nIEA*1*000000001~\n"
    assert told(read_source("file", raw)) == [("file", "error", "there is no transaction (ST to SE) in the file")]
