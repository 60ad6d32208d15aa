"""Tables in any of their clothes: comma or tab separated text, or a workbook; columns are found by their headings."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import BinaryIO

from onco_tui.codesets.editions import MONTHS
from onco_tui.codesets.importers import old_workbook
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.sources import Source
from onco_tui.codesets.importers.workbook import sheet_rows

Row = tuple[int, list[str]]
"""Line or row number, and the cells with outer blanks removed."""

_HEAD_ROWS = 60
_NOTE = re.compile(r"[*†]|notes?\b|source\b|cpt |copyright|current procedural|applicable far|end of ")
_EXCEL_DAY_0 = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Head:
    """The first rows of a table, enough to tell what it is."""

    rows: tuple[Row, ...]

    def titles(self, columns: Columns) -> str:
        """Give all text above and in the headings, for an edition named there."""
        return " ".join(cell for _, cells in self.rows[: columns.index + 1] for cell in cells if cell)

    def require(self, wanted: Mapping[str, str]) -> Columns:
        """Find the heading row. Raises CodeFileError when there is none."""
        if columns := self.find(wanted):
            return columns
        raise CodeFileError("the headings are missing")

    def find(self, wanted: Mapping[str, str]) -> Columns | None:
        """Find the heading row: each name of ``wanted`` has a pattern its heading must match from the start.

        Raises CodeFileError when two columns have the same heading, as nothing says which one is meant.
        """
        for index, (line, cells) in enumerate(self.rows):
            headings = [heading(cell) for cell in cells]
            places = {
                name: next((i for i, text in enumerate(headings) if re.match(pattern, text)), None)
                for name, pattern in wanted.items()
            }
            if all(place is not None or name.startswith("_") for name, place in places.items()):
                found = {name: place for name, place in places.items() if place is not None}
                for place in found.values():
                    if headings.count(headings[place]) > 1:
                        raise CodeFileError(f"the heading {headings[place]!r} stands twice", line=line)
                width = 1 + max(place for name, place in found.items() if not name.startswith("_"))
                return Columns(line, found, index, width)
        return None


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the headings stand (``line``), and the position of each column by our name.

    ``width`` is how many cells a row must have at least.
    """

    line: int
    places: Mapping[str, int]
    index: int
    width: int

    def named(self, cells: list[str]) -> dict[str, str]:
        """Give the cells of a row by our names; a short row has empty cells."""
        return {name: cells[place] if place < len(cells) else "" for name, place in self.places.items()}


def heading(cell: str) -> str:
    """Bring a heading into one shape: lower case, single blanks, no punctuation but ``=`` and ``%``."""
    return " ".join(re.sub(r"[^a-z0-9=%]+", " ", cell.lower()).split())


def rows(source: Source) -> Iterator[Row]:
    """Give every row of a table file; an end-of-file mark of old systems is no cell. Raises CodeFileError."""
    if sheet := _sheet_reader(source):
        with source.seekable() as book:
            for number, cells in sheet(book):
                yield number, [_plain(cell) for cell in cells]
        return
    tabbed = is_tabbed(source)
    with source.text() as text:
        reader = csv.reader(whole_lines(text), delimiter="\t" if tabbed else ",", strict=not tabbed)
        try:
            for cells in reader:
                yield reader.line_num, [_plain(cell) for cell in cells]
        except csv.Error as error:
            raise CodeFileError(f"not a table: {error}", line=reader.line_num) from None


