"""Encounter documents in their three forms: what comes in, and where each fault is told to stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onco_tui.exchange.documents import iter_documents, read_documents
from onco_tui.exchange.outcome import Fault, Imported, Reading
from onco_tui.exchange.reading import read_source

EXAMPLE = Path(__file__).parents[3] / "shared" / "contracts" / "encounter.example.json"


def document(encounter_id: str = "E-1", **more: object) -> dict[str, object]:
    return {"schema": "onco-encounter/1", "encounter_id": encounter_id, "claim": {"lines": [{"line": 1}]}, **more}


def text(*documents: object, indent: int | None = None) -> bytes:
    return json.dumps(documents[0] if len(documents) == 1 else list(documents), indent=indent).encode()


def lines(*documents: object) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in documents)


def told(reading: Reading) -> list[tuple[str, str, str]]:
    return [(fault.place, fault.severity, fault.message) for fault in reading.faults]


def ids(reading: Reading) -> list[str]:
    return [imported.encounter.encounter_id for imported in reading.encounters]


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the contract's example lies outside this checkout")
def test_the_contracts_example_is_read_without_a_fault() -> None:
    raw = EXAMPLE.read_bytes()
    reading = read_source("encounter.example.json", raw)
    assert (reading.format, reading.faults, reading.refused) == ("document", (), False)
    assert reading.encounters[0].source_bytes == raw
    assert reading.encounters[0].place == "document 1"


@pytest.mark.parametrize("indent", [None, 0, 1, 4])
def test_one_document_however_it_is_indented(indent: int | None) -> None:
    reading = read_source("claims.json", text(document(), indent=indent))
    assert (reading.format, ids(reading), reading.faults) == ("document", ["E-1"], ())


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_each_element_of_an_array_has_its_own_bytes(indent: int | None) -> None:
    raw = b"\xef\xbb\xbf \n" + text(document("E-1"), document("É-2"), indent=indent) + b"\n"
    reading = read_source("claims.json", raw)
    assert (reading.format, ids(reading), reading.faults) == ("array", ["E-1", "É-2"], ())
    assert [imported.place for imported in reading.encounters] == ["document 1", "document 2"]
    for imported in reading.encounters:
        assert imported.source_bytes in raw
        assert json.loads(imported.source_bytes)["encounter_id"] == imported.encounter.encounter_id


@pytest.mark.parametrize("name", ["claims.jsonl", "claims.NDJSON", "standard input"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n"])
def test_one_document_a_line(name: str, end: bytes) -> None:
    raw = b"\xef\xbb\xbf" + lines(document("E-1"), document("E-2")).replace(b"\n", end)
    reading = read_source(name, raw)
    assert (reading.format, ids(reading), reading.faults) == ("jsonl", ["E-1", "E-2"], ())
    assert [imported.source_bytes for imported in reading.encounters] == [text(document("E-1")), text(document("E-2"))]


def test_a_single_line_is_lines_only_by_its_name() -> None:
    assert read_source("one.jsonl", lines(document())).encounters[0].place == "line 1"
    assert read_source("one.json", lines(document())).encounters[0].place == "document 1"


@pytest.mark.parametrize(
    ("raw", "place", "words"),
    [
        (text(document("E-1"), {"schema": "onco-encounter/2"}), "document 2", "schema: expected onco-encounter/1"),
        (text(document("E-1"), [1]), "document 2", "expected an object"),
        (text(document("E-1"), document("E-2", claim={"lines": [{"line": 0}]})), "document 2", "claim.lines[0].line"),
        (b"[" + text(document()) + b", {bad}]", "document 2", "line 1 column"),
        (b"[" + text(document()) + b",\n]", "document 2", "line 2 column 1"),
        (b"[" + text(document()), "document 1", "the array is not closed"),
        (b"[" + text(document()) + b" " + text(document("E-2")) + b"]", "document 1", "the array is not closed"),
        (b"[" + text(document()) + b"] more", "file", "more text follows"),
        (b"[" + text(document()) + b", 1" + b"0" * 5000 + b"]", "document 2", "too many digits"),
        (b"[" + text(document()) + b", " + b"[" * 100_000 + b"]", "document 2", "nested too deeply"),
        (b"[", "document 1", "line 1 column 2"),
        (text(document())[:-1], "document 1", "line 1 column"),
        (b'{"schema": NaN}', "document 1", "NaN is not a number"),
        (text(document()) + b"x", "document 1", "line 1 column"),
        (text(document()).replace(b"E-1", b"\xff"), "file", "not UTF-8 text at byte 48"),
        (text(document()).replace(b"E-1", b"\\ud800"), "document 1", "half of a character"),
        (lines(document("E-1")) + b"{oops\n" + lines(document("E-2")), "line 2", "column 2"),
        (lines(document("E-1"), {"schema": "x"}), "line 2", "schema"),
        (b"{" + lines(document("E-1"), document("E-2")), "line 1", "column 2"),
    ],
)
def test_a_fault_is_told_with_the_place_of_its_document(raw: bytes, place: str, words: str) -> None:
    reading = read_source("file", raw)
    assert reading.refused
    assert reading.encounters == ()
    (fault,) = reading.faults
    assert (fault.source, fault.place, fault.severity) == ("file", place, "error")
    assert words in fault.message


@pytest.mark.parametrize("indent", [None, 1])
def test_the_name_makes_no_lines_of_an_array_or_of_one_indented_document(indent: int | None) -> None:
    array = read_source("claims.jsonl", text(document("E-1"), document("E-2"), indent=indent))
    assert (array.format, ids(array)) == ("array", ["E-1", "E-2"])
    assert ids(read_source("claims.ndjson", text(document("E-1"), indent=1))) == ["E-1"]


def test_an_empty_array_is_no_error_for_nothing_in_it_is_wrong() -> None:
    assert told(read_source("file", b"[]")) == [("file", "warning", "there is no encounter in the file")]


def test_partial_leaves_the_bad_out_and_lists_them() -> None:
    raw = lines(document("E-1"), {"schema": "x"}, document("E-2")) + b"{\n" + lines(document("E-3"))
    reading = read_source("claims.jsonl", raw, partial=True)
    assert ids(reading) == ["E-1", "E-2", "E-3"]
    assert not reading.refused
    assert [fault.place for fault in reading.faults] == ["line 2", "line 4"]


def test_partial_of_nothing_good_is_still_refused() -> None:
    reading = read_source("claims.jsonl", b"{\n{\n", partial=True)
    assert reading.refused
    assert len(reading.faults) == 2


@pytest.mark.parametrize("raw", [text(document("E-1"), document("E-1")), lines(document("E-1"), document("E-1"))])
def test_an_id_that_stands_twice_is_an_error_at_the_second(raw: bytes) -> None:
    reading = read_source("file", raw)
    first = "document 1" if raw.startswith(b"[") else "line 1"
    assert told(reading) == [(first.replace("1", "2"), "error", f"encounter_id: stands already in {first}")]
    assert ids(read_source("file", raw, partial=True)) == ["E-1"]


def test_unknown_fields_are_warnings_by_path_and_errors_when_strict() -> None:
    raw = text(document("E-1", colour="red"), document("E-2", documentation={"visit": {"mood": "good"}}))
    paths = ["colour", "documentation.visit.mood"]
    reading = read_source("file", raw)
    assert ids(reading) == ["E-1", "E-2"]
    assert told(reading) == [
        (f"document {at}", "warning", f"{path}: not a field of onco-encounter/1")
        for at, path in enumerate(paths, start=1)
    ]
    strict = read_source("file", raw, strict=True)
    assert strict.refused
    assert [severity for _, severity, _ in told(strict)] == ["error", "error"]
    kept = read_source("file", lines(document("E-1", colour="red"), document("E-2")), strict=True, partial=True)
    assert ids(kept) == ["E-2"]


def test_thousands_of_unknown_fields_are_counted_not_listed() -> None:
    reading = read_source("file", text({**document(), **{f"field{at}": at for at in range(3000)}}))
    assert len(reading.faults) == 51
    assert reading.faults[-1].message == "2950 more fields are none of onco-encounter/1"


def test_a_fault_never_holds_what_the_document_says() -> None:
    bad = {"family_name": "RIVERA", "birth_date": "17 April 1961"}
    raw = text(document(patient=bad, claim={"lines": [{"line": "RIVERA", "units": "RIVERA"}], "diagnoses": "RIVERA"}))
    (fault,) = read_source("file", raw).faults
    assert "patient.birth_date" in fault.message
    assert "RIVERA" not in fault.message
    assert "1961" not in fault.message


def stream(path: Path, *, strict: bool = False) -> Iterator[Imported | Fault]:
    return iter_documents(path, strict=strict)


def test_documents_can_be_read_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + lines(document("E-1"), {"schema": "x"}) + b"\r\n" + lines(document("E-2", a=1)))
    seen = [
        item.encounter.encounter_id if isinstance(item, Imported) else (item.place, item.severity)
        for item in stream(path)
    ]
    assert seen == ["E-1", ("line 2", "error"), ("line 4", "warning"), "E-2"]
    assert [type(item) for item in stream(path, strict=True)] == [Imported, Fault, Fault]


def test_reading_one_at_a_time_begins_before_the_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_bytes(lines(document("E-1")) + b"x" * 1000)
    found = stream(path)
    first = next(found)
    assert isinstance(first, Imported)
    path.write_bytes(b"")
    assert first.encounter.encounter_id == "E-1"


def test_a_line_without_end_stops_the_stream_with_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onco_tui.exchange.documents._MAX_LINE", 1000)
    path = tmp_path / "claims.jsonl"
    path.write_bytes(lines(document("E-1")) + b"[" * 5000 + b"\n" + lines(document("E-2")))
    first, fault = stream(path)
    assert isinstance(first, Imported)
    assert isinstance(fault, Fault)
    assert (fault.place, fault.severity) == ("line 2", "error")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
FIELDS = ("encounter_id", "patient", "coverage", "claim", "documentation", "schema")


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON), st.booleans())
def test_any_json_is_an_encounter_or_a_fault(fields: dict[str, object], as_lines: bool) -> None:  # noqa: FBT001  drawn
    document_given = {**document(), **fields}
    raw = lines(document_given, document_given) if as_lines else text(document_given)
    reading = read_documents("file", raw)
    assert reading.encounters or reading.faults


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 200), st.binary(max_size=5), st.integers(0, 5))
def test_a_damaged_document_is_read_or_a_fault(at: int, put: bytes, width: int) -> None:
    whole = text(document("E-1"), document("E-2"))
    raw = whole[:at] + put + whole[at + width :]
    for forced in (None, "documents"):
        reading = read_source("file", raw, format=forced)
        assert reading.encounters or reading.faults
