"""The envelopes of X12: interchange (ISA to IEA), functional group (GS to GE), transaction (ST to SE)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from onco_tui.exchange.x12.faults import Faults
from onco_tui.exchange.x12.tokens import Segment

_CONTROL_AT = {"ISA": 13, "GS": 6, "ST": 2}
_CLOSERS = {"ISA": "IEA", "GS": "GE", "ST": "SE"}


@dataclass(slots=True)
class Transaction:
    """One ST to SE; ``body`` is what stands between. ``last`` is the number of its last segment."""

    interchange: Segment
    group: Segment | None
    st: Segment
    body: list[Segment] = field(default_factory=list)
    last: int = 0


@dataclass(slots=True)
class _Open:
    """An envelope that is not closed yet; ``inside`` counts the envelopes in it, by control number and segment."""

    header: Segment
    inside: int = 0
    control_numbers: dict[str, int] = field(default_factory=dict)


def transactions(segments: Iterable[Segment], faults: Faults) -> list[Transaction]:
    """Sort segments into transactions and note every envelope that is not closed, or not as its trailer says."""
    return _Sorter(faults).sort(segments)


class _Sorter:
    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._open: dict[str, _Open] = {}
        self._found: list[Transaction] = []
        self._before = 0

    def sort(self, segments: Iterable[Segment]) -> list[Transaction]:
        for segment in segments:
            match segment.id:
                case "ISA" | "GS" | "ST":
                    self._begin(segment)
                case "SE" | "GE" | "IEA":
                    self._end(segment)
                case _:
                    self._inside(segment)
            self._before = segment.number
        self._leave_open("ISA", "the file")
        return self._found

    def _begin(self, header: Segment) -> None:
        self._leave_open(header.id, header.id)
        outer = {"GS": "ISA", "ST": "GS"}.get(header.id)
        if outer and outer not in self._open:
            self._faults.warn(header.number, f"{header.id} stands outside {outer}")
        self._count_in(outer, header)
        self._open[header.id] = _Open(header)
        if header.id == "ST":
            group = self._open.get("GS")
            interchange = self._open["ISA"].header if "ISA" in self._open else header
            self._found.append(Transaction(interchange, group.header if group else None, header, last=header.number))

    def _leave_open(self, level: str, by: str) -> None:
        """Note every envelope from this level inward that something else ends."""
        inward = ("ISA", "GS", "ST")[("ISA", "GS", "ST").index(level) :]
        unclosed = [name for name in reversed(inward) if self._open.pop(name, None)]
        if unclosed:
            missing = " and ".join(_CLOSERS[name] for name in unclosed)
            self._faults.error(self._before, f"{missing} missing: {by} {'ends' if by == 'the file' else 'begins'} here")

    def _inside(self, segment: Segment) -> None:
        if "ST" in self._open:
            self._found[-1].body.append(segment)
            self._found[-1].last = segment.number
        elif segment.id != "TA1":
            self._faults.error(segment.number, "stands outside any transaction (ST to SE)")

    def _end(self, trailer: Segment) -> None:
        level = {"SE": "ST", "GE": "GS", "IEA": "ISA"}[trailer.id]
        inward = {"SE": (), "GE": ("ST",), "IEA": ("ST", "GS")}[trailer.id]
        unclosed = [name for name in inward if self._open.pop(name, None)]
        if unclosed:
            missing = " and ".join(_CLOSERS[name] for name in unclosed)
            self._faults.error(self._before, f"{missing} missing: {trailer.id} follows")
        closed = self._open.pop(level, None)
        if closed is None:
            self._faults.error(trailer.number, f"{trailer.id} closes nothing: no {level} is open")
            return
        if level == "ST":
            self._found[-1].last = trailer.number
        self._compare(closed, trailer)

    def _compare(self, closed: _Open, trailer: Segment) -> None:
        header = closed.header
        inside = trailer.number - header.number + 1 if header.id == "ST" else closed.inside
        what = {"ISA": "groups", "GS": "transactions", "ST": "segments"}[header.id]
        if trailer.element(1) != str(inside) and not _counts(trailer.element(1), inside):
            self._faults.warn(trailer.number, f"{trailer.id}01 does not count the {inside} {what} there are")
        if trailer.element(2) != _control_number(header):
            place = f"{header.id}{_CONTROL_AT[header.id]:02}"
            self._faults.warn(trailer.number, f"{trailer.id}02 is not the control number in {place}")

    def _count_in(self, outer: str | None, header: Segment) -> None:
        around = self._open.get(outer or "")
        if around is None:
            return
        around.inside += 1
        first = around.control_numbers.setdefault(_control_number(header), header.number)
        if first != header.number:
            self._faults.warn(header.number, f"{header.id} has the control number of the one at segment {first}")


def _control_number(header: Segment) -> str:
    return header.element(_CONTROL_AT[header.id])


def _counts(text: str, number: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12 and int(text) == number
