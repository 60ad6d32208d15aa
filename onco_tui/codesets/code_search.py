"""Finds codes as a person types: words of the label in any order, or the start of a code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from sqlite3 import Connection
from typing import TYPE_CHECKING

from onco_tui.codesets.answers import CodeAnswer, Match, System
from onco_tui.codesets.codestore import query
from onco_tui.codesets.cpt_modifiers import CPT_MODIFIERS
from onco_tui.codesets.shelf import Shelf, covers
from onco_tui.codesets.written import LEVEL_2, dotted, plain_code

if TYPE_CHECKING:
    from onco_tui.codesets.lookups import CodeSets
    from onco_tui.codesets.reference import CodeFact

_INDEXED_AS: Mapping[System, str] = {"icd10cm": "icd10cm", "hcpcs": "hcpcs", "cpt": "cpt", "hcpcs_modifier": "modifier"}
SEARCHED = frozenset(_INDEXED_AS)
_CANDIDATES = 200
_ENOUGH = 50
_LONGEST = 200
_MAX_WORDS = 12
_INDEXED_START = 3  # letters of a word's start that the full-text index knows
_MOST_TERMS = 200
_WORD = re.compile(r"[^\W_]+")
_ONCOLOGY = {
    "icd10cm": re.compile(r"C|D[0-4]"),
    "hcpcs": re.compile(r"J9|Q5"),
    "cpt": re.compile(r"96[34]|77"),
    "hcpcs_modifier": re.compile(r"J[WZ]|X[EPSU]"),
}
_CODE_START = re.compile(r"[0-9A-Z]{1,7}")
_ROW = "system, code, label, billable, since, until"
_Candidate = tuple[str, str, str, int, bool]
"""``system, code, label, billable`` as some edition has it, and whether it has all words whole."""
_Own = tuple[System, str, str]


class CodeSearch:
    """Looks through the labels of all editions, and through our own labels of CPT codes and modifiers."""

    def __init__(self, codesets: CodeSets, shelf: Shelf, facts: Iterable[CodeFact]) -> None:
        self._codesets, self._shelf = codesets, shelf
        own: list[_Own] = [(_system(fact.code), fact.code, fact.label) for fact in facts]
        own += [("hcpcs_modifier", code, label) for code, label in CPT_MODIFIERS.items()]
        self._own = [(row, f" {' '.join(_words(row[2]))} ") for row in own]
        self._usual = frozenset(code for _, code, _ in own)

    def find(self, text: str, on: date, limit: int, systems: Collection[System]) -> tuple[Match, ...]:
        """Give the best matches in force on a date: codes that begin with the text, then those with its words."""
        words = _words(text[:_LONGEST])[:_MAX_WORDS]
        if not words or not systems:
            return ()
        start = plain_code(text)
        found: dict[tuple[str, str], _Candidate] = {}
        for row in (*self._by_code(start, on, systems), *self._by_words(words, on, systems)):
            found.setdefault(row[:2], row)
        for row in self._by_own_label(words, start, systems):
            found.setdefault(row[:2], row)
        ranked = sorted(found.values(), key=lambda row: self._rank(row, start))
        return tuple(islice(self._matches(ranked, on), limit))

    def _matches(self, ranked: Iterable[_Candidate], on: date) -> Iterator[Match]:
        for system, code, label, _, _ in ranked:
            if code in CPT_MODIFIERS:
                yield Match(code, "hcpcs_modifier", label, billable=True, effective_from=None, effective_to=None)
                continue
            found = self._answer(system, code, on)
            if found.known and found.valid is not False:
                dates = found.effective_from, found.effective_to
                yield Match(found.code, found.system, found.label, bool(found.billable), *dates)

    def _rank(self, row: _Candidate, start: str) -> tuple[object, ...]:
        """Put codes that begin with the text first, then whole words, what is billable, and what oncology bills."""
        system, code, label, billable, whole = row
        if code.startswith(start):
            return (0, code != start, not billable, code)
        usual = code in self._usual or _ONCOLOGY[system].match(code)
        return (1, not whole, not billable, not usual, label.count(" "), code)

    def _by_code(self, start: str, on: date, systems: Collection[System]) -> Iterator[_Candidate]:
        if _CODE_START.fullmatch(start):
            sql = f"SELECT {_ROW} FROM codes WHERE code >= ? AND code < ? AND {_among(systems)} ORDER BY code LIMIT ?"  # noqa: S608
            for file, _ in self._shelf.files:
                yield from _rows(file, sql, (start, start + "[", *systems, _CANDIDATES), on)

    def _by_words(self, words: list[str], on: date, systems: Collection[System]) -> Iterator[_Candidate]:
        """Ask the full-text index for the words as they are, and where few have them, with the last one unfinished."""
        *first, last = (f'"{word}"' for word in words)
        if not SEARCHED.issubset(systems):
            first.append(f"({' OR '.join(_INDEXED_AS[system] for system in systems)})")
        whole = [row for file, _ in self._shelf.files for row in self._matching(file, [*first, last], on, systems)]
        yield from whole
        if len(whole) < _ENOUGH:
            for file, _ in self._shelf.files:
                for row in self._matching(file, [*first, _unfinished(file, words[-1])], on, systems):
                    yield (*row[:4], False)

    def _matching(
        self, file: Connection, asked: list[str], on: date, systems: Collection[System]
    ) -> Iterator[_Candidate]:
        found = "SELECT rowid FROM codes_text WHERE codes_text MATCH ? ORDER BY rowid LIMIT ?"
        sql = f"SELECT {_ROW} FROM codes WHERE id IN ({found}) AND {_among(systems)} ORDER BY id"  # noqa: S608
        yield from _rows(file, sql, (" AND ".join(asked), _CANDIDATES, *systems), on)

    def _by_own_label(self, words: list[str], start: str, systems: Collection[System]) -> Iterator[_Candidate]:
        *first, last = (f" {word} " for word in words)
        begun = last.rstrip()
        for (system, code, label), labelled in self._own:
            named = begun in labelled and all(word in labelled for word in first)
            if (named or code.startswith(start)) and system in systems:
                yield system, code, label, 1, last in labelled

    def _answer(self, system: str, code: str, on: date) -> CodeAnswer:
        if system == "icd10cm":
            return self._codesets.diagnosis(dotted(code), on)
        return self._codesets.modifier(code, on) if system == "hcpcs_modifier" else self._codesets.procedure(code, on)


def _rows(file: Connection, sql: str, parameters: tuple[object, ...], on: date) -> Iterator[_Candidate]:
    for system, code, label, billable, since, until in query(file, sql, parameters):
        if covers(since, until, on):
            yield system, code, label, int(billable), True


def _unfinished(file: Connection, word: str) -> str:
    """Give what the index looks up fast: a short start, or the words that begin with a long one."""
    terms: list[tuple[str, ...]] = []
    if len(word) > _INDEXED_START:
        sql = "SELECT term FROM terms WHERE term >= ? AND term < ? LIMIT ?"
        terms = query(file, sql, (word, word + "\U0010ffff", _MOST_TERMS))
    return "(" + " OR ".join(f'"{term}"' for (term,) in terms) + ")" if terms else f'"{word}"*'


def _words(text: str) -> list[str]:
    """Split into words as the index has them: lower case, no accents."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return _WORD.findall(bare.lower())


def _system(code: str) -> System:
    return "hcpcs" if LEVEL_2.fullmatch(code) else "cpt"


def _among(systems: Collection[System]) -> str:
    return f"system IN ({', '.join('?' * len(systems))})"
