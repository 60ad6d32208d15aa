"""NCCI edits of CMS: procedure pairs, medically unlikely units, add-on codes.

PTP columns: column 1, column 2, ``*`` if in existence before 1996, effective, deletion (``*`` is none), modifier
indicator (0 never, 1 with a modifier, 9 not in use), rationale. A table comes in several files, split by column 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TextIO

from onco_tui.codesets.editions import ClaimType, Kind
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.loading import Loaded, Sink, Wishes, quarter_of
from onco_tui.codesets.importers.sources import Source
from onco_tui.codesets.importers.tables import (
    Columns,
    Head,
    data_rows,
    day_of,
    head_of,
    is_tabbed,
    iso,
    require_line_end,
    rows,
)

_CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_GROUP = "INSERT INTO ptp (part, column1, pairs, rows) VALUES (?, ?, ?, ?)"
_MUE = "INSERT INTO mue (part, code, units, adjudication, rationale) VALUES (?, ?, ?, ?, ?)"
ADDON = "INSERT INTO addon (part, code, parent, type, since, until) VALUES (?, ?, ?, ?, ?, ?)"
_PTP_HEADINGS: Mapping[str, str] = {
    "column1": r"column ?(1|one)( code)?$",
    "column2": r"column ?(2|two)( code)?$",
    "effective": r"effective",
    "deletion": r"deletion",
    "modifier": r"modifier",
    "_rationale": r"(ptp edit )?rationale",
}
_MUE_HEADINGS: Mapping[str, str] = {
    "code": r"(hcpcs|cpt)( cpt| hcpcs)?( codes?)?$",
    "units": r".*mue values?",
    "_adjudication": r"mue adjudication",
    "_rationale": r"mue rationale",
}
_INDICATOR_SINCE = date(2014, 7, 1)
_BY_LINE = "1"  # before, the tables did not say; edits had been by line from the start
_TYPES = {"1": "1", "2": "2", "3": "3", "I": "1", "II": "2", "III": "3"}
_ADDON_HEADINGS: Mapping[str, str] = {
    "code": r"(aoc|add ?on( code)?)$",
    "parent": r"primary( procedure)?( code)?$",
    "type": r"(aoc )?(edit )?type",
    "_since": r"((aoc )?edit )?eff",
    "_until": r"((aoc )?edit )?del",
    "_code_until": r"(aoc|add ?on( code)?) del",
    "_parent_until": r"primary( code)? del",
}
AddonRow = tuple[str, str, str, str | None, str | None]
"""``code, parent, type, since, until``."""


class PairTable:
    """The importer of procedure-to-procedure edits."""

    kind: Kind = "ncci_ptp"

    @staticmethod
    def recognises(head: Head) -> bool:
        """Tell the table by its headings."""
        return head.find(_PTP_HEADINGS) is not None

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store the pairs, grouped by column 1. Raises CodeFileError."""
        refuse_medicaid(source.names)
        head = head_of(source)
        columns = head.require(_PTP_HEADINGS)
        pairs = _Pairs(sink)
        usual = columns.places == {name: place for place, name in enumerate(_PLACES) if name}
        if usual and is_tabbed(source):
            with source.text() as text:
                pairs.take(_text_lines(text, columns.line))
        else:
            pairs.take(_table_lines(source, columns))
        period = quarter_of(wishes, source.names, newest=pairs.newest)
        told = claim_type_in(f"{source.names} {head.titles(columns)}")
        return Loaded(period, pairs.rows, claim_type=wishes.claim_type or told or "professional")


_PLACES = ("column1", "column2", "", "effective", "deletion", "modifier", "_rationale")
_LARGEST_GROUP = 20_000
_MOST_ENDS = 100_000
_BATCH = 1 << 18
_Batch = tuple[int, list[str]]
"""Lines one after the other, and the number of the first."""


def _text_lines(text: TextIO, heading: int) -> Iterator[_Batch]:
    """Give the lines of the plain layout, two and a half million of them."""
    number, last = 1, "\n"
    while lines := text.readlines(_BATCH):
        last, after = lines[-1], number + len(lines)
        yield max(number, heading + 1), lines[max(0, heading + 1 - number) :]
        number = after
    require_line_end(last, number - 1)


