"""The opened code-set files: which edition answers for a date of service, and its rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from onco_tui.codesets.answers import CodeAnswer, System
from onco_tui.codesets.codestore import FILE_NAME, editions_in, open_for_reading, query
from onco_tui.codesets.editions import ClaimType, Edition, Kind

OF_EDITION = "part IN (SELECT part FROM edition_parts WHERE edition = ?)"
ROW = "code, label, billable, since, until, replaced_by, system"
_KEPT = 16_384


@dataclass(frozen=True, slots=True)
class Life:
    """First and last day of a code over all editions, and its newest label; no label when none lists it.

    ``first`` is None when the oldest edition has the code already, ``last`` while the newest still has it, and either
    is when it changed in years of which no edition is here. ``seen`` is the first day of the oldest edition with it.
    """

    first: date | None
    last: date | None
    label: str
    seen: date | None


class Shelf:
    """All editions of the shipped file and of the practice's own, opened when first asked.

    It belongs to one process. Rows once read are kept, as an edition in force never changes; ``refresh`` forgets them
    after an import.
    """

    def __init__(self, shipped: Path | None, folder: Path | None) -> None:
        self._places = [(shipped, True)] if shipped else []
        if folder is not None:
            self._places.append((folder / FILE_NAME, False))
        self._files: list[tuple[sqlite3.Connection, list[Edition]]] | None = None
        self._of: dict[Edition, sqlite3.Connection] = {}
        self.asked = lru_cache(maxsize=1024)(self._asked)
        self.found = lru_cache(maxsize=_KEPT)(self._found)
        self.rationale = lru_cache(maxsize=256)(self._rationale)
        self.pair_files = lru_cache(maxsize=64)(self._pair_files)
        self.note_ranges = lru_cache(maxsize=64)(self._note_ranges)

    @property
    def files(self) -> list[tuple[sqlite3.Connection, list[Edition]]]:
        """Every open file with its editions, the practice's own last. Raises CodeStoreError."""
        if self._files is None:
            self._files = []
            for path, shipped in self._places:
                if connection := open_for_reading(path, shipped=shipped):
                    editions = editions_in(connection, shipped=shipped)
                    self._files.append((connection, editions))
                    self._of.update(dict.fromkeys(editions, connection))
        return self._files

    @property
    def editions(self) -> tuple[Edition, ...]:
        """Every edition, own and shipped, the oldest first within its kind."""
        every = [edition for _, editions in self.files for edition in editions]
        return tuple(sorted(every, key=lambda e: (e.kind, e.claim_type, e.effective_from, not e.shipped)))

    def refresh(self) -> None:
        """Close the files and forget what was read."""
        for connection, _ in self._files or ():
            connection.close()
        self._files = None
        self._of.clear()
        self.asked.cache_clear()
        self.found.cache_clear()
        self.rationale.cache_clear()
        self.pair_files.cache_clear()
        self.note_ranges.cache_clear()

    def _asked(self, kind: Kind, on: date, claim_type: ClaimType = "") -> tuple[Edition, ...]:
        """Give the editions to ask in turn for a date of service: extracts newer than the whole table, then that.

        The whole table is the newest that began by the date, or one that began later but reaches back to it. Of equal
        ones the practice's own goes first. Empty when nothing here speaks for the date.
        """
        able = [e for e in self.editions if e.kind == kind and e.claim_type == claim_type and e.reaches_back_to <= on]
        begun = [e for e in able if e.effective_from <= on]
        later = [e for e in able if e.effective_from > on and not e.partial]
        ranked = sorted(begun, key=lambda e: (e.effective_from, not e.partial, not e.shipped), reverse=True)
        found: list[Edition] = []
        for edition in (*ranked, *reversed(later)):
            found.append(edition)
            if not edition.partial:
                break
        return tuple(found)

    def rows(self, edition: Edition, table: str, columns: str, code: str) -> list[tuple[str, ...]]:
        """Read the rows of a code in an edition; ``table`` and ``columns`` are words of this package."""
        self.files  # noqa: B018  opens them, so that the connection is known
        return self.found(self._of[edition], table, columns, code).get(edition.id, [])

    @staticmethod
    def _found(connection: sqlite3.Connection, table: str, columns: str, code: str) -> dict[int, list[tuple[str, ...]]]:
        """Read the rows of a code in all editions of a file, by the number of the edition."""
        sql = (
            f"SELECT l.edition, {columns} FROM {table} t JOIN edition_parts l ON l.part = t.part"  # noqa: S608  our words
            f" WHERE t.{_KEYS.get(table, 'code')} = ?"
        )
        found: dict[int, list[tuple[str, ...]]] = {}
        for number, *row in query(connection, sql, (code,)):
            found.setdefault(int(number), []).append(tuple(row))
        return found

    def life(self, code: str, system: System, kind: Kind) -> Life:
        """Trace a code over all editions of its kind."""
        first = last = seen = eve = None
        label, listed = "", False
        for edition in self.editions:
            if edition.kind != kind:
                continue
            rows = [row for row in self.rows(edition, "codes", ROW, code) if row[6] == system]
            if kind == "icd10cm":
                rows = [row for row in rows if covers(row[3], row[4], edition.effective_from)]
            begun = edition.effective_from
            follows = eve is not None and eve >= begun - timedelta(days=1)
            if rows:
                row = rows[-1]
                if not label:
                    first, seen = day(row[3]) or (begun if follows else None), begun
                label, last, listed = row[1], None if kind == "icd10cm" else day(row[4]), True
            elif listed and not edition.partial:
                last, listed = last or (begun - timedelta(days=1) if follows else None), False
            if not edition.partial:
                eve = edition.effective_to or eve
        return Life(first, last, label, seen)

    def unlisted(self, blank: CodeAnswer, code: str, kind: Kind, on: date) -> CodeAnswer:
        """Answer for a code that no edition asked for a date lists: it ended, is to come, or is not known.

        Where nothing speaks for the date the blank answer stays.
        """
        asked = self.asked(kind, on)
        if not asked or asked[-1].partial:
            return blank
        edition, life = asked[-1], self.life(code, blank.system, kind)
        stale = edition.stale_on(on)
        unknown = stale and (life.seen is None or life.seen > on)  # it may have been added since
        return replace(
            blank, known=bool(life.label), valid=None if unknown else False, billable=None if unknown else False,
            label=life.label, effective_from=life.first, effective_to=life.last, edition=edition.edition, stale=stale,
        )  # fmt: skip

    def _rationale(self, edition: Edition, number: str) -> str:
        """Give the words behind the number a PTP pair is stored with."""
        return self.read(edition, "SELECT text FROM ptp_rationales WHERE id = ?", (number,))[0][0]

    def _pair_files(self, edition: Edition) -> tuple[tuple[str, ...], ...]:
        """Give name, first and last column 1 of each file a PTP edition came in, in the order of column 1."""
        sql = (
            "SELECT p.source, min(t.column1) AS first, max(t.column1) FROM edition_parts l"
            " JOIN parts p ON p.id = l.part JOIN ptp t ON t.part = p.id"
            " WHERE l.edition = ? GROUP BY p.id ORDER BY first"
        )
        return tuple(self.read(edition, sql, (edition.id,)))

    def _note_ranges(self, edition: Edition) -> tuple[tuple[str, ...], ...]:
        """Give the notes of an edition that stand at a block or a chapter, as rowid, kind, first, last and text.

        No index finds the ranges a code lies in, and there are a few hundred: they are read once.
        """
        sql = f"SELECT rowid, kind, first, last, text FROM notes WHERE {OF_EDITION} AND last <> ''"  # noqa: S608  ours
        return tuple(self.read(edition, sql, (edition.id,)))

    def read(self, edition: Edition, sql: str, parameters: Sequence[object]) -> list[tuple[str, ...]]:
        """Run a query on the file an edition lies in. Raises CodeStoreError."""
        self.files  # noqa: B018  opens them, so that the connection is known
        return query(self._of[edition], sql, parameters)


def covers(since: str | None, until: str | None, on: date) -> bool:
    """Tell whether a row's own dates, both inclusive and perhaps open, hold on a date."""
    return (not since or since <= on.isoformat()) and (not until or on.isoformat() <= until)


def day(text: str | None) -> date | None:
    """Read a date of the store."""
    return date.fromisoformat(text) if text else None


_KEYS = {"ptp": "column1", "products": "ndc"}
