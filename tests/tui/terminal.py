"""The app in a real terminal: a pseudo-terminal, keys as bytes, and every byte that comes back."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import pexpect

KEYS = {"enter": "\r", "escape": "\x1b", "tab": "\t", "space": " ", "backspace": "\x7f", "ctrl+u": "\x15"}
QUIET = 0.25
LONGEST = 20.0
RUN = """
import sys
from pathlib import Path
from onco_tui.tui.app import run
{before}
sys.exit(run(Path(sys.argv[1]), sys.argv[2] or None, ascii={ascii}))
"""
_QUERY = re.compile(rb"\x1b\[\?(\d+)\$p")


class Terminal:
    """A program in a pseudo-terminal. ``raw`` is everything it has written."""

    def __init__(
        self,
        database: Path,
        encounter_id: str = "",
        *,
        size: tuple[int, int] = (120, 40),
        ascii: bool = False,
        before: str = "",
        env: dict[str, str] | None = None,
    ) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "TMUX", "COLUMNS"}}
        environment |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"} | (env or {})
        script = RUN.format(before=before, ascii=ascii)
        self.process = pexpect.spawn(
            sys.executable,
            ["-c", script, str(database), encounter_id],
            dimensions=(size[1], size[0]),
            env=environment,
            timeout=LONGEST,
            cwd=str(Path(__file__).parents[2]),
        )
        self.raw = b""

    def read(self, quiet: float = QUIET) -> bytes:
        """Read until nothing has come for a while; answer the terminal queries a real terminal answers."""
        found = b""
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            try:
                chunk: bytes = self.process.read_nonblocking(65536, timeout=quiet)
            except pexpect.TIMEOUT:
                break
            except pexpect.EOF:
                break
            found += chunk
            for mode in _QUERY.findall(chunk):
                self.process.send(b"\x1b[?" + mode + b";2$y")
        self.raw += found
        return found

    def until(self, text: str) -> bytes:
        """Read until a text has been written; fails when it does not come."""
        found = b""
        end = time.monotonic() + LONGEST
        while text.encode() not in found:
            assert time.monotonic() < end, f"{text!r} never came:\n{plain(found)[-2000:]}"
            assert self.process.isalive() or text.encode() in found, f"the program ended:\n{plain(found)[-2000:]}"
            found += self.read(0.1)
        return found + self.read()

    def press(self, *keys: str) -> bytes:
        """Press keys and give what was written in answer."""
        found = b""
        for key in keys:
            self.process.send(KEYS.get(key, key))
            found += self.read()
        return found

    def end(self) -> int:
        """Wait for the program to end and give its exit code; fails when it does not end."""
        self.read()
        end = time.monotonic() + LONGEST
        while self.process.isalive():
            assert time.monotonic() < end, "the program does not end"
            self.read(0.05)
        self.process.close()
        if self.process.signalstatus is not None:
            return -int(self.process.signalstatus)
        return int(self.process.exitstatus)

    def kill(self) -> None:
        """Make sure that nothing is left running."""
        if self.process.child_fd >= 0:
            self.process.close(force=True)


def plain(raw: bytes) -> str:
    """Give what was written without control sequences."""
    text = raw.decode("utf-8", "replace")
    return re.sub(r"\x1b\[[0-9;?<>=$]*[A-Za-z]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b[=>]", "", text)
