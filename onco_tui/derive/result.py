"""What a derivation answers with: lines, judgements where authorities differ, and what could not be derived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

Topic = Literal["administration", "drug", "radiation"]


@dataclass(frozen=True, slots=True)
class DerivedLine:
    """One line the chart supports. ``sources`` are administration or course ids, ``because`` short sentences."""

    code: str
    units: Decimal
    modifiers: tuple[str, ...]
    date_of_service: date
    sources: tuple[str, ...]
    because: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Give the line in the form of ``onco-derive/1``."""
        return {
            "code": self.code,
            "units": _number(self.units),
            "modifiers": list(self.modifiers),
            "date_of_service": self.date_of_service.isoformat(),
            "from": list(self.sources),
            "because": list(self.because),
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of an alternative reading."""

    code: str
    units: Decimal
    modifiers: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Give the choice in the form of ``onco-derive/1``."""
        return {"code": self.code, "units": _number(self.units), "modifiers": list(self.modifiers)}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A question on which published authorities differ, the reading taken, and the lines other readings give.

    ``topic`` says of which kind the lines of the alternatives are.
    """

    about: tuple[str, ...]
    question: str
    chosen: str
    alternatives: tuple[tuple[Choice, ...], ...]
    topic: Topic = "administration"

    def as_json(self) -> dict[str, object]:
        """Give the judgement in the form of ``onco-derive/1``."""
        return {
            "about": list(self.about),
            "question": self.question,
            "chosen": self.chosen,
            "alternatives": [[choice.as_json() for choice in lines] for lines in self.alternatives],
        }


@dataclass(frozen=True, slots=True)
class NotDerived:
    """Something charted that yields no line, and why. ``gap`` is True when a chart fact is missing.

    ``topic`` says which line is meant: the giving of a drug and the drug itself share their source.
    """

    sources: tuple[str, ...]
    reason: str
    gap: bool = False
    topic: Topic = "administration"

    def as_json(self) -> dict[str, object]:
        """Give the entry in the form of ``onco-derive/1``."""
        return {"from": list(self.sources), "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Derivation:
    """The whole answer for one encounter."""

    lines: tuple[DerivedLine, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    not_derived: tuple[NotDerived, ...] = ()

    def __add__(self, other: Derivation) -> Derivation:
        return Derivation(
            self.lines + other.lines, self.judgements + other.judgements, self.not_derived + other.not_derived
        )

    def on(self, topic: Topic) -> Derivation:
        """Give the same answer with its judgements and everything that was not derived marked as being on a topic."""
        return replace(
            self,
            judgements=tuple(replace(entry, topic=topic) for entry in self.judgements),
            not_derived=tuple(replace(entry, topic=topic) for entry in self.not_derived),
        )

    def as_json(self, encounter_id: str) -> dict[str, object]:
        """Give the derivation in the form of one ``onco-derive/1`` encounter."""
        return {
            "encounter_id": encounter_id,
            "lines": [line.as_json() for line in self.lines],
            "judgements": [judgement.as_json() for judgement in self.judgements],
            "not_derived": [entry.as_json() for entry in self.not_derived],
        }


def _number(units: Decimal) -> int | str:
    return int(units) if units == units.to_integral_value() else str(units)
