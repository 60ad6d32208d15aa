from __future__ import annotations

import random
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from onco_tui.store.audit import verify, walk
from onco_tui.store.database import Database
from onco_tui.store.encounters import load
from tests.store.samples import stock

REPO = Path(__file__).parents[2]


def start_coder(path: Path, encounter_id: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.writing", str(path), encounter_id, str(count)]
    return subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def units(database: Database, encounter_id: str = "E-1") -> int:
    return int(load(database, encounter_id).encounter.claim.lines[0].units)


@pytest.mark.slow
def test_two_coders_change_one_claim_at_once_and_no_change_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "claims.db"
    stock(path).close()
    coders = [start_coder(path, "E-1", 100) for _ in range(2)]
    acknowledged = []
    for coder in coders:
        out, err = coder.communicate(timeout=90)
        assert coder.returncode == 0, err
        acknowledged += [int(line) for line in out.split()[1:]]
    with Database.open(path) as database:
        assert units(database) == 1 + 200
        assert load(database, "E-1").version == 1 + 200
        assert sorted(acknowledged) == list(range(2, 202))
        assert verify(database).ok
        assert database.damage() == ()


def test_a_coder_beside_a_writer_without_pause_waits_for_one_write_not_for_all(tmp_path: Path) -> None:
    path = tmp_path / "claims.db"
    stop = threading.Event()
    writes = 0
    held: list[float] = []

    def write_without_pause() -> None:
        nonlocal writes
        with Database.open(path) as database:
            while not stop.is_set() and writes < 500:
                began = time.monotonic()
                with database.write():
                    time.sleep(0.02)
                held.append(time.monotonic() - began)
                writes += 1

    with stock(path) as database:
        greedy = threading.Thread(target=write_without_pause)
        greedy.start()
        waits = []
        for _ in range(10):
            time.sleep(0.005)
            began = time.monotonic()
            with database.write():
                waits.append(time.monotonic() - began)
        stop.set()
        greedy.join(timeout=30)
    assert writes < 500, "the other writer must have been at work all the time"
    one = statistics.median(held)
    assert sorted(waits)[-3] < 15 * one, f"waited {waits} beside writes of {one}"


@pytest.mark.slow
def test_a_killed_writer_leaves_whole_changes_only_and_loses_none_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "claims.db"
    stock(path).close()
    edits = 0
    chance = random.Random(20260302)  # noqa: S311  moments, not secrets
    for _ in range(12):
        coder = start_coder(path, "E-1", 100_000)
        assert coder.stdout is not None
        assert coder.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.25))
        coder.kill()
        out, _ = coder.communicate(timeout=30)
        whole_lines = out.rpartition("\n")[0].split()
        with Database.open(path) as database:
            assert database.damage() == ()
            result = verify(database)
            assert result.ok, result.reason
            edits = sum(row.action == "edit" for row in walk(database))
            assert units(database) == 1 + edits
            assert load(database, "E-1").version == 1 + edits
            assert result.rows >= max((int(seq) for seq in whole_lines), default=0)
    assert edits > 12, "the writers must have got somewhere before they were killed"
