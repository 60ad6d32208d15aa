"""The one door of this package: derive everything the chart of an encounter supports."""

from __future__ import annotations

from onco_tui.codesets.reference import Reference
from onco_tui.derive.administrations import derive_administrations
from onco_tui.derive.drug_lines import derive_drug_lines
from onco_tui.derive.radiation import derive_radiation
from onco_tui.derive.result import Derivation
from onco_tui.encounter.document import Encounter


def derive(encounter: Encounter, reference: Reference, *, judged: bool = True) -> Derivation:
    """Derive administration, drug and radiation lines. An encounter without a chart yields an empty derivation.

    Without ``judged`` the other readings of administrations, which take longest, are not worked out.
    """
    if encounter.documentation is None:
        return Derivation()
    return (
        derive_administrations(encounter, reference, judged=judged)
        + derive_drug_lines(encounter, reference).on("drug")
        + derive_radiation(encounter, reference).on("radiation")
    )
