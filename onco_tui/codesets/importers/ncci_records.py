"""NCCI add-on code edits as CMS publishes them in text since 2022: fixed width, no headings.

A record has the edit type, the add-on code, its deletion date, the primary code, its deletion date, the dates the edit
took effect and ended, and a note. Dates are year and day of the year (2026091), mostly blank. CMS has moved the fields,
so their columns are found in the first records: those at which all have a code, and a date, in turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from onco_tui.codesets.editions import Kind
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.loading import Loaded, Sink, Wishes, quarter_of
from onco_tui.codesets.importers.ncci import ADDON, AddonRow, addon_row, refuse_medicaid
from onco_tui.codesets.importers.sources import Source
from onco_tui.codesets.importers.tables import whole_lines

_BEGINS = re.compile(r"[123][0-9A-Z][0-9]{3}[0-9A-Z]")
_PARENT = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]|C{5}")
_DATE = re.compile(r"(19|20)[0-9]{5}")
_CODE_ENDS = 6
_CODE_WIDTH, _DATE_WIDTH = 5, 7
_GAP = 4  # at most this many blanks between the last two dates
_SAMPLE = 20
_Places = tuple[int, int]
"""Where the primary code and the effective date begin, from 0."""


class AddonRecords:
    """The importer of the fixed-width text."""

    kind: Kind = "ncci_addon"

    @staticmethod
    def recognises(first_lines: Sequence[str]) -> bool:
        """Tell the records from the first lines."""
        return bool(first_lines) and _BEGINS.match(first_lines[0]) is not None and places_in(first_lines) is not None

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store the edits. Raises CodeFileError."""
        refuse_medicaid(source.names)
        period = quarter_of(wishes, source.names)
        with source.text() as text:
            first = [line for _, line in zip(range(_SAMPLE), text, strict=False)]
        places = places_in(first)
        if places is None:
            raise CodeFileError("the records of the add-on edits do not line up")
        with source.text() as text:
            return Loaded(period, sink.store(ADDON, record_rows(text, places)))


def places_in(lines: Sequence[str]) -> _Places | None:
    """Find the columns all the first records agree on; None when these are no such records."""
    records = [line for line in lines[:_SAMPLE] if _BEGINS.match(line)]
    if not records:
        return None
    parent = _column(records, _CODE_ENDS, _CODE_WIDTH, _PARENT.fullmatch)
    if parent is None:
        return None
    effective = _column(records, parent + _CODE_WIDTH, _DATE_WIDTH, _DATE.fullmatch)
    return None if effective is None else (parent, effective)


def _column(records: Sequence[str], start: int, width: int, sound: Callable[[str], object]) -> int | None:
    columns = range(start, min(map(len, records)) - width + 1)
    return next((at for at in columns if all(sound(record[at : at + width]) for record in records)), None)


def record_rows(lines: Iterable[str], places: _Places) -> Iterator[AddonRow]:
    """Read the records. Raises CodeFileError with the line."""
    parent, effective = places
    for number, line in enumerate(whole_lines(lines), 1):
        if not line.strip(" \r\n\x1a"):
            continue
        if not _BEGINS.match(line):
            raise CodeFileError("not a record of the add-on edits", line=number)
        after = effective + _DATE_WIDTH
        ended = re.match(rf" {{0,{_GAP}}}([0-9]{{{_DATE_WIDTH}}})(?![0-9])", line[after:])
        between = line[_CODE_ENDS:parent], line[parent + _CODE_WIDTH : effective]
        yield addon_row(
            {
                "code": line[1:_CODE_ENDS],
                "parent": line[parent : parent + _CODE_WIDTH],
                "type": line[0],
                "_since": line[effective:after],
                "_until": ended[1] if ended else "",
                "_code_until": between[0],
                "_parent_until": between[1],
            },
            number,
        )
