"""The verbs of a review with the words that tell the coder what was written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from onco_tui.encounter.edits import Edit
from onco_tui.present.changes import changes_of
from onco_tui.present.findings import rule_words
from onco_tui.review.errors import Conflict, NotPossible, StoreError
from onco_tui.rules.finding import Finding, Fix
from onco_tui.tui.keys import cap

if TYPE_CHECKING:
    from onco_tui.review.queries import QueryStatus
    from onco_tui.review.sitting import Sitting


def attempt(verb: Callable[[], str]) -> tuple[str, bool]:
    """Carry out a verb; give the message for the coder and whether it was done."""
    try:
        return verb(), True
    except Conflict as conflict:
        return f"not saved: changed by {conflict.actor} at {conflict.at}; {cap('reload')} reloads", False
    except (NotPossible, StoreError) as refusal:
        return str(refusal), False


def written(edits: Sequence[Edit]) -> str:
    """Say what edits change, the first one in full: ``line 3 units 3 -> 2 and 1 more``."""
    changes = [f"{change.place} {change.before} -> {change.after}" for change in changes_of(edits)]
    more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
    return changes[0] + more if changes else "nothing"


def accept(sitting: Sitting, finding: Finding, fix: Fix, question: str = "") -> str:
    """Accept a fix; one of grade query records its question, in the coder's words if given."""
    done = sitting.accept(finding.id, fix.id, question=question)
    if done.grade == "query":
        return (
            f"{finding.rule}: question recorded, the claim is unchanged; {cap('undo')} undoes, {cap('queries')} lists"
        )
    return f"{written(done.edits)}, saved; {cap('undo')} undoes"


def accept_safe(sitting: Sitting) -> str:
    """Accept all safe fixes."""
    count = len(sitting.accept_safe().applied)
    return f"{count} safe fix{'' if count == 1 else 'es'} accepted, saved; {cap('undo')} undoes them one by one"


def dismiss(sitting: Sitting, finding: Finding, reason: str, note: str) -> str:
    """Set a finding aside."""
    sitting.dismiss(finding.id, reason, note)
    return f"{finding.rule} {rule_words(finding.name)}: set aside ({reason}), saved; {cap('undo')} undoes"


def edit(sitting: Sitting, edits: Sequence[Edit]) -> str:
    """Write the coder's own edits."""
    sitting.edit(edits)
    return f"{written(edits)}, saved; {cap('undo')} undoes"


def undo(sitting: Sitting) -> str:
    """Take the last act back."""
    row = sitting.undo()
    about = f" {row.rule}" if row.rule else ""
    return f"taken back: {row.action}{about} of {row.actor}, saved"


def redo(sitting: Sitting) -> str:
    """Do again what was taken back last."""
    row = sitting.redo()
    about = f" {row.rule}" if row.rule else ""
    return f"done again: {row.action}{about}, saved; {cap('undo')} undoes"


def verify(sitting: Sitting, line: int) -> str:
    """Mark a line as looked at and right."""
    sitting.verify(line)
    return f"line {line} verified, saved; the mark lapses when the line changes, {cap('undo')} undoes"


def note(sitting: Sitting, text: str) -> str:
    """Leave a note for the next coder."""
    sitting.note(text)
    return f"note saved; {cap('history')} shows it, {cap('undo')} undoes"


def move_query(sitting: Sitting, query_id: int, status: QueryStatus, answer: str) -> str:
    """Note where a question to a clinician stands."""
    sitting.move_query(query_id, status, answer)
    return f"question {status}, saved"


def finalize(sitting: Sitting, *, despite_open_errors: bool) -> str:
    """Mark the claim as done."""
    sitting.finalize(despite_open_errors=despite_open_errors)
    return f"finalized, saved; {cap('next_chart')} goes to the next chart, {cap('reopen')} reopens"


def hold(sitting: Sitting, reason: str) -> str:
    """Set the encounter aside."""
    sitting.hold(reason)
    return f"on hold, saved; {cap('hold')} takes it up again"


def resume(sitting: Sitting) -> str:
    """Take a held encounter up again."""
    sitting.reopen()
    return "taken up again, saved"


def reopen(sitting: Sitting) -> str:
    """Open a finalized claim again."""
    sitting.reopen()
    return "open again, saved"
