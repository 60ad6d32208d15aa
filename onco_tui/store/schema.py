"""The tables, built by numbered SQL files in ``migrations/``; applied and recorded by sqlite-utils."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

from onco_tui.store.sqlite import Connection, complete_statement

if TYPE_CHECKING:
    from sqlite_utils import Database as SqliteUtils

_TRIGGER = re.compile(r"^CREATE TRIGGER (\w+)", re.MULTILINE)
APPLICATION_ID = 0x4F4E434F  # "ONCO", in the header of the file
STEPS = ("0001_first", "0002_worklist")


def schema_version() -> int:
    """Give the newest schema this program knows."""
    return len(STEPS)


def schema_version_of(connection: Connection) -> int:
    """Read how many steps a database has seen."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def application_of(connection: Connection) -> int:
    """Read whose file it is; 0 when nobody said so."""
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    return application


def is_blank(connection: Connection) -> bool:
    """Tell whether a file holds nothing at all, as after a creation that was cut short."""
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    return tables == 0 and application_of(connection) == 0 and schema_version_of(connection) == 0


def migrate(connection: Connection) -> None:
    """Apply the missing steps. The caller holds the write lock and an open transaction, so it is all or nothing."""
    from sqlite_utils import Database as SqliteUtils  # noqa: PLC0415  slow to import, and needed once in a file's life
    from sqlite_utils import Migrations  # noqa: PLC0415  same

    migrations = Migrations("onco_tui")
    for number, name in enumerate(STEPS, start=1):
        migrations(name=name)(_step(number, name))
    database = SqliteUtils(connection, execute_plugins=False)
    migrations.apply(database)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _step(number: int, name: str) -> Callable[[SqliteUtils], None]:
    def apply(database: SqliteUtils) -> None:
        for statement in statements(read_step(name)):
            database.conn.execute(statement)
        database.conn.execute(f"PRAGMA user_version = {number}")

    return apply


def read_step(name: str) -> str:
    """Read the SQL of one step."""
    return files("onco_tui.store").joinpath("migrations", f"{name}.sql").read_text(encoding="utf-8")


def trigger_names() -> Iterator[str]:
    """Name the triggers of the newest schema."""
    for name in STEPS:
        yield from _TRIGGER.findall(read_step(name))


def statements(script: str) -> Iterator[str]:
    """Split a script at the ends of its statements; ``executescript`` would commit the transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
