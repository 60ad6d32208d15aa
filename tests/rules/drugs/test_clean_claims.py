"""A claim that bills just what the chart supports, with the package that was opened, leaves nothing to say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from onco_tui.codesets.drugs import Drug
from onco_tui.codesets.ndc_crosswalk import NdcProduct
from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.derivation import derive
from onco_tui.derive.drugs.ndc import package_quantity
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.encounter.edits import apply
from onco_tui.encounter.values import plain
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Finding, Severity
from onco_tui.rules.registry import all_rules

REFERENCE = shipped_reference()
DRUGS = REFERENCE.drugs
RULES = tuple(rule for rule in all_rules().values() if rule.family == "DRG")
ON = date(2026, 3, 2)
ROUTES = {"SC": "subcutaneous", "IM": "intramuscular", "IV push": "iv_push"}
NEEDS_MORE = {"J0881", "J0885", "J0888", "Q5106", "J0897", "J3489"}  # a cause and a blood value; a diagnosis


def _packages() -> Iterator[tuple[Drug, NdcProduct]]:
    for ndc in DRUGS.crosswalk:
        product = DRUGS.by_ndc(ndc)
        drug = DRUGS.by_code(product.codes[0]) if product and len(product.codes) == 1 else None
        if product and drug and drug.in_force(ON) and drug.basis == "amount" and drug.hcpcs not in NEEDS_MORE:
            yield drug, product


PACKAGES = tuple(_packages())


def charted(drug: Drug, product: NdcProduct, count: int, share: Decimal) -> dict[str, object]:
    """Chart a drug from so many of a package, a share of their content given and the rest discarded."""
    assert drug.unit_quantity is not None
    size = product.units[drug.hcpcs] * drug.unit_quantity
    dose = (size * count * share).quantize(Decimal("0.001"))
    vial = {"ndc": product.ndc, "size": plain(size), "unit": drug.unit, "count": count, "container": "single_dose"}
    route = next((ROUTES[name] for name in drug.routes if name in ROUTES), "iv_infusion")
    return {"id": "A1", "drug": drug.generic, "hcpcs": drug.hcpcs, "route": route, "purpose": "treatment",
            "start": f"{ON}T09:00", "stop": f"{ON}T09:40", "dose": {"amount": plain(dose), "unit": drug.unit},
            "vials": [vial], "discarded": {"amount": plain(size * count - dose), "unit": drug.unit},
            "acquisition": "purchased"}  # fmt: skip


def clean(administration: dict[str, object], payer: str) -> Encounter:
    """Bill what is derived, with the NDC of the vials and the quantity of the units."""
    document: dict[str, object] = {"schema": "onco-encounter/1", "encounter_id": "E-1",
                                   "coverage": {"payer_id": payer},
                                   "documentation": {"administrations": [administration]}}  # fmt: skip
    head: dict[str, object] = {
        "claim_type": "professional", "place_of_service": "11", "diagnoses": ["C50.911"], "date_from": ON.isoformat(),
    }  # fmt: skip
    product = DRUGS.by_ndc(administration["vials"][0]["ndc"])  # type: ignore[index]
    assert product
    lines = []
    for number, line in enumerate(derive(parse_encounter(document | {"claim": head}), REFERENCE).lines, start=1):
        due = package_quantity(line.units, line.code, product)
        ndc = due and {"code": product.ndc, "quantity": plain(due.quantity), "unit": due.qualifiers[0]}
        lines.append({"line": number, "code": line.code, "units": plain(line.units), "modifiers": list(line.modifiers),
                      "charge": "10.00", "diagnosis_pointers": [1], "date_of_service": ON.isoformat(),
                      "ndc": ndc})  # fmt: skip
    return parse_encounter(document | {"claim": head | {"lines": lines}})


def _told(encounter: Encounter) -> list[str]:
    found = check(encounter, REFERENCE, RULES).findings
    return [f"{f.rule} {f.message}" for f in found if f.severity >= Severity.WARNING]


def test_there_are_packages_to_test() -> None:
    assert len(PACKAGES) > 500


@settings(deadline=None, database=None, max_examples=600)
@given(
    st.sampled_from(PACKAGES),
    st.integers(1, 4),
    st.sampled_from((Decimal(1), Decimal("0.9"), Decimal("0.55"))),
    st.sampled_from(("MEDICARE_B", "COMMERCIAL_SAMPLE", "SOMEONE")),
)
def test_what_the_chart_supports_is_clean(
    package: tuple[Drug, NdcProduct], count: int, share: Decimal, payer: str
) -> None:
    drug, product = package
    encounter = clean(charted(drug, product, count, share), payer)
    assume(any(line.code == drug.hcpcs for line in encounter.claim.lines))
    avoidable = [text for text in _told(encounter) if not text.startswith("DRG115")]
    assert avoidable == []


@settings(deadline=None, database=None, max_examples=300)
@given(st.sampled_from(PACKAGES), st.integers(1, 4), st.sampled_from((Decimal(3), Decimal("0.5"), Decimal(17))))
def test_a_wrong_package_quantity_is_told_and_mended(
    package: tuple[Drug, NdcProduct], count: int, factor: Decimal
) -> None:
    drug, product = package
    right = clean(charted(drug, product, count, Decimal(1)), "MEDICARE_B")
    index = next((i for i, line in enumerate(right.claim.lines) if line.code == drug.hcpcs and line.ndc), None)
    assume(index is not None)
    line = right.claim.lines[index or 0]
    assert line.ndc
    assert line.ndc.quantity
    quantity = line.ndc.quantity * factor
    whole = line.units / product.units[drug.hcpcs]
    assume(abs(quantity - line.ndc.quantity) > Decimal("0.01") and abs(quantity - whole) > Decimal("0.01"))
    changed = line.model_copy(update={"ndc": line.ndc.model_copy(update={"quantity": quantity})})
    lines = tuple(changed if other is line else other for other in right.claim.lines)
    wrong = right.model_copy(update={"claim": right.claim.model_copy(update={"lines": lines})})
    found: list[Finding] = [f for f in check(wrong, REFERENCE, RULES).findings if f.rule == "DRG112"]
    assert [f.lines for f in found] == [(line.line,)]
    mended = apply(wrong, found[0].fixes[0].edits)
    assert mended.claim.lines[index or 0].ndc == line.ndc


@settings(deadline=None, database=None, max_examples=200)
@given(st.sampled_from(PACKAGES))
def test_a_missing_ndc_comes_back_from_the_chart_alone(package: tuple[Drug, NdcProduct]) -> None:
    drug, product = package
    right = clean(charted(drug, product, 2, Decimal(1)), "COMMERCIAL_SAMPLE")
    assume(any(line.code == drug.hcpcs for line in right.claim.lines))
    bare = tuple(line.model_copy(update={"ndc": None}) for line in right.claim.lines)
    encounter = right.model_copy(update={"claim": right.claim.model_copy(update={"lines": bare})})
    for finding in check(encounter, REFERENCE, RULES).findings:
        if finding.rule == "DRG114":
            assert finding.fixes[0].grade == "safe"
            encounter = apply(encounter, finding.fixes[0].edits)
    assert [line.ndc for line in encounter.claim.lines] == [line.ndc for line in right.claim.lines]
