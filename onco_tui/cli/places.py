"""Which database a command works on. Imports nothing heavy: the screen waits for it."""

from __future__ import annotations

import os
from pathlib import Path


def default_database() -> Path:
    """Give the database of this user, in the platform's data folder."""
    import platformdirs  # noqa: PLC0415  only when no database is named

    return Path(platformdirs.user_data_dir("onco-tui", appauthor=False)) / "claims.db"


def database_path(option: Path | None) -> Path:
    """Choose the database: the option, the environment, or the user's own."""
    if option is not None:
        return option
    named = os.environ.get("ONCO_TUI_DB")
    return Path(named) if named else default_database()
