"""What is wrong with a config file, said so that it can be mended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake. ``line`` counts from 1; 0 is the file as a whole."""

    line: int
    key: str
    words: str

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line else ""
        return ": ".join(part for part in (place, self.key, self.words) if part)


class BadConfig(Exception):
    """The config file cannot be used; nothing of it is."""

    def __init__(self, path: Path, mistakes: Sequence[Mistake]) -> None:
        super().__init__(str(path))
        self.path = path
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line))

    def __str__(self) -> str:
        if len(self.mistakes) == 1:
            return f"{self.path}: {self.mistakes[0]}"
        return "\n".join(
            [f"{self.path} has {len(self.mistakes)} mistakes", *(f"  {mistake}" for mistake in self.mistakes)]
        )


def suggestion(written: str, known: Iterable[str]) -> str:
    """Name what may have been meant: ``; did you mean dark?``, else what there is if that is not much."""
    names = list(known)
    near = get_close_matches(written.lower(), names, 1, 0.5)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; there are {', '.join(names)}" if names else ""
