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
    from onco_tui.review.list_reading import Read

PAGE = 200
_PAGES_KEPT = 8


class Window(Sequence[WorklistRow]):
    """The rows of a query, read in pages around the ones that are looked at; ``read`` is what is known already."""

    def __init__(self, desk: Desk, query: WorklistQuery, read: Read | None = None) -> None:
        self._desk = desk
        self._query = query
        self._count = desk.worklist_count(query) if read is None else read.count
        self._pages: dict[int, tuple[WorklistRow, ...]] = {}
        if read is not None:
            self._pages[read.first // PAGE] = read.rows

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
