"""The worklist: encounters filtered, searched and sorted, read a page at a time from indexes that answer everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from onco_tui.store.database import Database
from onco_tui.store.sqlite import Row
from onco_tui.store.words import match_expression

if TYPE_CHECKING:
    from onco_tui.store.encounters import Status


Sort = Literal["import", "date_of_service", "patient_name", "payer", "severity", "amount_at_risk", "status"]
Key = tuple[str | int, ...]

_ORDER: dict[Sort, tuple[str, tuple[str, ...]]] = {
    "import": ("encounters_by_import", ("id",)),
    "date_of_service": ("encounters_by_date_of_service", ("date_of_service", "encounter_id")),
    "patient_name": ("encounters_by_patient_name", ("patient_name", "encounter_id")),
    "payer": ("encounters_by_payer", ("payer_name", "payer_id", "encounter_id")),
    "severity": ("encounters_by_severity", ("errors", "warnings", "infos", "encounter_id")),
    "amount_at_risk": ("encounters_by_amount_at_risk", ("amount_at_risk_cents", "encounter_id")),
    "status": ("encounters_by_status", ("status", "encounter_id")),
}
SORTS: tuple[Sort, ...] = tuple(_ORDER)
_COLUMNS = (
    "encounter_id", "status", "version", "patient_name", "patient_id", "payer_id", "payer_name", "date_of_service",
    "claim_type", "line_count", "errors", "warnings", "infos", "amount_at_risk_cents", "first_finding", "owner",
    "opened_at", "source_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WorklistQuery:
    """What to list and how. None and the empty search leave nothing out; ``search`` is what the coder typed.

    Equals in the order stand by encounter id.
    """

    status: Status | None = None
    payer_id: str | None = None
    rule: str | None = None
    search: str = field(default="", repr=False)
    sort: Sort = "severity"
    descending: bool = True


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
    key = _key_of(database, query, encounter_id)
    conditions, parameters = _filters(query)
    if key is None or not _listed(database, conditions, parameters, encounter_id):
        return None
    conditions.append(_beyond(_turned(query)))
    index, _ = _ORDER[query.sort]
    sql = f"SELECT count(*) FROM encounters INDEXED BY {index} WHERE {_all(conditions)}"  # noqa: S608  our own names
    return int(database.query(sql, (*parameters, *key))[0][0])


def count(database: Database, query: WorklistQuery) -> int:
    """Count the rows of the list; without rule and search from kept counts, whatever the length."""
    if query.rule is None and match_expression(query.search) is None:
        return sum(
            tally.encounters
            for tally in tallies(database)
            if query.status in {None, tally.status} and query.payer_id in {None, tally.payer_id}
        )
    conditions, parameters = _filters(query)
    sql = f"SELECT count(*) FROM encounters INDEXED BY encounters_by_import WHERE {_all(conditions)}"  # noqa: S608  ours
    return int(database.query(sql, parameters)[0][0])


def tallies(database: Database) -> tuple[Tally, ...]:
    """Give the kept counts by status and payer."""
    rows = database.query("SELECT status, payer_id, encounters FROM encounter_counts WHERE encounters > 0")
    return tuple(Tally(*row) for row in rows)


def rules_found(database: Database) -> tuple[tuple[str, int], ...]:
    """Give each rule with findings and the number of encounters it is found in, in code order."""
    rows = database.query("SELECT rule, count(DISTINCT encounter) FROM findings GROUP BY rule ORDER BY rule")
    return tuple((row[0], row[1]) for row in rows)


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
    place = key or _key_of(database, query, encounter_id)
    if place is None:
        return None, None
    previous, following = (
        next(
            (row.encounter_id for row in _rows(database, way, 2, after=place) if row.encounter_id != encounter_id), None
        )
        for way in (_turned(query), query)
    )
    return previous, following


def _turned(query: WorklistQuery) -> WorklistQuery:
    return replace(query, descending=not query.descending)


def _rows(
    database: Database, query: WorklistQuery, limit: int, *, after: Key | None = None, offset: int = 0
) -> tuple[WorklistRow, ...]:
    conditions, parameters = _filters(query)
    if after is not None:
        conditions.append(_beyond(query))
        parameters += after
    index, order = _ORDER[query.sort]
    direction = " DESC" if query.descending else ""
    sql = f"""
        SELECT {", ".join((*_COLUMNS, *order))} FROM encounters INDEXED BY {index}
        WHERE {_all(conditions)}
        ORDER BY {", ".join(name + direction for name in order)} LIMIT ? OFFSET ?
    """  # noqa: S608  our own names; what others wrote is bound
    return tuple(_worklist_row(row) for row in database.query(sql, (*parameters, limit, offset)))


def _filters(query: WorklistQuery) -> tuple[list[str], list[str | int]]:
    conditions: list[str] = []
    parameters: list[str | int] = []
    for condition, value in (
        ("status = ?", query.status),
        ("+payer_id = ?", query.payer_id),  # the plus: known as a constant it would spoil the order by payer
        ("id IN (SELECT encounter FROM findings WHERE rule = ?)", query.rule),
        ("id IN (SELECT rowid FROM encounter_words WHERE encounter_words MATCH ?)", match_expression(query.search)),
    ):
        if value is not None:
            conditions.append(condition)
            parameters.append(value)
    return conditions, parameters


def _beyond(query: WorklistQuery) -> str:
    """Ask for what comes after a key in the query's direction."""
    _, order = _ORDER[query.sort]
    return f"({', '.join(order)}) {'<' if query.descending else '>'} ({', '.join('?' * len(order))})"


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions) or "TRUE"


def _key_of(database: Database, query: WorklistQuery, encounter_id: str) -> Key | None:
    _, order = _ORDER[query.sort]
    sql = f"SELECT {', '.join(order)} FROM encounters WHERE encounter_id = ?"  # noqa: S608  our own names
    return next((tuple(row) for row in database.query(sql, (encounter_id,))), None)


def _listed(database: Database, conditions: list[str], parameters: list[str | int], encounter_id: str) -> bool:
    sql = f"SELECT 1 FROM encounters WHERE {_all([*conditions, 'encounter_id = ?'])}"  # noqa: S608  our own names
    return bool(database.query(sql, (*parameters, encounter_id)))


def _worklist_row(row: Row) -> WorklistRow:
    values = list(row[: len(_COLUMNS)])
    money = _COLUMNS.index("amount_at_risk_cents")
    values[money] = Decimal(values[money]).scaleb(-2)
    return WorklistRow(tuple(row[len(_COLUMNS) :]), *values)
