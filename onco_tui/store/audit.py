"""The audit log: append-only, each row bound to the one before by a hash.

The chain exposes edits inside the log. Only a head noted elsewhere (``head``, given to ``verify`` later) exposes rows
cut off at its end, or an older file put back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from onco_tui.store import canonical
from onco_tui.store.actor import Actor
from onco_tui.store.chain import COLUMNS, INSERT, SELECT, Head, newest, row_hash
from onco_tui.store.database import Database, StoreError
from onco_tui.store.record import record_hash
from onco_tui.store.sqlite import Connection, Row
from onco_tui.store.verification import Verification, verify

__all__ = ["AuditEntry", "AuditRow", "Head", "Verification", "append", "head", "verify", "walk"]

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What an act leaves behind. ``before`` and ``after`` are the changed parts in JSON form, ``edits`` the edits.

    ``undoes`` is the ``seq`` of the row this act takes back, 0 for none.
    """

    actor: Actor
    session: str
    action: str
    encounter_id: str = ""
    rule: str = ""
    ruleset_edition: str = ""
    finding_id: str = ""
    fix_id: str = ""
    before: Mapping[str, object] = field(default_factory=dict, repr=False)
    after: Mapping[str, object] = field(default_factory=dict, repr=False)
    edits: Sequence[object] = field(default=(), repr=False)
    reason: str = field(default="", repr=False)
    undoes: int = 0


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A row of the log. ``at`` is UTC; only ``seq`` gives the order. ``login`` and ``claimed`` are as in Actor.

    ``state_before`` and ``state_after`` are the SHA-256 of the claim; ``record_after`` of all the rest of its record.
    """

    seq: int
    at: str
    clock_behind: bool
    actor: str
    login: str
    claimed: str
    session: str
    action: str
    encounter_id: str
    rule: str
    ruleset_edition: str
    finding_id: str
    fix_id: str
    reason: str = field(repr=False)
    undoes: int
    before: Mapping[str, object] = field(repr=False)
    after: Mapping[str, object] = field(repr=False)
    edits: Sequence[object] = field(repr=False)
    state_before: str
    state_after: str
    record_after: str
    prev: str
    hash: str


def head(database: Database) -> Head:
    """Give the newest row's number and hash; of an empty log 0 and the hash the chain starts from."""
    with database.snapshot() as connection:
        return newest(connection)


def append(connection: Connection, entry: AuditEntry) -> int:
    """Write an audit row as the last act of a transaction and give its ``seq``.

    It hashes the encounter as the transaction leaves it and marks what was changed before it as recorded. A clock that
    stands before the newest row is written down as such. Raises StoreError for an encounter that is not there.
    """
    previous = newest(connection)
    seq = previous.seq + 1
    at = canonical.timestamp(canonical.utc_now())
    last = connection.execute("SELECT at FROM audit WHERE seq = ?", (previous.seq,)).fetchone()
    _mark_recorded(connection, entry.encounter_id, seq)
    state_before, state_after, record_after = _states(connection, entry.encounter_id)
    values: dict[str, str | int] = {
        "seq": seq,
        "at": at,
        "clock_behind": int(last is not None and at < last[0]),
        "actor": entry.actor.name,
        "login": entry.actor.login,
        "claimed": entry.actor.claimed,
        "session": entry.session,
        "action": entry.action,
        "encounter_id": entry.encounter_id,
        "rule": entry.rule,
        "ruleset_edition": entry.ruleset_edition,
        "finding_id": entry.finding_id,
        "fix_id": entry.fix_id,
        "reason": canonical.storable(entry.reason),
        "undoes": entry.undoes,
        "before": canonical.json_text(dict(entry.before)),
        "after": canonical.json_text(dict(entry.after)),
        "edits": canonical.json_text(list(entry.edits)),
        "state_before": state_before,
        "state_after": state_after,
        "record_after": record_after,
        "prev": previous.hash,
    }
    hashed = tuple(values.values())
    connection.execute(INSERT, (*hashed, row_hash(hashed)))
    return seq


def walk(database: Database, encounter_id: str | None = None) -> Iterator[AuditRow]:
    """Give the rows oldest first, of one encounter or all. Raises StoreError for a row that cannot be read."""
    seq = 0
    where = "seq > ?" if encounter_id is None else "seq > ? AND encounter_id = ?"
    only = () if encounter_id is None else (encounter_id,)
    while rows := database.query(f"{SELECT} WHERE {where} ORDER BY seq LIMIT {_CHUNK}", (seq, *only)):
        for row in rows:
            yield _audit_row(row)
        seq = rows[-1][0]


def _mark_recorded(connection: Connection, encounter_id: str, seq: int) -> None:
    """Point what this transaction changed at its audit row, which lets the deferred foreign keys pass."""
    for statement in (
        "UPDATE encounters SET audit_seq = ? WHERE encounter_id = ?",
        "UPDATE decisions SET audit_seq = ? WHERE encounter_id = ? AND audit_seq = 0",
        "UPDATE decisions SET superseded_by = ? WHERE encounter_id = ? AND superseded_by = 0",
        "UPDATE queries SET audit_seq = ? WHERE encounter_id = ? AND audit_seq = 0",
    ):
        connection.execute(statement, (seq, encounter_id))


def _states(connection: Connection, encounter_id: str) -> tuple[str, str, str]:
    """Give the claim's hash before and after, and the hash of the rest of the encounter's record."""
    if not encounter_id:
        return "", "", ""
    found = connection.execute("SELECT claim_hash FROM encounters WHERE encounter_id = ?", (encounter_id,)).fetchone()
    if found is None:
        raise StoreError(f"{encounter_id}: no such encounter")
    before = connection.execute(
        "SELECT state_after FROM audit WHERE encounter_id = ? ORDER BY seq DESC LIMIT 1", (encounter_id,)
    ).fetchone()
    return before[0] if before else "", found[0], record_hash(connection, encounter_id)


def _audit_row(row: Row) -> AuditRow:
    values = dict(zip(COLUMNS, row, strict=True))
    try:
        parsed = {name: json.loads(values[name]) for name in ("before", "after", "edits")}
    except (ValueError, RecursionError):
        raise StoreError(f"audit row {values['seq']} cannot be read; verify the audit log") from None
    return AuditRow(**values | parsed | {"clock_behind": bool(values["clock_behind"])})
