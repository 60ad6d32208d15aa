"""Cuts X12 text into segments. Every byte of the file stays with the segment it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from onco_tui.exchange.x12.faults import Faults

MAX_BYTES = 64 << 20
MAX_SEGMENT = 64 << 10
MAX_SEGMENTS = 1_000_000

# Ctrl-Z ends the files of some old systems.
_BLANKS = re.compile(rb"[ \t\r\n\x0b\x0c\x1a]*")
_BLANK = b" \t\r\n\x0b\x0c\x1a"
_BOM = b"\xef\xbb\xbf"
_ISA = re.compile(rb"ISA[^\w\s]")
_ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_ISA_LONGEST = 400
_CLAIMS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The separators of one interchange. ``repetition`` is empty where ISA11 names none."""

    element: str
    component: str
    repetition: str
    terminator: str


@dataclass(frozen=True, slots=True, repr=False)
class Segment:
    """One segment. ``raw`` has its bytes with blanks before and terminator after; ``elements[0]`` is the identifier."""

    number: int
    raw: bytes
    elements: tuple[str, ...]
    delimiters: Delimiters

    @property
    def id(self) -> str:
        """The segment identifier."""
        return self.elements[0]

    def element(self, at: int) -> str:
        """Give an element, counted from 1, without blanks around it; empty when absent."""
        return self.elements[at].strip() if at < len(self.elements) else ""

    def parts(self, at: int) -> list[str]:
        """Give the components of an element."""
        return self.element(at).split(self.delimiters.component)

    def part(self, at: int, component: int) -> str:
        """Give one component of an element, both counted from 1; empty when absent."""
        parts = self.parts(at)
        return parts[component - 1].strip() if component <= len(parts) else ""

    def ends_an_element_with(self, *identifiers: str) -> bool:
        """Tell whether an element ends in one of these, as where the next segment went on without a terminator."""
        return any(element.rstrip().endswith(identifiers) for element in self.elements[1:])

    @property
    def words_after_line_breaks(self) -> list[str]:
        """Give the first element of every line inside the segment but the first; none in most files."""
        body = self.raw.strip(_BLANK)
        if b"\n" not in body and b"\r" not in body:
            return []
        separator = self.delimiters.element.encode()
        return [line.split(separator)[0].strip().decode("latin-1") for line in body.splitlines()[1:]]


class _CannotTokenize(ValueError):
    """Text that cannot be cut into segments from here on."""


def tokenize(raw: bytes, faults: Faults) -> tuple[Segment, ...]:
    """Cut a file of one or more interchanges into segments; what cannot be cut is noted as a fault.

    Where the whole file can be cut, the ``raw`` of all segments joined are the bytes of the file.
    """
    if len(raw) > MAX_BYTES:
        faults.error(0, f"larger than {MAX_BYTES >> 20} MiB")
        return ()
    segments: list[Segment] = []
    try:
        for segment in _segments(raw, faults):
            segments.append(segment)  # noqa: PERF402  what was cut before a fault is kept
    except _CannotTokenize as error:
        faults.error(len(segments) + 1, str(error))
    return tuple(segments)


def _segments(raw: bytes, faults: Faults) -> Iterator[Segment]:
    end_of_text = len(raw.rstrip(_BLANK))
    delimiters: Delimiters | None = None
    at, number = 0, 0
    while at < end_of_text:
        number += 1
        if number > MAX_SEGMENTS:
            raise _CannotTokenize(f"more than {MAX_SEGMENTS} segments, at byte {at}")
        start = _skip_blanks(raw, at)
        if _ISA.match(raw, start):
            delimiters, closed_at = _read_isa(raw, start, number, faults)
        elif delimiters is None:
            raise _CannotTokenize("the text does not begin with an ISA segment")
        else:
            closed_at = _close_of(raw, start, end_of_text, delimiters)
        if closed_at >= end_of_text and delimiters.terminator not in "\r\n":
            faults.warn(number, "the last segment has no terminator")
        text = _decode(raw[start : min(closed_at, end_of_text)], number, faults)
        if "\n" in text or "\r" in text:
            faults.warn(number, "line breaks inside the segment are passed over")
            text = text.replace("\r", "").replace("\n", "")
        stop = closed_at + 1 if closed_at + 1 < end_of_text else len(raw)
        identifier, *rest = text.split(delimiters.element)
        yield Segment(number, raw[at:stop], (identifier.strip(), *rest), delimiters)
        at = stop


