"""The worklist: a window of rows onto however many encounters there are."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.widget import Widget

from onco_tui.present.spans import Role, Row, join, span
from onco_tui.present.worklist import asked_words, preview_head, worklist_heading
from onco_tui.tui import keys, memory
from onco_tui.tui.controllers.filtering import Filtering
from onco_tui.tui.controllers.lists import Lists
from onco_tui.tui.controllers.views import Views
from onco_tui.tui.places import Place
from onco_tui.tui.screens.base import BaseScreen, show_only_if
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.theme import Brush
from onco_tui.tui.widgets.pane import Body, Content, Pane
from onco_tui.tui.widgets.typing import Prompt, TaskPane

if TYPE_CHECKING:
    from onco_tui.review.desk import Desk
    from onco_tui.review.worklist import Listing, WorklistRow
    from onco_tui.tui.window import Window

_PREVIEW_AFTER = 0.15
_POLL_EVERY = 0.5
_NO_PREVIEW = Content("Preview", lambda _: Body(()), is_list=False)
_RULES = ("onco_tui.tui.screens.review", "onco_tui.review.sitting")


class WorklistScreen(BaseScreen):
    """The list of encounters with what is found in each, and a preview of the one under the cursor."""

    PLACE = Place.WORKLIST
    DEFAULT_CSS = "#list { height: 1fr; width: 100%; } #preview { height: 8; width: 100%; }"

    def __init__(self, brush: Brush) -> None:
        super().__init__(brush)
        self.lists, self.filtering = Lists(self), Filtering(self)
        self.controllers = (*self.controllers, self.lists, self.filtering, Views(self))
        self.desk: Desk | None = None
        self._shown: tuple[Window, Listing, Mapping[str, str]] | None = None
        self._shown_for = 0
        self.list = Pane(brush, 1, id="list", on_move=lambda _: self._moved())
        self.preview = TaskPane(brush, 2, id="preview")
        self._rest: Timer | None = None
        self._rules_loaded = False

    def help_places(self) -> tuple[Place, ...]:
        """Give what is asked here."""
        return (Place.SEARCH, Place.VIEWS, Place.TEXT, Place.WAITING, Place.CONFIRM, Place.COMMAND, Place.PAGE)

    def why_off(self, action: str) -> str:
        """Say why an action cannot be carried out now."""
        if self.desk is None and action in {key.id for key in keys.of(self.PLACE)} - {"leave"}:
            return "the list is being read"
        return "there is no encounter in the list" if action == "open" and self.current is None else ""

    def panes(self) -> Iterable[Widget]:
        """Give list and preview."""
        return (self.list, self.preview)

    def on_mount(self) -> None:
        """Paint the skeleton; the rows come after."""
        super().on_mount()
        self.head.show((span("onco-tui", Role.HEADING),))
        self.list.show(Content("Worklist", lambda _: Body([(span("reading the worklist ..."),)]), is_list=False))
        self.preview.show(_NO_PREVIEW)
        self.activate(self.list)

    def attach(self, desk: Desk) -> None:
        """Take the desk and show the list; others' changes show within half a second."""
        self.desk = desk
        self.lists.start(desk.last_encounter())
        for warning in desk.warnings[:1]:
            self.say(warning)
        self.set_interval(_POLL_EVERY, self.lists.poll)
        self.set_timer(_PREVIEW_AFTER, lambda: self.run_worker(self._load_rules()))

    async def _load_rules(self) -> None:
        """Load the rules while the coder reads the list; keys are answered meanwhile."""
        for module in _RULES:
            await asyncio.to_thread(import_module, module)
        memory.keep()
        self._rules_loaded = True
        self._moved()

    def place_panes(self) -> None:
        """Show the preview where there is room, and always for what is typed or chosen in it."""
        width, height = self.room
        used = self.filtering.typing is not None or self.hosting is self.preview
        show_only_if(self.list, shown=not self.page.display)
        show_only_if(self.preview, shown=used or (height >= 20 and width >= 60 and not self.page.display))
        self.preview.styles.height = self.preview_height
        if width != self._shown_for:
            self._show_rows(self.list.cursor)

    @property
    def preview_height(self) -> int:
        """How many lines the preview takes."""
        return 6 if self.room.height < 30 else 12

    @property
    def current(self) -> WorklistRow | None:
        """The row under the cursor."""
        window = self.lists.window
        if window is None or not len(window):
            return None
        rows = window[self.list.cursor : self.list.cursor + 1]
        return rows[0] if rows else None

    def show_list(self, window: Window, listing: Listing, words: Mapping[str, str], cursor: int) -> None:
        """Show a list under the words of what was asked for."""
        self._shown = (window, listing, words)
        self._show_rows(cursor)
        self._show_head()
        self._moved()

    def _show_rows(self, cursor: int) -> None:
        if self._shown is None or self.desk is None:
            return
        from onco_tui.tui.window import DrawnRows  # noqa: PLC0415  loads after the first paint

        window, listing, words = self._shown
        self._shown_for = self.room.width
        anything = bool(self.desk.tallies())
        clear = keys.cap_of(self.PLACE, "clear")
        empty = f"no encounter matches; {clear} drops search and filter" if anything else "no encounters imported yet"
        asked = asked_words(listing.sort, words, self.room.width, descending=listing.descending)

        def body(cells: int) -> Body:
            rows: Sequence[Row] = DrawnRows(window, cells) if len(window) else [(span(empty),)]
            return Body(rows, [*asked.folded, worklist_heading(cells)])

        self.list.show(Content("Worklist", body, asked.note, is_list=len(window) > 0), cursor=cursor)

    def _show_head(self) -> None:
        assert self.desk is not None  # noqa: S101  the head is shown once the desk is there
        counts = dict.fromkeys(("open", "held", "finalized"), 0)
        for tally in self.desk.tallies():
            counts[tally.status] += tally.encounters
        said = [span(f"{name} {count}") for name, count in counts.items() if count or name == "open"]
        from onco_tui.review.worklist import done_today  # noqa: PLC0415  see above

        if done := done_today(self.desk):
            said.append(span(f"done today {done}"))
        left = join((span("onco-tui", Role.HEADING), span(self.desk.database.path.name), span(self.desk.actor.name)))
        self.head.show(left, join(said))

    def _moved(self) -> None:
        """Preview the encounter once the cursor rests, so that moving stays light."""
        if self.filtering.typing is not None or self.hosting is self.preview:
            return
        if self._rest is not None:
            self._rest.stop()
        wanted = self.preview.display and self._rules_loaded
        self._rest = self.set_timer(_PREVIEW_AFTER, self._show_preview) if wanted else None

    def _show_preview(self) -> None:
        if self.filtering.typing is not None or self.hosting is self.preview:
            return
        entry = self.current
        if entry is None or self.desk is None or not self.preview.display:
            self.preview.show(_NO_PREVIEW)
            return
        from onco_tui.present.findings import standing_rows  # noqa: PLC0415  the rules load after the list is painted
        from onco_tui.review.errors import StoreError  # noqa: PLC0415

        try:
            sitting = self.desk.sit(entry.encounter_id)
            self.brush.veil.watch("preview", sitting.encounter)
            standings = sitting.open_findings
        except StoreError as error:
            words = str(error)
            self.preview.show(Content("Preview", lambda _: Body([(span(words, Role.WARNING),)]), is_list=False))
            return

        def body(cells: int) -> Body:
            rows = standing_rows(standings, cells) or [(span("no open findings"),)]
            return Body([preview_head(entry), *rows])

        self.preview.show(Content("Preview", body, is_list=False), top=0)

    def action_open(self) -> None:
        """Open the encounter under the cursor."""
        from onco_tui.review.errors import StoreError  # noqa: PLC0415  loads after the first paint

        if self.current is not None:
            try:
                self.onco.open_encounter(self.current.encounter_id, self.current.key)
            except StoreError as error:
                self.say(str(error))

    def task_changed(self, task: Task | None) -> None:
        """Draw the task again, and what it offers."""
        super().task_changed(task)
        self.filtering.show_offers()

    def release(self, message: str = "") -> None:
        """End the task; the preview is a preview again."""
        beside = self.filtering.typing is not None or self.hosting is self.preview
        self.filtering.typing = None
        super().release(message)
        if beside:
            self.place_panes()
            self._show_preview() if self._rules_loaded else self.preview.show(_NO_PREVIEW)

    def host(self, host: TaskPane | Prompt, task: Task) -> None:
        """Start a task; one in the preview has it shown."""
        super().host(host, task)
        self.place_panes()

    def action_leave(self) -> None:
        """Leave the program."""
        self.app.exit(0)
