"""Writing to the person at the other end: results to stdout, everything else to stderr, always cleaned."""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from types import TracebackType
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


def report_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell where the program broke, without any value: values may identify a patient."""
    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames if "onco_tui" in Path(frame.filename).parts] or frames
    place = (
        f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}, in {ours[-1].name}" if ours else "an unknown place"
    )
    del error
    say(f"onco-tui broke: {kind.__name__} at {place}")
    say("Nothing that was accepted is lost. Please report these two lines; they hold no patient data.")
