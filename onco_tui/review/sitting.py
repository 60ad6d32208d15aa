"""One open encounter and everything a coder can do to it.

Each verb checks the claim again and writes claim, decision and audit row in one transaction; when it returns, nothing
can be lost. The undo history is read from the audit log, so it survives a crash or a new sitting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from onco_tui.derive.administration.timeline import Timeline, timeline_of
from onco_tui.derive.derivation import derive
from onco_tui.derive.regimen import Recognition, recognise
from onco_tui.derive.result import Derivation
from onco_tui.encounter.counting import counted
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import EDITS, Edit, StaleEdit, apply, undo_of
from onco_tui.review.acts import Act, act_again, newest_standing, newest_undone
from onco_tui.review.errors import NotPossible
from onco_tui.review.recording import audit_entry, record_act
from onco_tui.review.remarks import Remarks, remarks_in, verified_line
from onco_tui.review.standing import Standing, counts, stand, summarise
from onco_tui.rules.derived import Derived
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Finding, Fix, Report, Severity
from onco_tui.rules.fixing import FixRun, apply_fixes
from onco_tui.rules.registry import Rule
from onco_tui.store.audit import AuditRow, append, walk
from onco_tui.store.decisions import Decision, active
from onco_tui.store.encounters import Status, load, save_claim
from onco_tui.store.queries import ClinicianQuery, QueryStatus, asked

if TYPE_CHECKING:
    from onco_tui.review.desk import Desk

_STATUS: dict[str, Status] = {"open": "open", "held": "held", "finalized": "finalized"}


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do: findings it resolves and adds, and the claim total before and after."""

    encounter: Encounter
    report: Report
    resolves: tuple[Finding, ...]
    adds: tuple[Finding, ...]
    total_before: Decimal
    total_after: Decimal


