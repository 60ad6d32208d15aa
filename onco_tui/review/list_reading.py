"""Reading a long filtered list beside the screen, so that keys are answered and the reading can be stopped."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from onco_tui.store.database import Database
from onco_tui.store.errors import StoreError
from onco_tui.store.filters import WorklistQuery
from onco_tui.store.read_list import ReadList
from onco_tui.store.sqlite import Connection

__all__ = ["ListReading", "ReadList"]


class ListReading:
    """One reading in a thread with a connection of its own. ``seconds`` is how long it took, or has taken so far."""

    def __init__(self, path: Path, query: WorklistQuery) -> None:
        self._path, self._query = path, query
        self._began = time.monotonic()
        self._took: float | None = None
        self._connection: Connection | None = None
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self.stopped = False
        self.outcome: ReadList | None = None
        self.error: StoreError | None = None
        threading.Thread(target=self._run, name="list reading", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, not longer than some seconds; tell whether it has come."""
        return self._ended.wait(seconds)

    @property
    def seconds(self) -> float:
        """How long it took, or has taken so far."""
        return self._took if self._took is not None else time.monotonic() - self._began

    def stop(self) -> None:
        """Break the reading off."""
        with self._lock:
            self.stopped = True
            if self._connection is not None:
                self._connection.interrupt()

    def _run(self) -> None:
        try:
            with Database.open(self._path, to_read=True) as database:
                self._read(database)
        except StoreError as error:
            self.error = error
        finally:
            self._took = time.monotonic() - self._began
            self._ended.set()

    def _read(self, database: Database) -> None:
        with self._lock:
            self._connection = database.read()
        try:
            read = None if self.stopped else ReadList.of(database, self._query)
        finally:
            with self._lock:
                self._connection = None
        if not self.stopped:
            self.outcome = read
