"""One act of a coder: what is decided, about which finding, and why. Acts become decisions and audit rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from onco_tui.rules.finding import Finding, Fix

Action = Literal["import", "accept", "dismiss", "query", "edit", "undo", "finalize", "reopen", "hold"]
Status = Literal["open", "held", "finalized"]


@dataclass(frozen=True, slots=True)
class Act:
    """What is done. ``status`` is the status the encounter gets; None leaves it."""

    action: Action
    finding: Finding | None = None
    fix: Fix | None = None
    reason: str = ""
    note: str = ""
    status: Status | None = None
    undoes: int | None = None
    finding_id: str = ""
    rule: str = ""
