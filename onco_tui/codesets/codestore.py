"""The code-set file: editions of tables side by side in one SQLite file, read-only for look-ups, written by imports."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from onco_tui.codesets.editions import ClaimType, Edition, Kind

FILE_NAME = "codes.db"
APPLICATION_ID = 0x6F6E6363  # "oncc"
SCHEMA_VERSION = 3
_WAIT_SECONDS = 10.0

# An edition's rows lie in parts, one for each file it came from; the shipped years of ICD-10-CM share one part.
# scope has the codes for which a part that is an extract holds every row; of pairs, every one between two such codes.
# terms are the words of the index: a long start of a word is looked up here, as gathering all its codes takes long.
# since and until are the first and last day of a row, inclusive; null is "as far as the edition goes".
_SCHEMA = """
CREATE TABLE editions (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, edition TEXT NOT NULL, claim_type TEXT NOT NULL,
  effective_from TEXT NOT NULL, effective_to TEXT, reaches_back_to TEXT NOT NULL, partial INTEGER NOT NULL,
  rows INTEGER NOT NULL, imported_on TEXT, UNIQUE (kind, edition, claim_type, partial)
);
CREATE TABLE parts (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, sha256 TEXT NOT NULL, rows INTEGER NOT NULL, skipped INTEGER NOT NULL,
  section TEXT NOT NULL DEFAULT ''
);
CREATE TABLE edition_parts (
  edition INTEGER NOT NULL REFERENCES editions, part INTEGER NOT NULL REFERENCES parts, PRIMARY KEY (edition, part)
) WITHOUT ROWID;
CREATE TABLE codes (
  id INTEGER PRIMARY KEY, part INTEGER NOT NULL, system TEXT NOT NULL, code TEXT NOT NULL, label TEXT NOT NULL,
  long_label TEXT, billable INTEGER NOT NULL, since TEXT, until TEXT, replaced_by TEXT
);
CREATE INDEX codes_by_code ON codes (code, part);
CREATE VIRTUAL TABLE codes_text USING fts5 (
  label, long_label, system, content='codes', content_rowid='id', columnsize=0, detail=none, prefix='1 2 3'
);
CREATE TABLE terms (term TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE notes (
  part INTEGER NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX notes_by_code ON notes (part, first);
CREATE TABLE ptp (part INTEGER NOT NULL, column1 TEXT NOT NULL, pairs TEXT NOT NULL, rows INTEGER NOT NULL);
CREATE INDEX ptp_by_code ON ptp (column1, part);
CREATE TABLE ptp_rationales (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE scope (code TEXT NOT NULL, part INTEGER NOT NULL, PRIMARY KEY (code, part)) WITHOUT ROWID;
CREATE TABLE mue (
  code TEXT NOT NULL, part INTEGER NOT NULL, units INTEGER NOT NULL, adjudication TEXT NOT NULL,
  rationale TEXT NOT NULL, PRIMARY KEY (code, part)
) WITHOUT ROWID;
CREATE TABLE addon (
  code TEXT NOT NULL, part INTEGER NOT NULL, parent TEXT NOT NULL, type TEXT NOT NULL, since TEXT, until TEXT
);
CREATE INDEX addon_by_code ON addon (code, part);
CREATE TABLE fees (
  code TEXT NOT NULL, part INTEGER NOT NULL, modifier TEXT NOT NULL, status TEXT NOT NULL, pc_tc TEXT NOT NULL,
  global_days TEXT NOT NULL, multiple_procedure TEXT NOT NULL, bilateral TEXT NOT NULL, work_rvu TEXT NOT NULL,
  nonfacility_total TEXT NOT NULL, facility_total TEXT NOT NULL, conversion_factor TEXT NOT NULL,
  PRIMARY KEY (code, part, modifier)
) WITHOUT ROWID;
CREATE TABLE prices (
  code TEXT NOT NULL, part INTEGER NOT NULL, dosage TEXT NOT NULL, payment_limit TEXT NOT NULL,
  coinsurance TEXT NOT NULL, notes TEXT NOT NULL, PRIMARY KEY (code, part)
) WITHOUT ROWID;
CREATE TABLE products (
  ndc TEXT NOT NULL, part INTEGER NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, labeler TEXT NOT NULL,
  dosage TEXT NOT NULL, package_size TEXT NOT NULL, package_quantity TEXT NOT NULL, units_per_item TEXT NOT NULL,
  units_per_package TEXT NOT NULL
);
CREATE INDEX products_by_ndc ON products (ndc, part);
CREATE INDEX products_by_code ON products (code, part);
"""
TABLES = ("codes", "notes", "ptp", "scope", "mue", "addon", "fees", "prices", "products")


class CodeStoreError(Exception):
    """The code-set file cannot be opened or written."""


def default_folder() -> Path:
    """Choose the folder of this user's code sets: ``ONCO_TUI_CODES``, or the platform's data folder."""
    if named := os.environ.get("ONCO_TUI_CODES"):
        return Path(named)
    import platformdirs  # noqa: PLC0415  only where no folder is named

    return Path(platformdirs.user_data_dir("onco-tui", appauthor=False)) / "codes"


def open_for_reading(path: Path, *, shipped: bool = False) -> sqlite3.Connection | None:
    """Open a code-set file that will not be written; None where there is none. Raises CodeStoreError.

    The shipped file never changes, so it is read without locks and from a read-only installation too.
    """
    if not path.is_file() or not path.stat().st_size:  # a first import that was refused leaves an empty file
        return None
    uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if shipped else ''}"
    connection = sqlite3.connect(
        uri, uri=True, check_same_thread=False, isolation_level=None, timeout=_WAIT_SECONDS, cached_statements=256
    )
    try:
        _require_ours(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def write(path: Path) -> Iterator[sqlite3.Connection]:
    """Hold one transaction on a code-set file, creating it if need be: all of it or nothing. Raises CodeStoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, isolation_level=None, timeout=_WAIT_SECONDS)
    except (OSError, sqlite3.Error) as error:
        reason = (error.strerror or "unknown reason").lower() if isinstance(error, OSError) else str(error)
        raise CodeStoreError(f"{path}: cannot be written: {reason}") from None
    with closing(connection):
        try:
            connection.execute("PRAGMA cache_size = -32768")
            connection.execute("BEGIN IMMEDIATE")
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                create(connection)
            _require_ours(connection, path)
            yield connection
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            busy = "locked" in str(error)
            reason = "another import is under way; try again when it has ended" if busy else str(error)
            raise CodeStoreError(f"{path}: {reason}") from None
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def create(connection: sqlite3.Connection) -> None:
    """Lay out an empty code-set file inside the transaction under way."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    for statement in _SCHEMA.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def editions_in(connection: sqlite3.Connection, *, shipped: bool) -> list[Edition]:
    """List the editions of a file, each with the hash and name of the file it came from (the last, if several)."""
    found = connection.execute(
        "SELECT e.*, p.sha256, p.source FROM editions e JOIN ("
        "  SELECT edition, max(part) AS part FROM edition_parts GROUP BY edition) l ON l.edition = e.id "
        "JOIN parts p ON p.id = l.part ORDER BY e.kind, e.claim_type, e.effective_from, e.edition"
    )
    return [_edition(row, shipped=shipped) for row in found]


def query(connection: sqlite3.Connection, sql: str, parameters: Sequence[object]) -> list[tuple[str, ...]]:
    """Read all rows of a query. Raises CodeStoreError."""
    try:
        return connection.execute(sql, parameters).fetchall()
    except sqlite3.Error as error:
        raise CodeStoreError(f"a code-set file cannot be read: {error}") from None


def _edition(row: tuple[object, ...], *, shipped: bool) -> Edition:
    number, kind, name, claim_type, start, end, reach, partial, rows, imported, sha256, source = row
    return Edition(
        id=int(str(number)),
        kind=_kind(str(kind)),
        edition=str(name),
        claim_type=_claim_type(str(claim_type)),
        effective_from=date.fromisoformat(str(start)),
        effective_to=date.fromisoformat(str(end)) if end else None,
        reaches_back_to=date.fromisoformat(str(reach)),
        partial=bool(partial),
        rows=int(str(rows)),
        sha256=str(sha256),
        source=str(source),
        imported_on=date.fromisoformat(str(imported)) if imported else None,
        shipped=shipped,
    )


def _kind(text: str) -> Kind:
    return text  # type: ignore[return-value]  # written by our importers only


def _claim_type(text: str) -> ClaimType:
    return text  # type: ignore[return-value]  # written by our importers only


def _require_ours(connection: sqlite3.Connection, path: Path) -> None:
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        raise CodeStoreError(f"{path}: not a code-set file ({error})") from None
    if application != APPLICATION_ID:
        raise CodeStoreError(f"{path}: not a code-set file of onco-tui")
    if version != SCHEMA_VERSION:
        raise CodeStoreError(f"{path}: written by another version of onco-tui; remove it and import the files again")
