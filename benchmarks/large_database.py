"""Fills a database with many small encounters, quickly and through the store's own functions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from onco_tui.encounter.claim import Claim, ClaimLine, Coverage, Patient
from onco_tui.encounter.document import Encounter
from onco_tui.review.desk import Desk
from onco_tui.store.audit import AuditEntry, append
from onco_tui.store.encounters import save_new, save_source

_BATCH = 5_000


def fill(path: Path, count: int) -> None:
    """Create a database with ``count`` encounters of one line each."""
    with Desk.create(path) as desk:
        for first in range(0, count, _BATCH):
            with desk.database.write() as connection:
                source = save_source(connection, "bench", "documents", b"bench")
                for number in range(first, min(first + _BATCH, count)):
                    encounter = _encounter(number)
                    save_new(connection, encounter, source)
                    append(connection, AuditEntry(desk.actor, desk.session, "import", encounter.encounter_id))


def _encounter(number: int) -> Encounter:
    day = date(2026, 1, 1) + timedelta(days=number % 300)
    line = ClaimLine(line=1, code="96413", charge=Decimal(number % 900), date_of_service=day, diagnosis_pointers=(1,))
    return Encounter(
        encounter_id=f"B-{number:07}",
        patient=Patient(
            patient_id=f"P-{number % 20_000:05}", family_name=f"Sample{number % 5_000:04}", given_name="Kim"
        ),
        coverage=Coverage(payer_id="MEDICARE_B", payer_name="Medicare Part B"),
        claim=Claim(date_from=day, diagnoses=("C34.11",), lines=(line,)),
    )
