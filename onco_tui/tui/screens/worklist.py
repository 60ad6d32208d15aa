"""The worklist: a window of rows onto however many encounters there are."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.widget import Widget

from onco_tui.present.spans import Role, Row, join, span
from onco_tui.present.worklist import preview_head, query_words, worklist_heading
from onco_tui.tui import keys
from onco_tui.tui.keys import Place
from onco_tui.tui.screens.base import BaseScreen, show_only_if
from onco_tui.tui.tasks.prompts import Search
from onco_tui.tui.theme import Brush
from onco_tui.tui.widgets.pane import Body, Content, Pane

if TYPE_CHECKING:
    from onco_tui.review.acts import Status
    from onco_tui.review.desk import Desk
    from onco_tui.review.worklist import Sort, WorklistQuery, WorklistRow
    from onco_tui.tui.window import Window

_FILTERS: tuple[Status | None, ...] = ("open", "held", "finalized", None)
_PREVIEW_AFTER = 0.15
_POLL_EVERY = 0.5
_RULES = ("onco_tui.tui.screens.review", "onco_tui.review.sitting")


class WorklistScreen(BaseScreen):
    """The list of encounters with what is found in each, and a preview of the one under the cursor."""

    PLACE = Place.WORKLIST
    DEFAULT_CSS = "#list { height: 1fr; width: 100%; } #preview { height: 8; width: 100%; }"

    def __init__(self, brush: Brush) -> None:
        super().__init__(brush)
        self.desk: Desk | None = None
        self._query: WorklistQuery | None = None
        self.window: Window | None = None
        self.list = Pane(brush, 1, id="list", on_move=lambda _: self._moved())
        self.preview = Pane(brush, 2, id="preview")
        self._rest: Timer | None = None
        self._rules_loaded = False
        self._sorts: tuple[Sort, ...] = ()

    def help_places(self) -> tuple[Place, ...]:
        """Give what is asked here."""
        return (Place.PAGE, Place.SEARCH, Place.COMMAND)

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
        self.preview.show(Content("Preview", lambda _: Body(()), is_list=False))
        self.activate(self.list)

    def attach(self, desk: Desk) -> None:
        """Take the desk and show the list; others' changes show within half a second."""
        from onco_tui.review.worklist import SORTS, WorklistQuery  # noqa: PLC0415  loads after the first paint

        self.desk = desk
        self._sorts = SORTS
        self._query = WorklistQuery(status="open")
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
        if self.desk is not None and self.is_current and self.desk.changed_since():
            self.reload()

    def place_panes(self) -> None:
        """Show the preview where there is room."""
        width, height = self.room
        show_only_if(self.list, shown=not self.page.display)
        show_only_if(self.preview, shown=height >= 20 and width >= 60 and not self.page.display)
        self.preview.styles.height = 6 if height < 30 else 12

    @property
    def query_now(self) -> WorklistQuery:
        """The query of the list."""
        if self._query is None:
            raise RuntimeError("the list has no query before it has a desk")
        return self._query

    @property
    def current(self) -> WorklistRow | None:
        """The row under the cursor."""
        if self.window is None or not len(self.window):
            return None
        rows = self.window[self.list.cursor : self.list.cursor + 1]
        return rows[0] if rows else None

    def reload(self, encounter_id: str | None = None) -> None:
        """Read the list again, keeping the cursor on its encounter."""
        if self.desk is None:
            return
        if encounter_id is None and self.current is not None:
            encounter_id = self.current.encounter_id
        from onco_tui.tui.window import DrawnRows, Window  # noqa: PLC0415  loads after the first paint

        self.window = window = Window(self.desk, self.query_now)
        at = self.desk.worklist_position(self.query_now, encounter_id) if encounter_id else None
        cursor = self.list.cursor if at is None else at
        query = self.query_now
        filters = {"status": query.status or "", "payer": query.payer_id or "", "rule": query.rule or ""}
        note = query_words(query.sort, filters | {"search": query.search}, descending=query.descending)
        anything = bool(self.desk.tallies())
        empty = "no encounter matches; esc drops search and filter" if anything else "no encounters imported yet"

        def body(cells: int) -> Body:
            rows: Sequence[Row] = DrawnRows(window, cells) if len(window) else [(span(empty),)]
            return Body(rows, [worklist_heading(cells)])

        self.list.show(Content("Worklist", body, note, is_list=len(window) > 0), cursor=cursor)
        self._show_head()
        self._moved()

    def _show_head(self) -> None:
        assert self.desk is not None  # noqa: S101  the head is shown once the desk is there
        counts = dict.fromkeys(("open", "held", "finalized"), 0)
        for tally in self.desk.tallies():
            counts[tally.status] += tally.encounters
        said = [span(f"{name} {count}") for name, count in counts.items() if count or name == "open"]
        left = join((span("onco-tui", Role.HEADING), span(self.desk.database.path.name), span(self.desk.actor.name)))
        self.head.show(left, join(said))

    def _moved(self) -> None:
        """Preview the encounter once the cursor rests, so that moving stays light."""
        if self._rest is not None:
            self._rest.stop()
        wanted = self.preview.display and self._rules_loaded
        self._rest = self.set_timer(_PREVIEW_AFTER, self._show_preview) if wanted else None

    def _show_preview(self) -> None:
        entry = self.current
        if entry is None or self.desk is None or not self.preview.display:
            self.preview.show(Content("Preview", lambda _: Body(()), is_list=False))
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
        if self._query is not None:
            self._query = replace(self._query, **changes)  # type: ignore[arg-type]
            self.reload()

    def action_open(self) -> None:
        """Open the encounter under the cursor."""
        if self.current is not None:
            self.onco.open_encounter(self.current.encounter_id, self.current.key)

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._change(sort=self._sorts[(self._sorts.index(self.query_now.sort) + 1) % len(self._sorts)])

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._change(descending=not self.query_now.descending)

    def action_filter(self) -> None:
        """Show the next status, or all."""
        self._change(status=_FILTERS[(_FILTERS.index(self.query_now.status) + 1) % len(_FILTERS)])

    def action_search(self) -> None:
        """Ask what to search for."""
        self.ask(Search(self.query_now.search, self._searched, self.release))

    def _searched(self, text: str) -> None:
        self.release()
        self._change(search=text)

    def action_reload(self) -> None:
        """Read the list again."""
        self.reload()
        self.say("read again")

    def action_clear(self) -> None:
        """Drop search and filter."""
        self._change(search="", status=None, payer_id=None, rule=None)

    def action_leave(self) -> None:
        """Leave the program."""
        self.app.exit(0)
