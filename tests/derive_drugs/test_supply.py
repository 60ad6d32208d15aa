"""Administrations that make no drug line."""

from __future__ import annotations

import pytest

from tests.derive_drugs.drug_charts import chart, derive, given, lines, reasons, vial

SALINE = given("J7040", "500 mL", vials=[vial("500 mL")])


@pytest.mark.parametrize("purpose", ["keep_vein_open", "vehicle", "flush"])
def test_carrier_fluid_is_not_billed(purpose: str) -> None:
    found = derive(chart(SALINE | {"purpose": purpose}))
    assert not found.lines
    assert "part of the administration" in reasons(found)
    assert not found.not_derived[0].gap


def test_therapeutic_fluid_is_billed_by_volume() -> None:
    assert lines(derive(chart(SALINE | {"purpose": "hydration"}))) == [("J7040", ("JZ",), 1)]


@pytest.mark.parametrize("acquisition", ["free", "patient_supplied"])
def test_drug_that_was_not_bought_is_not_billed(acquisition: str) -> None:
    found = derive(chart(given("J9271", "200 mg", acquisition=acquisition)))
    assert not found.lines
    assert "0.01" in reasons(found)


def test_oral_drug_goes_elsewhere() -> None:
    tablets = given("J8522", "1500 mg", drug="capecitabine")
    assert "DME" in reasons(derive(chart(tablets, on="2026-03-02")))
    assert lines(derive(chart(tablets, claim_type="institutional")))[0][::2] == ("J8522", 30)
    swallowed = given("J2405", "8 mg", route="oral")
    assert "DME" in reasons(derive(chart(swallowed)))
    assert "not an oral code" in reasons(derive(chart(swallowed, claim_type="institutional")))


def test_a_port_flush_has_no_drug_line_and_declotting_has() -> None:
    assert not derive(chart(given("J1642", "500 units", route="port_flush"))).lines
    declot = given("J2997", "2 mg", purpose="declotting", vials=[vial("2 mg")])
    assert lines(derive(chart(declot))) == [("J2997", ("JZ",), 2)]


def test_no_chart_is_no_drug() -> None:
    assert derive({"schema": "onco-encounter/1", "encounter_id": "E", "claim": {}}).as_json("E")["lines"] == []
