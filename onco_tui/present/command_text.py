"""What commands print for people, in the words of the screen: worklist, fixes, audit log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from onco_tui.present.history import AuditEntry, history_rows
from onco_tui.present.spans import plain_text
from onco_tui.present.worklist import WorklistEntry, worklist_heading, worklist_row

if TYPE_CHECKING:
    from onco_tui.rules.fixing import FixRun

_CELLS = 100


def worklist_text(entries: Iterable[WorklistEntry], cells: int = _CELLS) -> Iterator[str]:
    """Give the worklist as lines of text, heading first."""
    yield plain_text(worklist_heading(cells))
    for entry in entries:
        yield plain_text(worklist_row(entry, cells))


def fix_text(run: FixRun, *, with_changes: bool, cells: int = _CELLS) -> Iterator[str]:
    """Give what a fix run did to one encounter; with changes, each value before and after."""
    from onco_tui.present.changes import change_rows, changes_of  # noqa: PLC0415  list and log need no edits

    name = run.encounter.encounter_id
    for finding, fix in run.applied:
        yield f"{name}  {finding.rule}  {fix.title}"
        if with_changes:
            yield from (f"    {plain_text(row)}" for row in change_rows(changes_of(fix.edits), cells - 4))
    for refusal in run.refused:
        yield f"{name}  {refusal.finding.rule}  not applied: {refusal.reason}"
    if run.stopped:
        yield f"{name}  {run.stopped}"


def audit_text(entry: AuditEntry, encounter_id: str, cells: int = _CELLS) -> Iterator[str]:
    """Give one audit row as lines of text."""
    first, *rest = history_rows((entry,), cells)
    yield f"{plain_text(first)} {encounter_id}".rstrip()
    yield from map(plain_text, rest)
