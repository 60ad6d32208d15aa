"""Radiation management and delivery lines from courses and fractions."""

from __future__ import annotations

from onco_tui.codesets.reference import Reference
from onco_tui.derive.result import Derivation
from onco_tui.encounter.document import Encounter


def derive_radiation(encounter: Encounter, reference: Reference) -> Derivation:
    """Derive weekly management from the fractions of each course."""
    return Derivation()
