from __future__ import annotations

import pytest

from tests.derive.visits import chemo, clock, coded, codes, derive, fluid, given, line, push, readings, reasons, under


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ("09:01", {"96409": 1}),
        ("09:15", {"96409": 1}),
        ("09:16", {"96413": 1}),
        ("10:30", {"96413": 1}),
        ("10:31", {"96413": 1, "96415": 1}),
        ("11:30", {"96413": 1, "96415": 1}),
        ("11:31", {"96413": 1, "96415": 2}),
        ("12:52", {"96413": 1, "96415": 3}),
    ],
)
def test_minutes_decide_between_push_infusion_and_hours(stop: str, expected: dict[str, int]) -> None:
    assert coded(chemo("A1", f"09:00-{stop}")) == expected


def test_every_line_tells_its_clock_times_and_arithmetic() -> None:
    found = derive(chemo("A1", "09:20-13:12", drug="paclitaxel"))
    assert line(found, "96413").because[0] == "paclitaxel 09:20 to 13:12 is 232 min, over 15, so an infusion"
    assert line(found, "96415").because == ("paclitaxel ran 232 min, past minute 91, 151, 211: 3 more hours",)
    assert line(found, "96415").sources == ("A1",)


def test_a_pause_takes_a_72_minute_infusion_below_16() -> None:
    pauses = [{"from": clock("09:05"), "to": clock("10:05")}]
    assert coded(given("A1", "09:00-10:12", pauses=pauses)) == {"96374": 1}


def test_different_drugs_in_sequence() -> None:
    assert coded(given("A1", "09:00-09:30"), chemo("A2", "09:30-11:30"), chemo("A3", "11:30-13:30")) == {
        "96413": 1,
        "96415": 2,
        "96417": 1,
        "96367": 1,
    }


def test_a_complex_biologic_is_coded_with_chemotherapy_and_a_bisphosphonate_is_not() -> None:
    assert coded(given("A1", "09:00-10:00", "complex_biologic")) == {"96413": 1}
    assert coded(given("A1", "09:00-10:00", None, drug="zoledronic acid", hcpcs="J3489")) == {"96365": 1}


def test_one_drug_in_two_bags_adds_time() -> None:
    found = derive(given("A1", "09:00-10:00", drug="iron"), given("A2", "10:20-11:20", drug="Iron  "))
    assert {ln.code: int(ln.units) for ln in found.lines} == {"96365": 1, "96366": 1}
    assert line(found, "96365").sources == ("A1", "A2")


def test_one_drug_by_code_name_and_biosimilar_is_one_drug() -> None:
    rows = (
        given("A1", "09:00-10:00", "complex_biologic", drug="Herceptin", hcpcs="J9355"),
        given("A2", "10:00-11:00", "complex_biologic", drug="trastuzumab-dkst", hcpcs="Q5114"),
        given("A3", "11:00-11:31", "complex_biologic", drug="trastuzumab 150 mg"),
    )
    assert coded(*rows) == {"96413": 1, "96415": 2}


def test_a_mixed_bag_is_one_infusate_of_its_strongest_class() -> None:
    assert coded(given("A1", "09:00-10:00", bag="b"), given("A2", "09:00-10:00", bag="b")) == {"96365": 1}
    assert coded(given("A1", "09:00-10:00", bag="b"), chemo("A2", "09:00-10:00", bag="b")) == {"96413": 1}
    assert coded(given("A1", "09:00-09:15", bag="b"), given("A2", "09:00-09:15", bag="b")) == {"96374": 1}


def test_fluid_in_the_bag_of_a_drug_is_its_vehicle() -> None:
    assert coded(given("A1", "09:00-10:00", bag="b"), fluid("A2", "09:00-10:00", bag="b")) == {"96365": 1}


def test_a_bag_number_shared_with_an_injection_or_another_access_makes_no_vehicle() -> None:
    injected = given("A1", "09:00", bag="b", route="subcutaneous")
    elsewhere = given("A1", "09:00-10:00", bag="b", access_site="left arm")
    assert coded(injected, fluid("A2", "09:00-10:00", bag="b")) == {"96372": 1, "96360": 1}
    assert coded(elsewhere, fluid("A2", "09:00-10:00", bag="b")) == {"96365": 1, "96360": 1}


def test_a_bolus_from_the_bag_of_an_infusion_is_part_of_it() -> None:
    assert coded(given("A1", "09:00-10:00", bag="b", drug="x"), push("A2", "09:00", bag="b", drug="x")) == {"96365": 1}


