"""What the plan rules share: the drugs of the visit with their regimen, and what the plan names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from onco_tui.derive.given_drugs import ingredients
from onco_tui.derive.planned_regimen import PlannedRegimen, planned_regimen
from onco_tui.derive.regimen import Recognition, neoplasms, recognise
from onco_tui.encounter.chart import TreatmentPlan
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Evidence, NotChecked


def treatment(context: Context) -> tuple[Recognition, ...]:
    """Give the days with drugs against a neoplasm and their regimens; empty for any other visit.

    Use it through ``context.once``.
    """
    return () if neoplasms(context.encounter) is None else recognise(context.encounter, context.reference)


def plan_of(context: Context) -> TreatmentPlan | None:
    """Give the plan of a treatment visit; None without plan or treatment."""
    return context.chart.treatment_plan if context.once(treatment) else None


def planned(context: Context) -> PlannedRegimen:
    """Give what the plan names. Use it through ``context.once``."""
    return planned_regimen(context.chart.treatment_plan, context.reference)


def without_plan(context: Context) -> Iterator[NotChecked]:
    """Say that drugs against a neoplasm were given and no plan came with the chart."""
    if context.once(treatment) and context.chart.treatment_plan is None:
        yield NotChecked("the chart has no treatment plan")


def first_day(context: Context) -> date:
    """Give the first treatment day of a treatment visit."""
    return context.once(treatment)[0].day


def drugs_named(context: Context) -> str:
    """Name the drugs given against the neoplasm, for a question's facts."""
    names = (drug.name for day in context.once(treatment) for drug in day.drugs if not drug.companion)
    return ", ".join(dict.fromkeys(names))


def as_given(context: Context) -> str:
    """Write what was given against the neoplasm and since when, to begin a question's facts."""
    return f"{drugs_named(context)} on {first_day(context)}"


def lines_of(context: Context, wanted: Iterable[str]) -> tuple[int, ...]:
    """Give the numbers of the lines that bill one of some ingredients."""
    sought, drugs = frozenset(wanted), context.reference.drugs
    return tuple(
        line.line
        for line in context.claim.lines
        if (drug := drugs.by_code(line.code)) and sought.intersection(ingredients(drug.ingredient, context.reference))
    )


def lacks(plan: TreatmentPlan, field: str) -> bool | None:
    """Tell whether the plan is documented without a part of it; None when the chart does not hold that field at all."""
    value = getattr(plan, field)
    if value is None:
        return True if field in plan.model_fields_set else None
    return isinstance(value, str) and not value.strip()


def plan_evidence(plan: TreatmentPlan, *fields: str) -> tuple[Evidence, ...]:
    """Point at fields of the plan: ``documentation.treatment_plan.signed_on``."""
    values = ((name, getattr(plan, name)) for name in fields)
    return tuple(
        Evidence(f"documentation.treatment_plan.{name}", "" if value is None else str(value)) for name, value in values
    )
