"""What dose a regimen would give this patient, from body surface, weight or kidney function as charted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from onco_tui.codesets.regimens import Regimen, RegimenDrug, UsualDose
from onco_tui.encounter.chart import Documentation, Measurements

# The label of carboplatin caps the clearance that Calvert's formula is used with.
_MOST_CLEARANCE = Decimal(125)
_CALVERT = Decimal(25)
_MOSTELLER = Decimal(3600)
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,3})?")
_AS_RESULT = {
    "creatinine_clearance": re.compile(r"creatinine clearance|\bcrcl\b|\be?gfr\b(?! (?:mut|ex))", re.IGNORECASE),
    "body_surface_m2": re.compile(r"body surface|\bbsa\b", re.IGNORECASE),
    "weight_kg": re.compile(r"\b(?:body )?weight\b", re.IGNORECASE),
}
_UNITS_OF_RESULT = {
    "creatinine_clearance": re.compile(r"ml ?/ ?min", re.IGNORECASE),
    "body_surface_m2": re.compile(r"m2|m²|sq", re.IGNORECASE),
    "weight_kg": re.compile(r"\bkg\b", re.IGNORECASE),
}
_STATED = re.compile(r"\b(\d{1,4}(?:\.\d{1,3})?) ?(mg/m2|mg/m²|mg/kg|mg)|\bAUC ?(\d(?:\.\d{1,2})?)", re.IGNORECASE)
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Body:
    """The patient's measures; None where not charted."""

    surface: Decimal | None
    weight: Decimal | None
    clearance: Decimal | None

    def dose(self, usual: UsualDose, cap: Decimal | None = None) -> Fraction | None:
        """Work out a usual dose in mg or units; None when a measure it needs is not charted."""
        match usual.unit:
            case "mg/m2" | "units/m2":
                factor = self.surface
            case "mg/kg":
                factor = self.weight
            case "AUC":
                factor = None if self.clearance is None else min(self.clearance, _MOST_CLEARANCE) + _CALVERT
            case _:
                factor = Decimal(1)
        if factor is None:
            return None
        amount = usual.amount * factor
        return Fraction(min(amount, cap) if cap is not None else amount)


LARGEST = Body(Decimal(3), Decimal(300), _MOST_CLEARANCE)
"""Larger than nearly every patient: what exceeds its dose is far from every dose, whatever was not measured."""


def body_of(chart: Documentation) -> Body:
    """Read the measures of a chart: its measurements, else results named after them."""
    measured = chart.measurements or Measurements()
    surface = measured.body_surface_m2 or _result(chart, "body_surface_m2")
    weight = measured.weight_kg or _result(chart, "weight_kg")
    if surface is None and measured.height_cm and measured.height_cm > 0 and weight and weight > 0:
        surface = (measured.height_cm * weight / _MOSTELLER).sqrt()
    clearance = measured.creatinine_clearance or _result(chart, "creatinine_clearance")
    return Body(surface, weight, clearance)


def _result(chart: Documentation, name: str) -> Decimal | None:
    for marker in chart.biomarkers or ():
        text = (marker.result or "")[:_LONGEST]
        number = _NUMBER.search(text)
        if number and _AS_RESULT[name].search(marker.name) and _UNITS_OF_RESULT[name].search(text):
            return Decimal(number[0])
    return None


def stated_doses(text: str) -> Iterator[UsualDose]:
    """Give the doses a plan states in words: ``8 mg/kg every two weeks``, ``AUC 5``."""
    for amount, unit, area in _STATED.findall(text[:_LONGEST]):
        yield UsualDose(Decimal(area or amount), "AUC" if area else unit.casefold().replace("²", "2"))


def usual_doses(regimens: Iterable[Regimen], key: str) -> Iterator[tuple[RegimenDrug, UsualDose]]:
    """Give every dose some regimens know for a drug, in any part of theirs."""
    for regimen in regimens:
        for phase in regimen.phases:
            for drug in phase.drugs:
                if drug.key == key:
                    yield from ((drug, dose) for dose in drug.doses)
