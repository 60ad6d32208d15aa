"""``onco-tui worklist``: the list of the screen, by the same filters and saved views."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer

from onco_tui.cli.desks import open_desk
from onco_tui.cli.options import DatabaseOption
from onco_tui.cli.output import fail, put, put_json, say
from onco_tui.exchange.tables import Cell, write_csv
from onco_tui.present.command_text import worklist_text
from onco_tui.present.spans import plain_text
from onco_tui.present.worklist import query_words
from onco_tui.review.desk import Desk
from onco_tui.review.errors import StoreError
from onco_tui.review.filtering import FilterError
from onco_tui.review.worklist import SORTS, Listing, WorklistRow, listed, rows_of, views_of

_COLUMNS = (
    "encounter_id", "status", "patient_name", "patient_id", "payer_id", "payer_name", "date_of_service", "claim_type",
    "lines", "errors", "warnings", "infos", "amount_at_risk", "first_finding", "open_at", "last_actor",
)  # fmt: skip


class ListFormat(StrEnum):
    """How ``worklist`` answers."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def worklist(  # noqa: PLR0913  one parameter an option
    filter: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILTER...]", help="As on the screen: status:open payer:medicare risk>100 taxol"),
    ] = None,
    db: DatabaseOption = None,
    *,
    format: Annotated[ListFormat, typer.Option("--format", help="How to answer.")] = ListFormat.TEXT,
    view: Annotated[str | None, typer.Option("--view", help="Start from one of your saved views.")] = None,
    sort: Annotated[str, typer.Option("--sort", metavar="COLUMN", help=f"One of {', '.join(SORTS)}.")] = "",
    ascending: Annotated[bool, typer.Option("--ascending", help="Lowest first.")] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many encounters.")] = None,
) -> None:
    """List encounters as the screen does; without a filter all of them, the worst first.

    Ends with 2 for a filter that cannot be read or a database that cannot be opened.
    """
    with open_desk(db, to_read=True) as desk:
        listing = _listing(desk, view)
        text = " ".join([listing.filter, *(filter or ())]).strip()
        chosen = next((known for known in SORTS if known == sort), None)
        if sort and chosen is None:
            fail(f"cannot sort by {sort}; there are {', '.join(SORTS)}")
        descending = False if ascending else listing.descending
        listing = replace(listing, filter=text, descending=descending, sort=chosen or listing.sort)
        try:
            wanted = listed(desk, listing)
            _write(format, rows_of(desk, wanted.query, limit))
        except (FilterError, StoreError) as error:
            fail(str(error))
        if format is ListFormat.TEXT:
            say(plain_text(query_words(listing.sort, wanted.words, descending=listing.descending)))


def _listing(desk: Desk, view: str | None) -> Listing:
    if view is None:
        return Listing(filter="")
    views = {saved.name.casefold(): saved for saved in views_of(desk)}
    if view.casefold() not in views:
        names = ", ".join(saved.name for saved in views.values())
        fail(f"no view is called {view}; there are {names}" if names else f"no view is called {view}; there are none")
    return Listing.of_view(views[view.casefold()])


def _write(form: ListFormat, rows: Iterator[WorklistRow]) -> None:
    match form:
        case ListFormat.TEXT:
            shown = tuple(rows)
            names = ["encounter", *(row.encounter_id for row in shown)]
            width = max(len(name) for name in names)
            for name, line in zip(names, worklist_text(shown), strict=True):
                put(f"{name:<{width}}  {line}")
        case ListFormat.CSV:
            write_csv(map(_cells, rows), _COLUMNS, sys.stdout)
        case ListFormat.JSON:
            found = [{name: _plain(cell) for name, cell in _cells(row).items()} for row in rows]
            put_json({"schema": "onco-worklist/1", "encounters": found})


def _plain(cell: Cell) -> str | int | None:
    return cell if cell is None or isinstance(cell, int) else str(cell)


def _cells(row: WorklistRow) -> Mapping[str, Cell]:
    values = (
        row.encounter_id, row.status, row.patient_name, row.patient_id, row.payer_id, row.payer_name,
        row.date_of_service, row.claim_type, row.line_count, row.errors, row.warnings, row.infos, row.amount_at_risk,
        row.first_finding, row.owner, row.last_actor,
    )  # fmt: skip
    return dict(zip(_COLUMNS, values, strict=True))
