"""Search for people: finds drug names with misspellings. Rules use exact look-up only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST = 60
_ENOUGH = 0.3


@dataclass(frozen=True, slots=True)
class Match:
    """A code found, the name that matched, and how well: 1 is the name itself."""

    code: str
    name: str
    score: float


class NameIndex:
    """Names by the groups of three letters they share with what was typed."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._names = list(dict.fromkeys((name, code) for name, code in names if name))
        self._grams = [_grams(name) for name, _ in self._names]
        self._with: dict[str, list[int]] = defaultdict(list)
        for index, grams in enumerate(self._grams):
            for gram in grams:
                self._with[gram].append(index)

    def search(self, text: str, limit: int) -> tuple[Match, ...]:
        """Give the best match of each code, best first; among equals in the order the names came."""
        typed = " ".join(text[:_LONGEST].casefold().split())
        wanted = _grams(typed)
        shared: dict[int, int] = defaultdict(int)
        for gram in wanted:
            for index in self._with.get(gram, ()):
                shared[index] += 1
        best: dict[str, Match] = {}
        place: dict[str, int] = {}
        for index, count in shared.items():
            name, code = self._names[index]
            score = self._score(typed, name.casefold(), 2 * count / (len(wanted) + len(self._grams[index])))
            if score >= _ENOUGH and (code not in best or score > best[code].score):
                best[code] = Match(code, name, score)
                place[code] = index
        return tuple(sorted(best.values(), key=lambda match: (-match.score, place[match.code]))[:limit])

    @staticmethod
    def _score(typed: str, name: str, likeness: float) -> float:
        if name == typed:
            return 1.0
        if name.startswith(typed):
            return max(likeness, 0.9)
        return min(likeness, 0.89)


def _grams(text: str) -> frozenset[str]:
    padded = f"  {text.casefold()} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))
