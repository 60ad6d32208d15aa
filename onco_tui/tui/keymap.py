"""The coder's own keys: the table of keys with some of them changed, and what is wrong with a change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from onco_tui.tui.keys import KEYS, TYPING, Key
from onco_tui.tui.places import Place

Changes = Mapping[tuple[Place, str], tuple[str, ...]]
"""New keys by place and name of the action."""

_NAME = re.compile(
    r"ctrl\+[a-z]|(?:(?:ctrl|shift|alt)\+)*"
    r"(?:space|tab|enter|escape|up|down|left|right|home|end|pageup|pagedown|insert|delete|backspace|f[1-9]|f1[0-2])"
)
_SAME_BYTE = {"ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+j": "enter", "ctrl+m": "enter"}
_FIELD = frozenset({"backspace", "delete", "left", "right", "home", "end"})
_SCREENS = frozenset({Place.WORKLIST, Place.REVIEW})
_GENERAL = frozenset({Place.LIST, Place.ANYWHERE})
_FIXED = "interrupt"
_LIFELINE = frozenset({"command", "help"})


def key_name(written: str) -> str:
    """Give a key's name as the screen hears it. Raises ValueError, saying why, for one no terminal sends."""
    name = "space" if written == " " else written
    if len(name) == 1 and name.isprintable():
        return name
    name = name.lower()
    if name in _SAME_BYTE:
        raise ValueError(f"a terminal cannot tell {name} from {_SAME_BYTE[name]}")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{written!r} is no key; write one character, or a name such as enter, pagedown, f5, ctrl+y")
    return name


def refusal(key: Key, names: tuple[str, ...]) -> str:
    """Say why an action cannot have these keys, whatever the other actions have; empty when it can."""
    if key.id == _FIXED:
        return "ctrl+c always leaves and cannot be changed"
    if "ctrl+c" in names:
        return "ctrl+c always leaves and cannot be given away"
    if not names and (key.place not in _SCREENS | _GENERAL or key.id in _LIFELINE):
        return "needs at least one key; nothing else leads there"
    if key.place in TYPING:
        taken = [name for name in names if len(name) == 1 or name == "space" or name in _FIELD]
        if taken:
            return f"text is typed here, and {' and '.join(taken)} belong{'' if len(taken) > 1 else 's'} to the text"
    return ""


def with_changes(changes: Changes) -> tuple[Key, ...]:
    """Give the table of keys with changes."""
    return tuple(replace(key, keys=changes.get((key.place, key.name), key.keys)) for key in KEYS)


def conflicts(table: tuple[Key, ...]) -> Iterator[tuple[str, Key, Key]]:
    """Give each key that would mean two things in one place, with both actions."""
    told: set[tuple[str, Key, Key]] = set()
    for place in Place:
        first: dict[str, Key] = {}
        for key in table:
            if key.place is not place and key.place not in _heard_with(place):
                continue
            for name in key.keys:
                other = first.setdefault(name, key)
                if other is not key and (name, other, key) not in told:
                    told.add((name, other, key))
                    yield name, other, key


def _heard_with(place: Place) -> frozenset[Place]:
    """Name the places whose keys act together with those of a place; a page hides the keys of lists."""
    if place in _SCREENS | _GENERAL:
        return _GENERAL
    return frozenset({Place.ANYWHERE}) if place is Place.PAGE else frozenset()
