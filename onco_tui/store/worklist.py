"""The worklist: encounters filtered, searched and sorted, read a page at a time from indexes that answer everything."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from onco_tui.store.database import Database
from onco_tui.store.filters import Condition, Payer, Sort, WorklistQuery, conditions_of, payers, payers_called

if TYPE_CHECKING:
    from onco_tui.store.encounters import Status

__all__ = [
    "SORTS", "Key", "Page", "Payer", "Sort", "Tally", "WorklistQuery", "WorklistRow", "coders", "count", "done_since",
    "ids_in_order", "key_of", "last_opened", "neighbours", "page", "payers", "position_of", "rank_of", "row_at",
    "rows_by_id", "rules_found", "stands_before", "tallies", "window",
]  # fmt: skip

Key = tuple[str | int, ...]

_ORDER: dict[Sort, tuple[str, tuple[str, ...]]] = {
    "import": ("encounters_by_import", ("id",)),
    "date_of_service": ("encounters_by_date_of_service", ("date_of_service", "encounter_id")),
    "patient_name": ("encounters_by_patient_name", ("patient_name", "encounter_id")),
    "payer": ("encounters_by_payer", ("payer_name", "payer_id", "encounter_id")),
    "severity": ("encounters_by_severity", ("errors", "warnings", "infos", "encounter_id")),
    "amount_at_risk": ("encounters_by_amount_at_risk", ("amount_at_risk_cents", "encounter_id")),
    "status": ("encounters_by_status", ("status", "encounter_id")),
    "lines": ("encounters_by_lines", ("line_count", "encounter_id")),
    "owner": ("encounters_by_owner", ("owner", "encounter_id")),
    "first_finding": ("encounters_by_first_finding", ("first_finding", "encounter_id")),
}
SORTS: tuple[Sort, ...] = tuple(_ORDER)
_AT_A_TIME = 10_000
_COLUMNS = (
    "encounter_id", "status", "version", "patient_name", "patient_id", "payer_id", "payer_name", "date_of_service",
    "claim_type", "line_count", "errors", "warnings", "infos", "amount_at_risk_cents", "first_finding", "owner",
    "opened_at", "last_actor", "source_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One encounter of the list. ``key`` is its place in the order; ``date_of_service`` an ISO date or empty.

    Its repr leaves the patient out, for tracebacks.
    """

    key: Key = field(repr=False)
    encounter_id: str
    status: Status
    version: int
    patient_name: str = field(repr=False)
    patient_id: str = field(repr=False)
    payer_id: str
    payer_name: str
    date_of_service: str
    claim_type: str
    line_count: int
    errors: int
    warnings: int
    infos: int
    amount_at_risk: Decimal
    first_finding: str = field(repr=False)
    owner: str
    opened_at: str
    last_actor: str
    source_name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the list. ``next_key`` continues it; None at the end."""

    rows: tuple[WorklistRow, ...]
    next_key: Key | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many encounters of a payer stand in a status."""

    status: Status
    payer_id: str
    encounters: int


def page(database: Database, query: WorklistQuery, after: Key | None = None, limit: int = 100) -> Page:
    """Give the rows after a key, or the first ones."""
    rows = _rows(database, query, limit, after=after)
    return Page(rows, rows[-1].key if len(rows) == limit else None)


def window(database: Database, query: WorklistQuery, offset: int, limit: int) -> tuple[WorklistRow, ...]:
    """Give the rows from a position on, for a list that jumps. What is skipped is skipped within an index."""
    return _rows(database, query, limit, offset=max(0, offset))


def row_at(database: Database, query: WorklistQuery, position: int) -> WorklistRow | None:
    """Give the row at a position, counted from 0; None beyond the end."""
    return next(iter(window(database, query, position, 1)), None) if position >= 0 else None


def position_of(database: Database, query: WorklistQuery, encounter_id: str) -> int | None:
    """Give the position of an encounter, counted from 0; None when the filters leave it out."""
    key = key_of(database, query, encounter_id)
    if key is None or not _listed(database, conditions_of(database, query), encounter_id):
        return None
    return rank_of(database, query, key)


