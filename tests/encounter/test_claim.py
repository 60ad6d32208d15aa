"""What a claim tells about its lines."""

from __future__ import annotations

from datetime import date

import pytest

from onco_tui.encounter.claim import Claim, ClaimLine

MARCH_2, MARCH_9 = date(2026, 3, 2), date(2026, 3, 9)


@pytest.mark.parametrize(
    ("pointers", "codes"),
    [((2, 1), ("C34.11", "Z51.11")), ((0, 3, 2), ("C34.11",)), ((2, 2), ("C34.11", "C34.11")), ((), ())],
)
def test_a_line_points_to_diagnoses_in_its_own_order(pointers: tuple[int, ...], codes: tuple[str, ...]) -> None:
    line = ClaimLine(line=1, code="J9271", diagnosis_pointers=pointers)
    assert Claim(diagnoses=("Z51.11", "C34.11"), lines=(line,)).pointed(line) == codes


def test_the_days_of_a_claim_are_those_of_its_lines() -> None:
    days = (MARCH_9, None, MARCH_2, MARCH_9)
    lines = tuple(ClaimLine(line=n, code="96413", date_of_service=day) for n, day in enumerate(days, start=1))
    assert Claim(lines=lines).days == (MARCH_2, MARCH_9)
    assert Claim(lines=lines, date_from=date(2026, 3, 1)).days == (date(2026, 3, 1), MARCH_2, MARCH_9)
