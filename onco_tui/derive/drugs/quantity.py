"""Exact unit arithmetic between mg, mcg, g, units, million units, iu, mEq, mL and mCi.

Amounts are exact fractions, because 1 MBq is 1/37 mCi and a rounded quotient could bill a unit too many.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from onco_tui.encounter.chart import Amount
from onco_tui.encounter.values import plain

Dimension = Literal["mass", "potency", "equivalents", "volume", "activity", "particles", "genomes", "area"]

_MASS: Mapping[str, Fraction | int] = {
    "mg": 1, "mgs": 1, "milligram": 1, "milligrams": 1,
    "mcg": Fraction(1, 1000), "mcgs": Fraction(1, 1000), "ug": Fraction(1, 1000),
    "microgram": Fraction(1, 1000), "micrograms": Fraction(1, 1000),
    "g": 1000, "gm": 1000, "gms": 1000, "gram": 1000, "grams": 1000,
    "ng": Fraction(1, 1_000_000), "nanogram": Fraction(1, 1_000_000), "nanograms": Fraction(1, 1_000_000),
}  # fmt: skip
_POTENCY = {
    "unit": 1, "units": 1, "u": 1, "usp unit": 1, "usp units": 1, "iu": 1, "i.u": 1,
    "international unit": 1, "international units": 1, "kiu": 1,
}  # fmt: skip
_EQUIVALENTS = {"meq": 1, "meqs": 1, "milliequivalent": 1, "milliequivalents": 1}
_VOLUME = {
    "ml": 1, "mls": 1, "cc": 1, "ccs": 1, "milliliter": 1, "milliliters": 1, "millilitre": 1, "millilitres": 1,
    "l": 1000, "liter": 1000, "liters": 1000, "litre": 1000, "litres": 1000,
}  # fmt: skip
_ACTIVITY: Mapping[str, Fraction | int] = {
    "mci": 1, "millicurie": 1, "millicuries": 1, "ci": 1000, "curie": 1000,
    "uci": Fraction(1, 1000), "microcurie": Fraction(1, 1000), "microcuries": Fraction(1, 1000),
    "mbq": Fraction(1, 37), "megabecquerel": Fraction(1, 37), "gbq": Fraction(1000, 37),
    "gigabecquerel": Fraction(1000, 37), "kbq": Fraction(1, 37_000),
}  # fmt: skip
_PARTICLES = {"pfu": 1, "plaque forming units": 1, "plaque-forming units": 1}
_GENOMES = {"vg": 1, "vector genomes": 1}
_AREA = {"cm2": 1, "sq cm": 1}
_DIMENSIONS: dict[Dimension, Mapping[str, Fraction | int]] = {
    "mass": _MASS, "potency": _POTENCY, "equivalents": _EQUIVALENTS, "volume": _VOLUME, "activity": _ACTIVITY,
    "particles": _PARTICLES, "genomes": _GENOMES, "area": _AREA,
}  # fmt: skip
_UNITS: dict[str, tuple[Dimension, Fraction]] = {
    name: (dimension, Fraction(factor)) for dimension, names in _DIMENSIONS.items() for name, factor in names.items()
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_UPPER_CASE_MILLIONS = {"MU": "units", "MIU": "iu"}  # in lower case these could be thousandths
_LONGEST = 40
_WIDE = Context(prec=100)  # wider than any charted number times any scale
_PER_PATIENT = re.compile(r"/\s*(?:kg|m2|m²|sq\.? ?m)|\bper (?:kg|m2|square meter)|\bauc\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact amount in the base unit of its dimension: mg, units, mEq, mL, mCi, pfu, vg or cm2."""

    amount: Fraction
    dimension: Dimension


@dataclass(frozen=True, slots=True)
class Concentration:
    """What one mL holds."""

    per_ml: Quantity


@lru_cache(maxsize=4096)
def quantity(amount: Decimal | int, unit: str | None) -> Quantity | None:
    """Read an amount with its unit; None when the unit is not an amount of drug."""
    known = _unit(unit)
    return Quantity(Fraction(amount) * known[1], known[0]) if known else None


def charted(amount: Amount) -> Quantity | None:
    """Read a charted amount; None when its unit is not an amount of drug."""
    return quantity(amount.amount, amount.unit)


def concentration(amount: Amount | None) -> Concentration | None:
    """Read ``{amount: 10, unit: mg/mL}``, ``{amount: 250, unit: mg/5 mL}`` or a percentage (g per 100 mL)."""
    if amount is None or amount.amount <= 0 or len(amount.unit) > _LONGEST:
        return None
    if amount.unit.strip() == "%":
        return Concentration(Quantity(Fraction(amount.amount) * 10, "mass"))
    above, slash, below = amount.unit.replace(" per ", "/").partition("/")
    inside = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})?)?\s*(\D+)", below) if slash else None
    drug = quantity(amount.amount, above)
    volume = quantity(Decimal(inside[1] or 1), inside[2]) if inside else None
    if drug is None or volume is None or volume.dimension != "volume" or not volume.amount:
        return None
    return Concentration(Quantity(drug.amount / volume.amount, drug.dimension))


def convert(given: Quantity, to: Dimension, strength: Concentration | None = None) -> Quantity | None:
    """Bring a quantity into another dimension by a charted concentration; None when that cannot be done."""
    if given.dimension == to:
        return given
    if strength is None:
        return None
    if given.dimension == "volume" and strength.per_ml.dimension == to:
        return Quantity(given.amount * strength.per_ml.amount, to)
    if to == "volume" and strength.per_ml.dimension == given.dimension:
        return Quantity(given.amount / strength.per_ml.amount, to)
    return None


def why_unreadable(unit: str) -> str:
    """Say why a unit is not an amount of drug."""
    if _PER_PATIENT.search(unit[:_LONGEST]):
        return f"{unit[:_LONGEST]} is a dose by body size, not the amount given"
    return f"{unit[:_LONGEST] or 'an empty unit'} is not a unit this program can convert"


def shown(amount: Fraction) -> str:
    """Write an exact amount as a coder would, with at most four places: ``30.5``, ``0.3333``."""
    if amount.denominator == 1:
        return str(amount.numerator)
    rounded = (20_000 * amount.numerator // amount.denominator + 1) // 2
    return plain(Decimal(rounded).scaleb(-4, _WIDE))


def _unit(text: str | None) -> tuple[Dimension, Fraction] | None:
    if not text or len(text) > _LONGEST:
        return None
    written = " ".join(text.split()).removesuffix(".")
    if written in _UPPER_CASE_MILLIONS:
        written = f"million {_UPPER_CASE_MILLIONS[written]}"
    name = written.replace("µ", "u").replace("μ", "u").casefold()
    first, _, rest = name.partition(" ")
    scale = _SCALES.get(first)
    known = _UNITS.get(rest.strip() if scale else name)
    return (known[0], known[1] * scale) if known and scale else known
