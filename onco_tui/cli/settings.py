"""The settings for a command. Imports nothing heavy while there is no config file: the screen waits for it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from onco_tui.config.place import ELSEWHERE, config_path
from onco_tui.present.clean import clean

if TYPE_CHECKING:
    from onco_tui.tui.settings import Settings


def has_config() -> bool:
    """Tell whether there is a config file, or ought to be one."""
    return bool(os.environ.get(ELSEWHERE)) or config_path().exists()


def settings_or_refusal() -> Settings | None:
    """Read the settings; None when the config file has mistakes, which are then told on stderr."""
    from onco_tui.tui.settings import Settings  # noqa: PLC0415  a command without a screen has no config mostly

    if not has_config():
        return Settings()
    from onco_tui.config.mistakes import BadConfig  # noqa: PLC0415  only when there is a file
    from onco_tui.config.reading import read_config  # noqa: PLC0415  same

    try:
        return read_config().settings
    except BadConfig as error:
        for line in f"onco-tui: {error}\nNothing of the file is used; onco-tui config edit opens it.".splitlines():
            sys.stderr.write(clean(line) + "\n")
        return None
