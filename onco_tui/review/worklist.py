"""The worklist for screens and commands: lists by filter text, saved views, counts; the store answers behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from onco_tui.store import views, worklist
from onco_tui.store.canonical import timestamp
from onco_tui.store.filters import Payer
from onco_tui.store.views import SavedView
from onco_tui.store.worklist import SORTS, Key, Sort, Tally, WorklistQuery, WorklistRow

if TYPE_CHECKING:
    from onco_tui.review.desk import Desk

__all__ = [
    "SORTS", "Key", "Listed", "Listing", "Payer", "SavedView", "Sort", "Tally", "WorklistQuery", "WorklistRow",
    "delete_view", "done_today", "listed", "rename_view", "rows_of", "save_view", "views_of",
]  # fmt: skip

DEFAULT = "status:open"
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Listing:
    """What a coder asked to see: a filter as typed, and the order."""

    filter: str = field(default=DEFAULT, repr=False)
    sort: Sort = "severity"
    descending: bool = True

    @classmethod
    def of_view(cls, view: SavedView) -> Listing:
        """Give the list of a saved view; an order this program does not know becomes the usual one."""
        sort: Sort = next((sort for sort in SORTS if sort == view.sort), "severity")
        return cls(view.filter, sort, view.descending)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as it was understood: the query, and each filter in words."""

    query: WorklistQuery
    words: dict[str, str] = field(repr=False)


def listed(desk: Desk, listing: Listing) -> Listed:
    """Read what a coder asked for, as of now. Raises FilterError."""
    if listing.filter in {"", DEFAULT}:  # what the first screen shows needs no reader of filters
        query = WorklistQuery(status="open" if listing.filter else None)
        words = {"status": "open"} if listing.filter else {}
        return Listed(replace(query, sort=listing.sort, descending=listing.descending), words)
    from onco_tui.review.filtering import moment, parse_filter  # noqa: PLC0415  see above

    read = parse_filter(listing.filter, moment(desk.actor.name))
    return Listed(replace(read.query, sort=listing.sort, descending=listing.descending), dict(read.words))


def rows_of(desk: Desk, query: WorklistQuery, most: int | None = None) -> Iterator[WorklistRow]:
    """Give the rows of a list from its start, a page at a time."""
    if not query.has_kept_count:
        from onco_tui.store.read_list import ReadList  # noqa: PLC0415  what the first screen shows has no need of it

        read = ReadList.of(desk.database, query)
        for first in range(0, len(read) if most is None else min(most, len(read)), _PAGE):
            yield from read.rows(desk.database, first, _PAGE if most is None else min(_PAGE, most - first))
        return
    key: Key | None = None
    given = 0
    while most is None or given < most:
        page = worklist.page(desk.database, query, key, _PAGE if most is None else min(_PAGE, most - given))
        yield from page.rows
        given, key = given + len(page.rows), page.next_key
        if key is None:
            return


def done_today(desk: Desk) -> int:
    """Count the encounters this coder finalized since midnight."""
    midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return worklist.done_since(desk.database, desk.actor.name, timestamp(midnight))


def views_of(desk: Desk) -> tuple[SavedView, ...]:
    """Give this coder's saved views, oldest first."""
    return views.saved_views(desk.database, desk.actor.name)


def save_view(desk: Desk, name: str, listing: Listing) -> None:
    """Keep a list under a name, in place of the view of that name."""
    view = SavedView(name, listing.filter, listing.sort, listing.descending)
    views.save_view(desk.database, desk.actor.name, view)


def rename_view(desk: Desk, name: str, new_name: str) -> None:
    """Give a view another name. Raises StoreError, AlreadyThere among them."""
    views.rename_view(desk.database, desk.actor.name, name, new_name)


def delete_view(desk: Desk, name: str) -> None:
    """Delete a view. Raises StoreError when it is gone already."""
    views.delete_view(desk.database, desk.actor.name, name)
