"""What both screens have: head, body, message line, hints, help, and the line that says a terminal is too small."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.events import Key, Paste, Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from onco_tui.present.spans import Row
from onco_tui.tui import keys
from onco_tui.tui.arrange import SMALLEST, too_small
from onco_tui.tui.controllers.everywhere import Everywhere
from onco_tui.tui.help import help_content
from onco_tui.tui.places import Place
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.theme import Brush
from onco_tui.tui.widgets.bars import Bar, Hints
from onco_tui.tui.widgets.notice import Notice
from onco_tui.tui.widgets.pane import Content, Pane
from onco_tui.tui.widgets.typing import Prompt, TaskPane

if TYPE_CHECKING:
    from onco_tui.tui.app import OncoApp


_ALWAYS = {"leave", "back", "close", "interrupt"}
"""What acts even while the terminal is too small to show anything else."""
_WHEEL = 3
_OVER_TASKS = {"hide", "lock"}
"""What a key that cannot be typed does even during a task."""


def show_only_if(widget: Widget, *, shown: bool) -> None:
    """Show or hide a widget; setting what is so already would lay the screen out again."""
    if widget.display is not shown:
        widget.display = shown


class Body(Widget):
    """The part of the screen that holds the panes."""

    DEFAULT_CSS = "Body { height: 1fr; width: 100%; }"


class BaseScreen(Screen[None], inherit_bindings=False):
    """A screen of three bands. Subclasses give ``panes`` and the place their keys are listed under.

    An action of the key table is an ``action_<id>`` method of the screen or of one of its ``controllers``.
    """

    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    DEFAULT_CSS = "BaseScreen { layout: vertical; overflow: hidden hidden; }"
    PLACE: ClassVar[Place]

    def __init__(self, brush: Brush) -> None:
        super().__init__()
        self.brush = brush
        self.controllers: Sequence[object] = (Everywhere(self),)
        self.head = Bar(brush, id="head")
        self.body = Body()
        self.message = Prompt(brush, id="message")
        self.hints = Hints(brush, id="hints")
        self.page = Pane(brush, id="page")
        self.notice = Notice(brush, id="notice")
        self.last_said: str | Row = ""
        self._said: str | Row = ""
        self.active: Pane | None = None
        self.hosting: TaskPane | Prompt | None = None
        self._before_page: Pane | None = None
        self.room = Size(0, 0)
        self.page.display = self.notice.display = False

    @property
    def onco(self) -> OncoApp:
        """The app, with its own type."""
        return cast("OncoApp", self.app)

    def panes(self) -> Iterable[Widget]:
        """Give the panes of the body."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Mount everything once, in its place; later only what is shown changes."""
        self.fit(self.app.size)
        yield self.head
        with self.body:
            yield from self.panes()
            yield self.page
        yield self.message
        yield self.hints
        yield self.notice

    def on_mount(self) -> None:
        """Show the hints."""
        self.show_hints()

    def on_resize(self, event: Resize) -> None:
        """Follow the size of the terminal."""
        self.fit(event.size)

    def fit(self, size: Size) -> None:
        """Say so when the screen is locked or the terminal too small, else place the panes."""
        self.room = size
        words = self.onco.away.words if self.onco.away.closed else ""
        if not words and too_small(*size):
            words = f"terminal too small: {SMALLEST[0]}x{SMALLEST[1]} needed, is {size.width}x{size.height}"
        for band in (self.head, self.body, self.message, self.hints):
            show_only_if(band, shown=not words)
        show_only_if(self.notice, shown=bool(words))
        if words:
            self.notice.show(words)
        else:
            self.place_panes()

    def place_panes(self) -> None:
        """Put the panes where they belong for the size of the screen; a page hides them all."""

    def activate(self, pane: Pane) -> None:
        """Let the movement keys act on a pane."""
        if self.active is not None and self.active is not pane:
            self.active.activate(active=False)
        self.active = pane
        pane.activate(active=True)

    def on_key(self, event: Key) -> None:
        """Act on a key at once, on the screen that is current by now: keys typed ahead must not be lost."""
        event.stop()
        for key, character in keys.apart(event.key, event.character if event.is_printable else None):
            screen = self.app.screen
            if self.onco.awake(key) and isinstance(screen, BaseScreen):
                screen.take(key, character)

    def take(self, key: str, character: str | None) -> None:
        """Give a key to the task, if one is under way; else clear the message, which stood until now, and act."""
        here = Place.PAGE if self.page.display else self.PLACE
        action = keys.action_for((here, Place.LIST, Place.ANYWHERE), key, character)
        if self.hosting is not None and action != "interrupt" and (character or action not in _OVER_TASKS):
            task = self.hosting.hosted
            if task is not None:
                task.press(key, character)
            self.task_changed(task)
            return
        self.last_said, self._said = self._said, ""
        self.message.say("")
        if action is not None and (not self.notice.display or action in _ALWAYS):
            keys.run((self, *self.controllers), "action_", action)

    def on_pane_pointed(self, event: Pane.Pointed) -> None:
        """Follow the mouse; during a task, or while locked, it does nothing."""
        if self.hosting is not None or self.onco.away.closed:
            return
        self.onco.away.touch()
        if event.row is None:
            event.pane.move(event.steps * _WHEEL)
        else:
            self.point_at(event.pane)
            if event.pane.content.is_list:
                event.pane.move_to(event.row)

    def point_at(self, pane: Pane) -> None:
        """Let a pane that was clicked be the one the keys act on."""
        self.activate(pane)

    def on_paste(self, event: Paste) -> None:
        """Give pasted text to the task; without one a paste does nothing, so it never runs a verb."""
        event.stop()
        task = self.hosting.hosted if self.hosting and not self.onco.away.closed else None
        if task is not None:
            task.paste(event.text)
            self.task_changed(task)

    def task_changed(self, task: Task | None) -> None:
        """Draw the task again if it is still under way."""
        if self.hosting is not None and task is not None and self.hosting.hosted is task:
            self.hosting.refresh_task()
            self.show_hints(task.place)
            if task.page is not None:
                self.page.show(task.page, cursor=task.cursor)
            if self.hosting is not self.message:
                self.say(task.message)

    def say(self, message: str | Row) -> None:
        """Show a message on its own line."""
        self._said = message
        self.message.say(message)

    def show_hints(self, place: Place | None = None) -> None:
        """Show the keys that act now."""
        places = (place,) if place else (Place.PAGE if self.page.display else self.PLACE, Place.ANYWHERE)
        self.hints.show(keys.hints(*places, without=self.out_of_place()))

    def out_of_place(self) -> Collection[str]:
        """Name the actions that no hint should offer as things are."""
        return ()

    def host(self, host: TaskPane | Prompt, task: Task) -> None:
        """Start a task; from the next key on it gets them all."""
        self.say("")
        self.hosting = host
        host.host(task)
        self.show_hints(task.place)

    def release(self, message: str = "") -> None:
        """End the task and say what came of it."""
        if self.hosting is not None:
            self.hosting.host(None)
            self.hosting = None
        self.show_hints()
        self.say(message)

    def ask(self, task: Task) -> None:
        """Put a question or a field on the message line until it is answered."""
        self.host(self.message, task)

    def open_page(self, content: Content) -> None:
        """Show a page over the whole body."""
        if self.active is not self.page:
            self._before_page = self.active
        show_only_if(self.page, shown=True)
        self.place_panes()
        self.page.show(content, top=0)
        self.activate(self.page)
        self.show_hints()

    def close_page(self) -> bool:
        """Close the page; False when none is open."""
        if not self.page.display:
            return False
        show_only_if(self.page, shown=False)
        self.place_panes()
        self.show_hints()
        if self._before_page is not None:
            self.activate(self._before_page)
        return True

    def action_close(self) -> None:
        """Close the page."""
        self.close_page()

    def action_help(self) -> None:
        """Explain what is selected, where there is something to explain; else show the keys."""
        self.action_all_keys()

    def action_all_keys(self) -> None:
        """Show the keys that act here, or close them."""
        if self.page.display and self.page.content.title == "Help":
            self.close_page()
        else:
            self.open_page(help_content(self.PLACE, *self.help_places(), Place.LIST, Place.ANYWHERE))

    def help_places(self) -> tuple[Place, ...]:
        """Give the places that can be reached from this screen."""
        return ()

    def why_off(self, action: str) -> str:
        """Say why an action of the key table cannot be carried out now; empty when it can."""
        del action
        return ""

    def action_interrupt(self) -> None:
        """Leave at the second press."""
        self.onco.interrupt(self)

    def action_cursor_down(self) -> None:
        """Go one row down."""
        self._move(1)

    def action_cursor_up(self) -> None:
        """Go one row up."""
        self._move(-1)

    def _move(self, step: int) -> None:
        if self.active is not None:
            self.active.move(step)

    def action_page_down(self) -> None:
        """Go one page down."""
        if self.active is not None:
            self.active.turn(1)

    def action_page_up(self) -> None:
        """Go one page up."""
        if self.active is not None:
            self.active.turn(-1)

    def action_top(self) -> None:
        """Go to the first row."""
        if self.active is not None:
            self.active.move_to(0)

    def action_end(self) -> None:
        """Go to the last row."""
        if self.active is not None:
            self.active.move_to(len(self.active.body.rows) - 1)
