from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from onco_tui.store.audit import verify, walk
from onco_tui.store.database import Database
from onco_tui.store.encounters import load
from tests.store.samples import add_a_unit, stock

REPO = Path(__file__).parents[2]
FILL = """
import resource, sys
from pathlib import Path
from onco_tui.store.database import Database, StoreError
from tests.store.samples import add_a_unit
path, room = Path(sys.argv[1]), int(sys.argv[2])
with Database.open(path) as database:
    print(add_a_unit(database), flush=True)
    largest = max(path.stat().st_size, path.with_name(path.name + "-wal").stat().st_size)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + room, resource.RLIM_INFINITY))
    try:
        for _ in range(2000):
            print(add_a_unit(database), flush=True)
    except StoreError as error:
        print("refused:", error)
    try:
        add_a_unit(database)
    except StoreError as error:
        print("refused again:", error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(add_a_unit(database), flush=True)
"""


def test_a_full_disk_is_named_loses_nothing_and_writing_goes_on_with_room(tmp_path: Path) -> None:
    for room in (100, 5_000, 40_000):
        path = tmp_path / f"{room}.db"
        stock(path).close()
        done = subprocess.run(
            [sys.executable, "-c", FILL, str(path), str(room)],
            cwd=REPO, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        refusals = [line for line in done.stdout.splitlines() if line.startswith("refused")]
        assert len(refusals) == 2, done.stdout[-500:]
        for line in refusals:
            assert "this change was not made" in line
            assert "disk" in line
        acknowledged = [int(line) for line in done.stdout.splitlines() if line.isdigit()]
        with Database.open(path) as database:
            assert database.damage() == ()
            assert verify(database).ok
            assert [row.seq for row in walk(database)] == [1, *acknowledged]
            assert load(database, "E-1").version == 1 + len(acknowledged)
            add_a_unit(database)
