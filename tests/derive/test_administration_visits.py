"""What makes one visit: dates, nights, charted names."""

from __future__ import annotations

from collections import Counter

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.administration.timeline import timeline_of
from onco_tui.derive.result import Derivation
from tests.derive.visits import Row, chemo, clock, coded, codes, derive, fluid, given, push, readings, reasons, visit

STAYED = "Did the patient stay"
LEFT = "Did the patient leave"


def dated(derivation: Derivation) -> dict[tuple[int, str], int]:
    """Units by day of the month and code."""
    units: Counter[tuple[int, str]] = Counter()
    for line in derivation.lines:
        units[line.date_of_service.day, line.code] += int(line.units)
    return dict(units)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [chemo(f"A{day}", f"09:00+{day}-10:00+{day}", drug="etoposide") for day in range(3)],
            {(2, "96413"): 1, (3, "96413"): 1, (4, "96413"): 1},
        ),
        ([push(f"A{day}", f"09:00+{day}", drug="x") for day in range(2)], {(2, "96374"): 1, (3, "96374"): 1}),
        ([fluid(f"A{day}", f"09:00+{day}-10:00+{day}") for day in range(2)], {(2, "96360"): 1, (3, "96360"): 1}),
        (
            [
                chemo("A1", "09:00-09:40", drug="x", discontinued=True, ordered_minutes=60),
                chemo("A2", "09:00+1-10:00+1", drug="x"),
            ],
            {(2, "96413"): 1, (3, "96413"): 1},
        ),
    ],
)
def test_who_comes_back_to_an_office_on_another_date_comes_for_another_visit(
    rows: list[Row], expected: dict[tuple[int, str], int]
) -> None:
    """Without names of visits; every add-on needs its parent on its own date (NCCI add-on code edits)."""
    found = derive(*rows)
    assert dated(found) == expected
    assert all("59" not in line.modifiers for line in found.lines)
    assert not found.judgements


def test_an_office_visit_lasts_over_midnight_as_long_as_something_runs() -> None:
    rows = chemo("A1", "22:00-02:00+1"), given("A2", "02:30+1-03:00+1"), push("A3", "09:00+2")
    assert coded(*rows[:2]) == {"96413": 1, "96415": 3, "96367": 1}
    assert dated(derive(*rows[:2])) == {(2, "96413"): 1, (2, "96415"): 3, (3, "96367"): 1}
    assert dated(derive(*rows))[4, "96374"] == 1


def test_a_short_break_over_midnight_does_not_end_a_visit() -> None:
    assert coded(push("A1", "23:30"), push("A2", "00:20+1")) == {"96374": 1, "96375": 1}
    assert coded(push("A1", "18:00"), push("A2", "00:20+1")) == {"96374": 2}


def test_a_pump_that_goes_home_does_not_keep_the_patient() -> None:
    pump = chemo("A1", "11:00-09:00+2", route="pump_infusion", pump={"kind": "portable"}, ordered_minutes="2760")
    again = push("A2", "10:00"), push("A3", "09:30+2")
    assert dated(derive(pump, *again)) == {(2, "96416"): 1, (2, "96374"): 1, (4, "96374"): 1}


def test_one_name_on_two_dates_names_two_visits_and_unnamed_ones_join_the_named_of_their_date() -> None:
    """A visit's name tells visits of one date apart."""
    rows = push("A1", "09:00", visit="1"), push("A2", "15:00", visit="2"), push("A3", "09:00+1", visit="1")
    unnamed = push("A4", "09:10"), push("A5", "09:10+1")
    assert dated(derive(*rows, *unnamed)) == {(2, "96374"): 2, (2, "96375"): 1, (3, "96374"): 1, (3, "96375"): 1}


@pytest.mark.parametrize("facility", [False, True])
def test_what_has_no_times_belongs_to_a_date_on_which_something_was_given(facility: bool) -> None:  # noqa: FBT001  parametrized
    found = derive(given("A1", "09:00+1-10:00+1"), push("A2"), facility=facility)
    assert dated(found) == {(3, "96365"): 1, (3, "96375"): 1}


def test_days_in_a_facility_are_a_series_unless_something_was_given_at_night() -> None:
    series = [chemo(f"A{day}", f"09:00+{day}-10:00+{day}", drug="etoposide") for day in range(3)]
    found = derive(*series, facility=True)
    assert dated(found) == {(2, "96413"): 1, (3, "96413"): 1, (4, "96413"): 1}
    assert readings(found, STAYED) == [{"96413": 1, "96415": 2}]
    stay = derive(*series, push("B1", "03:00+1"), facility=True)
    assert codes(stay) == {"96413": 1, "96415": 2, "96375": 1}
    assert readings(stay, LEFT) == [{"96413": 3, "96375": 1}]


@pytest.mark.parametrize("night", ["22:00", "21:30-22:01", "23:00-05:00+1"])
def test_evening_and_night_make_a_stay(night: str) -> None:
    rows = given("A1", night), given("A2", "12:00+1-13:00+1"), push("A3", "09:00+2")
    found = derive(*rows, facility=True)
    assert sum(units for code, units in codes(found).items() if code in {"96365", "96374"}) == 1


def test_a_night_that_was_given_through_leaves_no_question() -> None:
    """Six-hourly doses: nobody went home between them."""
    rows = [push(f"A{n}", f"{6 * n % 24:02}:00+{6 * n // 24}", drug=f"x{n}") for n in range(8)]
    close = [row for row in rows if row["id"] != "A0"] + [given("B1", "20:00-21:00"), given("B2", "00:30+1-01:00+1")]
    found = derive(*close, facility=True)
    assert codes(found) == {"96365": 1, "96367": 1, "96375": 7}
    assert not readings(found, STAYED)
    assert not readings(found, LEFT)


def test_dates_apart_in_a_facility_are_a_series_without_a_question() -> None:
    found = derive(*(given(f"A{n}", f"09:00+{7 * n}-10:00+{7 * n}", drug="iron") for n in range(3)), facility=True)
    assert codes(found) == {"96365": 3}
    assert not found.judgements


def test_a_draw_belongs_to_the_visit_that_lasted_over_its_date() -> None:
    """Only with laboratory services and nothing else in the encounter (NCCI Policy Manual ch. X 9)."""
    drawn = [{"id": "L1", "kind": "venous_access_blood_draw", "performed_at": clock("01:00+1"), "access_site": "port"}]
    overnight = chemo("A1", "22:00-02:00+1")
    assert coded(overnight, procedures=drawn) == {"96413": 1, "96415": 3}
    ended = derive(chemo("A1", "09:00-10:00"), procedures=drawn)
    assert codes(ended) == {"96413": 1, "36591": 1}
    assert "L1" not in reasons(ended)


def test_each_visit_has_lanes_of_its_own() -> None:
    encounter = visit(given("A1", "09:00-10:00"), given("A2", "09:00+1-10:00+1"))
    lanes = timeline_of(encounter, shipped_reference()).lanes
    assert [[bar.administration for bar in lane.bars] for lane in lanes] == [["A1"], ["A2"]]
    assert not any(lane.gaps for lane in lanes)
