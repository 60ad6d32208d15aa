"""What the store says when it cannot do what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onco_tui.store.lock import LockError
from onco_tui.store.sqlite import Error


class StoreError(Exception):
    """The store cannot do what was asked. The message may name files and encounter ids, never patient data."""


class AlreadyThere(StoreError):
    """An encounter of this id is in the database."""


class Conflict(StoreError):
    """Another coder changed the encounter meanwhile; ``actor`` and ``at`` (UTC) say who and when."""

    def __init__(self, encounter_id: str, actor: str, at: str) -> None:
        super().__init__(f"encounter {encounter_id}: changed by {actor} at {at}")
        self.encounter_id = encounter_id
        self.actor = actor
        self.at = at


@contextmanager
def errors_in_words(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and the lock into StoreError. SQLite's own texts can quote stored values."""
    try:
        yield
    except LockError as error:
        raise StoreError(str(error)) from None
    except Error as error:
        raise StoreError(f"{path}: {_in_words(error)}") from None
    except OverflowError:
        raise StoreError(f"{path}: a number is too large to be stored") from None
    except UnicodeEncodeError:
        raise StoreError(f"{path}: a text holds half a character, which cannot be stored") from None


def name_of(error: Error) -> str:
    """Give SQLite's own name of an error, such as SQLITE_FULL."""
    name: str = getattr(error, "sqlite_errorname", "") or type(error).__name__
    return name


def _in_words(error: Error) -> str:
    name = name_of(error)
    words = {
        "SQLITE_FULL": "the disk is full; this change was not made",
        "SQLITE_IOERR": "the disk refused to read or write; this change was not made",
        "SQLITE_BUSY": "busy: another program is writing",
        "SQLITE_LOCKED": "busy: another program is writing",
        "SQLITE_CORRUPT": "the file is damaged",
        "SQLITE_NOTADB": "not a SQLite file",
        "SQLITE_READONLY": "read-only",
        "SQLITE_CANTOPEN": "cannot be opened",
        "SQLITE_CONSTRAINT": "the database refused the change",
    }
    family = "_".join(name.split("_")[:2])
    return f"{words.get(family, 'the database refused the request')} ({name})"
