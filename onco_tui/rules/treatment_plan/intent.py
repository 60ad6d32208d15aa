"""The intent of the plan against the extent of the disease and the drugs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from onco_tui.encounter.chart import ChartDiagnosis, TreatmentPlan
from onco_tui.rules.authorities import cancer_care_plan, drug_labels
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule
from onco_tui.rules.treatment_plan.treatment import (
    as_given,
    lacks,
    plan_evidence,
    plan_of,
    treatment,
    without_plan,
)

_ADJUVANT = "adjuvant"
# Stages that mean distant spread at every edition of the staging manual; elsewhere IVA can be local disease.
_DISTANT: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = (
    (("C50", "C16", "C25", "C64"), frozenset({"IV", "4"})),
    (("C34",), frozenset({"IV", "IVA", "IVB", "4", "4A", "4B"})),
    (("C18", "C19", "C20"), frozenset({"IV", "IVA", "IVB", "IVC", "4", "4A", "4B", "4C"})),
)
_METASTASES = ("C78", "C79", "C7B")
# Spread within the abdomen is stage III of these, not distant.
_REGIONAL: Mapping[str, tuple[str, ...]] = {"C78.6": ("C56", "C57", "C48"), "C79.6": ("C56", "C57", "C54", "C48")}
_STAGE_WORD = re.compile(r"\bstage\b|[\s.]+", re.IGNORECASE)
_EXPLAINED = re.compile(r"metasta|oligo|resect|ablat|\bned\b|no evidence|stage iv|distant|removed", re.IGNORECASE)
_NOT_ADJUVANT = {"bevacizumab": ("C18",)}


@rule("PLN105", "intent-against-disease", Severity.WARNING, authority=(cancer_care_plan(), drug_labels("indications")))
def intent_against_disease(context: Context) -> Iterator[Draft | NotChecked]:
    """Intent against the disease.

    What it finds: A plan whose intent is adjuvant, while the chart documents an active distant metastasis or a stage
        that means one, or while bevacizumab is given for colon cancer, which its label excludes.
    Why it matters: Adjuvant treatment follows the removal of all known disease; the two statements contradict each
        other, and coverage follows both.
    What the chart must show: One intent that fits stage and extent, or why they differ.
    Example: Adjuvant FOLFOX with liver metastasis C78.7 documented as active.
    Fix: Ask for the intent (query); neither plan nor diagnoses are changed.
    Authority: CMS Enhancing Oncology Model, care plan; drug labels (bevacizumab, limitations of use). A rationale that
        speaks of the metastases or of their removal explains it.
    """
    yield from without_plan(context)
    plan = plan_of(context)
    if plan is None:
        return
    if lacks(plan, "intent") is None:
        yield NotChecked("the plan's intent did not come with the chart")
        return
    if (plan.intent or "").strip().casefold() != _ADJUVANT or _EXPLAINED.search(plan.rationale or ""):
        return
    if shown := [*_spread(context), *_excluded(context)]:
        yield _draft(context, plan, shown)


def _draft(context: Context, plan: TreatmentPlan, shown: list[tuple[str, Evidence]]) -> Draft:
    words = ", ".join(dict.fromkeys(word for word, _ in shown))
    return Draft(
        f"the plan's intent is adjuvant; documented is {words}",
        evidence=(*plan_evidence(plan, "intent"), *dict.fromkeys(evidence for _, evidence in shown)),
        direction="documentation",
        fixes=(
            query(
                "ask for the intent",
                f"{as_given(context)}, intent adjuvant; documented is {words}",
                "What is the intent of this treatment, and what is the extent of the disease?",
                "adjuvant, all known disease removed",
                "palliative, to control the disease",
                "curative, of disease still present",
                "another extent of the disease (please describe)",
            ),
        ),
    )


def _spread(context: Context) -> Iterator[tuple[str, Evidence]]:
    active = [(i, d) for i, d in enumerate(context.chart.diagnoses or ()) if d.code and d.status in (None, "active")]
    primaries = tuple(d.code for _, d in active if d.code and not d.code.startswith(_METASTASES))
    for index, diagnosis in active:
        code = diagnosis.code or ""
        within = next((organs for prefix, organs in _REGIONAL.items() if code.startswith(prefix)), ())
        if code.startswith(_METASTASES) and not (within and any(p.startswith(within) for p in primaries)):
            name = diagnosis.description or f"a metastasis ({code})"
            yield name, Evidence(f"documentation.diagnoses[{index}].code", code)
        elif _distant(diagnosis):
            yield (
                f"stage {_stage(diagnosis)}",
                Evidence(f"documentation.diagnoses[{index}].stage", diagnosis.stage or ""),
            )


def _distant(diagnosis: ChartDiagnosis) -> bool:
    stage = _stage(diagnosis)
    return any((diagnosis.code or "").startswith(organs) and stage in stages for organs, stages in _DISTANT)


def _stage(diagnosis: ChartDiagnosis) -> str:
    return _STAGE_WORD.sub("", diagnosis.stage or "").upper()


def _excluded(context: Context) -> Iterator[tuple[str, Evidence]]:
    given = {drug.ingredient: drug for day in context.once(treatment) for drug in day.drugs if drug.source}
    for ingredient, organs in _NOT_ADJUVANT.items():
        drug = given.get(ingredient)
        for index, diagnosis in enumerate(context.chart.diagnoses or ()):
            if drug and diagnosis.status in (None, "active") and (diagnosis.code or "").startswith(organs):
                name = diagnosis.description or "colon cancer"
                yield (
                    f"{drug.name} for {name}",
                    Evidence(f"documentation.diagnoses[{index}].code", diagnosis.code or ""),
                )
