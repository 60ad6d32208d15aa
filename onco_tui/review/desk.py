"""A coder's desk: the open database, who sits there, and the reference tables in use."""

from __future__ import annotations

import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from onco_tui.codesets.reference import Reference, shipped_reference
from onco_tui.review.sitting import Sitting
from onco_tui.store.actor import current_actor
from onco_tui.store.database import Database


class Desk:
    """Everything a review needs. Close it, or use it as a context manager."""

    def __init__(self, database: Database, reference: Reference | None = None) -> None:
        self.database = database
        self.reference = reference or shipped_reference()
        self.actor = current_actor()
        self.session = uuid.uuid4().hex[:12]

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an existing database. Raises StoreError."""
        return cls(Database.open(path))

    @classmethod
    def create(cls, path: Path) -> Self:
        """Create a database, or open the one that is there. Raises StoreError."""
        return cls(Database.create(path))

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def edition(self) -> str:
        """The editions of the tables in use, for the audit row."""
        return " ".join(f"{name}:{edition}" for name, edition in sorted(self.reference.editions.items()))

    def sit(self, encounter_id: str) -> Sitting:
        """Open one encounter for review. Raises StoreError when it is not there."""
        return Sitting(self, encounter_id)
