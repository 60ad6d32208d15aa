"""Streams XML in flat memory and refuses what a code file never has: entities, a document type with a body, depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from onco_tui.codesets.importers.faults import CodeFileError

_CHUNK = 1 << 16
_MAX_DEPTH = 64
_MAX_TEXT = 1 << 20

Event = tuple[str, str, dict[str, str], str]
"""``("start", tag, attributes, "")`` or ``("end", tag, {}, text directly before the end)``; tags without namespace."""


def events(file: BinaryIO) -> Iterator[Event]:
    """Give the starts and ends of all elements. Raises CodeFileError with the line."""
    reader = _Reader()
    while chunk := file.read(_CHUNK):
        yield from reader.feed(chunk, final=False)
    yield from reader.feed(b"", final=True)


class _Reader:
    def __init__(self) -> None:
        parser = expat.ParserCreate(namespace_separator=None)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        self._parser, self._found, self._depth = parser, list[Event](), 0
        self._pieces: list[str] = []
        self._size = 0

    @property
    def line(self) -> int:
        return self._parser.CurrentLineNumber

    def feed(self, chunk: bytes, *, final: bool) -> list[Event]:
        self._found = []
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            raise CodeFileError(f"not well-formed XML: {expat.ErrorString(error.code)}", line=error.lineno) from None
        return self._found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise CodeFileError("XML nested too deeply", line=self.line)
        self._pieces, self._size = [], 0
        self._found.append(("start", tag.rpartition(":")[2], attributes, ""))

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._found.append(("end", tag.rpartition(":")[2], {}, "".join(self._pieces)))
        self._pieces, self._size = [], 0

    def _text(self, text: str) -> None:
        self._size += len(text)
        if self._size > _MAX_TEXT:
            raise CodeFileError("a text longer than 1 MiB inside the XML", line=self.line)
        self._pieces.append(text)

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_body: int) -> None:
        if has_body:
            raise CodeFileError("the XML declares its own document type; refused", line=self.line)

    def _entity(self, *_: object) -> None:
        raise CodeFileError("the XML declares entities; refused", line=self.line)
