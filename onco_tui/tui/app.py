"""The review app and the way in: ``run``."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

from onco_tui.present.clean import clean
from onco_tui.tui import keys, memory
from onco_tui.tui.crash import crash_report
from onco_tui.tui.driver import wiping
from onco_tui.tui.idling import LOOK_EVERY, REST, Lock
from onco_tui.tui.screens.base import BaseScreen
from onco_tui.tui.screens.worklist import WorklistScreen
from onco_tui.tui.settings import Settings
from onco_tui.tui.surroundings import wants_ascii
from onco_tui.tui.theme import Brush
from onco_tui.tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from onco_tui.review.desk import Desk
    from onco_tui.review.worklist import Key
    from onco_tui.tui.screens.review import ReviewScreen

_NO_SCREEN = (
    "onco-tui: the review screen needs a terminal that can move its cursor. "
    "Without one use: onco-tui check, fix, export\n"
)
_AGAIN = "ctrl-c again leaves; everything accepted is saved"
_LAST_BREATH = 3.0


class OncoApp(App[int], inherit_bindings=False):
    """Holds the desk and moves between the worklist and a review."""

    TITLE = "onco-tui"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    AUTO_FOCUS = ""
    SUSPENDED_SCREEN_CLASS = ""

    def __init__(
        self,
        open_desk: Callable[[], Desk],
        encounter_id: str | None = None,
        settings: Settings | None = None,
        *,
        ascii: bool = False,
    ) -> None:
        super().__init__(ansi_color=True)
        self.settings = settings or Settings()
        keys.use(self.settings.keys)
        self.animation_level = "none"
        self.theme = "ansi-dark"
        self.brush = Brush(ascii=ascii or bool(self.settings.ascii), theme=self.settings.theme)
        self.brush.colourless = self.no_color
        self.brush.depth = 16 if self.console.color_system == "standard" else 256
        self.brush.veil.drawn = self.settings.hide
        self.away = Lock(self.settings.lock_after_minutes)
        self.worklist = WorklistScreen(self.brush)
        self.review: ReviewScreen | None = None
        self.crash = ""
        self.refusal = ""
        self._open_desk = open_desk
        self._wanted = encounter_id
        self._place: Key | None = None

    @property
    def desk(self) -> Desk:
        """The open desk."""
        desk = self.worklist.desk
        if desk is None:
            raise RuntimeError("the desk is opened after the first paint")
        return desk

    def get_default_screen(self) -> Screen[None]:
        """Start at the worklist."""
        return self.worklist

    def on_mount(self) -> None:
        """Paint first, read after."""
        if not self.is_headless:
            self._leave_on_signals()
        if self.settings.lock_after_minutes:
            self.set_interval(LOOK_EVERY, self._look_at_clock)
        memory.collect_at_rest()
        self.set_interval(REST, self._tidy)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        from onco_tui.review.errors import StoreError  # noqa: PLC0415  heavy; the first paint does not wait for it

        try:
            desk = self._open_desk()
            self.worklist.attach(desk)
            wanted = self._wanted or self._interrupted_review(desk)
            if wanted:
                self.open_encounter(wanted)
        except StoreError as error:
            self.refusal = clean(str(error))
            self.exit(2, return_code=2)

    def _interrupted_review(self, desk: Desk) -> str | None:
        """Give the encounter this coder did not leave by a key: the connection dropped, the machine stopped."""
        last = desk.last_encounter()
        return last if last and desk.sit(last).owner == desk.actor.name else None

    def open_encounter(self, encounter_id: str, place: Key | None = None) -> None:
        """Open an encounter for review and note that this coder has it open. Raises StoreError."""
        from onco_tui.tui.screens.review import ReviewScreen  # noqa: PLC0415  not needed for the first paint

        sitting = self.desk.sit(encounter_id)
        self._place = place
        if self.review is None:
            self.review = ReviewScreen(self.brush, sitting)
            self.install_screen(self.review, "review")  # kept when closed: opening the next one need not build it anew
            memory.keep()  # the tables too; the worklist did the code
        else:
            self._give_up(sitting.encounter_id)
            self.review.load(sitting)
        if not self._reviewing:
            self.push_screen("review")
        owner = self.desk.remember(encounter_id)
        if owner != self.desk.actor.name:
            self.review.say(f"{owner} has this encounter open too; the first to save wins, the other is told")
        elif notes := sitting.remarks.notes:
            self.review.say(f"note of {notes[-1].actor}: {notes[-1].reason}")

    def open_neighbour(self, encounter_id: str, side: int) -> bool:
        """Open the encounter before (0) or after (1) one in the worklist; False at its ends."""
        lists = self.worklist.lists
        neighbour = lists.window.neighbours(encounter_id, self._place)[side] if lists.window is not None else None
        if neighbour is None:
            return False
        self.open_encounter(neighbour, self.desk.worklist_key(lists.query, neighbour))
        return True

    def close_encounter(self) -> None:
        """Go back to the worklist, the cursor on the encounter that was open, or on what follows it there."""
        if self.review is not None and self._reviewing:
            self._give_up("")
            self.worklist.lists.again(self.review.sitting.encounter_id, self._place)
            self.pop_screen()

    @property
    def _reviewing(self) -> bool:
        return self.review is not None and self.review in self.screen_stack

    def _give_up(self, unless: str) -> None:
        if self.review is not None and self._reviewing and self.review.sitting.encounter_id != unless:
            self.desk.leave(self.review.sitting.encounter_id)

    def get_driver_class(self) -> type[Driver]:
        """Give the platform's driver, made to leave nothing on the terminal."""
        return wiping(super().get_driver_class())

    def repaint(self) -> None:
        """Paint everything again: the theme or the veil has changed."""
        for screen in (self.worklist, self.review):
            for sheet in screen.query(Sheet) if screen else ():
                sheet.refresh()

    def lock(self, *, away: bool = False) -> None:
        """Clear the screen until enter is pressed."""
        self.away.close(away=away)
        self._fit_screen()

    def awake(self, key: str) -> bool:
        """Note that the coder is there; tell whether a key may act. While locked enter opens, ctrl+c leaves."""
        if not self.away.closed:
            self.away.touch()
            return True
        if key == "ctrl+c":
            self.exit(0)
        elif key == "enter":
            self.away.open()
            self._fit_screen()
        return False

    def _tidy(self) -> None:
        if self.away.rested():
            memory.collect()

    def _look_at_clock(self) -> None:
        if self.away.due():
            self.lock(away=True)

    def _fit_screen(self) -> None:
        if isinstance(self.screen, BaseScreen):
            self.screen.fit(self.size)

    def interrupt(self, screen: BaseScreen) -> None:
        """Leave at the second ctrl+c in a row; everything accepted is saved already."""
        if screen.last_said == _AGAIN:
            self.exit(0)
        screen.say(_AGAIN)

    def _leave_on_signals(self) -> None:
        """End in good order when the terminal goes away or the machine stops; nothing is left to save."""
        assert self._loop is not None  # noqa: S101  the app runs
        for number in (signal.SIGHUP, signal.SIGTERM):
            self._loop.add_signal_handler(number, self._end_by_signal, number)
        self.set_interval(1, self._look_for_terminal)

    def _end_by_signal(self, number: int) -> None:
        last = threading.Timer(
            _LAST_BREATH, os._exit, (128 + number,)
        )  # a dead terminal can block what is written to it
        last.daemon = True
        last.start()
        self.exit(128 + number, return_code=128 + number)

    def _look_for_terminal(self) -> None:
        try:
            os.tcgetpgrp(sys.__stdin__.fileno())  # type: ignore[union-attr]  # run() made sure of a terminal
        except OSError:
            self._end_by_signal(signal.SIGHUP)

    def thread_broke(self, args: threading.ExceptHookArgs) -> None:
        """Leave when a thread of the driver breaks: its terminal is gone. Nothing is printed there."""
        del args
        os.kill(os.getpid(), signal.SIGHUP)

    def _handle_exception(self, error: Exception) -> None:
        """Note the kind and place of an error and stop; Textual would print the values of variables."""
        self._return_code = 1
        self.crash = self.crash or crash_report(error)
        if self._exception is None:  # the test pilot raises this one again
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        """Stop without the traceback Textual would render."""
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """Stop without printing what the framework hands over; it may hold values."""
        del renderables
        self._return_code = self._return_code or 1
        self.crash = self.crash or "onco-tui broke: the terminal driver stopped\n"
        self._close_messages_no_wait()


def run(
    desk_path: Path, encounter_id: str | None = None, settings: Settings | None = None, *, ascii: bool = False
) -> int:
    """Open a database on the screen, at an encounter if one is named; give the exit code.

    2 when there is no terminal or the database cannot be opened, 1 when the program broke, 128 + n after signal n.
    """
    if not _has_terminal():
        sys.stderr.write(_NO_SCREEN)
        return 2

    def open_desk() -> Desk:
        from onco_tui.review.desk import Desk  # noqa: PLC0415  heavy; the first paint does not wait for it

        return Desk.open(desk_path)

    settings = settings or Settings()
    poor = wants_ascii() if settings.ascii is None else settings.ascii
    app = OncoApp(open_desk, encounter_id, settings, ascii=ascii or poor)
    before = threading.excepthook
    threading.excepthook = app.thread_broke
    try:
        app.run(mouse=settings.mouse)
    finally:
        threading.excepthook = before
        if app.worklist.desk is not None:
            app.worklist.desk.close()
    if app.crash or app.refusal:
        sys.stderr.write(app.crash or f"onco-tui: {app.refusal}\n")
    return app.return_code or 0


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
