"""The place of Z00.6 among the diagnoses of a trial claim."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.neoplasms import is_treatable_neoplasm
from onco_tui.encounter.edits import set_diagnoses
from onco_tui.rules.authorities import claims_manual_32, icd10cm_guidelines
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.listing import list_evidence
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule
from onco_tui.rules.trials.marks import Z006

_HEALTHY = "healthy_volunteer"


@rule(
    "TRL105",
    "trial-code-first",
    Severity.WARNING,
    authority=(claims_manual_32("69.6"), icd10cm_guidelines("I.C.21.c.16")),
)
def trial_code_first(context: Context) -> Iterator[Draft | NotChecked]:
    """Trial code first.

    What it finds: Z00.6 as the first diagnosis of a claim that lists a neoplasm; Z00.6 first alone is for healthy
        volunteers of a diagnostic trial.
    Why it matters: For a patient under treatment the trial is not the reason of the visit.
    What the chart must show: Whether the patient takes part as a patient or as a healthy volunteer.
    Example: Z00.6, C34.11 becomes C34.11, Z00.6. A warning only: contractors' edits accept either place.
    Fix: Move Z00.6 to the end, pointers following (safe where the chart does not speak of a healthy volunteer).
    Authority: Medicare Claims Processing Manual, chapter 32 section 69.6; professional and hospital claims alike.
    """
    listed, trial = context.claim.diagnoses, context.chart.trial
    if listed[:1] != (Z006,) or not any(map(is_treatable_neoplasm, listed)):
        return
    if trial is not None and trial.role == _HEALTHY:
        yield NotChecked("a neoplasm is listed for a healthy volunteer; which comes first is the coder's to say")
        return
    order = (*(code for code in listed if code != Z006), Z006)
    yield Draft(
        f"{Z006} stands first; for a patient treated in a trial it follows the neoplasm",
        diagnoses=(Z006,),
        evidence=(list_evidence(context.claim),),
        fixes=(Fix(f"move {Z006} to the end, pointers following", "safe", (set_diagnoses(context.claim, order),)),),
    )
