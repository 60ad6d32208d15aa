"""Runs the real program in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PROGRAM = [sys.executable, "-m", "onco_tui"]


def run(*arguments: str | Path, stdin: str = "", home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run onco-tui without a terminal; every run ends within a minute."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ONCO_TUI")}
    if home is not None:
        environment |= {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    """Read what a command printed as JSON."""
    return json.loads(done.stdout)
