"""Reads the largest sheet of a workbook in the old xls format of Excel 97 to 2003, which CMS still hands out for drugs.

The file is a compound file: sectors chained by a table, with a directory that names the streams ([MS-CFB]). The stream
``Workbook`` is a run of records: the texts of all sheets once, then each sheet with its cells ([MS-XLS]).

Read here because python-calamine, the maintained library for it, ends the whole process on a damaged file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

from onco_tui.codesets.importers.faults import CodeFileError

MAGIC = b"\xd0\xcf\x11\xe0"
_MAX_BYTES = 64 << 20  # a sheet of 65,536 rows at most
_LAST_SECTOR = 0xFFFFFFFA  # numbers from here on mean an end, or no sector
_ENTRY = 128
_SMALLEST = 4096  # shorter streams lie elsewhere; Excel fills a workbook up to this
_BOF, _EOF, _SHEET, _LOCKED, _TEXTS, _MORE = 0x809, 0x0A, 0x85, 0x2F, 0xFC, 0x3C
_TEXT, _TEXT_HERE, _NUMBER, _SHORT, _SHORTS, _FORMULA, _RESULT = 0xFD, 0x204, 0x203, 0x27E, 0xBD, 0x06, 0x207
_EXCEL_97 = 0x600
_COLUMNS = 256
_Record = tuple[int, bytes]


def old_sheet_rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Give row number and cell texts of the largest sheet, blank cells empty. Raises CodeFileError."""
    data = file.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise CodeFileError("a workbook in the old xls format of more than 64 MiB")
    try:
        stream = _workbook_stream(data)
        texts, sheet = _globals(stream)
        yield from _rows(stream, sheet, texts)
    except CodeFileError:
        raise
    except (struct.error, IndexError, ValueError):
        raise CodeFileError("the workbook is cut off or damaged") from None


def _workbook_stream(data: bytes) -> bytes:
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    sectors = [data[at : at + size] for at in range(size, len(data), size)]
    directory, extra = (struct.unpack_from("<I", data, at)[0] for at in (48, 68))
    tables = list(struct.unpack_from("<109I", data, 76))
    for _ in range(len(sectors)):  # the numbers of the tables that did not fit into the head
        if extra >= _LAST_SECTOR:
            break
        *more, extra = _numbers(sectors[extra])
        tables += more
    following = [number for table in tables if table < _LAST_SECTOR for number in _numbers(sectors[table])]
    entries = _chained(sectors, following, directory)
    for at in range(0, len(entries), _ENTRY):
        name = entries[at : at + struct.unpack_from("<H", entries, at + 64)[0]].decode("utf-16-le").rstrip("\0")
        start, length = struct.unpack_from("<II", entries, at + 116)
        if name == "Workbook" and length >= _SMALLEST:
            stream = _chained(sectors, following, start)
            if len(stream) < length:
                raise CodeFileError("the workbook is cut off")
            return stream[:length]
    raise CodeFileError("no workbook of Excel 97 or later; save it as xlsx or csv")


