"""Bone agents: one code for two products, so the billed units say which use the diagnosis must be of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from onco_tui.codesets.coverage import BoneAgent
from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import article_denosumab, drug_labels
from onco_tui.rules.context import Context
from onco_tui.rules.coverage.services import (
    Service,
    billed,
    by_day,
    conditions,
    diagnoses_of,
    evidence_of,
    money,
    numbers,
    prompt,
    titles,
)
from onco_tui.rules.drugs.billed import listed
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

_DENOSUMAB = "denosumab"


@rule(
    "COV117", "denosumab-dose-and-diagnosis", Severity.WARNING, authority=(article_denosumab(), drug_labels("dosage"))
)
def denosumab_dose_and_diagnosis(context: Context) -> Iterator[Draft | NotChecked]:
    """Denosumab, dose and diagnosis.

    What it finds: Denosumab billed as 120 units for osteoporosis alone, or as 60 units for bone metastases alone.
    Why it matters: The product of 60 mg for bone loss and that of 120 mg for bone metastases share a code; the dose
        decides which diagnosis supports it.
    What the chart must show: The product, the dose, and what it was given for.
    Example: J0897, 120 units, with M81.0 and no C79.51, C90, D48.0 or E83.52. Bone loss from an aromatase inhibitor
        (M85.8, Z79.811) goes with 60. Other numbers of units belong to the rules on units.
    Fix: Ask which product was given for what (query). Neither units nor diagnosis are changed to fit.
    Authority: Medicare contractor article A52399, binding in that contractor's states only, so a warning; product
        labels. Information only where the claim lists the diagnoses of neither use.
    """
    yield from _doses(context, [a for a in context.reference.coverage.bone_agents if a.name == _DENOSUMAB])


@rule("COV118", "zoledronic-dose-and-diagnosis", Severity.WARNING, authority=(drug_labels("dosage"),))
def zoledronic_dose_and_diagnosis(context: Context) -> Iterator[Draft | NotChecked]:
    """Zoledronic acid, dose and diagnosis.

    What it finds: Zoledronic acid billed as 5 units for bone metastases or myeloma alone, or as 4 units for
        osteoporosis or Paget disease alone.
    Why it matters: 4 mg is the dose in oncology, every 3 to 12 weeks; 5 mg that of osteoporosis, once a year.
    What the chart must show: The product, the dose, and what it was given for.
    Example: J3489, 5 units, with C79.51 and no M81. 4 units with M81.0 and C50.911 are left alone: bone protection in
        breast cancer is a use of 4 mg. Discarded units count with the dose.
    Fix: Ask which dose was given for what (query).
    Authority: Product labels. Never an error.
    """
    yield from _doses(context, [a for a in context.reference.coverage.bone_agents if a.name != _DENOSUMAB])


def _doses(context: Context, agents: Sequence[BoneAgent]) -> Iterator[Draft]:
    for group in by_day(billed(context, frozenset(code for agent in agents for code in agent.codes))):
        units = sum((service.line.units for service in group), Decimal(0))
        rows = [agent for agent in agents if group[0].line.code in agent.codes]
        own = next((agent for agent in rows if agent.units == units), None)
        if own is None or not context.claim.diagnoses or own.diagnoses.cover_any(context.claim.diagnoses):
            continue
        other = next(agent for agent in rows if agent is not own)
        yield _of_the_other_use(context, group, own, other)


def _of_the_other_use(context: Context, group: Sequence[Service], own: BoneAgent, other: BoneAgent) -> Draft:
    day, pointed = group[0].day, diagnoses_of(group)
    contrary = [code for code in context.claim.diagnoses if other.diagnoses.cover(code)]
    said = (
        f"lists {', '.join(contrary)}, of the dose of {plain(other.units)} units" if contrary else "lists none of them"
    )
    return Draft(
        f"line {listed(numbers(group))} bills {plain(own.units)} units of {own.name}, the dose for "
        f"{own.diagnoses.words}; the claim {said}",
        lines=numbers(group),
        diagnoses=pointed,
        evidence=evidence_of(context, group, "units", "diagnosis_pointers"),
        amount_at_risk=money(group),
        fixes=(
            query(
                "ask which product was given for what",
                f"{own.name} {plain(own.units)} mg is recorded on {day}; listed is {titles(context, pointed, day)}",
                "Which product and dose was given, and for what condition?",
                *conditions(context),
            ),
        ),
        subject=f"{group[0].line.code} {day}",
        severity=prompt(own.confidence) if contrary else Severity.INFO,
    )