def rank_of(database: Database, query: WorklistQuery, key: Key) -> int:
    """Count the rows before a key: the position of what has it, or of what came in its place."""
    conditions = [*conditions_of(database, query), _beyond(_turned(query), key)]
    return _counted(database, conditions, _ORDER[query.sort][0])


def count(database: Database, query: WorklistQuery) -> int:
    """Count the rows of the list; by status and payer alone from kept counts, whatever the length."""
    if query.has_kept_count:
        wanted = None if query.payer is None else payers_called(database, query.payer)
        return sum(
            tally.encounters
            for tally in tallies(database)
            if query.status in {None, tally.status} and (wanted is None or tally.payer_id in wanted)
        )
    return _counted(database, conditions_of(database, query), _counting_index(query))


def _counting_index(query: WorklistQuery) -> str:
    """Choose the index that leaves the least to count."""
    if query.date_from or query.date_to:
        return "encounters_by_date_of_service"
    if query.risk_from is not None or query.risk_to is not None:
        return "encounters_by_amount_at_risk"
    if query.severities == ("error",):
        return "encounters_by_severity"
    return "encounters_by_status" if query.status else "encounters_by_import"


def _counted(database: Database, conditions: Sequence[Condition], index: str) -> int:
    sql = f"SELECT count(*) FROM encounters {_access(conditions, index)} WHERE {_all(conditions)}"  # noqa: S608  ours
    return int(database.query(sql, _bound(conditions))[0][0])


def tallies(database: Database) -> tuple[Tally, ...]:
    """Give the kept counts by status and payer."""
    rows = database.query("SELECT status, payer_id, encounters FROM encounter_counts WHERE encounters > 0")
    return tuple(Tally(*row) for row in rows)


def rules_found(database: Database) -> tuple[tuple[str, int], ...]:
    """Give each rule with findings and the number of encounters it is found in, in code order."""
    rows = database.query("SELECT rule, encounters FROM rule_counts WHERE encounters > 0 ORDER BY rule")
    return tuple((row[0], row[1]) for row in rows)


def coders(database: Database) -> tuple[str, ...]:
    """Give everyone who opened an encounter here."""
    return tuple(row[0] for row in database.query("SELECT coder FROM coders ORDER BY coder"))


def done_since(database: Database, coder: str, at: str) -> int:
    """Count the encounters a coder finalized since a time; ``at`` is a timestamp as the audit log writes it."""
    rows = database.query(
        "SELECT count(DISTINCT encounter_id) FROM audit INDEXED BY audit_finalized"
        " WHERE action = 'finalize' AND actor = ? AND at >= ?",
        (coder, at),
    )
    return int(rows[0][0])


def last_opened(database: Database, coder: str) -> str | None:
    """Give the encounter a coder opened last, released or not; None when there was none."""
    rows = database.query("SELECT last_opened FROM coders WHERE coder = ?", (coder,))
    return rows[0][0] if rows else None


def neighbours(
    database: Database, query: WorklistQuery, encounter_id: str, key: Key | None = None
) -> tuple[str | None, str | None]:
    """Give the encounters before and after one in the list; None at its ends.

    The encounter itself need not be listed any more. ``key`` is the place it had when the coder opened it, for when
    accepting fixes has moved it since.
    """
    place = key or key_of(database, query, encounter_id)
    if place is None:
        return None, None
    previous, following = (
        next(
            (row.encounter_id for row in _rows(database, way, 2, after=place) if row.encounter_id != encounter_id), None
        )
        for way in (_turned(query), query)
    )
    return previous, following


def ids_in_order(database: Database, query: WorklistQuery) -> array[int]:
    """Give the ``id`` of every row of the list, eight bytes each.

    For what asks other tables (a rule, a coder, a search) one walk costs no more than the first page of it.
    """
    ids = array("q")
    with database.snapshot() as connection:
        conditions = conditions_of(database, query)
        sql = f"SELECT id FROM encounters {_in_order(query, conditions)}"  # noqa: S608  our own names
        cursor = connection.execute(sql, _bound(conditions))
        while rows := cursor.fetchmany(_AT_A_TIME):
            ids.extend(row[0] for row in rows)
    return ids


