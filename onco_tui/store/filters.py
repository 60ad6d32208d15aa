"""What a worklist leaves out: each filter as a condition on a row, and where it is rare as a short list of ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from onco_tui.store.database import Database
from onco_tui.store.words import match_expression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onco_tui.store.encounters import Status

Sort = Literal[
    "import", "date_of_service", "patient_name", "payer", "severity", "amount_at_risk", "status", "lines", "owner",
    "first_finding",
]  # fmt: skip
SeverityWord = Literal["error", "warning", "info", "none"]
Value = str | int

_FEW = 2_000
_SHORT_LIST = 20_000  # encounters; so many are walked in a few milliseconds
_COUNTED = {"error": "errors", "warning": "warnings", "info": "infos"}
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class WorklistQuery:
    """What to list and how. None, empty texts and empty tuples leave nothing out.

    ``payer`` is the id or name of a payer, or words of the name; empty it means encounters without one. ``coder`` has
    the encounter open or acted on it last. ``rule`` is a code or how codes begin (``ADM``). ``severities``: an open
    finding of any of them. Dates of service are ISO days, both ends included. ``imported_from`` (included) and
    ``imported_before`` are UTC timestamps as stored. ``question``: an open question to a clinician. ``search`` is what
    the coder typed, ``kin`` what would do in place of its words. Equals in the order stand by encounter id.
    """

    status: Status | None = None
    payer: str | None = None
    coder: str | None = None
    rule: str | None = None
    severities: tuple[SeverityWord, ...] = ()
    date_from: str = ""
    date_to: str = ""
    imported_from: str = ""
    imported_before: str = ""
    risk_from: Decimal | None = None
    risk_to: Decimal | None = None
    question: bool | None = None
    search: str = field(default="", repr=False)
    kin: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    sort: Sort = "severity"
    descending: bool = True

    @property
    def has_kept_count(self) -> bool:
        """Tell whether counts by status and payer answer how long the list is."""
        return not (
            self.coder
            or self.rule
            or self.severities
            or self.date_from
            or self.date_to
            or self.imported_from
            or self.imported_before
            or self.risk_from is not None
            or self.risk_to is not None
            or self.question is not None
            or match_expression(self.search)
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a row of ``encounters``.

    ``ids`` selects from an index alone the ids it holds for; ``is_short``: it names the few rows it holds for.
    """

    sql: str
    parameters: tuple[Value, ...] = ()
    ids: str = ""
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer of the database with the number of its encounters."""

    payer_id: str
    name: str
    encounters: int


def payers(database: Database) -> tuple[Payer, ...]:
    """Give the payers in order of their names, found by leaps through the index."""
    found: list[tuple[str, str]] = []
    leap = "WHERE (payer_name, payer_id, encounter_id) > (?, ?, ?)"  # with two columns it would walk through each payer
    sql = (
        "SELECT payer_name, payer_id FROM encounters INDEXED BY encounters_by_payer {}"
        " ORDER BY payer_name, payer_id, encounter_id LIMIT 1"
    )
    while row := database.query(sql.format(leap if found else ""), (*found[-1], _LAST) if found else ()):
        found.append((row[0][0], row[0][1]))
    kept = database.query("SELECT payer_id, sum(encounters) FROM encounter_counts GROUP BY payer_id")
    counts = {row[0]: row[1] for row in kept}
    return tuple(Payer(identifier, name, counts.get(identifier, 0)) for name, identifier in found)


def payers_called(database: Database, words: str) -> tuple[str, ...]:
    """Give the ids of the payers meant: of that id or name, else with every word beginning a word of the name."""
    wanted = words.casefold()
    known = payers(database)
    exact = [payer.payer_id for payer in known if wanted in {payer.payer_id.casefold(), payer.name.casefold()}]
    if exact or not wanted:
        return tuple(dict.fromkeys(exact)) or ("",) * (not wanted)
    return tuple(
        dict.fromkeys(
            payer.payer_id
            for payer in known
            if all(
                any(part.startswith(word) for part in f"{payer.name} {payer.payer_id}".casefold().split())
                for word in wanted.split()
            )
        )
    )


def conditions_of(database: Database, query: WorklistQuery) -> list[Condition]:
    """Give the conditions of a query. In a long list, where one holds for few, their ids come first in its place."""
    conditions = list(_conditions(database, query))
    if database.query("SELECT coalesce(sum(encounters), 0) FROM encounter_counts")[0][0] <= _SHORT_LIST:
        return conditions
    few: Condition | None = None
    shortest: set[int] = set()
    for condition in conditions:
        most = len(shortest) if few else _FEW
        if condition.ids:
            rows = database.query(f"{condition.ids} LIMIT ?", (*condition.parameters, most + 1))
            if len(rows) <= most:
                few, shortest = condition, {row[0] for row in rows}
    if few is None:
        return conditions
    these = Condition(f"id IN ({', '.join(map(str, sorted(shortest)))})", is_short=True)
    return [these, *(condition for condition in conditions if condition is not few)]


def _conditions(database: Database, query: WorklistQuery) -> Iterator[Condition]:
    if query.status is not None:
        yield _ranged("status", "status = ?", query.status)
    if query.payer is not None:
        wanted = payers_called(database, query.payer)
        # the plus: known as a constant it would spoil the order by payer
        yield Condition(f"+payer_id IN ({', '.join('?' * len(wanted))})", wanted)
    if query.date_from or query.date_to:
        between = "date_of_service BETWEEN ? AND ?"
        yield _ranged("date_of_service", between, query.date_from or "0", query.date_to or "9")
    if query.severities:
        yield _severity(query.severities)
    for sign, amount in ((">=", query.risk_from), ("<=", query.risk_to)):
        if amount is not None:
            yield _ranged("amount_at_risk", f"amount_at_risk_cents {sign} ?", int(amount.scaleb(2)))
    for sign, at in ((">=", query.imported_from), ("<", query.imported_before)):
        if at:
            yield Condition(f"id {sign} ?", (first_imported_from(database, at),))
    yield from _elsewhere(query)


def _elsewhere(query: WorklistQuery) -> Iterator[Condition]:
    """Give the conditions that stand in other tables."""
    if query.coder is not None:
        opened = "SELECT id FROM encounters INDEXED BY encounters_by_owner WHERE owner = ?"
        acted = "SELECT id FROM encounters INDEXED BY encounters_by_last_actor WHERE last_actor = ?"
        yield _among(f"{opened} UNION ALL {acted}", query.coder, query.coder)
    if query.rule is not None:
        found = "SELECT DISTINCT encounter FROM findings INDEXED BY findings_by_rule WHERE rule >= ? AND rule < ?"
        yield _among(found, query.rule, query.rule + _LAST)
    if query.question is not None:
        asked = (
            "SELECT encounters.id FROM queries INDEXED BY queries_open"
            " CROSS JOIN encounters ON encounters.encounter_id = queries.encounter_id"
            " WHERE queries.status IN ('draft', 'sent')"
        )
        yield _among(asked) if query.question else Condition(f"id NOT IN ({asked})")
    if expression := match_expression(query.search, query.kin):
        yield _among("SELECT rowid FROM encounter_words WHERE encounter_words MATCH ?", expression)


def _ranged(sort: Sort, sql: str, *parameters: Value) -> Condition:
    """Make a condition that an index answers."""
    return Condition(sql, parameters, f"SELECT id FROM encounters INDEXED BY encounters_by_{sort} WHERE {sql}")  # noqa: S608  ours


def _among(ids: str, *parameters: Value) -> Condition:
    return Condition(f"id IN ({ids})", parameters, ids)


def _severity(severities: Sequence[SeverityWord]) -> Condition:
    if "none" in severities:
        return Condition("errors = 0 AND warnings = 0 AND infos = 0")
    sql = " OR ".join(f"{_COUNTED[word]} > 0" for word in severities)
    return _ranged("severity", sql) if severities == ("error",) else Condition(f"({sql})")


def first_imported_from(database: Database, at: str) -> int:
    """Give the id of the first encounter imported at a time or later, one beyond the last when there is none.

    Ids are in the order of import, so halving finds it.
    """
    low, high = 1, int(database.query("SELECT coalesce(max(id), 0) + 1 FROM encounters")[0][0])
    while low < high:
        middle = (low + high) // 2
        row = database.query("SELECT id, imported_at FROM encounters WHERE id >= ? ORDER BY id LIMIT 1", (middle,))[0]
        if row[1] < at:
            low = row[0] + 1
        else:
            high = middle
    return low
