"""Lines under an ended code, a sibling's, or another route's: one finding, and a fix that ends in the chart's lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onco_tui.codesets.drugs import Drug
from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.drugs.billing import unit_size
from onco_tui.derive.drugs.containers import kind_of
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.encounter.edits import apply
from onco_tui.encounter.values import plain
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Finding
from onco_tui.rules.registry import all_rules

REFERENCE = shipped_reference()
DRUGS = REFERENCE.drugs
RULES = tuple(rule for rule in all_rules().values() if rule.family == "DRG")
ON = date(2026, 3, 2)


def _claim(code: str, units: Decimal, on: date, *modifiers: str) -> dict[str, object]:
    line = {"line": 1, "code": code, "units": plain(units), "modifiers": list(modifiers), "charge": "1000.00",
            "diagnosis_pointers": [1], "date_of_service": on.isoformat()}  # fmt: skip
    return {"claim_type": "professional", "place_of_service": "11", "diagnoses": ["C50.911"], "lines": [line]}


def _encounter(claim: dict[str, object], given: dict[str, object] | None = None) -> Encounter:
    document: dict[str, object] = {"schema": "onco-encounter/1", "encounter_id": "E-1", "claim": claim,
                                   "coverage": {"payer_id": "MEDICARE_B"}}  # fmt: skip
    if given is not None:
        document["documentation"] = {"administrations": [given]}
    return parse_encounter(document)


def _administration(drug: Drug, route: str, on: date) -> dict[str, object]:
    """Chart one whole single-dose container, wholly given."""
    size = next((c.size for c in drug.containers if c.size and kind_of(c) == "single_dose"), Decimal(100))
    amount = {"amount": plain(size), "unit": drug.unit}
    vial = {"size": plain(size), "unit": drug.unit, "count": 1, "container": "single_dose"}
    return {"id": "A1", "drug": drug.generic, "hcpcs": drug.hcpcs, "route": route, "purpose": "treatment",
            "start": f"{on}T09:00", "stop": f"{on}T09:40", "dose": amount, "vials": [vial],
            "discarded": {"amount": "0", "unit": drug.unit}, "acquisition": "purchased"}  # fmt: skip


def _findings(encounter: Encounter) -> list[Finding]:
    return [f for f in check(encounter, REFERENCE, RULES).findings if f.rule <= "DRG109"]


def _links() -> Iterator[tuple[str, str, Decimal, date]]:
    for code, after in DRUGS.links.successors.items():
        ended = DRUGS.billing_unit(code)
        if len(after) == 1 and after[0].units and ended and ended.effective_to:
            on = ended.effective_to + timedelta(days=1)
            successor = DRUGS.billing_unit(after[0].code)
            if successor and successor.in_force(on) and not after[0].code.startswith("C"):
                yield code, after[0].code, after[0].units, on


LINKS = tuple(_links())


def test_there_are_links_to_test() -> None:
    assert len(LINKS) > 100


@settings(deadline=None, database=None, max_examples=300)
@given(st.sampled_from(LINKS), st.integers(1, 900))
def test_units_of_an_ended_code_become_the_same_amount_of_its_successor(
    link: tuple[str, str, Decimal, date], units: int
) -> None:
    code, instead, each, on = link
    before = _encounter(_claim(code, Decimal(units), on))
    ended = [f for f in _findings(before) if f.rule == "DRG107"]
    assert [f.lines for f in ended] == [(1,)]
    assert str(DRUGS.billing_unit(code).effective_to) in ended[0].message  # type: ignore[union-attr]
    after = apply(before, ended[0].fixes[0].edits)
    line = after.claim.lines[0]
    assert line.code == instead
    assert 0 <= line.units - units * each < 1
    assert line.charge == Decimal("1000.00")
    assert [f for f in _findings(after) if f.rule == "DRG107"] == []
    old, new = DRUGS.billing_unit(code), DRUGS.billing_unit(instead)
    sizes = [unit_size(unit) for unit in (old, new) if unit and unit.basis == "amount" and not unit.combination]
    if len(sizes) == 2 and sizes[0] and sizes[1] and sizes[0].dimension == sizes[1].dimension:
        assert 0 <= Fraction(line.units) * sizes[1].amount - units * sizes[0].amount < sizes[1].amount


@settings(deadline=None, database=None, max_examples=100)
@given(st.sampled_from(LINKS))
def test_the_last_day_of_a_code_is_a_day_of_the_code(link: tuple[str, str, Decimal, date]) -> None:
    code, _, _, on = link
    assert _findings(_encounter(_claim(code, Decimal(1), on - timedelta(days=1)))) == []


def _siblings() -> Iterator[tuple[Drug, Drug]]:
    for drug in DRUGS:
        for other in DRUGS.siblings(drug.hcpcs):
            single = any(kind_of(c) == "single_dose" and c.size for c in drug.containers)
            fluid = drug.admin_class == "hydration"
            if single and not fluid and drug.in_force(ON) and other.in_force(ON) and drug.unit == other.unit:
                yield drug, other


SIBLINGS = tuple(_siblings())


def test_there_are_siblings_to_test() -> None:
    assert len(SIBLINGS) > 150


@pytest.mark.parametrize(("given_drug", "billed"), SIBLINGS, ids=lambda drug: drug.hcpcs)
def test_a_sibling_is_one_finding_and_its_fix_leaves_none(given_drug: Drug, billed: Drug) -> None:
    chart = _administration(given_drug, "iv_infusion", ON)
    before = _encounter(_claim(billed.hcpcs, Decimal(7), ON, "JZ"), chart)
    found = _findings(before)
    assert [(f.rule, f.lines) for f in found] == [("DRG109", (1,))]
    assert given_drug.hcpcs in found[0].message
    assert found[0].fixes[0].grade == "review"
    after = apply(before, found[0].fixes[0].edits)
    assert after.claim.lines[0].code == given_drug.hcpcs
    assert [f.message for f in _findings(after) if f.fixes and f.fixes[0].edits] == []


PAIRS = tuple(
    (intravenous, subcutaneous)
    for pair in sorted(set(DRUGS.links.routes.values()), key=lambda pair: pair.intravenous)
    if (intravenous := DRUGS.by_code(pair.intravenous))
    and (subcutaneous := DRUGS.by_code(pair.subcutaneous))
    and subcutaneous.unit
)


@pytest.mark.parametrize(("intravenous", "subcutaneous"), PAIRS, ids=lambda drug: drug.hcpcs)
def test_the_product_for_the_charted_route_is_asked_for(intravenous: Drug, subcutaneous: Drug) -> None:
    chart = _administration(subcutaneous, "subcutaneous", ON)
    found = _findings(_encounter(_claim(intravenous.hcpcs, Decimal(7), ON), chart))
    assert [(f.rule, f.lines) for f in found] == [("DRG108", (1,))]
    assert subcutaneous.hcpcs in found[0].message


def test_two_siblings_billed_and_one_given_are_not_guessed_at() -> None:
    velcade, hospira = DRUGS.by_code("J9041"), DRUGS.by_code("J9049")
    assert velcade
    assert hospira
    claim = _claim("J9046", Decimal(25), ON, "JZ")
    first = claim["lines"][0]  # type: ignore[index]
    claim["lines"] = [first, first | {"line": 2, "code": "J9048"}]
    found = _findings(_encounter(claim, _administration(hospira, "subcutaneous", ON)))
    assert sorted({f.rule for f in found}) == ["DRG105", "DRG106"]


def test_a_fluid_that_only_kept_the_vein_open_is_no_sibling_of_the_one_given() -> None:
    given = _administration(DRUGS.by_code("J7030"), "iv_infusion", ON) | {"purpose": "keep_vein_open"}  # type: ignore[arg-type]
    found = _findings(_encounter(_claim("J7030", Decimal(1), ON), given))
    assert [f.rule for f in found] == ["DRG106"]
