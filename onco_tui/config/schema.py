"""Every setting, in one table: what is accepted, and what the documentation and the template say about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from onco_tui.tui.palettes import PALETTES
from onco_tui.tui.settings import Settings

LONGEST_LOCK = 24 * 60
_REASON_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LONGEST_REASON = 120


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting. ``name`` is its place in the file, ``field`` the one of ``Settings``, ``accept`` checks a value.

    ``accept`` gives the value as ``Settings`` holds it and raises ValueError with what would be accepted.
    """

    name: str
    field: str
    allowed: str
    words: str
    accept: Callable[[object], object]

    @property
    def default(self) -> object:
        """What holds when the file says nothing, as it would stand in the file."""
        value = getattr(Settings(), self.field)
        return "auto" if value is None else value


def _theme(value: object) -> str:
    if isinstance(value, str) and value in PALETTES:
        return value
    from onco_tui.config.mistakes import suggestion  # noqa: PLC0415  only for a mistake

    raise ValueError(f"no theme is called {value!r}{suggestion(str(value), PALETTES)}")


def _ascii(value: object) -> bool | None:
    if value == "auto":
        return None
    if isinstance(value, bool):
        return value
    raise ValueError(f'must be "auto", true or false, is {value!r}')


def _switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"must be true or false, is {value!r}")


def _minutes(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LONGEST_LOCK:
        return value
    raise ValueError(f"must be whole minutes from 0 (never) to {LONGEST_LOCK}, is {value!r}")


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "theme",
        "theme",
        ", ".join(f'"{name}"' for name in PALETTES),
        "the colours; `:` changes them for one sitting. NO_COLOR always means monochrome",
        _theme,
    ),
    Setting(
        "ascii",
        "ascii",
        '"auto", true, false',
        "draw with ASCII characters only; auto does so on a console and where the locale is not UTF-8",
        _ascii,
    ),
    Setting(
        "mouse",
        "mouse",
        "true, false",
        "let the mouse move cursor and pages; the terminal then no longer marks text by itself",
        _switch,
    ),
    Setting(
        "privacy.hide",
        "hide",
        "true, false",
        "start with names, numbers and birth dates of patients hidden, for a shared screen; so does `--hide`",
        _switch,
    ),
    Setting(
        "privacy.lock_after_minutes",
        "lock_after_minutes",
        f"0 to {LONGEST_LOCK}",
        "clear the screen after so many minutes without a key, until enter is pressed; 0 is never",
        _minutes,
    ),
)
KEYS, REASONS = "keys", "reasons"


def reason_words(key: str, value: object) -> str:
    """Check a reason the practice adds; give its words. Raises ValueError."""
    if not _REASON_KEY.fullmatch(key):
        raise ValueError("a reason is named by small letters, digits and _, at most 40, a letter first")
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_REASON or not value.isprintable():
        raise ValueError(f"must be the words a coder reads, in one line of at most {_LONGEST_REASON} characters")
    from onco_tui.review.reasons import dismissal_reasons  # noqa: PLC0415  loads the shipped ones only when compared

    if key in {reason.key for reason in dismissal_reasons()}:
        raise ValueError("onco-tui has a reason of this name already; choose another name")
    return value.strip()
