"""The days of every regimen in the table, and how its drugs are charted."""

from __future__ import annotations

from onco_tui.codesets.reference import shipped_reference
from onco_tui.codesets.regimens import Phase, RegimenDrug, Slot

ROUTES = {
    "infusion": "iv_infusion",
    "push": "iv_push",
    "pump": "pump_infusion",
    "subcutaneous": "subcutaneous",
    "intramuscular": "intramuscular",
    "instillation": "intravesical",
}
SLOTS = [(r, phase, slot) for r in shipped_reference().regimens for phase in r.phases for slot in phase.slots]


def drugs_of(phase: Phase, slot: Slot) -> list[RegimenDrug]:
    """Give the drugs a day cannot do without."""
    return [drug for drug in phase.drugs if drug.key in slot.required]