@pytest.mark.parametrize(
    ("pushed", "repeats"),
    [("08:29", 1), ("08:30", 0), ("09:30", 0), ("09:31", 1), ("11:00", 1)],
)
def test_a_push_of_a_drug_that_is_infused_too_repeats_it(pushed: str, repeats: int) -> None:
    rows = push("A1", pushed, drug="x"), given("A2", "09:00-10:00", drug="x")
    assert coded(*rows, facility=True) == {"96365": 1} | ({"96376": 1} if repeats else {})
    assert coded(*rows) == {"96365": 1}
    found = derive(*rows, facility=True)
    assert {"96365": 1, "96375": 1} in readings(found, "infusion of the same drug")
    assert ({"96365": 1} in readings(found, "infusion of the same drug")) is bool(repeats)


def test_pushes_before_an_infusion_of_their_drug_are_counted_back_from_it() -> None:
    rows = [push(f"A{minute}", f"08:{minute}", drug="x") for minute in ("00", "20", "25")]
    found = derive(*rows, given("A9", "09:00-10:00", drug="x"), facility=True)
    assert codes(found) == {"96365": 1, "96376": 1}
    assert line(found, "96376").sources == ("A25",)
    assert "35 min before its infusion began" in line(found, "96376").because[0]


def test_a_bolus_of_chemotherapy_is_a_push_beside_its_infusion() -> None:
    found = derive(push("A1", "09:00", "chemotherapy", drug="x"), chemo("A2", "09:05-10:05", drug="x"))
    assert codes(found) == {"96413": 1, "96411": 1}
    assert readings(found, "infusion of the same drug") == [{"96413": 1}]


def test_leucovorin_beside_oxaliplatin_is_concurrent() -> None:
    rows = chemo("A1", "09:00-11:00"), given("A2", "09:00-11:00")
    assert coded(*rows) == {"96413": 1, "96415": 1, "96368": 1}


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("09:44", {"96413": 1, "96367": 1}),  # 16 of 30 min before the chemotherapy
        ("09:45", {"96413": 1, "96368": 1}),  # 15 of 30
    ],
)
def test_16_minutes_outside_the_overlap_make_an_infusion_sequential(start: str, expected: dict[str, int]) -> None:
    hour, minute = start.split(":")
    stop = f"{int(hour) + (int(minute) + 30) // 60:02}:{(int(minute) + 30) % 60:02}"
    assert coded(given("A1", f"{start}-{stop}"), chemo("A2", "10:00-11:00")) == expected


def test_the_overlap_rule_is_the_payers() -> None:
    rows = given("A1", "09:30-10:05"), chemo("A2", "10:00-11:00")  # 5 of 35 min overlap
    assert coded(*rows) == {"96413": 1, "96367": 1}
    assert coded(*rows, reference=under(concurrent_overlap="any_overlap")) == {"96413": 1, "96368": 1}
    assert coded(*rows, reference=under(concurrent_overlap="mostly_overlapping")) == {"96413": 1, "96367": 1}
    assert readings(derive(*rows), "How much overlap") == [{"96413": 1, "96368": 1}]


def test_overlap_is_not_measured_against_a_concurrent_infusion() -> None:
    rows = (
        chemo("A1", "13:26-14:30"),
        given("A2", "12:40-13:00"),
        given("A3", "12:55-13:15"),  # 15 min outside A2: concurrent
        given("A4", "13:10-13:30"),  # 16 min outside A1, although A3 overlaps as well
    )
    assert coded(*rows) == {"96413": 1, "96367": 2, "96368": 1}


def test_the_shorter_of_two_overlapping_infusions_is_the_concurrent_one() -> None:
    rows = given("A1", "09:00-09:30"), given("A2", "09:10-12:00")
    found = derive(*rows, facility=True)
    assert {ln.code: int(ln.units) for ln in found.lines} == {"96365": 1, "96366": 2, "96368": 1}
    assert line(found, "96368").sources == ("A1",)
    assert readings(found, "Which of two") == [{"96365": 1, "96366": 2, "96367": 1}]


def test_concurrent_infusions_count_once_a_date() -> None:
    found = derive(chemo("A1", "09:00-10:00"), given("A2", "09:00-10:00"), given("A3", "09:00-10:00"))
    assert {ln.code: int(ln.units) for ln in found.lines} == {"96413": 1, "96368": 1}
    assert "once a date" in reasons(found)["A3"]


def test_a_short_infusion_beside_another_is_a_push_not_concurrent() -> None:
    assert coded(chemo("A1", "09:00-10:00"), given("A2", "09:10-09:25")) == {"96413": 1, "96375": 1}


