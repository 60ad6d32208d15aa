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
    known = {
        i.encounter.encounter_id for i in reading.encounters if is_known(desk.database.read(), i.encounter.encounter_id)
    }
    for imported in reading.encounters:
        identifier = imported.encounter.encounter_id
        if identifier in known and load(desk.database, identifier).imported != imported.encounter:
            raise AlreadyThere(f"{reading.source}: encounter {identifier} is in the database with other content")
    fresh = [imported for imported in reading.encounters if imported.encounter.encounter_id not in known]
    if not fresh:
        return 0, len(known)
    summaries = [summarise(stand(check(imported.encounter, desk.reference), ())) for imported in fresh]
    with desk.database.write() as connection:
        for imported, summary in zip(fresh, summaries, strict=True):
            source = save_source(connection, reading.source, reading.format, imported.source_bytes)
            save_new(connection, imported.encounter, source, summary)
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
