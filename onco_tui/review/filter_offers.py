"""What a coder may go on to type in the worklist's filter: filters by name, and names with their counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onco_tui.encounter.counting import counted
from onco_tui.review.filtering import FILTERS, FilterError, known_name, quoted

if TYPE_CHECKING:
    from onco_tui.review.desk import Desk

_BEGUN = re.compile(r"([A-Za-z]+)(>=|<=|>|<|:|=)(.*)", re.DOTALL)
_MOST = 50


@dataclass(frozen=True, slots=True)
class FilterOffer:
    """A text that may stand at the cursor, with what it is."""

    text: str = field(repr=False)
    label: str


@dataclass(frozen=True, slots=True)
class Offers:
    """What is offered in place of the text from ``start`` to the cursor."""

    start: int
    offers: tuple[FilterOffer, ...]


def offers_for(desk: Desk, before: str) -> Offers:
    """Offer what may stand at the end of a text; ``before`` is what stands before the cursor."""
    blanks = (at for at, character in enumerate(before) if character.isspace() and before.count('"', 0, at) % 2 == 0)
    start = max(blanks, default=-1) + 1
    begun = before[start:]
    term = _BEGUN.fullmatch(begun)
    if term is None:
        return Offers(start, tuple(_filters(begun.lower())))
    try:
        name = known_name(term[1])
    except FilterError:
        return Offers(start, ())
    wanted = term[3].replace('"', "").casefold()
    given = _VALUES[name](desk) if name in _VALUES else ()
    offers = [FilterOffer(f"{name}{term[2]}{quoted(value)}", label) for value, label in given if _fits(value, wanted)]
    return Offers(start, tuple(offers[:_MOST]) or (FilterOffer(begun, FILTERS[name]),))


def _filters(begun: str) -> Iterator[FilterOffer]:
    signs = {"risk": ">", "age": ">", "date": ">="}
    for name, words in FILTERS.items():
        if name.startswith(begun):
            yield FilterOffer(name + signs.get(name, ":"), words)


def _fits(value: str, wanted: str) -> bool:
    return value.casefold().startswith(wanted) or any(word.startswith(wanted) for word in value.casefold().split())


def _counted(count: int) -> str:
    return counted(count, "encounter")


def _statuses(desk: Desk) -> Iterator[tuple[str, str]]:
    tallies = desk.tallies()
    for status in ("open", "held", "finalized"):
        yield status, _counted(sum(tally.encounters for tally in tallies if tally.status == status))
    yield "all", _counted(sum(tally.encounters for tally in tallies))


def _payers(desk: Desk) -> Iterator[tuple[str, str]]:
    for payer in sorted(desk.payers(), key=lambda payer: -payer.encounters):
        yield payer.name or "none", _counted(payer.encounters)


def _rules(desk: Desk) -> Iterator[tuple[str, str]]:
    return ((rule, _counted(count)) for rule, count in desk.rules_found())


def _coders(desk: Desk) -> Iterator[tuple[str, str]]:
    yield "me", desk.actor.name
    yield from ((coder, "") for coder in desk.coders() if coder != desk.actor.name)


def _severities(_: Desk) -> Iterator[tuple[str, str]]:
    return ((word, "an open finding of it") for word in ("error", "warning", "info"))


def _questions(_: Desk) -> Iterator[tuple[str, str]]:
    yield "open", "a question that waits for its answer"
    yield "none", "no question waits"


_VALUES: Mapping[str, Callable[[Desk], Iterator[tuple[str, str]]]] = {
    "status": _statuses, "payer": _payers, "rule": _rules, "coder": _coders, "severity": _severities,
    "question": _questions,
}  # fmt: skip
