"""ICD-10-CM tabular list, the XML (CDC/NCHS): codes, seventh characters and the instructional notes.

Codes with a seventh character are not written out in it. They follow from the ``sevenChrDef`` of the nearest ancestor
that has one, with X as placeholder up to the sixth position (Official Guidelines, sections I.A.4 and I.A.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from onco_tui.codesets.editions import Kind
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.icd10cm_order import icd_period, require_every_letter
from onco_tui.codesets.importers.loading import CODES, CodeRow, Loaded, Sink, Wishes
from onco_tui.codesets.importers.markup import events
from onco_tui.codesets.importers.sources import Source

NOTES = "INSERT INTO notes (part, first, last, kind, text) VALUES (?, ?, ?, ?, ?)"
_NOTE_KINDS = {
    "excludes1": "excludes1",
    "excludes2": "excludes2",
    "codeFirst": "code_first",
    "useAdditionalCode": "use_additional",
    "codeAlso": "code_also",
}
_NODES = {"chapter", "section", "diag"}
_CODE = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?")
_RANGE = re.compile(r"([A-Z][0-9A-Z]{2})(?:-([A-Z][0-9A-Z]{2}))?(?![0-9A-Za-z])")
# Category S06 says "except as noted below" but notes nothing: who died has no later encounter, and the official
# order files list only the initial one of these codes, since fiscal year 2018.
_DIED = re.compile(r"with death due to .* (?:prior to|before) regaining consciousness")
_DIED_ONCE_SINCE = 2018
NoteRow = tuple[str, str, str, str]
"""``first, last, kind, text``: a code and nothing, or the categories at both ends of a block or chapter."""


@dataclass(slots=True)
class _Node:
    """A chapter, section or code that is being read, with all that was found in it so far."""

    tag: str
    first: str = ""
    last: str = ""
    title: str = ""
    sevenths: dict[str, str] = field(default_factory=dict)
    inherited: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    has_children: bool = False


class TabularList:
    """The importer of tabular XML."""

    kind: Kind = "icd10cm"

    @staticmethod
    def recognises(beginning: str) -> bool:
        """Tell the tabular list from its beginning."""
        return "<ICD10CM.tabular" in beginning

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store codes and notes. Raises CodeFileError."""
        reading = TabularReading()
        with source.open(lines=False) as file:
            count = sink.store(CODES, reading.rows(file))
        sink.store(NOTES, reading.notes)
        return Loaded(icd_period(wishes, source.names, reading.version), count)


class TabularReading:
    """One pass over the XML; ``version`` and ``notes`` are filled while ``rows`` is drained."""

    def __init__(self) -> None:
        self.version: int | None = None
        self.notes: list[NoteRow] = []
        self._nodes: list[_Node] = []
        self._letters: set[str] = set()
        self._note_kind = self._seventh = ""

    def rows(self, file: BinaryIO) -> Iterator[CodeRow]:
        """Give every code, headers too, in the order of the list."""
        for what, tag, attributes, text in events(file):
            if tag in _NODES:
                yield from self._open(tag, attributes) if what == "start" else self._close()
            elif what == "start":
                self._enter(tag, attributes)
            elif self._nodes:
                self._take(self._nodes[-1], tag, text)
            elif tag == "version" and re.fullmatch(r"20[0-9]{2}", text.strip()):
                self.version = int(text)
        require_every_letter(self._letters, None)

    def _enter(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _NOTE_KINDS:
            self._note_kind = _NOTE_KINDS[tag]
        elif tag == "extension":
            self._seventh = attributes.get("char", "").upper()

    def _take(self, node: _Node, tag: str, text: str) -> None:
        """Take in the end of an element inside a node."""
        if tag in _NOTE_KINDS:
            self._note_kind = ""
        elif tag == "note" and self._note_kind:
            node.notes.append((self._note_kind, _one_line(text)))
        elif tag == "extension" and self._seventh:
            node.sevenths[self._seventh] = _one_line(text)
        elif tag == "name" and not node.first and node.tag == "diag":
            self._name(node, text.strip())
        elif tag == "desc" and not node.title:
            node.title = _one_line(text)
            self._span(node)

    def _open(self, tag: str, attributes: dict[str, str]) -> Iterator[CodeRow]:
        parent = self._nodes[-1] if self._nodes else None
        if parent:
            yield from self._header(parent)
        node = _Node(tag)
        if parent:
            node.inherited = parent.sevenths or parent.inherited
        if found := _RANGE.match(attributes.get("id", "")):
            node.first, node.last = found[1], found[2] or found[1]
        self._nodes.append(node)

    def _header(self, node: _Node) -> Iterator[CodeRow]:
        """Give a code as a header as soon as it turns out to have children."""
        if not node.has_children and node.tag == "diag":
            yield _row(node.first, node.title, billable=False)
        node.has_children = True

    def _close(self) -> Iterator[CodeRow]:
        node = self._nodes.pop()
        if node.first:
            self.notes.extend((node.first, node.last, kind, text) for kind, text in node.notes)
        if node.tag != "diag" or node.has_children:
            return
        sevenths = node.sevenths or node.inherited
        yield _row(node.first, node.title, billable=not sevenths)
        died_once = (self.version or _DIED_ONCE_SINCE) >= _DIED_ONCE_SINCE and _DIED.search(node.title)
        for character, meaning in sevenths.items():
            if died_once and character != "A":
                continue
            yield _row(node.first.ljust(6, "X") + character, f"{node.title}, {meaning}", billable=True)

    def _name(self, node: _Node, name: str) -> None:
        if not _CODE.fullmatch(name):
            raise CodeFileError(f"{name[:20]!r} is not an ICD-10-CM code")
        node.first = name.replace(".", "")
        self._letters.add(name[0])

    def _span(self, node: _Node) -> None:
        """Read the range of a chapter or section from its title: ``Neoplasms (C00-D49)``."""
        if node.tag != "diag" and not node.first and (found := _RANGE.search(node.title.rpartition("(")[2])):
            node.first, node.last = found[1], found[2] or found[1]


def _row(code: str, title: str, *, billable: bool) -> CodeRow:
    return ("icd10cm", code, title, None, int(billable), None, None, None)


def _one_line(text: str) -> str:
    return " ".join(text.split())
