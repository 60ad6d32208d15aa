"""What reading a file answers with: the encounters in it and everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from onco_tui.encounter.document import Encounter

FaultSeverity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file. ``place`` is ``segment 14``, ``line 3``, ``document 2`` or ``file``.

    ``message`` says what is wrong by position and name of the field; it never holds what the file says there.
    """

    source: str
    place: str
    message: str
    severity: FaultSeverity


@dataclass(frozen=True, slots=True, repr=False)
class Imported:
    """An encounter and the bytes it came from (an 837P claim shares the bytes of its whole file)."""

    encounter: Encounter
    source_bytes: bytes
    place: str


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """What one file gave. A refused reading has no encounters: they must not be used by oversight.

    An error refuses the whole file. With ``partial`` it bars only the encounters it touches; they are listed as
    faults and the others can be used.
    """

    source: str
    format: str
    encounters: tuple[Imported, ...]
    faults: tuple[Fault, ...]
    partial: bool = False

    def __post_init__(self) -> None:
        if self.refused:
            object.__setattr__(self, "encounters", ())

    @property
    def refused(self) -> bool:
        """Whether nothing of the file may be imported."""
        failed = any(fault.severity == "error" for fault in self.faults)
        return failed and not (self.partial and self.encounters)
