"""The worklist: a window of rows onto however many encounters there are."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.widget import Widget

from onco_tui.present.spans import Role, Row, crop_row, join, span
from onco_tui.present.worklist import preview_head, query_words, worklist_heading
from onco_tui.tui import keys
from onco_tui.tui.controllers.views import Views
from onco_tui.tui.keys import Place
from onco_tui.tui.screens.base import BaseScreen, show_only_if
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.theme import Brush
from onco_tui.tui.widgets.pane import Body, Content, Pane
from onco_tui.tui.widgets.typing import Prompt, TaskPane

if TYPE_CHECKING:
    from onco_tui.review.acts import Status
    from onco_tui.review.desk import Desk
    from onco_tui.review.list_reading import ListReading, Read
    from onco_tui.review.worklist import Listed, Listing, Sort, WorklistQuery, WorklistRow
    from onco_tui.tui.tasks.filtering import FilterPrompt
    from onco_tui.tui.window import Window

_FILTERS: tuple[Status | None, ...] = ("open", "held", "finalized", None)
_PREVIEW_AFTER = 0.15
_POLL_EVERY = 0.5
_AT_ONCE = 0.3
_NO_PREVIEW = Content("Preview", lambda _: Body(()), is_list=False)
_RULES = ("onco_tui.tui.screens.review", "onco_tui.review.sitting")


class WorklistScreen(BaseScreen):
    """The list of encounters with what is found in each, and a preview of the one under the cursor."""

    PLACE = Place.WORKLIST
    CONTROLLERS = (Views,)
    DEFAULT_CSS = "#list { height: 1fr; width: 100%; } #preview { height: 8; width: 100%; }"

    def __init__(self, brush: Brush) -> None:
        super().__init__(brush)
        self.controllers = (*self.controllers, *(kind(self) for kind in self.CONTROLLERS))
        self.desk: Desk | None = None
        self._listing: Listing | None = None
        self._listed: Listed | None = None
        self._reading: ListReading | None = None
        self._typing: FilterPrompt | None = None
        self._seconds_to_read = 0.0
        self._next_poll = 0.0
        self.window: Window | None = None
        self.list = Pane(brush, 1, id="list", on_move=lambda _: self._moved())
        self.preview = TaskPane(brush, 2, id="preview")
        self._rest: Timer | None = None
        self._rules_loaded = False
        self._sorts: tuple[Sort, ...] = ()

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
        from onco_tui.review.worklist import SORTS, Listing  # noqa: PLC0415  loads after the first paint

        self.desk = desk
        self._sorts = SORTS
        self._listing = Listing()
        self.reload(desk.last_encounter())
        for warning in desk.warnings[:1]:
            self.say(warning)
        self.set_interval(_POLL_EVERY, self._poll)
        self.set_timer(_PREVIEW_AFTER, lambda: self.run_worker(self._load_rules()))

    async def _load_rules(self) -> None:
        """Load the rules while the coder reads the list; keys are answered meanwhile."""
        for module in _RULES:
            await asyncio.to_thread(import_module, module)
        gc.freeze()  # what is loaded stays; going through it again cost a key press 50 ms now and then
        self._rules_loaded = True
        self._moved()

    def _poll(self) -> None:
        """Follow what others write; a list that takes long to read is not read all the time."""
        idle = self.desk is not None and self.is_current and self.hosting is None and self._reading is None
        if idle and time.monotonic() >= self._next_poll and self.desk is not None and self.desk.changed_since():
            self.reload()
            self._next_poll = time.monotonic() + 20 * self._seconds_to_read

    def place_panes(self) -> None:
        """Show the preview where there is room, and always for what is typed or chosen in it."""
        width, height = self.room
        used = self._typing is not None or self.hosting is self.preview
        show_only_if(self.list, shown=not self.page.display)
        show_only_if(self.preview, shown=used or (height >= 20 and width >= 60 and not self.page.display))
        self.preview.styles.height = 6 if height < 30 else 12

    @property
    def query_now(self) -> WorklistQuery:
        """The query of the list that is shown."""
        if self._listed is None:
            raise RuntimeError("the list has no query before it has a desk")
        return self._listed.query

    @property
    def listing(self) -> Listing:
        """What the coder asked to see."""
        if self._listing is None:
            raise RuntimeError("nothing is asked for before there is a desk")
        return self._listing

    @property
    def current(self) -> WorklistRow | None:
        """The row under the cursor."""
        if self.window is None or not len(self.window):
            return None
        rows = self.window[self.list.cursor : self.list.cursor + 1]
        return rows[0] if rows else None

    def reload(self, encounter_id: str | None = None) -> None:
        """Read the list again, keeping the cursor on its encounter."""
        if self.desk is not None and self._listing is not None:
            self.list_encounters(self._listing, encounter_id)

    def list_encounters(self, listing: Listing, encounter_id: str | None = None) -> None:
        """Show a list. One that is long to read is read beside the screen. Raises FilterError."""
        from onco_tui.review.worklist import listed  # noqa: PLC0415  loads after the first paint

        assert self.desk is not None  # noqa: S101  a list is asked for once the desk is there
        wanted = listed(self.desk, listing)
        if encounter_id is None and self.current is not None:
            encounter_id = self.current.encounter_id
        if wanted.query.has_kept_count:
            self._show_list(listing, wanted, encounter_id, None)
            return
        from onco_tui.review.list_reading import ListReading  # noqa: PLC0415  same
        from onco_tui.tui.window import PAGE  # noqa: PLC0415  same

        self._reading = reading = ListReading(self.desk.database.path, wanted.query, encounter_id, PAGE)
        if reading.wait(_AT_ONCE):
            self._take_list(reading, listing, wanted)
        else:
            self._wait_for(reading, listing, wanted)

    def _wait_for(self, reading: ListReading, listing: Listing, wanted: Listed) -> None:
        from onco_tui.tui.tasks.filtering import Waiting  # noqa: PLC0415  same

        task = Waiting(reading, reading.stop)
        if self.hosting is None:
            self.ask(task)

        def look() -> None:
            if reading.wait(0):
                timer.stop()
                if self.message.hosted is task:
                    self.release()
                self._take_list(reading, listing, wanted)
            elif self.message.hosted is task:
                self.message.refresh_task()

        timer = self.set_interval(_AT_ONCE, look)

    def _take_list(self, reading: ListReading, listing: Listing, wanted: Listed) -> None:
        if self._reading is not reading:
            return
        self._reading = None
        self._seconds_to_read = reading.seconds
        if reading.outcome is not None:
            self._show_list(listing, wanted, None, reading.outcome)
        elif reading.stopped:
            self.say("stopped; the list is as it was")
        else:
            self.say(str(reading.error or "the list could not be read"))

    def _show_list(self, listing: Listing, wanted: Listed, encounter_id: str | None, read: Read | None) -> None:
        assert self.desk is not None  # noqa: S101  see above
        from onco_tui.tui.window import DrawnRows, Window  # noqa: PLC0415  loads after the first paint

        self._listing, self._listed = listing, wanted
        self.window = window = Window(self.desk, wanted.query, read)
        at = read.position if read else None
        if encounter_id:
            at = self.desk.worklist_position(wanted.query, encounter_id)
        cursor = self.list.cursor if at is None else at
        note = query_words(listing.sort, wanted.words, descending=listing.descending)
        anything = bool(self.desk.tallies())
        empty = "no encounter matches; esc drops search and filter" if anything else "no encounters imported yet"

        def body(cells: int) -> Body:
            rows: Sequence[Row] = DrawnRows(window, cells) if len(window) else [(span(empty),)]
            return Body(rows, [worklist_heading(cells)])

        note = crop_row(note, max(self.room.width - 36, 20))  # the place in the list stands behind it
        self.list.show(Content("Worklist", body, note, is_list=len(window) > 0), cursor=cursor)
        self._show_head()
        self._moved()

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
        if self._typing is not None or self.hosting is self.preview:
            return
        if self._rest is not None:
            self._rest.stop()
        wanted = self.preview.display and self._rules_loaded
        self._rest = self.set_timer(_PREVIEW_AFTER, self._show_preview) if wanted else None

    def _show_preview(self) -> None:
        if self._typing is not None or self.hosting is self.preview:
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

    def _change(self, **changes: object) -> None:
        if self._listing is not None:
            self.list_encounters(replace(self._listing, **changes))  # type: ignore[arg-type]

    def action_open(self) -> None:
        """Open the encounter under the cursor."""
        if self.current is not None:
            self.onco.open_encounter(self.current.encounter_id, self.current.key)

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._change(sort=self._sorts[(self._sorts.index(self.listing.sort) + 1) % len(self._sorts)])

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._change(descending=not self.listing.descending)

    def action_filter(self) -> None:
        """Show the next status, or all; the rest of the filter stays."""
        from onco_tui.review.filtering import with_status  # noqa: PLC0415  see above

        status = _FILTERS[(_FILTERS.index(self.query_now.status) + 1) % len(_FILTERS)]
        self._change(filter=with_status(self.listing.filter, status))

    def action_search(self) -> None:
        """Ask what to filter by and search for."""
        from onco_tui.review.filter_offers import offers_for  # noqa: PLC0415  see above
        from onco_tui.tui.tasks.filtering import FilterPrompt  # noqa: PLC0415  see above

        if self.desk is not None:
            desk = self.desk
            task = FilterPrompt(self.listing.filter, lambda text: offers_for(desk, text), self._filtered, self.release)
            self._typing = task
            self.place_panes()
            self.ask(task)
            self._show_offers()

    def _filtered(self, text: str) -> str:
        """Filter; give what is wrong with the text in words."""
        from onco_tui.review.filtering import FilterError  # noqa: PLC0415  see above
        from onco_tui.review.worklist import listed  # noqa: PLC0415  see above

        assert self.desk is not None  # noqa: S101  see above
        wanted = replace(self.listing, filter=text)
        try:
            listed(self.desk, wanted)
        except FilterError as error:
            return str(error)
        self.release()
        self.list_encounters(wanted)
        return ""

    def _show_offers(self) -> None:
        task = self._typing
        if task is not None:
            most = max((6 if self.room.height < 30 else 12) - 2, 1)
            title = "Filter: what may come next"
            self.preview.show(Content(title, lambda cells: Body(task.offer_rows(cells, most)), is_list=False), top=0)

    def task_changed(self, task: Task | None) -> None:
        """Draw the task again, and what it offers."""
        super().task_changed(task)
        self._show_offers()

    def release(self, message: str = "") -> None:
        """End the task; the preview is a preview again."""
        beside = self._typing is not None or self.hosting is self.preview
        self._typing = None
        super().release(message)
        if beside:
            self.place_panes()
            self._show_preview() if self._rules_loaded else self.preview.show(_NO_PREVIEW)

    def host(self, host: TaskPane | Prompt, task: Task) -> None:
        """Start a task; one in the preview has it shown."""
        super().host(host, task)
        self.place_panes()

    def action_reload(self) -> None:
        """Read the list again."""
        self.reload()
        self.say("read again")

    def action_clear(self) -> None:
        """Drop search and filter."""
        self._change(filter="")

    def action_leave(self) -> None:
        """Leave the program."""
        self.app.exit(0)
