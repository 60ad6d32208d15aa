from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import apply, set_line_field
from onco_tui.rules.finding import Finding, Severity
from onco_tui.store import filters, schema, worklist
from onco_tui.store.actor import Actor
from onco_tui.store.audit import append, verify
from onco_tui.store.database import Database
from onco_tui.store.encounters import Status, Summary, load, save_claim, save_new, save_source, set_status, take
from onco_tui.store.queries import ClinicianQuery, QueryStatus, ask, set_query_status
from onco_tui.store.read_list import ReadList
from onco_tui.store.worklist import SORTS, Sort, WorklistQuery
from tests.store.samples import encounter, entry, finding

RULES = ("ADM101", "ADM102", "DRG201", "RAD301")
PAYERS = ("PAYER_1", "PAYER_2", "")
STATUSES: tuple[Status, ...] = ("open", "held", "finalized")
HOW_MANY = 120
Way = tuple[Sort, bool]


@dataclass(frozen=True)
class Known:
    """What the test itself knows of an encounter: the plain model the list is held against."""

    number: int
    encounter: Encounter
    status: Status
    findings: tuple[Finding, ...]
    amount: Decimal
    owner: str
    actor: str
    asked: QueryStatus | None

    @property
    def id(self) -> str:
        return self.encounter.encounter_id

    def count(self, severity: Severity) -> int:
        return len([found for found in self.findings if found.severity == severity])

    @property
    def day(self) -> str:
        day = self.encounter.claim.date_from
        return day.isoformat() if day else ""

    @property
    def name(self) -> str:
        return f"{self.encounter.patient.family_name}, {self.encounter.patient.given_name}"


def no_case(text: str) -> str:
    """Compare as SQLite's NOCASE does: ASCII letters only."""
    return text.translate(str.maketrans(string.ascii_uppercase, string.ascii_lowercase))


ORDER: dict[Sort, Callable[[Known], tuple[object, ...]]] = {
    "import": lambda k: (k.number,),
    "date_of_service": lambda k: (k.day, k.id),
    "patient_name": lambda k: (no_case(k.name), k.id),
    "payer": lambda k: (no_case(k.encounter.coverage.payer_name), k.encounter.coverage.payer_id, k.id),
    "severity": lambda k: (k.count(Severity.ERROR), k.count(Severity.WARNING), k.count(Severity.INFO), k.id),
    "amount_at_risk": lambda k: (k.amount, k.id),
    "status": lambda k: (k.status, k.id),
    "lines": lambda k: (len(k.encounter.claim.lines), k.id),
    "owner": lambda k: (k.owner, k.id),
    "first_finding": lambda k: (k.findings[0].message if k.findings else "", k.id),
}


def make(number: int, chance: random.Random) -> Known:
    made = encounter(
        f"E-{chance.randrange(16**6):06x}-{number}",
        family_name=chance.choice(["Alder", "alder", "Birch", "Çelik", "O'Hara", "de la Cruz", "Smith-Jones"]),
        given_name=chance.choice(["Ana", "Béla", "Cy"]),
        payer_id=chance.choice(PAYERS),
        day=chance.choice(["2026-01-05", "2026-02-28", "2026-03-02", None]),
        drug=chance.choice(["pembrolizumab", "carboplatin", "fluorouracil 5%"]),
    )
    findings = tuple(
        finding(chance.choice(RULES), chance.choice([*Severity]), Decimal(10)) for _ in range(chance.randrange(4))
    )
    return Known(
        number,
        made,
        chance.choice(STATUSES),
        findings,
        Decimal(chance.randrange(-500, 100_000, 7)) / 100,
        owner=chance.choice(["", "", "kim", "lee"]),
        actor=chance.choice(["", "kim", "mo"]),
        asked=chance.choice([None, None, "draft", "sent", "answered", "withdrawn"]),
    )


