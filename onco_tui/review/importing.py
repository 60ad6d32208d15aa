"""Bringing read files into the database: source bytes, encounters and first audit rows in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from onco_tui.encounter.document import Encounter
from onco_tui.exchange.reading import Reading
from onco_tui.review.inputs import Inputs
from onco_tui.review.standing import stand, summarise
from onco_tui.rules.engine import check
from onco_tui.store.audit import AuditEntry, append
from onco_tui.store.encounters import AlreadyThere, is_known, load, save_new, save_source

if TYPE_CHECKING:
    from onco_tui.review.desk import Desk


@dataclass(slots=True)
class Counts:
    """How many encounters were added, and how many were there already, unchanged."""

    added: int = 0
    unchanged: int = 0


def import_inputs(desk: Desk, inputs: Inputs) -> Counts:
    """Import every file that was not refused; each file comes in whole or not at all.

    An encounter that is there already and is the same is skipped. Raises AlreadyThere when one of that id but with
    other content is in the database; nothing of its file is imported then.
    """
    counts = Counts()
    for reading in inputs.readings:
        if not reading.refused:
            added, unchanged = _import_reading(desk, reading)
            counts.added += added
            counts.unchanged += unchanged
    return counts


def _import_reading(desk: Desk, reading: Reading) -> tuple[int, int]:
    names = [imported.encounter.encounter_id for imported in reading.encounters]
    with desk.database.snapshot() as connection:
        known = {name for name in names if is_known(connection, name)}
    for imported in reading.encounters:
        identifier = imported.encounter.encounter_id
        if identifier in known and load(desk.database, identifier).imported != imported.encounter:
            raise AlreadyThere(f"{reading.source}: encounter {identifier} is in the database with other content")
    fresh = [imported for imported in reading.encounters if imported.encounter.encounter_id not in known]
    if not fresh:
        return 0, len(known)
    summaries = [summarise(stand(check(imported.encounter, desk.reference), ())) for imported in fresh]
    sources: dict[bytes, int] = {}  # claims of one 837P file share its bytes; they are hashed once
    with desk.database.write() as connection:
        for imported, summary in zip(fresh, summaries, strict=True):
            raw = imported.source_bytes
            if raw not in sources:
                sources[raw] = save_source(connection, reading.source, reading.format, raw)
            save_new(connection, imported.encounter, sources[raw], summary)
            append(connection, _first_row(desk, imported.encounter, reading))
    return len(fresh), len(known)


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
