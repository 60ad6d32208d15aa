"""Where the config file is."""

from __future__ import annotations

import os
from pathlib import Path

ELSEWHERE = "ONCO_TUI_CONFIG"


def config_path() -> Path:
    """Give the file that ``ONCO_TUI_CONFIG`` names, else the one in the platform's folder for the user's settings."""
    named = os.environ.get(ELSEWHERE)
    if named:
        return Path(named)
    import platformdirs  # noqa: PLC0415  only when no file is named

    return Path(platformdirs.user_config_dir("onco-tui", appauthor=False)) / "config.toml"
