"""``onco-tui audit``: the log of every change, and the proof that nothing was altered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from onco_tui.cli.desks import open_desk
from onco_tui.cli.options import DatabaseOption, TextOrJson
from onco_tui.cli.output import FINDINGS, fail, put, put_json
from onco_tui.encounter.counting import counted
from onco_tui.present.command_text import audit_text
from onco_tui.store.audit import AuditRow, Head

app = typer.Typer(help="Read the audit log, or prove it.", no_args_is_help=True)
Format = Annotated[TextOrJson, typer.Option("--format", help="How to answer.")]


@app.command()
def log(
    encounter: Annotated[str | None, typer.Argument(help="Only this encounter.")] = None,
    db: DatabaseOption = None,
    *,
    format: Format = TextOrJson.TEXT,
) -> None:
    """Show every change: when, who, what, before and after, on which rule."""
    with open_desk(db, to_read=True) as desk:
        rows: Iterable[AuditRow] = desk.audit(encounter)
        if encounter is not None and not (rows := tuple(rows)):
            fail(f"encounter {encounter}: not in the database")
        if format is TextOrJson.JSON:
            put_json({"schema": "onco-audit/1", "rows": [asdict(row) for row in rows]})
            return
        for row in rows:
            put("\n".join(audit_text(row, row.encounter_id)))


@app.command()
def verify(
    db: DatabaseOption = None,
    *,
    format: Format = TextOrJson.TEXT,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="SEQ:HASH", help="A head noted earlier; shows a cut or rolled back log."),
    ] = None,
) -> None:
    """Prove the chain and that every claim is as its last audit row left it. Ends with 1 when something was altered."""
    expected = None
    if head is not None:
        sequence, colon, digest = head.partition(":")
        if not (colon and sequence.isdigit() and digest):
            fail("--head wants SEQ:HASH, as audit verify prints it")
        expected = Head(int(sequence), digest)
    with open_desk(db, to_read=True) as desk:
        outcome = desk.verify(expected)
    noted = f"{outcome.head.seq}:{outcome.head.hash}"
    if format is TextOrJson.JSON:
        put_json(
            {
                "ok": outcome.ok,
                "rows": outcome.rows,
                "broken_at": outcome.broken_at,
                "reason": outcome.reason,
                "head": noted,
            }
        )
    elif outcome.ok:
        put(f"the audit log is whole: {counted(outcome.rows, 'row')}\nhead {noted}")
    else:
        put(f"ALTERED: {outcome.reason}")
    if not outcome.ok:
        raise typer.Exit(FINDINGS)
