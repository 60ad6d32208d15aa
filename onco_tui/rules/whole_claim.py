"""What every fix owes to the claim as a whole, whichever rule offers it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from onco_tui.encounter.claim import Claim
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import apply, set_claim_field
from onco_tui.rules.finding import Fix


def fit_to_claim(encounter: Encounter, fix: Fix) -> Fix | None:
    """Give the fix as it may be offered; None when it would take the claim's last line.

    A total that was right is kept in step with the charges, as part of the same fix; one that was wrong stays for its
    own rule. A claim is voided as a whole, never emptied line by line.
    """
    if not fix.edits:
        return fix
    claim, changed = encounter.claim, apply(encounter, fix.edits).claim
    if claim.lines and not changed.lines:
        return None
    total = _total_after(claim, changed)
    if total == changed.total_charge:
        return fix
    return replace(fix, edits=(*fix.edits, set_claim_field(changed, "total_charge", total)))


def _total_after(claim: Claim, changed: Claim) -> Decimal | None:
    """Work out the total after a change, if it may have been right before; lines without a charge take the rest."""
    if claim.total_charge is None or claim.total_charge != changed.total_charge:
        return changed.total_charge
    rest = claim.total_charge - claim.total
    if rest and not (rest > 0 and _open_charges(claim)):
        return changed.total_charge
    return changed.total + rest if _open_charges(changed) else changed.total


def _open_charges(claim: Claim) -> bool:
    return any(line.charge is None for line in claim.lines)
