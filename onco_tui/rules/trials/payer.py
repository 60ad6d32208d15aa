"""Which payer routine costs of a trial go to, and to which visits the marks belong."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.authorities import claims_manual_32, ncd_trials
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.diagnosis.listing import list_evidence
from onco_tui.rules.edit_series import EditSeries
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule
from onco_tui.rules.trials.marks import Q_MODIFIERS, Z006, TrialClaim, inpatient, trial_claim

_WITH_THE_PLAN = frozenset({"device_exemption", "coverage_with_evidence"})
_ROUTINE_COSTS = "routine_costs"


@rule("TRL106", "trial-billed-to-plan", Severity.WARNING, authority=(claims_manual_32("69.9"), ncd_trials()))
def trial_billed_to_plan(context: Context) -> Iterator[Draft | NotChecked]:
    """Trial billed to the plan.

    What it finds: A claim of a trial that goes to a Medicare Advantage plan, unless the chart says that the trial is a
        device exemption study or one of coverage with evidence development.
    Why it matters: Routine costs of a member's qualifying trial (NCD 310.1) are paid by Original Medicare; the plan
        denies them.
    What the chart must show: What kind of study the trial is.
    Example: Q1 and Z00.6 for a drug trial, sent to the Medicare Advantage plan.
    Fix: None by the program: the claim is to be sent to Original Medicare under the patient's Medicare number.
    Authority: Medicare Claims Processing Manual, chapter 32 section 69.9; Medicare Managed Care Manual, chapter 4.
    """
    if not context.policy.medicare_advantage or (found := context.once(trial_claim)) is None:
        return
    kind = found.trial.kind if found.trial else None
    if kind in _WITH_THE_PLAN:
        return
    if kind not in {None, _ROUTINE_COSTS}:
        yield NotChecked("the kind of the trial is not one known here")
        return
    unless = "" if kind else ", unless it studies an exempt device or gathers evidence for coverage"
    yield Draft(
        f"a claim of a trial goes to a Medicare Advantage plan; Original Medicare pays routine costs{unless}",
        lines=tuple(line.line for line in found.marked or found.belonging),
        evidence=(
            Evidence("coverage.payer_id", context.encounter.coverage.payer_id),
            Evidence("claim.clinical_trial_nct", found.number),
            list_evidence(context.claim),
        ),
    )


@rule("TRL107", "trial-modifier-out-of-scope", Severity.WARNING, authority=(ncd_trials(), claims_manual_32("69.6")))
def trial_modifier_out_of_scope(context: Context) -> Iterator[Draft | NotChecked]:
    """Trial modifier out of scope.

    What it finds: Q0 or Q1 before the patient was enrolled; and on a line that points at none of the diagnoses the
        trial's other lines point at.
    Why it matters: The modifiers are for services of the trial alone; on others they claim coverage under the trial's
        terms, and count in its costs.
    What the chart must show: The day of enrollment, and what the trial is for.
    Example: Q1 on a visit for diabetes beside the trial's infusion; Q1 three days before enrollment.
    Fix: Take the modifier off the line (review: screening may be of the trial, and its calendar decides).
    Authority: Medicare NCD 310.1; Claims Processing Manual, chapter 32 section 69.6. Without a charted trial, whether a
        line is of one is not checked.
    """
    found = context.once(trial_claim)
    if found is None or not found.marked or inpatient(context):
        return
    if found.trial is None:
        yield NotChecked("no trial is charted", lines=tuple(line.line for line in found.marked))
    for line in found.marked:
        if why := _out_of_scope(context, found, line):
            yield _draft(context, found, line, why)


def _out_of_scope(context: Context, found: TrialClaim, line: ClaimLine) -> str:
    day, enrolled = context.day_of(line), found.trial.enrolled_on if found.trial else None
    if day is not None and enrolled is not None and day < enrolled:
        return f"on {day}; the patient was enrolled on {enrolled}"
    place = context.claim.diagnoses.index(Z006) + 1 if found.listed else 0
    mine = frozenset(context.claim.pointed(line))
    if not place or not mine or place in line.diagnosis_pointers:
        return ""
    others = [o for o in found.marked if o is not line and place in o.diagnosis_pointers]
    if others and mine.isdisjoint(code for other in others for code in context.claim.pointed(other)):
        return f"for {', '.join(sorted(mine))}, which no other line of the trial points at"
    return ""


def _draft(context: Context, found: TrialClaim, line: ClaimLine, why: str) -> Draft:
    series = EditSeries(context.encounter)
    after = tuple(m for m in line.modifiers if m not in Q_MODIFIERS)
    series.set(line.line, "modifiers", after)
    enrolled = str(found.trial.enrolled_on or "") if found.trial else ""
    return Draft(
        f"line {line.line} carries {' '.join(m for m in line.modifiers if m in Q_MODIFIERS)} {why}",
        lines=(line.line,),
        evidence=(
            *line_evidence(line, "code", "modifiers", "diagnosis_pointers", "date_of_service"),
            Evidence("documentation.trial.enrolled_on", enrolled),
        ),
        direction="over",
        fixes=(Fix(f"line {line.line} modifiers {' '.join(after) or 'none'}", "review", series.edits),),
    )
