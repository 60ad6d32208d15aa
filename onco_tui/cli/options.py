"""Options that several commands share."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import platformdirs
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


def default_database() -> Path:
    """Give the database of this user, in the platform's data folder."""
    return Path(platformdirs.user_data_dir("onco-tui", appauthor=False)) / "claims.db"


def database_path(option: Path | None) -> Path:
    """Choose the database: the option, the environment, or the user's own."""
    if option is not None:
        return option
    named = os.environ.get("ONCO_TUI_DB")
    return Path(named) if named else default_database()
