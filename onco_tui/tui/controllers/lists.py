"""The list of the worklist: asked for, read, read again. What takes long is read beside the screen."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

# The list must be on the screen before what else is needed here is loaded.
if TYPE_CHECKING:
    from onco_tui.review.list_reading import ListReading, ReadList
    from onco_tui.review.worklist import Key, Listed, Listing, WorklistQuery
    from onco_tui.tui.screens.worklist import WorklistScreen
    from onco_tui.tui.window import Window

_AT_ONCE = 0.3
_AGAIN_AT_ONCE = 0.1
_POLL_PAUSE = 20


class Lists:
    """Keeps what the coder asked to see, and the window onto it."""

    def __init__(self, screen: WorklistScreen) -> None:
        self.screen = screen
        self.window: Window | None = None
        self._listing: Listing | None = None
        self._listed: Listed | None = None
        self._reading: ListReading | None = None
        self._seconds_to_read = 0.0
        self._next_poll = 0.0

    @property
    def listing(self) -> Listing:
        """What the coder asked to see."""
        if self._listing is None:
            raise RuntimeError("nothing is asked for before there is a desk")
        return self._listing

    @property
    def query(self) -> WorklistQuery:
        """The query of the list that is shown."""
        if self._listed is None:
            raise RuntimeError("the list has no query before it has a desk")
        return self._listed.query

    def change(self, **changes: object) -> None:
        """Show the list with something changed in what was asked for."""
        if self._listing is not None:
            self.show(replace(self._listing, **changes))  # type: ignore[arg-type]

    def start(self, encounter_id: str | None) -> None:
        """Show what a coder sees first, the cursor on an encounter."""
        from onco_tui.review.worklist import Listing  # noqa: PLC0415  loads after the first paint

        self.show(Listing(), encounter_id)

    def again(self, encounter_id: str | None = None, key: Key | None = None) -> None:
        """Read the list again; see ``show``."""
        if self._listing is not None:
            self.show(self._listing, encounter_id, key)

    def show(self, listing: Listing, encounter_id: str | None = None, key: Key | None = None) -> None:
        """Show a list, the cursor on an encounter or, if that has left the list, where its key was. Raises FilterError.

        Without an encounter the cursor stays on the one it is on.
        """
        from onco_tui.review.worklist import listed  # noqa: PLC0415  loads after the first paint
        from onco_tui.tui.window import Window  # noqa: PLC0415  same

        assert self.screen.desk is not None  # noqa: S101  a list is asked for once the desk is there
        wanted = listed(self.screen.desk, listing)
        if encounter_id is None and (row := self.screen.current) is not None:
            encounter_id, key = row.encounter_id, row.key if listing == self._listing else None
        self._break_off()
        self.screen.desk.changed_since()  # what was written up to now will be read
        if wanted.query.has_kept_count:
            self._put(listing, wanted, Window(self.screen.desk, wanted.query), encounter_id, key)
        else:
            self._read(listing, wanted, encounter_id, key)

    def _break_off(self) -> None:
        if self._reading is not None:
            self._reading.stop()
            self._reading = None

    def _read(self, listing: Listing, wanted: Listed, encounter_id: str | None, key: Key | None) -> None:
        """Read beside the screen. A list that is there already goes on being shown, any other is waited for."""
        from onco_tui.review.list_reading import ListReading  # noqa: PLC0415  loads after the first paint
        from onco_tui.tui.tasks.filtering import Waiting  # noqa: PLC0415  same

        assert self.screen.desk is not None  # noqa: S101  see above
        known = self.window if listing == self._listing else None
        self._reading = reading = ListReading(self.screen.desk.database.path, wanted.query)
        if reading.wait(_AT_ONCE if known is None else _AGAIN_AT_ONCE):
            self._take(reading, listing, wanted, encounter_id, key)
            return
        task = Waiting(reading, reading.stop)
        if known is not None:
            known.read_again()
            self._put(listing, wanted, known, encounter_id, key)
        elif self.screen.hosting is None:
            self.screen.ask(task)

        def look() -> None:
            if reading.wait(0):
                timer.stop()
                if self.screen.message.hosted is task:
                    self.screen.release()
                row = self.screen.current if known is not None else None
                moved = row is not None and row.encounter_id != encounter_id
                at = (row.encounter_id, row.key) if row and moved else (encounter_id, key)
                self._take(reading, listing, wanted, *at)
            elif reading.stopped:
                reading.stop()  # it may have been between two statements
            elif self.screen.message.hosted is task:
                self.screen.message.refresh_task()

        timer = self.screen.set_interval(_AT_ONCE, look)

    def _take(
        self, reading: ListReading, listing: Listing, wanted: Listed, encounter_id: str | None, key: Key | None
    ) -> None:
        from onco_tui.tui.window import Window  # noqa: PLC0415  loads after the first paint

        if self._reading is not reading or self.screen.desk is None:
            return
        self._reading = None
        self._seconds_to_read = reading.seconds
        read: ReadList | None = reading.outcome
        if read is not None:
            self._put(listing, wanted, Window(self.screen.desk, wanted.query, read), encounter_id, key)
        elif reading.stopped:
            self.screen.say("stopped; the list is as it was")
        else:
            self.screen.say(str(reading.error or "the list could not be read"))

    def _put(self, listing: Listing, wanted: Listed, window: Window, encounter_id: str | None, key: Key | None) -> None:
        self._listing, self._listed, self.window = listing, wanted, window
        at = window.position(encounter_id) if encounter_id else None
        if at is None:
            at = min(window.rank(key), max(len(window) - 1, 0)) if key and len(window) else 0
        self.screen.show_list(window, listing, wanted.words, at)

    def poll(self) -> None:
        """Follow what others write; a list that takes long to read is not read all the time."""
        screen = self.screen
        idle = screen.app.screen is screen and screen.hosting is None and self._reading is None
        if idle and time.monotonic() >= self._next_poll and screen.desk is not None and screen.desk.changed_since():
            self.again()
            self._next_poll = time.monotonic() + _POLL_PAUSE * self._seconds_to_read

    def action_sort(self) -> None:
        """Sort by the next column."""
        from onco_tui.review.worklist import SORTS  # noqa: PLC0415  loads after the first paint

        self.change(sort=SORTS[(SORTS.index(self.listing.sort) + 1) % len(SORTS)])

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.change(descending=not self.listing.descending)

    def action_reload(self) -> None:
        """Read the list again."""
        self.again()
        self.screen.say("read again" if self._reading is None else "the list is being read again")
