"""The response to treatment before it goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from onco_tui.encounter.chart import TreatmentPlan
from onco_tui.rules.authorities import cancer_care_plan
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule
from onco_tui.rules.treatment_plan.treatment import (
    as_given,
    drugs_named,
    first_day,
    lacks,
    plan_evidence,
    plan_of,
    treatment,
    without_plan,
)

_HALF_A_YEAR = 183
_CONTROL = frozenset({"palliative", "metastatic", "disease control", "life-prolonging"})
_ISO_DATE = re.compile(r"\b(20\d{2})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b")
_PROGRESSION = re.compile(r"(?P<before>[^.;]{0,40})\bprogress(?:ion|ive|ed|ing)\b(?! ?-? ?free)", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:no|not|without|non|never|free of|absence of|rather than|ruled out)\b", re.IGNORECASE)
_EXPLAINED = re.compile(
    r"\bbeyond\b|pseudo|benefit|oligo|mixed|new line|second line|local|flare|continu\w* despite", re.IGNORECASE
)


@rule("PLN141", "response-not-documented", Severity.INFO, authority=(cancer_care_plan(),))
def response_not_documented(context: Context) -> Iterator[Draft | NotChecked]:
    """Response not documented.

    What it finds: Palliative treatment that has gone on for half a year with an empty response, or whose last dated
        response is more than half a year old; the latter is a warning.
    Why it matters: Payers renew on response and tolerance, usually every three to six months.
    What the chart must show: The last assessment with its date.
    Example: Cycle 12 of palliative pembrolizumab, the last response of ten months ago.
    Fix: Ask for the assessment (query).
    Authority: CMS Enhancing Oncology Model, care plan; renewal criteria of payers. Half a year is the longest interval
        in use. A response without a date, and one that did not come with the chart, are not checked.
    """
    yield from without_plan(context)
    plan = plan_of(context)
    if plan is None or (plan.intent or "").strip().casefold() not in _CONTROL:
        return
    day = first_day(context)
    if _elapsed(context, plan, day) < _HALF_A_YEAR:
        return
    assessed = _assessed(plan)
    if not (plan.response or "").strip() and assessed is None:
        if lacks(plan, "response") is None:
            yield NotChecked("the response to treatment did not come with the chart")
        else:
            yield _draft(context, plan, "no response is documented", Severity.INFO)
    elif assessed is None:
        yield NotChecked("the response to treatment has no date that can be read")
    elif (day - assessed).days > _HALF_A_YEAR:
        age = f"the last response is of {assessed}, {(day - assessed).days} days before"
        yield _draft(context, plan, age, Severity.WARNING)


def _elapsed(context: Context, plan: TreatmentPlan, day: date) -> int:
    """Give the days since treatment began: by the cycles before this one, where they are known, else since the plan."""
    lengths = [reading.phase.cycle_days for entry in context.once(treatment) for reading in entry.readings]
    if plan.cycle and lengths:
        return (plan.cycle - 1) * min(lengths)
    return (day - plan.signed_on).days if plan.signed_on else 0


def _assessed(plan: TreatmentPlan) -> date | None:
    """Give the date of the last assessment: its field, else the latest date in the words of the response."""
    if plan.response_on:
        return plan.response_on
    found = []
    for year, month, day in _ISO_DATE.findall(plan.response or ""):
        try:
            found.append(date(int(year), int(month), int(day)))
        except ValueError:
            continue  # the 31st of a shorter month
    return max(found, default=None)


def _draft(context: Context, plan: TreatmentPlan, shown: str, severity: Severity) -> Draft:
    cycle = f", cycle {plan.cycle}" if plan.cycle else ""
    return Draft(
        f"{drugs_named(context)} goes on with palliative intent{cycle}; {shown}",
        evidence=plan_evidence(plan, "response", "response_on", "cycle"),
        direction="documentation",
        fixes=(
            query(
                "ask for the response",
                f"{as_given(context)}{cycle}; {shown}",
                "What was the response to treatment at the last assessment, and when was it assessed?",
                "complete response (please give the date)",
                "partial response (please give the date)",
                "stable disease (please give the date)",
                "progressive disease (please give the date)",
                "not assessed yet",
            ),
        ),
        severity=severity,
    )


@rule("PLN142", "progression-and-same-plan", Severity.INFO, authority=(cancer_care_plan(),))
def progression_and_same_plan(context: Context) -> Iterator[Draft | NotChecked]:
    """Progression under the same plan.

    What it finds: A plan whose response says progression and under which another cycle is given.
    Why it matters: Most labels and renewals end treatment at progression; going on beyond it needs a reason.
    What the chart must show: Why treatment goes on, or the new plan.
    Example: Response "progressive disease in the liver", and cycle 5 of the same regimen.
    Fix: Ask why treatment goes on (query).
    Authority: CMS Enhancing Oncology Model, care plan. Treatment beyond progression is a clinical decision, so this is
        an information; a rationale that speaks of it explains it, and a denied progression is none.
    """
    yield from without_plan(context)
    plan = plan_of(context)
    if plan is None or (plan.cycle or 0) < 2 or not plan.response:
        return
    if not _progressed(plan.response) or _EXPLAINED.search(f"{plan.response} {plan.rationale or ''}"):
        return
    yield Draft(
        f"{drugs_named(context)} was given in cycle {plan.cycle}; the response is documented as {plan.response}",
        evidence=plan_evidence(plan, "response", "cycle", "rationale"),
        direction="documentation",
        fixes=(
            query(
                "ask why treatment goes on",
                f"{as_given(context)}, cycle {plan.cycle}; response {plan.response}",
                "What is the plan of treatment after this response?",
                "the same treatment goes on (please give the reason)",
                "a new plan holds (please give its date)",
                "the response is another one (please give it)",
            ),
        ),
    )


def _progressed(response: str) -> bool:
    return any(not _DENIED.search(found["before"]) for found in _PROGRESSION.finditer(response[:400]))
