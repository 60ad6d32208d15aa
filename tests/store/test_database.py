from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onco_tui.store import database as database_module
from onco_tui.store import schema
from onco_tui.store.audit import append, verify
from onco_tui.store.database import Database, StoreError
from onco_tui.store.encounters import load, save_source, set_status
from onco_tui.store.sqlite import connect, has_wal_reset_bug, sqlite_version
from tests.store.samples import add_a_unit, encounter, entry, import_encounters, stock

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "claims.db"


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder everyone may use, which tmp_path is not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def modes(path: Path) -> dict[str, str]:
    return {found.name: oct(stat.S_IMODE(found.stat().st_mode)) for found in path.parent.iterdir()}


def refusal(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        Database.open(path)
    return str(caught.value)


def as_nobody(ask: Callable[[], str]) -> str:
    """Run a question as an account without rights, in a child process."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        try:
            os.write(writer, ask().encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader, encoding="utf-8") as answer:
        return answer.read()


def message_of_opening(path: Path) -> str:
    try:
        Database.open(path).close()
    except StoreError as error:
        return str(error)
    return "opened"


def hold(database: Database, error: type[BaseException] | None, *, audit_first: bool = False) -> None:
    with database.write() as connection:
        if audit_first:
            append(connection, entry("hold"))
        set_status(connection, "E-1", 1, "held")
        if not audit_first:
            append(connection, entry("hold"))
        if error:
            raise error


# creating


@pytest.mark.usefixtures("open_umask")
def test_every_file_is_for_the_owner_only_whatever_the_umask(path: Path) -> None:
    with stock(path) as database:
        add_a_unit(database)
        assert database.warnings == (), "not even for a moment was it open to others"
        found = modes(path)
    assert set(found) == {f"claims.db{suffix}" for suffix in ("", "-wal", "-shm", ".lock", ".queue")}
    assert set(found.values()) == {"0o600"}


def test_creating_where_a_database_is_opens_it(path: Path) -> None:
    stock(path).close()
    with Database.create(path) as database:
        assert load(database, "E-1").version == 1


def test_two_processes_may_create_the_same_database_at_once(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from onco_tui.store.database import Database as D\n"
        "D.create(Path(sys.argv[1])).close()"
    )
    creators = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    for creator in creators:
        _, err = creator.communicate(timeout=60)
        assert creator.returncode == 0, err
    with Database.open(path) as database:
        assert database.info().schema_version == schema.schema_version()


def test_a_creation_cut_short_is_named_and_can_be_finished(path: Path) -> None:
    path.touch(mode=0o600)
    assert "empty" in refusal(path)
    Database.create(path).close()
    Database.open(path).close()


def test_a_failing_creation_leaves_nothing_that_looks_like_a_database(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "read_step", lambda name: "CREATE TABLE x (a);\nCREATE TABL;")  # noqa: ARG005
    with pytest.raises(StoreError):
        Database.create(path)
    monkeypatch.undo()
    assert "empty" in refusal(path)


def test_creating_never_touches_what_is_not_ours(path: Path, tmp_path: Path) -> None:
    path.write_text("a note")
    with pytest.raises(StoreError, match="not a SQLite file"):
        Database.create(path)
    assert path.read_text() == "a note"
    with pytest.raises(StoreError, match="a folder"):
        Database.create(tmp_path)
    with pytest.raises(StoreError, match="folder does not exist"):
        Database.create(tmp_path / "none" / "claims.db")


# opening


def test_opening_never_creates(path: Path) -> None:
    assert "no such file" in refusal(path)
    assert list(path.parent.iterdir()) == []


def test_what_is_not_our_database_is_refused_with_a_reason(tmp_path: Path) -> None:
    assert "a folder" in refusal(tmp_path)
    (tmp_path / "text.db").write_bytes(b"not a database, but longer than a SQLite header would be" * 40)
    assert "not a SQLite file" in refusal(tmp_path / "text.db")
    other = connect(tmp_path / "other.db")
    other.execute("CREATE TABLE t (a)")
    other.close()
    assert "another program" in refusal(tmp_path / "other.db")
    os.mkfifo(tmp_path / "pipe.db")
    assert "not a regular file" in refusal(tmp_path / "pipe.db")


def test_a_newer_schema_is_refused(path: Path) -> None:
    stock(path).close()
    newer = connect(path)
    newer.execute(f"PRAGMA user_version = {schema.schema_version() + 7}")
    newer.close()
    assert f"newer onco-tui (schema {schema.schema_version() + 7}" in refusal(path)


def test_an_older_schema_is_brought_up_to_date_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stock(path).close()
    later = "CREATE TABLE later (a TEXT) STRICT;\nINSERT INTO later VALUES ('kept');\n"
    read_step = schema.read_step
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, "later"))
    monkeypatch.setattr(schema, "read_step", lambda name: later if name == "later" else read_step(name))
    for _ in range(2):
        with Database.open(path) as database:
            assert [row[0] for row in database.query("SELECT a FROM later")] == ["kept"]
            assert database.info().schema_version == schema.schema_version()
            assert load(database, "E-1").version == 1


def test_a_failing_step_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stock(path).close()
    read_step = schema.read_step
    broken = "CREATE TABLE later (a TEXT) STRICT;\nINSERT INTO nowhere VALUES (1);\n"
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, "later"))
    monkeypatch.setattr(schema, "read_step", lambda name: broken if name == "later" else read_step(name))
    assert "refused" in refusal(path)
    monkeypatch.undo()
    with Database.open(path) as database:
        assert database.query("SELECT name FROM sqlite_schema WHERE name = 'later'") == []
        assert verify(database).ok


def test_our_own_open_file_is_closed_to_others_with_a_warning(path: Path) -> None:
    stock(path).close()
    path.chmod(0o644)
    with Database.open(path) as database:
        assert len(database.warnings) == 1
        assert "open to everyone" in database.warnings[0]
        assert set(modes(path).values()) == {"0o600"}
    with Database.open(path) as database:
        assert database.warnings == ()


def test_a_file_shared_with_a_group_stays_shared_and_so_do_its_locks(path: Path) -> None:
    stock(path).close()
    path.chmod(0o660)
    with Database.open(path) as database:
        add_a_unit(database)
        assert database.warnings == ()
        assert set(modes(path).values()) == {"0o660"}
    Database.create(path).close()
    assert set(modes(path).values()) == {"0o660"}


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another account")
def test_files_of_others_that_are_open_to_all_or_not_writable_are_refused(shared: Path) -> None:
    stock(shared / "claims.db").close()
    for mode, said in (
        (0o666, "not yours"),
        (0o644, "not writable"),
        (0o600, "not readable"),
    ):
        (shared / "claims.db").chmod(mode)
        assert said in as_nobody(lambda: message_of_opening(shared / "claims.db"))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another account")
def test_what_another_account_may_only_read_is_read_and_left_as_it_is(shared: Path) -> None:
    stock(shared / "claims.db").close()
    (shared / "claims.db").chmod(0o644)
    shared.chmod(0o755)
    before = modes(shared / "claims.db")

    def ask() -> str:
        with Database.open(shared / "claims.db", to_read=True) as database:
            return f"{load(database, 'E-1').encounter.encounter_id} {verify(database).ok} {len(database.warnings)}"

    assert as_nobody(ask) == "E-1 True 1"
    assert modes(shared / "claims.db") == before


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another account")
def test_a_folder_one_may_not_enter_is_an_error_in_words(tmp_path: Path) -> None:
    def ask() -> str:
        try:
            Database.create(tmp_path / "claims.db").close()
        except StoreError as error:
            return str(error)
        return "created"

    tmp_path.chmod(0o700)
    assert "Permission denied" in as_nobody(ask)
    assert "Permission denied" in as_nobody(lambda: message_of_opening(tmp_path / "claims.db"))


@pytest.mark.skipif(os.getuid() == 0, reason="root may write every file")
def test_a_read_only_file_is_refused(path: Path) -> None:
    stock(path).close()
    path.chmod(0o400)
    assert "not writable" in refusal(path)


def test_a_link_leads_to_the_same_locks(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stock(path).close()
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.db"
    link.symlink_to(path)
    monkeypatch.setattr(database_module, "LOCK_SECONDS", 0.2)
    with Database.open(link) as linked, Database.open(path) as direct:
        assert linked.path == direct.path
        with direct.write(), pytest.raises(StoreError, match="another coder"), linked.write():
            pytest.fail("two writers at once")
        add_a_unit(linked)
    assert list(link.parent.iterdir()) == [link]
    loop = tmp_path / "loop.db"
    loop.symlink_to(loop)
    assert "link" in refusal(loop)


# writing


def test_a_write_is_undone_whatever_is_raised(path: Path) -> None:
    with stock(path) as database:
        for error in (RuntimeError, KeyboardInterrupt):
            with pytest.raises(error):
                hold(database, error)
        assert load(database, "E-1").status == "open"
        add_a_unit(database)


def test_a_change_without_its_audit_row_is_refused_as_a_whole(path: Path) -> None:
    with stock(path) as database:
        with pytest.raises(StoreError, match="without its audit row"), database.write() as connection:
            set_status(connection, "E-1", 1, "held")
        with pytest.raises(StoreError, match="without its audit row"):
            hold(database, None, audit_first=True)
        assert load(database, "E-1").status == "open"
        assert verify(database).rows == 1


def test_a_write_inside_a_write_is_refused_and_the_outer_one_goes_on(path: Path) -> None:
    with stock(path) as database:
        with database.write() as connection:
            set_status(connection, "E-1", 1, "held")
            with pytest.raises(StoreError, match="already under way"), database.write():
                pass
            append(connection, entry("hold"))
        assert load(database, "E-1").status == "held"


def test_waiting_for_another_writer_is_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stock(path).close()
    monkeypatch.setattr(database_module, "LOCK_SECONDS", 0.3)
    with Database.open(path) as mine, Database.open(path) as others:
        with others.write():
            began = time.monotonic()
            with pytest.raises(StoreError, match="busy: another coder is writing"), mine.write():
                pytest.fail("two writers at once")
            assert time.monotonic() - began > 0.25, "it did not wait"
        add_a_unit(mine)


def test_a_program_that_ignores_our_lock_makes_us_wait_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stock(path).close()
    monkeypatch.setattr(database_module, "LOCK_SECONDS", 0.3)
    with Database.open(path) as database:
        shell = connect(path, isolation_level=None)
        shell.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="busy: another program is writing"), database.write():
            pytest.fail("two writers at once")
        shell.execute("ROLLBACK")
        shell.close()
        add_a_unit(database)


def test_the_lock_is_free_again_after_a_kill(path: Path) -> None:
    stock(path).close()
    code = (
        "import os, signal, sys; from pathlib import Path; from onco_tui.store.database import Database as D\n"
        "with D.open(Path(sys.argv[1])).write(): os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(path)], check=False, timeout=60)
    assert killed.returncode == -9
    with Database.open(path) as database:
        add_a_unit(database)
        assert verify(database).ok


def test_the_write_ahead_log_is_folded_back_as_it_grows(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "_CHECKPOINT_AT", 256 * 1024)
    monkeypatch.setattr(database_module, "_LOG_KEPT", 64 * 1024)
    with stock(path) as database:
        sizes = []
        for number in range(60):
            with database.write() as connection:
                save_source(connection, "big", "documents", number.to_bytes(4, "big") * 10_000)
            sizes.append((path.parent / "claims.db-wal").stat().st_size)
        assert max(sizes) < 512 * 1024
        assert path.stat().st_size > 60 * 40_000 - 512 * 1024


def test_a_reading_beside_writes_sees_one_state(path: Path) -> None:
    with stock(path) as database, Database.open(path) as other:
        with database.snapshot() as connection:
            before = connection.execute("SELECT version FROM encounters").fetchone()[0]
            add_a_unit(other)
            assert connection.execute("SELECT version FROM encounters").fetchone()[0] == before
        assert load(database, "E-1").version == before + 1


def test_the_reading_connection_cannot_write(path: Path) -> None:
    with stock(path) as database:
        with pytest.raises(StoreError, match="read-only"):
            database.query("UPDATE encounters SET owner = 'x'")
        with pytest.raises(StoreError), database.snapshot() as connection:
            connection.execute("DELETE FROM findings")


def test_others_changes_are_noticed(path: Path) -> None:
    with stock(path) as database, Database.open(path) as other:
        seen = database.data_version
        assert database.data_version == seen
        add_a_unit(other)
        assert database.data_version != seen


def test_errors_hold_no_stored_or_asked_values(path: Path) -> None:
    with stock(path, encounter(family_name="Secretname")) as database:
        for sql, values in (
            ("SELECT encounter_id FROM encounter_words WHERE encounter_words MATCH ?", ('"Secretname',)),
            ("SELECT json_extract('{}', ?)", ("Secretname",)),
            ("SELECT Secretname", ()),
        ):
            with pytest.raises(StoreError) as caught:
                database.query(sql, values)
            assert "secretname" not in str(caught.value).lower()
            assert caught.value.__cause__ is None
            assert caught.value.__suppress_context__


def test_info_says_what_the_database_is(path: Path) -> None:
    with stock(path, encounter("E-1"), encounter("E-2")) as database:
        with database.write() as connection:
            set_status(connection, "E-2", 1, "finalized")
            append(connection, entry("finalize", "E-2"))
        info = database.info()
    assert info.encounters == {"finalized": 1, "open": 1}
    assert (info.audit_rows, info.journal_mode, info.mode) == (3, "wal", 0o600)
    assert info.schema_version == schema.schema_version()
    assert info.sqlite_version == sqlite_version()
    assert info.wal_reset_bug == has_wal_reset_bug(sqlite_version())
    assert info.size > 4096


def test_another_thread_opens_its_own(path: Path) -> None:
    stock(path).close()
    seen: list[int] = []

    def read() -> None:
        with Database.open(path) as database:
            seen.append(load(database, "E-1").version)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join(timeout=10)
    assert seen == [1]


@pytest.mark.parametrize("view", ["worklist", "audit_trail", "administrations", "chart_diagnoses", "notes"])
def test_views_read_well_without_this_program(path: Path, view: str) -> None:
    with stock(path) as database:
        assert len(database.query(f"SELECT * FROM {view}")) == 1  # noqa: S608  our own names


def test_encounters_without_a_chart_leave_the_views_empty(path: Path) -> None:
    bare = encounter().model_copy(update={"documentation": None})
    with Database.create(path) as database:
        import_encounters(database, bare)
        assert database.query("SELECT * FROM administrations") == []


@pytest.mark.parametrize(
    ("version", "bug"),
    [
        ("3.6.23", False), ("3.7.0", True), ("3.40.1", True), ("3.50.6", True), ("3.50.7", False), ("3.50.8", False),
        ("3.51.0", True), ("3.51.2", True), ("3.51.3", False), ("3.53.4", False), ("3.100.0", False), ("4.0.0", False),
    ],
)  # fmt: skip
def test_the_versions_with_the_wal_reset_bug_are_known(version: str, bug: bool) -> None:  # noqa: FBT001  a table
    assert has_wal_reset_bug(version) is bug


def test_start_up_does_not_import_sqlite_utils(path: Path) -> None:
    stock(path).close()
    code = (
        "import sys; from pathlib import Path; from onco_tui.store.database import Database as D\n"
        "D.open(Path(sys.argv[1])).close(); sys.exit('sqlite_utils' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False, timeout=60).returncode == 0
