"""``onco-tui decide``: the verbs of the review screen for one encounter, each with its audit row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from onco_tui.cli.desks import open_desk
from onco_tui.cli.options import DatabaseOption
from onco_tui.cli.output import fail, put
from onco_tui.review.errors import Conflict, NotPossible, StoreError
from onco_tui.review.reasons import dismissal_reasons
from onco_tui.review.sitting import Sitting

app = typer.Typer(help="Decide about findings and claims, as on the review screen.", no_args_is_help=True)
Encounter = Annotated[str, typer.Argument(help="The encounter, as check names it.")]
FindingId = Annotated[str, typer.Argument(help="The finding's id, as check --format json gives it.")]


@app.command()
def accept(
    encounter: Encounter,
    finding: FindingId,
    db: DatabaseOption = None,
    *,
    fix: Annotated[str | None, typer.Option(help="The fix's id; the first one unless named.")] = None,
) -> None:
    """Accept a fix. One of grade query records its question and leaves the claim as it is."""
    _do(db, encounter, lambda sitting: sitting.accept(finding, fix).title, "accepted:")


@app.command()
def dismiss(
    encounter: Encounter,
    finding: FindingId,
    db: DatabaseOption = None,
    *,
    reason: Annotated[str, typer.Option(help="One of the practice's reasons.")],
    note: Annotated[str, typer.Option(help="Why, in your words; needed for the reason other.")] = "",
) -> None:
    """Set a finding aside with a reason; it opens again when its facts change."""
    known = [each.key for each in dismissal_reasons()]
    if reason not in known:
        fail(f"no reason is called {reason!r}; there are {', '.join(known)}")
    _do(db, encounter, lambda sitting: sitting.dismiss(finding, reason, note), "set aside")


@app.command()
def undo(encounter: Encounter, db: DatabaseOption = None) -> None:
    """Take back the last thing done."""
    _do(db, encounter, lambda sitting: sitting.undo().action, "taken back:")


@app.command()
def redo(encounter: Encounter, db: DatabaseOption = None) -> None:
    """Do again what was taken back last."""
    _do(db, encounter, lambda sitting: sitting.redo().action, "done again:")


@app.command()
def finalize(
    encounter: Encounter,
    db: DatabaseOption = None,
    *,
    despite_errors: Annotated[bool, typer.Option("--despite-errors", help="Even while errors are open.")] = False,
) -> None:
    """Mark the claim as done."""
    _do(db, encounter, lambda sitting: sitting.finalize(despite_open_errors=despite_errors), "finalized")


@app.command()
def reopen(encounter: Encounter, db: DatabaseOption = None) -> None:
    """Open a finalized or held claim again."""
    _do(db, encounter, Sitting.reopen, "open again")


@app.command()
def hold(
    encounter: Encounter, db: DatabaseOption = None, *, reason: Annotated[str, typer.Option(help="Why.")] = ""
) -> None:
    """Set the encounter aside to come back to it."""
    _do(db, encounter, lambda sitting: sitting.hold(reason), "on hold")


@app.command()
def verify(
    encounter: Encounter, line: Annotated[int, typer.Argument(help="The line's number.")], db: DatabaseOption = None
) -> None:
    """Mark a line as looked at and right; the mark lapses when the line changes."""
    _do(db, encounter, lambda sitting: sitting.verify(line), f"line {line} verified")


@app.command()
def note(
    encounter: Encounter, text: Annotated[str, typer.Argument(help="The note.")], db: DatabaseOption = None
) -> None:
    """Leave a note for the next coder."""
    _do(db, encounter, lambda sitting: sitting.note(text), "note saved")


def _do(db: DatabaseOption, encounter: str, verb: Callable[[Sitting], str | None], done: str) -> None:
    """Carry out a verb and say what was done; ends the program with 2 when it is not possible."""
    with open_desk(db) as desk:
        try:
            about = verb(desk.sit(encounter))
        except Conflict as conflict:
            fail(f"{encounter}: not saved, changed by {conflict.actor} at {conflict.at}")
        except (NotPossible, StoreError) as refusal:
            fail(f"{encounter}: {refusal}")
        put(f"{encounter}: {done} {about or ''}".rstrip())
