"""ICD-10-CM order file: fixed width, every code with its level of detail (CDC/NCHS).

Columns, counted from 1: order number 1-5, code without dot 7-13, 1 for a billable code 15, short title 17-76, long
title from 78. Some years count the bytes of letters outside ASCII: what follows such a letter stands further left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from onco_tui.codesets.editions import Kind, Period, day_in, fiscal_year, year_in
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.loading import CODES, CodeRow, Loaded, Sink, Wishes
from onco_tui.codesets.importers.sources import Source
from onco_tui.codesets.importers.tables import whole_lines

_FIRST_MONTH = 10
_RECORD = re.compile(r"(\d{5}) ([A-Z][0-9A-Z]{2,6}) +([01]) (.{60}|(?=.*[^ -~]).{56,59}) (?! )(.*)")


_INSTEAD = "import the order file of the same year, which has every code"
_BESIDE = {
    r"(?=.{8}\S)[A-Z]\d[0-9A-Z]{1,5} +\S": f"the ICD-10-CM codes without their headers; {_INSTEAD}",
    r"(Add|Delete|Revise from|Revise to): ": f"the changes of a year; {_INSTEAD}",
    r"\d{5} [0-9A-HJ-NP-Z]{3,7} +[01] ": "ICD-10-PCS, the procedures of inpatient claims, which are not checked here",
}
"""The files published beside the order file, by how their lines begin, and what to say of them."""


class OrderFile:
    """The importer of order files."""

    kind: Kind = "icd10cm"

    @staticmethod
    def recognises(first_lines: list[str]) -> bool:
        """Tell an order file from its first lines."""
        return bool(first_lines) and all(_RECORD.match(line) for line in first_lines[:5] if line.strip())

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store the codes. Raises CodeFileError."""
        period = icd_period(wishes, source.names, None)
        with source.text() as text:
            count = sink.store(CODES, order_rows(text))
        return Loaded(period, count)


def refuse_beside(first_lines: Sequence[str]) -> None:
    """Refuse the files published beside the order file. Raises CodeFileError."""
    lines = [line for line in first_lines[:9] if line.strip()]
    for begins, words in _BESIDE.items():
        if lines and all(re.match(begins, line) for line in lines):
            raise CodeFileError(words)


def order_rows(lines: Iterable[str]) -> Iterator[CodeRow]:
    """Read the records and check that the list is whole: numbered through, codes of every letter."""
    expected = 0
    letters = set[str]()
    number = 0
    for number, line in enumerate(whole_lines(lines), 1):
        if not line.strip(" \r\n\x1a"):
            continue
        record = _RECORD.match(line)
        if not record:
            raise CodeFileError("not a record of the ICD-10-CM order file", line=number)
        order, code, flag, short, long = record.groups()
        if int(order) != (expected := expected + 1):
            raise CodeFileError(f"order number {order} where {expected:05} is due", line=number)
        letters.add(code[0])
        yield ("icd10cm", code, long.strip() or short.strip(), None, int(flag), None, None, None)
    require_every_letter(letters, number)


def require_every_letter(letters: set[str], line: int | None) -> None:
    """Refuse a list without codes of some letter: each has its chapter (U only since 2020), so the list is cut off."""
    if missing := sorted(set("ABCDEFGHIJKLMNOPQRSTVWXYZ") - letters):
        raise CodeFileError(
            f"no code begins with {', '.join(missing)}: this is not the whole ICD-10-CM list; was it cut off?",
            line=line,
        )


def icd_period(wishes: Wishes, names: str, version: int | None) -> Period:
    """Settle the fiscal year: as wished, by the file's own version, or by its name (``Jan-2021``, ``order_2026``)."""
    if wished := wishes.edition:
        start = None if wished.name.startswith("FY") and "-" not in wished.name else wished.start
        return fiscal_year(wished.end.year + (wished.end.month >= _FIRST_MONTH), start)
    year = version or year_in(names)
    if year is None:
        raise CodeFileError("neither the file nor its name says which year it is; name it with --edition FY2026")
    day = day_in(names)
    if version is None and day and day.month >= _FIRST_MONTH:
        return fiscal_year(day.year + 1)
    return fiscal_year(year, day if day and day.year == year else None)
