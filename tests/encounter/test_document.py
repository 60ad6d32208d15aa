"""The encounter document: exact numbers, refused nonsense, nothing lost on the way through."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

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


def leaves(part: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, inner in items:
        if isinstance(name, str):
            yield (*way, name)
        yield from leaves(inner, (*way, name))


def without(whole: dict[str, Any], way: tuple[str | int, ...], *, null: bool) -> dict[str, Any]:
    copied = copy.deepcopy(whole)
    at: Any = copied
    for part in way[:-1]:
        at = at[part]
    if null:
        at[way[-1]] = None
    else:
        del at[way[-1]]
    return copied


WIDE = json.loads((Path("tests/encounter") / "wide_chart.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("null", [False, True])
@pytest.mark.parametrize(
    "way", [way for way in leaves(WIDE) if way[-1] != "date"], ids=lambda way: ".".join(map(str, way))
)
def test_every_field_of_a_chart_may_be_absent_or_null(way: tuple[str | int, ...], *, null: bool) -> None:
    chart = without(WIDE, way, null=null)
    encounter = parse_encounter(document() | {"documentation": chart})
    assert parse_encounter(read_json(write_encounter(encounter))) == encounter


def test_a_session_is_nothing_without_its_date() -> None:
    courses = {"radiation_courses": [{"fractions": [{"session": 1}]}]}
    with pytest.raises(DocumentError, match="date"):
        parse_encounter(document() | {"documentation": courses})


def test_what_has_no_id_is_named_by_its_place_and_written_as_it_came() -> None:
    chart = {"administrations": [{"id": "A1"}, {"drug": "cisplatin"}], "orders": [{"code": "85025"}]}
    encounter = parse_encounter(document() | {"documentation": chart})
    assert [given.id for given in encounter.chart.administrations or ()] == ["A1", "#2"]
    assert [order.id for order in encounter.chart.orders or ()] == ["#1"]
    assert json.loads(write_encounter(encounter))["documentation"] == chart


@pytest.mark.parametrize("bad", [{"units": None}, {"line": None}])
def test_a_claim_line_without_number_or_units_is_not_read_as_one_unit(bad: dict[str, object]) -> None:
    with pytest.raises(DocumentError, match=r"claim\.lines\[0\]"):
        parse_encounter(document(lines=[{"line": 1} | bad]))


def test_nulls_of_a_claim_are_absent_fields() -> None:
    nulls = dict.fromkeys(("claim_id", "frequency_code", "diagnoses", "condition_codes", "place_of_service"))
    line = {"line": 1, "modifiers": None, "diagnosis_pointers": None, "code": None}
    claim = parse_encounter(document(lines=[line], **nulls) | {"patient": None, "coverage": None}).claim
    assert (claim.frequency_code, claim.diagnoses, claim.lines[0].modifiers) == ("1", (), ())


def test_an_encounter_has_an_id() -> None:
    with pytest.raises(DocumentError, match="encounter_id"):
        parse_encounter(document() | {"encounter_id": "  "})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"units": "1,000"}, "units: expected a number"),
        ({"units": 1e30}, "units: expected at most 12 digits before the point and 6 after it"),
        ({"units": "0.1234567"}, "units: expected at most 6 digits after the point"),
        ({"code": 96413}, "code: expected text in quotes"),
        ({"modifiers": "JZ"}, "modifiers: expected a list"),
        ({"diagnosis_pointers": ["A"]}, r"diagnosis_pointers\[0\]: expected a whole number"),
        ({"ndc": "00006302602"}, "ndc: expected an object"),
        ({"ndc": {}}, "ndc.code: is missing"),
        ({"date_of_service": "2026-02-30"}, "date_of_service: not a date of the calendar"),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_json(line: dict[str, object], said: str) -> None:
    with pytest.raises(DocumentError, match=rf"claim\.lines\[0\]\.{said}$"):
        parse_encounter(document(lines=[{"line": 1} | line]))
