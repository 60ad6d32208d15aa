"""Keeps the claim's total in step: a fix that changes line charges changes a total that was right before."""

from __future__ import annotations

from dataclasses import replace

from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import apply, set_claim_field
from onco_tui.rules.finding import Fix


def keep_total(encounter: Encounter, fix: Fix) -> Fix:
    """Give the fix with the edit of the total it makes necessary. A total that was wrong stays for its own rule."""
    claim = encounter.claim
    if not fix.edits or claim.total_charge is None or claim.total_charge != claim.total:
        return fix
    changed = apply(encounter, fix.edits).claim
    if changed.total == changed.total_charge:
        return fix
    return replace(fix, edits=(*fix.edits, set_claim_field(changed, "total_charge", changed.total)))
