"""Rule files: every scalar stays text, hostile files are refused before they can do harm."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from onco_tui.codesets.policy import Policy
from onco_tui.codesets.rulefile import RulefileError, read_rulefile, read_tree


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_codes_times_and_words_stay_as_written(tmp_path: Path) -> None:
    text = "a: 00100\nb: 00003377211\nc: 12:30\nd: NO\ne: 1E5\nf: 2026-01-01\n"
    assert read_tree(written(tmp_path, text)) == {
        "a": "00100", "b": "00003377211", "c": "12:30", "d": "NO", "e": "1E5", "f": "2026-01-01",
    }  # fmt: skip


def test_a_wrong_value_is_named_with_file_line_and_field(tmp_path: Path) -> None:
    path = written(tmp_path, "name: x\nmissing_stop: maybe\n")
    with pytest.raises(RulefileError, match=r"rules\.yaml:2: missing_stop: "):
        read_rulefile(path, Policy)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\na: 2\n", "stands twice"),
        ("a: &x [1]\nb: *x\n", "anchors"),
        ("a: [1\n", "rules.yaml:"),
        ("", "empty"),
        ("[" * 70, "nested too deeply"),
        ("a:\n" + "".join(" " * n + "a:\n" for n in range(200)), "nested too deeply"),
    ],
)
def test_broken_files_are_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(RulefileError, match=words):
        read_tree(written(tmp_path, text))


def test_a_file_that_crashes_the_c_parser_is_refused_instead(tmp_path: Path) -> None:
    path = written(tmp_path, "[" * 100_000)
    program = (
        "import sys, pathlib\n"
        "from onco_tui.codesets.rulefile import RulefileError, read_tree\n"
        "try:\n    read_tree(pathlib.Path(sys.argv[1]))\n"
        "except RulefileError:\n    sys.exit(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], timeout=60, check=False)
    assert done.returncode == 7


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(RulefileError, match="larger than 1 MiB"):
        read_tree(written(tmp_path, "a: " + "x" * (1 << 20)))
