"""The one place that chooses the SQLite library: the sound one that ``pysqlite3`` brings, else Python's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite3 import (
        Connection,
        Cursor,
        DatabaseError,
        Error,
        Row,
        complete_statement,
        connect,
    )
    from sqlite3 import sqlite_version as _version
else:
    try:
        from pysqlite3.dbapi2 import Connection, Cursor, DatabaseError, Error, Row, complete_statement, connect
        from pysqlite3.dbapi2 import sqlite_version as _version
    except ImportError:
        from sqlite3 import Connection, Cursor, DatabaseError, Error, Row, complete_statement, connect
        from sqlite3 import sqlite_version as _version

__all__ = [
    "Connection",
    "Cursor",
    "DatabaseError",
    "Error",
    "Row",
    "complete_statement",
    "connect",
    "has_wal_reset_bug",
    "sqlite_version",
]


def sqlite_version() -> str:
    """Give the version of the SQLite library in use, such as ``3.53.4``."""
    return _version


def has_wal_reset_bug(version: str) -> bool:
    """Tell whether a SQLite version can lose pages when two connections checkpoint and commit at the same instant.

    Introduced with WAL in 3.7.0, fixed in 3.51.3 and in the backport 3.50.7 (SQLite release notes).
    """
    numbers = tuple(int(part) for part in version.split(".")[:3])
    backported = (3, 50, 7) <= numbers < (3, 51, 0)
    return (3, 7, 0) <= numbers < (3, 51, 3) and not backported
