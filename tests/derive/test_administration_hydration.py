from __future__ import annotations

import pytest

from tests.derive.visits import (
    chemo,
    coded,
    codes,
    derive,
    fluid,
    gaps,
    given,
    line,
    push,
    readings,
    reasons,
    under,
)


@pytest.mark.parametrize(
    ("stop", "alone", "beside"),
    [
        ("08:30", {}, {}),
        ("08:31", {"96360": 1}, {"96361": 1}),
        ("09:30", {"96360": 1}, {"96361": 1}),
        ("09:31", {"96360": 1, "96361": 1}, {"96361": 2}),
        ("10:31", {"96360": 1, "96361": 2}, {"96361": 3}),
    ],
)
def test_hydration_alone_and_before_chemotherapy(stop: str, alone: dict[str, int], beside: dict[str, int]) -> None:
    hydrated = fluid("A1", f"08:00-{stop}")
    assert coded(hydrated) == alone
    assert coded(hydrated, chemo("A2", "11:00-12:00")) == beside | {"96413": 1}


def test_minutes_beside_another_infusion_do_not_count() -> None:
    found = derive(fluid("A1", "09:00-11:00"), chemo("A2", "09:30-10:30"))
    assert codes(found) == {"96413": 1, "96361": 1}
    assert "less 60 min beside another service leaves 60 min of hydration" in line(found, "96361").because[0]
    assert coded(fluid("A1", "09:00-11:00"), chemo("A2", "09:15-10:45")) == {"96413": 1}


def test_a_push_takes_its_charted_minutes_and_no_more() -> None:
    rows = push("A2", "09:30-09:32"), push("A3", "10:30-10:33")
    assert coded(fluid("A1", "09:00-12:00"), *rows, facility=True) == {"96374": 1, "96375": 1, "96361": 3}
    assert coded(fluid("A1", "09:00-09:31"), push("A2", "09:10-09:11"), facility=True) == {"96374": 1}
    assert coded(fluid("A1", "09:00-09:31"), push("A2", "09:10"), facility=True) == {"96374": 1, "96361": 1}


def test_another_access_does_not_take_minutes() -> None:
    found = derive(fluid("A1", "09:00-10:00", access_site="left arm"), chemo("A2", "09:00-10:00"))
    assert {(ln.code, ln.modifiers) for ln in found.lines} == {("96413", ()), ("96360", ("59",))}


@pytest.mark.parametrize("purpose", ["keep_vein_open", "vehicle", "flush"])
def test_fluid_that_keeps_open_carries_or_flushes_is_never_hydration(purpose: str) -> None:
    assert coded(fluid("A1", "09:00-11:00", purpose=purpose)) == {}


def test_fluid_without_a_purpose_is_asked_for_and_the_other_reading_shown() -> None:
    found = derive(fluid("A1", "09:00-10:00", purpose=None), chemo("A2", "10:00-11:00"))
    assert codes(found) == {"96413": 1}
    assert "ordered as hydration" in reasons(found)["A1"]
    assert "A1" in gaps(found)
    assert readings(found, "without a charted purpose") == [{"96361": 1, "96413": 1}]


def test_hydration_as_a_purpose_stands_in_for_an_unknown_class() -> None:
    assert coded(given("A1", "09:00-10:00", None, drug="a fluid", purpose="hydration")) == {"96360": 1}


def test_hydration_without_a_stop_is_not_billable() -> None:
    found = derive(fluid("A1", "09:00"))
    assert codes(found) == {}
    assert "A1" in gaps(found)


def test_stretches_add_up_unless_the_payer_wants_each_by_itself() -> None:
    rows = fluid("A1", "08:00-08:45"), chemo("A2", "08:45-09:45"), fluid("A3", "09:45-10:30")
    assert coded(*rows) == {"96413": 1, "96361": 1}
    assert coded(*rows, reference=under(hydration_segments="stand_alone")) == {"96413": 1, "96361": 2}
    assert readings(derive(*rows), "add up") == [{"96361": 2, "96413": 1}]
    short = fluid("A1", "08:00-08:20"), chemo("A2", "08:20-09:20"), fluid("A3", "09:20-09:40")
    assert coded(*short) == {"96413": 1, "96361": 1}
    assert coded(*short, reference=under(hydration_segments="stand_alone")) == {"96413": 1}


def test_a_push_does_not_part_hydration_into_stretches() -> None:
    rows = fluid("A1", "09:00-10:00"), push("A2", "09:30-09:35")
    assert coded(*rows, reference=under(hydration_segments="stand_alone")) == {"96374": 1, "96361": 1}


def test_two_bags_at_once_count_their_minutes_once() -> None:
    assert coded(fluid("A1", "09:00-10:00"), fluid("A2", "09:00-10:00")) == {"96360": 1}


def test_saline_between_units_of_blood_is_not_hydration() -> None:
    blood = [
        given(f"B{n}", times, "blood_product", route="transfusion")
        for n, times in enumerate(("09:00-10:30", "11:30-13:00"))
    ]
    assert coded(*blood, fluid("A1", "10:30-11:30")) == {"36430": 1}
    assert coded(*blood, fluid("A1", "08:00-09:00")) == {"36430": 1, "96360": 1}


def test_an_infusion_of_unknown_class_still_takes_its_minutes_from_hydration() -> None:
    found = derive(fluid("A1", "09:00-10:00"), given("A2", "09:00-10:00", None))
    assert codes(found) == {}
    assert "class" in reasons(found)["A2"]


def test_hydration_across_midnight_keeps_its_start_date() -> None:
    found = derive(fluid("A1", "23:00-02:00+1"))
    assert codes(found) == {"96360": 1, "96361": 2}
    assert {ln.date_of_service.day for ln in found.lines} == {2}


def test_hours_of_another_bag_after_midnight_carry_its_date() -> None:
    rows = fluid("A1", "22:00-00:10+1"), fluid("A2", "02:00+1-03:00+1")
    found = derive(*rows, facility=True)
    assert {(ln.code, ln.date_of_service.day): int(ln.units) for ln in found.lines} == {
        ("96360", 2): 1,
        ("96361", 2): 1,
        ("96361", 3): 1,
    }
    on = derive(rows[0], fluid("A2", "00:10+1-01:20+1"), facility=True)
    assert {(ln.code, ln.date_of_service.day): int(ln.units) for ln in on.lines} == {("96360", 2): 1, ("96361", 2): 2}


def test_hydration_beside_an_infusion_of_unknown_end_is_a_judgement() -> None:
    """What cannot be shown not to overlap may not be billable (NCCI Policy Manual ch. XI B.6)."""
    found = derive(chemo("A1", "09:00"), fluid("A2", "09:00-11:00"))
    assert codes(found) == {"96409": 1, "96361": 2}
    assert readings(found, "still run beside") == [{"96409": 1}]
    before = derive(chemo("A1", "11:00"), fluid("A2", "09:00-11:00"))
    assert not readings(before, "still run beside")
    planned = derive(chemo("A1", "09:00", ordered_minutes="60"), fluid("A2", "09:00-11:00"))
    assert readings(planned, "still run beside") == [{"96361": 1, "96409": 1}]
    pushed = derive(push("A1", "09:00"), fluid("A2", "09:00-11:00"), facility=True)
    assert not pushed.judgements
