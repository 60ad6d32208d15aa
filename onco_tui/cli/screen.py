"""``onco-tui demo`` and ``onco-tui review``: the commands that open the screen."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from onco_tui.cli.desks import open_desk
from onco_tui.cli.options import database_path
from onco_tui.cli.output import fail, put
from onco_tui.review.desk import Desk

Ascii = Annotated[bool, typer.Option("--ascii", help="Draw with ASCII characters only.")]


def demo(*, ascii: Ascii = False) -> None:
    """Make a fresh private demonstration database and open it. All patients are invented."""
    from onco_tui.review.demo import fill_demo  # noqa: PLC0415  the review command does not need it

    folder = Path(tempfile.mkdtemp(prefix="onco-tui-demo-"))
    path = folder / "demo.db"
    with open_desk(path, create=True) as desk:
        fill_demo(desk)
        if not _has_screen():
            _print_worklist(desk)
            put(f"\nThis is the worklist of a demonstration. In a terminal: onco-tui review {path}")
            return
    _open_screen(path, None, ascii=ascii)


def review(
    db: Annotated[
        Path | None, typer.Argument(metavar="[DB]", help="The database; without it ONCO_TUI_DB, or yours.")
    ] = None,
    encounter: Annotated[str | None, typer.Argument(metavar="[ENCOUNTER]", help="Open this encounter at once.")] = None,
    *,
    ascii: Ascii = False,
) -> None:
    """Open the review screen on a database."""
    path = database_path(db)
    if not _has_screen():
        fail("review needs a terminal; without one use check, fix and export")
    with open_desk(path):
        pass  # a database that cannot be opened is refused before the screen is touched
    _open_screen(path, encounter, ascii=ascii)


def _print_worklist(desk: Desk) -> None:
    from onco_tui.present.command_text import worklist_text  # noqa: PLC0415  only without a screen
    from onco_tui.review.worklist import WorklistQuery  # noqa: PLC0415  same

    for line in worklist_text(desk.worklist(WorklistQuery(), 0, 1000)):
        put(line)


def _has_screen() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def _open_screen(path: Path, encounter: str | None, *, ascii: bool) -> None:
    from onco_tui.tui.app import run  # noqa: PLC0415  textual is imported only to draw

    raise typer.Exit(run(path, encounter, ascii=ascii))
