"""The encounter document: exact numbers, refused nonsense, nothing lost on the way through."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from onco_tui.encounter.document import (
    DocumentError,
    Encounter,
    parse_encounter,
    read_json,
    unknown_fields,
    write_encounter,
)

EXAMPLE = Path("../shared/contracts/encounter.example.json")


def document(**claim: object) -> dict[str, object]:
    return {"schema": "onco-encounter/1", "encounter_id": "E", "claim": {"lines": [{"line": 1}], **claim}}


def parsed(text: str) -> Encounter:
    return parse_encounter(read_json(text))


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the contract's example lies outside this checkout")
def test_the_contracts_example_goes_through_without_loss() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    encounter = parsed(text)
    assert list(unknown_fields(encounter)) == []
    assert parsed(write_encounter(encounter)) == encounter
    # a number may come back as a decimal string; the contract allows both
    assert json.loads(write_encounter(encounter), parse_int=str) == json.loads(text, parse_int=str)


def test_numbers_are_exact() -> None:
    line = parsed(json.dumps(document(lines=[{"line": 1, "units": 0.1, "charge": "1234567890.05"}]))).claim.lines[0]
    assert (line.units, line.charge) == (Decimal("0.1"), Decimal("1234567890.05"))


def test_a_number_written_with_more_digits_than_a_float_holds_keeps_them() -> None:
    text = json.dumps(document()).replace('{"line": 1}', '{"line": 1, "charge": 123456789012.123456}')
    assert parsed(text).claim.lines[0].charge == Decimal("123456789012.123456")


@pytest.mark.parametrize(
    "bad",
    [
        '{"line": 1, "units": NaN}',
        '{"line": 1, "units": 1e400}',
        '{"line": 1, "units": true}',
        '{"line": 0}',
        '{"line": 1, "date_of_service": 20260302}',
        '{"line": 1, "date_of_service": "2026-02-30"}',
        '{"line": 1}, {"line": 1}',
        '{"line": 1, "diagnosis_pointers": ["A"]}',
    ],
)
def test_nonsense_is_refused_by_field_without_its_value(bad: str) -> None:
    text = json.dumps(document()).replace('{"line": 1}', bad)
    with pytest.raises(DocumentError) as caught:
        parsed(text)
    assert "20260302" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "9" * 5000, '"\\ud800"', "[1, 2"])
def test_text_that_is_no_document_is_a_document_error(text: str) -> None:
    with pytest.raises(DocumentError):
        parsed(text)


def test_a_field_that_stands_twice_is_refused() -> None:
    with pytest.raises(DocumentError, match="'units' stands twice"):
        read_json('{"lines": [{"units": 1, "units": 2}]}')


def test_bytes_that_are_not_utf8_are_a_document_error() -> None:
    with pytest.raises(DocumentError):
        read_json(b'{"a": "\xff"}')


@pytest.mark.parametrize("clock", ["2026-03-02T09:05Z", "2026-03-02T09:05+01:00", "09:05", "2026-03-02"])
def test_clock_times_are_local_without_a_zone(clock: str) -> None:
    chart = {"administrations": [{"id": "A1", "start": clock}]}
    with pytest.raises(DocumentError, match="without a zone"):
        parse_encounter(document() | {"documentation": chart})


def test_seconds_are_cut_to_the_minute() -> None:
    chart = {"administrations": [{"id": "A1", "start": "2026-03-02T09:05:59"}]}
    start = parse_encounter(document() | {"documentation": chart}).chart.administrations
    assert start is not None
    assert start[0].start is not None
    assert start[0].start.isoformat() == "2026-03-02T09:05:00"


def test_codes_are_normalised_and_the_original_kept() -> None:
    claim = parse_encounter(
        document(lines=[{"line": 1, "code": " j9271."}], diagnoses=["c3411", "z51.11", "I10"])
    ).claim
    assert (claim.lines[0].code, claim.lines[0].code_as_written) == ("J9271", " j9271.")
    assert claim.diagnoses == ("C34.11", "Z51.11", "I10")


def test_unknown_fields_are_named_by_path_and_kept() -> None:
    data = document(lines=[{"line": 1, "colour": "red"}]) | {"mood": "good"}
    encounter = parse_encounter(data)
    assert sorted(unknown_fields(encounter)) == ["claim.lines[0].colour", "mood"]
    assert json.loads(write_encounter(encounter))["claim"]["lines"][0]["colour"] == "red"


def test_no_repr_shows_a_patient() -> None:
    encounter = parse_encounter(document() | {"patient": {"family_name": "Testerman"}})
    assert "Testerman" not in repr(encounter) + str(encounter.patient) + f"{encounter.claim}"
