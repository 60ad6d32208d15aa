"""The review of one encounter: claim lines, chart facts, findings and the fix, on one screen without dialogs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from textual.widget import Widget

from onco_tui.encounter.edits import Edit
from onco_tui.present.claim_lines import claim_head
from onco_tui.present.marks import SEVERITY
from onco_tui.present.spans import Span, join, row_width, span
from onco_tui.review.errors import StoreError
from onco_tui.review.reasons import dismissal_reasons
from onco_tui.rules.finding import Severity
from onco_tui.tui import contents, verbs
from onco_tui.tui.arrange import SLOTS, Slot, arrange
from onco_tui.tui.keys import Place
from onco_tui.tui.screens.base import BaseScreen, show_only_if
from onco_tui.tui.selection import Selection
from onco_tui.tui.tasks.choices import DismissalChoice, SafeFixes
from onco_tui.tui.tasks.diagnoses import DiagnosesEdit
from onco_tui.tui.tasks.line_edit import Editing, LineEdit
from onco_tui.tui.tasks.prompts import Question
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.theme import Brush
from onco_tui.tui.widgets.pane import Pane, tab_row
from onco_tui.tui.widgets.typing import TaskPane

if TYPE_CHECKING:
    from onco_tui.review.sitting import Sitting

_NAMES = ("Lines", "Facts", "Findings", "Detail")


class ReviewScreen(BaseScreen):
    """One encounter under review."""

    PLACE = Place.REVIEW
    DEFAULT_CSS = "ReviewScreen Body { layout: grid; } ReviewScreen #page { column-span: 2; }"

    def __init__(self, brush: Brush, sitting: Sitting) -> None:
        super().__init__(brush)
        self.selection = Selection(sitting)
        self.slots: dict[Slot, Pane] = {
            "lines": Pane(brush, 1, id="lines", on_move=self._line_moved),
            "facts": Pane(brush, 2, id="facts"),
            "findings": Pane(brush, 3, id="findings", on_move=self._finding_moved),
            "detail": Pane(brush, 4, id="detail"),
        }
        self.side = TaskPane(brush, 4, id="task")
        self.side.display = False
        self.focus_slot: Slot = "findings"
        self.zoomed = False
        self._seen: str | None = None

    @property
    def sitting(self) -> Sitting:
        """The encounter and its verbs."""
        return self.selection.sitting

    def panes(self) -> Iterable[Widget]:
        """Give the four panes, and the one that takes the place of the fourth while a task lasts."""
        return (*self.slots.values(), self.side)

    def help_places(self) -> tuple[Place, ...]:
        """Give the tasks of a review."""
        return (Place.LINE_EDIT, Place.DIAGNOSES, Place.REASON, Place.SAFE_FIXES, Place.CONFIRM)

    def on_mount(self) -> None:
        """Show the encounter."""
        super().on_mount()
        self.show_all()
        self.activate(self.slots[self.focus_slot])

    def load(self, sitting: Sitting) -> None:
        """Show another encounter."""
        self.selection = Selection(sitting)
        for pane in self.slots.values():
            pane.top = 0
        self.show_all()
        self.focus_on("findings")
        self.place_panes()

    def show_all(self) -> None:
        """Show head and panes as they stand."""
        selection = self.selection
        task = self.side.hosted
        preview = task.preview if isinstance(task, Editing) else None
        self._show_head()
        self.slots["lines"].show(contents.lines_content(selection, preview), cursor=selection.line)
        self.slots["findings"].show(contents.findings_content(selection, preview), cursor=selection.finding)
        self._show_followers()

    def _show_followers(self) -> None:
        """Show facts and detail; they start at the top when their subject changes."""
        selection = self.selection
        line, finding = selection.claim_line, selection.selected_finding
        subject = f"{line.line if line else ''}/{finding.id if finding else ''}"
        top = None if subject == self._seen else 0
        self._seen = subject
        self.slots["facts"].show(contents.facts_content(selection), top=top)
        self.slots["detail"].show(contents.detail_content(selection), top=top)
        if top == 0:
            self.slots["facts"].scroll_to_lit()

    def _show_head(self) -> None:
        sitting = self.sitting
        counted: list[Span] = []
        for severity in sorted(Severity, reverse=True):
            count = sum(standing.finding.severity is severity for standing in sitting.open_findings)
            mark, role = SEVERITY[severity]
            counted += [span(f"{mark}{count}", role)] if count else []
        right = join(counted or [span("no open findings")])
        room = max(self.room.width - row_width(right) - 4, 1)
        self.head.show(claim_head(sitting.encounter, sitting.status, room), right)

    def _line_moved(self, index: int) -> None:
        self.selection.choose_line(index)
        self._moved()

    def _finding_moved(self, index: int) -> None:
        self.selection.choose_finding(index)
        self._moved()

    def _moved(self) -> None:
        selection = self.selection
        self.slots["lines"].show(contents.lines_content(selection, None), cursor=selection.line)
        self.slots["findings"].show(contents.findings_content(selection, None), cursor=selection.finding)
        self._show_followers()

    def place_panes(self) -> None:
        """Put the panes where they belong for the size, the focus and the task."""
        if self.page.display:
            for pane in (*self.slots.values(), self.side):
                show_only_if(pane, shown=False)
            self.body.styles.grid_size_columns = 1
            self.body.styles.grid_rows = "1fr"
            return
        wanted: dict[Slot, int] = {
            slot: 1 + len(pane.body.head) + len(pane.body.rows) for slot, pane in self.slots.items()
        }
        focus: Slot = "detail" if self.side.hosted else self.focus_slot
        plan = arrange(*self.room, focus, wanted, zoomed=self.zoomed)
        fourth = self.side if self.side.hosted else self.slots["detail"]
        for slot, pane in self.slots.items():
            show_only_if(pane, shown=slot in plan.shown and (slot != "detail" or pane is fourth))
            pane.set_tabs(tab_row(_NAMES, SLOTS.index(slot)) if plan.alone else ())
        show_only_if(self.side, shown=fourth is self.side)
        self.body.styles.grid_size_columns = plan.columns
        self.body.styles.grid_rows = " ".join(str(height) if height else "1fr" for height in plan.heights)

    def focus_on(self, slot: Slot) -> None:
        """Give a pane the focus and, where panes fold, the room."""
        self.focus_slot = slot
        self.place_panes()
        self.activate(self.slots[slot])

    def action_pane(self, number: int) -> None:
        """Go to a pane by its number."""
        self.focus_on(SLOTS[number - 1])

    def action_next_pane(self) -> None:
        """Go to the next pane."""
        self.action_pane((SLOTS.index(self.focus_slot) + 1) % len(SLOTS) + 1)

    def action_previous_pane(self) -> None:
        """Go to the previous pane."""
        self.action_pane((SLOTS.index(self.focus_slot) - 1) % len(SLOTS) + 1)

    def action_zoom(self) -> None:
        """Give the pane the whole body, or take it back."""
        self.zoomed = not self.zoomed
        self.place_panes()

    def action_next_finding(self) -> None:
        """Go to the next open finding."""
        self._step(1)

    def action_previous_finding(self) -> None:
        """Go to the previous open finding."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if self.selection.step(by):
            self.show_all()
        else:
            self.say("no open findings; F finalizes, ] goes to the next chart")

    def action_next_chart(self) -> None:
        """Open the next encounter of the worklist."""
        self._chart(1, "this is the last chart of the list")

    def action_previous_chart(self) -> None:
        """Open the previous encounter of the worklist."""
        self._chart(0, "this is the first chart of the list")

    def _chart(self, side: int, otherwise: str) -> None:
        if not self.onco.open_neighbour(self.sitting.encounter_id, side):
            self.say(otherwise)

    def action_other_fix(self) -> None:
        """Show the next fix of the finding."""
        finding = self.selection.selected_finding
        if finding is None or len(finding.fixes) < 2:
            self.say("this finding has no other fix")
            return
        self.selection.fix = (self.selection.fix + 1) % len(finding.fixes)
        self._show_followers()

    def _do(self, verb: Callable[[], str]) -> None:
        """Carry out a verb, show what came of it, go on to the next open finding."""
        message, done = verbs.attempt(lambda: self.selection.after(verb))
        self._seen = None if done else self._seen
        self.show_all()
        self.place_panes()
        self.say(message)

    def action_accept(self) -> None:
        """Accept the fix that is shown; where it is not on the screen, show it first."""
        finding, fix = self.selection.selected_finding, self.selection.selected_fix
        if finding is None:
            self.say("no finding is selected; n goes to the next")
        elif self.selection.standing and not self.selection.standing.open:
            self.say("this finding is set aside; u takes the last act back")
        elif fix is None:
            self.say("this finding has no fix; e edits the line, x sets the finding aside")
        elif not self.slots["detail"].display:
            self.focus_on("detail")
            self.say("this is what would change; a accepts it")
        else:
            self._do(lambda: verbs.accept(self.sitting, finding, fix))

    def action_undo(self) -> None:
        """Take back the last act on this encounter."""
        self._do(lambda: verbs.undo(self.sitting))

    def action_hold(self) -> None:
        """Set the encounter aside, or take it up again."""
        self._do(lambda: verbs.hold_or_resume(self.sitting))

    def action_reopen(self) -> None:
        """Open a finalized claim again."""
        self._do(lambda: verbs.reopen(self.sitting))

    def action_finalize(self) -> None:
        """Mark the claim as done; asks once when errors are open."""
        errors = sum(s.finding.severity is Severity.ERROR for s in self.sitting.open_findings)
        if not errors or self.sitting.status == "finalized":
            self._do(lambda: verbs.finalize(self.sitting, despite_open_errors=False))
            return
        words = f"{errors} error{'' if errors == 1 else 's'} still open. Finalize all the same?"
        self.ask(Question(words, self._finalize_anyway, lambda: self.release("not finalized")))

    def _finalize_anyway(self) -> None:
        self.release()
        self._do(lambda: verbs.finalize(self.sitting, despite_open_errors=True))

    def action_reload(self) -> None:
        """Read the encounter again."""
        try:
            self.onco.open_encounter(self.sitting.encounter_id)
        except StoreError as error:
            self.say(str(error))
        else:
            self.say("read again")

    def _start(self, task: Task) -> None:
        self.host(self.side, task)
        self.place_panes()
        self.activate(self.side)

    def _end(self, message: str = "") -> None:
        self.release(message)
        self.focus_on(self.focus_slot)
        self.show_all()

    def _end_with(self, verb: Callable[[], str]) -> None:
        self._end()
        self._do(verb)

    def task_changed(self, task: Task | None) -> None:
        """Draw the task again; an edit shows in lines and findings as it would be."""
        super().task_changed(task)
        if isinstance(task, Editing) and self.side.hosted is task:
            self.show_all()

    def _may_edit(self) -> bool:
        if self.sitting.status == "finalized":
            self.say("the claim is finalized; R reopens it")
            return False
        return True

    def action_edit_line(self) -> None:
        """Edit the selected line."""
        line = self.selection.claim_line
        if line is None:
            self.say("select a line first: 1, then j or k")
        elif self._may_edit():
            self._start(LineEdit(line, self.sitting.preview, self._keep_edits, self._end))

    def action_edit_diagnoses(self) -> None:
        """Edit the diagnosis list."""
        if self._may_edit():
            self._start(DiagnosesEdit(self.sitting.encounter.claim, self.sitting.preview, self._keep_edits, self._end))

    def _keep_edits(self, edits: Sequence[Edit]) -> None:
        self._end_with(lambda: verbs.edit(self.sitting, edits))

    def action_set_aside(self) -> None:
        """Ask for the reason to set the finding aside."""
        standing = self.selection.standing
        if standing is None or not standing.open:
            self.say("no open finding is selected; n goes to the next")
        elif self._may_edit():
            finding = standing.finding

            def keep(reason: str, note: str) -> None:
                self._end_with(lambda: verbs.dismiss(self.sitting, finding, reason, note))

            self._start(DismissalChoice(finding, dismissal_reasons(), keep, self._end))

    def action_accept_all(self) -> None:
        """List the safe fixes and ask for y."""
        if not self._may_edit():
            return
        fixes = self.sitting.safe_fixes()
        if not fixes:
            self.say("no safe fixes; the others are accepted one by one with a")
            return
        self._start(SafeFixes(fixes, lambda: self._end_with(lambda: verbs.accept_safe(self.sitting)), self._end))

    def action_history(self) -> None:
        """Show who did what."""
        self.open_page(contents.history_content(self.selection))

    def action_back(self) -> None:
        """Take the zoom back, else close the encounter."""
        if self.zoomed:
            self.action_zoom()
        else:
            self.onco.close_encounter()
