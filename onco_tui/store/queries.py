"""Questions to clinicians about what the chart lacks. Never deleted; a question taken back is withdrawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from onco_tui.store.canonical import storable, timestamp, utc_now
from onco_tui.store.database import StoreError
from onco_tui.store.sqlite import Connection

QueryStatus = Literal["draft", "sent", "answered", "withdrawn"]

_NAMES = "encounter_id, finding_id, rule, question, actor, at, status, answer, audit_seq"


@dataclass(frozen=True, slots=True)
class ClinicianQuery:
    """A question. ``audit_seq`` is the audit row of its last change, 0 until that is written."""

    encounter_id: str
    finding_id: str
    rule: str
    question: str = field(repr=False)
    actor: str = ""
    at: str = ""
    status: QueryStatus = "draft"
    answer: str = field(default="", repr=False)
    audit_seq: int = 0
    query_id: int = 0


def ask(connection: Connection, query: ClinicianQuery) -> int:
    """Write a question and give its ``query_id``. The transaction's ``audit.append`` gives it its audit row."""
    written = connection.execute(
        f"INSERT INTO queries ({_NAMES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",  # noqa: S608  our own names
        (
            query.encounter_id,
            query.finding_id,
            query.rule,
            storable(query.question),
            query.actor,
            query.at or timestamp(utc_now()),
            query.status,
            storable(query.answer),
        ),
    )
    return written.lastrowid or 0


def set_query_status(connection: Connection, query_id: int, status: QueryStatus, answer: str = "") -> None:
    """Move a question on: sent, answered, withdrawn. Raises StoreError when there is no such question."""
    changed = connection.execute(
        "UPDATE queries SET status = ?, answer = ?, audit_seq = 0 WHERE query_id = ?",
        (status, storable(answer), query_id),
    )
    if not changed.rowcount:
        raise StoreError(f"no query {query_id}")


def all_asked(connection: Connection) -> tuple[ClinicianQuery, ...]:
    """Give the questions of all encounters, oldest first."""
    rows = connection.execute(f"SELECT {_NAMES}, query_id FROM queries ORDER BY query_id").fetchall()  # noqa: S608  ours
    return tuple(ClinicianQuery(*row) for row in rows)


def asked(connection: Connection, encounter_id: str) -> tuple[ClinicianQuery, ...]:
    """Give an encounter's questions, oldest first."""
    rows = connection.execute(
        f"SELECT {_NAMES}, query_id FROM queries WHERE encounter_id = ? ORDER BY query_id",  # noqa: S608  our own names
        (encounter_id,),
    ).fetchall()
    return tuple(ClinicianQuery(*row) for row in rows)
