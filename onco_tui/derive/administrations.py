"""Drug administration lines from documented administrations."""

from __future__ import annotations

from onco_tui.codesets.reference import Reference
from onco_tui.derive.result import Derivation
from onco_tui.encounter.document import Encounter


def derive_administrations(encounter: Encounter, reference: Reference) -> Derivation:
    """Derive the 96xxx, 36591 to 36593 and G0498 lines."""
    return Derivation()
