"""What makes up an encounter's record, as hashes, and how to tell that it was altered outside this program."""

from __future__ import annotations

from onco_tui.store.canonical import digest, sha256_of
from onco_tui.store.sqlite import Connection

_ENCOUNTER = """
    SELECT e.version, e.status, e.document_hash, s.sha256 AS source_hash
    FROM encounters AS e JOIN sources AS s USING (source_id) WHERE e.encounter_id = ?
"""
_DECISIONS = """
    SELECT decision_id, finding_id, rule, decision, reason, note, facts, actor, at, audit_seq,
        coalesce(superseded_by, 0)
    FROM decisions WHERE encounter_id = ? ORDER BY decision_id
"""
_QUERIES = """
    SELECT query_id, finding_id, rule, question, status, answer, actor, at, audit_seq
    FROM queries WHERE encounter_id = ? ORDER BY query_id
"""
_CONTENT = """
    SELECT e.document, e.document_hash, e.claim, e.claim_hash, e.audit_seq, a.seq, a.state_after, a.record_after
    FROM encounters AS e
    LEFT JOIN audit AS a ON a.encounter_id = e.encounter_id
        AND a.seq = (SELECT max(seq) FROM audit WHERE encounter_id = e.encounter_id)
    WHERE e.encounter_id = ?
"""


def record_hash(connection: Connection, encounter_id: str) -> str:
    """Digest all of an encounter's record but its claim: version, status, source, chart, decisions and queries."""
    fields: list[str | int] = [encounter_id]
    for name, sql in (("encounter", _ENCOUNTER), ("decisions", _DECISIONS), ("queries", _QUERIES)):
        rows = connection.execute(sql, (encounter_id,)).fetchall()
        fields += [name, len(rows), *(value for row in rows for value in row)]
    return digest("onco-tui/encounter-record/1", fields)


def alteration(connection: Connection, encounter_id: str) -> str:
    """Say what of an encounter differs from its newest audit row; empty when nothing does.

    The connection must see one state: a transaction or a snapshot.
    """
    found = connection.execute(_CONTENT, (encounter_id,)).fetchone()
    document, document_hash, claim, claim_hash, audit_seq, seq, state_after, record_after = found
    if seq is None or seq != audit_seq:
        return "its newest audit row is missing"
    if sha256_of(document) != document_hash:
        return "the imported document was altered outside onco-tui"
    if sha256_of(claim) != claim_hash or claim_hash != state_after:
        return "the claim was altered outside onco-tui"
    if record_hash(connection, encounter_id) != record_after:
        return "its status, chart, decisions or queries were altered outside onco-tui"
    return ""
