"""The drug table: billing unit, class, containers and dates of each drug code."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Container:
    """A marketed container: labelled content and kind as the source words it (``single-dose``, ``multi-dose``)."""

    size: Decimal | None
    unit: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Drug:
    """One HCPCS drug code. One billing unit is ``unit_quantity`` of ``unit``."""

    hcpcs: str
    generic: str
    brands: tuple[str, ...]
    unit_quantity: Decimal | None
    unit: str | None
    routes: tuple[str, ...]
    admin_class: str
    containers: tuple[Container, ...]
    containers_confidence: Confidence
    effective_from: date | None
    effective_to: date | None
    confidence: Confidence
    sources: tuple[str, ...]

    def in_force(self, on: date) -> bool:
        """Tell whether the code may be billed for a date of service; the end date is the last valid day."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on <= self.effective_to
        )


class DrugTable:
    """Look-up by code and by exact generic or brand name."""

    def __init__(self, drugs: Iterable[Drug], edition: str) -> None:
        self.edition = edition
        self._by_code = {drug.hcpcs: drug for drug in drugs}
        names: dict[str, list[Drug]] = defaultdict(list)
        for drug in self._by_code.values():
            for name in {drug.generic.casefold(), *(brand.casefold() for brand in drug.brands)}:
                names[name].append(drug)
        self._by_name: Mapping[str, tuple[Drug, ...]] = {name: tuple(found) for name, found in names.items()}

    def by_code(self, code: str | None) -> Drug | None:
        """Find the drug of a HCPCS code, whatever the date; None when the table lacks it."""
        return self._by_code.get(code) if code else None

    def by_name(self, name: str | None) -> tuple[Drug, ...]:
        """Find drugs by exact generic or brand name, ignoring case; several codes may share a name."""
        return self._by_name.get(" ".join(name.casefold().split()), ()) if name else ()

    def __len__(self) -> int:
        return len(self._by_code)


def load_drugs(path: Path) -> DrugTable:
    """Read ``rulesets/drugs.json``."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return DrugTable((_drug(row) for row in data["rows"]), data["edition"])


def _drug(row: Mapping[str, object]) -> Drug:
    fields = dict(row)
    fields["unit_quantity"] = _decimal(row["unit_quantity"])
    fields["effective_from"] = _day(row["effective_from"])
    fields["effective_to"] = _day(row["effective_to"])
    for name in ("brands", "routes", "sources"):
        fields[name] = tuple(row[name])  # type: ignore[arg-type]
    fields["containers"] = tuple(
        Container(_decimal(c["size"]), c["unit"], c["kind"])
        for c in row["containers"]  # type: ignore[attr-defined]
    )
    return Drug(**fields)  # type: ignore[arg-type]


def _decimal(text: object) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def _day(text: object) -> date | None:
    return None if text is None else date.fromisoformat(str(text))
