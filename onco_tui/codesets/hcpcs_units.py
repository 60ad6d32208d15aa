"""Billing units and dates of drug codes, read from the HCPCS Level II descriptors when the program was built."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

from onco_tui.codesets.hcpcs_descriptor import Basis

_SALT = re.compile(
    r"(?<!potassium)(?<!magnesium)(?<!calcium)(?<!sodium) "
    r"(?:sodium|hydrochloride|hcl|mesylate|acetate|citrate|calcium)$"
)
_ASIDE = re.compile(r"\([^()]*\)")
_GENERAL = re.compile(r",?\s*\b(?:biosimilar|not otherwise specified|nos)\b")


@dataclass(frozen=True, slots=True, eq=False)  # one object per code and table: compared and cached by identity
class BillingUnit:
    """What one unit of a drug code is: ``quantity`` of ``unit``, counted as ``basis`` says, on its own dates.

    ``counts`` names the ingredient whose amount the unit counts. ``combination`` is True when several are counted
    and nobody has read the label to say which one a charted dose means.
    """

    code: str
    name: str
    quantity: Decimal | None
    unit: str | None
    basis: Basis
    counts: str = ""
    combination: bool = False
    effective_from: date | None = None
    effective_to: date | None = None
    replaced_by: tuple[str, ...] = ()
    oral: bool = False

    def in_force(self, on: date) -> bool:
        """Tell whether the code may be billed for a date of service; the end date is the last valid day."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on <= self.effective_to
        )

    @property
    def words(self) -> str:
        """The unit in words: ``10 mg``, ``up to 50 mg``, ``1 dose``."""
        if self.quantity is None:
            return "no unit"
        return f"{'up to ' if self.basis == 'up_to' else ''}{self.quantity:f} {self.unit}"


class HcpcsUnits:
    """The billing units of one edition of the HCPCS Level II file."""

    def __init__(self, units: Iterable[BillingUnit] = (), edition: str = "") -> None:
        self.edition = edition
        self._units = {unit.code: unit for unit in units}
        names: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for unit in self._units.values():
            if not unit.combination:  # which is not its first ingredient
                for name, rank in _names(unit.name).items():
                    names[name].append((rank, unit.code))
        self._named: Mapping[str, tuple[str, ...]] = {name: _first(codes) for name, codes in names.items()}

    def unit(self, code: str) -> BillingUnit | None:
        """Give the billing unit of a code; None when the file has no such drug code."""
        return self._units.get(code)

    def named(self, name: str) -> tuple[str, ...]:
        """Give the codes whose descriptor names exactly this drug, in lower case; those that name nothing else first.

        "furosemide" is J1938, and not J1941 for one brand of it.
        """
        return self._named.get(name, ())

    def __iter__(self) -> Iterator[BillingUnit]:
        return iter(self._units.values())

    def __len__(self) -> int:
        return len(self._units)


def _first(codes: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    best = min(rank for rank, _ in codes)
    return tuple(code for rank, code in codes if rank == best)


def _names(described: str) -> dict[str, int]:
    """Give the names a descriptor answers to by rank: itself and its brands, without salt, without its brands."""
    if "not therapeutically equivalent" in described:
        return {described: 0}
    asides = _ASIDE.findall(described)
    bare = " ".join(_GENERAL.sub("", _ASIDE.sub(" ", described)).split()).strip(" ,")
    brands = [brand for aside in asides for brand in re.split(r"/| or ", aside.strip("()"))]
    of_a_brand = bool(asides) and all(" " not in aside for aside in asides)  # more words tell a form: "for depot"
    ranked = [*((name, 0) for name in (described, *brands)), (bare, 2 if of_a_brand else 0)]
    ranked.append((_SALT.sub("", bare), 3 if of_a_brand else 1))
    names: dict[str, int] = {}
    for name, rank in ranked:
        spelt = " ".join(name.split()).strip(" ,")
        if spelt:
            names[spelt] = min(rank, names.get(spelt, rank))
    return names


def load_units(path: Path) -> HcpcsUnits:
    """Read ``drug_units.json.gz``; an absent file is an empty table."""
    if not path.is_file():
        return HcpcsUnits()
    with gzip.open(path, "rt", encoding="utf-8") as file:
        data = json.load(file)
    return HcpcsUnits((_unit(row) for row in data["rows"]), data["edition"])


def _unit(row: Sequence[str]) -> BillingUnit:
    code, quantity, unit, basis, counts, added, ended, replaced_by, oral, name = row
    return BillingUnit(
        code=code,
        name=name,
        quantity=Decimal(quantity) if quantity else None,
        unit=unit or None,
        basis=cast("Basis", basis),
        counts=counts,
        combination=bool(counts),
        effective_from=date.fromisoformat(added) if added else None,
        effective_to=date.fromisoformat(ended) if ended else None,
        replaced_by=tuple(replaced_by.split()),
        oral=bool(oral),
    )
