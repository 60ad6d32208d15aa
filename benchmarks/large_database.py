"""Fills a database with many small encounters, quickly: some through the store's own functions, the rest copied."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from onco_tui.encounter.claim import Claim, ClaimLine, Coverage, Patient
from onco_tui.encounter.document import Encounter
from onco_tui.review.desk import Desk
from onco_tui.rules.finding import Finding, Severity
from onco_tui.store.audit import AuditEntry, append
from onco_tui.store.encounters import Status, Summary, save_new, save_source, set_status
from onco_tui.store.sqlite import connect

_SEEDS = 5_000
_DRUGS = (("J9267", "paclitaxel"), ("J9045", "carboplatin"), ("J9271", "pembrolizumab"), ("J9190", "fluorouracil"))
_RULES = ("ADM101", "ADM102", "DRG201", "DXC105", "NCC101", "COV201")


def fill(path: Path, count: int) -> None:
    """Create a database with ``count`` encounters of two lines each.

    Beyond 5,000 they are copies under other names; those have no audit rows of their own.
    """
    with Desk.create(path) as desk, desk.database.write() as connection:
        source = save_source(connection, "bench", "documents", b"bench")
        for number in range(min(count, _SEEDS)):
            encounter = _encounter(number)
            save_new(connection, encounter, source, _summary(number))
            append(connection, AuditEntry(desk.actor, desk.session, "import", encounter.encounter_id))
            if status := _status(number):
                set_status(connection, encounter.encounter_id, 1, status)
                append(connection, AuditEntry(desk.actor, desk.session, status, encounter.encounter_id))
    if count > _SEEDS:
        _copy(path, count)


def _copy(path: Path, count: int) -> None:
    connection = connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -1000000")
    connection.execute("BEGIN")
    last = count // _SEEDS - 1
    numbers = f"WITH RECURSIVE copies (copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM copies WHERE copy < {last})"  # noqa: S608
    columns = [row[1] for row in connection.execute("PRAGMA table_info (encounters)")]
    copied = {
        "id": f"id + copy * {_SEEDS}",
        "encounter_id": "encounter_id || '-' || copy",
        "patient_name": "patient_name || copy",
    }
    statements = {
        "encounters": [copied.get(column, column) for column in columns],
        "findings": [f"encounter + copy * {_SEEDS}", "position", "finding_id", "rule", "severity", "message", "lines",
                     "amount_at_risk"],
    }  # fmt: skip
    for table, values in statements.items():
        sql = f"INSERT INTO {table} {numbers} SELECT {', '.join(values)} FROM copies CROSS JOIN {table}"  # noqa: S608  ours
        connection.execute(sql)
    words = f"SELECT rowid + copy * {_SEEDS}, words || ' copy' || copy FROM copies CROSS JOIN encounter_words"  # noqa: S608
    connection.execute(f"INSERT INTO encounter_words (rowid, words) {numbers} {words}")
    connection.execute("COMMIT")
    connection.close()


def _status(number: int) -> Status | None:
    return "finalized" if number % 10 < 4 else "held" if number % 50 == 9 else None


def _summary(number: int) -> Summary:
    findings = tuple(
        Finding(
            id=f"F{number}-{index}", rule=_RULES[(number + index * index) % len(_RULES)], name="sample",
            severity=list(Severity)[(number + index) % 3], lines=(1,), diagnoses=(), evidence=(),
            message="a sample finding of the benchmark", authority=(), direction="over",
            amount_at_risk=Decimal(number % 400), fixes=(), facts="f",
        )
        for index in range(number % 4)
    )  # fmt: skip
    return Summary(findings, Decimal(number % 400 if findings else 0))


def _encounter(number: int) -> Encounter:
    day = date(2026, 1, 1) + timedelta(days=number % 300)
    code, _ = _DRUGS[number % len(_DRUGS)]
    lines = (
        ClaimLine(line=1, code="96413", charge=Decimal(number % 900), date_of_service=day, diagnosis_pointers=(1,)),
        ClaimLine(line=2, code=code, charge=Decimal(number % 900), date_of_service=day, diagnosis_pointers=(1,)),
    )
    payer = number * number % 37
    return Encounter(
        encounter_id=f"B-{number:07}",
        patient=Patient(
            patient_id=f"P-{number % 20_000:05}", family_name=f"Sample{number % 5_000:04}", given_name="Kim"
        ),
        coverage=Coverage(payer_id=f"PAYER_{payer}", payer_name="Medicare Part B" if payer == 0 else f"Plan {payer}"),
        claim=Claim(date_from=day, diagnoses=("C34.11",), lines=lines),
    )
