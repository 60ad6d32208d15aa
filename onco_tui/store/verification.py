"""Proof that the audit log is whole and that the encounters are what it says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from onco_tui.store.chain import COLUMNS, SELECT, Head, origin, row_hash
from onco_tui.store.database import Database
from onco_tui.store.encounters import misplaced
from onco_tui.store.record import alteration
from onco_tui.store.schema import trigger_names
from onco_tui.store.sqlite import Connection

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome. ``rows`` were found good; ``broken_at`` is the ``seq`` of the first fault, when it has one.

    ``reason`` is empty when all is well. ``head`` is the newest row, to be noted elsewhere.
    """

    ok: bool
    rows: int
    broken_at: int | None
    reason: str
    head: Head


@dataclass(frozen=True, slots=True)
class _Fault:
    reason: str
    at: int | None = None


def verify(database: Database, expected: Head | None = None) -> Verification:
    """Walk the whole chain and replay it against every encounter and imported file.

    ``expected`` is a head noted elsewhere at an earlier time: it exposes a log that was cut off, rewritten or replaced
    by an older one, which a log cannot show by itself.
    """
    with database.snapshot() as connection:
        head, fault = _walk_chain(connection, expected)
        good = head.seq
        fault = fault or _replay(connection) or _sources(connection) or _guards(connection)
    if fault is None:
        return Verification(ok=True, rows=good, broken_at=None, reason="", head=head)
    return Verification(ok=False, rows=good, broken_at=fault.at, reason=fault.reason, head=head)


def _walk_chain(connection: Connection, expected: Head | None) -> tuple[Head, _Fault | None]:
    """Follow the chain as far as it holds; give the last good row and what broke after it."""
    head = origin(connection)
    while rows := connection.execute(f"{SELECT} WHERE seq > ? ORDER BY seq LIMIT {_CHUNK}", (head.seq,)).fetchall():
        for row in rows:
            *hashed, stored = row
            seq, prev = row[0], row[COLUMNS.index("prev")]
            if seq != head.seq + 1:
                return head, _Fault(f"audit row {head.seq + 1} is missing", head.seq + 1)
            if row_hash(hashed) != stored:
                return head, _Fault(f"audit row {seq} was altered", seq)
            if prev != head.hash:
                return head, _Fault(f"audit row {seq} does not follow row {head.seq}", seq)
            head = Head(seq, stored)
            if expected is not None and seq == expected.seq and stored != expected.hash:
                return head, _Fault(f"audit row {seq} is not the one noted elsewhere: the log was rewritten", seq)
    if expected is not None and expected.seq > head.seq:
        reason = f"the log ends at row {head.seq}, but row {expected.seq} was noted elsewhere: rows were cut off"
        return head, _Fault(reason, head.seq + 1)
    return head, None


def _guards(connection: Connection) -> _Fault | None:
    """Look for the triggers that keep the log append-only and the documents as imported."""
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
    missing = sorted(set(trigger_names()) - there)
    return _Fault(f"the database lost its guard {missing[0]}") if missing else None


def _replay(connection: Connection) -> _Fault | None:
    """Compare every encounter with its newest audit row."""
    last = ""
    sql = "SELECT encounter_id, audit_seq FROM encounters WHERE encounter_id > ? ORDER BY encounter_id LIMIT ?"
    while rows := connection.execute(sql, (last, _CHUNK)).fetchall():
        for encounter_id, audit_seq in rows:
            if altered := alteration(connection, encounter_id) or misplaced(connection, encounter_id):
                return _Fault(f"encounter {encounter_id}: {altered}", audit_seq)
        last = rows[-1][0]
    gone = connection.execute(
        """
        SELECT encounter_id, seq FROM audit WHERE encounter_id <> ''
        AND NOT EXISTS (SELECT 1 FROM encounters AS e WHERE e.encounter_id = audit.encounter_id) LIMIT 1
        """
    ).fetchone()
    return _Fault(f"encounter {gone[0]}: it is gone, but has audit rows", gone[1]) if gone else None


def _sources(connection: Connection) -> _Fault | None:
    """Hash the imported files again."""
    for (source_id,) in connection.execute("SELECT source_id FROM sources ORDER BY source_id").fetchall():
        content, sha256 = connection.execute(
            "SELECT content, sha256 FROM sources WHERE source_id = ?", (source_id,)
        ).fetchone()
        if hashlib.sha256(content).hexdigest() != sha256:
            return _Fault(f"imported file {source_id}: its bytes were altered outside onco-tui")
    return None