class Sitting:
    """The encounter under review. Attributes always mirror what is in the database."""

    encounter: Encounter
    imported: Encounter
    report: Report
    standings: tuple[Standing, ...]
    decisions: tuple[Decision, ...]
    version: int
    status: Status
    remarks: Remarks

    def __init__(self, desk: Desk, encounter_id: str) -> None:
        self.desk = desk
        self.encounter_id = encounter_id
        self.reload()

    def reload(self) -> None:
        """Read the encounter again; use after another coder changed it."""
        stored = load(self.desk.database, self.encounter_id)
        self.encounter = stored.encounter
        self.imported = stored.imported
        self.version = stored.version
        self.status = stored.status
        self.owner = stored.owner
        self.decisions = stored.decisions
        self._derived = Derived(self.encounter, self.desk.reference)
        self.report = self._check(self.encounter)
        self._stand()

    @cached_property
    def derivation(self) -> Derivation:
        """What the chart supports; the chart never changes, so this is worked out once."""
        return derive(self.imported, self.desk.reference)

    @cached_property
    def timeline(self) -> Timeline:
        """The charted administrations on the clock, with what each earned."""
        return timeline_of(self.imported, self.desk.reference)

    @cached_property
    def recognised(self) -> tuple[Recognition, ...]:
        """The regimens that the drugs given may belong to, one answer a day of treatment."""
        return recognise(self.imported, self.desk.reference)

    @property
    def open_findings(self) -> tuple[Standing, ...]:
        """Findings that still want a decision, worst first."""
        return tuple(standing for standing in self.standings if standing.open)

    def standing(self, finding_id: str) -> Standing:
        """Find a finding by id. Raises NotPossible when it is gone."""
        for standing in self.standings:
            if standing.finding.id == finding_id:
                return standing
        raise NotPossible("this finding is gone; the claim has changed")

    def preview(self, edits: Sequence[Edit]) -> Preview:
        """Work out what edits would do, writing nothing. Raises StaleEdit or ValueError."""
        changed = apply(self.encounter, edits)
        report = self._check(changed)
        before = {finding.id for finding in self.report.findings}
        after = {finding.id for finding in report.findings}
        return Preview(
            encounter=changed,
            report=report,
            resolves=tuple(f for f in self.report.findings if f.id not in after),
            adds=tuple(f for f in report.findings if f.id not in before),
            total_before=self.encounter.claim.total,
            total_after=changed.claim.total,
        )

    def accept(self, finding_id: str, fix_id: str | None = None, *, question: str = "") -> Fix:
        """Apply a fix of a finding (the first one unless named) and record the decision. Raises NotPossible.

        A fix of grade query changes nothing on the claim: its question is recorded instead, in the coder's words if
        given.
        """
        finding = self.standing(finding_id).finding
        fix = _choose(finding, fix_id)
        if fix.grade == "query":
            self._decide(Act("query", finding, fix, reason=question.strip() or fix.question))
        else:
            self._change(Act("accept", finding, fix), fix.edits)
        return fix

    def safe_fixes(self) -> tuple[tuple[Finding, Fix], ...]:
        """List what ``accept_safe`` would do, for showing before it is done."""
        return self.plan_safe().applied

    def accept_safe(self, rules: Iterable[Rule] | None = None) -> FixRun:
        """Accept the safe fixes, one after another, each with its own audit row, until none is left.

        Findings that were dismissed stay as they are.
        """
        run = self.plan_safe(rules)
        for finding, fix in run.applied:
            self.accept(finding.id, fix.id)
        return run

    def plan_safe(self, rules: Iterable[Rule] | None = None) -> FixRun:
        """Work out what ``accept_safe`` would do, writing nothing."""
        self._require_open()
        dismissed = frozenset(standing.finding.id for standing in self.standings if not standing.open)
        return apply_fixes(self.encounter, self.desk.reference, "safe", rules=rules, set_aside=dismissed)

    def dismiss(self, finding_id: str, reason: str, note: str = "") -> None:
        """Set a finding aside with a reason. Raises NotPossible without one."""
        if not reason.strip() or (reason == "other" and not note.strip()):
            raise NotPossible("a dismissal needs a reason")
        self._decide(Act("dismiss", self.standing(finding_id).finding, reason=reason, note=note))

    def edit(self, edits: Sequence[Edit], reason: str = "") -> None:
        """Apply a coder's own edits. Raises NotPossible when nothing changes or a value is not valid."""
        self._change(Act("edit", reason=reason), edits)

    def undo(self) -> AuditRow:
        """Take back the newest act on this encounter that still stands, whoever did it. Raises NotPossible."""
        row = newest_standing(self.history())
        if row is None:
            raise NotPossible("nothing to undo")
        status = row.before.get("status")
        if status is None and self.status == "finalized":
            raise NotPossible("the claim is finalized; reopen it first")
        act = Act("undo", reason=f"undoes {row.seq}", undoes=row, status=_STATUS.get(str(status)))
        self._apply(act, undo_of(EDITS.validate_python(row.edits)))
        return row

    def redo(self) -> AuditRow:
        """Do again what was undone last, if nothing else was done since. Raises NotPossible."""
        found = newest_undone(self.history())
        if found is None:
            raise NotPossible("nothing to do again")
        undo, row = found
        finding = self.standing(row.finding_id).finding if row.finding_id else None
        act = act_again(row, undo, finding, verified_line(row.after))
        if row.edits and self.status == "finalized":
            raise NotPossible("the claim is finalized; reopen it first")
        self._apply(act, EDITS.validate_python(row.edits))
        return row

    def verify(self, line: int) -> None:
        """Mark a line as looked at and right as it stands; the mark lapses when the line changes."""
        if line in self.remarks.verified(self.encounter.claim):
            raise NotPossible(f"line {line} is verified already")
        self._decide(Act("verify", line=line))

    def note(self, text: str) -> None:
        """Leave a note for the next coder, also on a finalized claim. Raises NotPossible for an empty one."""
        if not text.strip():
            raise NotPossible("the note is empty")
        self._commit(Act("note", reason=text.strip()), self.encounter, ())

    @property
    def queries(self) -> tuple[ClinicianQuery, ...]:
        """The questions asked to clinicians on this encounter, oldest first."""
        with self.desk.database.snapshot() as connection:
            return asked(connection, self.encounter_id)

    def move_query(self, query_id: int, status: QueryStatus, answer: str = "") -> None:
        """Note that a question was sent, answered or withdrawn; the chart stays as it is. Raises NotPossible."""
        query = next((query for query in self.queries if query.query_id == query_id), None)
        if query is None or query.status in {"answered", "withdrawn"}:
            raise NotPossible("this question is closed")
        self._commit(Act("answer", reason=f"query {status}", note=answer, query=(query_id, status)), self.encounter, ())

    def finalize(self, *, despite_open_errors: bool = False) -> None:
        """Mark the claim as done. Raises NotPossible while errors are open, unless told to go on all the same."""
        errors = counts(self.standings)[Severity.ERROR]
        if errors and not despite_open_errors:
            raise NotPossible(f"{counted(errors, 'error')} still open")
        self._decide(Act("finalize", reason=f"with {errors} open errors" if errors else "", status="finalized"))

    def hold(self, reason: str) -> None:
        """Set the encounter aside to come back to it."""
        self._decide(Act("hold", reason=reason, status="held"))

    def reopen(self) -> None:
        """Open a finalized or held encounter again."""
        if self.status == "open":
            raise NotPossible("the claim is open already")
        self._commit(Act("reopen", status="open"), self.encounter, ())

    def history(self) -> tuple[AuditRow, ...]:
        """Give the encounter's audit rows, oldest first."""
        return tuple(walk(self.desk.database, self.encounter_id))

    def _check(self, encounter: Encounter) -> Report:
        return check(encounter, self.desk.reference, derived=self._derived)

    def _require_open(self) -> None:
        if self.status == "finalized":
            raise NotPossible("the claim is finalized; reopen it first")

    def _decide(self, act: Act) -> None:
        self._require_open()
        self._commit(act, self.encounter, ())

    def _change(self, act: Act, edits: Sequence[Edit]) -> None:
        self._require_open()
        if not edits:
            raise NotPossible("nothing was changed")
        self._apply(act, edits)

    def _apply(self, act: Act, edits: Sequence[Edit]) -> None:
        try:
            changed = apply(self.encounter, edits)
        except StaleEdit as stale:
            raise NotPossible(f"{stale}; look again") from None
        except ValueError as error:
            raise NotPossible(str(error)) from None
        if edits and changed == self.encounter:
            raise NotPossible("nothing was changed")
        self._commit(act, changed, edits)

    def _commit(self, act: Act, changed: Encounter, edits: Sequence[Edit]) -> None:
        """Write claim, decision and audit row in one transaction, then mirror what was written."""
        report = self._check(changed)
        status = act.status or self.status
        with self.desk.database.write() as connection:
            record_act(connection, self.encounter_id, act, self.desk.actor.name)
            summary = summarise(stand(report, active(connection, self.encounter_id)))
            version = save_claim(connection, changed, self.version, summary, status=status)
            append(connection, audit_entry(self, act, changed, edits))
            decisions = active(connection, self.encounter_id)
        self.encounter, self.report, self.decisions = changed, report, decisions
        self.status, self.version = status, version
        self._stand()

    def _stand(self) -> None:
        """Mirror what the decisions, questions and remarks in the database say of the findings."""
        waiting = {query.finding_id for query in self.queries if query.status in {"draft", "sent"}}
        self.standings = stand(self.report, self.decisions, waiting)
        self.remarks = remarks_in(self.history())


def _choose(finding: Finding, fix_id: str | None) -> Fix:
    for fix in finding.fixes:
        if fix_id is None or fix.id == fix_id:
            return fix
    raise NotPossible(
        "this finding has no such fix" if fix_id else "this finding has no fix; edit the claim or dismiss it"
    )
