"""A database that may not be written: read as it stands, never half, and nothing is left beside it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from onco_tui.review.desk import Desk
from onco_tui.review.worklist import WorklistQuery
from onco_tui.store.database import Database, StoreError
from onco_tui.store.encounters import load
from tests.store.samples import add_a_unit, stock


@pytest.fixture
def sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder in which this account may write nothing, as far as the program is told."""
    allowed = os.access

    def access(place: Path, mode: int, **more: bool) -> bool:
        return not mode & os.W_OK and allowed(place, mode, **more)

    monkeypatch.setattr("onco_tui.store.files.os.access", access)
    return tmp_path


def stocked(folder: Path) -> Path:
    """Make a database elsewhere and put it there; it was closed, so all of it is in one file."""
    made = folder.parent / f"{folder.name}-made.db"
    with pytest.MonkeyPatch.context() as anywhere:
        anywhere.setattr("onco_tui.store.files.os.access", lambda *_, **__: True)
        stock(made).close()
    return Path(shutil.copy(made, folder / "claims.db"))


def test_every_question_is_answered_and_nothing_is_left_beside_it(sealed: Path) -> None:
    path = stocked(sealed)
    with Desk.open(path, to_read=True) as desk:
        assert [encounter.encounter_id for encounter in desk.encounters()] == ["E-1"]
        assert desk.verify().ok
        assert len(list(desk.audit())) == desk.info().audit_rows == 1
        assert [row.encounter_id for row in desk.worklist(WorklistQuery(), 0, 9)] == ["E-1"]
        assert any("only read" in warning for warning in desk.warnings)
        with pytest.raises(StoreError, match="opened only to be read"):
            desk.sit("E-1").note("no")
    assert [found.name for found in sealed.iterdir()] == ["claims.db"]


def test_a_verb_that_writes_is_refused_at_once(sealed: Path) -> None:
    path = stocked(sealed)
    with pytest.raises(StoreError, match="not writable for this account; check, derive"):
        Desk.open(path)


def test_changes_that_wait_in_the_log_are_read_or_asked_for_never_left_out(sealed: Path) -> None:
    path = stocked(sealed)
    live = sealed.parent / f"{sealed.name}-live.db"
    shutil.copy(path, live)
    with pytest.MonkeyPatch.context() as anywhere:
        anywhere.setattr("onco_tui.store.files.os.access", lambda *_, **__: True)
        writer = Database.open(live)
    add_a_unit(writer)
    for suffix in ("", "-wal"):
        shutil.copy(f"{live}{suffix}", f"{path}{suffix}")
    with pytest.raises(StoreError, match=r"newest changes are still in claims\.db-wal"):
        Database.open(path, to_read=True)
    shutil.copy(f"{live}-shm", f"{path}-shm")
    with Database.open(path, to_read=True) as database:
        assert load(database, "E-1").version == 2
    writer.close()
