"""Where a headless command takes its encounters from: files or a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from onco_tui.cli.output import fail, say
from onco_tui.codesets.codestore import CodeStoreError
from onco_tui.encounter.document import Encounter
from onco_tui.exchange.outcome import Fault
from onco_tui.review.inputs import Inputs, read_inputs
from onco_tui.rules.finding import Report

if TYPE_CHECKING:
    from onco_tui.review.desk import Desk

_MOST_PLACES = 12


class FileSource:
    """Encounters of files; faults go to stderr as they are met."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self.refused = inputs.refused

    def encounters(self) -> Iterator[Encounter]:
        """Give the encounters of the files that could be read."""
        return self._inputs.encounters()

    def standing(self, reports: Iterable[Report]) -> Iterable[Report]:
        """Give reports as they are: files hold no decisions."""
        return reports


class DatabaseSource:
    """Encounters of a database, without the findings coders have dismissed."""

    refused = ()

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def encounters(self) -> Iterator[Encounter]:
        """Give the current state of every encounter."""
        return self.desk.encounters()

    def standing(self, reports: Iterable[Report]) -> Iterable[Report]:
        """Leave out findings whose dismissal still stands."""
        return (self.desk.without_dismissed(report) for report in reports)


Source = FileSource | DatabaseSource


@contextmanager
def open_source(
    files: list[str] | None,
    db: Path | None,
    *,
    input_format: str | None = None,
    strict: bool = False,
    to_read: bool = True,
) -> Iterator[Source]:
    """Open the files or the database a command names; ends the program with 2 when it cannot."""
    if files and db:
        fail("give files or --db, not both")
    try:
        if files:
            inputs = read_inputs(files, format=input_format, strict=strict)
            tell_faults(inputs)
            yield FileSource(inputs)
        else:
            from onco_tui.cli.desks import open_desk  # noqa: PLC0415  files need no database

            with open_desk(db, to_read=to_read) as desk:
                yield DatabaseSource(desk)
    except CodeStoreError as error:
        fail(str(error))


def tell_faults(inputs: Inputs) -> None:
    """Write every fault to stderr: file, place, what is wrong. Warnings of one kind share a line."""
    alike: dict[tuple[str, str], list[str]] = {}
    for fault in inputs.faults:
        if fault.severity == "error":
            tell(fault)
        else:
            alike.setdefault((fault.source, fault.message), []).append(fault.place)
    for (source, message), places in alike.items():
        say(f"{source}: {_listed(places)}: warning: {message}")
    for name in inputs.refused:
        say(f"{name}: refused, nothing of it was used")


def tell(fault: Fault) -> None:
    """Write one fault to stderr: file, place, what is wrong."""
    say(f"{fault.source}: {fault.place}: {fault.severity}: {fault.message}")


def _listed(places: list[str]) -> str:
    """Name the places of one kind of fault: ``segment 14, 20, 31 and 812 more``."""
    kind = places[0].partition(" ")[0]
    shown = [places[0], *(place.removeprefix(f"{kind} ") for place in places[1:_MOST_PLACES])]
    more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
    return ", ".join(shown) + more
