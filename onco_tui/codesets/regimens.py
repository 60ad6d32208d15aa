"""Usual treatment regimens: drugs that belong together, their days in a cycle, their doses. A reference, not law."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from onco_tui.codesets.drugs import Confidence

BY_PUMP = " by pump"
_NOT_A_LETTER = re.compile(r"[^a-z0-9+]+")


@dataclass(frozen=True, slots=True)
class UsualDose:
    """A dose per measure of the patient: mg, mg/m2 (body surface), mg/kg (weight), units, units/m2 or AUC."""

    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class RegimenDrug:
    """A drug of a regimen. The first dose is the usual one, others are loading or alternative doses.

    ``days`` are counted from 1 within the cycle. An ``optional`` drug is often left out, taken at home, or accompanies
    the others. ``cap`` is the highest dose of one day in mg.
    """

    drug: str
    hcpcs: str | None
    route: str
    doses: tuple[UsualDose, ...]
    days: tuple[int, ...]
    optional: bool = False
    cap: Decimal | None = None

    @property
    def key(self) -> str:
        """What tells it apart from the regimen's other drugs: the ingredient, and whether a pump gives it over days."""
        return self.drug + BY_PUMP if self.route == "pump" else self.drug


@dataclass(frozen=True, slots=True)
class Slot:
    """Days of a cycle on which the same drugs are given, by key; ``free`` may be given as well."""

    days: tuple[int, ...]
    required: frozenset[str]
    free: frozenset[str]


@dataclass(frozen=True, eq=False)
class Phase:
    """One part of a regimen. ``cycles`` is the most that is usually planned, None when open-ended."""

    cycle_days: int
    cycles: int | None
    drugs: tuple[RegimenDrug, ...]

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The days on which drugs are given at the practice, those with the same drugs together."""
        days: dict[frozenset[str], list[int]] = defaultdict(list)
        for day in sorted({day for drug in self.drugs for day in drug.days}):
            days[frozenset(d.key for d in self.drugs if day in d.days and not d.optional)].append(day)
        free = frozenset(drug.key for drug in self.drugs if drug.optional)
        return tuple(Slot(tuple(on), required, free) for required, on in days.items() if required)

    @cached_property
    def keys(self) -> frozenset[str]:
        """All its drugs by key."""
        return frozenset(drug.key for drug in self.drugs)


@dataclass(frozen=True, slots=True)
class CycleCap:
    """The most cycles a label or the trials behind it know, for some intents or, with none named, for all."""

    cycles: int
    intents: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Regimen:
    """A regimen with its phases in order. ``diseases`` are prefixes of ICD-10-CM codes."""

    id: str
    name: str
    aliases: tuple[str, ...]
    diseases: tuple[str, ...]
    intents: tuple[str, ...]
    phases: tuple[Phase, ...]
    cap: CycleCap | None
    confidence: Confidence
    sources: tuple[str, ...]

    @cached_property
    def ingredients(self) -> frozenset[str]:
        """The ingredients of all phases."""
        return frozenset(drug.drug for phase in self.phases for drug in phase.drugs)

    def treats(self, codes: Iterable[str]) -> bool:
        """Tell whether it is used for one of some diagnoses."""
        return any(code.startswith(self.diseases) for code in codes)


class RegimenTable:
    """Look-up of regimens by name and by drug. ``same_drug`` names ingredients that count as another one."""

    def __init__(self, regimens: Iterable[Regimen], edition: str, same_drug: Mapping[str, str]) -> None:
        self.edition = edition
        self.same_drug = same_drug
        self._rows = tuple(regimens)
        names: dict[str, list[Regimen]] = defaultdict(list)
        drugs: dict[str, list[Regimen]] = defaultdict(list)
        for regimen in self._rows:
            for name in {spelled(name) for name in (regimen.name, *regimen.aliases)}:
                names[name].append(regimen)
            for drug in regimen.ingredients:
                drugs[drug].append(regimen)
        self._by_name = {name: tuple(found) for name, found in names.items()}
        self._by_drug = {name: tuple(found) for name, found in drugs.items()}

    def named(self, name: str) -> tuple[Regimen, ...]:
        """Give the regimens of a name or a usual abbreviation, whatever its case, blanks and dashes."""
        return self._by_name.get(spelled(name), ())

    def with_drug(self, ingredient: str) -> tuple[Regimen, ...]:
        """Give the regimens that hold an ingredient."""
        return self._by_drug.get(ingredient, ())

    def __contains__(self, ingredient: str) -> bool:
        return ingredient in self._by_drug

    def __iter__(self) -> Iterator[Regimen]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def spelled(name: str) -> str:
    """Give a regimen's name as it is looked up: lower case letters, digits and plus signs."""
    return _NOT_A_LETTER.sub("", name.casefold())


def load_regimens(path: Path) -> RegimenTable:
    """Read ``rulesets/regimens.json``."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return RegimenTable((_regimen(row) for row in data["rows"]), data["edition"], data["same_drug"])


def _regimen(row: dict[str, object]) -> Regimen:
    fields = dict(row)
    for name in ("aliases", "diseases", "intents", "sources"):
        fields[name] = tuple(row[name])  # type: ignore[arg-type]
    fields["phases"] = tuple(map(_phase, row["phases"]))  # type: ignore[call-overload]
    cap = row["cap"]
    fields["cap"] = CycleCap(cap["cycles"], tuple(cap["intents"])) if isinstance(cap, dict) else None
    return Regimen(**fields)  # type: ignore[arg-type]


def _phase(row: Mapping[str, object]) -> Phase:
    drugs = tuple(map(_drug, row["drugs"]))  # type: ignore[call-overload]
    return Phase(row["cycle_days"], row["cycles"], drugs)  # type: ignore[arg-type]


def _drug(row: Mapping[str, object]) -> RegimenDrug:
    fields = dict(row)
    fields["doses"] = tuple(map(_dose, row["doses"]))  # type: ignore[call-overload]
    fields["days"] = tuple(row["days"])  # type: ignore[arg-type]
    fields["cap"] = _dose(str(row["cap"])).amount if row.get("cap") else None
    return RegimenDrug(**fields)  # type: ignore[arg-type]


def _dose(text: str) -> UsualDose:
    amount, unit = text.split(" ", 1)
    return UsualDose(Decimal(amount), unit)
