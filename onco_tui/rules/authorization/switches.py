"""Switches between products of one drug that break the match with an authorization."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal

from onco_tui.codesets.drugs import DrugTable

Kind = Literal["successor", "biosimilar", "product", "route"]

WORDS: Mapping[Kind, str] = {
    "successor": "the code of the drug changed",
    "biosimilar": "a switch of biosimilar",
    "product": "a switch of product",
    "route": "a switch of route",
}
_BIOSIMILARS = ("Q51", "Q52")


@lru_cache(maxsize=1024)
def switches(drugs: DrugTable, code: str) -> Mapping[str, Kind]:
    """Give the other codes of a code's drug, each with the kind of switch between the two.

    Successors count both ways for codes of the drug table; products of another route count with all of their siblings.
    """
    if not code[:1].isalpha():
        return {}
    found: dict[str, Kind] = {}
    family = {drug.hcpcs for drug in drugs.siblings(code)}
    for other in _of_other_route(drugs, {code, *family}) - family - {code}:
        found[other] = "route"
    for other in family:
        found[other] = "biosimilar" if other.startswith(_BIOSIMILARS) or code.startswith(_BIOSIMILARS) else "product"
    for other in family:
        if any(after.code == code for after in drugs.successors(other)):
            found[other] = "successor"
    for after in drugs.successors(code):
        found[after.code] = "successor"
    return found


def _of_other_route(drugs: DrugTable, codes: set[str]) -> set[str]:
    """Give the codes that are paired with one of these for another route, with their siblings."""
    return {
        other for code in codes for partner in _partners(drugs, code) for other in (partner, *_siblings(drugs, partner))
    }


def _partners(drugs: DrugTable, code: str) -> Iterator[str]:
    if pair := drugs.links.routes.get(code):
        yield pair.subcutaneous if code == pair.intravenous else pair.intravenous


def _siblings(drugs: DrugTable, code: str) -> Iterator[str]:
    return (drug.hcpcs for drug in drugs.siblings(code))
