"""The form of the audit chain: which values of a row are hashed, how, and how a head is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from onco_tui.store.canonical import digest
from onco_tui.store.sqlite import Connection

HASHED = (
    "seq", "at", "clock_behind", "actor", "login", "claimed", "session", "action", "encounter_id", "rule",
    "ruleset_edition", "finding_id", "fix_id", "reason", "undoes", "before", "after", "edits", "state_before",
    "state_after", "record_after", "prev",
)  # fmt: skip
COLUMNS = (*HASHED, "hash")
SELECT = f"SELECT {', '.join(COLUMNS)} FROM audit"  # noqa: S608  our own names
INSERT = f"INSERT INTO audit ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608  same


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row of the log: note it elsewhere and give it to ``verify`` later."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a head as ``str`` writes it. Raises ValueError."""
        seq, _, value = text.strip().partition(":")
        if not (seq.isascii() and seq.isdigit()) or len(value) != 64 or set(value) - set("0123456789abcdef"):
            raise ValueError("expected a head such as 12:4f0c..., a number and 64 hexadecimal digits")
        return cls(int(seq), value)


def row_hash(values: Sequence[str | int]) -> str:
    """Hash the values of ``HASHED``, in that order: SHA-256 over a domain line, then each value with its length."""
    return digest("onco-tui/audit-row/1", values)


def origin(connection: Connection) -> Head:
    """Give what the first row follows: number 0 and the random name of this database."""
    return Head(0, connection.execute("SELECT database_id FROM about").fetchone()[0])


def newest(connection: Connection) -> Head:
    """Give the newest row's number and hash, or the origin of an empty log."""
    row = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(*row) if row else origin(connection)
