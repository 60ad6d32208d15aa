"""Reads the largest sheet of an xlsx workbook row by row, with the standard library and in flat memory."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from zipfile import ZipFile

from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.markup import events

_MAX_MEMBER = 1 << 30  # 650,000 PTP rows unpack to about 200 MB
_MAX_STRINGS = 64 << 20
_MAX_COLUMNS = 1024
_MAX_RATIO = 100
_RATIO_FREE = 16 << 20
_ESCAPE = re.compile("_x([0-9A-F]{4})_")  # how a workbook writes what XML cannot, such as an end-of-file mark


def sheet_rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Give row number and cell texts of the largest sheet, which others only explain. Raises CodeFileError.

    Blank cells are empty.
    """
    try:
        with ZipFile(file) as book:
            sheet = _largest_sheet(book)
            _refuse_bomb(book, sheet)
            strings = _shared_strings(book)
            with book.open(sheet) as part:
                yield from _rows(part, strings)  # type: ignore[arg-type]
    except CodeFileError:
        raise
    except (ValueError, IndexError):
        raise CodeFileError("the workbook's sheet is malformed") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, NotImplementedError, RuntimeError):
        raise CodeFileError("the workbook is cut off, damaged or encrypted") from None


def _largest_sheet(book: ZipFile) -> str:
    sheets = [entry for entry in book.infolist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", entry.filename)]
    if not sheets:
        raise CodeFileError("the workbook has no sheet")
    return max(sheets, key=lambda entry: entry.file_size).filename


def _refuse_bomb(book: ZipFile, sheet: str) -> None:
    for part in (sheet, "xl/sharedStrings.xml"):
        if part in book.namelist():
            size, packed = book.getinfo(part).file_size, book.getinfo(part).compress_size
            if size > _MAX_MEMBER or size > max(_RATIO_FREE, packed * _MAX_RATIO):
                raise CodeFileError("the workbook unpacks to far more than a code file holds")


def _shared_strings(book: ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    strings: list[str] = []
    pieces: list[str] = []
    total = 0
    phonetic = False
    with book.open("xl/sharedStrings.xml") as part:
        for what, tag, _, text in events(part):  # type: ignore[arg-type]
            if tag == "rPh":  # reading aids of Japanese text, not part of it
                phonetic = what == "start"
            elif what == "end" and tag == "t" and not phonetic:
                pieces.append(text)
                total += len(text)
                if total > _MAX_STRINGS:
                    raise CodeFileError("the workbook holds more text than a code file does")
            elif what == "end" and tag == "si":
                strings.append(_unescaped("".join(pieces)))
                total += 8  # an empty text costs memory too
                pieces = []
    return strings


def _rows(part: BinaryIO, strings: list[str]) -> Iterator[tuple[int, list[str]]]:
    cells: list[str] = []
    number = column = 0
    kind = ""
    for what, tag, attributes, text in events(part):
        if what == "start":
            if tag == "row":
                cells, column = [], 0
                number = int(attributes.get("r") or number + 1)
            elif tag == "c":
                kind = attributes.get("t", "")
                column = _column(attributes["r"]) if "r" in attributes else column + 1
                if not 0 < column <= _MAX_COLUMNS:
                    raise CodeFileError("a cell outside the first 1,024 columns", line=number)
                cells.extend([""] * (column - len(cells)))
        elif tag == "v" or (tag == "t" and kind == "inlineStr"):
            cells[column - 1] += _value(text, kind, strings, number)
        elif tag == "row":
            yield number, cells


def _value(text: str, kind: str, strings: list[str], row: int) -> str:
    if kind == "s":
        try:
            return strings[int(text)]
        except (ValueError, IndexError):
            raise CodeFileError("a cell points to a text that is not in the workbook", line=row) from None
    if kind not in {"", "n"} or not re.search("[.eE]", text):
        return _unescaped(text)
    return repr(float(text)).removesuffix(".0")  # 222.24600000000001 was typed as 222.246


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def _column(reference: str) -> int:
    number = 0
    for letter in reference:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - 64
    return number
