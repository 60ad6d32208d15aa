"""Cutting X12 text: every byte kept, the separators the file really uses, and limits that hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onco_tui.exchange.outcome import Fault
from onco_tui.exchange.x12 import tokens
from onco_tui.exchange.x12.faults import Faults
from onco_tui.exchange.x12.tokens import Segment, tokenize
from tests.exchange.x12_samples import ISA, real, whole_file
from tests.timing import cpu

X12_FOLDERS = ("x12_837p", "x12_837p_bad", "x12_other", "x12_835")


def cut(raw: bytes) -> tuple[tuple[Segment, ...], tuple[Fault, ...]]:
    faults = Faults("file")
    return tokenize(raw, faults), faults.listed()


def ids(raw: bytes) -> list[str]:
    return [segment.id for segment in cut(raw)[0]]


def joined(raw: bytes) -> bytes:
    return b"".join(segment.raw for segment in cut(raw)[0])


@pytest.mark.parametrize("path", [param for folder in X12_FOLDERS for param in real(folder)])
def test_every_byte_of_a_real_file_is_kept(path: Path) -> None:
    raw = path.read_bytes()
    assert joined(raw) == raw
    assert {"ISA", "GS", "ST", "SE", "GE", "IEA"} <= set(ids(raw))


def test_a_clean_file_has_no_faults_and_numbers_from_the_isa() -> None:
    segments, faults = cut(whole_file())
    assert faults == ()
    assert [segment.number for segment in segments] == list(range(1, len(segments) + 1))
    assert segments[0].id == "ISA"


@pytest.mark.parametrize("end", ["~", "~\r\n", "~\n", "\n", "\r\n", "\x1c", "'\n   "])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b" \r\n\t", b"\xef\xbb\xbf\n"])
def test_line_ends_marks_and_blanks_do_not_change_what_is_read(end: str, before: bytes) -> None:
    raw = before + whole_file().replace(b"~\n", end.encode())
    segments, faults = cut(raw)
    assert faults == ()
    assert [segment.elements for segment in segments] == [segment.elements for segment in cut(whole_file())[0]]
    assert b"".join(segment.raw for segment in segments) == raw


@pytest.mark.parametrize("after", [b"", b"\r\n\r\n", b"\x1a", b"  \n"])
def test_a_missing_last_terminator_is_a_warning(after: bytes) -> None:
    raw = whole_file().rstrip(b"~\n") + after
    segments, faults = cut(raw)
    assert [(fault.severity, fault.message) for fault in faults] == [("warning", "the last segment has no terminator")]
    assert segments[-1].elements == ("IEA", "1", "000000001")
    assert joined(raw) == raw


def test_interchanges_in_one_file_have_their_own_separators() -> None:
    other = whole_file().replace(b":", b">").replace(b"*", b"|").replace(b"~", b"'")
    raw = whole_file() + other
    segments, faults = cut(raw)
    assert faults == ()
    assert len(segments) == 2 * len(cut(whole_file())[0])
    assert {(s.delimiters.element, s.delimiters.component) for s in segments} == {("*", ":"), ("|", ">")}
    assert [segment.parts(1) for segment in segments if segment.id == "SV1"][-1] == ["HC", "96413"]
    assert segments[-1].number == len(segments)


def test_isa16_that_is_not_the_separator_in_use_is_corrected_and_told() -> None:
    raw = whole_file().replace(b":", b">").replace(b"*T*>~", b"*T*:~")
    segments, faults = cut(raw)
    assert [(fault.place, fault.severity) for fault in faults] == [("segment 1", "warning")]
    assert "ISA16" in faults[0].message
    service = next(segment for segment in segments if segment.id == "SV1")
    assert service.parts(1) == ["HC", "96413"]


def test_isa16_stands_where_the_claims_use_it_even_if_text_holds_other_signs() -> None:
    raw = whole_file().replace(b"HC:J9271:JZ*", b"HC:J9271:JZ::::A>B*")
    assert cut(raw)[1] == ()


@pytest.mark.parametrize(
    ("isa", "message"),
    [
        (ISA.replace("*00*          *ZZ", "*00*         *ZZ"), "ISA04 has 9 characters, must have 10"),
        (ISA.replace("RECEIVER       ", "RECEIVER"), "ISA08 has 8 characters, must have 15"),
        (ISA.replace("*T*:", "*T*"), "ISA16 has 0 characters, must have 1"),
        (ISA.replace("*^*00501", "*U*00501"), "ISA11 is not a repetition separator"),
    ],
)
@pytest.mark.parametrize("end", [b"~", b"~\n"])
def test_an_isa_of_the_wrong_form_is_told_and_still_read(isa: str, message: str, end: bytes) -> None:
    raw = whole_file().replace(ISA.encode(), isa.encode()).replace(b"~\n", end)
    segments, faults = cut(raw)
    assert [(fault.place, fault.severity, fault.message) for fault in faults] == [("segment 1", "warning", message)]
    assert [segment.id for segment in segments] == ids(whole_file())
    assert joined(raw) == raw


@pytest.mark.parametrize(
    "isa",
    [
        ISA.replace("*T*:", "*:"),
        ISA.replace("*00501*", "*00501*EXTRA*"),
        ISA.replace("*", " "),
        ISA[:60],
        ISA[:-1] + "*",
        "ISA",
        "ISA*",
    ],
)
def test_an_isa_whose_separators_cannot_be_told_is_an_error(isa: str) -> None:
    for raw in (whole_file().replace(ISA.encode(), isa.encode()), isa.encode()):
        segments, faults = cut(raw)
        assert segments == ()
        assert [(fault.place, fault.severity) for fault in faults] == [("segment 1", "error")]


def test_a_segment_without_end_is_refused_at_its_offset() -> None:
    start = whole_file() + b" "
    raw = start + b"NTE*ADD*" + b"X" * (70 << 10) + b"~"
    segments, faults = cut(raw)
    assert len(segments) == len(cut(whole_file())[0])
    assert faults[-1].severity == "error"
    assert faults[-1].message == f"longer than 64 KiB, at byte {len(start)}"


def test_a_segment_at_the_limit_is_read() -> None:
    body = b"NTE*ADD*" + b"X" * ((64 << 10) - 8)
    assert cut(whole_file() + body + b"~")[1] == ()


def test_a_file_beyond_the_limit_of_bytes_is_not_looked_at() -> None:
    raw = whole_file() + b" " * (64 << 20)
    segments, faults = cut(raw)
    assert segments == ()
    assert [fault.message for fault in faults] == ["larger than 64 MiB"]


def test_endless_empty_segments_end_at_the_limit_of_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MAX_SEGMENTS", 1000)
    segments, faults = cut(whole_file() + b"~" * 5000)
    assert len(segments) == 1000
    assert faults[-1].message.startswith("more than 1000 segments, at byte ")


def test_sixty_megabytes_without_a_terminator_are_refused_at_once() -> None:
    raw = ISA.encode() + b"~" + b"A*" * (30 << 20)
    assert cut(raw)[1][-1].severity == "error"
    tenth = raw[: len(raw) // 10]
    assert cpu(lambda: cut(tenth)) < 10 * cpu(lambda: tenth.split(b"*"))


def test_bytes_that_are_not_utf8_are_read_as_latin1_and_told() -> None:
    raw = whole_file().replace(b"RIVERA", b"MU\xd1OZ")
    segments, faults = cut(raw)
    assert [fault.message for fault in faults] == ["holds bytes that are not UTF-8; read as Latin-1"]
    assert "MUÑOZ" in {segment.element(3) for segment in segments}
    assert joined(raw) == raw


def test_text_wrapped_at_a_fixed_width_is_read_and_told() -> None:
    flat = whole_file().replace(b"\n", b"")
    raw = b"\r\n".join(flat[at : at + 80] for at in range(0, len(flat), 80))
    segments, faults = cut(raw)
    assert [segment.elements for segment in segments] == [segment.elements for segment in cut(flat)[0]]
    assert {fault.severity for fault in faults} == {"warning"}
    assert joined(raw) == raw


TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="*:~"), max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(TEXT, min_size=1, max_size=5), max_size=8), st.sampled_from(["~", "~\n", "~\r\n  "]))
def test_whatever_stands_in_the_segments_no_byte_is_lost(rows: list[list[str]], end: str) -> None:
    raw = (ISA + end + "".join("*".join(["NTE", *row]) + end for row in rows)).encode()
    segments, _ = cut(raw)
    assert b"".join(segment.raw for segment in segments) == raw
    assert [list(segment.elements[1:]) for segment in segments[1:]] == rows
