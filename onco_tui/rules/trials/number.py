"""The registry number of a trial on a claim: eight digits, and those of the documented trial."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from onco_tui.encounter.edits import set_claim_field
from onco_tui.rules.authorities import claims_manual_32
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Draft, Evidence, Fix, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule
from onco_tui.rules.trials.marks import documented_number, last_day

_EIGHT = re.compile(r"\d{8}", re.ASCII)
_PREFIXED = re.compile(r"(?:NCT|CT)(\d{8})", re.ASCII)
_GENERIC, _GENERIC_ENDED = "99999999", date(2014, 12, 31)
_SHOWN = 20


@rule("TRL103", "trial-number-malformed", Severity.ERROR, authority=(claims_manual_32("69.6"),))
def trial_number_malformed(context: Context) -> Iterator[Draft | NotChecked]:
    """Trial number malformed.

    What it finds: A trial number on the claim that is not eight digits, or is the placeholder 99999999 after 2014; as
        information, eight digits with NCT or CT before them.
    Why it matters: The electronic claim takes the digits alone (REF P4); with letters or another length it is
        returned. CT belongs on the paper form, in item 19.
    What the chart must show: The registry number of the trial.
    Example: NCT01234567 becomes 01234567; 1234567 has a digit too few.
    Fix: Keep the digits alone (safe). Put the documented trial's number in place of a wrong one (review).
    Authority: Medicare Claims Processing Manual, chapter 32 section 69.6; the placeholder was accepted to 2014-12-31.
    """
    number = context.claim.clinical_trial_nct
    if not number:
        return
    documented = documented_number(context)
    prefixed = _PREFIXED.fullmatch(number)
    if prefixed:
        yield _draft(context, f"the trial number is sent as its digits alone, {prefixed[1]}", prefixed[1], "safe")
    elif not _EIGHT.fullmatch(number):
        yield _draft(context, f"the trial number {number[:_SHOWN]} is not eight digits", documented, "review")
    elif number == _GENERIC and (day := last_day(context)) is not None and day > _GENERIC_ENDED:
        yield _draft(context, f"the placeholder {number} ended on {_GENERIC_ENDED}", documented, "review")
    elif number == _GENERIC and last_day(context) is None:
        yield NotChecked("the claim has no date of service")


def _draft(context: Context, message: str, instead: str, grade: Grade) -> Draft:
    return Draft(
        message,
        evidence=_evidence(context),
        fixes=_fixes(context, instead, grade),
        severity=Severity.INFO if grade == "safe" else None,
    )


def _fixes(context: Context, number: str, grade: Grade) -> tuple[Fix, ...]:
    if not number or number == context.claim.clinical_trial_nct:
        return ()
    edit = set_claim_field(context.claim, "clinical_trial_nct", number)
    return (Fix(f"trial number {number}", grade, (edit,)),)


def _evidence(context: Context) -> tuple[Evidence, ...]:
    trial = context.chart.trial
    return (
        Evidence("claim.clinical_trial_nct", context.claim.clinical_trial_nct or ""),
        Evidence("documentation.trial.nct", (trial.nct or "") if trial else ""),
    )


@rule("TRL104", "trial-number-of-another-trial", Severity.ERROR, authority=(claims_manual_32("69.6"),))
def trial_number_of_another_trial(context: Context) -> Iterator[Draft | NotChecked]:
    """Trial number of another trial.

    What it finds: A trial number on the claim that is not the documented trial's.
    Why it matters: The payer looks the trial up by its number; services of one trial are then judged by another's
        terms.
    What the chart must show: The registry number of the trial the patient is enrolled in.
    Example: 01234576 on the claim, NCT01234567 in the chart.
    Fix: Put the documented number on the claim (review: a patient may be in two trials).
    Authority: Medicare Claims Processing Manual, chapter 32 section 69.6.
    """
    number = context.claim.clinical_trial_nct
    found = re.fullmatch(r"(?:NCT|CT)?(\d{8})", number, re.ASCII) if number else None
    if number is None or found is None:
        return
    documented = documented_number(context)
    if not documented:
        yield NotChecked("the chart names no trial with a registry number")
    elif found[1] != documented:
        yield Draft(
            f"the claim carries trial number {found[1]}; the documented trial is {documented}",
            evidence=_evidence(context),
            fixes=_fixes(context, documented, "review"),
        )
