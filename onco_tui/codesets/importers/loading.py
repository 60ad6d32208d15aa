"""What every importer is given and gives back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from onco_tui.codesets.editions import ClaimType, Kind, Period, day_in, quarter, year_in
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.sources import Meter, Source

_TICK = 4096
Progress = Callable[[int, float], None]
"""Told how many more rows were stored, and which part of the file was read, from 0 to 1."""

CODES = "INSERT INTO codes (part, system, code, label, long_label, billable, since, until, replaced_by) VALUES "
CODES += "(?, ?, ?, ?, ?, ?, ?, ?, ?)"
CodeRow = tuple[str, str, str, str | None, int, str | None, str | None, str | None]
"""``system, code, label, long label, billable, since, until, replaced by`` (codes between blanks)."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person importing said about the file, over what it says itself."""

    edition: Period | None = None
    claim_type: ClaimType | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file turned out to be. ``rows`` were stored, ``skipped`` were left out for a reason of the format.

    ``reaches_back_to`` is the first date of service it can answer for, when that is before the edition's start;
    ``section`` names a table that stands beside the main one of its edition and does not replace it.
    """

    period: Period
    rows: int
    skipped: int = 0
    claim_type: ClaimType = ""
    reaches_back_to: date | None = None
    section: str = ""


class Sink:
    """Stores rows of one part inside the import's transaction and counts them."""

    def __init__(
        self, connection: sqlite3.Connection, part: int, progress: Progress | None = None, meter: Meter | None = None
    ) -> None:
        self.connection, self.part = connection, part
        self._progress, self._meter = progress, meter or Meter()
        self._untold = 0

    def store(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        """Store rows, the part's number before each; give their number."""
        count = 0

        def counted() -> Iterator[tuple[object, ...]]:
            nonlocal count
            for row in rows:
                count += 1
                self.tell(1)
                yield (self.part, *row)

        try:
            self.connection.executemany(sql, counted())
        except sqlite3.IntegrityError:
            raise CodeFileError(f"the same code stands twice (around row {count})") from None
        return count

    def tell(self, rows: int) -> None:
        """Report progress."""
        self._untold += rows
        if self._progress and self._untold >= _TICK:
            self._progress(self._untold, self._meter.fraction)
            self._untold = 0

    def finish(self) -> None:
        """Report what is left to report."""
        if self._progress and self._untold:
            self._progress(self._untold, 1.0)
        self._untold = 0


class Importer(Protocol):
    """Reads one kind of file. ``titles`` is the text at the top of the file that may name its edition."""

    kind: Kind

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store the file's rows. Raises CodeFileError with line and reason."""
        ...


def quarter_of(
    wishes: Wishes, names: str, title: str = "", *, in_force: str = "", newest: date | None = None
) -> Period:
    """Settle the quarter: as wished, as the file says when it is ``in_force``, as its names or a title say.

    Otherwise it is that of the newest date in the rows, or of a year in the names; the year in a title may be that of a
    copyright. Raises CodeFileError when nothing tells.
    """
    if wishes.edition:
        return wishes.edition
    if day := day_in(in_force) or day_in(names) or day_in(title) or newest:
        return quarter(day)
    if year := year_in(names):
        return quarter(date(year, 1, 1))
    raise CodeFileError("neither the file nor its name says which edition it is; name it with --edition 2026Q1")
