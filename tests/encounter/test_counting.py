from __future__ import annotations

import pytest

from onco_tui.encounter.counting import counted


@pytest.mark.parametrize(
    ("number", "plural", "said"),
    [
        (1, "", "1 fix"),
        (0, "fixes", "0 fixes"),
        (2, "fixes", "2 fixes"),
        ("1", "fixes", "1 fix"),
        ("0.5", "fixes", "0.5 fixes"),
    ],
)
def test_one_of_a_thing_is_singular(number: int | str, plural: str, said: str) -> None:
    assert counted(number, "fix", plural) == said
