"""One act of a coder: what is decided, about which finding, and why. Acts become decisions and audit rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from onco_tui.rules.finding import Finding, Fix
from onco_tui.store.audit import AuditRow
from onco_tui.store.queries import QueryStatus

Action = Literal[
    "import", "accept", "dismiss", "query", "edit", "undo", "finalize", "reopen", "hold", "verify", "note", "answer"
]
Status = Literal["open", "held", "finalized"]
_UNDOABLE = frozenset({"accept", "dismiss", "query", "edit", "finalize", "hold", "reopen", "verify", "note"})


@dataclass(frozen=True, slots=True)
class Act:
    """What is done. ``status`` is the status the encounter gets (None leaves it), ``undoes`` the row taken back.

    ``redoes`` is the undo that is taken back by doing the act again; ``line`` the line that was verified,
    ``query`` the question that moved on.
    """

    action: Action
    finding: Finding | None = None
    fix: Fix | None = None
    reason: str = ""
    note: str = ""
    status: Status | None = None
    undoes: AuditRow | None = None
    redoes: AuditRow | None = None
    line: int | None = None
    query: tuple[int, QueryStatus] | None = None

    @property
    def finding_id(self) -> str:
        """The finding it is about; that of the undone row for an undo, else empty."""
        if self.finding:
            return self.finding.id
        return self.undoes.finding_id if self.undoes else ""

    @property
    def rule(self) -> str:
        """The rule it is about, else empty."""
        if self.finding:
            return self.finding.rule
        return self.undoes.rule if self.undoes else ""


def newest_standing(rows: Sequence[AuditRow]) -> AuditRow | None:
    """Find the newest act that can still be taken back: no import, no undo, not undone already."""
    undone = {row.undoes for row in rows if row.action == "undo"}
    return next((row for row in reversed(rows) if row.action in _UNDOABLE and row.seq not in undone), None)


def newest_undone(rows: Sequence[AuditRow]) -> tuple[AuditRow, AuditRow] | None:
    """Find the undo that redo would take back, and the act it took back; None after any new act."""
    undos: list[AuditRow] = []
    for row in rows:
        if row.action == "undo":
            undos.append(row)
        elif row.undoes and undos and row.undoes == undos[-1].seq:
            undos.pop()
        elif row.action in _UNDOABLE:
            undos.clear()
    return next(((undos[-1], row) for row in rows if undos and row.seq == undos[-1].undoes), None)


def act_again(row: AuditRow, undo: AuditRow, finding: Finding | None, line: int | None) -> Act:
    """Make the act that does again what an audit row recorded, taking its undo back."""
    reason, _, note = row.reason.partition(": ") if row.action == "dismiss" else (row.reason, "", "")
    fixes = finding.fixes if finding else ()
    return Act(
        action=next(action for action in get_args(Action) if action == row.action),
        finding=finding,
        fix=next((fix for fix in fixes if fix.id == row.fix_id), None),
        reason=reason,
        note=note,
        status=next((status for status in get_args(Status) if status == row.after.get("status")), None),
        redoes=undo,
        line=line,
    )
