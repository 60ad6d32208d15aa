"""Claims as they should be, over all coverage rules at once: not one of them has anything to say."""

from __future__ import annotations

from typing import Any

import pytest

from onco_tui.encounter.document import parse_encounter
from onco_tui.rules.engine import check
from onco_tui.rules.registry import all_rules
from tests.rules.strategies import REFERENCE

RULES = tuple(rule for rule in all_rules().values() if "COV101" <= rule.code <= "COV199")
Json = dict[str, object]


def line(
    code: str, units: str = "1", *modifiers: str, points: tuple[int, ...] = (1, 2), day: str = "2026-03-02"
) -> Json:
    return {
        "code": code, "units": units, "modifiers": list(modifiers), "diagnosis_pointers": list(points),
        "charge": "100.00", "date_of_service": day,
    }  # fmt: skip


def findings(listed: str, /, *lines: Json, payer: str = "MEDICARE_B", **chart: Any) -> list[str]:
    encounter = parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": "E-CLEAN",
            "coverage": {"payer_id": payer},
            "patient": {"birth_date": "1950-01-01"},
            "claim": {
                "date_from": "2026-03-02",
                "diagnoses": listed.split(),
                "lines": [entry | {"line": number} for number, entry in enumerate(lines, start=1)],
            },
            "documentation": chart or None,
        }
    )
    return [f"{f.rule} {f.message}" for f in check(encounter, REFERENCE, RULES).findings]


def marker(name: str, result: str, day: str = "2026-02-27") -> Json:
    return {"name": name, "result": result, "collected_on": day}


