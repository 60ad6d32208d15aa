"""Writes rows for other programs: CSV that no spreadsheet runs as formulas, JSON, JSON lines; and files safely."""

from __future__ import annotations

import csv
import json
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, TextIO

from onco_tui.encounter.values import plain

Cell = str | int | Decimal | date | None
"""What a cell may hold. Text stays text and numbers stay numbers; a float has no place in money or doses."""

# Spreadsheets look past blanks and invisible characters, and take the full-width signs for signs too.
_FORMULA = re.compile(r"[\s\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*[=+\-@＝＋－＠]")  # noqa: RUF001
_BREAKS = frozenset("\t\r\n")
_OWNER_ONLY = 0o600


def write_csv(rows: Iterable[Mapping[str, Cell]], columns: Sequence[str], stream: TextIO) -> int:
    """Write a header and rows; give the number of rows. A text cell that a spreadsheet could run gets an apostrophe.

    The stream should be opened with ``newline=""``. A key that is not a column is left out.
    """
    writer = csv.writer(stream, lineterminator="\r\n")  # RFC 4180; with "\n" alone a lone "\r" would not be quoted
    writer.writerow([_defused(column) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_csv_cell(row.get(column)) for column in columns])
        count += 1
    return count


def write_jsonl(rows: Iterable[Mapping[str, Cell]], stream: TextIO) -> int:
    """Write one JSON object a line; give their number. Decimals become strings, exact, and dates ISO 8601."""
    count = 0
    for row in rows:
        stream.write(_json(row) + "\n")
        count += 1
    return count


def write_json(rows: Iterable[Mapping[str, Cell]], stream: TextIO) -> int:
    """Write a JSON array of objects, one a line; give their number. Values as in ``write_jsonl``."""
    count = 0
    stream.write("[")
    for row in rows:
        stream.write((",\n " if count else "\n ") + _json(row))
        count += 1
    stream.write("\n]\n" if count else "]\n")
    return count


def _csv_cell(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, date):
        return cell.isoformat()
    return _defused(cell) if isinstance(cell, str) else cell


def _defused(text: str) -> str:
    """Put an apostrophe before text that begins with a formula sign, also after blanks, or with a tab or line end."""
    return "'" + text if text[:1] in _BREAKS or _FORMULA.match(text) else text


def _json(row: Mapping[str, Cell]) -> str:
    return json.dumps(row, ensure_ascii=False, default=_json_value)


def _json_value(value: object) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


@contextmanager
def safe_output(path: Path) -> Iterator[TextIO]:
    """Open a text file that appears whole or not at all. Raises OSError; see ``safe_binary_output``."""
    with safe_binary_output(path) as binary:
        text = os.fdopen(os.dup(binary.fileno()), "w", encoding="utf-8", newline="")
        with text:
            yield text


@contextmanager
def safe_binary_output(path: Path) -> Iterator[BinaryIO]:
    """Open a file, readable by its owner only, that takes the place of ``path`` when the block ends well.

    It is written under another name in the same folder and renamed, so that nobody sees a half of it, and nothing is
    left behind when the block fails. Raises OSError for a symbolic link (it could point anywhere), for what is not a
    regular file, and for a folder that cannot be written.
    """
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    temporary = f".{secrets.token_hex(8)}.part"
    try:
        _refuse_unsafe(path, folder)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, _OWNER_ONLY, dir_fd=folder)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            _refuse_unsafe(path, folder)
            os.rename(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise
        os.fsync(folder)
    finally:
        os.close(folder)


def _refuse_unsafe(path: Path, folder: int) -> None:
    try:
        mode = os.stat(path.name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        raise FileExistsError(17, "is a symbolic link; name the file itself")
    if not stat.S_ISREG(mode):
        raise FileExistsError(17, "is not a regular file")
