"""The dose given against the usual doses of the plan's regimen for this patient."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from onco_tui.codesets.regimens import Regimen, RegimenDrug, UsualDose
from onco_tui.derive.drugs.quantity import Dimension, Quantity, charted, shown
from onco_tui.derive.given_drugs import GivenDrug
from onco_tui.derive.regimen import Recognition
from onco_tui.rules.authorities import drug_labels
from onco_tui.rules.context import Context, chart_evidence
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule
from onco_tui.rules.treatment_plan.treatment import lines_of, plan_evidence, planned, treatment, without_plan
from onco_tui.rules.treatment_plan.usual_dose import LARGEST, Body, body_of, stated_doses, usual_doses

_NEAR = Fraction(1, 10)  # doses are rounded to containers within a tenth
_SMALL = 20
"""Milligrams or units below which a whole number says too little."""
_MODIFIED = re.compile(
    r"\b(?:reduc\w*|modif\w*|adjust\w*|escalat\w*|de-?escalat\w*|titrat\w*|lower\w*|attenuat\w*|dose level|ramp\w*|"
    r"step-?up|loading|re-?load\w*|capped|increas\w*|toxicit\w*|neuropath\w*|mini)\b|"
    r"\b(?:at|by|to) \d+ ?%|\d ?% (?:dose|of)\b",
    re.IGNORECASE,
)


@rule("PLN121", "dose-far-from-regimen", Severity.WARNING, authority=(drug_labels("dosage and administration"),))
def dose_far_from_regimen(context: Context) -> Iterator[Draft | NotChecked]:
    """Dose far from the regimen.

    What it finds: A dose more than a tenth above every dose that the regimen knows for this patient's body surface,
        weight or kidney function; as an information, one more than a tenth below all of them or between them.
    Why it matters: A dose outside the label is questioned unless the record says why; it may also be a slip in the
        chart or in its units.
    What the chart must show: The dose with the measures it was worked out with, and the reason for another one.
    Example: 300 mg of pembrolizumab; the label knows 200 and 400 mg.
    Fix: Ask for the reason (query). The billed units follow the dose given, whatever its reason.
    Authority: FDA labels of the drugs; the regimens are a reference, so this never is an error. Loading, alternative
        and capped doses, doses the plan states and a rationale that tells of a change are silent. Without the measures
        that a dose needs it is not checked, unless it exceeds the dose of the largest patient.
    """
    yield from without_plan(context)
    plan = context.chart.treatment_plan
    words = f"{plan.regimen or ''} {plan.rationale or ''}" if plan else ""
    if not context.once(treatment) or context.chart.administrations is None or _MODIFIED.search(words):
        return
    body, unmeasured = body_of(context.chart), list[str]()
    for day in context.once(treatment):
        for drugs in _by_key(day).values():
            answer = _compared(context, day, drugs, body, words)
            if isinstance(answer, Draft):
                yield answer
            elif answer:
                unmeasured.append(answer)
    if unmeasured:
        names = ", ".join(dict.fromkeys(unmeasured))
        yield NotChecked(f"{names}: the measure that the dose is worked out with did not come with the chart")


def _by_key(day: Recognition) -> Mapping[str, Sequence[GivenDrug]]:
    """Put the administrations of a drug together; mixed products have doses of their own."""
    found: dict[str, list[GivenDrug]] = {}
    for drug in day.drugs:
        if drug.source and not drug.companion and not drug.mixed:
            found.setdefault(drug.key, []).append(drug)
    return found


def _compared(
    context: Context, day: Recognition, drugs: Sequence[GivenDrug], body: Body, words: str
) -> Draft | str | None:
    """Compare one drug of a day; the name of a drug that a measure is missing for, None when all is well."""
    given = _given(drugs)
    known = list(usual_doses(_regimens(context, day), drugs[0].key))
    if given is None or not known:
        return None
    amount, dimension = given
    worked = [body.dose(dose, drug.cap) for drug, dose in known] + [body.dose(dose) for dose in stated_doses(words)]
    usual = sorted({dose for dose in worked if dose})
    if any(abs(amount - dose) <= dose * _NEAR for dose in usual):
        return None
    if None in worked:
        most = max(dose for drug, usual in known if (dose := LARGEST.dose(usual, drug.cap)))
        limit = max(most, *usual, Fraction(0))
        if amount <= limit * (1 + _NEAR) or not _same_kind(dimension, known):
            return drugs[0].name
        return _draft(context, drugs, f"even the largest patient has at most {shown(limit)}", amount, above=True)
    stopped = any(drug.source.discontinued for drug in drugs if drug.source)
    if not usual or (stopped and amount < usual[0]) or not _same_kind(dimension, known):
        return None
    fitting = " or ".join(shown(round(value, 1 if value < _SMALL else 0)) for value in usual)
    above = amount > usual[-1] * (1 + _NEAR)
    return _draft(context, drugs, f"usual for this regimen and patient is {fitting}", amount, above=above)


def _same_kind(dimension: Dimension, known: Sequence[tuple[RegimenDrug, UsualDose]]) -> bool:
    return (dimension == "potency") == ("unit" in known[0][1].unit)


def _given(drugs: Sequence[GivenDrug]) -> tuple[Fraction, Dimension] | None:
    """Add up what one day gave of a drug; None when a dose is not charted or not an amount of drug."""
    read = [charted(drug.source.dose) if drug.source and drug.source.dose else None for drug in drugs]
    amounts = [quantity for quantity in read if quantity and quantity.dimension in {"mass", "potency"}]
    dimensions = {quantity.dimension for quantity in amounts}
    if len(amounts) != len(drugs) or len(dimensions) != 1:
        return None
    total = sum((quantity.amount for quantity in amounts), Fraction(0))
    return (total, dimensions.pop()) if total > 0 else None


def _regimens(context: Context, day: Recognition) -> tuple[Regimen, ...]:
    read = tuple(reading.regimen for reading in day.readings)
    return tuple(dict.fromkeys((*context.once(planned).regimens, *read)))


def _draft(context: Context, drugs: Sequence[GivenDrug], usual: str, amount: Fraction, *, above: bool) -> Draft:
    name, source, plan = drugs[0].name, drugs[0].source, context.chart.treatment_plan
    unit = source.dose.unit if source and source.dose and charted(source.dose) == Quantity(amount, "potency") else "mg"
    said = f"{shown(amount)} {unit} of {name} was given; {usual} {unit}"
    return Draft(
        said,
        lines=lines_of(context, (drugs[0].ingredient,)),
        evidence=(
            *(found for drug in drugs if drug.source for found in chart_evidence(drug.source, "drug", "dose")),
            *(plan_evidence(plan, "regimen", "rationale") if plan else ()),
            *_measures(context),
        ),
        direction="documentation",
        fixes=(
            query(
                f"ask for the dose of {name}",
                said,
                "Which dose was given, and why was it chosen?",
                "the dose as charted, for a reason (please give it)",
                "another dose (please give it)",
            ),
        ),
        subject=source.id if source else drugs[0].key,
        severity=Severity.WARNING if above else Severity.INFO,
    )


def _measures(context: Context) -> Iterator[Evidence]:
    measured = context.chart.measurements
    for field in ("body_surface_m2", "weight_kg", "height_cm", "creatinine_clearance"):
        if measured and (value := getattr(measured, field)) is not None:
            yield Evidence(f"documentation.measurements.{field}", str(value))
