"""Small workbooks in the old xls format, made up record by record ([MS-XLS], [MS-CFB])."""

from __future__ import annotations

import struct

_SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def old_workbook(*rows: list[str | float], name: str = "Workbook") -> bytes:
    """Give an xls with a sheet of notes and one of the rows; each text runs over into a further record."""
    texts = sorted({cell for row in rows for cell in row if isinstance(cell, str)})
    cells = b"".join(
        _cell(row, column, cell, texts) for row, content in enumerate(rows) for column, cell in enumerate(content)
    )
    table = _texts(["notes", *texts])
    notes = _substream(0x10, _record(0xFD, struct.pack("<HHHI", 0, 0, 0, 0)))
    before = len(_substream(0x05, _sheet(0) * 2 + table))
    book = _substream(0x05, _sheet(before) + _sheet(before + len(notes)) + table)
    return compound({name: book + notes + _substream(0x10, cells)})


def compound(streams: dict[str, bytes]) -> bytes:
    """Give a compound file: the sector table, the directory, then the streams one after the other."""
    table, entries, content = [_TABLE, _END], b"", b""
    for name, stream in streams.items():
        padded = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
        first = len(table)
        table += [*range(first + 1, first + len(padded) // _SECTOR), _END]
        encoded = (name + "\0").encode("utf-16-le")
        entries += encoded.ljust(64, b"\0") + struct.pack("<H", len(encoded)) + b"\2".ljust(50, b"\0")
        entries += struct.pack("<IQ", first, len(padded))
        content += padded
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIII", 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    numbers = struct.pack("<128I", *table, *[_FREE] * (128 - len(table)))
    return head + numbers + entries.ljust(_SECTOR, b"\0") + content


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _substream(kind: int, records: bytes) -> bytes:
    return _record(0x809, struct.pack("<HH", 0x600, kind).ljust(16, b"\0")) + records + _record(0x0A, b"")


def _sheet(begins: int) -> bytes:
    return _record(0x85, struct.pack("<IBBBB", begins, 0, 0, 1, 0) + b"s")


def _texts(texts: list[str]) -> bytes:
    """Give the table of texts, each broken in two: the second half tells its width anew."""
    bodies = [struct.pack("<II", len(texts), len(texts))]
    for text in texts:
        half = len(text) // 2
        bodies[-1] += struct.pack("<HB", len(text), 1) + text[:half].encode("utf-16-le")
        rest = text[half:]
        narrow = all(letter < "\u0100" for letter in rest)
        bodies.append(b"\0" + rest.encode("latin-1") if narrow else b"\1" + rest.encode("utf-16-le"))
    return _record(0xFC, bodies[0]) + b"".join(_record(0x3C, body) for body in bodies[1:])


def _cell(row: int, column: int, cell: str | float, texts: list[str]) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, str):
        return _record(0xFD, place + struct.pack("<I", 1 + texts.index(cell)))
    if isinstance(cell, int):
        return _record(0x27E, place + struct.pack("<i", cell << 2 | 2))
    return _record(0x203, place + struct.pack("<d", cell))
