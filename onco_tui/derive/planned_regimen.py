"""What a treatment plan's words name: regimens of the table, drugs, and words nobody here knows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onco_tui.codesets.reference import Reference
from onco_tui.codesets.regimens import Phase, Regimen
from onco_tui.derive.given_drugs import ingredients
from onco_tui.encounter.chart import TreatmentPlan

_LONGEST = 200
_PARTS = re.compile(
    r"\s*(?:\+|/|,|;|&|\(|\)|\[|\]|:|\band\b|\bwith\b|\bthen\b|\bplus\b|\bfollowed by\b|\bx\s?\d+\b)\s*"
)
_ASIDE = re.compile(
    r"\b(?:single[ -]agent|monotherapy|alone|maintenance|consolidation|induction|adjuvant|neoadjuvant|palliative|"
    r"weekly|(?:every|q) ?(?:\d+|two|three|four|six) ?(?:weeks?|days?|months?|[wdm])|dose[ -]dense|modified|concurrent|"
    r"depot|injection|iv|sc|im|po|oral|subcutaneous|intravenous|cycles? \d+(?: of \d+)?|(?:x ?)?\d+ cycles|biosimilar|"
    r"chemotherapy|immunotherapy|radiation|chemoradiation|phase|\d+(?:\.\d+)? ?mg(?:/m2|/kg)?|auc ?\d(?:\.\d)?)\b"
)
_CYCLE_DAY = re.compile(r"\bc(?:ycle)?\s?(\d{1,3}),?\s?d(?:ay)?\s?(\d{1,2})\b", re.IGNORECASE)
_HOME_DRUGS = frozenset({
    "capecitabine", "prednisone", "dexamethasone", "lenalidomide", "pomalidomide", "venetoclax", "thalidomide",
    "temozolomide", "axitinib", "lenvatinib", "olaparib", "letrozole", "anastrozole", "exemestane", "tamoxifen",
    "palbociclib", "ribociclib", "abemaciclib", "abiraterone", "enzalutamide", "ixazomib", "tucatinib", "everolimus",
    "prednisolone", "trifluridine", "tipiracil", "osimertinib", "sorafenib", "cabozantinib",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlannedRegimen:
    """What a plan names. ``whole`` is False when some of its words could not be read, so that more may be planned."""

    regimens: tuple[Regimen, ...]
    ingredients: frozenset[str]
    whole: bool

    def plans(self, ingredient: str) -> bool:
        """Tell whether a drug is known to be planned."""
        return ingredient in self.ingredients


NOTHING_PLANNED = PlannedRegimen((), frozenset(), whole=False)


def planned_regimen(plan: TreatmentPlan | None, reference: Reference) -> PlannedRegimen:
    """Read the regimen a plan names: as a whole, else by its parts."""
    words = (plan.regimen or "")[:_LONGEST].casefold() if plan else ""
    if not words.strip():
        return NOTHING_PLANNED
    if named := reference.regimens.named(words):
        return PlannedRegimen(named, frozenset().union(*(r.ingredients for r in named)), whole=True)
    regimens: list[Regimen] = []
    drugs: set[str] = set()
    whole = True
    for part in filter(None, (" ".join(part.split()) for part in _PARTS.split(_ASIDE.sub(" ", words)))):
        if known := _drug(part, reference) or _joined(part, reference):
            drugs |= known
        elif named := reference.regimens.named(part):
            regimens += named
        else:
            whole = False
    of_regimens = frozenset().union(*(r.ingredients for r in regimens))
    if drugs and not regimens:
        regimens = [r for r in reference.regimens if any(_ingredients(phase) == drugs for phase in r.phases)]
    return PlannedRegimen(tuple(dict.fromkeys(regimens)), of_regimens | drugs, whole=whole)


def _ingredients(phase: Phase) -> frozenset[str]:
    return frozenset(drug.drug for drug in phase.drugs)


def _drug(part: str, reference: Reference) -> frozenset[str]:
    if part in _HOME_DRUGS or part in reference.regimens:
        return frozenset({part})
    if known := {drug.ingredient or drug.generic.casefold() for drug in reference.drugs.by_name(part)}:
        return frozenset(ingredients(known.pop(), reference)) if len(known) == 1 else frozenset()
    return frozenset()


def _joined(part: str, reference: Reference) -> frozenset[str]:
    """Read drugs joined by dashes, ``carboplatin-paclitaxel``; empty unless each of them is known."""
    names = part.split("-")
    found = [_drug(name, reference) for name in names if len(name) > 3]
    return frozenset().union(*found) if len(found) == len(names) > 1 and all(found) else frozenset()


def cycle_day(plan: TreatmentPlan | None) -> int | None:
    """Give the day of the cycle a plan speaks of: its own field, else "cycle 2 day 8" of its current cycle in words."""
    if plan is None:
        return None
    if plan.cycle_day is not None:
        return plan.cycle_day
    found = _CYCLE_DAY.search((plan.rationale or "")[:_LONGEST])
    return int(found[2]) if found and plan.cycle == int(found[1]) else None
