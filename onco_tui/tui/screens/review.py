"""The review of one encounter: claim lines, chart facts, findings and the fix, on one screen without dialogs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from onco_tui.present.claim_lines import claim_head
from onco_tui.present.marks import SEVERITY
from onco_tui.present.spans import Span, join, row_width, span
from onco_tui.rules.finding import Severity
from onco_tui.tui import contents, verbs
from onco_tui.tui.arrange import NUMBERED, SLOTS, WIDE, Folding, Slot, arrange
from onco_tui.tui.availability import CHANGES, why_off
from onco_tui.tui.controllers.deciding import Deciding
from onco_tui.tui.controllers.editing import Editing
from onco_tui.tui.controllers.moving import Moving
from onco_tui.tui.controllers.reading import Reading
from onco_tui.tui.controllers.remarking import Remarking
from onco_tui.tui.places import Place
from onco_tui.tui.screens.base import BaseScreen, show_only_if
from onco_tui.tui.selection import Selection
from onco_tui.tui.tasks.line_edit import EditTask, Preview
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.theme import Brush
from onco_tui.tui.widgets.pane import Pane, Tabs
from onco_tui.tui.widgets.typing import TaskPane

if TYPE_CHECKING:
    from onco_tui.review.sitting import Sitting

_FOLDED: tuple[Slot, ...] = ("picture", "notes")
_NAMES = ("Lines", "Facts", "Findings", "Detail", "Timeline", "Notes")


class ReviewScreen(BaseScreen):
    """One encounter under review."""

    PLACE = Place.REVIEW
    CONTROLLERS = (Moving, Deciding, Editing, Remarking, Reading)
    DEFAULT_CSS = "ReviewScreen Body { layout: grid; }"

    def __init__(self, brush: Brush, sitting: Sitting) -> None:
        super().__init__(brush)
        self.selection = Selection(sitting)
        brush.veil.watch("review", sitting.encounter)
        self.slots: dict[Slot, Pane] = {
            "lines": Pane(brush, 1, id="lines", on_move=self._line_moved),
            "facts": Pane(brush, 2, id="facts", on_move=self._fact_moved),
            "picture": Pane(brush, 5, id="picture", on_move=self._bar_moved),
            "findings": Pane(brush, 3, id="findings", on_move=self._finding_moved),
            "detail": Pane(brush, 4, id="detail"),
            "notes": Pane(brush, 6, id="notes"),
        }
        self.side = TaskPane(brush, 4, id="task")
        self.side.display = False
        self.controllers = (*self.controllers, *(kind(self) for kind in self.CONTROLLERS))
        self.focus_slot: Slot = "findings"
        self.folding = Folding()
        self.zoomed = False
        self._seen: str | None = None
        self._facts_of: object = None

    @property
    def sitting(self) -> Sitting:
        """The encounter and its verbs."""
        return self.selection.sitting

    def panes(self) -> Iterable[Widget]:
        """Give the panes, and the one that takes the place of the detail while a task lasts."""
        return (*(self.slots[slot] for slot in SLOTS[:-1]), self.side, self.slots["notes"])

    def help_places(self) -> tuple[Place, ...]:
        """Give the tasks of a review."""
        return (
            Place.LINE_EDIT, Place.DIAGNOSES, Place.DIAGNOSIS_CODE, Place.REASON, Place.NOTE,
            Place.SAFE_FIXES, Place.DRAFT, Place.WORDING, Place.QUERIES, Place.ANSWER, Place.TEXT,
            Place.CONFIRM,
            Place.COMMAND, Place.PAGE,
        )  # fmt: skip

    def why_off(self, action: str) -> str:
        """Say why an action cannot be carried out now."""
        return why_off(self.selection, action)

    def out_of_place(self) -> Collection[str]:
        """Offer no change of a claim that is done, and no way to open one that is not."""
        return CHANGES if self.sitting.status == "finalized" else {"reopen"}

    def on_mount(self) -> None:
        """Show the encounter."""
        super().on_mount()
        self.show_all()
        self.activate(self.slots[self.focus_slot])

    def load(self, sitting: Sitting) -> None:
        """Show another encounter."""
        self.selection = Selection(sitting)
        self.brush.veil.watch("review", sitting.encounter)
        for pane in self.slots.values():
            pane.top = 0
        self.show_all()
        self.show_hints()
        self.focus_on("findings")
        self.place_panes()

    def show_all(self) -> None:
        """Show head and panes as they stand."""
        self._show_head()
        self._show_claim()
        self.show_followers()

    def _show_claim(self) -> None:
        """Show lines and findings; while an edit is under way, as they would be."""
        selection, preview = self.selection, self._preview
        self.slots["lines"].show(contents.lines_content(selection, preview), cursor=selection.line)
        self.slots["findings"].show(contents.findings_content(selection, preview), cursor=selection.finding)

    def _show_facts(self, top: int | None) -> None:
        """Show what the chart has for the selected line; while an edit is under way, for the line as it would be."""
        choosing = self.focus_slot == "facts" and self.side.hosted is None
        self._facts_of = contents.state_for_facts(self.selection, self._preview)
        self.slots["facts"].show(contents.facts_content(self.selection, self._facts_of, choosing=choosing), top=top)

    @property
    def _preview(self) -> Preview | None:
        task = self.side.hosted
        return task.preview if isinstance(task, EditTask) else None

    def show_followers(self) -> None:
        """Show facts and detail; they start at the top when their subject changes."""
        selection = self.selection
        line, finding = selection.claim_line, selection.selected_finding
        subject = f"{line.line if line else ''}/{finding.id if finding else ''}"
        top = None if subject == self._seen else 0
        self._seen = subject
        self._show_facts(top)
        self.slots["detail"].show(contents.detail_content(selection), top=top)
        if top == 0:
            self.slots["facts"].scroll_to_lit()
        self._show_unfolded(top)

    def _show_unfolded(self, top: int | None) -> None:
        for slot in _FOLDED:
            if self.slots[slot].display:
                self._show_folding(slot, top)

    def _show_folding(self, slot: Slot, top: int | None) -> None:
        """Show timeline or notes; folded away they are not kept up to date."""
        selection, pane = self.selection, self.slots[slot]
        if slot == "notes":
            pane.show(contents.notes_content(selection), top=top)
            if top == 0:
                pane.scroll_to_lit()
            return
        if self.active is not pane:
            selection.bar = contents.bar_on_line(selection)
        pane.show(contents.picture_content(selection), cursor=selection.bar)

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

    def _bar_moved(self, index: int) -> None:
        row = contents.picture_rows(self.selection)[index]
        self.selection.choose_record(row.about, [code.partition(" ")[0] for code in row.earned], index)
        self._moved()

    def _fact_moved(self, index: int) -> None:
        self.selection.places = contents.places_at(self.selection, index, self.slots["facts"].cells)
        self._show_claim()
        self._show_unfolded(None)

    def _moved(self) -> None:
        self._show_claim()
        self.show_followers()

    def place_panes(self) -> None:
        """Put the panes where they belong for the size, the focus and the task."""
        if self.page.display:
            for pane in (*self.slots.values(), self.side):
                show_only_if(pane, shown=False)
            self.body.styles.grid_size_columns = 1
            self.body.styles.grid_rows = "1fr"
            return
        focus: Slot = "detail" if self.side.hosted else self.focus_slot
        four = self.folding.showing(focus).four
        for slot in _FOLDED:
            if not self.slots[slot].display and (slot in four or self.room.width >= WIDE):
                self._show_folding(slot, 0)
        wanted = {slot: self.slots[slot].wanted_height(self.room.width) for slot in four}
        plan = arrange(*self.room, focus, wanted, self.folding, zoomed=self.zoomed)
        fourth = self.side if self.side.hosted else self.slots["detail"]
        for slot, pane in self.slots.items():
            show_only_if(pane, shown=slot in plan.shown and (slot != "detail" or pane is fourth))
            pane.set_tabs(Tabs(_NAMES, NUMBERED.index(slot)) if plan.alone else None)
        show_only_if(self.side, shown=fourth is self.side)
        self.body.styles.grid_size_columns = plan.columns
        self.body.styles.grid_rows = " ".join(str(height) if height else "1fr" for height in plan.heights)

    def focus_on(self, slot: Slot) -> None:
        """Give a pane the focus and, where panes fold, the room."""
        before, self.focus_slot = self.focus_slot, slot
        self.folding = self.folding.showing(slot)
        if before != slot and "facts" in {before, slot}:
            self._turn_to_facts(chosen_from=slot == "facts")
        self.place_panes()
        self.activate(self.slots[slot])

    def _turn_to_facts(self, *, chosen_from: bool) -> None:
        """Let the fields of the chart be chosen from, or be a text again."""
        self._show_facts(None)
        if chosen_from:
            self.slots["facts"].scroll_to_lit()
        elif self.selection.places:
            self.selection.places = frozenset()
            self._show_claim()
            self._show_unfolded(None)

    def point_at(self, pane: Pane) -> None:
        """Give a pane that was clicked the focus."""
        slot = next((name for name, each in self.slots.items() if each is pane), None)
        if slot is None:
            super().point_at(pane)
        else:
            self.focus_on(slot)

    def carry_out(self, verb: Callable[[], str]) -> None:
        """Carry out a verb, show what came of it, go on to the next open finding."""
        message, done = verbs.attempt(lambda: self.selection.after(verb))
        self._seen = None if done else self._seen
        self.show_all()
        self.show_hints()
        self.place_panes()
        self.say(message)

    def start(self, task: Task) -> None:
        """Let a task take the place of the detail until it ends."""
        self.host(self.side, task)
        self.place_panes()
        self.activate(self.side)

    def end(self, message: str = "") -> None:
        """End the task and show the claim as it is."""
        self.release(message)
        self.focus_on(self.focus_slot)
        self.show_all()

    def end_with(self, verb: Callable[[], str]) -> None:
        """End the task and carry out what it was for."""
        self.end()
        self.carry_out(verb)

    def task_changed(self, task: Task | None) -> None:
        """Draw the task again; an edit shows in lines, findings and what supports the line as it would be."""
        super().task_changed(task)
        if isinstance(task, EditTask) and self.side.hosted is task:
            self._show_claim()
            if contents.state_for_facts(self.selection, self._preview) is not self._facts_of:
                self._show_facts(None)

    def action_help(self) -> None:
        """Explain the rule of the finding under the cursor; where none is, or at the second press, show the keys."""
        finding = self.selection.selected_finding
        here = self.active in {self.slots["findings"], self.slots["detail"]}
        if finding is not None and here and not self.page.display:
            self.open_page(contents.rule_content(self.sitting, finding.rule, self.onco.settings.reasons))
        else:
            self.action_all_keys()
