"""Drives a program through a real pty: waits for text, presses keys, counts bytes and CPU time."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self


@dataclass(slots=True)
class Terminal:
    """A program in a terminal of its own. Use it as a context manager; the program is ended at exit."""

    command: list[str]
    columns: int = 120
    rows: int = 40
    environment: dict[str, str] = field(default_factory=dict)
    _pid: int = 0
    _fd: int = -1
    _screen: bytes = b""

    def __enter__(self) -> Self:
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor", **self.environment})
            os.execvp(self.command[0], self.command)  # noqa: S606  the benchmark's own command
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._fd)

    def wait_for(self, text: str, seconds: float = 30.0) -> float:
        """Read until a text has been drawn; give the seconds it took. Raises TimeoutError."""
        began = time.perf_counter()
        while text.encode() not in self._screen:
            left = seconds - (time.perf_counter() - began)
            if left <= 0:
                raise TimeoutError(f"{text!r} did not appear")
            self._read(left)
        return time.perf_counter() - began

    def settle(self, quiet: float = 0.15) -> int:
        """Read until nothing has come for a while; give the bytes read."""
        total = 0
        while read := self._read(quiet):
            total += read
        return total

    def press(self, keys: str, quiet: float = 0.05) -> tuple[int, float]:
        """Press keys; give the bytes drawn and the CPU milliseconds the program spent."""
        before = self.cpu_ms()
        os.write(self._fd, keys.encode())
        drawn = self.settle(quiet)
        return drawn, self.cpu_ms() - before

    def press_and_time(self, keys: str, quiet: float = 0.1) -> tuple[int, float]:
        """Press keys; give the bytes drawn and the seconds to the last of them."""
        began = last = time.perf_counter()
        os.write(self._fd, keys.encode())
        total = 0
        while read := self._read(quiet):
            total, last = total + read, time.perf_counter()
        return total, last - began

    def cpu_ms(self) -> float:
        """Give the milliseconds all threads of the program have been on a CPU."""
        total = 0
        for task in Path(f"/proc/{self._pid}/task").iterdir():
            total += int((task / "schedstat").read_text(encoding="ascii").split()[0])
        return total / 1e6

    def _read(self, seconds: float) -> int:
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return 0
        try:
            chunk = os.read(self._fd, 65536)
        except OSError:
            return 0
        self._screen = (self._screen + chunk)[-1_000_000:]
        return len(chunk)
