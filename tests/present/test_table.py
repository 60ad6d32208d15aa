"""Columns line up at any width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from onco_tui.present.spans import Span, plain_text, row_width, span
from onco_tui.present.table import Cells, Column, fit_columns, heading_row, lay

COLUMNS = (
    Column("a", "first", 6),
    Column("b", "second", 8, drop=2),
    Column("c", "third", 5, "right", drop=1),
    Column("d", "rest", 4, grow=True),
)


@given(st.integers(11, 120), st.lists(st.text(max_size=20), min_size=4, max_size=4))
def test_every_row_is_as_wide_as_the_heading(room: int, texts: list[str]) -> None:
    columns = fit_columns(COLUMNS, room)
    cells: Cells = {column.key: span(text) for column, text in zip(COLUMNS, texts, strict=True)}
    assert row_width(heading_row(columns)) == row_width(lay(cells, columns)) == room


def test_the_column_with_the_highest_drop_goes_first() -> None:
    assert [column.key for column in fit_columns(COLUMNS, 26)] == ["a", "b", "c", "d"]
    assert [column.key for column in fit_columns(COLUMNS, 25)] == ["a", "c", "d"]
    assert [column.key for column in fit_columns(COLUMNS, 16)] == ["a", "d"]
    assert [column.key for column in fit_columns(COLUMNS, 5)] == ["a", "d"]


def test_a_cell_may_be_a_row_of_its_own() -> None:
    parts: tuple[Span, ...] = (span("x"), span("y"))
    assert plain_text(lay({"a": parts, "d": span("z")}, fit_columns(COLUMNS, 12))) == "xy     z"
