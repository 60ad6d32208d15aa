from __future__ import annotations

import pytest

from onco_tui.derive.result import Derivation
from tests.derive.visits import chemo, clock, coded, codes, derive, gaps, given, push, readings, reasons

PORTABLE = {"kind": "portable"}


def pump(identifier: str = "A1", **fields: object) -> dict[str, object]:
    charted = {"route": "pump_infusion", "ordered_minutes": "2760", "pump": PORTABLE, "drug": "fluorouracil"}
    return chemo(identifier, "11:15") | charted | fields


def flush(times: str = "09:00", **fields: object) -> dict[str, object]:
    return given("F1", times, None, route="port_flush", **fields)


def draw(**fields: object) -> dict[str, object]:
    kind = {"id": "L1", "kind": "venous_access_blood_draw", "performed_at": clock("08:50"), "access_site": "port"}
    return {"procedures": [kind | fields]}


def test_a_portable_pump_and_who_supplied_it() -> None:
    unknown = derive(pump())
    assert codes(unknown) == {"96416": 1}
    assert readings(unknown, "portable pump") == [{"G0498": 1}]
    assert coded(pump(pump=PORTABLE | {"supplied_by": "practice"})) == {"G0498": 1}
    other = derive(pump(pump=PORTABLE | {"supplied_by": "DME supplier"}))
    assert codes(other) == {"96416": 1}
    assert not other.judgements


def test_g0498_is_for_medicare_offices() -> None:
    own = pump(pump=PORTABLE | {"supplied_by": "practice"})
    assert coded(own, payer="COMMERCIAL_SAMPLE") == {"96416": 1}


def test_a_hospital_starts_its_own_pump_with_either_code() -> None:
    own = derive(pump(pump=PORTABLE | {"supplied_by": "hospital"}), facility=True)
    assert codes(own) == {"96416": 1}
    assert readings(own, "portable pump") == [{"G0498": 1}]
    assert not derive(pump(pump=PORTABLE | {"supplied_by": "DME supplier"}), facility=True).judgements
    assert not derive(pump(pump=PORTABLE), facility=True, payer="COMMERCIAL_SAMPLE").judgements


@pytest.mark.parametrize(("planned", "prolonged"), [("480", False), ("481", True)])
def test_prolonged_is_over_eight_hours(planned: str, prolonged: bool) -> None:  # noqa: FBT001  parametrized
    assert ("96416" in coded(pump(ordered_minutes=planned))) is prolonged


def test_a_pump_that_ran_in_the_chair_is_coded_by_its_minutes() -> None:
    row = chemo("A1", "09:00-11:00", route="pump_infusion")
    assert coded(row) == {"96413": 1, "96415": 1}


def test_a_pump_of_unknown_length_is_asked_for() -> None:
    found = derive(pump(ordered_minutes=None))
    assert codes(found) == {"96416": 1}
    assert gaps(found) == {"A1"}


def test_bolus_infusion_and_pump_of_one_day() -> None:
    rows = (
        chemo("A1", "09:00-11:00", drug="oxaliplatin"),
        given("A2", "09:00-11:00", drug="leucovorin"),
        push("A3", "11:05", "chemotherapy", drug="fluorouracil"),
        pump("A4"),
    )
    assert coded(*rows) == {"96413": 1, "96415": 1, "96368": 1, "96411": 1, "96416": 1}


def test_a_pump_that_is_not_chemotherapy() -> None:
    assert coded(pump(drug_class="therapeutic"), facility=True) == {"C8957": 1}
    assert coded(pump(drug_class="therapeutic")) == {}


@pytest.mark.parametrize(("kind", "code"), [("portable", "96521"), ("external", "96521"), ("implantable", "96522")])
def test_refills(kind: str, code: str) -> None:
    row = chemo("A1", "09:00", route="pump_refill", pump={"kind": kind})
    assert coded(row) == {code: 1}
    assert coded(row, pump("A2")) == {"96416": 1}


def test_a_refill_of_an_unknown_pump_is_asked_for() -> None:
    found = derive(chemo("A1", "09:00", route="pump_refill"))
    assert codes(found) == {}
    assert gaps(found) == {"A1"}


def test_a_refill_beside_an_infusion_carries_a_modifier() -> None:
    found = derive(chemo("A1", "09:00", route="pump_refill", pump=PORTABLE), chemo("A2", "10:00-11:00"))
    assert {(ln.code, ln.modifiers) for ln in found.lines} == {("96413", ()), ("96521", ("59",))}


