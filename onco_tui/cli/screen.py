"""``onco-tui demo`` and ``onco-tui review``: the commands that open the screen."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from onco_tui.cli.desks import open_desk
from onco_tui.cli.opening import has_screen, open_review
from onco_tui.cli.output import put
from onco_tui.review.desk import Desk

Ascii = Annotated[bool, typer.Option("--ascii", help="Draw with ASCII characters only.")]
Hide = Annotated[bool, typer.Option("--hide", help="Start with names, numbers and birth dates of patients hidden.")]


def demo(*, ascii: Ascii = False, hide: Hide = False) -> None:
    """Make a fresh private demonstration database and open it. All patients are invented."""
    from onco_tui.review.demo import fill_demo  # noqa: PLC0415  the review command does not need it

    path = Path(tempfile.mkdtemp(prefix="onco-tui-demo-")) / "demo.db"
    with open_desk(path, create=True) as desk:
        fill_demo(desk)
        if not has_screen():
            _print_worklist(desk)
            put(f"\nThis is the worklist of a demonstration. In a terminal: onco-tui review {path}")
            return
    raise typer.Exit(open_review(path, None, ascii=ascii, hide=hide))


def review(
    db: Annotated[
        Path | None, typer.Argument(metavar="[DB]", help="The database; without it ONCO_TUI_DB, or your own.")
    ] = None,
    encounter: Annotated[str | None, typer.Argument(metavar="[ENCOUNTER]", help="Open this encounter at once.")] = None,
    *,
    ascii: Ascii = False,
    hide: Hide = False,
) -> None:
    """Open the review screen on a database."""
    raise typer.Exit(open_review(db, encounter, ascii=ascii, hide=hide))


def _print_worklist(desk: Desk) -> None:
    from onco_tui.present.command_text import worklist_text  # noqa: PLC0415  only without a screen
    from onco_tui.review.worklist import WorklistQuery  # noqa: PLC0415  same

    for line in worklist_text(desk.worklist(WorklistQuery(), 0, 1000)):
        put(line)