CHEMOTHERAPY = {"id": "A9", "drug": "docetaxel", "hcpcs": "J9171", "route": "iv_infusion", "start": "2026-03-02T10:00"}
CLEAN: dict[str, tuple[str, tuple[Json, ...], Json]] = {
    "azacitidine for myelodysplastic syndrome": ("Z51.11 D46.21", (line("J9025", "150"),), {}),
    "BCG for carcinoma in situ": ("Z51.12 D09.0", (line("J9030", "50"),), {}),
    "metastatic breast cancer, primary removed": (
        "Z51.12 C79.51 Z85.3 Z17.31", (line("J9355", "40"), line("J0897", "120", points=(2, 3))), {"biomarkers": []},
    ),
    "HER2-low breast cancer and the conjugate": (
        "Z51.11 C50.911 Z17.0 Z17.32", (line("J9358", "400"),), {"biomarkers": [marker("HER2", "IHC 1+")]},
    ),
    "triple-negative by its codes": ("Z51.12 C50.411 Z17.421", (line("J9271", "200"),), {"biomarkers": []}),
    "pembrolizumab for lung cancer without PD-L1": (
        "Z51.12 C34.11", (line("J9271", "200"),), {"biomarkers": [marker("PD-L1 TPS", "<1%")]},
    ),
    "cetuximab of the head and neck": ("Z51.12 C10.3", (line("J9055", "70"),), {"biomarkers": []}),
    "panitumumab with KRAS G12C": (
        "Z51.12 C18.7", (line("J9303", "40"),), {"biomarkers": [marker("KRAS", "G12C mutated")]},
    ),
    "rituximab for arthritis without an encounter for therapy": ("M05.79", (line("J9312", "100", points=(1,)),), {}),
    "darbepoetin for anemia of chemotherapy": (
        "D64.81 C50.911 T45.1X5A",
        (line("J0881", "200", "EA"),),
        {"biomarkers": [marker("Hemoglobin", "9.1 g/dL")], "administrations": [CHEMOTHERAPY]},
    ),
    "epoetin in kidney disease": (
        "D63.1 N18.4 C90.00", (line("J0885", "40", "EC"),), {"biomarkers": [marker("Hgb", "10.6")]},
    ),
    "darbepoetin over the limit with a signed notice": (
        "D64.81 C50.911", (line("J0881", "200", "EA", "GA"),), {"biomarkers": [marker("Hgb", "10.6")]},
    ),
    "CAR-T after the safety program": ("Z51.12 C83.38", (line("38228"), line("Q2041", "0.1", "LU", "76")), {}),
    "panel in metastatic disease": (
        "C34.11 C78.01", (line("81455", points=(1,)),), {"diagnoses": [{"code": "C34.11", "stage": "II"}]},
    ),
    "initial PET for a lung cancer": (
        "C34.11", (line("78815", "1", "PI", points=(1,)), line("A9552", points=(1,))), {},
    ),
    "PET of the prostate with another tracer": (
        "C61", (line("78815", points=(1,)), line("A9595", points=(1,))), {},
    ),
    "on-body injector on the day of chemotherapy": (
        "Z51.11 C50.911",
        (line("J9171", "150"), line("J2506", "12"), line("96377")),
        {"administrations": [CHEMOTHERAPY], "treatment_plan": {"regimen": "TC"}},
    ),
    "denosumab for osteoporosis": ("M81.0", (line("J0897", "60", points=(1,)),), {}),
    "zoledronic acid in adjuvant breast cancer": ("C50.911 Z79.811 M85.80", (line("J3489", "4"),), {}),
    "iron in iron deficiency": ("D50.9 C18.7", (line("J1439", "750"),), {}),
    "leuprolide of the prostate": ("C61 Z19.1", (line("J9217", "3"),), {}),
    "leuprolide in breast cancer": ("C50.911 Z17.0", (line("J1950", "3"),), {}),
    "sipuleucel-T": ("Z51.12 C61 C79.51 Z19.2", (line("Q2043", "1", points=(2, 3)),), {"biomarkers": []}),
    "radioligand with its scan": (
        "C61 C79.51", (line("A9607", "200"),), {"biomarkers": [marker("PSMA PET", "positive")]},
    ),
    "teclistamab in the fifth line": (
        "Z51.12 C90.00", (line("J9380", "200"),), {"treatment_plan": {"line_of_therapy": 5}},
    ),
    "oral ondansetron with chemotherapy": ("Z51.11 C50.911", (line("J9171", "150"), line("Q0162", "8")), {}),
    "an excluded service and a voluntary notice": ("C50.911", (line("99213", "1", "GY", "GX", points=(1,)),), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_claim_is_clean(name: str) -> None:
    diagnoses, lines, chart = CLEAN[name]
    assert findings(diagnoses, *lines, payer="MEDICARE_B", **chart) == []


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_claim_is_clean_for_a_payer_that_is_not_medicare(name: str) -> None:
    diagnoses, lines, chart = CLEAN[name]
    told = findings(diagnoses, *lines, payer="PINEAPPLE_MUTUAL", **chart)
    assert [text for text in told if not text.startswith("COV127")] == []  # their lines carry Medicare's notices


def test_each_fault_is_told_once() -> None:
    """Claims with one fault: one rule speaks, and no other."""
    faults = {
        "COV101": findings("Z51.12 C34.11", line("J9354", "300")),
        "COV102": findings("Z51.12 C18.7", line("J9303", "40"), biomarkers=[marker("RAS", "NRAS Q61K mutated")]),
        "COV103": findings("Z51.12 C50.911", line("J9355", "40"), biomarkers=[marker("LVEF", "60%")]),
        "COV108": findings("D64.81 C50.911", line("J0881", "200", "EA"), biomarkers=[marker("Hgb", "10.4")]),
        "COV109": findings("D64.81 C92.00", line("J0881", "200", "EA"), biomarkers=[marker("Hgb", "9.4")]),
        "COV112": findings("C18.7", line("81445", points=(1,)), diagnoses=[{"code": "C18.7", "stage": "II"}]),
        "COV113": findings("C34.11", line("78815", points=(1,)), line("A9552", points=(1,))),
        "COV114": findings("C61", line("78815", "1", "PI", points=(1,)), line("A9552", points=(1,))),
        "COV117": findings("M81.0", line("J0897", "120", points=(1,))),
        "COV118": findings("C79.51 C61", line("J3489", "5")),
        "COV120": findings("D64.81 C18.7", line("J1439", "750")),
        "COV123": findings("C61", line("J1950", "6", points=(1,))),
        "COV124": findings("C61 Z19.2", line("Q2043", "1", points=(1,)), biomarkers=[], diagnoses=[]),
        "COV126": findings("Z51.12 C50.911 M05.79", line("J9312", "100", points=(1, 3))),
        "COV127": findings("C34.11", line("99213", "1", "GA", "GZ", points=(1,))),
    }
    told = {rule: [text.split()[0] for text in found] for rule, found in faults.items()}
    assert told == {rule: [rule] for rule in faults}
