"""The drugs of a treatment day as a regimen counts them: by ingredient, whatever the labeler, brand or biosimilar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from onco_tui.codesets.drugs import Drug
from onco_tui.codesets.reference import Reference
from onco_tui.codesets.regimens import BY_PUMP
from onco_tui.derive.identity import class_of, same_drug_key
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import Claim
from onco_tui.encounter.document import Encounter

COMPANIONS = frozenset({"leucovorin", "mesna"})
_AGAINST_CANCER = frozenset({"chemotherapy", "complex_biologic", "hormonal"})
_ELSEWHERE = frozenset({"oral", "intrathecal", "intralesional", "transfusion", "catheter_instillation", "port_flush"})
_TABLE_CLASSES = frozenset({
    "chemo_infusion", "chemo_push", "nonhormonal_chemo_or_complex_injection", "complex_biologic_infusion",
    "intravesical_or_local_instillation",
})  # fmt: skip
_PUMP_SERVICES = frozenset({"96416", "96425", "G0498"})
_OVER_DAYS = timedelta(hours=16)


@dataclass(frozen=True, slots=True)
class GivenDrug:
    """A drug as given. ``source`` is the administration, None where only a claim line is known.

    A ``mixed`` product holds another ingredient or an enzyme too, and has doses of its own. ``hormonal`` and
    ``companion`` drugs (leucovorin, mesna) belong to a regimen but make none by themselves.
    """

    ingredient: str
    by_pump: bool
    name: str
    source: Administration | None = None
    hormonal: bool = False
    companion: bool = False
    mixed: bool = False

    @property
    def key(self) -> str:
        """What tells it apart from the other drugs of a regimen."""
        return self.ingredient + BY_PUMP if self.by_pump else self.ingredient


def given_drugs(encounter: Encounter, reference: Reference) -> dict[date, tuple[GivenDrug, ...]]:
    """Give the drugs against a neoplasm, and those that accompany them, by the day they were started.

    Drugs by mouth, into the spinal canal and supportive drugs do not count. Without charted administrations the
    billed drug lines stand in.
    """
    days: dict[date, list[GivenDrug]] = {}
    for day, drug in _drugs(encounter, reference):
        days.setdefault(day, []).append(drug)
    return {day: tuple(drugs) for day, drugs in days.items()}


def _drugs(encounter: Encounter, reference: Reference) -> Iterator[tuple[date, GivenDrug]]:
    administrations = encounter.chart.administrations
    if administrations is None:
        yield from _billed(encounter.claim, reference)
    for administration in administrations or ():
        day = administration.start.date() if administration.start else encounter.claim.date_from
        if day is not None and administration.route not in _ELSEWHERE:
            for drug in _charted(administration, reference):
                yield day, drug


def _charted(administration: Administration, reference: Reference) -> Iterator[GivenDrug]:
    treatment = administration.purpose in (None, "treatment")
    against = treatment and class_of(administration, reference.drugs) in _AGAINST_CANCER
    if not against and administration.purpose not in (None, "treatment", "supportive", "premedication"):
        return
    key = _key(administration, reference)
    for ingredient in ingredients(key, reference):
        companion = ingredient in COMPANIONS
        if companion or against or (treatment and ingredient in reference.regimens):
            yield GivenDrug(
                ingredient=ingredient,
                by_pump=_over_days(administration),
                name=administration.name,
                source=administration,
                hormonal=class_of(administration, reference.drugs) == "hormonal",
                companion=companion,
                mixed=" + " in key,
            )


def _key(administration: Administration, reference: Reference) -> str:
    key = same_drug_key(administration, reference.drugs)
    if key == administration.hcpcs and (unit := reference.drugs.billing_unit(key)):
        return unit.name.casefold()
    return key


def ingredients(key: str, reference: Reference) -> Iterator[str]:
    """Split a combination product into what regimens count; the enzyme that lets it go under the skin is left out."""
    for part in key.split(" + "):
        if "hyaluronidase" not in part:
            yield reference.regimens.same_drug.get(part, part)


def _over_days(administration: Administration) -> bool:
    if administration.route == "pump_infusion" or administration.pump is not None:
        return True
    start, stop = administration.start, administration.stop
    return start is not None and stop is not None and stop - start >= _OVER_DAYS


def _billed(claim: Claim, reference: Reference) -> Iterator[tuple[date, GivenDrug]]:
    pumps = {claim.day_of(line) for line in claim.lines if line.code in _PUMP_SERVICES}
    for line in claim.lines:
        day, drug = claim.day_of(line), reference.drugs.by_code(line.code)
        if day is None or drug is None or "JW" in line.modifiers:
            continue
        for ingredient in ingredients(drug.ingredient or drug.generic.casefold(), reference):
            for by_pump in (False, True) if ingredient == "fluorouracil" and day in pumps else (False,):
                if given := _as_billed(drug, ingredient, by_pump=by_pump):
                    yield day, given


def _as_billed(drug: Drug, ingredient: str, *, by_pump: bool) -> GivenDrug | None:
    hormonal, companion = drug.admin_class == "hormonal_injection", ingredient in COMPANIONS
    if not (hormonal or companion or drug.admin_class in _TABLE_CLASSES):
        return None
    return GivenDrug(ingredient, by_pump, drug.generic, hormonal=hormonal, companion=companion)
