"""The one door of this package: derive everything the chart of an encounter supports."""

from __future__ import annotations

from onco_tui.codesets.reference import Reference
from onco_tui.derive.result import Derivation
from onco_tui.encounter.document import Encounter


def derive(encounter: Encounter, reference: Reference) -> Derivation:
    """Derive administration and drug lines. An encounter without a chart yields an empty derivation."""
    raise NotImplementedError
