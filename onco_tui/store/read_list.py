"""A list read once: the order of its encounters is kept, so that going through it asks the filter no more."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field

from onco_tui.store import worklist
from onco_tui.store.database import Database
from onco_tui.store.worklist import Key, WorklistQuery, WorklistRow

_AHEAD = 20


@dataclass(frozen=True, slots=True)
class ReadList:
    """The ids of a list in its order, as it stood when it was read. What a row shows is read when it is looked at."""

    query: WorklistQuery = field(repr=False)
    ids: array[int] = field(repr=False)

    @classmethod
    def of(cls, database: Database, query: WorklistQuery) -> ReadList:
        """Read a list; of a very long and broad one that takes seconds."""
        return cls(query, worklist.ids_in_order(database, query))

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, database: Database, first: int, most: int) -> tuple[WorklistRow, ...]:
        """Give the rows from a position on."""
        return worklist.rows_by_id(database, self.query, self.ids[first : first + most])

    def position(self, database: Database, encounter_id: str) -> int | None:
        """Give the position of an encounter; None when the list does not hold it."""
        numbers = database.query("SELECT id FROM encounters WHERE encounter_id = ?", (encounter_id,))
        try:
            return self.ids.index(numbers[0][0]) if numbers else None
        except ValueError:
            return None

    def rank(self, database: Database, key: Key) -> int:
        """Count the rows before a key."""
        return bisect_left(self.ids, True, key=lambda number: not self._before(database, number, key))

    def _before(self, database: Database, number: int, key: Key) -> bool:
        return worklist.stands_before(database, self.query, number, key)

    def neighbours(self, database: Database, encounter_id: str, key: Key | None) -> tuple[str | None, str | None]:
        """Give the encounters before and after one, None at the ends; it need not be listed if its key is known.

        One whose status has changed since the list was read is passed over.
        """
        here = self.position(database, encounter_id)
        beyond = 0 if here is None else here + 1
        if here is None:
            key = key or worklist.key_of(database, self.query, encounter_id)
            if key is None:
                return None, None
            here = beyond = self.rank(database, key)
        return (
            self._first(database, range(here - 1, -1, -1)),
            self._first(database, range(beyond, len(self.ids))),
        )

    def _first(self, database: Database, positions: range) -> str | None:
        for start in range(0, len(positions), _AHEAD):
            numbers = [self.ids[at] for at in positions[start : start + _AHEAD]]
            for row in worklist.rows_by_id(database, self.query, numbers):
                if self.query.status in {None, row.status}:
                    return row.encounter_id
        return None
