"""``onco-tui import``, ``export`` and ``db``: what goes into a database and comes out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from onco_tui.cli.options import DatabaseOption, ExportFormat, TextOrJson, database_path
from onco_tui.cli.output import UNREADABLE, fail, put, put_json, say
from onco_tui.cli.sources import open_desk, tell_faults
from onco_tui.review.errors import AlreadyThere
from onco_tui.review.exporting import ExportWhat, export_database
from onco_tui.review.importing import import_inputs
from onco_tui.review.inputs import read_inputs

db = typer.Typer(help="Create a database, or look at one.", no_args_is_help=True)


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
    with open_desk(db, create=True) as desk:
        try:
            counts = import_inputs(desk, inputs)
        except AlreadyThere as error:
            fail(str(error))
    put(f"{counts.added} imported, {counts.unchanged} already there, into {database_path(db)}")
    if inputs.refused:
        raise typer.Exit(UNREADABLE)


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
    with open_desk(db) as desk:
        try:
            count = export_database(desk, what, format.value, output)
        except OSError as error:
            fail(f"cannot write the export: {(error.strerror or 'unknown reason').lower()}")
    if output:
        say(f"{count} rows written")


@db.command()
def init(db: DatabaseOption = None) -> None:
    """Create an empty database."""
    with open_desk(db, create=True) as desk:
        put(f"ready: {desk.database.path}")


@db.command()
def info(
    db: DatabaseOption = None,
    *,
    format: Annotated[TextOrJson, typer.Option("--format", help="How to answer.")] = TextOrJson.TEXT,
) -> None:
    """Say where the database is, what it holds and which SQLite is linked."""
    with open_desk(db) as desk:
        facts = asdict(desk.info())
    facts |= {"path": str(facts["path"]), "mode": f"{facts['mode']:04o}"}
    if format is TextOrJson.JSON:
        put_json(facts)
        return
    counts = facts.pop("encounters")
    facts["encounters"] = ", ".join(f"{count} {status}" for status, count in counts.items()) or "none"
    facts["wal_reset_bug"] = "yes: install pysqlite3 0.6.1 or newer" if facts["wal_reset_bug"] else "no"
    for name, value in facts.items():
        put(f"{name.replace('_', ' '):<18}{value}")
