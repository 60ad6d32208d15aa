"""Drug administration lines from documented administrations: the door of ``administration``."""

from __future__ import annotations

from onco_tui.codesets.reference import Reference
from onco_tui.derive.administration.coding import code_encounter
from onco_tui.derive.administration.judgements import judgements
from onco_tui.derive.administration.reading import reading_of
from onco_tui.derive.result import Derivation
from onco_tui.encounter.document import Encounter


def derive_administrations(encounter: Encounter, reference: Reference, *, judged: bool = True) -> Derivation:
    """Derive the drug administration, catheter and pump lines the chart supports, under the payer's policy.

    Beside 96360 to 96549 these are 36430, 36591 to 36593, 51720, C8957 and G0498. Judgements list what other published
    readings give, unless they are not asked for; what yields no line is in ``not_derived`` with its reason. Never
    raises for what a chart may hold.
    """
    reading = reading_of(encounter, reference)
    coding = code_encounter(encounter, reference, reading)
    others = judgements(encounter, reference, reading, coding) if judged else ()
    return Derivation(coding.lines, others, coding.left)
