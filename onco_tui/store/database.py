"""One database file: opening, the write transaction, and consistent reads. No SQL of the domain."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from onco_tui.store.errors import StoreError, errors_in_words, name_of
from onco_tui.store.files import is_unwritten, real_path, require_file, tighten, unwritable, way_to_read
from onco_tui.store.lock import beside, exclusive
from onco_tui.store.schema import (
    APPLICATION_ID,
    application_of,
    is_blank,
    migrate,
    schema_version,
    schema_version_of,
)
from onco_tui.store.sqlite import Connection, Error, Row, connect, has_wal_reset_bug, sqlite_version

__all__ = ["Database", "DatabaseInfo", "StoreError"]

LOCK_SECONDS = 10.0
_CHECKPOINT_AT = 4 * 1024 * 1024  # bytes of write-ahead log
_LOG_KEPT = 1024 * 1024
_WRITABLE = "mode=rw"
_STILL_READS = "check, derive, export, audit, worklist, queries list and db info still read it"


@dataclass(frozen=True, slots=True)
class DatabaseInfo:
    """Facts for ``doctor``. ``size`` is in bytes, with the write-ahead log."""

    path: Path
    sqlite_version: str
    wal_reset_bug: bool
    schema_version: int
    journal_mode: str
    size: int
    mode: int
    encounters: dict[str, int]
    audit_rows: int


class Database:
    """An open database. It belongs to the thread that opened it; another thread opens its own."""

    path: Path
    warnings: tuple[str, ...]

    def __init__(self, path: Path, *, way: str = _WRITABLE) -> None:
        """Connect to an existing file; use ``open`` or ``create``."""
        self.path = path
        self.warnings = ()
        self.read_only = way != _WRITABLE
        self._mode = stat.S_IMODE(path.stat().st_mode)
        self._writing = False
        self._reader = _connect(path, way)
        self._writer = self._reader if self.read_only else _connect(path, way)

    @classmethod
    def open(cls, path: Path, *, to_read: bool = False) -> Self:
        """Open an existing database; never creates one. ``to_read`` also opens one that may not be written.

        Raises StoreError for what is not a database of this program and of a schema it knows, and, unless it is only
        to be read, for one that this account may not write.
        """
        path = real_path(path)
        require_file(path)
        if place := unwritable(path):
            if not to_read:
                raise StoreError(f"{place}: not writable for this account; {_STILL_READS}")
            return cls._opened(path, way_to_read(path), (f"{place}: not writable for this account; only read",))
        return cls._opened(path, _WRITABLE, tighten(path))

    @classmethod
    def _opened(cls, path: Path, way: str, warnings: tuple[str, ...]) -> Self:
        with errors_in_words(path):
            database = cls(path, way=way)
            try:
                database._check()
            except BaseException:
                database.close()
                raise
        database.warnings = warnings
        return database

    @classmethod
    def create(cls, path: Path) -> Self:
        """Create a database readable by its owner only, or open the one that is there. Raises StoreError."""
        path = real_path(path)
        if is_unwritten(path):
            with errors_in_words(path), exclusive(path, LOCK_SECONDS):
                _create_if_blank(path)
        return cls.open(path)

    def close(self) -> None:
        """Close the file; the last one to close folds the write-ahead log back into it."""
        self._reader.close()
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Hold the write lock and one transaction: committed and on disk when the block ends, undone if it raises.

        Raises StoreError when another coder writes for more than ten seconds, when the disk is full, when a change
        comes without its audit row, and when called inside another ``write``.
        """
        if self.read_only:
            raise StoreError(f"{self.path}: opened only to be read")
        if self._writing:
            raise StoreError("a write is already under way")
        self._writing = True
        try:
            with errors_in_words(self.path), exclusive(self.path, LOCK_SECONDS, self._mode):
                self._writer.execute("BEGIN IMMEDIATE")
                try:
                    yield self._writer
                    self._commit()
                finally:
                    if self._writer.in_transaction:
                        self._writer.execute("ROLLBACK")
                self._checkpoint()
        finally:
            self._writing = False

    def read(self) -> Connection:
        """Give the connection for reading; it refuses to write. ``query`` and ``snapshot`` also put errors in words."""
        return self._reader

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Read all rows of a query. Raises StoreError in our words, as SQLite's may quote the parameters."""
        with errors_in_words(self.path):
            return self._reader.execute(sql, parameters).fetchall()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Let all reads of the block see one state of the database, whatever others write meanwhile.

        Raises StoreError in our words, as SQLite's may quote stored values.
        """
        outer = self._reader.in_transaction
        with errors_in_words(self.path):
            if not outer:
                self._reader.execute("BEGIN")
            try:
                yield self._reader
            finally:
                if not outer:
                    self._reader.execute("ROLLBACK")

    @property
    def data_version(self) -> int:
        """A number that changes whenever the database does, for noticing others' writes; costs microseconds."""
        version: int = self.query("PRAGMA data_version")[0][0]
        return version

    def info(self) -> DatabaseInfo:
        """Say what this database is and which library reads it."""
        size = sum(part.stat().st_size for part in (self.path, beside(self.path, "-wal")) if part.exists())
        counts = self.query("SELECT status, sum(encounters) FROM encounter_counts GROUP BY status ORDER BY status")
        return DatabaseInfo(
            path=self.path,
            sqlite_version=sqlite_version(),
            wal_reset_bug=has_wal_reset_bug(sqlite_version()),
            schema_version=schema_version_of(self._reader),
            journal_mode=self.query("PRAGMA journal_mode")[0][0],
            size=size,
            mode=self._mode,
            encounters={row[0]: row[1] for row in counts},
            audit_rows=self.query("SELECT coalesce(max(seq), 0) FROM audit")[0][0],
        )

    def damage(self) -> tuple[str, ...]:
        """Have SQLite look for damaged pages and indexes; reads the whole file. Empty when it finds none."""
        found = [row[0] for row in self.query("PRAGMA integrity_check")]
        return () if found == ["ok"] else tuple(found)

    def _check(self) -> None:
        application, version = application_of(self._reader), schema_version_of(self._reader)
        if is_blank(self._reader):
            raise StoreError(f"{self.path}: the file is empty, its creation was cut short")
        if application != APPLICATION_ID:
            raise StoreError(f"{self.path}: a SQLite file, but of another program")
        if version > schema_version():
            raise StoreError(
                f"{self.path}: written by a newer onco-tui (schema {version}, this program knows {schema_version()})"
            )
        if version < schema_version() and self.read_only:
            raise StoreError(f"{self.path}: of an older onco-tui; an account that may write must open it first")
        if version < schema_version():
            with self.write() as connection:
                migrate(connection)
        if not self.read_only and self._writer.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            with exclusive(self.path, LOCK_SECONDS, self._mode):
                self._writer.execute("PRAGMA journal_mode = WAL")
        self._reader.execute("PRAGMA query_only = ON")

    def _commit(self) -> None:
        try:
            self._writer.execute("COMMIT")
        except Error as error:
            if name_of(error).startswith("SQLITE_CONSTRAINT"):  # only the deferred foreign keys to audit are left here
                raise StoreError("a change without its audit row was refused") from None
            raise

    def _checkpoint(self) -> None:
        """Fold the write-ahead log back once it has grown, inside the lock.

        Two connections checkpointing and committing at once is what the WAL-reset bug of older libraries needs.
        """
        try:
            if beside(self.path, "-wal").stat().st_size > _CHECKPOINT_AT:
                self._writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except (Error, OSError):
            return  # the change is committed; the log is folded back another time


def _connect(path: Path, way: str = _WRITABLE) -> Connection:
    connection = connect(f"{path.as_uri()}?{way}", uri=True, isolation_level=None, timeout=LOCK_SECONDS)
    connection.text_factory = _decode
    for setting in (
        "foreign_keys = ON",
        "recursive_triggers = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "synchronous = FULL",
        "temp_store = MEMORY",
        "mmap_size = 0",
        "cache_size = -16000",
        "wal_autocheckpoint = 0",
        f"journal_size_limit = {_LOG_KEPT}",
    ):
        connection.execute(f"PRAGMA {setting}")
    return connection


def _decode(raw: bytes) -> str:
    """Read stored text; bytes that are not UTF-8, put there by others, must reach the hash check, not stop it."""
    return raw.decode(errors="surrogateescape")


def _create_if_blank(path: Path) -> None:
    if not path.exists():
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600))
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}") from None
    connection = _connect(path)
    try:
        if is_blank(connection):
            connection.execute("BEGIN IMMEDIATE")
            migrate(connection)
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
