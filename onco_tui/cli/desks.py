"""Opening the database a command names. Kept lean: the screen waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onco_tui.cli.output import fail, say
from onco_tui.cli.places import database_path, default_database
from onco_tui.review.desk import Desk
from onco_tui.review.errors import StoreError


@contextmanager
def open_desk(db: Path | None, *, create: bool = False, to_read: bool = False) -> Iterator[Desk]:
    """Open the database of a command; ends the program with 2 and a message when that is not possible.

    ``to_read`` also opens one that may not be written.
    """
    path = database_path(db)
    if create and path == default_database():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with Desk.create(path) if create else Desk.open(path, to_read=to_read) as desk:
            for warning in desk.warnings:
                say(f"onco-tui: {warning}")
            yield desk
    except StoreError as error:
        fail(str(error))
