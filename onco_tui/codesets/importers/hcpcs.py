"""HCPCS Level II: the contractor file of CMS as 320-byte records, as a workbook, or as a table with headings.

Record layout (CMS, HCPCS contractor record; columns from 1): code 1-5 (a modifier right-aligned in 4-5), sequence
6-10, record kind 11 (3 code, 4 its continuation, 7 modifier, 8 its continuation), long text 12-91, short text 92-119,
cross references 205-229, code added 269-276, action effective 277-284, terminated 285-292, action 293.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from onco_tui.codesets.editions import Kind, year_in
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.loading import CODES, CodeRow, Loaded, Sink, Wishes, quarter_of
from onco_tui.codesets.importers.sources import Source
from onco_tui.codesets.importers.tables import Head, day_of, head_of, iso, rows, whole_lines

_RECORD = re.compile(r"(?:[A-Z]\d{4}|   [0-9A-Z]{2})\d{5}[3478]")
_DETAILS = 293  # a first record shorter than this has lost its dates
_CODE = re.compile(r"[A-Z]\d{4}|[0-9A-Z]{2}")
_YEARS_KEPT = 4  # CMS keeps discontinued codes in the file for four years

_HEADINGS: Mapping[str, str] = {
    "code": r"(hcpc|hcpcs|hcpcs code)$",
    "long": r"long desc",
    "short": r"short desc",
    "since": r"(add dt|date added|add date|added)",
    "until": r"(term dt|date term|term date|termination)",
    "_action": r"(act eff dt|date action|action eff)",
    "_xref": r"xref1?$",
    "_kind": r"recid",
}


@dataclass
class Newest:
    """Gathers, while rows go by, what tells the edition: the newest date, and which letters have codes."""

    day: date | None = None
    letters: set[str] = field(default_factory=set)

    def note(self, code: str, *days: date | None) -> None:
        """Take in one row."""
        self.letters.add(code[0] if len(code) == 5 else "")
        for day in days:
            if day and (self.day is None or day > self.day):
                self.day = day


class ContractorFile:
    """The importer of the fixed-width records."""

    kind: Kind = "hcpcs"

    @staticmethod
    def recognises(first_lines: list[str]) -> bool:
        """Tell the contractor file from its first lines; disclaimers may stand before the records."""
        return any(_RECORD.match(line) and len(line) > _DETAILS - 1 for line in first_lines)

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store codes and modifiers. Raises CodeFileError."""
        newest = Newest()
        with source.text() as text:
            count = sink.store(CODES, record_rows(text, newest))
        return _loaded(source, wishes, newest, count)


class CodeTable:
    """The importer of the workbook, and of comma separated tables with the same columns."""

    kind: Kind = "hcpcs"

    @staticmethod
    def recognises(head: Head) -> bool:
        """Tell the table by its headings."""
        return head.find(_HEADINGS) is not None

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store codes and modifiers. Raises CodeFileError."""
        newest = Newest()
        count = sink.store(CODES, table_rows(source, newest))
        return _loaded(source, wishes, newest, count)


def record_rows(lines: Iterable[str], newest: Newest) -> Iterator[CodeRow]:
    """Put codes together from their records. Raises CodeFileError."""
    first, text, begun = "", "", False
    for number, line in enumerate(whole_lines(lines), 1):
        line = line.rstrip("\n")  # noqa: PLW2901  the record without its end
        if not line.strip(" \x1a"):
            continue
        if not _RECORD.match(line):
            if begun:
                raise CodeFileError("not a HCPCS record", line=number)
            continue  # the disclaimers before the data
        begun = True
        if line[10] in "48":
            if not first or line[:5] != first[:5]:
                raise CodeFileError("a continuation that follows another code", line=number)
            text += " " + line[11:91].strip()
            continue
        if first:
            yield _record(first, text, newest, number - 1)
        if len(line) < _DETAILS:
            raise CodeFileError(f"a record of {len(line)} characters where {_DETAILS} or more are due", line=number)
        first, text = line, line[11:91].strip()
    if first:
        yield _record(first, text, newest, None)


def _record(first: str, text: str, newest: Newest, line: int | None) -> CodeRow:
    at = line or 0
    since = day_of(first[268:276], line=at, what="the date added")
    action = day_of(first[276:284], line=at, what="the action date")
    until = day_of(first[284:292], line=at, what="the termination date")
    code = first[:5].strip()
    newest.note(code, since, action)
    return _code_row(code, (first[91:119].strip(), text), since, until, first[204:229])


def table_rows(source: Source, newest: Newest) -> Iterator[CodeRow]:
    """Read the table. Raises CodeFileError."""
    columns = head_of(source).find(_HEADINGS)
    if columns is None:
        raise CodeFileError("no HCPCS headings")
    for line, cells in rows(source):
        if line <= columns.line or not any(cells):
            continue
        row = columns.named(cells)
        if row.get("_kind") in {"4", "8"}:
            continue  # more of the long description of the row above
        if not _CODE.fullmatch(row["code"]):
            raise CodeFileError("not a HCPCS code or modifier", line=line)
        since = day_of(row["since"], line=line, what="the date added")
        until = day_of(row["until"], line=line, what="the termination date")
        newest.note(row["code"], since, day_of(row.get("_action", ""), line=line, what="the action date"))
        yield _code_row(row["code"], (row["short"], row["long"]), since, until, row.get("_xref", ""))


def _code_row(code: str, labels: tuple[str, str], since: date | None, until: date | None, crossed: str) -> CodeRow:
    """Make a row; ``labels`` are short and long, ``crossed`` the cross references, which name successors once ended."""
    short, long = labels
    successors = " ".join(re.findall(r"[A-Z]\d{4}|\d{5}", crossed)) if until else ""
    system = "hcpcs" if len(code) == 5 else "hcpcs_modifier"
    label = short or long
    return (system, code, label, long if long != label else None, 1, iso(since), iso(until), successors or None)


def _loaded(source: Source, wishes: Wishes, newest: Newest, count: int) -> Loaded:
    if not {"A", "V"} <= newest.letters:
        raise CodeFileError("not the whole HCPCS list, which goes from A to V; was it cut off?")
    # a year in the name is the annual release of January, though it may announce later dates
    period = quarter_of(wishes, source.names, newest=None if year_in(source.names) else newest.day)
    return Loaded(period, count, reaches_back_to=period.start.replace(year=period.start.year - _YEARS_KEPT))
