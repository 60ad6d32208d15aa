"""The drugs given against the plan: one that is not planned, one that is planned for the day and was not given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onco_tui.codesets.regimens import BY_PUMP, Phase, Regimen, Slot
from onco_tui.derive.given_drugs import GivenDrug
from onco_tui.derive.identity import same_drug_key
from onco_tui.derive.planned_regimen import PlannedRegimen, cycle_day
from onco_tui.derive.regimen import Recognition, neoplasms
from onco_tui.encounter.chart import TreatmentPlan
from onco_tui.rules.authorities import cancer_care_plan, drug_labels
from onco_tui.rules.context import Context, chart_evidence
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule
from onco_tui.rules.treatment_plan.treatment import lines_of, plan_evidence, plan_of, planned, treatment, without_plan

_CHANGED = re.compile(
    r"\b(?:held|hold|holding|omit\w*|withheld|stopped|discontinu\w*|dropped|skipp\w*|complet\w*|switch\w*|chang\w*|"
    r"replac\w*|substitut\w*|added|adding|alone|de-?escalat\w*|intoleran\w*|allerg\w*)\b",
    re.IGNORECASE,
)
_HELD = re.compile(r"\b(?:held|omit\w*|withheld|not given|discontinu\w*|skipp\w*)\b", re.IGNORECASE)


@rule("PLN111", "drug-not-in-plan", Severity.WARNING, authority=(cancer_care_plan(),))
def drug_not_in_plan(context: Context) -> Iterator[Draft | NotChecked]:
    """Drug not in the plan.

    What it finds: A drug against the neoplasm that the regimen of the plan does not hold, in any of its parts.
    Why it matters: What the plan does not order is not shown to be needed, or the plan was changed and not rewritten.
    What the chart must show: The plan or the change of plan that holds the drug.
    Example: Bevacizumab given under a plan of FOLFIRI.
    Fix: Ask for the order behind the drug (query); neither claim nor plan is changed.
    Authority: CMS Enhancing Oncology Model, care plan (drugs, doses, schedule). Regimens are a reference, so this never
        is an error. Siblings, labelers and biosimilars count as the drug; supportive and hormonal drugs are orders of
        their own; a drug the rationale names is explained; a plan whose words cannot be read is not checked.
    """
    yield from without_plan(context)
    plan, plans = plan_of(context), context.once(planned)
    if plan is None or not (plan.regimen or "").strip():
        return
    words = f"{plan.regimen} {plan.rationale or ''}".casefold()
    own = [drug for day in context.once(treatment) for drug in _own(day)]
    unplanned = [drug for drug in own if not plans.plans(drug.ingredient) and not _named(drug, words)]
    for drug in {drug.source.id: drug for drug in reversed(unplanned) if drug.source}.values():
        if not plans.whole:
            yield NotChecked(f"{drug.name}: the plan's regimen holds words that no table here knows")
        elif not (drug.ingredient in context.reference.regimens or _known(context, drug)):
            yield NotChecked(f"{drug.name} is no drug known here, so whether the plan holds it cannot be told")
        else:
            yield _not_planned(context, plan, drug)


def _own(day: Recognition) -> Iterator[GivenDrug]:
    return (drug for drug in day.drugs if drug.source and not drug.hormonal and not drug.companion)


def _named(drug: GivenDrug, words: str) -> bool:
    return drug.ingredient in words or drug.name.casefold() in words


def _known(context: Context, drug: GivenDrug) -> bool:
    return bool(context.reference.drugs.all_of_ingredient(drug.ingredient))


def _not_planned(context: Context, plan: TreatmentPlan, drug: GivenDrug) -> Draft:
    source = drug.source
    day = source.start.date() if source and source.start else context.claim.date_from
    return Draft(
        f"{drug.name} was given on {day}; the plan's regimen, {plan.regimen}, does not hold it",
        lines=lines_of(context, (drug.ingredient,)),
        evidence=(*plan_evidence(plan, "regimen"), *(chart_evidence(source, "drug") if source else ())),
        direction="documentation",
        fixes=(
            query(
                f"ask which plan holds {drug.name}",
                f"{drug.name} on {day}; the regimen of the treatment plan is {plan.regimen}",
                "Which order or plan does this drug belong to?",
                "a changed plan (please give its date and the reason)",
                "an order for another condition (please name it)",
                "no order",
            ),
        ),
        subject=source.id if source else drug.key,
    )


@rule("PLN112", "planned-drug-not-given", Severity.INFO, authority=(cancer_care_plan(), drug_labels("dosage")))
def planned_drug_not_given(context: Context) -> Iterator[Draft | NotChecked]:
    """Planned drug not given.

    What it finds: A day on which some drugs of the plan's regimen were given and another one of the same day was not,
        whichever day and part of the regimen it may be.
    Why it matters: Either a drug was held, and the reason belongs in the record, or it was given and is neither charted
        nor billed.
    What the chart must show: That the drug was held and why, or its administration.
    Example: Pembrolizumab alone under a plan of carboplatin, pemetrexed and pembrolizumab.
    Fix: Ask what became of the drug (query).
    Authority: CMS Enhancing Oncology Model, care plan; usual schedules of the drugs' labels. Later days of a cycle,
        maintenance parts and drugs taken at home count as what they are. A rationale that tells of a change, a
        stopped administration or a billed line of the drug explains it.
    """
    yield from without_plan(context)
    plan, plans = plan_of(context), context.once(planned)
    if plan is None or not plans.regimens or context.chart.administrations is None:
        return
    if _CHANGED.search(plan.rationale or "") or any(a.discontinued for a in context.administrations):
        return
    charted = {same_drug_key(a, context.reference.drugs) for a in context.administrations}
    for day in context.once(treatment):
        missing = _missing(context, day, plans, plan) - charted
        left = tuple(drug for drug in sorted(missing) if not lines_of(context, (drug,)))
        if left and any(_HELD.search(note.text) for note in context.chart.notes or ()):
            yield NotChecked(f"{', '.join(left)}: a note tells of a change; what it says is not read from free text")
        elif left:
            yield _not_given(day, plan, left)


def _missing(context: Context, day: Recognition, plans: PlannedRegimen, plan: TreatmentPlan) -> frozenset[str]:
    """Give the drugs that the planned regimens add on such a day; empty when a day of any of their parts fits."""
    keys = frozenset(drug.key for drug in _own(day))
    diagnoses, on = neoplasms(context.encounter) or (), cycle_day(plan)
    fitting = [regimen for regimen in plans.regimens if regimen.treats(diagnoses)] or list(plans.regimens)
    slots = [(_early(regimen, phase, plan), slot) for regimen in fitting for phase, slot in _slots(regimen, on)]
    lacking = [
        (early, frozenset(key for key in slot.required - keys if plans.plans(key.removesuffix(BY_PUMP))))
        for early, slot in slots
        if keys & slot.required
    ]
    if not all(missing for _, missing in lacking):
        return frozenset()
    first = [missing for early, missing in lacking if early] or [missing for _, missing in lacking]
    return frozenset(key.removesuffix(BY_PUMP) for key in min(first, key=len, default=frozenset[str]()))


def _slots(regimen: Regimen, on: int | None) -> list[tuple[Phase, Slot]]:
    slots = [(phase, slot) for phase in regimen.phases for slot in phase.slots]
    return [(phase, slot) for phase, slot in slots if on in slot.days] or slots


def _early(regimen: Regimen, phase: Phase, plan: TreatmentPlan) -> bool:
    """Tell whether the number of the cycle lies in the first part of a regimen, as far as it tells."""
    return phase is regimen.phases[0] and (plan.cycle or 0) <= (phase.cycles or 0)


def _not_given(day: Recognition, plan: TreatmentPlan, left: tuple[str, ...]) -> Draft:
    given = [drug for drug in _own(day) if drug.source]
    names, missing = ", ".join(dict.fromkeys(drug.name for drug in given)), " and ".join(left)
    return Draft(
        f"{names} was given on {day.day}; {plan.regimen} also holds {missing} that day, not charted and not billed",
        evidence=(
            *plan_evidence(plan, "regimen", "rationale"),
            *(found for drug in given if drug.source for found in chart_evidence(drug.source, "drug")),
        ),
        direction="documentation",
        fixes=(
            query(
                f"ask what became of {missing}",
                f"{names} on {day.day} under the plan {plan.regimen}; no administration of {missing} is documented",
                f"What became of {missing} on this day?",
                "held (please give the reason)",
                "given (please give time and dose)",
                "given on another day (please give the date)",
                "no longer part of the plan",
            ),
        ),
        subject=str(day.day),
    )