def _skip_blanks(raw: bytes, at: int) -> int:
    if at == 0 and raw.startswith(_BOM):
        at = len(_BOM)
    match = _BLANKS.match(raw, at)
    return match.end() if match else at


def _close_of(raw: bytes, start: int, end_of_text: int, delimiters: Delimiters) -> int:
    """Find where the terminator of a segment stands; the end of the text where the last one has none."""
    found = raw.find(delimiters.terminator.encode(), start, start + MAX_SEGMENT + 1)
    if found < 0 and end_of_text - start > MAX_SEGMENT:
        raise _CannotTokenize(f"longer than {MAX_SEGMENT >> 10} KiB, at byte {start}")
    return found if found >= 0 else end_of_text


def _decode(body: bytes, number: int, faults: Faults) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        faults.warn(number, "holds bytes that are not UTF-8; read as Latin-1")
        return body.decode("latin-1")


def _read_isa(raw: bytes, start: int, number: int, faults: Faults) -> tuple[Delimiters, int]:
    """Read the separators an ISA segment declares; give them and where its terminator stands.

    Elements are counted by separator, so that an ISA of the wrong length can still be read and its faults named.
    """
    separator = raw[start + 3 : start + 4]
    _, *elements = raw[start : start + _ISA_LONGEST].split(separator, len(_ISA_WIDTHS))
    if len(elements) < len(_ISA_WIDTHS) or len(elements[-1]) < 2:
        raise _CannotTokenize("the ISA segment is cut off: it has fewer than 16 elements")
    last_at = start + 3 + sum(len(element) + 1 for element in elements[:-1]) + 1
    for with_component in (True, False):
        component = raw[last_at : last_at + 1] if with_component else b""
        closed_at = last_at + len(component)
        terminator = raw[closed_at : closed_at + 1]
        if _separate(separator, component, terminator) and _goes_on(raw, closed_at, separator, component, terminator):
            break
    else:
        raise _CannotTokenize("ISA does not have 16 elements: the separators cannot be told")
    for at, (element, width) in enumerate(zip(elements, _ISA_WIDTHS, strict=True), start=1):
        length = len(component) if at == len(_ISA_WIDTHS) else len(element)
        if length != width:
            faults.warn(number, f"ISA{at:02} has {length} characters, must have {width}")
    repetition = elements[10].decode("latin-1")
    if len(repetition) != 1 or repetition.isalnum() or repetition == " ":
        if elements[11] >= b"00402":
            faults.warn(number, "ISA11 is not a repetition separator")
        repetition = ""
    used = _component_in_use(raw, start, separator, terminator, component)
    if component and used != component:
        faults.warn(number, "ISA16 is not the component separator the claims use; the one they use is read")
    return Delimiters(separator.decode(), (used or b":").decode(), repetition, terminator.decode()), closed_at


def _separate(*separators: bytes) -> bool:
    """Tell whether all can be separators: one ASCII character each, no letter, digit or blank, none twice."""
    given = [separator for separator in separators if separator]
    plausible = all(separator.isascii() and not separator.isalnum() and separator not in b" \t" for separator in given)
    return plausible and len(set(given)) == len(given)


def _goes_on(raw: bytes, closed_at: int, separator: bytes, component: bytes, terminator: bytes) -> bool:
    """Tell whether segments follow if the ISA segment is taken to be closed here."""
    after = _skip_blanks(raw, closed_at + 1)
    following = raw[after : after + _ISA_LONGEST]
    if terminator in b"\r\n" and component:  # a line that ends in the "component" shows that ISA16 is missing
        return not following.splitlines()[:1] or not following.splitlines()[0].rstrip().endswith(component)
    return len(following) <= 4 or separator in following[:5]


def _component_in_use(raw: bytes, start: int, separator: bytes, terminator: bytes, declared: bytes) -> bytes:
    """Look at the first claims and services of an interchange for the separator between their components."""
    end = raw.find(b"ISA" + separator, start + 3)
    text = raw[start : end if end >= 0 else len(raw)]
    element = re.escape(separator)
    inner = rb"[^" + element + re.escape(terminator) + rb"]*"
    composite = re.compile(
        rb"\b(?:SV1" + element + rb"[A-Z]{2}|CLM" + (element + inner) * 4 + element + rb"[0-9A-Z]{2})([^\w\s])"
    )
    found = {match[1] for match in islice(composite.finditer(text), _CLAIMS_LOOKED_AT)} - {separator, terminator}
    return found.pop() if len(found) == 1 else declared
