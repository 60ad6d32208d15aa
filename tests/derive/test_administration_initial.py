from __future__ import annotations

import pytest

from onco_tui.codesets.reference import shipped_reference
from tests.derive.visits import Row, chemo, coded, codes, derive, fluid, given, line, push, readings, under

SERVICES: dict[str, Row] = {
    "96413": chemo("I1", "09:00-10:00"),
    "96409": push("P1", "10:00", "chemotherapy"),
    "96365": given("I2", "10:30-11:30"),
    "96374": push("P2", "11:30"),
    "96360": fluid("F1", "12:00-13:00"),
}
ORDER = tuple(SERVICES)
ADD_ON = {"96413": "96417", "96409": "96411", "96365": "96367", "96374": "96375", "96360": "96361"}


@pytest.mark.parametrize("place", range(5))
def test_the_facility_order_whatever_the_clock(place: int) -> None:
    rest = ORDER[place:]
    assert coded(*(SERVICES[code] for code in rest), facility=True) == {rest[0]: 1} | {
        ADD_ON[code]: 1 for code in rest[1:]
    }


@pytest.mark.parametrize(("reason", "initial"), [("hydration", "96360"), ("antineoplastic_therapy", "96365")])
def test_a_practitioner_follows_the_reason_for_the_visit(reason: str, initial: str) -> None:
    rows = SERVICES["96365"], SERVICES["96374"], SERVICES["96360"]
    assert coded(*rows, reason_for_encounter=reason)[initial] == 1


def test_a_practitioner_follows_the_charted_primary_administration_first() -> None:
    rows = SERVICES["96365"], SERVICES["96374"], SERVICES["96360"]
    found = derive(*rows, reason_for_encounter="hydration", primary_administration="P2")
    assert codes(found) == {"96374": 1, "96367": 1, "96361": 1}
    assert line(found, "96374").because[-1] == "initial: charted as the primary administration of the visit"
    assert not found.judgements


def test_a_facility_does_not() -> None:
    rows = SERVICES["96365"], SERVICES["96360"]
    assert coded(*rows, facility=True, primary_administration="F1") == {"96365": 1, "96361": 1}


@pytest.mark.parametrize("primary", ["I2", "P2", "F1", "P1"])
def test_the_primary_reason_never_leaves_an_add_on_without_a_parent(primary: str) -> None:
    """Beside a chemotherapy infusion only 96413 carries 96417, 96415 and 96411."""
    rows = [*SERVICES.values(), chemo("I3", "13:00-14:00")]
    assert coded(*rows, primary_administration=primary) == {
        "96413": 1,
        "96417": 1,
        "96411": 1,
        "96367": 1,
        "96375": 1,
        "96361": 1,
    }


def test_an_open_choice_is_a_judgement() -> None:
    found = derive(SERVICES["96365"], SERVICES["96360"], reason_for_encounter="symptom_management")
    assert codes(found) == {"96365": 1, "96361": 1}
    assert readings(found, "primary reason") == [{"96360": 1, "96367": 1}]


def test_every_access_has_an_initial_service_and_the_weaker_a_modifier() -> None:
    found = derive(given("A1", "09:00-10:00", access_site="left arm"), chemo("A2", "09:00-10:00"))
    assert [(ln.code, ln.modifiers) for ln in found.lines] == [("96413", ()), ("96365", ("59",))]
    assert "through another access site" in found.lines[1].because[-1]
    assert readings(found, "second access") == [{"96368": 1, "96413": 1}]


def test_of_two_initial_services_the_second_column_of_the_pair_takes_the_modifier() -> None:
    """NCCI pairs 96360 before 96374, although a push is the stronger service in a facility."""
    found = derive(fluid("A1", "09:00-10:00"), push("A2", "09:10", access_site="left arm"), facility=True)
    assert {(ln.code, ln.modifiers) for ln in found.lines} == {("96360", ()), ("96374", ("59",))}


def test_two_equal_initial_services_differ_by_the_modifier() -> None:
    rows = chemo("A1", "09:00-10:00"), chemo("A2", "11:00-12:00", access_site="left arm")
    found = derive(*rows, reference=under(distinct_service_modifier="X"))
    assert [(ln.code, ln.modifiers, ln.sources) for ln in found.lines] == [
        ("96413", (), ("A1",)),
        ("96413", ("XS",), ("A2",)),
    ]


