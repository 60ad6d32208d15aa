"""What a plan must say: regimen, intent, line, cycle; and the stage of the disease it treats."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.neoplasms import is_of_blood, is_secondary, is_treatable_neoplasm
from onco_tui.encounter.chart import ChartDiagnosis
from onco_tui.rules.authorities import cancer_care_plan
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule
from onco_tui.rules.treatment_plan.treatment import (
    as_given,
    drugs_named,
    lacks,
    plan_evidence,
    plan_of,
    treatment,
    without_plan,
)

_ELEMENTS = {"regimen": "regimen", "intent": "intent", "line_of_therapy": "line of therapy", "cycle": "cycle"}
_ANSWERS = {
    "regimen": ("regimen (please give drugs, doses and days)",),
    "intent": ("curative", "adjuvant", "neoadjuvant", "palliative"),
    "line_of_therapy": ("first line", "a later line (please give its number)"),
    "cycle": ("cycle (please give its number)",),
}
_WEIGHTY = frozenset({"regimen", "intent"})


@rule("PLN103", "plan-without-an-element", Severity.WARNING, authority=(cancer_care_plan(),))
def plan_without_an_element(context: Context) -> Iterator[Draft | NotChecked]:
    """Plan without an element.

    What it finds: A treatment plan that leaves its regimen, intent, line of therapy or cycle empty while drugs against
        a neoplasm are given; for line and cycle alone an information.
    Why it matters: Payers decide on regimen, intent and line; without them the treatment cannot be shown to be needed.
    What the chart must show: Each of the elements, before the first cycle.
    Example: A plan whose intent is empty.
    Fix: Ask for what is lacking in one question (query).
    Authority: CMS Enhancing Oncology Model, care plan; payers' forms ask the same. Hormonal treatment alone needs no
        cycle. A field that did not come with the chart is not checked.
    """
    yield from without_plan(context)
    plan = plan_of(context)
    if plan is None:
        return
    hormonal = all(drug.hormonal or drug.companion for day in context.once(treatment) for drug in day.drugs)
    wanted = ["regimen", "intent"] if hormonal else list(_ELEMENTS)
    found = {field: lacks(plan, field) for field in wanted}
    if unknown := [_ELEMENTS[field] for field, lacking in found.items() if lacking is None]:
        yield NotChecked(f"the plan's {', '.join(unknown)} did not come with the chart")
    if missing := [field for field, lacking in found.items() if lacking]:
        words = " and ".join(_ELEMENTS[field] for field in missing)
        yield Draft(
            f"the treatment plan leaves empty: {words}",
            evidence=plan_evidence(plan, *missing),
            direction="documentation",
            fixes=(
                query(
                    f"ask for {words}",
                    f"{as_given(context)}; the treatment plan does not state {words}",
                    f"What is the {words} of this treatment?",
                    *(answer for field in missing for answer in _ANSWERS[field]),
                ),
            ),
            severity=None if _WEIGHTY.intersection(missing) else Severity.INFO,
        )


@rule("PLN104", "stage-not-documented", Severity.INFO, authority=(cancer_care_plan(),))
def stage_not_documented(context: Context) -> Iterator[Draft | NotChecked]:
    """Stage not documented.

    What it finds: Drugs against a solid tumor whose documented diagnosis leaves the stage empty.
    Why it matters: Indications and intents depend on the stage; payers ask for it with its date.
    What the chart must show: The stage of the tumor that is treated.
    Example: Pembrolizumab for C34.11, whose stage is empty.
    Fix: Ask for the stage (query).
    Authority: CMS Enhancing Oncology Model, care plan. Neoplasms of blood and marrow and those of uncertain behavior
        have systems of their own. A stage that did not come with the chart is not checked.
    """
    if not context.once(treatment):
        return
    tumors = [(index, d) for index, d in enumerate(context.chart.diagnoses or ()) if _staged(d)]
    if not tumors or any(d.stage and d.stage.strip() for _, d in tumors):
        return
    index, tumor = tumors[0]
    if tumor.stage is None and "stage" not in tumor.model_fields_set:
        yield NotChecked("the stage of the treated tumor did not come with the chart")
        return
    name = tumor.description or tumor.code
    yield Draft(
        f"{name} is treated with {drugs_named(context)}; no stage is documented",
        diagnoses=(tumor.code,) if tumor.code in context.claim.diagnoses and tumor.code else (),
        evidence=(
            Evidence(f"documentation.diagnoses[{index}].stage", ""),
            Evidence(f"documentation.diagnoses[{index}].code", tumor.code or ""),
        ),
        direction="documentation",
        fixes=(
            query(
                "ask for the stage",
                f"{name}, treated with {as_given(context)}; no stage is documented",
                "What is the stage of this tumor, and on which date was it determined?",
                "stage and date (please give both)",
                "it was not staged",
            ),
        ),
    )


def _staged(diagnosis: ChartDiagnosis) -> bool:
    code = diagnosis.code or ""
    of_site = code.startswith("C") and not (is_secondary(code) or is_of_blood(code) or code.startswith("C80"))
    active = diagnosis.status in (None, "active") and diagnosis.treated is not False
    return of_site and active and is_treatable_neoplasm(code)
