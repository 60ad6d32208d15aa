"""On which line of a TOML file each key stands; the parser of the standard library does not tell."""

from __future__ import annotations

import tomllib

Path = tuple[str, ...]


def positions(text: str) -> dict[Path, int]:
    """Give the first line of each table and key of a file that parses.

    Lines are gathered until they parse by themselves: a key whose value runs over several lines is whole only then.
    """
    found: dict[Path, int] = {}
    table: Path = ()
    gathered, start = "", 0
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        start = start if gathered else number
        gathered += line
        try:
            parsed = tomllib.loads(gathered)
        except tomllib.TOMLDecodeError:
            continue
        if gathered.lstrip().startswith("["):
            table = next(iter(_leaves(parsed)), ())
            found.setdefault(table, start)
        else:
            for leaf in _leaves(parsed):
                for length in range(1, len(leaf) + 1):
                    found.setdefault(table + leaf[:length], start)
        gathered = ""
    return found


def line_of(found: dict[Path, int], path: Path) -> int:
    """Give the line of a key, else that of the table it is in; 0 when neither is there."""
    return next((found[path[:length]] for length in range(len(path), 0, -1) if path[:length] in found), 0)


def _leaves(value: object, above: Path = ()) -> list[Path]:
    if isinstance(value, list) and value and isinstance(value[-1], dict) and not value[-1]:
        value = value[-1]  # the header of an array of tables
    if not isinstance(value, dict) or (not value and above):
        return [above]
    return [leaf for key, below in value.items() for leaf in _leaves(below, (*above, key))]