def test_a_port_flush_counts_only_alone() -> None:
    assert coded(flush()) == {"96523": 1}
    beside = derive(flush(), push("A1", "09:10"))
    assert codes(beside) == {"96374": 1}
    assert "96374" in reasons(beside)["F1"]
    assert coded(flush(), visit={"mdm": "low"}) == {}
    assert coded(flush(), visit={"performed_by": "RN"}) == {"96523": 1}
    assert coded(flush(), given("A1", "09:10", None)) == {}
    assert coded(flush(), given("A1", "09:10", route="oral")) == {"96523": 1}


def test_the_disconnect_of_another_day_is_a_flush_unless_the_start_included_it() -> None:
    later = flush("09:00+2")
    assert coded(pump(), later) == {"96416": 1, "96523": 1}
    assert coded(pump(pump=PORTABLE | {"supplied_by": "practice"}), later) == {"G0498": 1}
    assert coded(pump(), later, facility=True) == {"96416": 1, "96523": 1}


def test_a_draw_counts_only_with_laboratory_services() -> None:
    assert coded(**draw()) == {"36591": 1}
    assert coded(orders=[{"id": "O1", "kind": "lab", "code": "85025"}], **draw()) == {"36591": 1}
    assert coded(flush(), **draw()) == {"36591": 1}
    assert coded(chemo("A1", "09:00-10:00"), **draw()) == {"96413": 1}
    assert coded(visit={"total_minutes": 20}, **draw()) == {}
    radiated = {"course_id": "R1", "fractions": ["2026-03-02"]}
    assert coded(radiation_courses=[radiated], **draw()) == {}


def test_a_draw_from_a_catheter() -> None:
    assert coded(**draw(access_site="PICC line")) == {"36592": 1}
    assert coded(**draw(kind="catheter_blood_draw")) == {"36592": 1}
    assert coded(**draw(code="36592")) == {"36592": 1}


def declotted(**fields: object) -> Derivation:
    row = {"route": "catheter_instillation", "purpose": "declotting", "drug": "alteplase"} | fields
    return derive(given("A1", "08:00", "therapeutic", **row), chemo("A2", "09:00-10:00"))


def test_declotting_is_reported_beside_an_infusion() -> None:
    assert codes(declotted()) == {"36593": 1, "96413": 1}
    assert codes(declotted(purpose=None, hcpcs="J2997")) == {"36593": 1, "96413": 1}
    assert codes(declotted(purpose="flush", drug="heparin")) == {"96413": 1}


def test_two_doses_into_one_catheter_declot_it_once() -> None:
    rows = [
        given(f"A{n}", f"0{n}:00", route="catheter_instillation", purpose="declotting", drug="alteplase")
        for n in (8, 9)
    ]
    assert coded(*rows) == {"36593": 1}


@pytest.mark.parametrize(
    "row",
    [
        given("A1", "09:00", None, route="subcutaneous", drug="new drug"),
        given("A1", "09:00", "other", route="intramuscular"),
        given("A1", "09:00", "radiopharmaceutical", route="subcutaneous"),
        given("A1", "09:00", route="intrathecal"),
        given("A1", "09:00", "blood_product", route="intramuscular"),
        given("A1", "09:00", route=None),
    ],
)
def test_a_service_this_program_cannot_code_is_still_another_service(row: dict[str, object]) -> None:
    """NCCI Policy Manual ch. X 9 and 10, ch. XI B.9: draw and flush only when nothing else was done."""
    assert coded(row, **draw()) == {}
    beside = derive(row, flush())
    assert codes(beside) == {}
    assert "administration A1" in reasons(beside)["F1"]


@pytest.mark.parametrize(
    "row",
    [
        given("A1", "09:00", route="oral"),
        given("A1", "09:00", route="subcutaneous", documented_by="patient"),
        given("A1", "09:00", dose={"amount": "0", "unit": "mg"}),
        given("A1", "09:00", route="catheter_instillation", drug="heparin"),
        given("A1", "08:00-12:00", "hydration", purpose="keep_vein_open"),
    ],
)
def test_what_is_no_service_does_not_stand_beside_a_draw(row: dict[str, object]) -> None:
    assert coded(row, **draw()) == {"36591": 1}
