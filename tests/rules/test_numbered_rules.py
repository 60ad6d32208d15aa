"""The list of what became of each numbered rule names only rules that exist."""

from __future__ import annotations

import re
from pathlib import Path

from onco_tui.rules.registry import all_rules

LIST = Path(__file__).parents[2] / "docs" / "numbered-rules.md"
_CODE = re.compile(r"\b(?:ADM|DRG|DXC|COV|AUT|TRL|PLN|NCC|CLM|EVM)\d{3}\b")


def test_every_rule_named_exists() -> None:
    assert set(_CODE.findall(LIST.read_text(encoding="utf-8"))) <= set(all_rules())


def test_every_row_says_what_became_of_it() -> None:
    rows = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert len(rows) > 200
    for row in rows:
        assert row.count(" | ") == 2, row
        assert not row.endswith("|  |"), row
