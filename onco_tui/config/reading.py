"""Read the config file: all of it is right, or none of it is used."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

from onco_tui.config.mistakes import BadConfig, Mistake, suggestion
from onco_tui.config.place import ELSEWHERE, config_path
from onco_tui.config.positions import line_of, positions
from onco_tui.config.schema import KEYS, REASONS, SETTINGS, reason_words
from onco_tui.tui.keymap import conflicts, key_name, refusal, with_changes
from onco_tui.tui.keys import KEYS as TABLE
from onco_tui.tui.keys import Key
from onco_tui.tui.places import Place
from onco_tui.tui.settings import OwnReason, Settings

_MOST = 64 * 1024
_PLACES = {place.section: place for place in Place}
_BY_NAME = {setting.name: setting for setting in SETTINGS}
_TABLES = {KEYS, REASONS, *(name.rpartition(".")[0] for name in _BY_NAME)}


@dataclass(frozen=True)
class Configuration:
    """The settings in force. ``lines`` says on which line of the file each one that is set there stands."""

    path: Path
    settings: Settings = field(default_factory=Settings)
    lines: Mapping[str, int] = field(default_factory=dict)


def read_config(path: Path | None = None) -> Configuration:
    """Read a config file, without a path the user's; without a file give the defaults. Raises BadConfig."""
    place = path or config_path()
    if not place.exists() and not place.is_symlink():
        if path is None and os.environ.get(ELSEWHERE):
            raise BadConfig(place, [Mistake(0, "", f"{ELSEWHERE} names it, but it is not there; config edit makes it")])
        return Configuration(place)
    return _Reader(place, _text(place)).configuration()


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise BadConfig(path, [Mistake(0, "", "is not a file")])
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except OSError as error:
        raise BadConfig(path, [Mistake(0, "", f"cannot be read: {error.strerror}")]) from None
    if len(data) > _MOST:
        raise BadConfig(path, [Mistake(0, "", f"is longer than {_MOST // 1024} KiB")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadConfig(path, [Mistake(line, "", "is not UTF-8 text")]) from None


class _Reader:
    """One reading of a file; gathers every mistake before it refuses."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text = path, text
        self.mistakes: list[Mistake] = []
        self.values: dict[str, object] = {}
        self.changes: dict[tuple[Place, str], tuple[str, ...]] = {}
        self.reasons: list[OwnReason] = []
        self.set: list[tuple[str, ...]] = []

    @cached_property
    def positions(self) -> dict[tuple[str, ...], int]:
        """Where everything stands; worked out only when someone asks."""
        return positions(self.text)

    def configuration(self) -> Configuration:
        """Give the settings. Raises BadConfig with all mistakes."""
        try:
            tree = tomllib.loads(self.text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise BadConfig(self.path, [_syntax(error, self.text)]) from None
        for path, value in _entries(tree):
            try:
                self._take(path, value)
            except ValueError as error:
                self._wrong(path, str(error))
            else:
                self.set.append(path)
        table = with_changes(self.changes)
        self._refuse_conflicts(table)
        if self.mistakes:
            raise BadConfig(self.path, self.mistakes)
        settings = Settings(**self.values, keys=table, reasons=tuple(self.reasons))  # type: ignore[arg-type]  # checked one by one
        return Configuration(self.path, settings, _Lines(self))

    def _wrong(self, path: tuple[str, ...], words: str) -> None:
        self.mistakes.append(Mistake(line_of(self.positions, path), ".".join(path), words))

    def _take(self, path: tuple[str, ...], value: object) -> None:
        """Check one entry and keep it. Raises ValueError."""
        name = ".".join(path)
        if path[0] == KEYS:
            self._take_keys(path, value)
        elif path[0] == REASONS and len(path) == 2:
            self.reasons.append(OwnReason(path[1], reason_words(path[1], value)))
        elif name in _BY_NAME:
            self.values[_BY_NAME[name].field] = _BY_NAME[name].accept(value)
        elif not (name in _TABLES and value == {}):
            if isinstance(value, dict) or name not in _TABLES:
                raise ValueError(f"no setting is called so{suggestion(name, [*_BY_NAME, KEYS, REASONS])}")
            raise ValueError(f"is a table: write [{name}] above its settings")

    def _take_keys(self, path: tuple[str, ...], value: object) -> None:
        """Check the keys of one action. Raises ValueError."""
        if len(path) > 1 and path[1] not in _PLACES:
            raise ValueError(f"there is no such place{suggestion(path[1], _PLACES)}")
        if len(path) < 3:
            if value == {}:
                return
            raise ValueError('is a table: write [keys.review] and below it accept = ["a"]')
        place, action = _PLACES[path[1]], path[2]
        here = {key.name: key for key in TABLE if key.place is place}
        if len(path) > 3 or action not in here:
            raise ValueError(f"there is no such action here{suggestion(action, here)}")
        written = [value] if isinstance(value, str) else value
        if not isinstance(written, list) or not all(isinstance(name, str) for name in written):
            raise ValueError('must be keys, such as ["a", "ctrl+y"]')
        names = tuple(dict.fromkeys(key_name(name) for name in cast("list[str]", written)))
        why = refusal(here[action], names)
        if why:
            raise ValueError(why)
        self.changes[place, action] = names

    def _refuse_conflicts(self, table: tuple[Key, ...]) -> None:
        for name, one, other in conflicts(table):
            changed, stays = (one, other) if (one.place, one.name) in self.changes else (other, one)
            self._wrong(
                (KEYS, changed.place.section, changed.name),
                f"{name!r} would be {_whose(changed)} and {_whose(stays)}; give one of them another key",
            )


class _Lines(Mapping[str, int]):
    """The lines of what the file sets, by name; found when first asked for."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def __getitem__(self, name: str) -> int:
        for path in self._reader.set:
            if ".".join(path) == name:
                return line_of(self._reader.positions, path)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return map(".".join, self._reader.set)

    def __len__(self) -> int:
        return len(self._reader.set)


def _whose(key: Key) -> str:
    return f"{key.place.section}.{key.name} ({key.label})"


def _entries(tree: Mapping[str, object], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    for key, value in tree.items():
        path = (*above, key)
        if isinstance(value, dict) and value:
            yield from _entries(value, path)
        else:
            yield path, value


def _syntax(error: Exception, text: str) -> Mistake:
    """Turn the parser's words, ``Invalid value (at line 3, column 5)``, into a mistake on that line, else the last."""
    if isinstance(error, RecursionError):
        return Mistake(0, "", "is nested too deep")
    words, _, place = str(error).rpartition(" (at ")
    number = place.removeprefix("line ").partition(",")[0]
    return Mistake(
        int(number) if number.isdigit() else text.rstrip().count("\n") + 1, "", f"is not TOML: {words or error}"
    )
