"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class TextOrJson(StrEnum):
    """How a command answers."""

    TEXT = "text"
    JSON = "json"


class CheckFormat(StrEnum):
    """How ``check`` answers."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    SARIF = "sarif"


class ExportFormat(StrEnum):
    """What ``export`` writes."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


Files = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE...", help="Encounter documents or 837P files; - is standard input."),
]
DatabaseOption = Annotated[
    Path | None,
    typer.Option("--db", metavar="FILE", help="The database; without it ONCO_TUI_DB, else your own."),
]
