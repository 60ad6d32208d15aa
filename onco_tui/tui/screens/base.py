"""What both screens have: head, body, message line, hints, help, and the line that says a terminal is too small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.events import Key, Resize
from textual.screen import Screen
from textual.widget import Widget

from onco_tui.present.spans import Role, Row, Span, span, wrap
from onco_tui.tui import keys
from onco_tui.tui.arrange import SMALLEST, too_small
from onco_tui.tui.contents import help_content
from onco_tui.tui.keys import Place
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.theme import Brush
from onco_tui.tui.widgets.bars import Bar, Hints
from onco_tui.tui.widgets.pane import Content, Pane
from onco_tui.tui.widgets.sheet import Line, Sheet
from onco_tui.tui.widgets.typing import Prompt

if TYPE_CHECKING:
    from onco_tui.tui.app import OncoApp


class Notice(Sheet):
    """A few words over the whole screen."""

    DEFAULT_CSS = "Notice { height: 1fr; width: 100%; }"
    words = ""

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """Give the words, wrapped."""
        del height
        return [((Span(line),), Role.PLAIN) for line in wrap(span(self.words).text, width)]


class Body(Widget):
    """The part of the screen that holds the panes."""

    DEFAULT_CSS = "Body { height: 1fr; width: 100%; }"


class BaseScreen(Screen[None], inherit_bindings=False):
    """A screen of three bands. Subclasses give ``panes`` and the places their keys are listed under."""

    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    DEFAULT_CSS = "BaseScreen { layout: vertical; overflow: hidden hidden; }"
    PLACE: ClassVar[Place]

    def __init__(self, brush: Brush) -> None:
        super().__init__()
        self.brush = brush
        self.head = Bar(brush, id="head")
        self.body = Body()
        self.message = Prompt(brush, id="message")
        self.hints = Hints(brush, id="hints")
        self.page = Pane(brush, id="page")
        self.small = Notice(brush, id="small")
        self.last_said: str | Row = ""
        self._said: str | Row = ""
        self._back_to: Widget | None = None
        self.page.display = self.small.display = False

    @property
    def onco(self) -> OncoApp:
        """The app, with its own type."""
        return cast("OncoApp", self.app)

    def panes(self) -> Iterable[Widget]:
        """Give the panes of the body."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Mount everything once; later only what is shown changes."""
        yield self.head
        with self.body:
            yield from self.panes()
            yield self.page
        yield self.message
        yield self.hints
        yield self.small

    def on_mount(self) -> None:
        """Show the hints."""
        self.message.on_typed = self._message_typed
        self.show_hints()

    def on_resize(self, event: Resize) -> None:
        """Say so when the terminal is too small, else arrange the panes."""
        width, height = event.size
        small = too_small(width, height)
        for band in (self.head, self.body, self.message, self.hints):
            band.display = not small
        self.small.display = small
        if small:
            self.small.words = f"terminal too small: {SMALLEST[0]}x{SMALLEST[1]} needed, is {width}x{height}"
            self.small.update_lines()
        else:
            self.place_panes()

    def place_panes(self) -> None:
        """Put the panes where they belong for the size of the screen."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let nothing but leaving act while the terminal is too small to show it."""
        del parameters
        return not self.small.display or action in {"leave", "back", "interrupt"}

    def on_key(self, _: Key) -> None:
        """Clear the message of the key before; messages stand until then."""
        self.last_said, self._said = self._said, ""
        self.message.say("")

    def say(self, message: str | Row) -> None:
        """Show a message on its own line."""
        self._said = message
        self.message.say(message)

    def show_hints(self, place: Place | None = None) -> None:
        """Show the keys that act now."""
        groups = keys.hints(place) if place else keys.hints(self.PLACE, Place.ANYWHERE)
        self.hints.show(groups)

    def ask(self, task: Task) -> None:
        """Put a question or a field on the message line until it is answered."""
        self._back_to = self.focused
        self.message.host(task)
        self.message.focus()
        self.show_hints(task.place)

    def answered(self, message: str = "") -> None:
        """Give the message line and the focus back."""
        self.message.host(None)
        if self._back_to is not None:
            self._back_to.focus()
        self.show_hints()
        self.say(message)

    def _message_typed(self) -> None:
        self.message.update_lines()

    def open_page(self, content: Content) -> None:
        """Show a page over the whole body."""
        self._back_to = self.focused if self.focused is not self.page else self._back_to
        for child in self.body.children:
            child.display = child is self.page
        self.page.show(content, top=0)
        self.page.focus()

    def close_page(self) -> bool:
        """Close the page; False when none is open."""
        if not self.page.display:
            return False
        self.page.display = False
        self.place_panes()
        if self._back_to is not None:
            self._back_to.focus()
        return True

    def action_help(self) -> None:
        """Show the keys that act here, or close them."""
        if self.page.display and self.page.content.title == "Help":
            self.close_page()
        else:
            self.open_page(help_content(self.PLACE, *self.help_places(), Place.LIST, Place.ANYWHERE))

    def help_places(self) -> tuple[Place, ...]:
        """Give the places that can be reached from this screen."""
        return ()

    def action_interrupt(self) -> None:
        """Leave at the second press."""
        self.onco.interrupt(self)
