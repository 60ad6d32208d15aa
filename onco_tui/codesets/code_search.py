"""Finds codes as a person types: words of the label in any order, or the start of a code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from onco_tui.codesets.answers import CodeAnswer, Match
from onco_tui.codesets.codestore import query
from onco_tui.codesets.shelf import Shelf, covers
from onco_tui.codesets.written import LEVEL_2, dotted, plain_code

if TYPE_CHECKING:
    from onco_tui.codesets.lookups import CodeSets
    from onco_tui.codesets.reference import CodeFact

_CANDIDATES = 200
_ENOUGH = 50
_MAX_WORDS = 12
_WORD = re.compile(r"[^\W_]+")
_CODE_START = re.compile(r"[A-Z]\d[0-9A-Z]*|[A-Z]{2}\d[0-9A-Z]*|\d[0-9A-Z]*")
_ROW = "system, code, label, billable, since, until"
_SEARCHED = "system IN ('icd10cm', 'hcpcs', 'cpt', 'hcpcs_modifier')"
_Candidate = tuple[str, str, str, int]
"""``system, code, label, billable`` as some edition has it."""


def search(codesets: CodeSets, shelf: Shelf, facts: Iterable[CodeFact], text: str, on: date) -> Iterator[Match]:
    """Give matches in force on a date, the best first: a code's start before words, billable before headers."""
    words = _WORD.findall(text.lower())[:_MAX_WORDS]
    if not words:
        return
    start = plain_code(text)
    candidates = {
        row[:2]: row
        for row in (*_by_words(shelf, words, on), *_facts(facts, words, start), *_by_code(shelf, start, on))
    }
    ranked = sorted(candidates.values(), key=lambda row: _rank(row, words, start))
    answers = (_answer(codesets, system, code, on) for system, code, _, _ in ranked)
    for found in answers:
        if found.known and found.valid is not False:
            dates = found.effective_from, found.effective_to
            yield Match(found.code, found.system, found.label, bool(found.billable), *dates)


def _by_code(shelf: Shelf, start: str, on: date) -> Iterator[_Candidate]:
    if _CODE_START.fullmatch(start):
        sql = f"SELECT {_ROW} FROM codes WHERE code >= ? AND code < ? AND {_SEARCHED} ORDER BY code LIMIT ?"  # noqa: S608
        yield from _rows(shelf, sql, (start, start + "[", _CANDIDATES), on)


def _by_words(shelf: Shelf, words: list[str], on: date) -> Iterator[_Candidate]:
    """Ask the full-text index for the words as they are, and where few have them, with the last one unfinished."""
    quoted = " ".join(f'"{word}"' for word in words)
    whole = list(_matching(shelf, quoted, on))
    yield from whole
    if len(whole) < _ENOUGH and not _is_common(shelf, words[-1]):
        yield from _matching(shelf, quoted + "*", on)


def _is_common(shelf: Shelf, word: str) -> bool:
    """Tell a word of many labels: it is whole, and gathering all that begins with it is what would cost time."""
    sql = "SELECT rowid FROM codes_text WHERE codes_text MATCH ? LIMIT ?"
    return any(len(query(file, sql, (f'"{word}"', _CANDIDATES))) == _CANDIDATES for file, _ in shelf.files)


def _matching(shelf: Shelf, match: str, on: date) -> Iterator[_Candidate]:
    found = "SELECT rowid FROM codes_text WHERE codes_text MATCH ? ORDER BY rowid LIMIT ?"
    sql = f"SELECT {_ROW} FROM codes WHERE id IN ({found}) AND {_SEARCHED} ORDER BY id"  # noqa: S608  our words
    yield from _rows(shelf, sql, (match, _CANDIDATES), on)


def _rows(shelf: Shelf, sql: str, parameters: tuple[object, ...], on: date) -> Iterator[_Candidate]:
    for connection, _ in shelf.files:
        for system, code, label, billable, since, until in query(connection, sql, parameters):
            if covers(since, until, on):
                yield system, code, label, int(billable)


def _facts(facts: Iterable[CodeFact], words: list[str], start: str) -> Iterator[_Candidate]:
    for fact in facts:
        label = _WORD.findall(fact.label.lower())
        named = all(word in label for word in words[:-1]) and any(part.startswith(words[-1]) for part in label)
        if named or fact.code.startswith(start):
            yield "hcpcs" if LEVEL_2.fullmatch(fact.code) else "cpt", fact.code, fact.label, 1


def _answer(codesets: CodeSets, system: str, code: str, on: date) -> CodeAnswer:
    if system == "icd10cm":
        return codesets.diagnosis(dotted(code), on)
    return codesets.modifier(code, on) if system == "hcpcs_modifier" else codesets.procedure(code, on)


def _rank(row: _Candidate, words: list[str], start: str) -> tuple[object, ...]:
    _, code, text, billable = row
    label = set(_WORD.findall(text.lower()))
    whole = sum(word in label for word in words)
    return (code != start, not code.startswith(start), -whole, not billable, len(label), code)
