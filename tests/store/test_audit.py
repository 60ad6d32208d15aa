from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onco_tui.store import audit, canonical, record, verification
from onco_tui.store.audit import Head, append, head, verify, walk
from onco_tui.store.chain import COLUMNS, HASHED, row_hash
from onco_tui.store.database import Database, StoreError
from onco_tui.store.decisions import Decision
from onco_tui.store.decisions import record as record_decision
from onco_tui.store.encounters import Summary, load, save_claim
from onco_tui.store.queries import ClinicianQuery, ask
from onco_tui.store.sqlite import Connection, connect
from tests.store.samples import add_a_unit, encounter, entry, stock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of eight rows: two imports, five changes of E-1, a dismissal and a question on E-2."""
    path = tmp_path / "claims.db"
    with stock(path, encounter("E-1"), encounter("E-2")) as database:
        for _ in range(5):
            add_a_unit(database)
        with database.write() as connection:
            record_decision(
                connection, Decision("E-2", "F1", "ADM101", "dismissed", "payer_agreed", facts="f", actor="coder-a")
            )
            ask(connection, ClinicianQuery("E-2", "F2", "ADM102", "When did the infusion stop?"))
            stored = load(database, "E-2")
            save_claim(connection, stored.encounter, stored.version, Summary())
            append(connection, entry("dismiss", "E-2", reason="payer_agreed"))
    return path


Statement = str | tuple[str, tuple[object, ...]]


def tamper(path: Path, *statements: Statement) -> None:
    """Do what somebody with another program could do: drop the triggers, skip the checks, then write."""
    connection = connect(path, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        sql, values = (statement, ()) if isinstance(statement, str) else statement
        assert connection.execute(sql, values).rowcount > 0, f"{sql} must change something"
    connection.close()


def outcome(path: Path, expected: Head | None = None) -> verification.Verification:
    with Database.open(path) as database:
        return verify(database, expected)


def noted_head(path: Path) -> Head:
    with Database.open(path) as database:
        return head(database)


# the log itself


def test_an_untouched_log_verifies_and_gives_its_head(path: Path) -> None:
    result = outcome(path)
    assert (result.ok, result.rows, result.broken_at, result.reason) == (True, 8, None, "")
    assert result.head == noted_head(path)
    assert outcome(path, result.head).ok


def test_a_head_noted_earlier_still_fits_a_longer_log(path: Path) -> None:
    earlier = noted_head(path)
    with Database.open(path) as database:
        add_a_unit(database)
    assert outcome(path, earlier).ok


def test_an_empty_log_verifies(tmp_path: Path) -> None:
    Database.create(tmp_path / "new.db").close()
    result = outcome(tmp_path / "new.db")
    assert (result.ok, result.rows, result.head.seq) == (True, 0, 0)


def test_two_databases_start_from_different_origins(tmp_path: Path) -> None:
    for name in ("a.db", "b.db"):
        Database.create(tmp_path / name).close()
    assert noted_head(tmp_path / "a.db") != noted_head(tmp_path / "b.db")


def test_an_outsider_can_compute_the_chain_from_its_description(path: Path) -> None:
    connection = connect(path)
    prev = connection.execute("SELECT database_id FROM about").fetchone()[0]
    for row in connection.execute(f"SELECT {', '.join(COLUMNS)} FROM audit ORDER BY seq"):  # noqa: S608  our own names
        assert row[COLUMNS.index("prev")] == prev
        parts = [str(value).encode() for value in row[:-1]]
        body = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        prev = hashlib.sha256(b"onco-tui/audit-row/1\n" + body).hexdigest()
        assert row[-1] == prev
    claim, state = connection.execute(
        "SELECT e.claim, a.state_after FROM encounters AS e JOIN audit AS a ON a.seq = e.audit_seq"
    ).fetchone()
    assert hashlib.sha256(claim.encode()).hexdigest() == state
    connection.close()


def test_length_prefixes_keep_neighbouring_fields_apart() -> None:
    assert canonical.digest("d", ["ab", "c"]) != canonical.digest("d", ["a", "bc"])
    assert canonical.digest("d", ["a"]) != canonical.digest("da", [])


def test_rows_come_back_in_order_with_their_parts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_CHUNK", 3)
    with Database.open(path) as database:
        rows = list(walk(database))
        assert [row.seq for row in rows] == list(range(1, 9))
        assert [row.seq for row in walk(database, "E-2")] == [2, 8]
        assert list(walk(database, "E-3")) == []
    assert (rows[2].before, rows[2].after, rows[2].edits) == ({"units": 1}, {"units": 2}, [])
    assert rows[2].state_before == rows[0].state_after
    assert rows[0].state_before == ""


def test_what_a_row_holds_is_left_out_of_its_repr(path: Path) -> None:
    with Database.open(path) as database:
        row = list(walk(database, "E-2"))[-1]
    assert row.reason == "payer_agreed"
    assert "payer_agreed" not in repr(row)


def test_an_entry_for_an_unknown_encounter_is_refused(path: Path) -> None:
    with Database.open(path) as database:
        with pytest.raises(StoreError, match="E-9: no such encounter"), database.write() as connection:
            append(connection, entry("edit", "E-9"))
        assert verify(database).rows == 8


def test_acts_on_no_encounter_are_recorded_too(path: Path) -> None:
    with Database.open(path) as database, database.write() as connection:
        assert append(connection, entry("export", "")) == 9
    assert outcome(path).ok


def test_a_clock_set_back_is_marked_and_the_order_stands(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    past = datetime.now(UTC) - timedelta(days=3)
    with Database.open(path) as database:
        monkeypatch.setattr(canonical, "utc_now", lambda: past)
        add_a_unit(database)
        monkeypatch.undo()
        add_a_unit(database)
        rows = list(walk(database))
    assert [row.clock_behind for row in rows] == [False] * 8 + [True, False]
    assert rows[8].at == past.isoformat(timespec="microseconds").replace("+00:00", "Z")
    assert outcome(path).ok


OUT_OF_CHAIN = f"INSERT INTO audit SELECT 9, {', '.join(COLUMNS[1:-1])}, '{'0' * 64}' FROM audit"  # noqa: S608  ours


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE audit SET actor = 'x' WHERE seq = 3", "never changed"),
        ("DELETE FROM audit WHERE seq = 8", "never deleted"),
        ("INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 8", "follow the newest"),
        (OUT_OF_CHAIN, "follow the newest"),
        ("UPDATE encounters SET document = '{}' WHERE id = 1", "never changed"),
        ("DELETE FROM encounters WHERE id = 1", "never deleted"),
    ],
)
def test_triggers_stop_honest_mistakes(path: Path, sql: str, said: str) -> None:
    connection = connect(path, isolation_level=None)
    with pytest.raises(Exception, match=said):
        connection.execute(sql)
    connection.close()
    assert outcome(path).ok


NO_HEADS = ["", "12", "12:abc", "x:" + "0" * 64, "-1:" + "0" * 64, "1:" + "g" * 64, "\u00b2:" + "0" * 64]


@pytest.mark.parametrize("text", NO_HEADS)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a head"):
        Head.parse(text)


def test_a_head_survives_being_written_down(path: Path) -> None:
    noted = noted_head(path)
    assert Head.parse(f" {noted}\n") == noted


# forgeries of the log


@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "seq"])
def test_an_edited_row_is_named_whichever_column_was_edited(path: Path, column: str) -> None:
    other = {"clock_behind": 1, "undoes": 2, "before": "[1]", "after": "[1]", "edits": "[1]"}.get(column, "f" * 64)
    tamper(path, (f"UPDATE audit SET {column} = ? WHERE seq = 3", (other,)))  # noqa: S608  our own names
    result = outcome(path)
    assert (result.ok, result.broken_at, result.rows) == (False, 3, 2)
    assert result.reason == "audit row 3 was altered"
    assert result.head.seq == 2


def test_bytes_that_are_no_text_are_named_too(path: Path) -> None:
    tamper(path, "UPDATE audit SET reason = CAST(x'ff' AS TEXT) WHERE seq = 3")
    assert outcome(path).broken_at == 3


def test_a_row_that_cannot_be_read_is_an_error_in_words(path: Path) -> None:
    tamper(path, "UPDATE audit SET before = '{' WHERE seq = 3")
    with Database.open(path) as database, pytest.raises(StoreError, match="audit row 3 cannot be read"):
        list(walk(database))
    assert outcome(path).broken_at == 3


def test_a_deleted_row_is_named(path: Path) -> None:
    tamper(path, "DELETE FROM audit WHERE seq = 4")
    result = outcome(path)
    assert (result.ok, result.broken_at, result.reason) == (False, 4, "audit row 4 is missing")


def test_swapped_rows_are_named(path: Path) -> None:
    tamper(
        path,
        "UPDATE audit SET seq = 99 WHERE seq = 4",
        "UPDATE audit SET seq = 4 WHERE seq = 5",
        "UPDATE audit SET seq = 5 WHERE seq = 99",
    )
    result = outcome(path)
    assert (result.broken_at, result.reason) == (4, "audit row 4 was altered")


def test_a_foreign_row_with_a_good_hash_is_named(path: Path) -> None:
    connection = connect(path)
    row = list(connection.execute(f"SELECT {', '.join(HASHED)} FROM audit WHERE seq = 8").fetchone())  # noqa: S608  ours
    connection.close()
    row[HASHED.index("prev")] = "0" * 64
    tamper(path, ("UPDATE audit SET prev = ?, hash = ? WHERE seq = 8", ("0" * 64, row_hash(row))))
    assert outcome(path).reason == "audit row 8 does not follow row 7"


def test_a_last_row_cut_off_is_named(path: Path) -> None:
    noted = noted_head(path)
    tamper(path, "DELETE FROM audit WHERE seq = 8")
    assert outcome(path).reason == "encounter E-2: its newest audit row is missing"
    result = outcome(path, noted)
    assert (result.ok, result.broken_at) == (False, 8)
    assert "ends at row 7, but row 8 was noted elsewhere" in result.reason


def test_an_older_file_put_back_is_exposed_only_by_the_noted_head(path: Path, tmp_path: Path) -> None:
    shutil.copy(path, tmp_path / "old.db")
    with Database.open(path) as database:
        add_a_unit(database)
    noted = noted_head(path)
    shutil.copy(tmp_path / "old.db", path)
    assert outcome(path).ok, "a log cannot show this by itself"
    result = outcome(path, noted)
    assert (result.ok, result.broken_at) == (False, 9)
    assert "rows were cut off" in result.reason


def test_a_log_rewritten_with_good_hashes_is_exposed_only_by_the_noted_head(path: Path) -> None:
    noted = noted_head(path)
    forge_actor_and_rehash(path, seq=3)
    assert outcome(path).ok, "a log cannot show this by itself"
    result = outcome(path, noted)
    assert (result.ok, result.broken_at) == (False, 8)
    assert "rewritten" in result.reason


def forge_actor_and_rehash(path: Path, seq: int) -> None:
    connection = connect(path, isolation_level=None)
    guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE audit SET actor = 'someone-else' WHERE seq = ?", (seq,))
    select = f"SELECT {', '.join(HASHED)} FROM audit WHERE seq = ?"  # noqa: S608  our own names
    prev = connection.execute("SELECT hash FROM audit WHERE seq = ?", (seq - 1,)).fetchone()[0]
    for number in range(seq, 9):
        row = list(connection.execute(select, (number,)).fetchone())
        row[HASHED.index("prev")] = prev
        prev = row_hash(row)
        connection.execute("UPDATE audit SET prev = ?, hash = ? WHERE seq = ?", (row[-1], prev, number))
    for _, sql in guards:
        connection.execute(sql)
    connection.close()


# changes of the encounters around the log


def with_hash(name: str, text: str) -> Statement:
    sql = f"UPDATE encounters SET {name} = ?, {name}_hash = ? WHERE encounter_id = 'E-2'"  # noqa: S608  our own names
    return sql, (text, canonical.sha256_of(text))


OUTSIDE_CHANGES: dict[str, Statement] = {
    "claim": """UPDATE encounters SET claim = replace(claim, '"410.00"', '"999.00"') WHERE encounter_id = 'E-2'""",
    "claim with its hash": with_hash("claim", '{"lines":[]}'),
    "document": "UPDATE encounters SET document = replace(document, 'upper', 'lower') WHERE encounter_id = 'E-2'",
    "document with its hash": with_hash("document", '{"schema":"onco-encounter/1"}'),
    "status": "UPDATE encounters SET status = 'finalized' WHERE encounter_id = 'E-2'",
    "version": "UPDATE encounters SET version = 1 WHERE encounter_id = 'E-2'",
    "audit pointer": "UPDATE encounters SET audit_seq = 2 WHERE encounter_id = 'E-2'",
    "decision edited": "UPDATE decisions SET reason = 'other' WHERE encounter_id = 'E-2'",
    "decision removed": "DELETE FROM decisions WHERE encounter_id = 'E-2'",
    "decision taken back": "UPDATE decisions SET superseded_by = 8 WHERE encounter_id = 'E-2'",
    "decision added": "INSERT INTO decisions SELECT 99, 'E-2', 'F9', rule, decision, reason, note, facts, actor, at,"
    " audit_seq, superseded_by FROM decisions",
    "question edited": "UPDATE queries SET question = 'Please write 90 minutes' WHERE encounter_id = 'E-2'",
    "text that is no text": "UPDATE encounters SET claim = CAST(x'7b7dff' AS TEXT) WHERE encounter_id = 'E-2'",
}  # fmt: skip


@pytest.mark.parametrize("change", OUTSIDE_CHANGES.values(), ids=OUTSIDE_CHANGES)
def test_a_change_outside_the_program_is_refused_on_loading_and_named_by_verify(path: Path, change: Statement) -> None:
    tamper(path, change)
    with Database.open(path) as database:
        with pytest.raises(StoreError, match=r"encounter E-2: .*(altered outside onco-tui|audit row is missing)"):
            load(database, "E-2")
        load(database, "E-1")
        result = verify(database)
    assert not result.ok
    assert result.reason.startswith("encounter E-2: ")


def test_a_removed_encounter_is_named(path: Path) -> None:
    tamper(path, "DELETE FROM encounters WHERE encounter_id = 'E-1'")
    assert "encounter E-1: it is gone" in outcome(path).reason


def test_an_encounter_slipped_in_is_named(path: Path) -> None:
    connection = connect(path)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(encounters)")][2:]
    connection.close()
    copied = ", ".join(columns)
    tamper(path, f"INSERT INTO encounters SELECT 9, 'E-9', {copied} FROM encounters WHERE id = 1")  # noqa: S608  ours
    assert outcome(path).reason == "encounter E-9: its newest audit row is missing"


def test_changed_bytes_of_an_imported_file_are_named(path: Path) -> None:
    tamper(path, "UPDATE sources SET content = x'00'")
    assert outcome(path).reason == "imported file 1: its bytes were altered outside onco-tui"


def test_a_forged_file_hash_is_named_by_its_encounters(path: Path) -> None:
    tamper(path, ("UPDATE sources SET content = x'00', sha256 = ?", (hashlib.sha256(b"\0").hexdigest(),)))
    assert outcome(path).reason.startswith("encounter E-1: ")


@pytest.mark.parametrize("reading", [verify, lambda database: load(database, "E-1")])
def test_a_writer_in_the_middle_of_a_check_raises_no_false_alarm(
    path: Path, monkeypatch: pytest.MonkeyPatch, reading: Callable[[Database], object]
) -> None:
    with Database.open(path) as database, Database.open(path) as other:
        hashed = record.record_hash
        written = 0

        def after_a_write(connection: Connection, encounter_id: str) -> str:
            nonlocal written
            if connection is database.read() and not written:
                written = add_a_unit(other)
            return hashed(connection, encounter_id)

        monkeypatch.setattr(record, "record_hash", after_a_write)
        result = reading(database)
        assert written == 9
        assert getattr(result, "reason", "") == ""
        assert verify(database).rows == 9