def _table_lines(source: Source, columns: Columns) -> Iterator[_Batch]:
    """Give the rows of any other table as lines of the plain layout."""
    for number, cells in rows(source):
        if number > columns.line and any(cells):
            row = columns.named(cells)
            yield number, ["\t".join(row.get(name, "") for name in _PLACES) + "\n"]


class _Pairs:
    """Groups pairs by column 1 as they come; each group is one stored row."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.rows = 0
        self.newest: date | None = None
        self._days = {"*": "*", "": "*"}
        self._codes = set[str]()
        self._ends: dict[str, str] = {}
        self._rationales: dict[str, int] = dict(sink.connection.execute("SELECT text, id FROM ptp_rationales"))

    def take(self, batches: Iterator[_Batch]) -> None:
        """Store the pairs of all lines. Raises CodeFileError.

        What follows the two codes is much the same on most lines, so it is read once and then known by its text.
        """
        codes, ends = self._codes, self._ends
        group: list[str] = []
        column1 = ""
        for start, lines in batches:
            for line in lines:
                end = ends.get(line[11:])
                if end and (column2 := line[6:11]) in codes and line[:6] == column1:
                    group.append(column2 + end)
                elif pair := self._checked(line, start, lines):
                    if pair[0] != column1:
                        self._flush(column1, group)
                        group, column1 = [], pair[0]
                    group.append(pair[1])
            if len(group) > _LARGEST_GROUP:
                self._flush(column1, group)
                group = []
        self._flush(column1, group)
        if not self.rows:
            raise CodeFileError("no pair of codes under the headings")

    def _flush(self, column1: str, group: list[str]) -> None:
        if group:
            text = "\n" + "\n".join(group) + "\n"
            self._sink.connection.execute(_GROUP, (self._sink.part, column1.strip(), text, len(group)))
            self._sink.tell(len(group))
            self.rows += len(group)

    def _checked(self, line: str, start: int, lines: list[str]) -> tuple[str, str] | None:
        """Read a line with a code, or an end, not met before, and remember them when sound; None for no pair.

        Raises CodeFileError with the line's number.
        """
        cells = [cell.strip(" \n\x1a") for cell in line.split("\t")]
        begun = bool(self._codes)
        if not any(cells) or not (begun or _CODE.fullmatch(cells[0])):
            return None  # blank, or one of the heading lines
        try:
            return self._read(line, cells)
        except CodeFileError as error:
            raise CodeFileError(error.reason, line=start + lines.index(line)) from None

    def _read(self, line: str, cells: list[str]) -> tuple[str, str]:
        if len(cells) != len(_PLACES):
            raise CodeFileError(f"{len(cells)} columns where {len(_PLACES)} are due")
        column1, column2, _, effective, deletion, modifier, rationale = cells
        for code in (column1, column2):
            if not _CODE.fullmatch(code):
                raise CodeFileError("not a pair of procedure codes")
            self._codes.add(code)
        if modifier not in {"0", "1", "9"}:
            raise CodeFileError("the modifier indicator is not 0, 1 or 9")
        start, stop = self._day(effective), self._day(deletion)
        if start == "*":
            raise CodeFileError("no effective date")
        end = f" {start} {stop} {modifier} {self._rationale(rationale)}"
        if len(self._ends) < _MOST_ENDS and line[11:12] == "\t":
            self._ends[line[11:]] = end
        return f"{column1}\t", column2 + end

    def _day(self, cell: str) -> str:
        if cell not in self._days:
            day = day_of(cell, line=0, what="the effective or deletion date")
            self._days[cell] = day.strftime("%Y%m%d") if day else "*"
            if day and (self.newest is None or day > self.newest):
                self.newest = day
        return self._days[cell]

    def _rationale(self, text: str) -> int:
        if text not in self._rationales:
            connection = self._sink.connection
            connection.execute("INSERT INTO ptp_rationales (text) VALUES (?)", (text,))
            number = connection.execute("SELECT id FROM ptp_rationales WHERE text = ?", (text,)).fetchone()[0]
            self._rationales[text] = number
        return self._rationales[text]


class UnitTable:
    """The importer of medically unlikely edits: practitioner, outpatient hospital, and supplier."""

    kind: Kind = "ncci_mue"

    @staticmethod
    def recognises(head: Head) -> bool:
        """Tell the table by its headings."""
        return head.find(_MUE_HEADINGS) is not None

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store the values. Raises CodeFileError."""
        refuse_medicaid(source.names)
        head = head_of(source)
        columns = head.require(_MUE_HEADINGS)
        titles = head.titles(columns)
        period = quarter_of(wishes, source.names, titles)
        if "_adjudication" not in columns.places and period.start >= _INDICATOR_SINCE:
            raise CodeFileError("no MUE adjudication indicator, which Medicare's tables have; is it Medicaid's?")
        count = sink.store(_MUE, _mue_rows(source, columns))
        told = claim_type_in(columns.named(head.rows[columns.index][1])["units"]) or claim_type_in(source.names)
        claim_type = wishes.claim_type or told or claim_type_in(titles) or "professional"
        return Loaded(period, count, claim_type=claim_type)


