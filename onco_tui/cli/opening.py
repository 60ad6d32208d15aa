"""Opens the review screen. Imports nothing of typer, so that a coder's wait is the screen's own."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from onco_tui.cli.places import database_path
from onco_tui.cli.settings import settings_or_refusal

_NO_SCREEN = "onco-tui: review needs a terminal; without one use check, fix and export\n"


def has_screen() -> bool:
    """Tell whether there is a terminal to draw on. Textual draws through stderr, so that must be one too."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream.isatty() for stream in streams) and os.environ.get("TERM", "dumb") != "dumb"


def open_review(database: Path | None, encounter: str | None, *, ascii: bool = False, hide: bool = False) -> int:
    """Draw the worklist or an encounter until the coder leaves; give the exit code.

    ``hide`` starts with what identifies patients hidden. 2 also when the config file cannot be used.
    """
    settings = settings_or_refusal()
    if settings is None:
        return 2
    if not has_screen():
        sys.stderr.write(_NO_SCREEN)
        return 2
    from onco_tui.tui.app import run  # noqa: PLC0415  textual is imported only to draw

    settings = replace(settings, ascii=ascii or settings.ascii, hide=hide or settings.hide)
    return run(database_path(database), encounter, settings)


def plain_review(arguments: list[str]) -> int | None:
    """Open the screen for ``review [DB] [ENCOUNTER]``; None for anything else, which typer then reads."""
    if arguments[:1] != ["review"] or len(arguments) > 3 or any(word.startswith("-") for word in arguments):
        return None
    database, encounter = [*arguments[1:], None, None][:2]
    return open_review(Path(database) if database else None, encounter)
