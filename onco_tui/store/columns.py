"""How an encounter, its claim and its findings are laid out in columns, for the worklist and for other tools."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from onco_tui.encounter.claim import Claim
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.values import plain
from onco_tui.rules.finding import Finding, Severity
from onco_tui.store.canonical import json_text, sha256_of, storable
from onco_tui.store.sqlite import Connection
from onco_tui.store.words import words_of

Columns = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Summary:
    """What the rules said of an encounter, for the worklist: the findings that are open, worst first."""

    findings: tuple[Finding, ...] = ()
    amount_at_risk: Decimal = Decimal(0)

    def count(self, severity: Severity) -> int:
        """Count the findings of one severity."""
        return sum(finding.severity is severity for finding in self.findings)


def claim_text(claim: Claim) -> str:
    """Write a claim as JSON: only fields that were set, decimals as strings."""
    return json_text(claim.model_dump(mode="json", by_alias=True, exclude_unset=True))


def import_columns(encounter: Encounter) -> Columns:
    """Give what an import fixes for good: patient and payer. A payer without a name goes by its id."""
    patient, coverage = encounter.patient, encounter.coverage
    return {
        "encounter_id": encounter.encounter_id,
        "patient_name": storable(", ".join(name for name in (patient.family_name, patient.given_name) if name)),
        "patient_id": storable(patient.patient_id),
        "payer_id": storable(coverage.payer_id),
        "payer_name": storable(coverage.payer_name or coverage.payer_id),
    }


def claim_columns(claim: Claim) -> Columns:
    """Give what changes with the claim."""
    text = claim_text(claim)
    days = [day for line in claim.lines if (day := claim.day_of(line))] or [d for d in (claim.date_from,) if d]
    return {
        "date_of_service": min(days).isoformat() if days else "",
        "claim_type": claim.claim_type,
        "line_count": len(claim.lines),
        "claim": text,
        "claim_hash": sha256_of(text),
    }


def summary_columns(summary: Summary) -> Columns:
    """Give what changes with the findings. The cents are for sorting only."""
    return {
        "errors": summary.count(Severity.ERROR),
        "warnings": summary.count(Severity.WARNING),
        "infos": summary.count(Severity.INFO),
        "amount_at_risk": f"{summary.amount_at_risk:.2f}",
        "amount_at_risk_cents": int((summary.amount_at_risk * 100).to_integral_value(ROUND_HALF_EVEN)),
        "first_finding": storable(summary.findings[0].message) if summary.findings else "",
    }


def replace_claim(connection: Connection, number: int, encounter: Encounter) -> None:
    """Write lines, diagnoses and search words anew. ``number`` is the encounter's ``id``."""
    name = encounter.encounter_id
    connection.execute("DELETE FROM claim_lines WHERE encounter_id = ?", (name,))
    connection.execute("DELETE FROM diagnoses WHERE encounter_id = ?", (name,))
    connection.executemany("INSERT INTO claim_lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _line_rows(encounter))
    connection.executemany("INSERT INTO diagnoses VALUES (?, ?, ?)", _diagnosis_rows(encounter))
    connection.execute("DELETE FROM encounter_words WHERE rowid = ?", (number,))
    connection.execute("INSERT INTO encounter_words (rowid, words) VALUES (?, ?)", (number, words_of(encounter)))


def _line_rows(encounter: Encounter) -> list[tuple[object, ...]]:
    claim = encounter.claim
    return [
        (
            encounter.encounter_id,
            position,
            line.line,
            storable(line.code),
            storable(" ".join(line.modifiers)),
            plain(line.units),
            None if line.charge is None else f"{line.charge:f}",
            " ".join(str(pointer) for pointer in line.diagnosis_pointers),
            day.isoformat() if (day := claim.day_of(line)) else None,
            storable(line.place_of_service or claim.place_of_service or "") or None,
            storable(line.rendering_npi or claim.rendering_npi or "") or None,
            storable(line.ndc.code) if line.ndc else None,
        )
        for position, line in enumerate(claim.lines, start=1)
    ]


def _diagnosis_rows(encounter: Encounter) -> list[tuple[object, ...]]:
    codes = enumerate(encounter.claim.diagnoses, start=1)
    return [(encounter.encounter_id, position, storable(code)) for position, code in codes]


def stray_columns(connection: Connection, encounter: Encounter) -> str:
    """Say which columns, kept for lists and other tools, differ from the encounter; empty when none does."""
    kept = {**import_columns(encounter), **claim_columns(encounter.claim)}
    name = (encounter.encounter_id,)
    sql = f"SELECT {', '.join(kept)} FROM encounters WHERE encounter_id = ?"  # noqa: S608  our own names
    if connection.execute(sql, name).fetchone() != tuple(kept.values()):
        return "its searchable columns were altered outside onco-tui"
    for table, rows in (("claim_lines", _line_rows(encounter)), ("diagnoses", _diagnosis_rows(encounter))):
        sql = f"SELECT * FROM {table} WHERE encounter_id = ? ORDER BY position"  # noqa: S608  same
        if [tuple(row) for row in connection.execute(sql, name)] != rows:
            return f"its rows in {table} were altered outside onco-tui"
    return ""


def replace_findings(connection: Connection, number: int, summary: Summary) -> None:
    """Write the findings anew. ``number`` is the encounter's ``id``."""
    connection.execute("DELETE FROM findings WHERE encounter = ?", (number,))
    connection.executemany(
        "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                number,
                position,
                finding.id,
                finding.rule,
                finding.severity.word,
                storable(finding.message),
                json_text(list(finding.lines)),
                None if finding.amount_at_risk is None else f"{finding.amount_at_risk:.2f}",
            )
            for position, finding in enumerate(summary.findings, start=1)
        ],
    )
