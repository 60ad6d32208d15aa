"""The verbs of a review: accept, set aside, undo, hold, finalize."""

from __future__ import annotations

from onco_tui.present.findings import rule_words
from onco_tui.review.reasons import dismissal_reasons
from onco_tui.rules.finding import Finding, Fix, Severity
from onco_tui.tui import verbs
from onco_tui.tui.controllers.controller import Controller
from onco_tui.tui.keys import cap
from onco_tui.tui.tasks.choices import DismissalChoice, Reason, SafeFixes
from onco_tui.tui.tasks.prompts import Question
from onco_tui.tui.tasks.text import Draft, Line


class Deciding(Controller):
    """Decides about findings and about the claim."""

    def action_other_fix(self) -> None:
        """Show the next fix of the finding."""
        finding = self.selection.selected_finding
        if finding is None or len(finding.fixes) < 2:
            self.screen.say("this finding has no other fix")
            return
        self.selection.fix = (self.selection.fix + 1) % len(finding.fixes)
        self.screen.show_followers()

    def action_accept(self) -> None:
        """Accept the fix that is shown; where it is not on the screen, show it first."""
        finding, fix = self.selection.selected_finding, self.selection.selected_fix
        if finding is None:
            self.screen.say(f"no finding is selected; {cap('next_finding')} goes to the next")
        elif self.selection.standing and not self.selection.standing.open:
            self.screen.say(f"this finding is set aside; {cap('undo')} takes the last act back")
        elif fix is None:
            self.screen.say(
                f"this finding has no fix; {cap('edit_line')} edits the line, {cap('set_aside')} sets the finding aside"
            )
        elif not self.screen.slots["detail"].display:
            self.screen.focus_on("detail")
            self.screen.say(f"this is what would change; {cap('accept')} accepts it")
        elif fix.grade == "query":
            self._draft(finding, fix)
        else:
            self.screen.carry_out(lambda: verbs.accept(self.sitting, finding, fix))

    def _draft(self, finding: Finding, fix: Fix) -> None:
        """Let the coder put the question into their own words before it is recorded."""
        if self.may_edit():

            def keep(question: str) -> None:
                self.screen.end_with(lambda: verbs.accept(self.sitting, finding, fix, question))

            about = f"{finding.rule} {rule_words(finding.name)}"
            self.screen.start(Draft("Question to the clinician", about, fix.question, keep, self.screen.end))

    def action_undo(self) -> None:
        """Take back the last act on this encounter."""
        self.screen.carry_out(lambda: verbs.undo(self.sitting))

    def action_redo(self) -> None:
        """Do again what was taken back last."""
        self.screen.carry_out(lambda: verbs.redo(self.sitting))

    def action_hold(self) -> None:
        """Set the encounter aside with a reason, or take it up again."""
        if self.sitting.status == "held":
            self.screen.carry_out(lambda: verbs.resume(self.sitting))
        elif self.may_edit():

            def keep(reason: str) -> None:
                self.screen.release()
                self.screen.carry_out(lambda: verbs.hold(self.sitting, reason))

            self.screen.ask(Line("on hold because (optional)", keep, self.screen.release))

    def action_reopen(self) -> None:
        """Open a finalized claim again."""
        self.screen.carry_out(lambda: verbs.reopen(self.sitting))

    def action_finalize(self) -> None:
        """Mark the claim as done; asks once while something on it is unsettled."""
        unsettled = self._unsettled()
        if not unsettled or self.sitting.status == "finalized":
            self.screen.carry_out(lambda: verbs.finalize(self.sitting, despite_open_errors=False))
            return
        words = f"{', '.join(unsettled)}. Finalize all the same?"
        self.screen.ask(Question(words, self._finalize_anyway, lambda: self.screen.release("not finalized")))

    def _unsettled(self) -> list[str]:
        """Say what a coder should know before calling the claim done."""
        errors = sum(s.finding.severity is Severity.ERROR for s in self.sitting.open_findings)
        lines = self.sitting.encounter.claim.lines
        uncharged = sum(line.charge is None for line in lines) if any(line.charge is not None for line in lines) else 0
        waiting = sum(query.status in {"draft", "sent"} for query in self.sitting.queries)
        counted = ((errors, "error", "still open"), (uncharged, "line", "without a charge"),
                   (waiting, "question", "without an answer"))  # fmt: skip
        return [f"{count} {what}{'' if count == 1 else 's'} {state}" for count, what, state in counted if count]

    def _finalize_anyway(self) -> None:
        self.screen.release()
        self.screen.carry_out(lambda: verbs.finalize(self.sitting, despite_open_errors=True))

    def action_set_aside(self) -> None:
        """Ask for the reason to set the finding aside."""
        standing = self.selection.standing
        if standing is None or not standing.open:
            self.screen.say(f"no open finding is selected; {cap('next_finding')} goes to the next")
        elif self.may_edit():
            finding = standing.finding

            def keep(reason: str, note: str) -> None:
                self.screen.end_with(lambda: verbs.dismiss(self.sitting, finding, reason, note))

            reasons: tuple[Reason, ...] = (*dismissal_reasons(), *self.screen.onco.settings.reasons)
            self.screen.start(DismissalChoice(finding, reasons, keep, self.screen.end))

    def action_accept_all(self) -> None:
        """List the safe fixes and ask for y."""
        if not self.may_edit():
            return
        fixes = self.sitting.safe_fixes()
        if not fixes:
            self.screen.say(f"no safe fixes; the others are accepted one by one with {cap('accept')}")
            return
        self.screen.start(
            SafeFixes(fixes, lambda: self.screen.end_with(lambda: verbs.accept_safe(self.sitting)), self.screen.end)
        )
