"""Export: CSV that no spreadsheet runs, JSON that is exact, and files that appear whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onco_tui.exchange.tables import Cell, safe_binary_output, safe_output, write_csv, write_json, write_jsonl


def csv_of(*values: Cell) -> list[str]:
    columns = [f"c{at}" for at in range(len(values))]
    stream = io.StringIO(newline="")
    assert write_csv([dict(zip(columns, values, strict=True))], columns, stream) == 1
    header, row = csv.reader(io.StringIO(stream.getvalue(), newline=""))
    assert header == columns
    return row


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-2+3",
        "@SUM(A1)",
        "  =1+1",
        "\t=1",
        "\tplain",
        "\rplain",
        "\nplain",
        "\u00a0=1",
        "\u2003@x",
        "\ufeff=1",
        "\u200b \u200b=1",
        "\0=1",
        "＝1+1",  # noqa: RUF001
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("http://x","y")',
    ],
)
def test_text_a_spreadsheet_could_run_gets_an_apostrophe(text: str) -> None:
    assert csv_of(text) == ["'" + text]


@pytest.mark.parametrize(
    "text", ["", "plain", "C34.11", "1=1", "a-b", "'quoted", "mail@example", "a\tb", 'say "hi", ok']
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert csv_of(text) == [text]


def test_numbers_stay_numbers() -> None:
    row = csv_of(Decimal("-12.50"), -3, Decimal("1E+2"), 0, date(2026, 3, 2), None)
    assert row == ["-12.50", "-3", "100", "0", "2026-03-02", ""]


def test_headers_are_text_too_and_keys_that_are_no_columns_are_left_out() -> None:
    stream = io.StringIO(newline="")
    assert write_csv([{"=bad": "x", "other": "y"}, {}], ["=bad"], stream) == 2
    assert stream.getvalue() == '\'=bad\r\nx\r\n""\r\n'


RISKY = st.text(st.sampled_from("=+-@\t\r\n '\",;a1\u00a0\u200b\ufeff＝"), max_size=6)  # noqa: RUF001


@settings(max_examples=300, deadline=None)
@given(st.lists(RISKY | st.text(max_size=6), min_size=1, max_size=4))
def test_no_text_cell_begins_as_a_formula_and_none_is_lost(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    for written, text in zip(csv_of(*texts), texts, strict=True):
        assert written.removeprefix("'") == text or written == text
        assert written[:1] not in set("=+-@\t\r\n＝＋－＠")  # noqa: RUF001
        assert written.lstrip(" \u00a0\u200b\ufeff")[:1] not in set("=+-@")


def test_json_is_exact_and_leaves_text_alone() -> None:
    row: dict[str, Cell] = {"a": Decimal("180.10"), "b": "=1+1", "c": date(2026, 3, 2), "d": None, "e": "é", "f": 3}
    expected = {"a": "180.1", "b": "=1+1", "c": "2026-03-02", "d": None, "e": "é", "f": 3}
    stream = io.StringIO()
    assert write_jsonl([row, row], stream) == 2
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [expected, expected]
    for rows in ([], [row], [row, row]):
        stream = io.StringIO()
        assert write_json(rows, stream) == len(rows)
        assert json.loads(stream.getvalue()) == [expected] * len(rows)


def test_a_value_without_json_form_is_an_error() -> None:
    with pytest.raises(TypeError, match="no JSON form"):
        write_jsonl([{"a": object()}], io.StringIO())  # type: ignore[dict-item]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("before", [None, "old text, readable by all"])
def test_a_file_is_written_whole_for_its_owner_only(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / "out.csv"
    if before:
        path.write_text(before, encoding="utf-8")
        path.chmod(0o644)
    with safe_output(path) as stream:
        stream.write("é\r\nline\n")
        stream.flush()
        assert not path.exists() if before is None else path.read_text(encoding="utf-8") == before
    assert path.read_bytes() == "é\r\nline\n".encode()
    assert mode_of(path) == 0o600
    assert names_in(tmp_path) == ["out.csv"]


def test_while_it_is_written_nobody_else_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with safe_binary_output(tmp_path / "out.bin") as stream:
            (temporary,) = tmp_path.iterdir()
            assert mode_of(temporary) == 0o600
            stream.write(b"\0\1")
    finally:
        os.umask(before)
    assert (tmp_path / "out.bin").read_bytes() == b"\0\1"


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, OSError])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, failure: type[BaseException]) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")

    def write_half() -> None:
        with safe_output(path) as stream:
            stream.write("half")
            raise failure

    with pytest.raises(failure):
        write_half()
    assert path.read_text(encoding="utf-8") == "old"
    assert names_in(tmp_path) == ["out.csv"]


def write_to(path: Path) -> None:
    with safe_output(path) as stream:
        stream.write("secret")


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("old", encoding="utf-8")
    for points_at in (target, tmp_path / "nowhere"):
        link.unlink(missing_ok=True)
        link.symlink_to(points_at)
        with pytest.raises(FileExistsError, match="symbolic link"):
            write_to(link)
        assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "old"
    assert names_in(tmp_path) == ["link.csv", "target.csv"]


def test_a_link_put_there_meanwhile_is_not_followed_either(tmp_path: Path) -> None:
    target, path = tmp_path / "target.csv", tmp_path / "out.csv"
    target.write_text("old", encoding="utf-8")

    def swapped() -> None:
        with safe_output(path) as stream:
            stream.write("secret")
            path.symlink_to(target)

    with pytest.raises(FileExistsError, match="symbolic link"):
        swapped()
    assert target.read_text(encoding="utf-8") == "old"
    assert names_in(tmp_path) == ["out.csv", "target.csv"]


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "pipe"):
        with pytest.raises(FileExistsError, match="not a regular file"):
            write_to(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        write_to(tmp_path / "absent" / "out.csv")
    assert names_in(tmp_path) == ["folder", "pipe"]
    assert names_in(tmp_path / "folder") == []
