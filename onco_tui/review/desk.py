"""A coder's desk: the open database, who sits there, and the reference tables in use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from onco_tui.review.worklist import Key, Payer, Tally, WorklistQuery, WorklistRow
from onco_tui.store import worklist
from onco_tui.store.actor import current_actor
from onco_tui.store.database import Database, DatabaseInfo

# The worklist must be on the screen before the models and rules are loaded; what needs them imports them when called.
if TYPE_CHECKING:
    from onco_tui.codesets.reference import Reference
    from onco_tui.encounter.document import Encounter
    from onco_tui.review.sitting import Sitting
    from onco_tui.rules.finding import Report
    from onco_tui.store.audit import AuditRow, Head, Verification
    from onco_tui.store.queries import ClinicianQuery
    from onco_tui.store.rule_records import RuleRecord


class Desk:
    """Everything a review needs. Close it, or use it as a context manager."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.actor = current_actor()
        self.session = os.urandom(6).hex()
        self._seen = database.data_version

    @classmethod
    def open(cls, path: Path, *, to_read: bool = False) -> Self:
        """Open an existing database; ``to_read`` also opens one that may not be written. Raises StoreError."""
        return cls(Database.open(path, to_read=to_read))

    @classmethod
    def create(cls, path: Path) -> Self:
        """Create a database, or open the one that is there. Raises StoreError."""
        return cls(Database.create(path))

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def reference(self) -> Reference:
        """The tables in use; read when first asked for."""
        from onco_tui.codesets.reference import shipped_reference  # noqa: PLC0415  see above

        return shipped_reference()

    @property
    def edition(self) -> str:
        """The editions of the tables in use, for the audit row."""
        return " ".join(f"{name}:{edition}" for name, edition in sorted(self.reference.editions.items()))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What an operator should know before relying on this database."""
        info = self.info()
        if not info.wal_reset_bug:
            return self.database.warnings
        bug = f"SQLite {info.sqlite_version} can lose pages under several writers; install pysqlite3 0.6.1 or newer"
        return (*self.database.warnings, bug)

    def info(self) -> DatabaseInfo:
        """Say what the database is and holds."""
        return self.database.info()

    def changed_since(self) -> bool:
        """Tell whether another process has written since this was last asked; costs microseconds."""
        before, self._seen = self._seen, self.database.data_version
        return before != self._seen

    def sit(self, encounter_id: str) -> Sitting:
        """Open one encounter for review. Raises StoreError when it is not there."""
        from onco_tui.review.sitting import Sitting  # noqa: PLC0415  see above

        return Sitting(self, encounter_id)

    def remember(self, encounter_id: str) -> str:
        """Show this coder as having the encounter open; give who has it, which may be another."""
        from onco_tui.store.encounters import take  # noqa: PLC0415  see above

        with self.database.write() as connection:
            return take(connection, encounter_id, self.actor.name)

    def leave(self, encounter_id: str) -> None:
        """Give up an encounter this coder has open."""
        from onco_tui.store.encounters import release  # noqa: PLC0415  see above

        with self.database.write() as connection:
            release(connection, encounter_id, self.actor.name)

    def last_encounter(self) -> str | None:
        """Give the encounter this coder had open last, to land there again."""
        return worklist.last_opened(self.database, self.actor.name)

    def worklist(self, query: WorklistQuery, offset: int, limit: int) -> tuple[WorklistRow, ...]:
        """Give rows of the worklist from a position on."""
        return worklist.window(self.database, query, offset, limit)

    def worklist_after(self, query: WorklistQuery, key: Key, limit: int) -> tuple[WorklistRow, ...]:
        """Give the rows of the worklist that come after a key."""
        return worklist.page(self.database, query, key, limit).rows

    def worklist_key(self, query: WorklistQuery, encounter_id: str) -> Key | None:
        """Give the place of an encounter in the order of a worklist."""
        return worklist.key_of(self.database, query, encounter_id)

    def worklist_count(self, query: WorklistQuery) -> int:
        """Count the rows of a worklist."""
        return worklist.count(self.database, query)

    def worklist_position(self, query: WorklistQuery, encounter_id: str) -> int | None:
        """Give the position of an encounter in a worklist."""
        return worklist.position_of(self.database, query, encounter_id)

    def worklist_rank(self, query: WorklistQuery, key: Key) -> int:
        """Count the rows of a worklist before a key."""
        return worklist.rank_of(self.database, query, key)

    def neighbours(
        self, query: WorklistQuery, encounter_id: str, key: Key | None = None
    ) -> tuple[str | None, str | None]:
        """Give the encounters before and after one in a worklist."""
        return worklist.neighbours(self.database, query, encounter_id, key)

    def payers(self) -> tuple[Payer, ...]:
        """Give the payers, with their encounters counted."""
        return worklist.payers(self.database)

    def rules_found(self) -> tuple[tuple[str, int], ...]:
        """Give each rule that finds something, with the number of encounters it finds it in."""
        return worklist.rules_found(self.database)

    def coders(self) -> tuple[str, ...]:
        """Give everyone who opened an encounter here."""
        return worklist.coders(self.database)

    def tallies(self) -> tuple[Tally, ...]:
        """Count encounters by status and payer."""
        return worklist.tallies(self.database)

    def encounters(self) -> Iterator[Encounter]:
        """Give every encounter as it stands, in the order of import."""
        from onco_tui.store.encounters import encounter_ids, load  # noqa: PLC0415  see above

        return (load(self.database, identifier).encounter for identifier in encounter_ids(self.database))

    def without_dismissed(self, report: Report) -> Report:
        """Take the findings out of a report that a coder has set aside and whose facts have not changed since."""
        from onco_tui.review.standing import stand  # noqa: PLC0415  see above
        from onco_tui.rules.finding import Report  # noqa: PLC0415  see above
        from onco_tui.store.decisions import active  # noqa: PLC0415  see above

        with self.database.snapshot() as connection:
            decisions = active(connection, report.encounter_id)
        left = tuple(standing.finding for standing in stand(report, decisions) if standing.open)
        return Report(report.encounter_id, left, report.not_checked, report.checked, report.passed)

    def rule_record(self, rule: str) -> RuleRecord:
        """Say how a rule fared in this database."""
        from onco_tui.store.rule_records import rule_record  # noqa: PLC0415  see above

        return rule_record(self.database, rule)

    def queries(self) -> tuple[ClinicianQuery, ...]:
        """Give every question asked to a clinician, oldest first."""
        from onco_tui.store.queries import all_asked  # noqa: PLC0415  see above

        with self.database.snapshot() as connection:
            return all_asked(connection)

    def audit(self, encounter_id: str | None = None) -> Iterator[AuditRow]:
        """Give audit rows, oldest first."""
        from onco_tui.store.audit import walk  # noqa: PLC0415  see above

        return walk(self.database, encounter_id)

    def verify(self, expected: Head | None = None) -> Verification:
        """Prove the audit log and that every claim is as its last row left it."""
        from onco_tui.store.audit import verify  # noqa: PLC0415  see above

        return verify(self.database, expected)