def data_rows(source: Source, columns: Columns, code: re.Pattern[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the rows under the headings by our column names; each has a code. Raises CodeFileError.

    Headings may run over several rows, and notes may follow the last row.
    """
    begun, note = False, 0
    for line, cells in rows(source):
        if line <= columns.line or not any(cells):
            continue
        row = columns.named(cells)
        if code.fullmatch(row["code"]):
            if note:
                raise CodeFileError("a note where a code is due", line=note)
            if len(cells) < columns.width:
                raise CodeFileError(f"only {len(cells)} columns", line=line)
            begun = True
            yield line, row
        elif begun:
            note = note or line
            if not _is_note(cells):
                raise CodeFileError("no code where one is due", line=line)
    if not begun:
        raise CodeFileError("no row under the headings")


def _is_note(cells: list[str]) -> bool:
    text, *others = (cell for cell in cells if cell)
    return not others and _NOTE.match(text.lower()) is not None


def head_of(source: Source) -> Head:
    """Read the first rows, or those before a fault: what the file is shows before what is wrong with it."""
    first: list[Row] = []
    try:
        first.extend(islice(rows(source), _HEAD_ROWS))
    except CodeFileError as error:
        if error.line is None or is_workbook(source):
            raise
    return Head(tuple(first))


def whole_lines(text: Iterable[str]) -> Iterator[str]:
    """Pass lines on and refuse a file that ends inside one, as a broken download does."""
    number, line = 0, "\n"
    for line in text:
        number += 1
        yield line
    require_line_end(line, number)


def require_line_end(last: str, number: int) -> None:
    """Refuse a last line without its end, unless it is blank or an end-of-file mark. Raises CodeFileError."""
    if not last.endswith("\n") and last.strip(" \x1a"):
        raise CodeFileError("the file ends in the middle of a line; was it cut off?", line=number)


def is_workbook(source: Source) -> bool:
    """Tell whether the file is a workbook, zip-based or old."""
    return _sheet_reader(source) is not None


def _sheet_reader(source: Source) -> Callable[[BinaryIO], Iterator[Row]] | None:
    with source.open(lines=False) as raw:
        begins = raw.read(len(old_workbook.MAGIC))
    if begins == old_workbook.MAGIC:
        return old_workbook.old_sheet_rows
    return sheet_rows if begins.startswith(b"PK") else None


def is_tabbed(source: Source) -> bool:
    """Tell whether a table is plain text with tabs between its cells."""
    if is_workbook(source):
        return False
    with source.text() as text:
        first = "".join(islice(text, _HEAD_ROWS))
    return first.count("\t") > first.count(",")


def is_number(text: str) -> bool:
    """Tell whether a cell is a plain number or empty."""
    return re.fullmatch(r"(-?[0-9]*\.?[0-9]+([eE]-?[0-9]{1,2})?)?", text) is not None


def day_of(text: str, *, line: int, what: str) -> date | None:
    """Read a date as CMS writes it, or nothing (also ``*``).

    Knows 20240701, 7/1/2024, 2024-07-01, 1-Jul-2024, 2024183 (a day of the year) and the day number of a workbook.
    Raises CodeFileError for anything else.
    """
    text = text.strip().lower()
    if text in {"", "*"} or not text.strip("0"):
        return None
    for pattern, reading in _DATES:
        if found := pattern.fullmatch(text):
            try:
                return reading(*found.groups())
            except ValueError:
                break
    raise CodeFileError(f"{what} is not a date", line=line)


_DATES: tuple[tuple[re.Pattern[str], Callable[..., date]], ...] = (
    (re.compile(r"(\d{4})(\d\d)(\d\d)"), lambda y, m, d: date(int(y), int(m), int(d))),
    (re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ t].*)?"), lambda y, m, d: date(int(y), int(m), int(d))),
    (re.compile(r"(\d\d?)[-/](\d\d?)[-/](\d{4})(?: .*)?"), lambda m, d, y: date(int(y), int(m), int(d))),
    (re.compile(r"(\d\d?)[- ]([a-z]{3})[a-z]*[- ](\d{4})"), lambda d, m, y: date(int(y), MONTHS.get(m, 0), int(d))),
    (re.compile(r"([2-6]\d{4})"), lambda days: _EXCEL_DAY_0 + timedelta(days=int(days))),
    (re.compile(r"((?:19|20)\d{5})"), lambda day: datetime.strptime(day, "%Y%j").date()),  # noqa: DTZ007  a day
)


def iso(day: date | None) -> str | None:
    """Give a date as the store keeps it."""
    return day.isoformat() if day else None


def _plain(cell: str) -> str:
    return cell.replace("\xa0", " ").strip("\x1a").strip()
