"""What becomes of billed drug lines, by the plan alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.drugs.plan import JZ, Group, mark_of, plan

DAY = date(2026, 3, 2)
Marked = tuple[str, int]


def _group(billed: list[Marked], due: list[Marked]) -> Group:
    lines = tuple(
        ClaimLine(line=number, code="J9271", modifiers=tuple(mark.split()), units=Decimal(units))
        for number, (mark, units) in enumerate(billed, start=1)
    )
    derived = tuple(DerivedLine("J9271", Decimal(units), tuple(mark.split()), DAY, ("A1",), ()) for mark, units in due)
    return Group("J9271", DAY, lines, derived)


def _planned(billed: list[Marked], due: list[Marked]) -> list[tuple[int | None, str, int]]:
    return [(step.line.line if step.line else None, step.mark, int(step.units)) for step in plan(_group(billed, due))]


@pytest.mark.parametrize(
    ("billed", "due", "planned"),
    [
        ([("JZ", 200)], [("JZ", 200)], [(1, "JZ", 200)]),
        ([("", 100)], [("", 75), ("JW", 25)], [(1, "", 75), (None, "JW", 25)]),
        ([("", 75), ("", 25)], [("", 75), ("JW", 25)], [(1, "", 75), (2, "JW", 25)]),
        ([("", 75), ("JW JZ", 25)], [("", 75), ("JW", 25)], [(1, "", 75), (2, "JW", 25)]),
        ([("JW JZ", 100)], [("", 75), ("JW", 25)], [(1, "", 75), (None, "JW", 25)]),
        ([("JW", 100)], [("JZ", 100)], [(1, "JZ", 100)]),
        ([("JW", 25)], [("", 75), ("JW", 25)], [(None, "", 75), (1, "JW", 25)]),
        ([("JZ", 100), ("JW", 20)], [("JZ", 100)], [(1, "JZ", 100), (2, "JW", 0)]),
        ([("JZ", 120), ("JZ", 100)], [("JZ", 200)], [(1, "JZ", 120), (2, "JZ", 80)]),
        ([("JZ", 200), ("JZ", 200)], [("JZ", 200)], [(1, "JZ", 200), (2, "JZ", 0)]),
        ([("JZ", 50), ("JZ", 30)], [("JZ", 100)], [(1, "JZ", 70), (2, "JZ", 30)]),
        ([("JZ", 8), ("", 10)], [("JZ", 8), ("", 8)], [(1, "JZ", 8), (2, "", 8)]),
        ([("", 5), ("JW", -2)], [], [(1, "", 0), (2, "JW", 0)]),
        ([], [("", 75), ("JW", 25)], [(None, "", 75), (None, "JW", 25)]),
    ],
)
def test_each_line_gets_its_part(
    billed: list[Marked], due: list[Marked], planned: list[tuple[int | None, str, int]]
) -> None:
    assert sorted(_planned(billed, due), key=str) == sorted(planned, key=str)


def test_a_jz_nobody_asks_for_may_stand() -> None:
    group = _group([("JZ", 8)], [("", 8)])
    assert plan(group)[0].mark == ""
    assert plan(group, frozenset({JZ}))[0].mark == JZ


MARKS = st.sampled_from(("", "JW", "JZ", "JW JZ"))
DUE = st.sampled_from(
    ([("JZ", 100)], [("", 75), ("JW", 25)], [("", 40)], [("JZ", 8), ("", 8)], [("JZ", 8), ("", 3), ("JW", 2)], [])
)


@given(st.lists(st.tuples(MARKS, st.integers(-5, 300)), max_size=5), DUE)
def test_the_plan_always_ends_in_what_is_due(billed: list[Marked], due: list[Marked]) -> None:
    group = _group(billed, due)
    left: dict[str, Decimal] = {}
    steps = plan(group)
    for step in steps:
        if step.units:
            left[step.mark] = left.get(step.mark, Decimal(0)) + step.units
    assert {mark: units for mark, units in left.items() if units} == group.due
    assert sorted(step.line.line for step in steps if step.line) == [line.line for line in group.billed]


@given(st.lists(st.tuples(MARKS, st.integers(1, 300)), max_size=5), DUE)
def test_planning_what_was_planned_changes_nothing(billed: list[Marked], due: list[Marked]) -> None:
    done = [(step.mark, int(step.units)) for step in plan(_group(billed, due)) if step.units]
    again = plan(_group(done, due))
    assert [step for step in again if step.changes_units or step.changes_mark or step.line is None] == []


def test_marks_are_read_whatever_their_order() -> None:
    assert mark_of(("TB", "JZ", "JW")) == mark_of(("JW", "JZ")) == "JW JZ"
    assert mark_of(("TB",)) == ""
