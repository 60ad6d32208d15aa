from __future__ import annotations

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.administrations import derive_administrations
from onco_tui.encounter.document import parse_encounter
from tests.derive.visits import Row, chemo, clock, coded, codes, derive, fluid, gaps, given, push, readings, reasons


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


def test_a_stop_before_the_start_is_not_said_to_be_missing() -> None:
    told = [entry.reason for entry in derive(given("A1", "09:30-09:00")).not_derived]
    assert told == [
        "the stop at 09:00 is before the start at 09:30",
        "drug A1 started at 09:30: its charted times do not say how long it ran",
    ]


def test_chemotherapy_charted_as_carrier_fluid_is_asked_about_and_not_dropped() -> None:
    found = derive(chemo("A1", "09:00-10:00", drug="cisplatin", purpose="keep_vein_open"))
    assert codes(found) == {}
    assert gaps(found) == {"A1"}
    assert "charted as keep vein open, which a drug of its class cannot be" in reasons(found)["A1"]
    assert not gaps(derive(given("A1", "09:00-10:00", purpose="keep_vein_open")))


@pytest.mark.parametrize(
    ("row", "taken", "other"),
    [
        (given("A1", "09:00-10:00", "therapeutic", drug="paclitaxel"), {"96365": 1}, [{"96413": 1}]),
        (given("A1", "09:00", "chemotherapy", drug="leuprolide", route="intramuscular"), {"96401": 1}, [{"96402": 1}]),
        (given("A1", "09:00-10:00", "chemotherapy", drug="trastuzumab"), {"96413": 1}, []),
        (given("A1", "09:00-10:00", "therapeutic", drug="a drug no table knows"), {"96365": 1}, []),
    ],
)
def test_a_class_other_than_the_tables_is_a_judgement(
    row: Row, taken: dict[str, int], other: list[dict[str, int]]
) -> None:
    found = derive(row)
    assert codes(found) == taken
    assert readings(found, "another class") == other


def test_sixteen_hours_backwards_are_not_read_as_a_night() -> None:
    """A stop a few hours before the start is more likely a slip than an infusion of a whole day."""
    assert coded(chemo("A1", "14:00-09:00")) == {"96409": 1}
    assert coded(chemo("A1", "23:00-02:00")) == {"96413": 1, "96415": 2}
