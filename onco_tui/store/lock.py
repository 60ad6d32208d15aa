"""The file lock around every write: bounded, and fair to a coder beside a process that writes without pause.

Two files, because one is not fair: whoever releases a lock and wants it again at once nearly always wins over those
who poll for it. A writer waits in ``.queue`` first; only the head of the queue waits for ``.lock``. A writer that comes
back therefore finds the queue taken and stands behind.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PAUSE = 0.001


class LockError(Exception):
    """The lock stayed with others for the whole waiting time, or its files cannot be opened; the message says which."""


@contextmanager
def exclusive(database: Path, seconds: float, mode: int = 0o600) -> Iterator[None]:
    """Hold the write lock of a database file. Lock files get ``mode``, as a shared file needs shared locks.

    Raises LockError.
    """
    deadline = time.monotonic() + seconds
    queue = _take(beside(database, ".queue"), deadline, mode)
    try:
        lock = _take(beside(database, ".lock"), deadline, mode)
    finally:
        os.close(queue)
    try:
        yield
    finally:
        os.close(lock)


def beside(database: Path, suffix: str) -> Path:
    """Name a file that belongs to the database: ``claims.db-wal``, ``claims.db.lock``."""
    return database.with_name(database.name + suffix)


def _take(path: Path, deadline: float, mode: int) -> int:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise LockError(f"{path}: {error.strerror}") from None
    try:
        found = os.fstat(handle)
        if stat.S_IMODE(found.st_mode) != mode and found.st_uid == os.geteuid():
            os.fchmod(handle, mode)
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise LockError("busy: another coder is writing") from None
                time.sleep(_PAUSE)
            else:
                return handle
    except BaseException:
        os.close(handle)
        raise