@pytest.fixture(scope="module")
def everything() -> tuple[Known, ...]:
    chance = random.Random(7)  # noqa: S311  samples, not secrets
    return tuple(make(number, chance) for number in range(HOW_MANY))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, everything: tuple[Known, ...]) -> Iterator[Database]:
    with Database.create(tmp_path_factory.mktemp("worklist") / "claims.db") as opened:
        with opened.write() as connection:
            source = save_source(connection, "f.json", "documents", b"x")
            for known in everything:
                save_new(connection, known.encounter, source, Summary(known.findings, known.amount))
                if known.status != "open":
                    set_status(connection, known.id, 1, known.status)
                append(connection, entry("import", known.id))
        for known in everything:
            work_on(opened, known)
        yield opened


def work_on(database: Database, known: Known) -> None:
    """Let a coder act on an encounter, ask a question, and have it open, as the sample says."""
    with database.write() as connection:
        if known.asked:
            number = ask(connection, ClinicianQuery(known.id, "F", "ADM101", "When did it stop?"))
            append(connection, replace(entry("query", known.id), actor=Actor("nobody")))
            set_query_status(connection, number, known.asked)
        if known.asked or known.actor:
            append(connection, replace(entry("note", known.id), actor=Actor(known.actor or "nobody")))
        if known.owner:
            take(connection, known.id, known.owner)


def expected(everything: tuple[Known, ...], query: WorklistQuery, wanted: Callable[[Known], bool]) -> list[str]:
    chosen = [
        known
        for known in everything
        if query.status in {None, known.status}
        and (query.payer not in {*PAYERS, "PAYER_9"} or query.payer == known.encounter.coverage.payer_id)
        and (query.rule is None or any(found.rule.startswith(query.rule) for found in known.findings))
        and wanted(known)
    ]
    return [known.id for known in sorted(chosen, key=ORDER[query.sort], reverse=query.descending)]


QUERIES: list[tuple[WorklistQuery, Callable[[Known], bool]]] = [
    (WorklistQuery(), lambda _: True),
    (WorklistQuery(status="held"), lambda _: True),
    (WorklistQuery(payer="PAYER_2"), lambda _: True),
    (WorklistQuery(payer=""), lambda _: True),
    (WorklistQuery(payer="PAYER_9"), lambda _: True),
    (WorklistQuery(rule="DRG201"), lambda _: True),
    (WorklistQuery(rule="NCC101"), lambda _: True),
    (WorklistQuery(status="open", payer="PAYER_1", rule="ADM101"), lambda _: True),
    (WorklistQuery(search="alder"), lambda k: k.name.lower().startswith("alder")),
    (WorklistQuery(search="celik"), lambda k: k.name.startswith("Çelik")),
    (WorklistQuery(search="carbo ana"), lambda k: "Ana" in k.name and "carbo" in str(drug_of(k))),
    (WorklistQuery(search="smith-j", status="open"), lambda k: k.name.startswith("Smith-Jones")),
    (WorklistQuery(search="jones", rule="ADM102", payer="PAYER_1"), lambda k: k.name.startswith("Smith-Jones")),
    (WorklistQuery(search="j9271"), lambda _: True),
    (WorklistQuery(search="nobody"), lambda _: False),
    (WorklistQuery(payer="name payer_2"), lambda k: k.encounter.coverage.payer_id == "PAYER_2"),
    (WorklistQuery(payer="name"), lambda _: True),
    (WorklistQuery(coder="kim"), lambda k: "kim" in {k.owner, k.actor}),
    (WorklistQuery(coder="ki"), lambda _: False),
    (WorklistQuery(rule="ADM"), lambda k: any(found.rule.startswith("ADM") for found in k.findings)),
    (WorklistQuery(rule="ADM1", status="held"), lambda k: any(found.rule.startswith("ADM") for found in k.findings)),
    (WorklistQuery(severities=("error",)), lambda k: k.count(Severity.ERROR) > 0),
    (
        WorklistQuery(severities=("error", "warning")),
        lambda k: k.count(Severity.ERROR) + k.count(Severity.WARNING) > 0,
    ),
    (WorklistQuery(severities=("info",)), lambda k: k.count(Severity.INFO) > 0),
    (WorklistQuery(severities=("none",)), lambda k: not k.findings),
    (WorklistQuery(date_from="2026-02-28"), lambda k: k.day >= "2026-02-28"),
    (WorklistQuery(date_to="2026-02-28"), lambda k: "" < k.day <= "2026-02-28"),
    (WorklistQuery(date_from="2026-02-01", date_to="2026-02-28"), lambda k: k.day == "2026-02-28"),
    (WorklistQuery(risk_from=Decimal("500.01")), lambda k: k.amount >= Decimal("500.01")),
    (WorklistQuery(risk_from=Decimal(100), risk_to=Decimal(300)), lambda k: Decimal(100) <= k.amount <= Decimal(300)),
    (WorklistQuery(question=True), lambda k: k.asked in {"draft", "sent"}),
    (WorklistQuery(question=False), lambda k: k.asked not in {"draft", "sent"}),
    (WorklistQuery(imported_from="2020"), lambda _: True),
    (WorklistQuery(imported_before="2020"), lambda _: False),
    (WorklistQuery(imported_from="3000"), lambda _: False),
    (
        WorklistQuery(
            status="open", payer="payer_1", rule="DRG", coder="mo", date_from="2026-01-01", risk_from=Decimal(50)
        ),
        lambda k: (
            k.encounter.coverage.payer_id == "PAYER_1"
            and any(found.rule == "DRG201" for found in k.findings)
            and "mo" in {k.owner, k.actor}
            and k.day > ""
            and k.amount >= 50
        ),
    ),
]


