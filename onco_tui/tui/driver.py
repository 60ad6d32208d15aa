"""The terminal driver of the platform, which also wipes what it has drawn before it gives the terminal back.

A console without a second screen, or a multiplexer told to have none, would go on showing the last chart. And of a
paste it drops escape characters: the framework would read them, and all that follows them, as keys pressed. Outside
one it keeps escape and the key after it apart.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.keys import Keys
from textual.message import Message

_WIPE = "\x1b[0m\x1b[H\x1b[2J"
_BEGIN, _END = "\x1b[200~", "\x1b[201~"


class CalmParser(XTermParser):
    """Takes what the terminal sends; a paste stays a paste, whatever is in it. Markers may come in pieces."""

    _pasting = False
    _before = ""
    _held = ""

    def feed(self, data: str) -> Iterable[Message]:
        """Take characters and give what they mean; no characters end the parser."""
        calm = self._calm(self._held + data) if data else data
        return super().feed(calm) if calm or not data else ()

    def _calm(self, text: str) -> str:
        calm, self._held = "", ""
        while text:
            if self._pasting:
                pasted, end, text = text.partition(_END)
                if not end:
                    kept = next(n for n in range(len(_END) - 1, -1, -1) if pasted.endswith(_END[:n]))
                    pasted, self._held = pasted[: len(pasted) - kept], _END[:kept]
                calm += pasted.replace("\x1b", "") + end
                self._pasting = not end
                continue
            joined = self._before + text
            keys, begin, _ = joined.partition(_BEGIN)
            taken = len(keys + begin) - len(self._before)
            calm, text = calm + text[:taken], text[taken:]
            self._pasting, self._before = bool(begin), "" if begin else joined[1 - len(_BEGIN) :]
        return calm


def _tell_escape_apart() -> None:
    """Let escape and a digit, or escape and enter, that a slow line delivers in one piece stay two keys.

    The framework takes the first for signs of a Mac (``∞``) and the second for enter alone, which keeps an edit that
    escape was to drop.
    """
    table = cast("dict[str, object]", ANSI_SEQUENCES_KEYS)
    for digit in "0123456789":
        table.pop(f"\x1b{digit}", None)
    table["\x1b\r"] = (Keys.Escape, Keys.Enter)


def wiping(kind: type[Driver]) -> type[Driver]:
    """Give a driver that wipes the screen at its end, keeps pastes whole and escape apart."""
    _tell_escape_apart()
    if hasattr(driver := sys.modules[kind.__module__], "XTermParser"):
        vars(driver)["XTermParser"] = CalmParser  # it makes its parser itself, by this name

    class WipingDriver(kind):  # type: ignore[misc, valid-type]  # the platform decides what it is
        """Wipes before it leaves."""

        def stop_application_mode(self) -> None:
            """Wipe the screen, then leave it."""
            self.write(_WIPE)
            super().stop_application_mode()

    return WipingDriver