def test_a_site_written_differently_is_the_same_and_an_unnamed_one_joins_it() -> None:
    rows = chemo("A1", "09:00-10:00", access_site="Port"), chemo("A2", "10:00-11:00", access_site=" port ")
    unnamed = given("A3", "11:00-12:00", access_site=None)
    assert coded(*rows, unnamed) == {"96413": 1, "96417": 1, "96367": 1}


def test_a_second_visit_of_the_day_has_its_own_initial_service() -> None:
    rows = given("A1", "09:00-10:00", visit="1"), given("A2", "16:00-17:00", visit="2")
    found = derive(*rows, reference=under(distinct_service_modifier="X"))
    assert [(ln.code, ln.modifiers) for ln in found.lines] == [("96365", ()), ("96365", ("XE",))]


def test_a_visit_on_another_day_needs_no_modifier() -> None:
    found = derive(given("A1", "09:00-10:00", visit="1"), given("A2", "09:00+1-10:00+1", visit="2"))
    assert [(ln.code, ln.modifiers) for ln in found.lines] == [("96365", ()), ("96365", ())]


def test_a_stay_over_several_days_has_one_initial_service() -> None:
    rows = given("A1", "22:00-23:00"), given("A2", "09:00+1-10:00+1"), push("A3", "09:00+2")
    assert coded(*rows, facility=True) == {"96365": 1, "96367": 1, "96375": 1}


def test_a_pump_start_takes_no_add_ons_so_a_push_beside_it_is_initial() -> None:
    pump = chemo("A1", "10:00", route="pump_infusion", ordered_minutes="2760")
    found = derive(pump, push("A2", "09:00"))
    assert {(ln.code, ln.modifiers) for ln in found.lines} == {("96416", ()), ("96374", ("59",))}


def test_parents_come_from_the_edits_not_from_code() -> None:
    reference = shipped_reference()
    assert reference.addon_parents["96411"] == {"96409", "96413"}


@pytest.mark.parametrize(
    ("primary", "other", "expected"),
    [
        ("10:30-11:15", "10:30-12:30", {"96365": 1, "96367": 1, "96366": 1}),
        ("21:45-22:01", "18:20-22:25", {"96365": 1, "96367": 1, "96366": 3}),
        ("11:01-11:31", "10:55-11:55", {"96365": 1, "96367": 1}),
    ],
)
def test_the_charted_primary_is_initial_although_a_longer_infusion_runs_around_it(
    primary: str, other: str, expected: dict[str, int]
) -> None:
    rows = given("A1", primary), given("A2", other)
    found = derive(*rows, primary_administration="A1")
    assert codes(found) == expected
    assert line(found, "96365").sources == ("A1",)
    assert coded(*rows, primary_administration="A1", facility=True) == coded(*rows, facility=True)


def test_a_primary_that_chemotherapy_keeps_from_the_slot_does_not_displace_a_longer_infusion() -> None:
    rows = given("A1", "09:00-12:00"), given("A2", "09:00-10:00"), chemo("A3", "12:00-13:00")
    assert coded(*rows, primary_administration="A2") == {"96413": 1, "96367": 1, "96366": 2, "96368": 1}


def why(*rows: Row, **chart: object) -> str:
    found = derive(*rows, **chart)  # type: ignore[arg-type]  # passed through to visit
    return next(reason for line in found.lines for reason in line.because if "initial:" in reason)


def test_the_reason_of_the_choice_is_true() -> None:
    beside = given("A1", "09:00-11:00"), given("A2", "09:10-09:40")
    assert why(beside[0]) == "initial: the only service through its access"
    assert why(*beside, facility=True) == "initial: nothing else through its access can be"
    pushed = push("A3", "11:10")
    assert "no primary reason is charted" in why(*beside, pushed)
    assert "charted as the primary administration" in why(*beside, pushed, primary_administration="A2")
    told = why(*beside, pushed, reason_for_encounter="symptom_management")
    assert told.startswith("initial: the reason for the visit, symptom management, points to none of these services")
    elsewhere = given("A4", "12:00", route="subcutaneous")
    told = why(*beside, pushed, elsewhere, primary_administration="A4")
    assert told.startswith("initial: the charted primary administration cannot be initial here")
