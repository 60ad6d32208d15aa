from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from onco_tui.derive.administration.minutes import (
    Spans,
    hours_beyond_first,
    hydration_hours,
    minute_of,
    moment_of,
    run_of,
    total,
    union,
    without,
)
from onco_tui.encounter.chart import Administration
from tests.derive.visits import clock

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6).map(union)


def charted(start: str | None = None, stop: str | None = None, **fields: object) -> Administration:
    times = {name: clock(text) for name, text in (("start", start), ("stop", stop)) if text}
    return Administration.model_validate({"id": "A1"} | times | fields)


def paused(*pauses: str) -> list[dict[str, str]]:
    return [dict(zip(("from", "to"), map(clock, pause.split("-")), strict=True)) for pause in pauses]


@pytest.mark.parametrize(
    ("minutes", "hours"),
    [(0, 0), (16, 0), (60, 0), (90, 0), (91, 1), (150, 1), (151, 2), (210, 2), (211, 3), (540, 8)],
)
def test_additional_hours_start_31_minutes_past_the_last_full_hour(minutes: int, hours: int) -> None:
    assert hours_beyond_first(minutes) == hours


@pytest.mark.parametrize(("minutes", "hours"), [(30, 0), (31, 1), (90, 1), (91, 2), (150, 2), (151, 3), (175, 3)])
def test_hydration_hours_need_31_minutes_from_the_first(minutes: int, hours: int) -> None:
    assert hydration_hours(minutes) == hours


@for_all(spans, spans)
def test_stretches_agree_with_counting_single_minutes(some: Spans, taken: Spans) -> None:
    def single(stretches: Spans) -> set[int]:
        return {minute for start, stop in stretches for minute in range(start, stop)}

    assert single(without(some, taken)) == single(some) - single(taken)
    assert single(union(some + taken)) == single(some) | single(taken)
    assert total(some) == len(single(some))


@for_all(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2999, 1, 1)))  # noqa: DTZ001  charts carry no zone
def test_minutes_and_clock_times_convert_both_ways(moment: datetime) -> None:
    assert moment_of(minute_of(moment)) == moment.replace(second=0, microsecond=0)


def test_a_run_across_midnight_counts_through() -> None:
    run = run_of(charted("23:00", "02:00+1"), compute=True)
    assert run.minutes == 180
    assert run.told == "23:00 to 02:00 on 2026-03-03 is 180 min"


def test_a_stop_whose_date_was_not_moved_past_midnight_is_understood() -> None:
    run = run_of(charted("23:30", "00:45"), compute=True)
    assert run.minutes == 75
    assert not run.faults


def test_a_stop_before_the_start_in_daytime_is_a_fault_and_no_length() -> None:
    run = run_of(charted("09:00", "08:30"), compute=True)
    assert run.minutes is None
    assert run.faults == ("the stop at 08:30 is before the start at 09:00",)


def test_a_year_between_start_and_stop_is_a_fault() -> None:
    late = charted("09:00").model_copy(update={"stop": datetime(2027, 3, 2, 9, 0)})  # noqa: DTZ001  charts carry no zone
    assert run_of(late, compute=True).minutes is None


def test_pauses_are_taken_off_once_even_where_they_overlap() -> None:
    run = run_of(charted("09:00", "11:00", pauses=paused("09:30-10:00", "09:45-10:15")), compute=True)
    assert run.minutes == 75
    assert run.told == "09:00 to 11:00 is 120 min, less 45 min paused, 75 min"


@pytest.mark.parametrize("end", ["from", "to"])
def test_a_pause_without_one_of_its_ends_leaves_the_minutes_unknown(end: str) -> None:
    run = run_of(charted("09:00", "11:00", pauses=[{end: clock("09:30")}]), compute=True)
    assert (run.stop, run.minutes) == (None, None)
    assert run.faults == ("a pause is charted without its start or its end",)


def test_a_pause_over_the_edge_counts_only_inside_the_run() -> None:
    assert run_of(charted("09:00", "10:00", pauses=paused("08:50-09:10")), compute=True).minutes == 50


@pytest.mark.parametrize(
    ("pause", "fault"),
    [
        ("09:50-09:40", "the pause from 09:50 ends at 09:40, before it begins"),
        ("10:30-10:40", "the pause from 10:30 to 10:40 lies outside the infusion"),
    ],
)
def test_a_pause_that_cannot_be_is_told_and_not_taken_off(pause: str, fault: str) -> None:
    run = run_of(charted("09:00", "10:00", pauses=paused(pause)), compute=True)
    assert run.minutes == 60
    assert run.faults == (fault,)


@pytest.mark.parametrize(
    ("volume", "rate", "minutes"),
    [
        ({"amount": "500", "unit": "mL"}, {"amount": "250", "unit": "mL/hr"}, 120),
        ({"amount": "250", "unit": "ML"}, {"amount": "2.5", "unit": "mL/min"}, 100),
        ({"amount": "100", "unit": "mL"}, {"amount": "33", "unit": "ml / h"}, 181),
        ({"amount": "100", "unit": "mg"}, {"amount": "50", "unit": "mL/hr"}, None),
        ({"amount": "100", "unit": "mL"}, {"amount": "0", "unit": "mL/hr"}, None),
        ({"amount": "100", "unit": "mL"}, {"amount": "50", "unit": "gtt/min"}, None),
    ],
)
def test_a_missing_stop_follows_from_volume_and_rate(volume: object, rate: object, minutes: int | None) -> None:
    administration = charted("09:00", volume=volume, rate=rate)
    assert run_of(administration, compute=True).minutes == minutes
    assert run_of(administration, compute=False).minutes is None


def test_a_missing_start_follows_from_the_stop() -> None:
    volume, rate = {"amount": "100", "unit": "mL"}, {"amount": "100", "unit": "mL/hr"}
    run = run_of(charted(None, "10:00", volume=volume, rate=rate), compute=True)
    assert run.minutes == 60
    assert run.told == "09:00 to 10:00 is 60 min (100 mL at 100 mL/hr)"


def test_the_ends_of_the_calendar_do_not_break_anything() -> None:
    volume, rate = {"amount": "9999", "unit": "mL"}, {"amount": "0.001", "unit": "mL/hr"}
    for moment in (datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)):  # noqa: DTZ001  charts carry no zone
        for name in ("start", "stop"):
            run = run_of(charted(volume=volume, rate=rate).model_copy(update={name: moment}), compute=True)
            assert run.told
            assert all(moment_of(minute).date() <= date.max for span in run.spans for minute in span)
