"""Encounters in the database: saving what was imported, loading it unaltered, saving a changed claim."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Literal

from pydantic import ValidationError

from onco_tui.encounter.claim import Claim
from onco_tui.encounter.document import DocumentError, Encounter, parse_encounter, read_json, write_encounter
from onco_tui.store.canonical import escape_surrogates, sha256_of, timestamp, utc_now
from onco_tui.store.columns import (
    Summary,
    claim_columns,
    import_columns,
    replace_claim,
    replace_findings,
    stray_columns,
    summary_columns,
)
from onco_tui.store.database import Database
from onco_tui.store.decisions import Decision, active
from onco_tui.store.errors import AlreadyThere, Conflict, StoreError
from onco_tui.store.record import alteration
from onco_tui.store.sqlite import Connection

__all__ = [
    "AlreadyThere", "Conflict", "Source", "Status", "Stored", "Summary", "encounter_ids", "is_known",
    "load", "load_source", "refresh_findings", "release", "save_claim", "save_new", "save_source", "set_status", "take",
]  # fmt: skip

Status = Literal["open", "held", "finalized"]

_CHUNK = 1000
_NOTHING_FOUND = Summary()


@dataclass(frozen=True, slots=True)
class Stored:
    """An encounter as it stands: the current claim with the original chart, and how it was imported.

    ``decisions`` are the standing ones; ``owner`` is the coder who has it open, or empty.
    """

    encounter: Encounter
    imported: Encounter
    decisions: tuple[Decision, ...]
    version: int
    status: Status
    owner: str
    opened_at: str
    source_id: int
    source_name: str
    source_format: str


@dataclass(frozen=True, slots=True)
class Source:
    """An imported file, byte for byte."""

    name: str = field(repr=False)
    format: str
    raw: bytes = field(repr=False)


def save_source(connection: Connection, name: str, format: str, raw: bytes) -> int:
    """Keep an imported file and give its id. The same bytes are kept once. Only the file's own name is stored."""
    sha256 = hashlib.sha256(raw).hexdigest()
    kept = connection.execute(
        "SELECT source_id FROM sources WHERE sha256 = ? AND format = ?", (sha256, format)
    ).fetchone()
    if kept is not None:
        return int(kept[0])
    written = connection.execute(
        "INSERT INTO sources (name, format, sha256, size, imported_at, content) VALUES (?, ?, ?, ?, ?, ?)",
        (PurePath(name).name, format, sha256, len(raw), timestamp(utc_now()), raw),
    )
    return written.lastrowid or 0


def load_source(database: Database, source_id: int) -> Source:
    """Give an imported file back. Raises StoreError when it is not there or was altered."""
    rows = database.query("SELECT name, format, content, sha256 FROM sources WHERE source_id = ?", (source_id,))
    if not rows:
        raise StoreError(f"no imported file {source_id}")
    name, form, raw, sha256 = rows[0]
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise StoreError(f"imported file {source_id}: its bytes were altered outside onco-tui")
    return Source(name, form, raw)


def save_new(connection: Connection, encounter: Encounter, source_id: int, summary: Summary = _NOTHING_FOUND) -> None:
    """Save an imported encounter as version 1, open. Raises AlreadyThere, or StoreError for an unknown source."""
    if is_known(connection, encounter.encounter_id):
        raise AlreadyThere(f"encounter {encounter.encounter_id}: already in the database")
    source = connection.execute("SELECT name, format FROM sources WHERE source_id = ?", (source_id,)).fetchone()
    if source is None:
        raise StoreError(f"no imported file {source_id}")
    document = escape_surrogates(write_encounter(encounter))
    columns: dict[str, str | int] = {
        **import_columns(encounter),
        **claim_columns(encounter.claim),
        **summary_columns(summary),
        "version": 1,
        "status": "open",
        "imported_at": timestamp(utc_now()),
        "source_id": source_id,
        "source_name": source[0],
        "source_format": source[1],
        "audit_seq": 0,
        "document": document,
        "document_hash": sha256_of(document),
    }
    written = connection.execute(
        f"INSERT INTO encounters ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",  # noqa: S608  ours
        tuple(columns.values()),
    )
    number = written.lastrowid or 0
    replace_claim(connection, number, encounter)
    replace_findings(connection, number, summary)


def load(database: Database, encounter_id: str) -> Stored:
    """Load an encounter, its hashes checked against the audit log.

    Raises StoreError when it is not there, cannot be read, or was altered outside this program.
    """
    with database.snapshot() as connection:
        row = connection.execute(
            "SELECT document, claim, version, status, owner, opened_at, source_id, source_name, source_format"
            " FROM encounters WHERE encounter_id = ?",
            (encounter_id,),
        ).fetchone()
        if row is None:
            raise StoreError(f"encounter {encounter_id}: not in the database")
        if altered := alteration(connection, encounter_id):
            raise StoreError(f"encounter {encounter_id}: {altered}")
        decisions = active(connection, encounter_id)
    imported, encounter = _read(encounter_id, row[0], row[1])
    return Stored(encounter, imported, decisions, *row[2:])


