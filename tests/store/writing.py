"""A coder as a process: ``python -m tests.store.writing DATABASE ENCOUNTER COUNT`` prints the audit rows it wrote."""

from __future__ import annotations

import sys
from pathlib import Path

from onco_tui.store.database import Database
from onco_tui.store.encounters import Conflict
from tests.store.samples import add_a_unit


def main() -> None:
    """Make COUNT changes, looking again after each conflict."""
    path, encounter_id, wanted = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    with Database.open(path) as database:
        print("ready", flush=True)  # noqa: T201  the test waits for it
        done = 0
        for _ in range(wanted * 50):
            if done == wanted:
                return
            try:
                print(add_a_unit(database, encounter_id), flush=True)  # noqa: T201  what was acknowledged
                done += 1
            except Conflict:
                continue
    sys.exit("too many conflicts")


if __name__ == "__main__":
    main()
