"""Reads a file of any format this program knows, told by its content, into encounters and faults."""

from __future__ import annotations

import stat
from pathlib import Path

from onco_tui.exchange.documents import read_documents
from onco_tui.exchange.outcome import Fault, Imported, Reading

__all__ = ["FORMATS", "MAX_BYTES", "Fault", "Imported", "Reading", "read_file", "read_source"]

FORMATS = ("documents", "837p")
"""What a caller may force: encounter documents in any of their three forms, or an X12 837 professional claim."""

MAX_BYTES = 512 << 20

_LOOKED_AT = 4096
_BOM = b"\xef\xbb\xbf"
_FOREIGN = {
    b"\x1f\x8b": "compressed with gzip; unpack it first",
    b"PK\x03\x04": "a zip archive (or an Office document); unpack it first",
    b"BZh": "compressed with bzip2; unpack it first",
    b"\xfd7zXZ": "compressed with xz; unpack it first",
    b"(\xb5/\xfd": "compressed with zstd; unpack it first",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "an SQLite database, not a file of claims; name it with --db",
    b"\xff\xfe": "UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8",
    b"<": "XML or HTML",
    b"MSH|": "an HL7 version 2 message",
    b"GS*": "X12 without its interchange header (ISA)",
    b"ST*": "X12 without its interchange header (ISA)",
}


def read_source(
    name: str, raw: bytes, *, format: str | None = None, strict: bool = False, partial: bool = False
) -> Reading:
    """Read the bytes of a file called ``name``. Never raises; whatever is wrong comes as faults.

    ``format`` forces one of FORMATS. ``strict`` makes document fields the contract does not name an error.
    ``partial`` leaves bad encounters out instead of refusing the whole file.
    """
    found = format or _format_of(raw)
    if found == "837p":
        from onco_tui.exchange.x12.reader import read_837p  # noqa: PLC0415  documents do not wait for it

        return read_837p(name, raw, partial=partial)
    if found == "documents":
        return read_documents(name, raw, strict=strict, partial=partial)
    message = f"format: expected one of {', '.join(FORMATS)}" if format else found
    return Reading(name, "unknown", (), (Fault(name, "file", message, "error"),))


def read_file(path: Path, *, format: str | None = None, strict: bool = False, partial: bool = False) -> Reading:
    """Read a file; a folder, a pipe or what cannot be opened becomes a refused reading, never a wait."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return _refused(
                path.name, "a folder, not a file" if path.is_dir() else "not a regular file; - reads standard input"
            )
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # a name with a null byte is a ValueError
        reason = getattr(error, "strerror", None) or "cannot be opened"
        return _refused(path.name, reason[:1].lower() + reason[1:])
    if len(raw) > MAX_BYTES:
        return _refused(path.name, f"larger than {MAX_BYTES >> 20} MiB")
    return read_source(path.name, raw, format=format, strict=strict, partial=partial)


def _refused(name: str, message: str) -> Reading:
    return Reading(name, "unknown", (), (Fault(name, "file", message, "error"),))


def _format_of(raw: bytes) -> str:
    """Give the format of a file by its first bytes, or a sentence on why it is none that is read."""
    text = raw[:_LOOKED_AT].removeprefix(_BOM).lstrip()
    if not text:
        return "the file is empty" if len(raw) <= _LOOKED_AT else "the file begins with 4 KiB of blanks"
    foreign = next((said for magic, said in _FOREIGN.items() if raw.startswith(magic) or text.startswith(magic)), "")
    if foreign:
        return foreign
    if b"\0" in text:
        return "UTF-16 text or binary data; expected UTF-8 text"
    if text.startswith(b"ISA"):
        return "837p"
    if text[:1] in {b"{", b"["}:
        return "documents"
    return "neither encounter documents (JSON) nor X12 claims (837P)"
