"""Cycles: not more than planned, not more than is usual, not too soon after one another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onco_tui.codesets.regimens import Regimen
from onco_tui.derive.planned_regimen import cycle_day
from onco_tui.encounter.chart import TreatmentPlan
from onco_tui.encounter.counting import counted
from onco_tui.rules.authorities import cancer_care_plan, drug_labels
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule
from onco_tui.rules.treatment_plan.treatment import (
    as_given,
    drugs_named,
    lacks,
    plan_evidence,
    plan_of,
    planned,
    treatment,
    without_plan,
)

_MORE = re.compile(
    r"\b(?:extend\w*|exten[st]ion|continu\w*|additional|further|beyond|maintenance|ongoing|until)\b", re.IGNORECASE
)
_WITH_AN_END = frozenset({"adjuvant", "neoadjuvant", "curative"})
_EARLY_DAYS = 3


@rule("PLN131", "cycle-beyond-plan", Severity.WARNING, authority=(cancer_care_plan(),))
def cycle_beyond_plan(context: Context) -> Iterator[Draft | NotChecked]:
    """Cycle beyond the plan.

    What it finds: A cycle with a higher number than the plan holds.
    Why it matters: The signed plan ends before this cycle; what follows needs a plan of its own.
    What the chart must show: The plan that holds this cycle, or why treatment goes on.
    Example: Cycle 7 of 6 planned.
    Fix: Ask how many cycles are planned (query).
    Authority: CMS Enhancing Oncology Model, care plan (planned number of cycles). A rationale that tells of more
        cycles or of maintenance explains it.
    """
    yield from without_plan(context)
    plan = plan_of(context)
    if plan is None:
        return
    if unknown := [name for name in ("cycle", "cycles_planned") if getattr(plan, name) is None]:
        if any(lacks(plan, name) is None for name in unknown):
            words = " and ".join(name.replace("_", " ") for name in unknown)
            yield NotChecked(f"the plan's {words} did not come with the chart")
        return
    if _beyond(plan) and not _MORE.search(plan.rationale or ""):
        yield Draft(
            f"{drugs_named(context)} was given in cycle {plan.cycle}; {_planned(plan)}",
            evidence=plan_evidence(plan, "cycle", "cycles_planned", "rationale"),
            direction="documentation",
            fixes=(_how_many(context, plan, _planned(plan)),),
        )


def _planned(plan: TreatmentPlan) -> str:
    return f"{counted(plan.cycles_planned or 0, 'cycle')} {'is' if plan.cycles_planned == 1 else 'are'} planned"


def _beyond(plan: TreatmentPlan) -> bool:
    return plan.cycle is not None and plan.cycles_planned is not None and plan.cycle > plan.cycles_planned


@rule("PLN132", "cycle-beyond-usual", Severity.INFO, authority=(drug_labels("dosage and administration"),))
def cycle_beyond_usual(context: Context) -> Iterator[Draft | NotChecked]:
    """Cycle beyond the usual.

    What it finds: A cycle with a higher number than the plan's regimen ever has: with an adjuvant, neoadjuvant or
        curative intent all its parts together, for drugs whose labels end the treatment that end.
    Why it matters: Labels and payers' policies end these treatments; more of them needs a reason in the record.
    What the chart must show: The number of the cycle, and why there are more.
    Example: Cycle 15 of adjuvant ado-trastuzumab emtansine, which ends with 14.
    Fix: Ask how many cycles are planned (query).
    Authority: FDA labels of the drugs; the regimens are a reference, so this is an information. Open-ended and
        palliative regimens and maintenance parts have no such end.
    """
    yield from without_plan(context)
    plan = plan_of(context)
    if plan is None or plan.cycle is None or _beyond(plan) or _MORE.search(plan.rationale or ""):
        return
    regimens = context.once(planned).regimens or _recognised(context)
    limits = [_limit(regimen, (plan.intent or "").strip().casefold()) for regimen in regimens]
    known = [limit for limit in limits if limit is not None]
    if known and len(known) == len(limits) and plan.cycle > max(known):
        named = " or ".join(dict.fromkeys(regimen.name for regimen in regimens))
        shown = f"{named} usually ends with cycle {max(known)}"
        yield Draft(
            f"{drugs_named(context)} was given in cycle {plan.cycle}; {shown}",
            evidence=plan_evidence(plan, "cycle", "regimen", "intent"),
            direction="documentation",
            fixes=(_how_many(context, plan, shown),),
        )


def _recognised(context: Context) -> tuple[Regimen, ...]:
    return tuple(reading.regimen for day in context.once(treatment) for reading in day.readings)


def _limit(regimen: Regimen, intent: str) -> int | None:
    """Give the last cycle a regimen has for an intent; None when it is open-ended."""
    if regimen.cap and (not regimen.cap.intents or intent in regimen.cap.intents):
        return regimen.cap.cycles
    cycles = [phase.cycles for phase in regimen.phases]
    if intent not in _WITH_AN_END or None in cycles:
        return None
    return sum(number for number in cycles if number)


def _how_many(context: Context, plan: TreatmentPlan, shown: str) -> Fix:
    return query(
        "ask how many cycles are planned",
        f"{as_given(context)}, cycle {plan.cycle}; {shown}",
        "How many cycles are planned, and what is the number of this cycle?",
        "the plan was extended (please give date, number of cycles and reason)",
        "another number of this cycle (please give it)",
        "treatment goes on without a planned end (please give the reason)",
    )


@rule("PLN133", "cycle-too-soon", Severity.WARNING, authority=(drug_labels("dosage and administration"),))
def cycle_too_soon(context: Context) -> Iterator[Draft | NotChecked]:
    """Cycle too soon.

    What it finds: Day 1 of a cycle more than three days earlier than the shortest cycle of the regimen allows.
    Why it matters: Payers' frequency edits deny doses that come too soon; the date may also be a slip.
    What the chart must show: Day 1 of this cycle and of the one before, and the reason for a shorter interval.
    Example: R-CHOP on 2026-03-02, the cycle before on 2026-02-16: 14 of 21 days.
    Fix: Ask for the dates (query).
    Authority: FDA labels of the drugs; three days allow for holidays and schedules. Later days of a cycle are not
        measured; without the date of the previous cycle it is not checked.
    """
    yield from without_plan(context)
    plan = plan_of(context)
    if plan is None or (plan.cycle is not None and plan.cycle <= 1):
        return
    today = context.once(treatment)[0]
    lengths = [reading.phase.cycle_days for reading in today.readings if 1 in reading.days]
    if not lengths or cycle_day(plan) not in (None, 1):
        return
    if plan.previous_cycle_on is None:
        if lacks(plan, "previous_cycle_on") is None:
            yield NotChecked("day 1 of the previous cycle did not come with the chart")
        return
    several = any(len(reading.days) > 1 for reading in today.readings)
    passed, least = (today.day - plan.previous_cycle_on).days, min(lengths)
    if 0 < passed < least - _EARLY_DAYS and not (several and cycle_day(plan) is None):
        shown = f"day 1 of the cycle before was {plan.previous_cycle_on}, {counted(passed, 'day')} earlier"
        yield Draft(
            f"{drugs_named(context)} was given on {today.day}; {shown}, and the shortest usual cycle is {least} days",
            evidence=plan_evidence(plan, "previous_cycle_on", "regimen", "cycle"),
            direction="documentation",
            fixes=(
                query(
                    "ask for the dates of the cycles",
                    f"{drugs_named(context)} on {today.day}; {shown}",
                    "On which dates did this cycle and the one before start, and why was the interval chosen?",
                    "the dates as charted, for a reason (please give it)",
                    "other dates (please give them)",
                    "this visit is a later day of a cycle (please give the day)",
                ),
            ),
        )
