"""The app through a real sshd on 127.0.0.1: it works, a dropped line loses nothing, and nothing is left running."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pexpect
import pytest

from benchmarks.sshd import LONGEST, Line, NoServerError, sshd
from onco_tui.review.desk import Desk
from tests.tui.driver import stock
from tests.tui.terminal import RUN, plain
from tests.tui.tui_documents import carboplatin_day, claim_without_chart

pytestmark = pytest.mark.slow
ID = "E-2026-0101"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stock(tmp_path / "claims.db", [carboplatin_day(), claim_without_chart()])


@pytest.fixture
def line_in(tmp_path: Path) -> Iterator[Line]:
    """Run an sshd of our own that lets only our key in."""
    with ExitStack() as stack:
        try:
            line = stack.enter_context(sshd(tmp_path))
        except NoServerError as reason:
            pytest.skip(str(reason))
        yield line


def connect(line_in: Line, database: Path, encounter_id: str = "") -> pexpect.spawn[str]:
    """Open the app over the line, as a coder would."""
    remote = [sys.executable, "-c", RUN.format(before="", ascii=False), str(database), encounter_id]
    program, *arguments = line_in.command(remote, at=Path(__file__).parents[2])
    return pexpect.spawn(
        program, arguments, dimensions=(24, 80), env={"TERM": "xterm-256color", "PATH": "/usr/bin:/bin"},
        timeout=LONGEST, encoding="utf-8", codec_errors="replace",
    )  # fmt: skip


def actions(path: Path) -> list[str]:
    with Desk.open(path) as desk:
        return [row.action for row in desk.audit(ID)]


def until(line: pexpect.spawn[str], path: Path, action: str, count: int) -> None:
    """Wait until the audit log has so many rows of an action; what is drawn meanwhile is read, as a terminal would."""
    end = time.monotonic() + LONGEST
    while actions(path).count(action) < count:
        assert time.monotonic() < end, f"{action} was never written: {actions(path)}"
        with suppress(pexpect.TIMEOUT):
            line.read_nonblocking(65536, timeout=0.1)


def running(path: Path) -> list[int]:
    """Name the processes that have the database open."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and str(path).encode() in (process / "cmdline").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def test_a_sitting_over_ssh_leaves_the_line_clean(line_in: Line, database: Path) -> None:
    line = connect(line_in, database, ID)
    line.expect("Detail")
    line.send("a")
    until(line, database, "accept", 1)
    line.send("u")
    until(line, database, "undo", 1)
    line.send("qq")
    line.expect(pexpect.EOF)
    line.close()
    assert line.exitstatus == 0, plain((line.before or "").encode())
    assert actions(database) == ["import", "accept", "undo"]


def test_a_dropped_line_loses_nothing_and_leaves_no_process(line_in: Line, database: Path) -> None:
    line = connect(line_in, database)
    line.expect("Preview")
    line.send("\r")
    line.expect("Detail")
    line.send("a")
    until(line, database, "accept", 1)
    line.kill(signal.SIGKILL)
    line.close(force=True)
    end = time.monotonic() + LONGEST
    while left := running(database):
        assert time.monotonic() < end, f"still running: {left}"
        time.sleep(0.1)
    with Desk.open(database) as desk:
        assert desk.verify().ok
    again = connect(line_in, database)
    again.expect("Detail")
    again.send("q")
    again.send("q")
    again.expect(pexpect.EOF)
    again.close()
    assert actions(database) == ["import", "accept"]
