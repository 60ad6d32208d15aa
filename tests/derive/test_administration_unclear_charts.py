from __future__ import annotations

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.administrations import derive_administrations
from onco_tui.encounter.document import parse_encounter
from tests.derive.visits import chemo, clock, coded, codes, derive, fluid, gaps, given, push, reasons


def test_no_administrations_yield_nothing() -> None:
    assert codes(derive()) == {}


def test_a_stop_before_the_start_is_a_gap_and_no_stop() -> None:
    found = derive(given("A1", "09:00-08:30"))
    assert codes(found) == {"96374": 1}
    assert gaps(found) == {"A1"}
    assert found.not_derived[0].reason == "the stop at 08:30 is before the start at 09:00"


def test_a_stop_equal_to_the_start_is_at_most_a_push() -> None:
    assert coded(given("A1", "09:00-09:00")) == {"96374": 1}
    assert coded(fluid("A1", "09:00-09:00")) == {}


def test_pauses_over_the_whole_run_leave_nothing_given() -> None:
    pauses = [{"from": clock("09:00"), "to": clock("10:00")}]
    found = derive(given("A1", "09:00-10:00", pauses=pauses))
    assert codes(found) == {}
    assert "pauses cover the run" in reasons(found)["A1"]


def test_an_infusion_with_a_stop_only_is_dated_by_it() -> None:
    found = derive(given("A1", "-10:00+1"))
    assert [(line.code, line.date_of_service.day) for line in found.lines] == [("96374", 3)]


def test_what_has_no_times_takes_the_claims_date() -> None:
    (line,) = derive(push("A1")).lines
    assert line.date_of_service.isoformat() == "2026-03-02"


def test_without_any_date_nothing_is_derived_and_the_chart_is_asked() -> None:
    data = {
        "schema": "onco-encounter/1",
        "encounter_id": "E",
        "claim": {},
        "documentation": {"administrations": [push("A1")]},
    }
    found = derive_administrations(parse_encounter(data), shipped_reference())
    assert codes(found) == {}
    assert gaps(found) == {"A1"}


def test_drugs_without_names_are_different_drugs() -> None:
    rows = [given(f"A{n}", f"{9 + n:02}:00-{9 + n:02}:30", drug=None) for n in range(2)]
    assert coded(*rows) == {"96365": 1, "96367": 1}


def test_one_unclear_administration_does_not_take_the_others_away() -> None:
    assert coded(chemo("A1", "09:00-10:00"), given("A2", "08:00-08:30", None), given("A3")) == {"96413": 1, "96375": 1}


def test_sixteen_hours_backwards_are_not_read_as_a_night() -> None:
    """A stop a few hours before the start is more likely a slip than an infusion of a whole day."""
    assert coded(chemo("A1", "14:00-09:00")) == {"96409": 1}
    assert coded(chemo("A1", "23:00-02:00")) == {"96413": 1, "96415": 2}
