"""The marks of a trial on a claim: all of them or none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from onco_tui.encounter.edits import set_claim_field, set_diagnoses
from onco_tui.rules.authorities import claims_manual_32, ncd_trials
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.listing import MAX_DIAGNOSES, list_evidence
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule
from onco_tui.rules.trials.marks import Z006, TrialClaim, documented_number, inpatient, last_day, trial_claim, weighed

_NUMBER_FROM = date(2014, 1, 1)
_CONDITION = "30"


@rule("TRL101", "trial-marks-incomplete", Severity.ERROR, authority=(ncd_trials(), claims_manual_32("68 and 69")))
def trial_marks_incomplete(context: Context) -> Iterator[Draft | NotChecked]:
    """Trial marks incomplete.

    What it finds: A claim that carries some of the marks of a trial and lacks others: Z00.6, the trial number, Q0 or
        Q1 on its lines, and condition code 30 on a hospital's claim.
    Why it matters: Medicare returns a claim that has one of them without the rest.
    What the chart must show: The trial with its registry number, and what is under investigation.
    Example: Q1 on three lines and Z00.6 listed, and no trial number. A patient enrolled in a trial whose claim has
        none of the marks and bills nothing under investigation is not checked: a visit may be for something else.
    Fix: Add Z00.6 last, or the number of the documented trial (safe); add condition code 30 (review). Without a
        documented trial, ask (query). Which line is routine and which investigational a person decides.
    Authority: Medicare NCD 310.1; Claims Processing Manual, chapter 32 sections 68 and 69; the number from
        2014-01-01. Medicare only; a warning where the payer is not known to be Medicare.
    """
    if not context.policy.medicare:
        return
    found = context.once(trial_claim)
    if found is None:
        if context.chart.trial is not None and context.claim.frequency_code != "8":
            yield NotChecked("the patient is in a trial; whether these services are of the trial is not charted")
        return
    if not found.enrolled:
        return  # TRL106 tells
    if not found.number and (last_day(context) or _NUMBER_FROM) >= _NUMBER_FROM:
        yield _draft(context, found, "no trial number", _number_fixes(context), "number")
    if not found.listed:
        yield _draft(context, found, f"no {Z006}", _z006_fixes(context), Z006)
    if not found.marked and not found.belonging and not inpatient(context):
        yield _draft(context, found, "neither Q0 nor Q1 on a line", (), "modifiers")
    if not context.practitioner:
        yield from _condition(context, found)


def _condition(context: Context, found: TrialClaim) -> Iterator[Draft | NotChecked]:
    claim = context.claim
    if "condition_codes" not in claim.model_fields_set:
        yield NotChecked("the claim's condition codes did not come with it")
    elif _CONDITION not in claim.condition_codes:
        edit = set_claim_field(claim, "condition_codes", (*claim.condition_codes, _CONDITION))
        fix = Fix(f"add condition code {_CONDITION}", "review", (edit,))
        yield _draft(context, found, f"no condition code {_CONDITION}", (fix,), "condition")


def _draft(context: Context, found: TrialClaim, lacks: str, fixes: tuple[Fix, ...], subject: str) -> Draft:
    has = [
        f"trial number {found.number}" if found.number else "",
        Z006 if found.listed else "",
        "Q0 or Q1" if found.marked else "",
    ]
    carries = ", ".join(mark for mark in has if mark)
    said = f"the claim carries {carries}" if carries else "the claim is of services under investigation"
    return Draft(
        f"{said}, and {lacks}",
        lines=tuple(line.line for line in found.marked or found.belonging),
        diagnoses=(Z006,) if subject == Z006 or found.listed else (),
        evidence=(
            Evidence("claim.clinical_trial_nct", found.number),
            list_evidence(context.claim),
            *(Evidence(f"claim.lines[{o.line}].modifiers", " ".join(o.modifiers)) for o in context.claim.lines),
            Evidence("documentation.trial.nct", (found.trial.nct or "") if found.trial else ""),
        ),
        fixes=fixes,
        subject=subject,
        severity=weighed(context, Severity.ERROR),
    )


def _number_fixes(context: Context) -> tuple[Fix, ...]:
    if digits := documented_number(context):
        edit = set_claim_field(context.claim, "clinical_trial_nct", digits)
        return (Fix(f"trial number {digits}, as documented", "safe", (edit,)),)
    return (_ask(context),)


def _z006_fixes(context: Context) -> tuple[Fix, ...]:
    claim = context.claim
    if not documented_number(context):
        return (_ask(context),)
    stray = any(p > len(claim.diagnoses) for line in claim.lines for p in line.diagnosis_pointers)
    if stray or len(claim.diagnoses) >= MAX_DIAGNOSES[claim.claim_type]:
        return ()
    edit = set_diagnoses(claim, (*claim.diagnoses, Z006))
    return (Fix(f"add {Z006}, last", "safe" if claim.diagnoses else "review", (edit,)),)


def _ask(context: Context) -> Fix:
    return query(
        "ask for the trial",
        f"services on {last_day(context) or 'a day not charted'}; the record names no trial with a registry number",
        "In which clinical trial, if any, was the patient enrolled at this visit?",
        "in a registered trial (please give its number)",
        "in no trial",
    )
