"""What coders remarked on an encounter without changing it: lines they verified, notes for the next coder.

Both live in the audit log alone, so they are as provable as every other act.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onco_tui.encounter.claim import Claim
from onco_tui.store.audit import AuditRow

_VERIFIED = re.compile(r"lines\[(\d+)\]\.verified")


@dataclass(frozen=True, slots=True)
class Remarks:
    """The marks and notes that stand. ``marks`` gives, by line, the state of the line when it was verified."""

    marks: Mapping[int, str]
    notes: tuple[AuditRow, ...]

    def verified(self, claim: Claim) -> frozenset[int]:
        """Give the lines that are as they were when a coder verified them."""
        return frozenset(line for line, state in self.marks.items() if line_state(claim, line) == state)


def remarks_in(rows: Iterable[AuditRow]) -> Remarks:
    """Read the marks and notes that were not taken back from an encounter's audit rows."""
    rows = tuple(rows)
    undone = {row.undoes for row in rows if row.action == "undo"}
    standing = [row for row in rows if row.seq not in undone]
    marks = {
        line: str(row.after[verified_path(line)])
        for row in standing
        if row.action == "verify" and (line := verified_line(row.after)) is not None
    }
    return Remarks(marks, tuple(row for row in standing if row.action == "note"))


def verified_path(line: int) -> str:
    """Name the mark of a line in the audit log."""
    return f"lines[{line}].verified"


def verified_line(after: Mapping[str, object]) -> int | None:
    """Find the line that an audit row marks."""
    return next((int(found[1]) for path in after if (found := _VERIFIED.fullmatch(path))), None)


def line_state(claim: Claim, number: int) -> str:
    """Digest a line as it stands, with the diagnoses it points to; empty when the claim has no such line."""
    line = claim.line(number)
    if line is None:
        return ""
    pointed = [claim.diagnoses[p - 1] for p in line.diagnosis_pointers if 1 <= p <= len(claim.diagnoses)]
    return hashlib.sha256("|".join([line.model_dump_json(), *pointed]).encode()).hexdigest()[:16]
