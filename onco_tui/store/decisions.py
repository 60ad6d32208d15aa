"""What coders decided about findings. A decision is never deleted; taking it back supersedes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from onco_tui.store.canonical import storable, timestamp, utc_now
from onco_tui.store.database import StoreError
from onco_tui.store.sqlite import Connection

Kind = Literal["accepted", "dismissed", "held"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_NAMES = "encounter_id, finding_id, rule, decision, reason, note, facts, actor, at, audit_seq"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision. ``facts`` is the digest of what the finding rested on; ``audit_seq`` the audit row, 0 until then."""

    encounter_id: str
    finding_id: str
    rule: str
    decision: Kind
    reason: str = ""
    note: str = field(default="", repr=False)
    facts: str = ""
    actor: str = ""
    at: str = ""
    audit_seq: int = 0


def record(connection: Connection, decision: Decision) -> None:
    """Write a decision; an empty ``at`` becomes now. The transaction's ``audit.append`` gives it its audit row."""
    connection.execute(
        f"INSERT INTO decisions ({_NAMES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",  # noqa: S608  our own names
        (
            decision.encounter_id,
            decision.finding_id,
            decision.rule,
            decision.decision,
            storable(decision.reason),
            storable(decision.note),
            decision.facts,
            decision.actor,
            decision.at or timestamp(utc_now()),
        ),
    )


def active(connection: Connection, encounter_id: str) -> tuple[Decision, ...]:
    """Give the newest standing decision of each finding, oldest first."""
    rows = connection.execute(
        f"SELECT {_NAMES} FROM decisions"  # noqa: S608  our own names
        " WHERE encounter_id = ? AND superseded_by IS NULL ORDER BY decision_id",
        (encounter_id,),
    ).fetchall()
    newest: dict[str, Decision] = {}
    for row in rows:
        decision = Decision(*row)
        newest.pop(decision.finding_id, None)
        newest[decision.finding_id] = decision
    return tuple(newest.values())


def supersede(connection: Connection, encounter_id: str, audit_seq: int) -> int:
    """Take back what one audit row decided, and give how many decisions that were; an earlier one stands again.

    Raises StoreError for 0, which would be decisions of this very transaction.
    """
    if audit_seq < 1:
        raise StoreError(f"{encounter_id}: no audit row {audit_seq}")
    changed = connection.execute(
        "UPDATE decisions SET superseded_by = 0 WHERE encounter_id = ? AND audit_seq = ? AND superseded_by IS NULL",
        (encounter_id, audit_seq),
    )
    return changed.rowcount
