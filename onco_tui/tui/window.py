"""A window onto the worklist: a sequence that reads only the pages that are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from onco_tui.present.spans import Row
from onco_tui.present.worklist import worklist_row
from onco_tui.review.worklist import WorklistQuery, WorklistRow

if TYPE_CHECKING:
    from onco_tui.review.desk import Desk

_PAGE = 200
_PAGES_KEPT = 8


class Window(Sequence[WorklistRow]):
    """The rows of a query, read in pages around the ones that are looked at."""

    def __init__(self, desk: Desk, query: WorklistQuery) -> None:
        self._desk = desk
        self._query = query
        self._count = desk.worklist_count(query)
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

    def _row(self, index: int) -> WorklistRow | None:
        """Read a row; None when others have shortened the list meanwhile."""
        page, at = divmod(index, _PAGE)
        if page not in self._pages:
            if len(self._pages) >= _PAGES_KEPT:
                self._pages.clear()
            self._pages[page] = self._desk.worklist(self._query, page * _PAGE, _PAGE)
        rows = self._pages[page]
        return rows[at] if at < len(rows) else None


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
