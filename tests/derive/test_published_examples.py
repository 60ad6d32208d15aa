"""Worked examples whose answers were published. They lie beside the repository; without them these tests skip."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.administrations import derive_administrations
from onco_tui.derive.result import Choice, DerivedLine
from onco_tui.encounter.document import parse_encounter

FILE = Path(__file__).parents[3] / "shared" / "examples" / "published-examples.json"
Answer = list[list[object]]


def cases() -> list[Any]:
    if not FILE.exists():
        return []
    return [case for case in json.loads(FILE.read_text(encoding="utf-8")) if case["kind"] == "administration"]


def answer(lines: Iterable[DerivedLine | Choice]) -> Answer:
    """What the examples compare: 96xxx, 36591 to 36593 and G0498, units by code, no modifier but JW and JZ."""
    units: Counter[str] = Counter()
    for line in lines:
        if line.code.startswith("96") or line.code in {"36591", "36592", "36593", "G0498"}:
            units[line.code] += int(line.units)
    return [[code, [], count] for code, count in sorted(units.items())]


@pytest.mark.skipif(not FILE.exists(), reason="the published examples are not beside the repository")
def test_there_are_published_examples() -> None:
    assert cases()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_published_example(case: Any) -> None:
    found = derive_administrations(parse_encounter(case["document"]), shipped_reference())
    readings = [answer(found.lines)] + [answer(lines) for j in found.judgements for lines in j.alternatives]
    if case["verdict"] == "ambiguous":
        assert found.judgements, case["why"]
        assert any(reading in case["accept"] for reading in readings), case["why"]
    else:
        assert readings[0] in case["accept"], case["why"]
