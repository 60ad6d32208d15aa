"""``onco-tui db``: create a database, or look at one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from onco_tui.cli.desks import open_desk
from onco_tui.cli.options import DatabaseOption, TextOrJson
from onco_tui.cli.output import put, put_json

app = typer.Typer(help="Create a database, or look at one.", no_args_is_help=True)


@app.command()
def init(db: DatabaseOption = None) -> None:
    """Create an empty database."""
    with open_desk(db, create=True) as desk:
        put(f"ready: {desk.database.path}")


@app.command()
def info(
    db: DatabaseOption = None,
    *,
    format: Annotated[TextOrJson, typer.Option("--format", help="How to answer.")] = TextOrJson.TEXT,
) -> None:
    """Say where the database is, what it holds and which SQLite is linked."""
    with open_desk(db, to_read=True) as desk:
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
