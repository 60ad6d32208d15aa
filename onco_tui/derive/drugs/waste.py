"""Administered and discarded units of single-dose containers, the JW and JZ modifiers, and the smallest waste.

CMS Claims Processing Manual chapter 17 section 40: the discarded part of a single-dose container is paid on a line of
its own with JW; a container with nothing left over is billed with JZ. What is less than a billing unit is absorbed by
rounding the administered dose up, and is not billed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from onco_tui.codesets.hcpcs_units import BillingUnit
from onco_tui.derive.drugs.billing import in_unit, rounded_up, whole_units

JW_FROM = date(2017, 1, 1)
JZ_FROM = date(2023, 7, 1)
_MOST_CONTAINERS = 400
_MOST_STEPS = 20_000  # bounds the search; a frame is 16 ms


@dataclass(frozen=True, slots=True)
class Split:
    """Units of one drug on one day; together never more than the labelled content of what was opened."""

    administered: int
    discarded: int


def split(dose: Fraction, content: Fraction, size: Fraction) -> Split:
    """Divide opened content into administered and discarded units, all in one base unit.

    A dose above the labelled content is capped: overfill is never billable, given or discarded.
    """
    administered = rounded_up(min(dose, content), size)
    return Split(administered, max(0, whole_units(content, size) - administered))


@dataclass(frozen=True, slots=True)
class Combination:
    """Containers that cover a dose: counts by size, their total content, and what is left over."""

    counts: tuple[tuple[Fraction, int], ...]
    content: Fraction
    left: Fraction

    def words(self, unit: BillingUnit) -> str:
        """Write the arithmetic: ``1 x 400 mg + 1 x 100 mg = 500 mg, 50 mg left``."""
        containers = " + ".join(f"{count} x {in_unit(size, unit)}" for size, count in self.counts)
        return f"{containers} = {in_unit(self.content, unit)}, {in_unit(self.left, unit)} left"


@lru_cache(maxsize=1024)
def smallest_waste(dose: Fraction, sizes: tuple[Fraction, ...]) -> Combination | None:
    """Find the marketed single-dose sizes that cover a dose with the least total content, then the fewest containers.

    None without sizes, without a dose, or when it would take more than 400 containers.
    """
    usable = tuple(sorted({size for size in sizes if size > 0}, reverse=True))
    if not usable or dose <= 0 or dose > usable[0] * _MOST_CONTAINERS:
        return None
    grain = _common_grain(usable)
    wanted = -(-dose // grain)
    steps = [int(size / grain) for size in usable]
    if wanted + steps[0] > _MOST_STEPS:
        return None
    return _fewest(int(wanted), steps, usable, dose)


def _common_grain(sizes: tuple[Fraction, ...]) -> Fraction:
    """Give the greatest amount of which every size is a whole multiple."""
    grain = sizes[0]
    for size in sizes[1:]:
        while size:
            grain, size = size, grain % size  # noqa: PLW2901  Euclid
    return grain


def _fewest(wanted: int, steps: list[int], sizes: tuple[Fraction, ...], dose: Fraction) -> Combination:
    """Reach the smallest total of at least ``wanted`` grains; among equals the fewest containers."""
    best: list[tuple[int, int] | None] = [(0, -1)] + [None] * (wanted + steps[0])
    for total in range(1, len(best)):
        for index, step in enumerate(steps):
            before = best[total - step] if step <= total else None
            reached = best[total]
            if before is not None and (reached is None or before[0] + 1 < reached[0]):
                best[total] = (before[0] + 1, index)
    total = next(total for total in range(wanted, len(best)) if best[total] is not None)
    counts = dict.fromkeys(sizes, 0)
    content = Fraction(0)
    while total:
        index = best[total][1]  # type: ignore[index]
        counts[sizes[index]] += 1
        content += sizes[index]
        total -= steps[index]
    chosen = tuple((size, count) for size, count in counts.items() if count)
    return Combination(chosen, content, content - dose)
