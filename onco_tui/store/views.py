"""A coder's saved views of the worklist. They are settings, not records: the audit log does not hold them."""

from __future__ import annotations

from dataclasses import dataclass, field

from onco_tui.store.canonical import storable, timestamp, utc_now
from onco_tui.store.database import Database
from onco_tui.store.errors import AlreadyThere, StoreError


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list under a name: the filter as typed, and the order."""

    name: str
    filter: str = field(repr=False)
    sort: str
    descending: bool


def saved_views(database: Database, coder: str) -> tuple[SavedView, ...]:
    """Give a coder's views, oldest first."""
    rows = database.query(
        "SELECT name, filter, sort, descending FROM saved_views WHERE coder = ? ORDER BY created_at, name", (coder,)
    )
    return tuple(SavedView(name, text, sort, bool(descending)) for name, text, sort, descending in rows)


def save_view(database: Database, coder: str, view: SavedView) -> None:
    """Keep a view; one of that name is replaced and keeps its place."""
    with database.write() as connection:
        connection.execute(
            "INSERT INTO saved_views VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (coder, name)"
            " DO UPDATE SET filter = excluded.filter, sort = excluded.sort, descending = excluded.descending",
            (
                coder,
                storable(view.name),
                storable(view.filter),
                view.sort,
                int(view.descending),
                timestamp(utc_now()),
            ),
        )


def rename_view(database: Database, coder: str, name: str, new_name: str) -> None:
    """Give a view another name. Raises AlreadyThere for the name of another view, StoreError when there is none."""
    taken = {view.name.casefold() for view in saved_views(database, coder)} - {name.casefold()}
    if new_name.casefold() in taken:
        raise AlreadyThere(f"a view {new_name} is there already")
    with database.write() as connection:
        changed = connection.execute(
            "UPDATE saved_views SET name = ? WHERE coder = ? AND name = ?", (storable(new_name), coder, name)
        )
        if not changed.rowcount:
            raise StoreError(f"no view {name}")


def delete_view(database: Database, coder: str, name: str) -> None:
    """Delete a view. Raises StoreError when there is none of that name."""
    with database.write() as connection:
        deleted = connection.execute("DELETE FROM saved_views WHERE coder = ? AND name = ?", (coder, name))
        if not deleted.rowcount:
            raise StoreError(f"no view {name}")
