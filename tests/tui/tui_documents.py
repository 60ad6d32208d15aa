"""Encounter documents for the screen tests; every patient is invented."""

from __future__ import annotations

import copy
from typing import Any

Document = dict[str, Any]


def carboplatin_day(encounter_id: str = "E-2026-0101", family_name: str = "Testperson") -> Document:
    """Give an office chemotherapy day with faults planted: an hour too many, no JW, therapy code not first."""
    return {
        "schema": "onco-encounter/1",
        "encounter_id": encounter_id,
        "patient": {"patient_id": f"P-{encounter_id}", "family_name": family_name, "given_name": "Ada", "sex": "F"},
        "coverage": {"payer_id": "MEDICARE_B", "payer_name": "Medicare Part B"},
        "claim": {
            "claim_id": f"C-{encounter_id}",
            "claim_type": "professional",
            "place_of_service": "11",
            "date_from": "2026-03-02",
            "date_to": "2026-03-02",
            "billing_npi": "1234567893",
            "rendering_npi": "1679576722",
            "diagnoses": ["C34.11", "Z51.11", "C79.51"],
            "total_charge": "2585.00",
            "lines": [
                _line(1, "96413", "1", [1, 2], "410.00"),
                _line(2, "96415", "3", [1, 2], "270.00"),
                _line(3, "96367", "1", [1], "95.00"),
                _line(4, "J9045", "9", [1], "810.00"),
                _line(5, "J1453", "150", [1], "1000.00", "JZ"),
            ],
        },
        "documentation": {
            "reason_for_encounter": "antineoplastic_therapy",
            "diagnoses": [
                {
                    "description": "Adenocarcinoma, right upper lobe", "code": "C34.11", "role": "primary",
                    "status": "active", "stage": "IV",
                },
                {"description": "Bone metastasis", "code": "C79.51", "role": "secondary", "status": "active"},
            ],
            "treatment_plan": {
                "plan_id": "TP-1", "regimen": "carboplatin", "intent": "palliative", "cycle": 2, "cycles_planned": 4,
            },
            "administrations": [
                {
                    "id": "A1", "drug": "fosaprepitant", "hcpcs": "J1453", "route": "iv_infusion",
                    "purpose": "premedication", "start": "2026-03-02T08:55", "stop": "2026-03-02T09:25",
                    "access_site": "port", "dose": {"amount": "150", "unit": "mg"},
                    "vials": [{"size": "150", "unit": "mg", "count": 1, "container": "single_dose"}],
                    "discarded": {"amount": "0", "unit": "mg"},
                },
                {
                    "id": "A2", "drug": "carboplatin", "hcpcs": "J9045", "drug_class": "chemotherapy",
                    "route": "iv_infusion", "purpose": "treatment", "start": "2026-03-02T09:30",
                    "stop": "2026-03-02T11:35", "access_site": "port", "dose": {"amount": "430", "unit": "mg"},
                    "vials": [{"size": "450", "unit": "mg", "count": 1, "container": "single_dose"}],
                    "discarded": {"amount": "20", "unit": "mg"}, "documented_by": "RN Lee",
                },
            ],
            "notes": [
                {
                    "kind": "infusion_nursing", "author": "RN Lee", "at": "2026-03-02T11:50",
                    "text": "Carboplatin 430 mg via port, tolerated well.\nDischarged home, ambulatory.",
                }
            ],
        },
    }  # fmt: skip


def _line(number: int, code: str, units: str, pointers: list[int], charge: str, *modifiers: str) -> Document:
    return {
        "line": number,
        "code": code,
        "modifiers": list(modifiers),
        "units": units,
        "diagnosis_pointers": pointers,
        "charge": charge,
        "date_of_service": "2026-03-02",
    }


def claim_without_chart(encounter_id: str = "E-2026-0102") -> Document:
    """Give a claim as an 837P import leaves it: rules about the chart cannot be checked."""
    document = carboplatin_day(encounter_id, "Paperonly")
    del document["documentation"]
    return document


HOSTILE = (
    "\x1b[31mred\x1b]52;c;ZXZpbA==\x07\x9b5mC1\x1b]0;title\x07 \u202eevil\u202c [/x] [bold]m[/bold] [@click=app.quit]"
    "q[/] tab\there back\x08space \u0645\u0644\u0641 \uff37\uff49\uff44\uff45 e\u0301 \U0001f469\u200d\U0001f52c"
)


def hostile(encounter_id: str = "E-HOSTILE") -> Document:
    """Give an encounter with control sequences, bidi, markup and odd characters in every text field."""
    document: Document = _poisoned(carboplatin_day(encounter_id), keep=_KEEP)
    return document


_KEEP = {
    "schema", "encounter_id", "claim_type", "reason_for_encounter", "route", "purpose", "drug_class", "role", "status",
    "container", "sex", "id", "code",
}  # fmt: skip


def _poisoned(value: Any, keep: set[str], name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _poisoned(item, keep, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_poisoned(item, keep, name) for item in value]
    if isinstance(value, str) and name not in keep and not value[:1].isdigit():
        return f"{value} {HOSTILE}"
    return copy.copy(value)