def _numbers(sector: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(sector) // 4}I", sector)


def _chained(sectors: list[bytes], following: list[int], start: int) -> bytes:
    """Put a chain of sectors together; one that never ends is damaged."""
    parts: list[bytes] = []
    while start < _LAST_SECTOR:
        parts.append(sectors[start])
        start = following[start]
        if len(parts) > len(sectors):
            raise ValueError
    return b"".join(parts)


def _records(stream: bytes, at: int) -> Iterator[_Record]:
    """Give the records up to the end of a sheet, or of what goes before the sheets."""
    kind = 0
    while kind != _EOF:
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > len(stream):
            raise ValueError
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _globals(stream: bytes) -> tuple[list[str], int]:
    """Give the texts of the workbook and where its largest sheet begins."""
    sheets: list[int] = []
    chunks: list[bytes] = []
    last = 0
    for kind, body in _records(stream, 0):
        if kind == _BOF and struct.unpack_from("<H", body)[0] != _EXCEL_97:
            raise CodeFileError("a workbook older than Excel 97; save it as xlsx or csv")
        if kind == _LOCKED:
            raise CodeFileError("the workbook is encrypted")
        if kind == _SHEET and body[5] == 0:  # a sheet of cells, no chart
            sheets.append(struct.unpack_from("<I", body)[0])
        if kind == _TEXTS or (kind == _MORE and last == _TEXTS):
            chunks.append(body)
        last = _TEXTS if kind == _MORE and last == _TEXTS else kind
    if not sheets:
        raise CodeFileError("the workbook has no sheet")
    sizes = {first: after - first for first, after in pairwise([*sorted(sheets), len(stream)])}
    return list(_Texts(chunks).all()) if chunks else [], max(sheets, key=lambda first: sizes[first])


class _Texts:
    """The table of texts; each may run over into the next record, which says anew how wide its letters are."""

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = iter(chunks)
        self._chunk = next(self._chunks)
        self._at = 0

    def all(self) -> Iterator[str]:
        """Give the texts in order."""
        _, count = struct.unpack("<II", self._take(8))
        for _ in range(count):
            yield self.one()

    def one(self) -> str:
        """Read a text with what may follow it: runs of formats, and reading aids."""
        count, flags = struct.unpack("<HB", self._take(3))
        runs = struct.unpack("<H", self._take(2))[0] if flags & 8 else 0
        aids = struct.unpack("<I", self._take(4))[0] if flags & 4 else 0
        pieces: list[str] = []
        while count:
            if self._at == len(self._chunk):
                self._next()
                flags = self._take(1)[0]
            width = 2 if flags & 1 else 1
            letters = min(count, (len(self._chunk) - self._at) // width)
            if not letters:
                raise ValueError
            pieces.append(self._take(letters * width).decode("utf-16-le" if width == 2 else "latin-1"))
            count -= letters
        self._take(4 * runs + aids)
        return "".join(pieces)

    def _take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            if self._at == len(self._chunk):
                self._next()
            part = self._chunk[self._at : self._at + count - len(taken)]
            self._at += len(part)
            taken += part
        return taken

    def _next(self) -> None:
        self._chunk = next(self._chunks, b"")
        self._at = 0
        if not self._chunk:
            raise ValueError


def _rows(stream: bytes, sheet: int, texts: list[str]) -> Iterator[tuple[int, list[str]]]:
    number, cells = 0, list[str]()
    place = 0, 0
    for kind, body in _records(stream, sheet):
        if kind == _RESULT:  # the text a formula gave, after its cell
            found = [_Texts([body]).one()]
        else:
            found = _cells(kind, body, texts)
            if not found:
                continue
            place = struct.unpack_from("<HH", body)
        row, column = place
        if row + 1 != number:
            if cells:
                yield number, cells
            if row < number:
                raise CodeFileError("the rows of the workbook are out of order", line=row + 1)
            number, cells = row + 1, []
        if column + len(found) > _COLUMNS:
            raise ValueError
        cells.extend([""] * (column + len(found) - len(cells)))
        cells[column : column + len(found)] = found
    if cells:
        yield number, cells


def _cells(kind: int, body: bytes, texts: list[str]) -> list[str]:
    """Give the texts of the cells of a record: one, or several numbers side by side; none for any other record."""
    if kind == _SHORTS:
        return [_short(body, at) for at in range(6, len(body) - 2, 6)]
    if kind == _TEXT:
        found = texts[struct.unpack_from("<I", body, 6)[0]]
    elif kind == _TEXT_HERE:
        found = _Texts([body[6:]]).one()
    elif kind == _SHORT:
        found = _short(body, 6)
    elif kind in {_NUMBER, _FORMULA}:
        is_text = kind == _FORMULA and body[12:14] == b"\xff\xff"
        found = "" if is_text else _written(struct.unpack_from("<d", body, 6)[0])
    else:
        return []
    return [found]


def _short(body: bytes, at: int) -> str:
    """Read a number packed into 30 bits: whole, or the upper half of a float; perhaps in hundredths."""
    packed = struct.unpack_from("<i", body, at)[0]
    value = packed >> 2 if packed & 2 else struct.unpack("<d", struct.pack("<q", (packed & ~3) << 32))[0]
    return _written(value / 100 if packed & 1 else float(value))


def _written(value: float) -> str:
    return repr(value).removesuffix(".0")
