"""A window onto the worklist: a sequence that reads only the pages that are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, overload

from onco_tui.present.spans import Row
from onco_tui.present.worklist import worklist_row
from onco_tui.review.worklist import WorklistQuery, WorklistRow

if TYPE_CHECKING:
    from onco_tui.review.desk import Desk
    from onco_tui.review.list_reading import ReadList
    from onco_tui.review.worklist import Key

PAGE = 200
_PAGES_KEPT = 8


class Window(Sequence[WorklistRow]):
    """The rows of a query, read in pages around the ones that are looked at.

    A query that kept counts and indexes answer at once is asked again and again; any other is read once, ``read``.
    """

    def __init__(self, desk: Desk, query: WorklistQuery, read: ReadList | None = None) -> None:
        self._desk = desk
        self._query = query
        self._list = read
        self._count = desk.worklist_count(query) if read is None else len(read)
        self._pages: dict[int, tuple[WorklistRow, ...]] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> WorklistRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[WorklistRow]: ...
    def __getitem__(self, index: int | slice) -> WorklistRow | list[WorklistRow]:
        if isinstance(index, slice):
            rows = (self._row(i) for i in range(*index.indices(self._count)))
            return [row for row in rows if row is not None]
        row = self._row(index)
        if row is None:
            raise IndexError(index)
        return row

    def position(self, encounter_id: str) -> int | None:
        """Give the position of an encounter; None when the list does not hold it."""
        if self._list is None:
            return self._desk.worklist_position(self._query, encounter_id)
        return self._list.position(self._desk.database, encounter_id)

    def rank(self, key: Key) -> int:
        """Count the rows before a key: where what has left the list stood."""
        if self._list is None:
            return self._desk.worklist_rank(self._query, key)
        return self._list.rank(self._desk.database, key)

    def neighbours(self, encounter_id: str, key: Key | None) -> tuple[str | None, str | None]:
        """Give the encounters before and after one; None at the ends. ``key`` is the place it had when opened."""
        if self._list is None:
            return self._desk.neighbours(self._query, encounter_id, key)
        return self._list.neighbours(self._desk.database, encounter_id, key)

    def read_again(self) -> None:
        """Forget what the rows showed; which they are stays as it is."""
        self._pages.clear()

    def _row(self, index: int) -> WorklistRow | None:
        """Read a row; None when others have shortened the list meanwhile."""
        page, at = divmod(index, PAGE)
        if page not in self._pages:
            rows = self._read(page)
            if len(self._pages) >= _PAGES_KEPT:
                self._pages.clear()
            self._pages[page] = rows
        rows = self._pages[page]
        return rows[at] if at < len(rows) else None

    def _read(self, page: int) -> tuple[WorklistRow, ...]:
        """Read a page on from the one before or behind it by its key, else from the nearer end of the list."""
        first = page * PAGE
        if self._list is not None:
            return self._list.rows(self._desk.database, first, PAGE)
        size = min(PAGE, self._count - first)
        before, behind = self._pages.get(page - 1), self._pages.get(page + 1)
        if before and len(before) == PAGE:
            return self._desk.worklist_after(self._query, before[-1].key, size)
        turned = replace(self._query, descending=not self._query.descending)
        if behind:
            return self._desk.worklist_after(turned, behind[0].key, size)[::-1]
        from_end = self._count - first - size
        if from_end < first:
            return self._desk.worklist(turned, from_end, size)[::-1]
        return self._desk.worklist(self._query, first, size)


class DrawnRows(Sequence[Row]):
    """The rows of a window as they are drawn at some width."""

    def __init__(self, window: Window, cells: int) -> None:
        self._window, self._cells = window, cells

    def __len__(self) -> int:
        return len(self._window)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [worklist_row(entry, self._cells) for entry in self._window[index]]
        return worklist_row(self._window[index], self._cells)