def _mue_rows(source: Source, columns: Columns) -> Iterator[tuple[object, ...]]:
    for line, row in data_rows(source, columns, _CODE):
        adjudication = re.match(r"[123]\b", row.get("_adjudication", _BY_LINE))
        if not re.fullmatch(r"[0-9]{1,7}", row["units"]) or not adjudication:
            raise CodeFileError("the MUE value or its adjudication indicator is missing", line=line)
        yield (row["code"], int(row["units"]), adjudication[0], row.get("_rationale", ""))


class AddonTable:
    """The importer of add-on code edits. Parent ``CCCCC`` leaves the choice of parents to the contractor."""

    kind: Kind = "ncci_addon"

    @staticmethod
    def recognises(head: Head) -> bool:
        """Tell the table by its headings."""
        return head.find(_ADDON_HEADINGS) is not None

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store the edits. Raises CodeFileError."""
        refuse_medicaid(source.names)
        head = head_of(source)
        columns = head.require(_ADDON_HEADINGS)
        count = sink.store(ADDON, (addon_row(row, line) for line, row in data_rows(source, columns, _CODE)))
        return Loaded(quarter_of(wishes, source.names, head.titles(columns)), count)


def addon_row(row: Mapping[str, str], line: int) -> AddonRow:
    """Check an add-on edit; it ends when the edit or either code was deleted, if that came first.

    Raises CodeFileError with the line.
    """
    parent = row["parent"].strip("() ").upper()
    if not (_CODE.fullmatch(parent) or parent == "CCCCC"):
        raise CodeFileError("the primary code is missing or not a code", line=line)
    kind = _TYPES.get(row["type"].upper().removeprefix("TYPE").strip())
    if kind is None:
        raise CodeFileError("the add-on edit type is not 1, 2 or 3", line=line)
    since = day_of(row.get("_since", ""), line=line, what="the effective date")
    ends = (day_of(row.get(name, ""), line=line, what="a deletion date") for name in _ENDS)
    return (row["code"], parent, kind, iso(since), iso(min((day for day in ends if day), default=None)))


_ENDS = ("_until", "_code_until", "_parent_until")


def refuse_medicaid(names: str) -> None:
    """Refuse the files of Medicaid, which has edits of its own. Raises CodeFileError."""
    if re.search(r"medicaid|(^|[^a-z])mcd(?![a-z])", names.lower()):
        raise CodeFileError("a table of Medicaid's NCCI program; only Medicare's are used here")


def claim_type_in(text: str) -> ClaimType | None:
    """Find in names and titles whose table it is."""
    text = text.lower()
    if re.search(r"ccioph|hospital|outpatient", text):
        return "institutional"
    if re.search(r"\bdme\b|supplier", text):
        return "dme"
    return "professional" if re.search(r"ccipra|practitioner", text) else None
