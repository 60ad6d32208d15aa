"""An OpenSSH server of our own on 127.0.0.1 that lets in one key, for tests and for figures over a real line."""

from __future__ import annotations

import getpass
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LONGEST = 20.0


class NoServerError(Exception):
    """There is no OpenSSH here, or it does not start; the message says which."""


@dataclass(frozen=True, slots=True)
class Line:
    """A way in. ``command`` gives what a client runs to start a program at the other end, in a terminal."""

    folder: Path
    port: int

    def command(self, remote: list[str], *, at: Path, environment: str = "LANG=C.UTF-8") -> list[str]:
        """Give the command of the client."""
        words = f"cd {shlex.quote(str(at))} && {environment} exec {shlex.join(remote)}"
        options = [
            "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "IdentitiesOnly=yes",
        ]  # fmt: skip
        flags = [part for option in options for part in ("-o", option)]
        login = f"{getpass.getuser()}@127.0.0.1"
        return ["ssh", "-tt", "-F", "/dev/null", *flags, "-i", str(self.folder / "coder"), "-p", str(self.port),
                login, words]  # fmt: skip


@contextmanager
def sshd(folder: Path) -> Iterator[Line]:
    """Run the server as long as the block lasts. Raises NoServerError."""
    server = shutil.which("sshd") or shutil.which("/usr/sbin/sshd")
    if not server or not shutil.which("ssh"):
        raise NoServerError("no OpenSSH server and client on this machine")
    for name in ("host", "coder"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(make, check=True, timeout=LONGEST)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    settings = {
        "ListenAddress": "127.0.0.1", "Port": port, "HostKey": folder / "host", "UsePAM": "no",
        "AuthorizedKeysFile": folder / "coder.pub", "StrictModes": "no", "PidFile": "none", "PermitRootLogin": "yes",
    }  # fmt: skip
    configuration, log = folder / "sshd.conf", folder / "sshd.log"
    configuration.write_text("".join(f"{name} {value}\n" for name, value in settings.items()), encoding="utf-8")
    process = subprocess.Popen([server, "-D", "-f", str(configuration), "-E", str(log)])
    try:
        _wait_until_open(process, port, log)
        yield Line(folder, port)
    finally:
        process.terminate()
        process.wait(LONGEST)


def _wait_until_open(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        if process.poll() is not None:
            raise NoServerError(f"sshd does not start here: {log.read_text(encoding='utf-8')[-200:].strip()}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise NoServerError("sshd never listened")
