"""Applies fixes until nothing changes: in rounds, each fix prepared on the claim as it then stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from onco_tui.codesets.reference import Reference
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import apply
from onco_tui.rules.derived import Derived
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Finding, Fix, Grade, Report, Severity
from onco_tui.rules.registry import Rule

MAX_ROUNDS = 10
_GRADES: dict[Grade, tuple[Grade, ...]] = {"safe": ("safe",), "review": ("safe", "review"), "query": ()}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fix that was not applied, and why."""

    finding: Finding
    fix: Fix
    reason: str


@dataclass(frozen=True, slots=True)
class FixRun:
    """The outcome: the mended encounter, what was applied in order, and what was refused in the last round.

    ``stopped`` is empty when nothing was left to do, else it says in words why the run ended early.
    """

    encounter: Encounter
    applied: tuple[tuple[Finding, Fix], ...]
    rounds: int
    refused: tuple[Refusal, ...]
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class _Wanted:
    grade: Grade
    set_aside: frozenset[str]

    def fixes(self, report: Report) -> dict[str, tuple[Finding, Fix]]:
        """Give the fitting fix of each finding by the finding's id, in the report's own stable order."""
        return {
            finding.id: (finding, fix)
            for finding in report.findings
            if finding.id not in self.set_aside and (fix := self._only(finding))
        }

    def _only(self, finding: Finding) -> Fix | None:
        """Give the one fix there is of the best grade; between alternatives a person chooses."""
        for grade in _GRADES[self.grade]:
            fixes = [fix for fix in finding.fixes if fix.grade == grade and fix.edits]
            if fixes:
                return fixes[0] if len(fixes) == 1 else None
        return None


def apply_fixes(
    encounter: Encounter,
    reference: Reference,
    grade: Grade,
    *,
    rules: Iterable[Rule] | None = None,
    set_aside: frozenset[str] = frozenset(),
) -> FixRun:
    """Apply fixes of a grade and better until nothing changes, a claim comes back that was there, or ten rounds.

    ``review`` takes safe fixes too; a ``query`` has no edits, so that grade changes nothing. A finding that offers
    several fixes of a grade is left alone, as nobody is there to choose. A fix that would bring a new error is refused.
    Findings whose id is in ``set_aside`` (a coder dismissed them) are left alone.
    """
    chosen = None if rules is None else tuple(rules)
    recheck = partial(check, reference=reference, rules=chosen, derived=Derived(encounter, reference))
    wanted = _Wanted(grade, set_aside)
    state = _Round(encounter, recheck(encounter))
    applied: list[tuple[Finding, Fix]] = []
    seen = [encounter.claim]
    for number in range(1, MAX_ROUNDS + 1):
        state = _round(state, recheck, wanted)
        applied += state.done
        if not state.done:
            return FixRun(state.encounter, tuple(applied), number - 1, state.refused)
        if state.encounter.claim in seen:
            return FixRun(state.encounter, tuple(applied), number, state.refused, "fixes undo one another; stopped")
        seen.append(state.encounter.claim)
    stopped = f"still changing after {MAX_ROUNDS} rounds; stopped"
    return FixRun(state.encounter, tuple(applied), MAX_ROUNDS, state.refused, stopped)


def new_errors(before: Report, after: Report) -> tuple[Finding, ...]:
    """Give the error-level findings that were not there before.

    An error of a family on a line that had an error of that family before is what remains of the old one.
    """
    known = {(f.rule[:3], line) for f in before.findings if f.severity == Severity.ERROR for line in f.lines}
    ids = {finding.id for finding in before.findings}
    return tuple(
        finding
        for finding in after.findings
        if finding.severity == Severity.ERROR
        and finding.id not in ids
        and known.isdisjoint((finding.rule[:3], line) for line in finding.lines)
    )


@dataclass(frozen=True, slots=True)
class _Round:
    """Where a round ended, and what it did and did not do."""

    encounter: Encounter
    report: Report
    done: tuple[tuple[Finding, Fix], ...] = ()
    refused: tuple[Refusal, ...] = ()


def _round(start: _Round, recheck: Callable[[Encounter], Report], wanted: _Wanted) -> _Round:
    """Go once through the findings the round begins with.

    After each change the claim is checked again, and what is left of a finding is mended by its fix of that moment.
    """
    encounter, report = start.encounter, start.report
    done: list[tuple[Finding, Fix]] = []
    refused: list[Refusal] = []
    for identity in wanted.fixes(report):
        finding, fix = wanted.fixes(report).get(identity, (None, None))
        if finding is None or fix is None:
            continue
        changed = apply(encounter, fix.edits)
        after = recheck(changed)
        if errors := new_errors(report, after):
            names = ", ".join(sorted({f"{error.rule} {error.name}" for error in errors}))
            refused.append(Refusal(finding, fix, f"it would bring a new error: {names}"))
        elif changed != encounter:
            encounter, report = changed, after
            done.append((finding, fix))
    return _Round(encounter, report, tuple(done), tuple(refused))
