"""Collects what is wrong with an X12 file, and knows which segments nothing may be built on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from onco_tui.exchange.outcome import Fault, FaultSeverity

# Beyond this many of a severity a list helps nobody; the rest is counted.
_MOST_LISTED = 5_000


class Barred:
    """Ranges of segments that no claim may rest on, each with the segment that is the cause."""

    def __init__(self, ranges: Iterable[tuple[int, int, int]]) -> None:
        self._first: list[int] = []
        self._last: list[int] = []
        self._cause: list[int] = []
        for first, last, cause in sorted(ranges):
            if self._last and first <= self._last[-1]:
                self._last[-1] = max(self._last[-1], last)
            else:
                self._first.append(first)
                self._last.append(last)
                self._cause.append(cause)

    def within(self, segments: range) -> int | None:
        """Give the cause of the first bar in a range of segments; None when all of it may be used."""
        at = bisect_left(self._last, segments.start)
        return self._cause[at] if at < len(self._first) and self._first[at] < segments.stop else None


class Faults:
    """Faults of one file by segment number, counted from 1; number 0 is the file as a whole."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._listed: dict[FaultSeverity, set[tuple[int, str]]] = {"error": set(), "warning": set()}
        self._unlisted: dict[FaultSeverity, int] = {"error": 0, "warning": 0}
        self._barred: list[tuple[int, int, int]] = []

    def error(self, segment: int, message: str) -> None:
        """Note a fault that leaves unclear what the file means there; no claim may rest on the segment."""
        self._note("error", segment, message)
        self.bar(segment, segment, segment)

    def warn(self, segment: int, message: str) -> None:
        """Note a fault a payer may reject, but that leaves the claims clear."""
        self._note("warning", segment, message)

    def bar(self, first: int, last: int, cause: int) -> None:
        """Let no claim rest on any of these segments, because of what is wrong at one of them."""
        self._barred.append((first, last, cause))

    def barred(self) -> Barred:
        """Give the segments barred so far, ready to be asked for many ranges."""
        return Barred(self._barred)

    def listed(self) -> tuple[Fault, ...]:
        """Give all faults in the order of the file."""
        noted = sorted(
            (segment, severity, message) for severity, notes in self._listed.items() for segment, message in notes
        )
        faults = [
            Fault(self._source, f"segment {segment}" if segment else "file", message, severity)
            for segment, severity, message in noted
        ]
        for severity, count in self._unlisted.items():
            if count:
                faults.append(Fault(self._source, "file", f"{count} more faults like these are not listed", severity))
        return tuple(faults)

    def _note(self, severity: FaultSeverity, segment: int, message: str) -> None:
        notes = self._listed[severity]
        if len(notes) < _MOST_LISTED:
            notes.add((segment, message))
        else:
            self._unlisted[severity] += (segment, message) not in notes
