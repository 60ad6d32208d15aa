"""Diagnoses of organs that only one sex has."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.listing import day_of_claim, label_of, list_evidence, replacement
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.registry import rule

_WORDS = {"F": "female", "M": "male"}
_OVERRIDE = "KX"


@rule(
    "DXC208",
    "diagnosis-of-other-sex",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.B.2"), icd10cm_tabular("code titles")),
)
def diagnosis_of_other_sex(context: Context) -> Iterator[Draft | NotChecked]:
    """Diagnosis of the other sex.

    What it finds: A diagnosis of an organ that only one sex has, or a breast cancer code of one sex, for a patient
        registered with the other.
    Why it matters: Payers edit on it and reject the claim.
    What the chart must show: Which is right: the organ, or the sex that was registered.
    Example: C50.411 (female breast) for a man; C50.421 is the male code. C50.A1 says no sex.
    Fix: For breast cancer the code of the registered sex (review); else ask (query). The registered sex is never
        changed here. Silent where a line carries KX, Medicare's sign that the difference is meant.
    Authority: ICD-10-CM code titles; Official Guidelines I.B.2.
    """
    facts = context.reference.diagnosis_facts
    found = [(code, sex) for code in dict.fromkeys(context.claim.diagnoses) if (sex := facts.sex_of(code))]
    if not found or any(_OVERRIDE in line.modifiers for line in context.claim.lines):
        return
    registered = (context.encounter.patient.sex or "").upper()[:1]
    if registered not in _WORDS:
        yield NotChecked("the patient's sex is not registered as female or male")
        return
    for code, sex in found:
        if sex != registered:
            yield _draft(context, code, sex, registered)


def _draft(context: Context, code: str, sex: str, registered: str) -> Draft:
    registration = f"the patient is registered as {_WORDS[registered]}"
    other = _breast_of(context, code, registered)
    return Draft(
        f"{code} is a code for {_WORDS[sex]} patients; {registration}",
        diagnoses=(code,),
        evidence=(list_evidence(context.claim), Evidence("patient.sex", registered)),
        direction="documentation",
        fixes=(
            *(replacement(context.claim, code, other) if other else ()),
            ask(
                context,
                "ask which is right",
                (code,),
                f"a diagnosis of a {_WORDS[sex]} organ, and {registration}",
                "Which of the two is right?",
                "the diagnosis",
                "the registration",
                "both (please describe)",
            ),
        ),
        subject=code,
    )


def _breast_of(context: Context, code: str, sex: str) -> str:
    """Give the breast cancer code of a sex, where it is in force and the title differs in the sex alone."""
    if not code.startswith("C50.") or context.once(day_of_claim) is None:
        return ""
    other = f"{code[:5]}{'1' if sex == 'F' else '2'}{code[6:]}"
    was, now = ("male", "female") if sex == "F" else ("female", "male")
    return other if label_of(context, other) == label_of(context, code).replace(f" {was} ", f" {now} ") else ""
