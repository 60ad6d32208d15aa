"""Writing to the person at the other end: results to stdout, everything else to stderr, always cleaned."""

from __future__ import annotations

import json
import sys
from typing import NoReturn

import typer

from onco_tui.present.clean import clean

FINDINGS, UNREADABLE, NOTHING_CHECKED = 1, 2, 3


def say(text: str) -> None:
    """Write one message to stderr."""
    for line in text.splitlines() or [""]:
        sys.stderr.write(clean(line) + "\n")


def put(text: str) -> None:
    """Write lines of a result meant for people to stdout."""
    for line in text.splitlines() or [""]:
        sys.stdout.write(clean(line) + "\n")


def put_json(value: object, *, indent: int | None = 1) -> None:
    """Write JSON to stdout; pure ASCII, so that nothing in it can act on a terminal."""
    sys.stdout.write(json.dumps(value, indent=indent) + "\n")


def fail(message: str, code: int = UNREADABLE) -> NoReturn:
    """Say what is wrong and end the program."""
    say(f"onco-tui: {message}")
    raise typer.Exit(code)
