"""What an act leaves in the database: decisions about findings, questions to clinicians, and its audit row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import EDITS, Edit
from onco_tui.review.acts import Act
from onco_tui.review.changes import describe
from onco_tui.review.remarks import line_state, verified_path
from onco_tui.store.audit import AuditEntry
from onco_tui.store.decisions import Decision, Kind, record, supersede
from onco_tui.store.queries import ClinicianQuery, ask, asked, set_query_status
from onco_tui.store.sqlite import Connection

if TYPE_CHECKING:
    from onco_tui.review.sitting import Sitting

_DECIDED: dict[str, Kind] = {"accept": "accepted", "dismiss": "dismissed"}


def record_act(connection: Connection, encounter_id: str, act: Act, actor: str) -> None:
    """Write the decision or question of an act, or take back that of the row it undoes."""
    if act.undoes is not None:
        supersede(connection, encounter_id, act.undoes.seq)
        for query in asked(connection, encounter_id):
            if query.audit_seq == act.undoes.seq:
                set_query_status(connection, query.query_id, "withdrawn")
    if act.query is not None:
        set_query_status(connection, *act.query, answer=act.note)
    if act.finding is None:
        return
    if act.action == "query":
        ask(
            connection, ClinicianQuery(encounter_id, act.finding_id, act.rule, act.reason or act.finding.message, actor)
        )
    elif kind := _DECIDED.get(act.action):
        facts = act.finding.facts
        record(connection, Decision(encounter_id, act.finding_id, act.rule, kind, act.reason, act.note, facts, actor))


def audit_entry(sitting: Sitting, act: Act, changed: Encounter, edits: Sequence[Edit]) -> AuditEntry:
    """Describe an act that turns the encounter of a sitting into ``changed``."""
    before, after = describe(sitting.encounter.claim, changed.claim)
    if act.status and act.status != sitting.status:
        before["status"], after["status"] = sitting.status, act.status
    if act.line is not None:
        before[verified_path(act.line)], after[verified_path(act.line)] = None, line_state(changed.claim, act.line)
    taken_back = act.undoes or act.redoes
    return AuditEntry(
        actor=sitting.desk.actor,
        session=sitting.desk.session,
        action=act.action,
        encounter_id=sitting.encounter_id,
        rule=act.rule,
        ruleset_edition=sitting.desk.edition,
        finding_id=act.finding_id,
        fix_id=act.fix.id if act.fix else "",
        before=before,
        after=after,
        edits=EDITS.dump_python(tuple(edits), mode="json", by_alias=True),
        reason=f"{act.reason}: {act.note}" if act.note else act.reason,
        undoes=taken_back.seq if taken_back else 0,
    )
