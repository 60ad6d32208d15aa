"""The worksheet of one reading: services found, codes earned, what was left, and the questions met on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from onco_tui.derive.administration.given import NO_VISIT, Given, Reading, Visit
from onco_tui.derive.administration.questions import Question
from onco_tui.derive.administration.service import Family
from onco_tui.derive.result import NotDerived


@dataclass(slots=True)
class Earned:
    """A code with its units, the administrations it rests on and the reasons, before equal codes are joined."""

    code: str
    units: int
    day: date
    sources: tuple[str, ...]
    because: tuple[str, ...]
    modifiers: tuple[str, ...] = ()
    visit: Visit = NO_VISIT
    site: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """Additional hours that one dose brought."""

    day: date
    units: int
    sources: tuple[str, ...]
    because: str


@dataclass(slots=True)
class Service:
    """One service through an access that competes for the initial slot, or one whose code is settled (``fixed``)."""

    family: Family
    form: Literal["infusion", "push"]
    start: int | None
    day: date
    sources: tuple[str, ...]
    because: tuple[str, ...]
    hours: tuple[Hours, ...] = ()
    fixed: str = ""
    stopped: bool = False


@dataclass(slots=True)
class Worksheet:
    """Collects the answer while an encounter is worked through.

    ``flipped`` names the questions answered the other way here; None on the sheet of the first reading, which asks.
    """

    reading: Reading
    flipped: frozenset[Question] | None = None
    earned: list[Earned] = field(default_factory=list)
    left: list[NotDerived] = field(default_factory=list)
    asked: dict[Question, list[str]] = field(default_factory=dict)

    @property
    def asking(self) -> bool:
        """True on the sheet of the first reading: the others meet no questions of their own."""
        return self.flipped is None

    def earn(self, code: str, units: int, given: Sequence[Given], because: Iterable[str]) -> None:
        """Note a code that stands alone for some administrations, dated by the first of them."""
        first = given[0]
        self.earned.append(
            Earned(
                code=code,
                units=units,
                day=first.day,
                sources=tuple(item.id for item in given),
                because=tuple(because),
                visit=first.visit,
                site=first.site,
            )
        )

    def leave(self, sources: Iterable[str], reason: str, *, gap: bool = False) -> None:
        """Note what yields no line, and why."""
        self.left.append(NotDerived(tuple(sources), reason, gap=gap))

    def ask(self, question: Question, about: Iterable[str]) -> None:
        """Note that authorities differ on something met here."""
        if self.flipped is not None:
            return
        known = self.asked.setdefault(question, [])
        known += [identifier for identifier in about if identifier not in known]

    def take(self, part: Worksheet) -> None:
        """Note what was left and asked on the sheet of a part."""
        self.left += part.left
        for question, about in part.asked.items():
            self.ask(question, about)
