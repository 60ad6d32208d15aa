"""Reads encounter documents: one JSON object, a JSON array of them, or one a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from onco_tui.encounter.document import DocumentError, parse_encounter, read_json, unknown_fields
from onco_tui.exchange.outcome import Fault, FaultSeverity, Imported, Reading

_LINE_SUFFIXES = (".jsonl", ".ndjson")
_MAX_LINE = 64 << 20
_MOST_UNKNOWN_FIELDS = 50
_LONGEST_PATH = 120
_BOM = b"\xef\xbb\xbf"
_BLANKS = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ON_FIRST_LINE = "line 1 "


def read_documents(source: str, raw: bytes, *, strict: bool = False, partial: bool = False) -> Reading:
    """Read a file of encounter documents. Never raises; a fault names the document or the line it stands in."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = Fault(source, "file", f"not UTF-8 text at byte {error.start}", "error")
        return Reading(source, "document", (), (fault,))
    pieces: Iterator[tuple[str, bytes | DocumentError]]
    if _is_lines(source, text):
        form, pieces = "jsonl", _lines(raw)
    elif text.lstrip().startswith("["):
        form, pieces = "array", _elements(text)
    else:
        form, pieces = "document", iter([("document 1", raw)])
    found, faults = _read_all(source, pieces, strict=strict)
    if not found and not faults:
        faults.append(Fault(source, "file", "there is no encounter in the file", "warning"))
    return Reading(source, form, tuple(found), tuple(faults), partial)


def iter_documents(path: Path, *, strict: bool = False) -> Iterator[Imported | Fault]:
    """Read a file of one document a line, holding one line at a time. Raises OSError.

    A line longer than 64 MiB ends the reading with a fault. Ids that stand twice are not looked for.
    """
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(_MAX_LINE + 1), b""), start=1):
            place = f"line {number}"
            if len(line) > _MAX_LINE:
                yield Fault(path.name, place, f"longer than {_MAX_LINE >> 20} MiB", "error")
                return
            text = line.removeprefix(_BOM) if number == 1 else line
            if text.strip():
                imported, faults = _read_one(path.name, place, text.rstrip(b"\r\n"), strict=strict)
                yield from faults
                if imported is not None:
                    yield imported


def _read_all(
    source: str, pieces: Iterator[tuple[str, bytes | DocumentError]], *, strict: bool
) -> tuple[list[Imported], list[Fault]]:
    found: list[Imported] = []
    faults: list[Fault] = []
    places: dict[str, str] = {}
    for place, piece in pieces:
        if isinstance(piece, DocumentError):
            faults.append(Fault(source, place, str(piece), "error"))
            continue
        imported, noted = _read_one(source, place, piece, strict=strict)
        faults += noted
        if imported is None:
            continue
        first = places.setdefault(imported.encounter.encounter_id, place)
        if first == place:
            found.append(imported)
        else:
            faults.append(Fault(source, place, f"encounter_id: stands already in {first}", "error"))
    return found, faults


def _read_one(source: str, place: str, piece: bytes, *, strict: bool) -> tuple[Imported | None, list[Fault]]:
    try:
        data = read_json(piece)
        if _SURROGATE.search(piece):
            _refuse_half_characters(data)
        encounter = parse_encounter(data)
    except DocumentError as error:
        message = str(error)
        shown = message.removeprefix(_ON_FIRST_LINE) if place.startswith("line ") else message
        return None, [Fault(source, place, shown, "error")]
    severity: FaultSeverity = "error" if strict else "warning"
    unknown = list(unknown_fields(encounter))
    faults = [
        Fault(source, place, f"{path[:_LONGEST_PATH]}: not a field of onco-encounter/1", severity)
        for path in unknown[:_MOST_UNKNOWN_FIELDS]
    ]
    if len(unknown) > _MOST_UNKNOWN_FIELDS:
        more = len(unknown) - _MOST_UNKNOWN_FIELDS
        faults.append(Fault(source, place, f"{more} more fields are none of onco-encounter/1", severity))
    refused = strict and bool(unknown)
    return None if refused else Imported(encounter, piece, place), faults


def _refuse_half_characters(data: object) -> None:
    r"""Refuse escapes such as ``\ud800`` that stand alone: no file and no database can hold them."""
    try:
        json.dumps(data, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise DocumentError("holds half of a character (a lone surrogate escape)") from None


def _is_lines(source: str, text: str) -> bool:
    """Tell whether every line is a document: by the name, or because the second line begins one.

    A name does not make lines of an array, or of one document that is spread over them.
    """
    first, _, rest = text.lstrip().partition("\n")
    second_begins_one = rest.lstrip("\r\n").startswith("{")
    if source.lower().endswith(_LINE_SUFFIXES):
        return not first.startswith("[") and (first.strip() != "{" or second_begins_one)
    return first.startswith("{") and second_begins_one


def _lines(raw: bytes) -> Iterator[tuple[str, bytes | DocumentError]]:
    for number, line in enumerate(raw.removeprefix(_BOM).split(b"\n"), start=1):
        if line.strip():
            yield f"line {number}", line.rstrip(b"\r")


def _elements(text: str) -> Iterator[tuple[str, bytes | DocumentError]]:
    """Cut an array into its elements, each with its own bytes; the first that is not JSON ends the cutting."""
    decoder = json.JSONDecoder()
    at = _after_blanks(text, text.index("[") + 1)
    number = 0
    more = text[at : at + 1] != "]"
    while more:
        number += 1
        place = f"document {number}"
        try:
            _, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            yield place, DocumentError(f"line {error.lineno} column {error.colno}: {error.msg}")
            return
        except RecursionError:
            yield place, DocumentError("nested too deeply")
            return
        except ValueError:
            yield place, DocumentError("a number has too many digits")
            return
        yield place, text[at:end].encode()
        at = _after_blanks(text, end)
        more = text[at : at + 1] == ","
        if more:
            at = _after_blanks(text, at + 1)
    if text[at : at + 1] != "]":
        yield f"document {number}", DocumentError("the array is not closed after this document: expected , or ]")
    elif text[at + 1 :].strip():
        yield "file", DocumentError("more text follows after the array")


def _after_blanks(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at
