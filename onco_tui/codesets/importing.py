"""Takes code files into the store: one transaction a file, so that a bad file changes nothing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from onco_tui.codesets.codestore import FILE_NAME, TABLES, write
from onco_tui.codesets.editions import ClaimType, Kind
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.kinds import importer_for
from onco_tui.codesets.importers.loading import Importer, Loaded, Progress, Sink, Wishes
from onco_tui.codesets.importers.sources import Source, sources_in
from onco_tui.codesets.importers.tables import is_workbook

_TEXT = "codes_text (codes_text, rowid, label, long_label, system) SELECT 'delete', id, label, long_label, system"
_LEAST_LEFT = 0.5
_Work = tuple[Source, Importer]


@dataclass(frozen=True, slots=True)
class Imported:
    """One table file that now stands in the store. ``unchanged`` when the same file was there before."""

    kind: Kind
    edition: str
    claim_type: ClaimType
    rows: int
    skipped: int
    unchanged: bool


def import_file(
    path: Path, folder: Path, *, today: date, wishes: Wishes | None = None, progress: Progress | None = None
) -> list[Imported]:
    """Import a file, or every table in a zip, into the store in ``folder``; all of the file or nothing.

    A zip often holds the same table as text and as workbook, and other papers; the text is taken, the papers are
    passed over. Raises CodeFileError, CodeStoreError.
    """
    wishes = wishes or Wishes()
    try:
        work = _work_in(path)
        with write(folder / FILE_NAME) as connection:
            done: list[Imported] = []
            for one in work:
                known = _already(connection, one[0]) if wishes == Wishes() else None
                done.append(known or _load(connection, one, wishes, today=today, progress=progress))
            return done
    except CodeFileError as error:
        raise error.within(path.name) from None


def _load(
    connection: sqlite3.Connection, work: _Work, wishes: Wishes, *, today: date, progress: Progress | None
) -> Imported:
    """Load one table inside the transaction and put it in the place of what its edition held. Raises CodeFileError."""
    source, importer = work
    part = connection.execute(
        "INSERT INTO parts (source, sha256, rows, skipped) VALUES (?, ?, 0, 0)", (_label(source), source.sha256)
    ).lastrowid
    sink = Sink(connection, int(part or 0), progress, source.meter)
    try:
        loaded = importer.load(source, sink, wishes)
    except CodeFileError as error:
        raise error.within(source.name) from None
    sink.finish()
    if not loaded.rows:
        raise CodeFileError("the file holds no row", name=source.name)
    connection.execute(
        "UPDATE parts SET rows = ?, skipped = ?, section = ? WHERE id = ?",
        (loaded.rows, loaded.skipped, loaded.section, sink.part),
    )
    edition = _edition(connection, importer.kind, loaded, today)
    _replace(connection, importer.kind, edition, sink.part)
    connection.execute("INSERT INTO edition_parts VALUES (?, ?)", (edition, sink.part))
    index_text(connection, sink.part)
    _count_rows(connection, edition)
    return Imported(importer.kind, loaded.period.name, loaded.claim_type, loaded.rows, loaded.skipped, unchanged=False)


def index_text(connection: sqlite3.Connection, part: int) -> None:
    """Make the labels of a part searchable, by the names of their systems too."""
    connection.execute(
        "INSERT INTO codes_text (rowid, label, long_label, system)"
        " SELECT id, label, long_label, system FROM codes WHERE part = ?",
        (part,),
    )
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.codes_words USING fts5vocab('main', 'codes_text', 'row')"
    )
    connection.execute("INSERT OR IGNORE INTO terms SELECT term FROM temp.codes_words")


def _work_in(path: Path) -> list[_Work]:
    sources = sources_in(path)
    if len(sources) == 1 and not sources[0].member:
        return [(sources[0], importer_for(sources[0]))]
    work: list[_Work] = []
    faults: list[CodeFileError] = []
    for source in sources:
        try:
            work.append((source, importer_for(source)))
        except CodeFileError as error:
            faults.append(error)
    if not work:
        raise faults[0] if len(faults) == 1 else CodeFileError("the zip holds no code file known here")
    texts = {importer.kind for source, importer in work if not is_workbook(source)}
    taken = [(source, importer) for source, importer in work if not is_workbook(source) or importer.kind not in texts]
    usual = [one for one in taken if not _for_few(one[0].name)]
    return usual or taken


def _for_few(name: str) -> bool:
    """Tell the fee schedule with the conversion factor of qualifying APM participants; since 2026 it comes twice."""
    return re.search(r"(?<!non)(?<!non )qpp?\b", re.sub(r"[-_]", " ", name.lower())) is not None


def _already(connection: sqlite3.Connection, source: Source) -> Imported | None:
    row = connection.execute(
        "SELECT e.kind, e.edition, e.claim_type, p.rows, p.skipped FROM parts p "
        "JOIN edition_parts l ON l.part = p.id JOIN editions e ON e.id = l.edition "
        "WHERE p.sha256 = ? AND p.source = ?",
        (source.sha256, _label(source)),
    ).fetchone()
    if row is None:
        return None
    kind, edition, claim_type, rows, skipped = row
    return Imported(kind, edition, claim_type, rows, skipped, unchanged=True)


def _label(source: Source) -> str:
    return f"{source.path.name}:{source.member}" if source.member else source.path.name


def _edition(connection: sqlite3.Connection, kind: Kind, loaded: Loaded, today: date | None) -> int:
    period = loaded.period
    reach = min(loaded.reaches_back_to or period.start, period.start)
    key = (kind, period.name, loaded.claim_type)
    connection.execute(
        "INSERT INTO editions (kind, edition, claim_type, effective_from, effective_to, reaches_back_to, partial, rows,"
        " imported_on) VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?)"
        " ON CONFLICT DO UPDATE SET imported_on = excluded.imported_on",
        (*key, *(day.isoformat() for day in (period.start, period.end, reach)), today.isoformat() if today else None),
    )
    where = "kind = ? AND edition = ? AND claim_type = ? AND partial = 0"
    return int(connection.execute(f"SELECT id FROM editions WHERE {where}", key).fetchone()[0])  # noqa: S608  own words


def _replace(connection: sqlite3.Connection, kind: Kind, edition: int, new: int) -> None:
    """Take away what the new part stands for. Raises CodeFileError when it would leave far less than there was."""
    section, rows = connection.execute("SELECT section, rows FROM parts WHERE id = ?", (new,)).fetchone()
    found = connection.execute(
        "SELECT p.id, p.rows FROM edition_parts l JOIN parts p ON p.id = l.part WHERE l.edition = ? AND p.section = ?",
        (edition, section),
    ).fetchall()
    old = [part for part, _ in found]
    if kind == "ncci_ptp":
        removed, old = _cut_range(connection, old, new)
    else:
        removed = sum(count for _, count in found)
    if rows < removed * _LEAST_LEFT:
        raise CodeFileError(f"{rows:,} rows where the edition here has {removed:,}; was the file cut off?")
    if kind == "icd10cm" and not connection.execute("SELECT 1 FROM notes WHERE part = ?", (new,)).fetchone():
        for part in old:  # an order file has no notes of its own; those of the year's tabular list stay good
            connection.execute("UPDATE notes SET part = ? WHERE part = ?", (new, part))
    remove_parts(connection, edition, old)


def _cut_range(connection: sqlite3.Connection, parts: list[int], new: int) -> tuple[int, list[int]]:
    """Take the new part's range of column 1 out of the others; give the pairs taken and the parts left empty.

    CMS splits the PTP table by column 1 into several files, so each file speaks for its range only.
    """
    first, last = connection.execute("SELECT min(column1), max(column1) FROM ptp WHERE part = ?", (new,)).fetchone()
    removed, empty = 0, []
    for part in parts:
        total = "SELECT coalesce(sum(rows), 0) FROM ptp WHERE part = ?"
        before = connection.execute(total, (part,)).fetchone()[0]
        connection.execute("DELETE FROM ptp WHERE part = ? AND column1 BETWEEN ? AND ?", (part, first, last))
        after = connection.execute(total, (part,)).fetchone()[0]
        connection.execute("UPDATE parts SET rows = ? WHERE id = ?", (after, part))
        removed += before - after
        empty += [] if after else [part]
    return removed, empty


def remove_parts(connection: sqlite3.Connection, edition: int, parts: Iterable[int]) -> None:
    """Delete the rows of some parts of an edition."""
    for part in parts:
        connection.execute(f"INSERT INTO {_TEXT} FROM codes WHERE part = ?", (part,))
        for table in TABLES:
            connection.execute(f"DELETE FROM {table} WHERE part = ?", (part,))  # noqa: S608  own words
        connection.execute("DELETE FROM edition_parts WHERE edition = ? AND part = ?", (edition, part))
        connection.execute("DELETE FROM parts WHERE id = ?", (part,))


def _count_rows(connection: sqlite3.Connection, edition: int) -> None:
    connection.execute(
        "UPDATE editions SET rows = (SELECT sum(p.rows) FROM edition_parts l JOIN parts p ON p.id = l.part"
        " WHERE l.edition = editions.id) WHERE id = ?",
        (edition,),
    )
