"""Reading files for the headless verbs: documents and 837P, from paths or standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from onco_tui.encounter.document import Encounter
from onco_tui.exchange.reading import MAX_BYTES, Fault, Reading, read_file, read_source


@dataclass(frozen=True, slots=True)
class Inputs:
    """All readings of one command. ``refused`` names the files of which nothing may be used."""

    readings: tuple[Reading, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault of every file."""
        return tuple(fault for reading in self.readings for fault in reading.faults)

    @property
    def refused(self) -> tuple[str, ...]:
        """Names of the files that may not be used."""
        return tuple(reading.source for reading in self.readings if reading.refused)

    def encounters(self) -> Iterator[Encounter]:
        """Give the encounters of every file that was not refused."""
        for reading in self.readings:
            if not reading.refused:
                yield from (imported.encounter for imported in reading.encounters)


def read_inputs(
    names: Sequence[str], *, format: str | None = None, strict: bool = False, partial: bool = False
) -> Inputs:
    """Read every named file; ``-`` is standard input. A file that cannot be opened becomes a refused reading."""
    return Inputs(tuple(_read(name, format=format, strict=strict, partial=partial) for name in names))


def _read(name: str, *, format: str | None, strict: bool, partial: bool) -> Reading:
    if name != "-":
        return read_file(Path(name), format=format, strict=strict, partial=partial)
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        message = f"larger than {MAX_BYTES >> 20} MiB"
        return Reading("standard input", "unknown", (), (Fault("standard input", "file", message, "error"),))
    return read_source("standard input", raw, format=format, strict=strict, partial=partial)
