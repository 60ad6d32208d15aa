"""``onco-tui codes drug``: find a drug by code, NDC, generic or brand name, misspelt or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

import typer

from onco_tui.cli.code_options import Format, On, chosen_day
from onco_tui.cli.options import TextOrJson
from onco_tui.cli.output import FINDINGS, put, put_json, say
from onco_tui.codesets.drugs import Container, DrugTable
from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.counting import counted
from onco_tui.encounter.values import plain

_MOST_MATCHES = 10
_AS_GOOD = 0.75  # of the best match
_STATES = {True: "in force", False: "not in force", None: "dates not known"}


@dataclass(frozen=True, slots=True)
class _Card:
    """What is known of one drug code, in words; ``confidence`` is None for a code known by its descriptor alone."""

    code: str
    name: str
    brands: list[str]
    unit: str
    in_force: bool | None
    effective_from: str | None
    effective_to: str | None
    routes: list[str]
    containers: list[str]
    other_codes: list[str]
    successors: list[str]
    confidence: str | None


def drug(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="A name, a HCPCS code or an NDC.")],
    format: Format = TextOrJson.TEXT,
    on: On = None,
) -> None:
    """Find a drug by code, NDC, generic or brand name, misspelt or not: its unit, dates, containers and kin."""
    day = chosen_day(on)
    drugs = shipped_reference().drugs
    found = drugs.search(" ".join(text), _MOST_MATCHES)
    near = [match for match in found if match.score >= found[0].score * _AS_GOOD]
    cards = [_card(match.code, match.name, drugs, day) for match in near if found[0].score < 1 or match.score == 1]
    if format is TextOrJson.JSON:
        put_json({"drugs": [asdict(card) for card in cards]})
    else:
        for card in cards:
            put("\n".join(_lines(card)))
    if not cards:
        say("no drug here is called so; add it to rulesets/drugs.json, or build the tables from its quarter")
        raise typer.Exit(FINDINGS)


def _card(code: str, name: str, drugs: DrugTable, on: date) -> _Card:
    unit, row = drugs.billing_unit(code), drugs.by_code(code)
    return _Card(
        code=code,
        name=row.generic if row else name,
        brands=list(row.brands) if row else [],
        unit=unit.words if unit else "unit not known",
        in_force=unit.in_force(on) if unit else None,
        effective_from=unit.effective_from.isoformat() if unit and unit.effective_from else None,
        effective_to=unit.effective_to.isoformat() if unit and unit.effective_to else None,
        routes=list(row.routes) if row else [],
        containers=list(map(_container, row.containers)) if row else [],
        other_codes=[other.hcpcs for other in drugs.siblings(code) if other.in_force(on)],
        successors=[
            f"{after.code}, {counted(plain(after.units), 'unit')} for one" if after.units else after.code
            for after in drugs.successors(code)
        ],
        confidence=row.confidence if row else None,
    )


def _container(container: Container) -> str:
    size = "" if container.size is None else f"{plain(container.size)} {container.unit or ''}".strip()
    return f"{size} {container.kind}".strip()


def _lines(card: _Card) -> Iterator[str]:
    brands = f" ({', '.join(card.brands)})" if card.brands else ""
    yield f"{card.code:<7}{card.name}{brands}, {card.unit}"
    yield f"       {_STATES[card.in_force]}: {card.effective_from or 'always'} to {card.effective_to or 'now'}"
    parts = {
        "routes": card.routes, "containers": card.containers, "other codes": card.other_codes, "now": card.successors,
    }  # fmt: skip
    yield from (f"       {label}: {', '.join(values)}" for label, values in parts.items() if values)
