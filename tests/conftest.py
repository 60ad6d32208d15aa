"""What holds for every test."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import settings

# Code sets a developer imported must not change what a test finds; a test that wants its own names a folder.
os.environ["ONCO_TUI_CODES"] = str(Path(__file__).parent / "no-imported-codes")

# The same commit gives the same result each time; HYPOTHESIS_PROFILE=search looks at new examples.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
