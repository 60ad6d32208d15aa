"""A desk with one encounter on it, without going through files."""

from __future__ import annotations

from pathlib import Path

from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.review.desk import Desk
from onco_tui.review.standing import stand, summarise
from onco_tui.rules.engine import check
from onco_tui.store.audit import AuditEntry, append
from onco_tui.store.encounters import save_new, save_source

NURSE = {"ordered_by": "1679576722", "documented_by": "RN Sample"}


def visit(**claim: object) -> Encounter:
    """Give an office visit billed one hour too many, with 99211 beside it and a stated total that is off."""
    lines = [
        {"line": 1, "code": "96413", "units": 1, "diagnosis_pointers": [1, 2], "charge": "410.00"},
        {"line": 2, "code": "96415", "units": 2, "diagnosis_pointers": [1, 2], "charge": "180.00"},
        {"line": 3, "code": "99211", "units": 1, "diagnosis_pointers": [2], "charge": "45.00"},
    ]
    start, stop = "2026-03-02T09:00", "2026-03-02T10:40"
    administration = {
        "id": "A1", "drug": "pembrolizumab", "hcpcs": "J9271", "drug_class": "complex_biologic", "route": "iv_infusion",
        "purpose": "treatment", "start": start, "stop": stop, "access_site": "port", **NURSE,
    }  # fmt: skip
    return parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": "E-1",
            "patient": {"patient_id": "P-1", "family_name": "Testerman", "given_name": "Avery"},
            "coverage": {"payer_id": "MEDICARE_B", "payer_name": "Medicare Part B"},
            "claim": {
                "claim_type": "professional", "place_of_service": "11", "date_from": "2026-03-02",
                "diagnoses": ["Z51.12", "C34.11"], "billing_npi": "1234567893", "lines": lines, **claim,
            },
            "documentation": {"reason_for_encounter": "antineoplastic_therapy", "administrations": [administration]},
        }
    )  # fmt: skip


def stock(path: Path, *encounters: Encounter) -> Desk:
    """Create a database with encounters, each imported with its first audit row."""
    desk = Desk.create(path)
    with desk.database.write() as connection:
        for encounter in encounters:
            source = save_source(connection, "test.json", "documents", encounter.encounter_id.encode())
            save_new(connection, encounter, source, summarise(stand(check(encounter, desk.reference), ())))
            append(connection, AuditEntry(desk.actor, desk.session, "import", encounter.encounter_id))
    return desk