def rows_by_id(database: Database, query: WorklistQuery, ids: Sequence[int]) -> tuple[WorklistRow, ...]:
    """Give rows by their ``id``, in the order of the ids; a few hundred at most."""
    sql = f"SELECT {_columns(query)}, id FROM encounters WHERE id IN ({', '.join('?' * len(ids))})"  # noqa: S608  same
    found = {row[-1]: _worklist_row(row[:-1]) for row in database.query(sql, tuple(ids))}
    return tuple(found[number] for number in ids if number in found)


def stands_before(database: Database, query: WorklistQuery, number: int, key: Key) -> bool:
    """Tell whether a row, named by its ``id``, stands before a key in the order of a query."""
    before = _beyond(_turned(query), key)
    return bool(database.query(f"SELECT 1 FROM encounters WHERE id = ? AND {before.sql}", (number, *before.parameters)))  # noqa: S608  same


def _turned(query: WorklistQuery) -> WorklistQuery:
    return replace(query, descending=not query.descending)


def _rows(
    database: Database, query: WorklistQuery, limit: int, *, after: Key | None = None, offset: int = 0
) -> tuple[WorklistRow, ...]:
    conditions = conditions_of(database, query)
    if after is not None:
        conditions.append(_beyond(query, after))
    sql = f"SELECT {_columns(query)} FROM encounters {_in_order(query, conditions)} LIMIT ? OFFSET ?"  # noqa: S608  same
    return tuple(_worklist_row(row) for row in database.query(sql, (*_bound(conditions), limit, offset)))


def _columns(query: WorklistQuery) -> str:
    return ", ".join((*_COLUMNS, *_ORDER[query.sort][1]))


def _in_order(query: WorklistQuery, conditions: Sequence[Condition]) -> str:
    """Give the end of a statement that walks the list; our own names only, what others wrote is bound."""
    index, order = _ORDER[query.sort]
    direction = " DESC" if query.descending else ""
    by = ", ".join(name + direction for name in order)
    return f"{_access(conditions, index)} WHERE {_all(conditions)} ORDER BY {by}"


def _access(conditions: Sequence[Condition], index: str) -> str:
    """Walk an index in its order, or fetch few rows by their ids and sort them."""
    return "NOT INDEXED" if conditions and conditions[0].is_short else f"INDEXED BY {index}"


def _beyond(query: WorklistQuery, key: Key) -> Condition:
    """Ask for what comes after a key in the query's direction."""
    _, order = _ORDER[query.sort]
    return Condition(f"({', '.join(order)}) {'<' if query.descending else '>'} ({', '.join('?' * len(order))})", key)


def _all(conditions: Sequence[Condition]) -> str:
    return " AND ".join(condition.sql for condition in conditions) or "TRUE"


def _bound(conditions: Sequence[Condition]) -> tuple[str | int, ...]:
    return tuple(value for condition in conditions for value in condition.parameters)


def key_of(database: Database, query: WorklistQuery, encounter_id: str) -> Key | None:
    """Give the place of an encounter in the order of a query, listed or not; None when it is not in the database."""
    _, order = _ORDER[query.sort]
    sql = f"SELECT {', '.join(order)} FROM encounters WHERE encounter_id = ?"  # noqa: S608  our own names
    return next((tuple(row) for row in database.query(sql, (encounter_id,))), None)


def _listed(database: Database, conditions: Sequence[Condition], encounter_id: str) -> bool:
    sql = f"SELECT 1 FROM encounters WHERE {_all(conditions)} AND encounter_id = ?"  # noqa: S608  our own names
    return bool(database.query(sql, (*_bound(conditions), encounter_id)))


def _worklist_row(row: Sequence[Any]) -> WorklistRow:
    values = list(row[: len(_COLUMNS)])
    money = _COLUMNS.index("amount_at_risk_cents")
    values[money] = Decimal(values[money]).scaleb(-2)
    return WorklistRow(tuple(row[len(_COLUMNS) :]), *values)
