"""The app through a real sshd on 127.0.0.1: it works, a dropped line loses nothing, and nothing is left running."""

from __future__ import annotations

import getpass
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from onco_tui.review.desk import Desk
from tests.tui.driver import stock
from tests.tui.terminal import RUN, plain
from tests.tui.tui_documents import carboplatin_day, claim_without_chart

pytestmark = pytest.mark.slow
ID = "E-2026-0101"
SSHD = shutil.which("sshd") or shutil.which("/usr/sbin/sshd")
SSH = shutil.which("ssh")
LONGEST = 20.0


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stock(tmp_path / "claims.db", [carboplatin_day(), claim_without_chart()])


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Run an sshd of our own that lets only our key in."""
    if not SSHD or not SSH:
        pytest.skip("no OpenSSH server and client on this machine")
    for name in ("host", "coder"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True, timeout=LONGEST
        )
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        number: int = listener.getsockname()[1]
    settings = {
        "ListenAddress": "127.0.0.1", "Port": number, "HostKey": tmp_path / "host", "UsePAM": "no",
        "AuthorizedKeysFile": tmp_path / "coder.pub", "StrictModes": "no", "PidFile": "none", "PermitRootLogin": "yes",
    }  # fmt: skip
    (tmp_path / "sshd.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    log = tmp_path / "sshd.log"
    server = subprocess.Popen([SSHD, "-D", "-f", str(tmp_path / "sshd.conf"), "-E", str(log)])
    try:
        _wait_until_open(server, number, log)
        yield number
    finally:
        server.terminate()
        server.wait(LONGEST)


def _wait_until_open(server: subprocess.Popen[bytes], number: int, log: Path) -> None:
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.skip(f"sshd does not start here: {log.read_text()[-200:].strip()}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("sshd never listened")


def connect(port: int, folder: Path, database: Path, encounter_id: str = "") -> pexpect.spawn[str]:
    """Open the app over the line, as a coder would."""
    script = RUN.format(before="", ascii=False)
    remote = " ".join([
        "cd", shlex.quote(str(Path(__file__).parents[2])), "&& LANG=C.UTF-8 exec", shlex.quote(sys.executable), "-c",
        shlex.quote(script), shlex.quote(str(database)), shlex.quote(encounter_id),
    ])  # fmt: skip
    options = [f"-o{name}" for name in ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")]
    return pexpect.spawn(
        SSH or "ssh",
        ["-tt", "-F/dev/null", *options, "-oIdentitiesOnly=yes", f"-i{folder / 'coder'}", f"-p{port}",
         f"{getpass.getuser()}@127.0.0.1", remote],
        dimensions=(24, 80), env={"TERM": "xterm-256color", "PATH": "/usr/bin:/bin"}, timeout=LONGEST,
        encoding="utf-8", codec_errors="replace",
    )  # fmt: skip


def actions(path: Path) -> list[str]:
    with Desk.open(path) as desk:
        return [row.action for row in desk.audit(ID)]


def until(path: Path, action: str, count: int) -> None:
    """Wait until the audit log has so many rows of an action."""
    end = time.monotonic() + LONGEST
    while actions(path).count(action) < count:
        assert time.monotonic() < end, f"{action} was never written: {actions(path)}"
        time.sleep(0.1)


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


def test_a_sitting_over_ssh_leaves_the_line_clean(port: int, tmp_path: Path, database: Path) -> None:
    line = connect(port, tmp_path, database, ID)
    line.expect("Detail")
    line.send("a")
    until(database, "accept", 1)
    line.send("u")
    until(database, "undo", 1)
    line.send("qq")
    line.expect(pexpect.EOF)
    line.close()
    assert line.exitstatus == 0, plain((line.before or "").encode())
    assert actions(database) == ["import", "accept", "undo"]


def test_a_dropped_line_loses_nothing_and_leaves_no_process(port: int, tmp_path: Path, database: Path) -> None:
    line = connect(port, tmp_path, database)
    line.expect("Preview")
    line.send("\r")
    line.expect("Detail")
    line.send("a")
    until(database, "accept", 1)
    line.kill(signal.SIGKILL)
    line.close(force=True)
    end = time.monotonic() + LONGEST
    while left := running(database):
        assert time.monotonic() < end, f"still running: {left}"
        time.sleep(0.1)
    with Desk.open(database) as desk:
        assert desk.verify().ok
    again = connect(port, tmp_path, database)
    again.expect("Detail")
    again.send("q")
    again.send("q")
    again.expect(pexpect.EOF)
    again.close()
    assert actions(database) == ["import", "accept"]
