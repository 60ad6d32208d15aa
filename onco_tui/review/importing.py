"""Bringing read files into the database: source bytes, encounters and first audit rows in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onco_tui.encounter.document import Encounter
from onco_tui.exchange.reading import Fault, Imported, Reading
from onco_tui.review.inputs import Inputs
from onco_tui.review.standing import stand, summarise
from onco_tui.rules.engine import check
from onco_tui.store.audit import AuditEntry, append
from onco_tui.store.encounters import is_known, load, save_new, save_source

if TYPE_CHECKING:
    from onco_tui.review.desk import Desk


@dataclass(slots=True)
class Outcome:
    """What an import did so far: how many encounters were added, and how many were there already, unchanged.

    ``refused`` names the files of which nothing came in, ``skipped`` those of which bad claims were left out.
    """

    added: int = 0
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def import_inputs(desk: Desk, inputs: Inputs, outcome: Outcome) -> Iterator[Fault]:
    """Import file by file, each whole or not at all, and note each in the outcome; give the faults met on the way.

    An encounter that is there already and is the same is passed over; one of that id but with other content is a
    fault of its file. Raises StoreError.
    """
    for reading in inputs.readings:
        faults = () if reading.refused else _import_reading(desk, reading, outcome)
        yield from faults
        if reading.refused or (faults and not reading.partial):
            outcome.refused.append(reading.source)
        elif faults or any(fault.severity == "error" for fault in reading.faults):
            outcome.skipped.append(reading.source)


def _import_reading(desk: Desk, reading: Reading, outcome: Outcome) -> tuple[Fault, ...]:
    """Import one file. What the database has under the same id but with other content is a fault."""
    with desk.database.snapshot() as connection:
        known = {i.encounter.encounter_id for i in reading.encounters if is_known(connection, i.encounter.encounter_id)}
    there = [imported for imported in reading.encounters if imported.encounter.encounter_id in known]
    others = [i for i in there if load(desk.database, i.encounter.encounter_id).imported != i.encounter]
    faults = tuple(_other_content(reading, imported) for imported in others)
    if faults and not reading.partial:
        return faults
    fresh = [imported for imported in reading.encounters if imported.encounter.encounter_id not in known]
    if fresh:
        _save(desk, reading, fresh)
    outcome.added += len(fresh)
    outcome.unchanged += len(there) - len(others)
    return faults


def _other_content(reading: Reading, imported: Imported) -> Fault:
    message = f"encounter {imported.encounter.encounter_id} is in the database with other content"
    return Fault(reading.source, imported.place, message, "error")


def _save(desk: Desk, reading: Reading, fresh: list[Imported]) -> None:
    """Write the encounters of one file, their findings and first audit rows, in one transaction."""
    summaries = [summarise(stand(check(imported.encounter, desk.reference), ())) for imported in fresh]
    sources: dict[bytes, int] = {}  # claims of one 837P file share its bytes; they are hashed once
    with desk.database.write() as connection:
        for imported, summary in zip(fresh, summaries, strict=True):
            raw = imported.source_bytes
            if raw not in sources:
                sources[raw] = save_source(connection, reading.source, reading.format, raw)
            save_new(connection, imported.encounter, sources[raw], summary)
            append(connection, _first_row(desk, imported.encounter, reading))


def _first_row(desk: Desk, encounter: Encounter, reading: Reading) -> AuditEntry:
    return AuditEntry(
        actor=desk.actor,
        session=desk.session,
        action="import",
        encounter_id=encounter.encounter_id,
        ruleset_edition=desk.edition,
        after={"lines": len(encounter.claim.lines)},
        reason=f"from {reading.source}",
    )
