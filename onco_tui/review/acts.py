"""One act of a coder: what is decided, about which finding, and why. Acts become decisions and audit rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from onco_tui.rules.finding import Finding, Fix
from onco_tui.store.audit import AuditRow

Action = Literal["import", "accept", "dismiss", "query", "edit", "undo", "finalize", "reopen", "hold"]
Status = Literal["open", "held", "finalized"]
_UNDOABLE = frozenset({"accept", "dismiss", "query", "edit", "finalize", "hold", "reopen"})


@dataclass(frozen=True, slots=True)
class Act:
    """What is done. ``status`` is the status the encounter gets (None leaves it), ``undoes`` the row taken back."""

    action: Action
    finding: Finding | None = None
    fix: Fix | None = None
    reason: str = ""
    note: str = ""
    status: Status | None = None
    undoes: AuditRow | None = None

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
    undone = {row.undoes for row in rows}
    return next((row for row in reversed(rows) if row.action in _UNDOABLE and row.seq not in undone), None)
