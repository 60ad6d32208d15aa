"""Writing out: claims with their history, findings, or the audit log; corrected documents."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.document import Encounter, write_encounter
from onco_tui.exchange.tables import Cell, safe_output, write_csv
from onco_tui.review.desk import Desk
from onco_tui.review.findings_table import FINDING_COLUMNS, finding_rows
from onco_tui.rules.engine import check
from onco_tui.store.audit import AuditRow
from onco_tui.store.encounters import Stored, encounter_ids, load

LINE_COLUMNS = (
    "encounter_id", "status", "version", "patient_id", "family_name", "given_name", "payer_id", "claim_id", "line",
    "code", "modifiers", "units", "diagnosis_pointers", "diagnoses", "charge", "date_of_service", "ndc", "changed_by",
)  # fmt: skip
AUDIT_COLUMNS = (
    "seq", "at", "actor", "action", "encounter_id", "rule", "ruleset_edition", "before", "after", "reason", "undoes",
    "prev", "hash",
)  # fmt: skip


class ExportWhat(StrEnum):
    """What is written out."""

    CLAIMS = "claims"
    FINDINGS = "findings"
    AUDIT = "audit"


def export_database(desk: Desk, what: ExportWhat, form: str, output: Path | None) -> int:
    """Write rows to a file, readable by its owner only, or to stdout; give their number. Raises OSError."""
    with open_output(output) as stream:
        if form == "csv":
            columns, rows = _table(desk, what)
            return write_csv(rows, columns, stream)
        return _write_json(_records(desk, what), what, stream, lines=form == "jsonl")


@contextmanager
def open_output(output: Path | None) -> Iterator[TextIO]:
    """Open a file that appears whole or not at all, or stdout."""
    if output is None or str(output) == "-":
        yield sys.stdout
        return
    with safe_output(output) as stream:
        yield stream


def write_documents(encounters: Iterable[Encounter], output: Path | None) -> None:
    """Write encounter documents: one as an object, several as an array, one a line for .jsonl and .ndjson."""
    written = [json.loads(write_encounter(encounter)) for encounter in encounters]
    with open_output(output) as stream:
        if output is not None and output.suffix in {".jsonl", ".ndjson"}:
            stream.writelines(json.dumps(document) + "\n" for document in written)
        else:
            stream.write(json.dumps(written[0] if len(written) == 1 else written, indent=1) + "\n")


def _write_json(records: Iterator[dict[str, object]], what: ExportWhat, stream: TextIO, *, lines: bool) -> int:
    count = 0
    if not lines:
        stream.write(f'{{"schema": "onco-export/1", "{what.value}": [')
    for record in records:
        separator = "" if lines else ("\n" if count == 0 else ",\n")
        stream.write(separator + json.dumps(record) + ("\n" if lines else ""))
        count += 1
    if not lines:
        stream.write("\n]}\n")
    return count


def _records(desk: Desk, what: ExportWhat) -> Iterator[dict[str, object]]:
    match what:
        case ExportWhat.AUDIT:
            return (asdict(row) for row in desk.audit())
        case ExportWhat.FINDINGS:
            reports = (desk.without_dismissed(check(e, desk.reference)) for e in desk.encounters())
            return ({"encounter_id": report.encounter_id, **f.as_json()} for report in reports for f in report.findings)
        case ExportWhat.CLAIMS:
            return (_claim_record(desk, identifier) for identifier in encounter_ids(desk.database))


def _claim_record(desk: Desk, identifier: str) -> dict[str, object]:
    """Give the current document with its review beside it; the importer reads it back and keeps the rest."""
    stored = load(desk.database, identifier)
    document: dict[str, object] = json.loads(write_encounter(stored.encounter))
    review = {
        "status": stored.status,
        "version": stored.version,
        "decisions": [asdict(decision) for decision in stored.decisions],
        "audit": [asdict(row) for row in desk.audit(identifier)],
    }
    return document | {"review": review}


def _table(desk: Desk, what: ExportWhat) -> tuple[tuple[str, ...], Iterable[Mapping[str, Cell]]]:
    match what:
        case ExportWhat.AUDIT:
            return AUDIT_COLUMNS, (_audit_cells(row) for row in desk.audit())
        case ExportWhat.FINDINGS:
            reports = (desk.without_dismissed(check(e, desk.reference)) for e in desk.encounters())
            return FINDING_COLUMNS, finding_rows(reports)
        case ExportWhat.CLAIMS:
            return LINE_COLUMNS, (
                row
                for identifier in encounter_ids(desk.database)
                for row in _line_cells(desk, load(desk.database, identifier))
            )


def _line_cells(desk: Desk, stored: Stored) -> Iterator[Mapping[str, Cell]]:
    encounter, claim = stored.encounter, stored.encounter.claim
    changes = _changes_by_line(desk.audit(encounter.encounter_id))
    for line in claim.lines:
        yield {
            "encounter_id": encounter.encounter_id,
            "status": stored.status,
            "version": stored.version,
            "patient_id": encounter.patient.patient_id,
            "family_name": encounter.patient.family_name,
            "given_name": encounter.patient.given_name,
            "payer_id": encounter.coverage.payer_id,
            "claim_id": claim.claim_id,
            **_service_cells(line),
            "diagnoses": " ".join(claim.diagnoses),
            "changed_by": "; ".join(changes.get(line.line, ())),
        }


def _service_cells(line: ClaimLine) -> Mapping[str, Cell]:
    return {
        "line": line.line,
        "code": line.code,
        "modifiers": " ".join(line.modifiers),
        "units": line.units,
        "diagnosis_pointers": " ".join(map(str, line.diagnosis_pointers)),
        "charge": line.charge,
        "date_of_service": line.date_of_service.isoformat() if line.date_of_service else "",
        "ndc": line.ndc.code if line.ndc else "",
    }


def _changes_by_line(rows: Iterable[AuditRow]) -> dict[int, list[str]]:
    """Say for each line which audit rows touched it: ``#12 accept ADM102``."""
    found: dict[int, list[str]] = {}
    for row in rows:
        for path in {**row.before, **row.after}:
            number = path.partition("lines[")[2].partition("]")[0]
            if number.isdigit():
                words = " ".join(part for part in (f"#{row.seq}", row.action, row.rule) if part)
                listed = found.setdefault(int(number), [])
                if words not in listed:
                    listed.append(words)
    return found


def _audit_cells(row: AuditRow) -> Mapping[str, Cell]:
    cells = asdict(row)
    texts = {name: json.dumps(cells[name]) for name in ("before", "after")}
    return {name: texts.get(name, cells[name]) for name in AUDIT_COLUMNS}
