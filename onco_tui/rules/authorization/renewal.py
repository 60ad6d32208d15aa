"""Authorizations that will not last for the next cycle: a reminder, while there is time to renew them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from onco_tui.derive.drugs.quantity import shown
from onco_tui.encounter.chart import Authorization, TreatmentPlan
from onco_tui.rules.authorities import oncology_authorization
from onco_tui.rules.authorization.permits import name_of, original_medicare, permit_evidence
from onco_tui.rules.authorization.units import Account, accounts
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.billed import alike
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.registry import rule

_LONGEST_CYCLE = timedelta(weeks=6)


@rule("AUT109", "authorization-runs-out", Severity.INFO, authority=(oncology_authorization(),))
def authorization_runs_out(context: Context) -> Iterator[Draft | NotChecked]:
    """Authorization runs out.

    What it finds: An authorization with fewer units left after this claim than this cycle took, or that ends before
        the next cycle is due, while the plan has cycles to come.
    Why it matters: The next cycle would be given without approval.
    What the chart must show: Cycle and planned cycles, units used, and when the next cycle is due. Where that is not
        charted, six weeks are taken to hold any cycle; a plan without cycles has none to come.
    Example: Cycle 3 of 6 took 200 units of J9271; of 800 approved 100 are left.
    Fix: None: a reminder to renew the authorization.
    Authority: Payer's authorization procedure; a reminder, no fault of this claim.
    """
    found = context.once(accounts)
    if not found or original_medicare(context):
        return
    plan = context.chart.treatment_plan
    if plan is None or (plan.cycle is None and plan.cycles_planned is None):
        return  # no cycles are known to come
    if plan.cycle is None or plan.cycles_planned is None:
        yield NotChecked("the plan does not say which of how many cycles this is")
    elif plan.cycle < plan.cycles_planned:
        for account in found:
            if account.left is not None and 0 <= account.left < account.needed:
                yield _few_units(account, plan)
        yield from _end(found, plan)


def _few_units(account: Account, plan: TreatmentPlan) -> Draft:
    permit = account.permit
    return Draft(
        f"cycle {plan.cycle} of {plan.cycles_planned} took {shown(account.needed)} units of {account.code}; "
        f"authorization {name_of(permit)} has {shown(account.left or account.needed * 0)} left",
        lines=account.numbers,
        evidence=(*_plan_evidence(plan, "cycle", "cycles_planned"), *permit_evidence(permit, "codes", "units_used")),
        direction="documentation",
        subject=f"{name_of(permit)} {account.code}",
    )


def _end(found: Sequence[Account], plan: TreatmentPlan) -> Iterator[Draft | NotChecked]:
    for group in alike(found, lambda account: id(account.permit)):
        permit = group[0].permit
        numbers = tuple(sorted({number for account in group for number in account.numbers}))
        if permit.valid_to is None or _over_already(permit, group):
            continue  # AUT104 tells
        last = max(day for account in group for day in account.days)
        if plan.next_cycle_on is None and permit.valid_to - last > _LONGEST_CYCLE:
            continue
        if plan.next_cycle_on is None:
            yield NotChecked("the plan does not say when the next cycle is due", lines=numbers)
        elif permit.valid_to < plan.next_cycle_on:
            yield Draft(
                f"authorization {name_of(permit)} ends on {permit.valid_to}; cycle {(plan.cycle or 0) + 1} of "
                f"{plan.cycles_planned} is due on {plan.next_cycle_on}",
                lines=numbers,
                evidence=(*_plan_evidence(plan, "cycle", "next_cycle_on"), *permit_evidence(permit, "valid_to")),
                direction="documentation",
                subject=f"{name_of(permit)} end",
            )


def _over_already(permit: Authorization, group: Sequence[Account]) -> bool:
    return permit.valid_to is not None and any(day > permit.valid_to for account in group for day in account.days)


def _plan_evidence(plan: TreatmentPlan, *fields: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(f"documentation.treatment_plan.{name}", str(getattr(plan, name) or "")) for name in fields)
