"""Choose an action by words: a prompt of one line, and the actions that fit above it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from onco_tui.present.spans import BLANK, Role, Row, entry, fit, row_width, span, spread
from onco_tui.tui.keys import Key
from onco_tui.tui.places import Place
from onco_tui.tui.tasks.field import TextField
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.widgets.pane import Body, Content


@dataclass(frozen=True, slots=True)
class Command:
    """An action of the key table, and why it cannot be run now; empty when it can."""

    key: Key
    off: str = ""

    def fits(self, words: Sequence[str]) -> bool:
        """Tell whether all words stand in its label, its explanation or its place."""
        text = f"{self.key.label} {self.key.help} {self.key.place.value}".lower()
        return all(word in text for word in words)


class ChooseCommand(Task):
    """The actions there are, narrowed by what is typed."""

    place = Place.COMMAND

    def __init__(self, commands: Sequence[Command], keep: Callable[[str], None], drop: Callable[[], None]) -> None:
        self._commands = commands
        self._field = TextField(most=60)
        self._keep, self._drop = keep, drop
        self.fitting: Sequence[Command] = commands

    def body(self, cells: int) -> Body:
        """Draw the prompt; at its right why the chosen action is off, or how many fit."""
        note = (
            span(self.message, Role.WARNING) if self.message else span(f"{len(self.fitting)} of {len(self._commands)}")
        )
        label = span(": ", Role.HEADING)
        room = max(cells - row_width((label, note)) - 2, 8)
        return Body([spread((label, *self._field.row(room, active=True)), (note,), cells)])

    @property
    def page(self) -> Content:
        """The actions that fit, each with its key."""

        def body(cells: int) -> Body:
            rows = [_row(command, cells) for command in self.fitting]
            return Body(rows or [(span("no action is called so"),)], foot=self._in_full(cells))

        return Content("Commands", body, (span("enter runs, esc goes back"),), is_list=bool(self.fitting))

    def _in_full(self, cells: int) -> list[Row]:
        """Say in full what the action under the cursor does; its row may be cut."""
        chosen = self.fitting[self.cursor : self.cursor + 1]
        return [
            row
            for command in chosen
            for row in (BLANK, *entry(command.key.label, command.key.help, cells, label_cells=20))
        ]

    def typed(self, key: str, character: str | None) -> None:
        """Narrow the list; without a letter left it goes back."""
        if key == "backspace" and not self._field.text:
            self._drop()
        elif self._field.press(key, character):
            self._narrow()

    def paste(self, text: str) -> None:
        """Narrow the list by pasted text; nothing is run by it."""
        self._field.insert(text)
        self._narrow()

    def _narrow(self) -> None:
        words = self._field.text.lower().split()
        fitting = [command for command in self._commands if command.fits(words)]
        label = " ".join(words)
        self.fitting = sorted(fitting, key=lambda command: (bool(command.off), not command.key.label.startswith(label)))
        self.cursor = 0

    def on_down(self) -> None:
        """Go to the next action."""
        self.cursor = min(self.cursor + 1, max(len(self.fitting) - 1, 0))

    def on_up(self) -> None:
        """Go to the action before."""
        self.cursor = max(self.cursor - 1, 0)

    def on_keep(self) -> None:
        """Run the action under the cursor, or say why it is off."""
        if not self.fitting:
            self.message = "no action is called so"
            return
        command = self.fitting[self.cursor]
        if command.off:
            self.message = f"off: {command.off}"
        else:
            self._keep(command.key.id)

    def on_drop(self) -> None:
        """Run nothing."""
        self._drop()


def _row(command: Command, cells: int) -> Row:
    key = command.key
    caps = key.caps if key.keys else ""
    lead = (
        fit(span(key.label, Role.HEADING), 20),
        span(" "),
        fit(span(caps, Role.CODE), min(20, cells // 4)),
        span(" "),
    )
    return (*lead, span(f"off: {command.off}", Role.LABEL)) if command.off else (*lead, span(key.help))
