"""Published worked examples of drug lines: units, JW and JZ must be among the accepted answers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.drug_lines import derive_drug_lines
from onco_tui.encounter.document import parse_encounter, read_json

_EXAMPLES = Path(__file__).parents[3] / "shared" / "examples" / "published-examples.json"
Row = tuple[str, tuple[str, ...], Decimal]


def _cases() -> list[dict[str, object]]:
    if not _EXAMPLES.is_file():
        return []
    found = cast("list[dict[str, object]]", read_json(_EXAMPLES.read_bytes()))
    return [case for case in found if case["kind"] == "drug"]


def _rows(answer: list[list[object]]) -> list[Row]:
    return sorted((str(c), tuple(cast("list[str]", m)), Decimal(str(u))) for c, m, u in answer)


_ABSENT = pytest.param({}, marks=pytest.mark.skip(reason="the published examples are not beside this checkout"))


@pytest.mark.parametrize("case", _cases() or [_ABSENT], ids=lambda case: str(case.get("id", "absent")))
def test_the_published_answer_is_derived(case: dict[str, object]) -> None:
    derivation = derive_drug_lines(parse_encounter(case["document"]), shipped_reference())
    derived = sorted(
        (line.code, tuple(m for m in line.modifiers if m in {"JW", "JZ"}), line.units) for line in derivation.lines
    )
    accepted = [_rows(answer) for answer in cast("list[list[list[object]]]", case["accept"])]
    assert derived in accepted
