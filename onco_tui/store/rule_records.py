"""How each rule fared: where it fires now, how often its fixes were accepted, and why it was set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from onco_tui.store.database import Database


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """Counts of one rule. ``dismissed`` counts by reason, the commonest first; what was undone is not counted."""

    found_in: int
    accepted: int
    dismissed: Mapping[str, int]


def rule_record(database: Database, rule: str) -> RuleRecord:
    """Count what became of a rule's findings in this database."""
    found = database.query("SELECT count(DISTINCT encounter) FROM findings WHERE rule = ?", (rule,))[0][0]
    rows = database.query(
        "SELECT decision, reason, count(*) FROM decisions WHERE rule = ? AND superseded_by IS NULL"
        " GROUP BY decision, reason ORDER BY count(*) DESC, reason",
        (rule,),
    )
    accepted = sum(row[2] for row in rows if row[0] == "accepted")
    return RuleRecord(found, accepted, {row[1]: row[2] for row in rows if row[0] == "dismissed"})
