"""How drug codes hang together over time and by route: successors of ended codes, products for another route."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Successor:
    """A code that took over from an ended one; one old unit is ``units`` of the new, None when not comparable."""

    code: str
    units: Decimal | None


@dataclass(frozen=True, slots=True)
class RoutePair:
    """Two products of one drug for different routes, each with its own code."""

    intravenous: str
    subcutaneous: str


@dataclass(frozen=True, slots=True)
class DrugLinks:
    """Successors by ended code and route pairs by either code."""

    successors: Mapping[str, tuple[Successor, ...]] = field(default_factory=dict)
    routes: Mapping[str, RoutePair] = field(default_factory=dict)


def load_links(path: Path) -> DrugLinks:
    """Read ``drug_links.json``; an absent file links nothing."""
    if not path.is_file():
        return DrugLinks()
    data = json.loads(path.read_text(encoding="utf-8"))
    successors: dict[str, list[Successor]] = defaultdict(list)
    for row in data["successors"]:
        units = None if row["units"] is None else Decimal(row["units"])
        successors[row["code"]].append(Successor(row["successor"], units))
    pairs = [RoutePair(row["intravenous"], row["subcutaneous"]) for row in data["routes"]]
    return DrugLinks(
        {code: tuple(after) for code, after in successors.items()},
        {code: pair for pair in pairs for code in (pair.intravenous, pair.subcutaneous)},
    )
