"""What drugs are known to be used for: diagnoses by prefix, results a use rests on, look-alike names, bone agents.

A diagnosis outside a list is a question, never a denial: lists are compiled from labels and compendia, and most drugs
have no policy of their own. Exclusions by a policy are rules, not rows here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal

from onco_tui.codesets.drugs import Confidence

Polarity = Literal["positive", "negative", "any"]
Reader = Literal["words", "number", "her2", "g12c", "castration", "squamous", "small_cell"]
_CATEGORY = 3


@dataclass(frozen=True, slots=True)
class Prefixes:
    """Diagnosis prefixes, dotted; each stands for itself and all below it. ``ranges`` are of categories, inclusive."""

    single: tuple[str, ...]
    ranges: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Prefixes:
        """Read ``C50``, ``C44.02`` and ``C00-C80``; a range goes by category, C4A and C7A within C00-C80."""
        parts = [text.partition("-") for text in texts]
        return cls(
            tuple(first for first, dash, _ in parts if not dash),
            tuple((first, last) for first, dash, last in parts if dash),
        )

    def cover(self, code: str) -> bool:
        """Tell whether a dotted diagnosis code is one of these."""
        category = code[:_CATEGORY]
        return code.startswith(self.single) or any(first <= category <= last for first, last in self.ranges)

    def cover_any(self, codes: Iterable[str]) -> bool:
        """Tell whether one of several codes is covered."""
        return any(map(self.cover, codes))

    @property
    def words(self) -> str:
        """Write the prefixes for people: ``C50, C15.5, C00-C80``."""
        return ", ".join((*self.single, *(f"{first}-{last}" for first, last in self.ranges)))


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a drug. ``needs`` are results it rests on, ``excluded_by`` results that only speak against it.

    ``from_line`` is the first line of therapy of the label; ``companions`` is a second diagnosis the use needs beside
    the first; None without one. ``effective_to`` is the last day of a use that was withdrawn.
    """

    name: str
    diagnoses: Prefixes
    needs: tuple[tuple[str, Polarity], ...]
    excluded_by: tuple[tuple[str, Polarity], ...]
    from_line: int | None
    companions: Prefixes | None
    effective_from: date | None
    effective_to: date | None

    def in_force(self, on: date) -> bool:
        """Tell whether the use stood on a date of service."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on <= self.effective_to
        )


@dataclass(frozen=True, slots=True)
class DrugUses:
    """The uses known of one drug, whichever of its codes is billed."""

    name: str
    codes: tuple[str, ...]
    confidence: Confidence
    source: str
    as_of: date
    uses: tuple[Use, ...]

    def on(self, day: date) -> tuple[Use, ...]:
        """Give the uses that stood on a date of service."""
        return tuple(use for use in self.uses if use.in_force(day))

    def words(self, day: date) -> str:
        """Write the diagnoses of all uses for people."""
        return ", ".join(dict.fromkeys(part for use in self.on(day) for part in use.diagnoses.words.split(", ")))


@dataclass(frozen=True)
class Marker:
    """A result treatments depend on: how charts name it, how its wording is read, and status codes that state it.

    ``any_positive`` is True when one positive result settles it beside negative ones (KRAS and NRAS, say).
    """

    name: str
    shown: str
    reader: Reader
    names: str
    not_names: str
    least: Decimal | None
    any_positive: bool
    histology: bool
    positive: frozenset[str]
    negative: frozenset[str]

    def named(self, text: str) -> bool:
        """Tell whether a text, such as the name of a result, speaks of the marker."""
        return bool(self._names.search(text)) and not (self.not_names and self._not_names.search(text))

    @cached_property
    def _names(self) -> re.Pattern[str]:
        return re.compile(self.names, re.IGNORECASE)

    @cached_property
    def _not_names(self) -> re.Pattern[str]:
        return re.compile(self.not_names, re.IGNORECASE)


@dataclass(frozen=True)
class LookAlike:
    """One drug of a family whose names are taken for one another.

    ``stands_for`` are members an order may name where this one is given, as the product under the skin.
    """

    name: str
    codes: frozenset[str]
    names: str
    stands_for: frozenset[str]

    def named(self, text: str) -> bool:
        """Tell whether a text names the drug."""
        return bool(self._names.search(text))

    @cached_property
    def _names(self) -> re.Pattern[str]:
        return re.compile(self.names, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BoneAgent:
    """A dose of a bone agent, by the billed units of one day, with the diagnoses of that dose and its interval."""

    name: str
    codes: frozenset[str]
    units: Decimal
    days: int
    use: Literal["oncology", "osteoporosis"]
    diagnoses: Prefixes
    confidence: Confidence
    source: str
    as_of: date


@dataclass(frozen=True)
class CoverageTable:
    """All rows, with the look-ups rules use."""

    edition: str
    sources: Mapping[str, str]
    drugs: tuple[DrugUses, ...]
    markers: Mapping[str, Marker]
    look_alikes: tuple[tuple[LookAlike, ...], ...]
    bone_agents: tuple[BoneAgent, ...]
    neutropenia_risk: Mapping[str, Literal["high", "intermediate"]]
    """The risk of febrile neutropenia by regimen, approximate; regimens whose risk is not known are not here."""

    def uses_of(self, code: str) -> DrugUses | None:
        """Find the uses of a drug by its code; None when the table lacks it."""
        return self.by_code.get(code)

    @cached_property
    def by_code(self) -> Mapping[str, DrugUses]:
        """Every drug under each of its codes."""
        return {code: drug for drug in self.drugs for code in drug.codes}

    @cached_property
    def family_of(self) -> Mapping[str, tuple[LookAlike, ...]]:
        """The look-alikes of each code, itself among them."""
        return {code: family for family in self.look_alikes for member in family for code in member.codes}

    @cached_property
    def bone_codes(self) -> frozenset[str]:
        """The codes of all bone agents."""
        return frozenset(code for agent in self.bone_agents for code in agent.codes)


def load_coverage(path: Path) -> CoverageTable:
    """Read ``rulesets/coverage.json``. Raises ValueError for a code that stands twice or a marker no row describes."""
    data = json.loads(path.read_text(encoding="utf-8"))
    table = CoverageTable(
        edition=data["edition"],
        sources=data["sources"],
        drugs=tuple(_drug(row) for row in data["drugs"]),
        markers={row["marker"]: _marker(row) for row in data["markers"]},
        look_alikes=tuple(
            tuple(
                LookAlike(row["drug"], frozenset(row["codes"]), row["names"], frozenset(row.get("stands_for", ())))
                for row in family
            )
            for family in data["look_alikes"]
        ),
        bone_agents=tuple(_bone_agent(row) for row in data["bone_agents"]),
        neutropenia_risk={regimen: risk for risk, regimens in data["neutropenia_risk"].items() for regimen in regimens},
    )
    _require_sound(table)
    return table


def _require_sound(table: CoverageTable) -> None:
    codes = [code for drug in table.drugs for code in drug.codes]
    if twice := next((code for code in codes if codes.count(code) > 1), ""):
        raise ValueError(f"coverage.json: {twice} stands twice")
    asked = {name for drug in table.drugs for use in drug.uses for name, _ in (*use.needs, *use.excluded_by)}
    if unknown := asked - table.markers.keys():
        raise ValueError(f"coverage.json: no marker {min(unknown)}")
    sources = {*(drug.source for drug in table.drugs), *(agent.source for agent in table.bone_agents)}
    if unsourced := sources - table.sources.keys():
        raise ValueError(f"coverage.json: no source {min(unsourced)}")


def _drug(row: Mapping[str, object]) -> DrugUses:
    return DrugUses(
        name=str(row["drug"]),
        codes=_texts(row["codes"]),
        confidence=row["confidence"],  # type: ignore[arg-type]
        source=str(row["source"]),
        as_of=date.fromisoformat(str(row["as_of"])),
        uses=tuple(_use(use) for use in row["uses"]),  # type: ignore[attr-defined]
    )


def _use(row: Mapping[str, object]) -> Use:
    companions = row.get("companions")
    line = row.get("from_line")
    return Use(
        name=str(row["for"]),
        diagnoses=Prefixes.of(_texts(row["diagnoses"])),
        needs=_results(row.get("needs")),
        excluded_by=_results(row.get("excluded_by")),
        from_line=None if line is None else int(str(line)),
        companions=Prefixes.of(_texts(companions)) if companions else None,
        effective_from=_day(row.get("from")),
        effective_to=_day(row.get("to")),
    )


def _results(found: object) -> tuple[tuple[str, Polarity], ...]:
    return tuple(found.items()) if isinstance(found, dict) else ()


def _marker(row: Mapping[str, object]) -> Marker:
    least = row.get("least")
    return Marker(
        name=str(row["marker"]),
        shown=str(row["shown"]),
        reader=row["reader"],  # type: ignore[arg-type]
        names=str(row["names"]),
        not_names=str(row.get("not_names", "")),
        least=None if least is None else Decimal(str(least)),
        any_positive=bool(row.get("any_positive", False)),
        histology=bool(row.get("histology", False)),
        positive=frozenset(_texts(row.get("positive", []))),
        negative=frozenset(_texts(row.get("negative", []))),
    )


def _bone_agent(row: Mapping[str, object]) -> BoneAgent:
    return BoneAgent(
        name=str(row["drug"]),
        codes=frozenset(_texts(row["codes"])),
        units=Decimal(str(row["units"])),
        days=int(str(row["days"])),
        use=row["use"],  # type: ignore[arg-type]
        diagnoses=Prefixes.of(_texts(row["diagnoses"])),
        confidence=row["confidence"],  # type: ignore[arg-type]
        source=str(row["source"]),
        as_of=date.fromisoformat(str(row["as_of"])),
    )


def _texts(found: object) -> tuple[str, ...]:
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _day(text: object) -> date | None:
    return None if text is None else date.fromisoformat(str(text))
