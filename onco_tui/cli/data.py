"""``onco-tui import`` and ``export``: what goes into a database and comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onco_tui.cli.desks import open_desk
from onco_tui.cli.options import DatabaseOption, ExportFormat
from onco_tui.cli.output import UNREADABLE, fail, put, say
from onco_tui.cli.places import database_path
from onco_tui.cli.sources import tell, tell_faults
from onco_tui.encounter.counting import counted
from onco_tui.review.exporting import ExportWhat, export_database
from onco_tui.review.importing import Outcome, import_inputs
from onco_tui.review.inputs import Inputs, read_inputs


def import_files(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Encounter documents or 837P files; - is stdin.")
    ],
    db: DatabaseOption = None,
    *,
    format: Annotated[str | None, typer.Option("--format", help="Force the format: documents or 837p.")] = None,
    partial: Annotated[bool, typer.Option("--partial", help="Skip bad claims and import the others.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse fields the contract does not name.")] = False,
) -> None:
    """Read claims into the database. A file with a fault is refused whole, unless --partial skips its bad claims."""
    inputs = read_inputs(files, format=format, strict=strict, partial=partial)
    tell_faults(inputs)
    outcome = Outcome(refused=list(inputs.refused))
    if not any(reading.encounters for reading in inputs.readings):
        put(_summary(outcome, None))  # no database is made for nothing
    else:
        outcome = _import(inputs, db)
    if outcome.refused:
        raise typer.Exit(UNREADABLE)


def _import(inputs: Inputs, db: Path | None) -> Outcome:
    """Import what was read and say what came in, also where the import breaks off."""
    outcome = Outcome()
    with open_desk(db, create=True) as desk:
        try:
            for fault in import_inputs(desk, inputs, outcome):
                tell(fault)
        finally:
            put(_summary(outcome, database_path(db)))
    return outcome


def _summary(outcome: Outcome, database: Path | None) -> str:
    words = f"{outcome.added} imported, {outcome.unchanged} already there"
    words += f", into {database}" if database else ""
    words += f"; bad claims of {', '.join(outcome.skipped)} left out" if outcome.skipped else ""
    return words + (f"; refused: {', '.join(outcome.refused)}" if outcome.refused else "")


def export(
    db: DatabaseOption = None,
    *,
    format: Annotated[ExportFormat, typer.Option("--format", help="What to write.")] = ExportFormat.JSON,
    what: Annotated[
        ExportWhat, typer.Option("--what", help="Claims with their history, findings, or the audit log.")
    ] = (ExportWhat.CLAIMS),
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; without it, stdout.")] = None,
) -> None:
    """Write claims, findings or the audit log out of the database."""
    with open_desk(db, to_read=True) as desk:
        try:
            count = export_database(desk, what, format.value, output)
        except OSError as error:
            if output is None:
                raise
            fail(f"cannot write the export: {(error.strerror or 'unknown reason').lower()}")
    if output:
        say(f"{counted(count, 'row')} written")
