"""Rows of text: everything is cleaned once, and what is measured in cells fits in cells."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from onco_tui.present.clean import clean
from onco_tui.present.glyphs import to_ascii
from onco_tui.present.spans import (
    Role,
    crop,
    crop_row,
    entry,
    fit,
    fit_row,
    join,
    money,
    plain_text,
    row_width,
    span,
    spread,
    whole_parts,
    width,
    wrap,
    wrap_row,
)

# The screen library counts a variation selector by the character before it; it is left out here.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Co", "Cn"], exclude_characters="\ufe0f", max_codepoint=0x1FFFF))
SHORT = st.lists(st.text("abcdef ○\uff57é", max_size=12), max_size=8)


@given(TEXT)
def test_a_span_holds_nothing_a_terminal_acts_on(text: str) -> None:
    shown = span(text).text
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in shown)
    assert span(shown).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "Zoë",
        "e\u0301",
        "\uff37\uff49\uff44\uff45",
        "東京",
        "한글",
        "\U0001f469\u200d\U0001f52c!",
        "■▲·○✗⟳✓▸•▶─…",
        "ملف",
    ],
)
def test_width_counts_cells_as_the_screen_library_does(text: str) -> None:
    assert width(text) == cell_len(text)


@given(st.text(st.sampled_from("aé東\uff57한e\u0301\u0308■─ \U0001f600"), max_size=30))
def test_width_agrees_with_the_screen_library_on_mixed_text(text: str) -> None:
    assert width(text) == cell_len(text)


@given(TEXT, st.integers(0, 40), st.sampled_from(["left", "right"]))
def test_fit_gives_exactly_the_cells_asked_for(text: str, cells: int, align: str) -> None:
    part = fit(span(text), cells, align)  # type: ignore[arg-type]
    assert width(part.text) == cells
    assert width(crop(clean(text), cells)) <= cells


@given(SHORT, st.integers(1, 60))
def test_rows_are_cropped_and_padded_to_their_cells(texts: list[str], cells: int) -> None:
    row = tuple(span(text) for text in texts)
    assert row_width(crop_row(row, cells)) <= cells
    assert row_width(fit_row(row, cells)) == cells
    assert row_width(fit_row(row, cells, "right")) == cells
    if row_width(row) > cells:
        assert plain_text(crop_row(row, cells)).endswith("…")


@given(SHORT, SHORT, st.integers(2, 80))
def test_spread_fills_the_line_and_the_right_end_stays(left: list[str], right: list[str], cells: int) -> None:
    ends = tuple(map(span, right))
    row = spread(tuple(map(span, left)), ends, cells)
    assert row_width(row) == cells
    if row_width(ends) <= cells:
        assert "".join(part.text for part in row).endswith("".join(part.text for part in ends))


@given(st.text("abc def東", max_size=80), st.integers(2, 30))
def test_wrapping_loses_no_ink_and_keeps_within_the_cells(text: str, cells: int) -> None:
    lines = wrap(clean(text), cells)
    assert all(width(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.lists(st.text("abcdef", min_size=1, max_size=9), max_size=12), st.integers(9, 40))
def test_spans_flow_over_lines_whole(texts: list[str], cells: int) -> None:
    lines = wrap_row(tuple(span(text) for text in texts), cells)
    assert [part.text for line in lines for part in line] == texts
    assert all(row_width(line) <= cells for line in lines)


def test_whole_parts_leaves_out_what_does_not_fit_and_cuts_only_the_first() -> None:
    parts = [span("E-1"), span("Rivera, Marta"), span("2026-03-02")]
    assert plain_text(whole_parts(parts, 40)) == "E-1  Rivera, Marta  2026-03-02"
    assert plain_text(whole_parts(parts, 16)) == "E-1  2026-03-02"
    assert plain_text(whole_parts(parts, 2)) == "E…"


def test_join_leaves_empty_parts_out() -> None:
    assert plain_text(join([span("a"), span(""), span("b")])) == "a  b"


def test_an_entry_labels_its_first_line_only() -> None:
    rows = entry("why", "one two three four", 22)
    assert [plain_text(row) for row in rows] == ["why        one two", "           three four"]
    assert rows[0][0].role is Role.LABEL


@pytest.mark.parametrize(
    ("amount", "words"), [(None, ""), ("0", "0.00"), ("12990", "12,990.00"), ("-3.5", "-3.50"), ("0.005", "0.00")]
)
def test_money_has_cents(amount: str | None, words: str) -> None:
    assert money(None if amount is None else Decimal(amount)) == words


@given(TEXT)
def test_ascii_keeps_every_cell(text: str) -> None:
    shown = clean(text)
    plain = to_ascii(shown)
    assert plain.isascii()
    assert plain.isprintable()
    if "\u200d" not in shown:
        assert len(plain) == width(shown)


def test_ascii_keeps_glyphs_apart() -> None:
    glyphs = "■▲·○✗⟳✓▸•─"
    assert len(set(to_ascii(glyphs))) == len(glyphs)
    assert to_ascii("Zoë\N{EN DASH}█") == "Zoe-="
