"""Files told by their content; whatever cannot be read is a clear fault, never an exception and never a wait."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from onco_tui.exchange.outcome import Fault, Imported, Reading
from onco_tui.exchange.reading import read_file, read_source
from tests.exchange.test_documents import document, lines, text
from tests.exchange.x12_samples import whole_file


def zipped(raw: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("claims.txt", raw)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("raw", "format", "count"),
    [
        (whole_file(), "837p", 4),
        (b"\xef\xbb\xbf\r\n  " + whole_file(), "837p", 4),
        (text(document()), "document", 1),
        (text(document("E-1"), document("E-2")), "array", 2),
        (lines(document("E-1"), document("E-2")), "jsonl", 2),
    ],
)
@pytest.mark.parametrize("name", ["file", "wrong.txt", "wrong.835"])
def test_the_content_decides_and_not_the_name(name: str, raw: bytes, format: str, count: int) -> None:
    reading = read_source(name, raw)
    assert (reading.format, len(reading.encounters), reading.faults) == (format, count, ())


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b" " * 5000 + b"{}", "begins with 4 KiB of blanks"),
        (gzip.compress(whole_file()), "gzip"),
        (bz2.compress(whole_file()), "bzip2"),
        (lzma.compress(whole_file()), "xz"),
        (zipped(whole_file()), "zip archive"),
        (whole_file().decode().encode("utf-16"), "UTF-16"),
        (whole_file().decode().encode("utf-16-le"), "UTF-16"),
        (text(document()).decode().encode("utf-16-be"), "UTF-16"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"MSH|^~\\&|LAB", "HL7"),
        (b"GS*HC*A*B~ST*837*1~", "without its interchange header"),
        (b"SQLite format 3\0", "SQLite"),
        (b"encounter_id,code\nE-1,96413\n", "neither encounter documents (JSON) nor X12 claims (837P)"),
        (bytes(range(256)), "binary data"),
    ],
)
def test_what_is_not_read_is_refused_by_what_it_is(raw: bytes, words: str) -> None:
    reading = read_source("file", raw)
    assert reading.refused
    (fault,) = reading.faults
    assert (fault.source, fault.place, fault.severity) == ("file", "file", "error")
    assert words in fault.message


def test_a_forced_format_is_obeyed() -> None:
    assert read_source("file", whole_file(), format="837p").encounters
    assert read_source("file", text(document()), format="documents").encounters
    assert read_source("file", whole_file(), format="documents").refused
    assert [fault.message for fault in read_source("file", text(document()), format="837p").faults] == [
        "the text does not begin with an ISA segment"
    ]
    assert [fault.message for fault in read_source("file", whole_file(), format="csv").faults] == [
        "format: expected one of documents, 837p"
    ]


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    path.write_bytes(whole_file())
    reading = read_file(path)
    assert (reading.source, len(reading.encounters), reading.faults) == ("claims.837", 4, ())


def refusal(path: Path) -> str:
    reading = read_file(path)
    assert reading.refused
    (fault,) = reading.faults
    assert (fault.place, fault.severity) == ("file", "error")
    return fault.message


def test_folders_and_missing_files_are_faults(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "a folder, not a file"
    assert refusal(tmp_path / "absent.837") == "no such file or directory"
    assert refusal(tmp_path / "a\0b") == "cannot be opened"
    assert refusal(tmp_path / ("x" * 300)) == "file name too long"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    path.write_bytes(whole_file())
    path.chmod(0)
    assert refusal(path) == "permission denied"


def test_a_pipe_is_a_fault_and_not_a_wait(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    program = (
        "import sys; from pathlib import Path; from onco_tui.exchange.reading import read_file;"
        "print(read_file(Path(sys.argv[1])).faults[0].message)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(pipe)], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "not a regular file; - reads standard input\n"


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onco_tui.exchange.reading.MAX_BYTES", 1 << 20)
    path = tmp_path / "claims.json"
    path.write_bytes(b"{" + b" " * (1 << 20))
    assert refusal(path) == "larger than 1 MiB"


def test_a_refused_reading_has_no_encounters_to_use_by_oversight() -> None:
    imported = read_source("file", text(document())).encounters[0]
    error, warning = (Fault("file", "file", "wrong", severity) for severity in ("error", "warning"))
    assert Reading("file", "document", (imported,), (error,)).encounters == ()
    assert Reading("file", "document", (imported,), (error,)).refused
    assert Reading("file", "document", (imported,), (warning,)).encounters == (imported,)
    assert Reading("file", "document", (imported,), (error,), partial=True).encounters == (imported,)
    assert Reading("file", "document", (), (error,), partial=True).refused


def test_neither_reading_nor_encounter_shows_its_patient_when_printed() -> None:
    reading = read_source("file", whole_file())
    assert isinstance(reading.encounters[0], Imported)
    shown = f"{reading!r} {reading.encounters[0]!r} {reading.encounters!r}"
    assert "RIVERA" not in shown
    assert "MEM111" not in shown
