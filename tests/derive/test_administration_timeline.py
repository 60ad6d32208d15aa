from __future__ import annotations

from datetime import datetime

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.administration.timeline import Timeline, timeline_of
from tests.derive.visits import Row, chemo, clock, fluid, given, push, visit


def drawn(*rows: Row) -> Timeline:
    return timeline_of(visit(*rows), shipped_reference())


def at(text: str) -> datetime:
    return datetime.fromisoformat(clock(text))


def test_bars_stand_by_access_site_in_clock_order() -> None:
    found = drawn(
        chemo("A1", "10:00-11:00", access_site="Port"),
        given("A2", "09:00-09:30", access_site="port"),
        given("A3", "09:10-09:40", access_site="left arm"),
    )
    assert [(lane.access_site, [bar.administration for bar in lane.bars]) for lane in found.lanes] == [
        ("port", ["A2", "A1"]),
        ("left arm", ["A3"]),
    ]
    assert (found.start, found.stop) == (at("09:00"), at("11:00"))


def test_a_bar_says_what_it_earned_and_why() -> None:
    bar = drawn(chemo("A1", "09:00-11:00")).lanes[0].bars[0]
    assert [(choice.code, int(choice.units)) for choice in bar.earned] == [("96413", 1), ("96415", 1)]
    assert bar.why[0] == "drug A1 09:00 to 11:00 is 120 min, over 15, so an infusion"
    assert (bar.start, bar.stop, bar.minutes, bar.drug_class) == (at("09:00"), at("11:00"), 120, "chemotherapy")


def test_a_bar_that_earns_nothing_says_why() -> None:
    bar = drawn(fluid("A1", "09:00-11:00", purpose="keep_vein_open")).lanes[0].bars[0]
    assert bar.earned == ()
    assert "keeps a vein open" in bar.why[0]


def test_marks_count_running_minutes_past_pauses() -> None:
    pauses = [{"from": clock("09:20"), "to": clock("09:50")}]
    bar = drawn(chemo("A1", "09:00-10:10", pauses=pauses)).lanes[0].bars[0]
    assert bar.marks == ((15, at("09:15")), (30, at("10:00")))
    assert [(part.start, part.stop) for part in bar.running] == [(at("09:00"), at("09:20")), (at("09:50"), at("10:10"))]


def test_gaps_and_overlaps_of_a_lane() -> None:
    (lane,) = drawn(given("A1", "09:00-09:30"), chemo("A2", "09:20-10:00"), given("A3", "10:15-10:45")).lanes
    assert [(gap.start, gap.stop) for gap in lane.gaps] == [(at("10:00"), at("10:15"))]
    assert [(o.start, o.stop, o.administrations) for o in lane.overlaps] == [(at("09:20"), at("09:30"), ("A1", "A2"))]


def test_a_push_is_a_point_and_what_has_no_start_is_listed_apart() -> None:
    found = drawn(push("A1", "09:00"), given("A2"))
    (bar,) = found.lanes[0].bars
    assert (bar.start, bar.stop, bar.running) == (at("09:00"), None, ())
    assert [bar.administration for bar in found.untimed] == ["A2"]


def test_an_empty_chart_draws_nothing() -> None:
    assert drawn() == Timeline(None, None, (), ())