def test_chemotherapy_beside_chemotherapy_has_no_code_of_its_own() -> None:
    rows = chemo("A1", "09:00-10:00"), chemo("A2", "09:05-09:50")
    found = derive(*rows)
    assert {ln.code for ln in found.lines} == {"96413"}
    assert "no code" in reasons(found)["A2"]
    assert readings(found, "beside other chemotherapy") == [{"96413": 1, "96417": 1}, {"96413": 1, "96549": 1}]


def test_chemotherapy_that_overlaps_a_little_is_sequential() -> None:
    assert coded(chemo("A1", "09:00-10:00"), chemo("A2", "09:55-10:55")) == {"96413": 1, "96417": 1}


def test_hours_count_all_minutes_unless_the_payer_takes_overlap_off() -> None:
    rows = chemo("A1", "09:00-10:00"), given("A2", "09:30-11:05")  # 95 min, 65 of them alone
    assert coded(*rows) == {"96413": 1, "96367": 1, "96366": 1}
    assert coded(*rows, reference=under(net_overlap_from_hours="true")) == {"96413": 1, "96367": 1}
    assert {"96413": 1, "96367": 1} in readings(derive(*rows), "additional hours")


def test_a_concurrent_infusion_needs_a_parent_that_takes_it() -> None:
    """96368 stands beside 96413, 96365, 96366 and a pump start, not beside a push."""
    rows = push("A1", "08:00", "chemotherapy"), given("A2", "09:00-10:00"), given("A3", "09:00-10:00")
    found = derive(*rows)
    assert {ln.code for ln in found.lines} == {"96409", "96367"}
    assert "96368 is not reported without" in reasons(found)["A3"]
    pump = chemo("A4", "10:00", route="pump_infusion", ordered_minutes="2760")
    assert "96368" in coded(*rows, pump)


def test_repeat_infusions_of_one_drug_are_the_payers_choice() -> None:
    rows = given("A1", "07:00-08:00", drug="x"), given("A2", "19:00-20:00", drug="x")
    separate, repeat = {"96365": 1, "96367": 1}, {"96365": 1, "96376": 1}
    assert coded(*rows, facility=True) == {"96365": 1, "96366": 1}
    assert coded(*rows, facility=True, reference=under(same_drug_repeat_infusion="separate")) == separate
    assert coded(*rows, facility=True, reference=under(same_drug_repeat_infusion="repeat_push")) == repeat
    assert readings(derive(*rows, facility=True), "repeat infusion") == [separate, repeat]


def test_an_infusion_that_was_stopped_and_restarted_is_one() -> None:
    rows = (
        chemo("A1", "09:00-09:10", drug="x", discontinued=True, discontinued_reason="flushing"),
        chemo("A2", "09:40-09:50", drug="x"),
    )
    assert coded(*rows) == {"96413": 1}
    assert coded(*rows, facility=True) == {"96413": 1}


def test_two_short_doses_of_one_drug_stay_pushes() -> None:
    rows = given("A1", "09:00-09:10", drug="x"), given("A2", "15:00-15:10", drug="x")
    assert coded(*rows, facility=True) == {"96374": 1, "96376": 1}
    assert coded(*rows) == {"96374": 1}


def test_stopped_early_in_the_office_and_in_a_hospital() -> None:
    row = chemo("A1", "09:00-09:10", discontinued=True, ordered_minutes="60")
    office = derive(row)
    assert [(ln.code, ln.modifiers) for ln in office.lines] == [("96413", ("53",))]
    assert readings(office, "stopped within 15 minutes") == [{"96409": 1}]
    assert coded(row, facility=True) == {"96409": 1}
    assert coded(chemo("A1", "09:00-09:10", discontinued=True, ordered_minutes="15")) == {"96409": 1}


def test_stopped_after_16_minutes_is_coded_by_its_time() -> None:
    (only,) = derive(chemo("A1", "09:00-09:40", discontinued=True, ordered_minutes="180")).lines
    assert (only.code, only.modifiers) == ("96413", ())


def test_additional_hours_carry_the_date_of_the_dose_that_completed_them() -> None:
    found = derive(given("A1", "22:00-23:00", drug="x"), given("A2", "09:00+1-10:00+1", drug="x"), facility=True)
    assert line(found, "96365").date_of_service.day == 2
    assert line(found, "96366").date_of_service.day == 3


def test_an_infusion_across_midnight_keeps_its_start_date() -> None:
    found = derive(given("A1", "22:00-02:00+1"), facility=True)
    assert [(ln.code, int(ln.units), ln.date_of_service.day) for ln in found.lines] == [
        ("96365", 1, 2),
        ("96366", 3, 2),
    ]


