"""JW, JZ and the 340B modifiers by date of service, payer and place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from onco_tui.codesets.policy import Policy
from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.drug_lines import derive_drug_lines
from onco_tui.encounter.document import parse_encounter
from tests.derive_drugs.drug_charts import amount, chart, derive, given, lines, readings, vial

WASTE = given("J9312", "305 mg", vials=[vial("100 mg", 4)], discarded=amount("95 mg"))
WHOLE = given("J9312", "400 mg", vials=[vial("100 mg", 4)], discarded=amount("0 mg"))


@pytest.mark.parametrize(
    ("on", "waste", "whole"),
    [
        ("2026-03-02", [((), 31), (("JW",), 9)], [(("JZ",), 40)]),
        ("2023-07-01", [((), 31), (("JW",), 9)], [(("JZ",), 40)]),
        ("2023-06-30", [((), 31), (("JW",), 9)], [((), 40)]),
        ("2019-01-01", [((), 31), (("JW",), 9)], [((), 40)]),
    ],
)
def test_waste_modifiers_begin_on_their_day(on: str, waste: list[object], whole: list[object]) -> None:
    assert [row[1:] for row in lines(derive(chart(WASTE, on=on)))] == waste
    assert [row[1:] for row in lines(derive(chart(WHOLE, on=on)))] == whole


def test_before_2017_given_and_discarded_units_stand_together() -> None:
    drug = WASTE | {"hcpcs": "J9035", "vials": [vial("100 mg", 4)]}
    assert lines(derive(chart(drug, on="2016-12-31"))) == [("J9035", (), 40)]
    assert lines(derive(chart(drug, on="2017-01-01"))) == [("J9035", (), 31), ("J9035", ("JW",), 9)]


@pytest.mark.parametrize(
    ("on", "claim_type", "modifiers"),
    [
        ("2025-01-01", "professional", ("JZ", "TB")),
        ("2026-03-02", "institutional", ("JZ", "TB")),
        ("2024-12-31", "institutional", ("JZ", "JG")),
        ("2024-06-01", "professional", ("JZ", "JG")),
        ("2023-12-31", "professional", ("JZ",)),
    ],
)
def test_340b_modifiers_by_date(on: str, claim_type: str, modifiers: tuple[str, ...]) -> None:
    found = derive(chart(WHOLE | {"acquisition": "340b"}, on=on, claim_type=claim_type))
    assert lines(found) == [("J9312", modifiers, 40)]
    swapped = [[("J9312", ("JZ", "TB"), 40)]] if "JG" in modifiers else []
    assert readings(found) == swapped


def test_the_waste_line_carries_the_340b_modifier_too() -> None:
    found = derive(chart(WASTE | {"acquisition": "340b"}))
    assert lines(found) == [("J9312", ("TB",), 31), ("J9312", ("JW", "TB"), 9)]


def test_340b_and_other_stock_stand_apart() -> None:
    found = derive(chart(WHOLE, WHOLE | {"acquisition": "340b"}))
    assert lines(found) == [("J9312", ("JZ",), 40), ("J9312", ("JZ", "TB"), 40)]


@pytest.mark.parametrize("place", ["50", "72"])
def test_rural_clinics_and_health_centres_use_neither(place: str) -> None:
    assert lines(derive(chart(WASTE, place_of_service=place))) == [("J9312", (), 31)]


def test_hydration_fluid_is_packaged_for_a_hospital() -> None:
    fluid = given("J7030", "1000 mL", purpose="hydration", vials=[vial("1000 mL")])
    assert lines(derive(chart(fluid, claim_type="institutional"))) == [("J7030", (), 1)]
    assert lines(derive(chart(fluid))) == [("J7030", ("JZ",), 1)]


def test_a_payer_without_the_policy_gets_no_jz_and_no_340b_modifier() -> None:
    reference = replace(
        shipped_reference(), policies={"default": Policy(name="private", medicare=False, jw_jz_required=False)}
    )
    document = chart(WHOLE | {"acquisition": "340b"}) | {"coverage": {"payer_id": "PRIVATE"}}
    assert lines(derive_drug_lines(parse_encounter(document), reference)) == [("J9312", (), 40)]


def test_blood_and_oral_drugs_carry_neither() -> None:
    assert lines(derive(chart(given("P9016", "2 units", route="transfusion")))) == [("P9016", (), 2)]
    albumin = derive(chart(given("P9047", "100 mL", vials=[vial("50 mL", 2)])))
    assert (lines(albumin), albumin.judgements, albumin.not_derived) == ([("P9047", (), 2)], (), ())
    tablets = given("J8522", "1500 mg", route="oral")
    assert lines(derive(chart(tablets, claim_type="institutional"))) == [("J8522", (), 30)]


def test_a_hospital_is_told_where_a_drug_may_be_packaged() -> None:
    """OPPS packages what costs less than some 140 a day; JW and JZ are for drugs paid separately."""
    cheap = given("J1200", "50 mg", vials=[vial("50 mg")], discarded=amount("0 mg"))
    dear = given("J9271", "200 mg", vials=[vial("100 mg", 2)], discarded=amount("0 mg"))
    found = derive(chart(cheap, dear, claim_type="institutional"))
    told = {line.code: any("may be packaged" in text for text in line.because) for line in found.lines}
    assert told == {"J1200": True, "J9271": False}
    assert lines(found) == [("J1200", ("JZ",), 1), ("J9271", ("JZ",), 200)]
    in_office = derive(chart(cheap))
    assert not any("packaged" in text for line in in_office.lines for text in line.because)
