"""Runs the real program, each run in a process of its own."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

PROGRAM = [sys.executable, "-m", "onco_tui"]
_MOST_SECONDS = 60


def run(*arguments: str | Path, stdin: str = "", home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run onco-tui without a terminal; every run ends within a minute."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ONCO_TUI")}
    if home is not None:
        environment |= {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
    return run_in(environment, *arguments, stdin=stdin)


def run_in(environment: dict[str, str], *arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run onco-tui without a terminal in just this environment."""
    words = list(map(str, arguments))
    with tempfile.TemporaryDirectory() as name:
        streams = [Path(name, stream) for stream in ("in", "out", "err")]
        for stream, text in zip(streams, (stdin, "", ""), strict=True):
            stream.write_text(text, encoding="utf-8")
        code = _order({"arguments": words, "environment": environment, "streams": list(map(str, streams))})
        out, err = (stream.read_text(encoding="utf-8") for stream in streams[1:])
    return subprocess.CompletedProcess(words, code, out, err)


def _order(order: dict[str, object]) -> int:
    warm = _warm()
    assert warm.stdin
    assert warm.stdout
    warm.stdin.write(json.dumps(order) + "\n")
    warm.stdin.flush()
    if not select.select([warm.stdout], [], [], _MOST_SECONDS)[0]:
        warm.kill()
        _warm.cache_clear()
        raise TimeoutError(f"still running after {_MOST_SECONDS} s: {order['arguments']}")
    return int(warm.stdout.readline())


@cache
def _warm() -> subprocess.Popen[str]:
    """Start the process that runs are forked from; it ends when its standard input does, with this process."""
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.cli.warm"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    )


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    """Read what a command printed as JSON."""
    return json.loads(done.stdout)
