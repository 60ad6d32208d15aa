"""The plan's signature: there, and from before the treatment it orders."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.authorities import program_integrity_3
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
    without_plan,
)

_SIGNATURES = (program_integrity_3("3.3.2.4"),)
_WORDS = {"signed_by": "signer", "signed_on": "date of signature"}


@rule("PLN101", "plan-not-signed", Severity.WARNING, authority=_SIGNATURES)
def plan_not_signed(context: Context) -> Iterator[Draft | NotChecked]:
    """Plan not signed.

    What it finds: Drugs against a neoplasm given under a treatment plan that is documented without a signer or
        without the date of the signature.
    Why it matters: Orders and plans count only when the clinician signed them; reviewers disregard unsigned ones.
    What the chart must show: Who signed the plan, and when.
    Example: A plan signed by nobody (signed_by is empty) under which carboplatin is given.
    Fix: Ask for the signature or an attestation (query); the chart is never changed here.
    Authority: Medicare Program Integrity Manual, chapter 3 section 3.3.2.4. A plan that came without any word of a
        signature is not checked: the signature may stand elsewhere.
    """
    yield from without_plan(context)
    plan = plan_of(context)
    if plan is None:
        return
    found = {field: lacks(plan, field) for field in _WORDS}
    if all(lacking is None for lacking in found.values()):
        yield NotChecked("whether the plan is signed did not come with the chart")
        return
    if missing := [_WORDS[field] for field, lacking in found.items() if lacking is not False]:
        shown = " and no ".join(missing)
        yield Draft(
            f"the treatment plan is documented with no {shown}",
            evidence=plan_evidence(plan, "signed_by", "signed_on"),
            direction="documentation",
            fixes=(
                query(
                    "ask for the signature of the plan",
                    f"{as_given(context)} under a treatment plan with no {shown}",
                    "Who signed the treatment plan, and on which date?",
                    "signed by (please give name and date)",
                    "attested now by the author (please sign and date the attestation)",
                    "it was not signed",
                ),
            ),
        )


@rule("PLN102", "plan-signed-after-treatment", Severity.WARNING, authority=_SIGNATURES)
def plan_signed_after_treatment(context: Context) -> Iterator[Draft | NotChecked]:
    """Plan signed after the treatment.

    What it finds: Drugs against a neoplasm given on a day before the plan was signed.
    Why it matters: A service needs an order from before it; later signatures are not accepted in place of one.
    What the chart must show: A plan or order dated on or before the day, or the verbal order and who authenticated it.
    Example: Oxaliplatin on 2026-03-02, the plan signed on 2026-03-04.
    Fix: Ask for the order in force on the day (query).
    Authority: Medicare Program Integrity Manual, chapter 3 section 3.3.2.4. The same day is not after.
    """
    yield from without_plan(context)
    plan = plan_of(context)
    if plan is None:
        return
    if plan.signed_on is None:
        if lacks(plan, "signed_on") is None:
            yield NotChecked("the date of the plan's signature did not come with the chart")
        return
    day = first_day(context)
    if plan.signed_on > day:
        yield Draft(
            f"the treatment plan was signed on {plan.signed_on}, after {drugs_named(context)} was given on {day}",
            evidence=plan_evidence(plan, "signed_on", "signed_by"),
            direction="documentation",
            fixes=(
                query(
                    "ask for the order in force on the day",
                    f"{drugs_named(context)} on {day}; the treatment plan is signed on {plan.signed_on}",
                    "Which signed plan or order was in force on the day of treatment?",
                    "an earlier plan or order (please give its date)",
                    "a verbal order (please give who gave it and when it was authenticated)",
                    "no order from before the treatment",
                ),
            ),
        )