WALKED: list[tuple[Way, int | None]] = [((sort, index % 2 == 0), None) for index, sort in enumerate(SORTS)]
SOUGHT: list[tuple[Way, int | None]] = [(("severity", True), 10), (("payer", False), 10), (("import", True), 1000)]


def drug_of(known: Known) -> str | None:
    return (known.encounter.chart.administrations or ())[0].drug


@pytest.mark.parametrize(("query", "wanted"), QUERIES)
@pytest.mark.parametrize(("order_by", "few"), [*WALKED, *SOUGHT])
def test_every_sort_and_filter_agrees_with_a_plain_model(  # noqa: PLR0917  pytest passes them by name
    database: Database,
    everything: tuple[Known, ...],
    query: WorklistQuery,
    wanted: Callable[[Known], bool],
    order_by: Way,
    few: int | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if few is not None:
        monkeypatch.setattr(filters, "_FEW", few)
        monkeypatch.setattr(filters, "_SHORT_LIST", 0)
    query = replace(query, sort=order_by[0], descending=order_by[1])
    order = expected(everything, query, wanted)
    assert worklist.count(database, query) == len(order)
    assert paged(database, query, 7) == order
    read = ReadList.of(database, query)
    assert [row.encounter_id for row in (*read.rows(database, 0, 7), *read.rows(database, 7, HOW_MANY))] == order
    assert [row.encounter_id for row in worklist.window(database, query, 0, HOW_MANY + 1)] == order
    assert [row.encounter_id for row in worklist.window(database, query, 5, 9)] == order[5:14]
    for position in {0, len(order) // 2, len(order) - 1} & set(range(len(order))):
        here = order[position]
        before = order[position - 1] if position else None
        after = order[position + 1] if position + 1 < len(order) else None
        row = worklist.row_at(database, query, position)
        assert row is not None
        assert row.encounter_id == here
        assert worklist.position_of(database, query, here) == position
        assert worklist.neighbours(database, query, here) == (before, after)
        assert worklist.neighbours(database, query, here, row.key) == (before, after)
        assert worklist.rank_of(database, query, row.key) == position
        assert read.position(database, here) == read.rank(database, row.key) == position
        assert read.neighbours(database, here, None) == (before, after)
    assert worklist.row_at(database, query, len(order)) is None
    assert worklist.row_at(database, query, -1) is None


def paged(database: Database, query: WorklistQuery, size: int) -> list[str]:
    found: list[str] = []
    key = None
    for _ in range(HOW_MANY):
        page = worklist.page(database, query, key, size)
        found += [row.encounter_id for row in page.rows]
        key = page.next_key
        if key is None:
            return found
    pytest.fail("paging does not end")


def test_a_row_shows_what_was_saved(database: Database, everything: tuple[Known, ...]) -> None:
    rows = {row.encounter_id: row for row in worklist.window(database, WorklistQuery(), 0, HOW_MANY)}
    for known in everything:
        row = rows[known.id]
        assert (row.status, row.patient_name, row.patient_id) == (known.status, known.name, f"P-{known.id}")
        assert (row.payer_id, row.claim_type, row.line_count) == (
            known.encounter.coverage.payer_id,
            "professional",
            2,
        )
        assert row.date_of_service == known.day
        assert row.owner == known.owner
        assert row.last_actor == (known.actor or ("nobody" if known.asked else ""))
        assert row.amount_at_risk == known.amount
        assert [row.errors, row.warnings, row.infos] == [known.count(severity) for severity in reversed(Severity)]
        assert row.first_finding == (known.findings[0].message if known.findings else "")


def test_a_page_reached_by_its_key_is_not_shifted_by_new_encounters(tmp_path: Path) -> None:
    with Database.create(tmp_path / "claims.db") as database:
        add(database, "E-2", "E-4", "E-6", "E-8")
        query = WorklistQuery(sort="patient_name", descending=False)
        first = worklist.page(database, query, None, 2)
        add(database, "E-1", "E-5")
        second = worklist.page(database, query, first.next_key, 2)
        assert [row.encounter_id for row in first.rows + second.rows] == ["E-2", "E-4", "E-5", "E-6"]


def test_a_list_read_once_passes_over_what_has_left_it(tmp_path: Path) -> None:
    with Database.create(tmp_path / "claims.db") as database:
        add(database, "E-1", "E-2", "E-3", "E-4", "E-5")
        query = WorklistQuery(status="open", severities=("none",), sort="patient_name", descending=False)
        read = ReadList.of(database, query)
        with database.write() as connection:
            for name in ("E-3", "E-4"):
                set_status(connection, name, 1, "finalized")
                append(connection, entry("finalize", name))
        assert read.neighbours(database, "E-2", None) == ("E-1", "E-5")
        assert read.neighbours(database, "E-4", None) == ("E-2", "E-5")
        later = ReadList.of(database, query)
        assert [row.encounter_id for row in later.rows(database, 0, 9)] == ["E-1", "E-2", "E-5"]
        assert later.position(database, "E-3") is None
        assert later.neighbours(database, "E-3", None) == ("E-2", "E-5")
        assert later.neighbours(database, "E-9", None) == (None, None)


def add(database: Database, *identifiers: str) -> None:
    with database.write() as connection:
        source = save_source(connection, "f.json", "documents", b"x")
        for identifier in identifiers:
            save_new(connection, encounter(identifier), source)
            append(connection, entry("import", identifier))


def test_an_encounter_that_left_the_list_still_has_neighbours(tmp_path: Path) -> None:
    with Database.create(tmp_path / "claims.db") as database:
        add(database, "E-1", "E-2", "E-3")
        query = WorklistQuery(status="open", sort="patient_name", descending=False)
        with database.write() as connection:
            set_status(connection, "E-2", 1, "finalized")
            append(connection, entry("finalize", "E-2"))
        assert worklist.position_of(database, query, "E-2") is None
        assert worklist.neighbours(database, query, "E-2") == ("E-1", "E-3")
        assert worklist.neighbours(database, query, "E-9") == (None, None)
        assert worklist.position_of(database, query, "E-9") is None


def test_a_key_noted_on_opening_keeps_the_place_after_fixes_moved_the_encounter(tmp_path: Path) -> None:
    with Database.create(tmp_path / "claims.db") as database:
        add(database, "E-1", "E-2", "E-3")
        for identifier, errors in (("E-1", 3), ("E-2", 2), ("E-3", 1)):
            save_findings(database, identifier, errors)
        query = WorklistQuery(sort="severity", descending=True)
        opened = worklist.row_at(database, query, 1)
        assert opened is not None
        save_findings(database, "E-2", 0)
        assert worklist.neighbours(database, query, "E-2") == ("E-3", None)
        assert worklist.neighbours(database, query, "E-2", opened.key) == ("E-1", "E-3")


def save_findings(database: Database, identifier: str, errors: int) -> None:
    stored = load(database, identifier)
    with database.write() as connection:
        save_claim(connection, stored.encounter, stored.version, Summary((finding(),) * errors))
        append(connection, entry("check", identifier))


def test_kept_counts_follow_every_change(tmp_path: Path) -> None:
    with Database.create(tmp_path / "claims.db") as database:
        assert worklist.count(database, WorklistQuery()) == 0
        add(database, "E-1", "E-2", "E-3")
        version = 1
        for status in (*STATUSES, "held", "open"):
            with database.write() as connection:
                version = set_status(connection, "E-2", version, status)
                append(connection, entry("status", "E-2"))
            for asked in STATUSES:
                rows = worklist.window(database, WorklistQuery(status=asked), 0, 10)
                assert worklist.count(database, WorklistQuery(status=asked)) == len(rows)
        assert worklist.tallies(database) == (worklist.Tally("open", "PAYER_1", 3),)


def test_rules_are_counted_by_encounter(database: Database, everything: tuple[Known, ...]) -> None:
    assert worklist.rules_found(database) == tuple(
        (rule, sum(rule in {found.rule for found in known.findings} for known in everything)) for rule in RULES
    )


def test_search_follows_the_changed_claim(tmp_path: Path) -> None:
    with Database.create(tmp_path / "claims.db") as database:
        add(database, "E-1")
        changed = apply(encounter(), [set_line_field(encounter().claim.lines[1], "code", "Q5119")])
        with database.write() as connection:
            save_claim(connection, changed, 1, Summary())
            append(connection, entry("edit"))
        assert worklist.count(database, WorklistQuery(search="q5119")) == 1
        assert worklist.count(database, WorklistQuery(search="j9271")) == 0


# reading only what is shown


@pytest.mark.parametrize("sort", SORTS)
def test_pages_are_sought_in_an_index_never_sorted(database: Database, sort: Sort) -> None:
    asked: list[str] = []
    key = worklist.window(database, WorklistQuery(sort=sort), 50, 1)[0].key
    database.read().set_trace_callback(asked.append)
    worklist.page(database, WorklistQuery(sort=sort, status="open", payer="PAYER_1"), key, 10)
    worklist.window(database, WorklistQuery(sort=sort, descending=False, search="alder"), 10, 10)
    database.read().set_trace_callback(None)
    plans = [sql for sql in asked if "first_finding" in sql]
    assert len(plans) == 2
    for sql in plans:
        steps = [row[3] for row in database.query(f"EXPLAIN QUERY PLAN {sql}")]
        assert any(f"USING INDEX encounters_by_{sort}" in step for step in steps), steps
        assert not any("TEMP B-TREE" in step for step in steps), steps
    assert "SEARCH" in database.query(f"EXPLAIN QUERY PLAN {plans[0]}")[0][3]


def test_opening_a_long_list_takes_no_more_steps_than_a_short_one(tmp_path: Path) -> None:
    steps = []
    for length in (30, 600):
        with Database.create(tmp_path / f"{length}.db") as database:
            add(database, *(f"E-{number}" for number in range(length)))
            steps.append(steps_of_opening(database))
    assert steps[1] <= steps[0] * 1.1


def steps_of_opening(database: Database) -> int:
    """Count virtual machine instructions: a clock would measure the machine's other work."""
    counted = 0

    def count_one() -> int:
        nonlocal counted
        counted += 1
        return 0

    database.read().set_progress_handler(count_one, 1)
    assert worklist.count(database, WorklistQuery(status="open")) >= 30
    assert len(worklist.page(database, WorklistQuery(status="open"), None, 20).rows) == 20
    database.read().set_progress_handler(None, 1)
    return counted


# what walks past nothing

BROAD = WorklistQuery(
    status="open",
    payer="PAYER_1",
    severities=("error", "warning"),
    date_from="2026-01-01",
    risk_from=Decimal(1),
    imported_from="2020",
)


def plans(database: Database, query: WorklistQuery) -> list[list[str]]:
    """Give the query plans of one page and its count."""
    asked: list[str] = []
    database.read().set_trace_callback(asked.append)
    worklist.window(database, query, 0, 10)
    worklist.count(database, query)
    database.read().set_trace_callback(None)
    return [
        [row[3] for row in database.query(f"EXPLAIN QUERY PLAN {sql}")] for sql in asked if "FROM encounters" in sql
    ]


@pytest.mark.parametrize("sort", SORTS)
def test_common_filters_are_answered_from_the_index_of_the_order(database: Database, sort: Sort) -> None:
    """Everything the filters ask stands in the index, so that only rows that are shown are fetched."""
    index, order = worklist._ORDER[sort]
    columns = {row[2] for row in database.query(f"PRAGMA index_info ({index})")} | {"id", None}
    asked = {"status", "payer_id", "date_of_service", "errors", "warnings", "infos", "amount_at_risk_cents"}
    assert asked | set(order) <= columns
    for steps in plans(database, replace(BROAD, sort=sort)):
        assert not any(step.startswith("SCAN encounters") and "INDEX" not in step for step in steps), steps
        assert not any("TEMP B-TREE" in step for step in steps), steps


@pytest.mark.parametrize(
    "query",
    [
        WorklistQuery(rule="DRG201"),
        WorklistQuery(coder="kim"),
        WorklistQuery(question=True),
        WorklistQuery(search="celik"),
        WorklistQuery(status="held"),
        WorklistQuery(date_from="2026-03-01"),
        WorklistQuery(risk_from=Decimal(900)),
        WorklistQuery(severities=("error",)),
    ],
)
def test_what_is_rare_in_a_long_list_is_sought_by_its_own_index(
    database: Database, query: WorklistQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "_SHORT_LIST", 0)
    for steps in plans(database, query):
        assert not any(step.startswith("SCAN encounters") for step in steps if "LEAP" not in step), steps


def test_a_long_list_is_not_probed_for_more_ids_than_few(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "_SHORT_LIST", 0)
    monkeypatch.setattr(filters, "_FEW", 5)
    asked: list[str] = []
    database.read().set_trace_callback(asked.append)
    worklist.window(database, WorklistQuery(status="open", rule="ADM101"), 0, 10)
    database.read().set_trace_callback(None)
    probes = [sql for sql in asked if " LIMIT 6" in sql]
    assert len(probes) == 2
    assert not any(" IN (1" in sql or "NOT INDEXED" in sql for sql in asked)


def test_done_since_counts_each_encounter_once_and_only_the_coders_own(tmp_path: Path) -> None:
    with Database.create(tmp_path / "claims.db") as database:
        add(database, "E-1", "E-2", "E-3")
        for identifier, who in (("E-1", "kim"), ("E-1", "kim"), ("E-2", "kim"), ("E-3", "lee")):
            with database.write() as connection:
                append(connection, replace(entry("finalize", identifier), actor=Actor(who)))
        assert worklist.done_since(database, "kim", "2020") == 2
        assert worklist.done_since(database, "kim", "3000") == 0
        assert worklist.done_since(database, "mo", "2020") == 0


def test_encounters_are_found_by_the_time_of_their_import(tmp_path: Path) -> None:
    with Database.create(tmp_path / "claims.db") as database:
        assert filters.first_imported_from(database, "2020") == 1
        add(database, *(f"E-{number}" for number in range(1, 8)))
        with database.write() as connection:
            for number in range(1, 8):
                connection.execute("UPDATE encounters SET imported_at = ? WHERE id = ?", (f"2026-0{number}", number))
                append(connection, entry("note", f"E-{number}"))
        for at in range(9):
            assert filters.first_imported_from(database, f"2026-0{at}") == min(max(at, 1), 8)


def test_an_older_database_gains_counts_actors_and_orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "claims.db"
    steps = schema.STEPS
    monkeypatch.setattr(schema, "STEPS", steps[:1])
    with Database.create(path) as database:
        add(database, "E-1", "E-2")
        save_findings(database, "E-2", 2)
    monkeypatch.setattr(schema, "STEPS", steps)
    with Database.open(path) as database:
        assert worklist.rules_found(database) == (("ADM101", 1),)
        found = {row.encounter_id: row.last_actor for row in worklist.window(database, WorklistQuery(), 0, 9)}
        assert found == {"E-1": "", "E-2": "coder-a"}
        for sort in SORTS:
            assert len(worklist.window(database, WorklistQuery(sort=sort), 0, 9)) == 2
        assert verify(database).ok
