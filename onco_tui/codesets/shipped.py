"""Finds the data files that come with the program: ``rulesets`` and ``fixtures``."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def data_folder(name: str) -> Path:
    """Give the folder of shipped data, in an installed wheel or in a checkout. Raises FileNotFoundError."""
    for place in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"onco-tui was installed without its {name} folder")