def _read(encounter_id: str, document: str, claim: str) -> tuple[Encounter, Encounter]:
    """Read an encounter as imported and as it stands."""
    try:
        imported = parse_encounter(read_json(document))
        return imported, imported.model_copy(update={"claim": Claim.model_validate(read_json(claim))})
    except (DocumentError, ValidationError):
        raise StoreError(f"encounter {encounter_id}: this program cannot read its document") from None


def misplaced(connection: Connection, encounter_id: str) -> str:
    """Say what other tools would read of an encounter that it does not say itself; empty when nothing."""
    sql = "SELECT document, claim FROM encounters WHERE encounter_id = ?"
    _, encounter = _read(encounter_id, *connection.execute(sql, (encounter_id,)).fetchone())
    return stray_columns(connection, encounter)


def save_claim(
    connection: Connection,
    encounter: Encounter,
    expected_version: int,
    summary: Summary,
    *,
    status: Status | None = None,
) -> int:
    """Save a changed claim, its findings and, when given, its status; give the new version.

    Of the encounter only the claim is written: patient, coverage and chart stay as imported. Raises Conflict when the
    version is no longer the expected one.
    """
    number, claim_hash = _expect(connection, encounter.encounter_id, expected_version)
    columns = {**claim_columns(encounter.claim), **summary_columns(summary)}
    if columns["claim_hash"] != claim_hash:
        replace_claim(connection, number, encounter)
    replace_findings(connection, number, summary)
    if status is not None:
        columns["status"] = status
    return _advance(connection, number, expected_version, columns)


def set_status(connection: Connection, encounter_id: str, expected_version: int, status: Status) -> int:
    """Set the status only; give the new version. Raises Conflict when the version is no longer the expected one."""
    number, _ = _expect(connection, encounter_id, expected_version)
    return _advance(connection, number, expected_version, {"status": status})


def refresh_findings(connection: Connection, encounter_id: str, summary: Summary) -> None:
    """Bring the worklist's findings up to date, as after new code tables; not a change of the encounter."""
    row = connection.execute("SELECT id FROM encounters WHERE encounter_id = ?", (encounter_id,)).fetchone()
    if row is None:
        raise StoreError(f"encounter {encounter_id}: not in the database")
    replace_findings(connection, row[0], summary)
    _update(connection, row[0], summary_columns(summary))


def take(connection: Connection, encounter_id: str, owner: str, *, from_others: bool = False) -> str:
    """Show a coder as the one who has an encounter open; give who has it now, which may be another.

    Ownership warns, it does not lock: versions protect the claim. It is no change and needs no audit row.
    """
    now = timestamp(utc_now())
    connection.execute(
        "UPDATE encounters SET owner = ?, opened_at = ? WHERE encounter_id = ? AND (owner IN ('', ?) OR ?)",
        (owner, now, encounter_id, owner, from_others),
    )
    row = connection.execute("SELECT owner FROM encounters WHERE encounter_id = ?", (encounter_id,)).fetchone()
    if row is None:
        raise StoreError(f"encounter {encounter_id}: not in the database")
    connection.execute("INSERT OR REPLACE INTO coders VALUES (?, ?, ?)", (owner, encounter_id, now))
    return str(row[0])


def release(connection: Connection, encounter_id: str, owner: str) -> None:
    """Give up ownership; nothing happens when another has it."""
    connection.execute(
        "UPDATE encounters SET owner = '', opened_at = '' WHERE encounter_id = ? AND owner = ?", (encounter_id, owner)
    )


def is_known(connection: Connection, encounter_id: str) -> bool:
    """Tell whether an encounter of this id is in the database."""
    found = connection.execute("SELECT 1 FROM encounters WHERE encounter_id = ?", (encounter_id,)).fetchone()
    return found is not None


def encounter_ids(database: Database) -> Iterator[str]:
    """Give all encounter ids in the order of import."""
    last = 0
    while rows := database.query(
        "SELECT id, encounter_id FROM encounters WHERE id > ? ORDER BY id LIMIT ?", (last, _CHUNK)
    ):
        yield from (row[1] for row in rows)
        last = rows[-1][0]


def _expect(connection: Connection, encounter_id: str, version: int) -> tuple[int, str]:
    """Give id and claim hash of an encounter that still has the expected version."""
    row = connection.execute(
        "SELECT id, claim_hash, version, audit_seq FROM encounters WHERE encounter_id = ?", (encounter_id,)
    ).fetchone()
    if row is None:
        raise StoreError(f"encounter {encounter_id}: not in the database")
    number, claim_hash, found, audit_seq = row
    if found != version:
        by = connection.execute("SELECT actor, at FROM audit WHERE seq = ?", (audit_seq,)).fetchone()
        raise Conflict(encounter_id, *(by or ("an unknown coder", "an unknown time")))
    return number, claim_hash


def _advance(connection: Connection, number: int, version: int, columns: Mapping[str, str | int]) -> int:
    _update(connection, number, {**columns, "version": version + 1, "audit_seq": 0})
    return version + 1


def _update(connection: Connection, number: int, columns: Mapping[str, str | int]) -> None:
    assignments = ", ".join(f"{name} = ?" for name in columns)
    connection.execute(f"UPDATE encounters SET {assignments} WHERE id = ?", (*columns.values(), number))  # noqa: S608  ours
