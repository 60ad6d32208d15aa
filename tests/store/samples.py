"""Encounters, findings and whole changes for the tests of the store."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.encounter.edits import apply, set_line_field
from onco_tui.rules.finding import Finding, Severity
from onco_tui.store.actor import Actor
from onco_tui.store.audit import AuditEntry, append
from onco_tui.store.database import Database
from onco_tui.store.encounters import Summary, load, save_claim, save_new, save_source

ACTOR = Actor("coder-a")


def encounter(
    encounter_id: str = "E-1",
    *,
    family_name: str = "Testerman",
    given_name: str = "Avery",
    payer_id: str = "PAYER_1",
    day: str | None = "2026-03-02",
    drug: str = "pembrolizumab",
) -> Encounter:
    """Give a small infusion visit with a chart."""
    lines = [
        {"line": 1, "code": "96413", "units": "1", "diagnosis_pointers": [1], "charge": "410.00"},
        {"line": 2, "code": "j-9271", "modifiers": ["JZ"], "units": "200", "charge": "12400.00"},
    ]
    return parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": encounter_id,
            "patient": {"patient_id": f"P-{encounter_id}", "family_name": family_name, "given_name": given_name},
            "coverage": {"payer_id": payer_id, "payer_name": f"Name of {payer_id}"},
            "claim": {"claim_id": f"C-{encounter_id}", "date_from": day, "diagnoses": ["C34.11"], "lines": lines},
            "documentation": {
                "diagnoses": [{"code": "C34.11", "description": "Adenocarcinoma, right upper lobe"}],
                "administrations": [{"id": "A1", "drug": drug, "start": "2026-03-02T09:00", "dose": None}],
                "notes": [{"kind": "nursing", "text": "Tolerated well. 100% \u202e given"}],
            },
        }
    )


def finding(rule: str = "ADM101", severity: Severity = Severity.ERROR, amount: Decimal | None = None) -> Finding:
    """Give a finding of a rule."""
    return Finding(
        id=f"{rule}-{severity.word}",
        rule=rule,
        name=rule.lower(),
        severity=severity,
        lines=(1,),
        diagnoses=(),
        evidence=(),
        message=f"{rule} says so",
        authority=(),
        direction="over",
        amount_at_risk=amount,
        fixes=(),
        facts="f",
    )


def entry(action: str, encounter_id: str = "E-1", **more: object) -> AuditEntry:
    """Give an audit entry by the sample coder."""
    return AuditEntry(ACTOR, "session", action, encounter_id, **more)  # type: ignore[arg-type]  # any fields of the entry


def import_encounters(database: Database, *encounters: Encounter, summary: Summary | None = None) -> None:
    """Import encounters, each with its first audit row, in one transaction."""
    with database.write() as connection:
        source = save_source(connection, "folder/file.json", "documents", b"source bytes")
        for one in encounters:
            save_new(connection, one, source, summary or Summary())
            append(connection, entry("import", one.encounter_id))


def stock(path: Path, *encounters: Encounter) -> Database:
    """Create a database holding encounters, or the sample one."""
    database = Database.create(path)
    import_encounters(database, *(encounters or (encounter(),)))
    return database


def add_a_unit(database: Database, encounter_id: str = "E-1") -> int:
    """Add one unit to the first line: load, edit, save and audit, as a coder's change; give the audit row."""
    stored = load(database, encounter_id)
    line = stored.encounter.claim.lines[0]
    changed = apply(stored.encounter, [set_line_field(line, "units", str(line.units + 1))])
    with database.write() as connection:
        save_claim(connection, changed, stored.version, Summary())
        return append(connection, entry("edit", encounter_id, before={"units": 1}, after={"units": 2}))
