"""Columns that line up: which fit a width, their heading, and rows of cells laid into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from onco_tui.present.spans import BLANK, Align, Role, Row, Span, fit_row, span, width

GAP = 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``grow`` takes the room that is left; a column with a higher ``drop`` goes first when room lacks."""

    key: str
    heading: str
    cells: int
    align: Align = "left"
    grow: bool = False
    drop: int = 0


Cells = Mapping[str, Span | Row]


def fit_columns(columns: Sequence[Column], room: int) -> tuple[Column, ...]:
    """Choose the columns that fit into ``room`` cells and widen the growing one to fill it."""
    kept = list(columns)
    while len(kept) > 1 and _total(kept) > room:
        weakest = max(kept, key=lambda column: column.drop)
        if not weakest.drop:
            break
        kept.remove(weakest)
    spare = max(0, room - _total(kept))
    return tuple(replace(column, cells=column.cells + spare) if column.grow else column for column in kept)


def _total(columns: Sequence[Column]) -> int:
    return sum(column.cells for column in columns) + GAP * (len(columns) - 1)


def content_width(heading: str, values: Sequence[Span], most: int) -> int:
    """Give the width that shows all values and the heading, at most ``most``."""
    return min(most, max([width(heading), *(width(value.text) for value in values)]))


def heading_row(columns: Sequence[Column]) -> Row:
    """Give the row of headings."""
    return lay({column.key: span(column.heading, Role.LABEL) for column in columns}, columns)


def lay(cells: Cells, columns: Sequence[Column]) -> Row:
    """Lay cells into columns; a cell too wide is cut."""
    row: list[Span] = []
    for index, column in enumerate(columns):
        if index:
            row.append(_GAP)
        cell = cells.get(column.key, BLANK)
        row += fit_row((cell,) if isinstance(cell, Span) else cell, column.cells, column.align)
    return tuple(row)


_GAP = span(" " * GAP)