@pytest.mark.parametrize("purpose", ["vehicle", "hydration", None])
def test_one_bag_has_one_stop_even_if_it_is_charted_with_the_fluid(purpose: str | None) -> None:
    carrier = fluid("A2", "09:00-11:00", bag="b", purpose=purpose)
    found = derive(chemo("A1", "09:00", bag="b"), carrier)
    assert codes(found) == {"96413": 1, "96415": 1}
    assert "09:00 to 11:00 is 120 min" in line(found, "96413").because[0]
    assert "A1" not in reasons(found)


@pytest.mark.parametrize("other", [{"access_site": "left arm"}, {"visit": "2"}, {"bag": "c"}, {"route": "iv_push"}])
def test_a_bag_elsewhere_lends_no_stop(other: dict[str, object]) -> None:
    bag = given("A2", "09:00-11:00", bag="b", visit="1") | other
    rows = chemo("A1", "09:00", bag="b", visit="1"), bag
    assert "96409" in coded(*rows)


def test_a_bag_without_a_charted_site_is_the_same_bag() -> None:
    assert coded(chemo("A1", "09:00", bag="b"), fluid("A2", "09:00-10:00", bag="b", access_site=None)) == {"96413": 1}


def test_stopped_and_beside_another_infusion_is_concurrent() -> None:
    """A discontinued infusion is placed like any other: 10 minutes wholly beside another are not sequential."""
    rows = chemo("A1", "09:00-10:00"), given("A2", "09:00-09:10", discontinued=True, ordered_minutes="60")
    found = derive(*rows)
    assert [(ln.code, ln.modifiers) for ln in found.lines] == [("96413", ()), ("96368", ("53",))]
    assert readings(found, "stopped within 15 minutes") == [{"96375": 1, "96413": 1}]
    alone = given("A2", "10:00-10:10", discontinued=True, ordered_minutes="60")
    after = derive(rows[0], alone)
    assert [(ln.code, ln.modifiers) for ln in after.lines] == [("96413", ()), ("96367", ("53",))]
    assert "stopped early: the infusion begun, with modifier 53" in line(after, "96367").because[0]


def test_stopped_and_given_again_hours_later_is_a_repeat_that_authorities_read_differently() -> None:
    rows = (
        chemo("A1", "09:00-10:20", drug="x", discontinued=True, ordered_minutes="120"),
        chemo("A2", "13:20-13:34", drug="x"),
    )
    found = derive(*rows)
    assert codes(found) == {"96413": 1, "96415": 1}
    assert readings(found, "repeat infusion") == [{"96411": 1, "96413": 1}, {"96413": 1}]
    soon = derive(rows[0], chemo("A2", "11:20-11:34", drug="x"))
    assert codes(soon) == {"96413": 1, "96415": 1}
    assert not soon.judgements


def test_short_parts_of_a_stopped_infusion_hours_apart() -> None:
    rows = chemo("A1", "09:00-09:10", drug="x", discontinued=True), chemo("A2", "12:00-12:10", drug="x")
    found = derive(*rows, facility=True)
    assert codes(found) == {"96413": 1}
    assert readings(found, "repeat infusion") == [{"96409": 1}]


def test_a_repeat_without_its_times_may_be_a_push_beside_the_hours_of_the_others() -> None:
    rows = [given(f"A{n}", times, drug="x") for n, times in enumerate(("08:00-09:00", "10:00-11:00", "14:00"))]
    found = derive(*rows)
    assert codes(found) == {"96365": 1, "96366": 1}
    assert readings(found, "without its times reported beside") == [{"96365": 1, "96366": 1, "96375": 1}]


def test_an_overlap_may_be_taken_off_either_infusion() -> None:
    """One shared minute decides the third hour of the longer one."""
    found = derive(given("A1", "08:05-10:05"), given("A2", "10:04-13:35"), facility=True)
    assert codes(found) == {"96365": 1, "96367": 1, "96366": 4}
    assert readings(found, "additional hours") == [{"96365": 1, "96366": 3, "96367": 1}]


def test_bags_that_follow_one_another_are_told_once_and_added_once() -> None:
    bags = [chemo(f"A{n}", f"{8 + n:02}:00-{9 + n:02}:00", drug="rituximab") for n in (1, 2, 3)]
    assert line(derive(*bags), "96413").because[0] == (
        "rituximab 09:00 to 10:00 is 60 min; 10:00 to 11:00 is 60 min; 11:00 to 12:00 is 60 min; 180 min in all, "
        "over 15, so an infusion"
    )
