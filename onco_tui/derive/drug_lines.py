"""Drug lines with waste from dose, vials and discarded amount."""

from __future__ import annotations

from onco_tui.codesets.reference import Reference
from onco_tui.derive.result import Derivation
from onco_tui.encounter.document import Encounter


def derive_drug_lines(encounter: Encounter, reference: Reference) -> Derivation:
    """Derive J, Q and other drug lines with JW and JZ."""
    return Derivation()
