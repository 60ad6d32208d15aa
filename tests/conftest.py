"""What holds for every test."""

from __future__ import annotations

import importlib
import os
import pkgutil
from pathlib import Path

from hypothesis import settings

import onco_tui

# Code sets a developer imported must not change what a test finds; a test that wants its own names a folder.
os.environ["ONCO_TUI_CODES"] = str(Path(__file__).parent / "no-imported-codes")

# The same commit gives the same result each time; HYPOTHESIS_PROFILE=search looks at new examples. Hypothesis draws on
# the constants of all modules imported so far, so the order of tests would decide: all are imported first.
for module in pkgutil.walk_packages(onco_tui.__path__, "onco_tui."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
