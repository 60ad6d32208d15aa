"""What holds for every test."""

from __future__ import annotations

import os
from pathlib import Path

# Code sets a developer imported must not change what a test finds; a test that wants its own names a folder.
os.environ["ONCO_TUI_CODES"] = str(Path(__file__).parent / "no-imported-codes")
