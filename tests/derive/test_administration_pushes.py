from __future__ import annotations

import pytest

from tests.derive.visits import chemo, coded, codes, derive, given, line, push, readings, reasons, under


def test_a_charted_push_stays_one_however_long_it_took() -> None:
    assert coded(push("A1", "09:00-09:25")) == {"96374": 1}
    assert coded(push("A1", "09:00-09:25", "chemotherapy")) == {"96409": 1}


def test_whether_a_long_push_was_an_infusion_is_a_judgement() -> None:
    """A push is given by someone who stays; a bag that ran 25 minutes by itself is an infusion."""
    about = "more than 15 minutes"
    assert readings(derive(push("A1", "09:00-09:25")), about) == [{"96365": 1}]
    beside = (chemo("A1", "10:00-11:00"), push("A2", "09:00-09:25"))
    assert readings(derive(*beside), about) == [{"96413": 1, "96367": 1}]
    assert not readings(derive(push("A1", "09:00-09:15")), about)
    assert not readings(derive(push("A1", "09:00")), about)


def test_every_new_drug_is_a_push_of_its_own() -> None:
    assert coded(push("A1", "09:00"), push("A2", "09:02"), push("A3", "09:04", "chemotherapy")) == {
        "96409": 1,
        "96375": 2,
    }


@pytest.mark.parametrize(("second", "repeats"), [("09:20", 0), ("09:30", 0), ("09:31", 1), ("15:00", 1)])
def test_a_repeat_push_needs_a_facility_and_more_than_30_minutes(second: str, repeats: int) -> None:
    rows = push("A1", "09:00", drug="morphine"), push("A2", second, drug="morphine")
    expected = {"96374": 1} | ({"96376": repeats} if repeats else {})
    assert coded(*rows, facility=True) == expected
    assert coded(*rows) == {"96374": 1}


def test_30_minutes_run_from_the_last_reported_push_unless_the_payer_says_otherwise() -> None:
    rows = [push(f"A{n}", time, drug="morphine") for n, time in enumerate(("09:00", "09:20", "09:40"))]
    assert coded(*rows, facility=True) == {"96374": 1, "96376": 1}
    assert coded(*rows, facility=True, reference=under(repeat_push_interval="previous_push")) == {"96374": 1}
    assert readings(derive(*rows, facility=True), "30 minutes to a repeat push") == [{"96374": 1}]


def test_pushes_at_an_unknown_time_are_no_repeats() -> None:
    found = derive(push("A1", "09:00", drug="x"), push("A2", drug="x"), facility=True)
    assert codes(found) == {"96374": 1}
    assert "unknown time" in reasons(found)["A2"]


def test_a_second_push_of_one_chemotherapy_drug_has_no_code() -> None:
    rows = push("A1", "09:00", "chemotherapy", drug="x"), push("A2", "12:00", "chemotherapy", drug="x")
    assert coded(*rows, facility=True) == {"96409": 1}


def test_two_syringes_of_one_dose_are_one_push_unless_the_payer_counts_each() -> None:
    rows = push("A1", "09:00-09:05", drug="x"), push("A2", "09:05-09:10", drug="x")
    assert coded(*rows) == {"96374": 1}
    assert coded(*rows, reference=under(same_drug_syringes="each_push")) == {"96374": 1, "96375": 1}
    assert readings(derive(*rows), "syringes") == [{"96374": 1, "96375": 1}]


def test_a_mixed_syringe_is_one_push() -> None:
    assert coded(push("A1", "09:00", bag="s"), push("A2", "09:00", bag="s")) == {"96374": 1}


def test_a_push_during_an_infusion_is_a_push() -> None:
    assert coded(chemo("A1", "09:00-10:00"), push("A2", "09:20")) == {"96413": 1, "96375": 1}


def test_an_infusion_without_a_stop_is_at_most_a_push_and_the_times_are_asked_for() -> None:
    found = derive(given("A1", "09:00"))
    assert codes(found) == {"96374": 1}
    assert reasons(found)["A1"] == "drug A1 started at 09:00: no stop time, so its minutes are unknown"
    assert readings(found, "without its start or stop") == [{}]


@pytest.mark.parametrize("answer", ["query", "unbillable"])
def test_an_infusion_without_a_stop_is_nothing_for_other_payers(answer: str) -> None:
    found = derive(given("A1", "09:00"), reference=under(missing_stop=answer))
    assert codes(found) == {}
    assert readings(found, "without its start or stop") == [{"96374": 1}]


def test_a_repeat_without_times_adds_no_minutes() -> None:
    found = derive(given("A1", "09:00-10:00", drug="x"), given("A2", "19:00", drug="x"), facility=True)
    assert codes(found) == {"96365": 1}


def test_a_stop_from_volume_and_rate_counts_and_is_a_judgement() -> None:
    row = given("A1", "09:00", volume={"amount": "200", "unit": "mL"}, rate={"amount": "120", "unit": "mL/hr"})
    found = derive(row)
    assert codes(found) == {"96365": 1, "96366": 1}
    assert "200 mL at 120 mL/hr" in found.lines[0].because[0]
    assert readings(found, "computed") == [{"96374": 1}]
    assert coded(row, reference=under(stop_from_volume_and_rate="false")) == {"96374": 1}


def test_the_interval_is_told_from_the_push_it_runs_from() -> None:
    rows = [push(f"A{n}", time, drug="x") for n, time in enumerate(("09:00", "09:20", "09:40"))]
    assert line(derive(*rows, facility=True), "96376").because[0] == (
        "x pushed again 40 min after the last push reported, over 30: a repeat push"
    )
    assert "20 min after the push before it" in reasons(derive(*rows, facility=True))["A1"]
    previous = derive(*rows[::2], facility=True, reference=under(repeat_push_interval="previous_push"))
    assert "40 min after the push before it" in line(previous, "96376").because[0]
    infused = given("A1", "09:00-10:00", drug="x"), given("A2", "12:00-12:30", drug="x")
    repeated = derive(*infused, facility=True, reference=under(same_drug_repeat_infusion="repeat_push"))
    assert "180 min after its infusion began" in line(repeated, "96376").because[0]
