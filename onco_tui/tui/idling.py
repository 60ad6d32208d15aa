"""How long the coder has been away, and what stands on the screen meanwhile."""

from __future__ import annotations

from time import monotonic

LOOK_EVERY = 5.0
REST = 0.3
_WORDS = (
    "locked{after}: enter goes on, ctrl-c leaves. "
    "This only hides the screen; what keeps others out is the account you are signed in with."
)


class Lock:
    """Closed by a key or by time, opened by enter. It knows no secret."""

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes
        self.closed = False
        self._after = ""
        self._last = monotonic()

    def touch(self) -> None:
        """Note that the coder is there."""
        self._last = monotonic()

    def rested(self) -> bool:
        """Tell whether no key has come for a moment."""
        return monotonic() - self._last >= REST

    def due(self) -> bool:
        """Tell whether the coder has been away for long enough."""
        return bool(self.minutes) and not self.closed and monotonic() - self._last >= self.minutes * 60

    def close(self, *, away: bool) -> None:
        """Close; ``away`` when nobody asked for it."""
        self.closed = True
        self._after = f" after {self.minutes} minute{'' if self.minutes == 1 else 's'} without a key" if away else ""

    def open(self) -> None:
        """Open again."""
        self.closed = False
        self.touch()

    @property
    def words(self) -> str:
        """What stands on the screen while it is closed."""
        return _WORDS.format(after=self._after)
