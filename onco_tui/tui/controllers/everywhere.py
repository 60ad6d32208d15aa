"""What acts on every screen: the list of commands, hiding, locking, themes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onco_tui.tui import keys
from onco_tui.tui.places import Place
from onco_tui.tui.tasks.commands import ChooseCommand, Command

if TYPE_CHECKING:
    from onco_tui.tui.screens.base import BaseScreen


class Everywhere:
    """Carries out the actions that do not ask which screen it is."""

    def __init__(self, screen: BaseScreen) -> None:
        self.screen = screen

    def action_command(self) -> None:
        """Ask for words and list the actions that fit."""
        task = ChooseCommand(self.commands(), self._run, self._drop)
        self.screen.open_page(task.page)
        self.screen.ask(task)

    def commands(self) -> list[Command]:
        """List every action of the help, those that can be run first."""
        screen = self.screen
        found = [
            Command(key, screen.why_off(key.id))
            for place in (screen.PLACE, Place.ANYWHERE, Place.LIST)
            for key in keys.of(place)
            if key.id != "command"
        ]
        found += [Command(key, f"only while {key.place.value}") for key in keys.of(*screen.help_places())]
        return sorted(found, key=lambda command: bool(command.off))

    def _run(self, action: str) -> None:
        self._drop()
        keys.run((self.screen, *self.screen.controllers), "action_", action)

    def _drop(self) -> None:
        self.screen.release()
        self.screen.close_page()

    def action_hide(self) -> None:
        """Hide who the patients are, or show it."""
        veil = self.screen.brush.veil
        veil.drawn = not veil.drawn
        self.screen.onco.repaint()
        cap = keys.cap_of(Place.ANYWHERE, "hide")
        if self.screen.hosting is None:
            self.screen.say(f"names, numbers and birth dates are hidden; {cap} shows them" if veil.drawn else "shown")

    def action_lock(self) -> None:
        """Clear the screen until enter is pressed."""
        self.screen.onco.lock()

    def action_theme(self, name: str) -> None:
        """Draw in another theme until the program ends."""
        brush = self.screen.brush
        brush.theme = name
        self.screen.onco.repaint()
        self.screen.say(
            "NO_COLOR is set, so there is no colour"
            if brush.colourless
            else f'{name} theme; theme = "{name}" in the config file keeps it'
        )
