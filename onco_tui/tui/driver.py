"""The terminal driver of the platform, which also wipes what it has drawn before it gives the terminal back.

A console without a second screen, or a multiplexer told to have none, would go on showing the last chart.
"""

from __future__ import annotations

from textual.driver import Driver

_WIPE = "\x1b[0m\x1b[H\x1b[2J"


def wiping(kind: type[Driver]) -> type[Driver]:
    """Give a driver that wipes the screen at its end."""

    class WipingDriver(kind):  # type: ignore[misc, valid-type]  # the platform decides what it is
        """Wipes before it leaves."""

        def stop_application_mode(self) -> None:
            """Wipe the screen, then leave it."""
            self.write(_WIPE)
            super().stop_application_mode()

    return WipingDriver
