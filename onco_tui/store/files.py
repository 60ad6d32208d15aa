"""The database file in its folder: which file it is, whether it may be used, and by whom it can be read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from onco_tui.store.errors import StoreError
from onco_tui.store.lock import beside

_BOTH = os.R_OK | os.W_OK
_BESIDE = ("-wal", "-shm", ".lock", ".queue")


def real_path(path: Path) -> Path:
    """Follow links, as SQLite does: its own files and our locks stand beside the file itself."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        raise StoreError(f"{path}: a link that leads nowhere") from None


def is_unwritten(path: Path) -> bool:
    """Tell whether there is no file here, or one without a byte. Raises StoreError without a usable folder."""
    try:
        if not path.parent.is_dir():
            raise StoreError(f"{path}: the folder does not exist")
        return not path.exists() or (path.is_file() and path.stat().st_size == 0)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from None


def require_file(path: Path) -> None:
    """Raise StoreError for what is not a regular file that this account may read."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise StoreError(f"{path}: no such file") from None
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from None
    if stat.S_ISDIR(mode):
        raise StoreError(f"{path}: a folder, not a database")
    if not stat.S_ISREG(mode):
        raise StoreError(f"{path}: not a regular file")
    if not os.access(path, os.R_OK, effective_ids=True):
        raise StoreError(f"{path}: not readable for this account")


def unwritable(path: Path) -> Path | None:
    """Give the file, or its folder, if this account may not write there: SQLite needs both to write."""
    return next((place for place in (path, path.parent) if not os.access(place, _BOTH, effective_ids=True)), None)


def way_to_read(path: Path) -> str:
    """Choose how SQLite opens a file that may not be written, without leaving a file of ours beside it.

    While nothing waits in a write-ahead log the file is taken as it is. A log needs its index, which only those who
    write can make. Raises StoreError where it lacks one: without the log the newest changes would be missing.
    """
    log, index = beside(path, "-wal"), beside(path, "-shm")
    if not log.exists() or log.stat().st_size == 0:
        return "mode=ro&immutable=1"
    if index.exists():
        return "mode=ro"
    raise StoreError(f"{path}: its newest changes are still in {log.name}; only an account that may write can add them")


def tighten(path: Path) -> tuple[str, ...]:
    """Close a database to everyone else: our own file is set to 0600, another's is refused."""
    found = path.stat()
    if not found.st_mode & stat.S_IRWXO:
        return ()
    if found.st_uid != os.geteuid():
        raise StoreError(f"{path}: open to everyone on this machine, and not yours to close")
    for part in (path, *(beside(path, suffix) for suffix in _BESIDE)):
        if part.exists():
            part.chmod(0o600)
    return (f"{path}: was open to everyone on this machine; now closed to all but you",)
