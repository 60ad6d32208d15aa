"""The plan rules in both directions, for every regimen: followed, they are silent; departed from, they say how."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import JsonValue

from onco_tui.codesets.reference import shipped_reference
from onco_tui.codesets.regimens import Phase, Regimen, RegimenDrug, Slot
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.rules.cases import encounter_of, read_cases
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Finding, Severity
from onco_tui.rules.registry import all_rules
from onco_tui.rules.treatment_plan.usual_dose import Body
from tests.derive.regimen_days import ROUTES, SLOTS, drugs_of
from tests.rules.properties import assert_sound, bounded

REFERENCE = shipped_reference()
PLN = tuple(rule for code, rule in all_rules().items() if code.startswith("PLN"))
ALONE = [entry for entry in SLOTS if entry[0].name != "nivolumab + relatlimab"]  # one product of two ingredients
BODY = Body(Decimal("1.8"), Decimal(75), Decimal(80))


def given_as(drug: RegimenDrug, number: int, factor: Decimal = Decimal(1)) -> JsonValue:
    """Chart a drug at its usual dose, or at a multiple of it."""
    record: dict[str, JsonValue] = {
        "id": f"A{number}",
        "hcpcs": drug.hcpcs,
        "route": ROUTES[drug.route],
        "purpose": "treatment",
        "start": "2026-03-02T10:00",
    }
    dose = BODY.dose(drug.doses[0], drug.cap) if drug.doses else None
    if dose is not None:
        unit = "units" if "unit" in drug.doses[0].unit else "mg"
        amount = Decimal(dose.numerator) / Decimal(dose.denominator) * factor
        inward = ROUND_FLOOR if factor > 1 else ROUND_CEILING  # a tenth over must not become more than a tenth
        record["dose"] = {"amount": str(amount.quantize(Decimal("0.01"), inward)), "unit": unit}
    return record


def visit(regimen: Regimen, administrations: list[JsonValue], plan: dict[str, JsonValue] | None = None) -> Encounter:
    whole: dict[str, JsonValue] = {
        "regimen": regimen.name,
        "intent": regimen.intents[0],
        "line_of_therapy": 1,
        "cycle": 2,
        "cycles_planned": 2,
        "signed_by": "1679576722",
        "signed_on": "2026-02-10",
        "previous_cycle_on": "2025-11-30",
        "response": "stable disease, CT 2026-02-20",
        "rationale": "",
    }
    measures: JsonValue = {"body_surface_m2": "1.8", "weight_kg": "75", "creatinine_clearance": "80"}
    documentation: JsonValue = {
        "diagnoses": [{"code": regimen.diseases[0], "role": "primary", "status": "active", "stage": "II"}],
        "administrations": administrations,
        "measurements": measures,
        "orders": [],
        "treatment_plan": whole | (plan or {}),
    }
    claim: JsonValue = {"date_from": "2026-03-02", "lines": []}
    return parse_encounter(
        {"schema": "onco-encounter/1", "encounter_id": "E", "claim": claim, "documentation": documentation}
    )


def findings_of(encounter: Encounter, *codes: str) -> list[Finding]:
    rules = [rule for rule in PLN if not codes or rule.code in codes]
    report = check(encounter, REFERENCE, rules)
    assert_sound(report)
    return list(report.findings)


@pytest.mark.parametrize(("regimen", "phase", "slot"), SLOTS, ids=lambda part: getattr(part, "id", ""))
def test_a_plan_that_is_followed_is_clean(regimen: Regimen, phase: Phase, slot: Slot) -> None:
    given_drugs = [given_as(drug, number) for number, drug in enumerate(drugs_of(phase, slot))]
    assert [f"{f.rule} {f.message}" for f in findings_of(visit(regimen, given_drugs))] == []


@bounded
@given(st.sampled_from(ALONE), st.data())
def test_a_drug_of_another_regimen_is_found(entry: tuple[Regimen, Phase, Slot], data: st.DataObject) -> None:
    regimen, phase, slot = entry
    planned = {d for r in REFERENCE.regimens.named(regimen.name) for d in r.ingredients}
    others = [drug for _, p, s in ALONE for drug in drugs_of(p, s) if drug.drug not in planned]
    other = data.draw(st.sampled_from(others))
    known = REFERENCE.drugs.by_code(other.hcpcs)
    assume(known is not None and known.admin_class != "hormonal_injection")
    drugs = [*drugs_of(phase, slot), other]
    (found,) = findings_of(visit(regimen, [given_as(d, n) for n, d in enumerate(drugs)]), "PLN111")
    assert found.severity is Severity.WARNING
    assert found.evidence[1].path == f"documentation.administrations[A{len(drugs) - 1}].drug"
    explained = visit(
        regimen, [given_as(d, n) for n, d in enumerate(drugs)], {"rationale": f"{other.drug} from cycle 2 on"}
    )
    assert findings_of(explained, "PLN111") == []


@bounded
@given(st.sampled_from([entry for entry in ALONE if len(entry[2].required) > 1]), st.data())
def test_a_drug_left_out_is_found_unless_another_day_fits(
    entry: tuple[Regimen, Phase, Slot], data: st.DataObject
) -> None:
    regimen, phase, slot = entry
    drugs = drugs_of(phase, slot)
    left = data.draw(st.sampled_from(drugs))
    kept = [drug for drug in drugs if drug is not left]
    assume(left.drug not in {drug.drug for drug in kept})
    keys = {drug.key for drug in kept}
    fits = any(
        s.required <= keys and keys & s.required
        for r in REFERENCE.regimens.named(regimen.name)
        if r.treats(regimen.diseases[:1])
        for p in r.phases
        for s in p.slots
    )
    found = findings_of(visit(regimen, [given_as(d, n) for n, d in enumerate(kept)]), "PLN112")
    assert bool(found) != fits
    assert all(left.drug in finding.message or fits for finding in found)
    held = visit(regimen, [given_as(d, n) for n, d in enumerate(kept)], {"rationale": f"{left.drug} held"})
    assert findings_of(held, "PLN112") == []


@bounded
@given(st.sampled_from(SLOTS), st.sampled_from(("0.3", "0.95", "1.05", "1.1", "40")))
def test_a_dose_is_told_when_far_from_every_usual_one(entry: tuple[Regimen, Phase, Slot], factor: str) -> None:
    regimen, phase, slot = entry
    drug = next((d for d in drugs_of(phase, slot) if d.doses and d.cap is None), None)
    assume(drug is not None and drug.hcpcs != "J9144")
    assert drug is not None
    found = findings_of(visit(regimen, [given_as(drug, 0, Decimal(factor))]), "PLN121")
    if factor == "40":
        assert [finding.severity for finding in found] == [Severity.WARNING]
    elif factor == "0.3":
        assert all(finding.severity is Severity.INFO for finding in found)
    else:
        assert found == []


def _encounters_of_cases() -> list[Encounter]:
    return [encounter_of(file, case) for rule in PLN for file in [read_cases(rule)] for case in file.cases]


def test_a_plan_finding_never_changes_the_claim_and_never_is_an_error() -> None:
    found = [finding for encounter in _encounters_of_cases() for finding in findings_of(encounter)]
    assert len(found) > 30
    for finding in found:
        assert finding.severity < Severity.ERROR
        assert [fix.grade for fix in finding.fixes] == ["query"]
        assert not any(fix.edits for fix in finding.fixes)
        assert len({item.path for item in finding.evidence}) == len(finding.evidence)


words = st.one_of(st.none(), st.text(max_size=40), st.sampled_from([regimen.name for regimen in REFERENCE.regimens]))
days = st.one_of(st.none(), st.dates().map(lambda day: day.isoformat()))
numbers = st.one_of(st.none(), st.integers(-3, 400))


@bounded
@given(
    st.sampled_from(SLOTS),
    st.fixed_dictionaries(
        {},
        optional={
            "regimen": words,
            "intent": st.one_of(words, st.sampled_from(("adjuvant", "palliative", "curative"))),
            "cycle": numbers,
            "cycles_planned": numbers,
            "cycle_day": numbers,
            "signed_by": words,
            "signed_on": days,
            "previous_cycle_on": days,
            "response": words,
            "response_on": days,
            "rationale": words,
        },
    ),
)
def test_any_plan_is_survived(entry: tuple[Regimen, Phase, Slot], plan: dict[str, JsonValue]) -> None:
    regimen, phase, slot = entry
    given_drugs = [given_as(drug, number) for number, drug in enumerate(drugs_of(phase, slot))]
    found = findings_of(visit(regimen, given_drugs, plan))
    assert len({finding.id for finding in found}) == len(found)
    assert all(finding.severity < Severity.ERROR for finding in found)
