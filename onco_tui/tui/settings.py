"""What the coder may set for the screen, with what holds when nothing is set."""

from __future__ import annotations

from dataclasses import dataclass

from onco_tui.tui.keys import KEYS, Key
from onco_tui.tui.palettes import DEFAULT


@dataclass(frozen=True, slots=True)
class OwnReason:
    """A reason to set a finding aside that the practice has added."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the screen. ``ascii`` None is as the terminal needs; ``lock_after_minutes`` 0 is never."""

    theme: str = DEFAULT
    ascii: bool | None = None
    mouse: bool = False
    hide: bool = False
    lock_after_minutes: int = 15
    keys: tuple[Key, ...] = KEYS
    reasons: tuple[OwnReason, ...] = ()
