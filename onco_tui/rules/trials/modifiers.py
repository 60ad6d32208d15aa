"""Q0 and Q1: investigational items, and routine costs of a trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.authorities import claims_manual_32, ncd_trials
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.edit_series import EditSeries
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule
from onco_tui.rules.trials.marks import (
    INVESTIGATIONAL,
    Q_MODIFIERS,
    ROUTINE,
    Z006,
    TrialClaim,
    inpatient,
    trial_claim,
    weighed,
)

_MAX_MODIFIERS = 4
_UNLISTED = frozenset({"J3490", "J3590", "J8999", "J9999", "C9399", "A9999"})


@rule("TRL102", "trial-modifier", Severity.ERROR, authority=(ncd_trials(), claims_manual_32("69.6")))
def trial_modifier(context: Context) -> Iterator[Draft | NotChecked]:
    """Trial modifier.

    What it finds: On a claim of a trial: an item under investigation without Q0; Q0 on something the trial does not
        investigate; Q0 and Q1 on one line; a line that gives an item under investigation, or points at Z00.6, with
        neither; and either of them on an inpatient claim.
    Why it matters: Routine costs of a trial are covered as such, the investigated item only under the trial's own
        terms; a line with the wrong one, or with none, is denied or misstates what was done.
    What the chart must show: Which items the trial investigates.
    Example: J9999 under investigation with Q1; the administration of a sponsor's drug without Q1. Giving an
        investigational drug is itself a routine cost.
    Fix: Put the other modifier on the line (review: the trial's coverage analysis decides, line by line).
    Authority: Medicare NCD 310.1; Claims Processing Manual, chapter 32 section 69.6. A warning where the payer is not
        known to be Medicare, and on a line that still lacks its charge.
    """
    if not context.policy.medicare or (found := context.once(trial_claim)) is None or not found.enrolled:
        return
    for line in context.claim.lines:
        if wrong := _wrong(context, found, line):
            yield _draft(context, found, line, wrong)
    if found.items is None and (lines := _with(found, INVESTIGATIONAL)):
        yield NotChecked("what the trial investigates is not charted", lines=lines)
    if unclear := _shared_codes(context, found):
        yield NotChecked(
            "several lines bill one unlisted code; which of them is investigated is not told", lines=unclear
        )


def _with(found: TrialClaim, modifier: str) -> tuple[int, ...]:
    return tuple(line.line for line in found.marked if modifier in line.modifiers)


def _shared_codes(context: Context, found: TrialClaim) -> tuple[int, ...]:
    """Give the lines of an unlisted code under investigation that stands on several lines."""
    shared = _UNLISTED & (found.items or frozenset())
    lines = [line for line in context.claim.lines if line.code in shared] if shared else []
    return tuple(o.line for o in lines if sum(o.code == other.code for other in lines) > 1)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with a line's modifiers, in words, and the modifier it should carry instead; empty for none."""

    said: str
    instead: str


def _wrong(context: Context, found: TrialClaim, line: ClaimLine) -> _Wrong | None:
    carried = Q_MODIFIERS.intersection(line.modifiers)
    if inpatient(context):
        return _Wrong("carries Q0 or Q1, which an inpatient claim does not", "") if carried else None
    if line.line in _shared_codes(context, found):
        return None
    investigated = found.items is not None and line.code in found.items
    due = INVESTIGATIONAL if investigated else ROUTINE
    if len(carried) > 1:
        said = "carries both Q0 and Q1"
    elif investigated and INVESTIGATIONAL not in carried:
        said = f"bills {line.code}, which the trial investigates, and carries {'Q1' if carried else 'no Q0'}"
    elif INVESTIGATIONAL in carried and not investigated and found.items is not None:
        said = f"carries Q0; the trial does not investigate {line.code}"
    elif not carried and line in found.belonging:
        said = f"{_why(context, line)}, and carries neither Q0 nor Q1"
    else:
        return None
    return _Wrong(said, due)


def _why(context: Context, line: ClaimLine) -> str:
    listed = Z006 in context.claim.diagnoses
    pointed = listed and context.claim.diagnoses.index(Z006) + 1 in line.diagnosis_pointers
    return f"points at {Z006}" if pointed else "gives what the trial investigates"


def _draft(context: Context, found: TrialClaim, line: ClaimLine, wrong: _Wrong) -> Draft:
    others = tuple(m for m in line.modifiers if m not in Q_MODIFIERS)
    after = (*others, wrong.instead) if wrong.instead else others
    series = EditSeries(context.encounter)
    series.set(line.line, "modifiers", after)
    fix = Fix(f"line {line.line} modifiers {' '.join(after) or 'none'}", "review", series.edits)
    return Draft(
        f"line {line.line} {wrong.said}",
        lines=(line.line,),
        evidence=(
            *line_evidence(line, "code", "modifiers", "diagnosis_pointers"),
            Evidence("documentation.trial.investigational_items", " ".join(sorted(found.items or ()))),
        ),
        amount_at_risk=line.charge,
        fixes=(fix,) if len(after) <= _MAX_MODIFIERS else (),
        severity=weighed(context, Severity.ERROR, line),
    )
