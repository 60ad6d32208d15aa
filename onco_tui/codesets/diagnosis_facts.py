"""Tables of the diagnosis rules: drugs and their codes, organs of one sex or in pairs, notes that speak of less."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from onco_tui.codesets.drugs import Confidence
from onco_tui.codesets.rulefile import read_rulefile
from onco_tui.codesets.written import plain_code, stands_between

Sex = Literal["F", "M"]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DrugCode(_Table):
    """A diagnosis code that goes with drugs; ``code`` may lack its seventh character, ``drugs`` says which they are."""

    code: str
    drugs: str
    since: date
    confidence: Confidence
    names: tuple[str, ...]


class _DrugCodes(_Table):
    edition: str
    source: str
    adverse_effects: tuple[DrugCode, ...]
    long_term: tuple[DrugCode, ...]


class Organ(_Table):
    """A paired organ: prefixes of its diagnoses, ranges of the procedures done on it."""

    name: str
    diagnoses: tuple[str, ...]
    procedures: tuple[str, ...]


class _Organs(_Table):
    edition: str
    source: str
    confidence: Confidence
    organs: tuple[Organ, ...]


class _Sexes(_Table):
    edition: str
    source: str
    confidence: Confidence
    female: tuple[str, ...]
    male: tuple[str, ...]


class _Unrelated(_Table):
    note_at: str
    codes: tuple[str, ...]
    confidence: Confidence
    reason: str


class _Excludes1(_Table):
    edition: str
    source: str
    unrelated: tuple[_Unrelated, ...]


class _History(_Table):
    history: str
    present: tuple[str, ...]


class _Histories(_Table):
    edition: str
    source: str
    confidence: Confidence
    sites: tuple[_History, ...]


@dataclass(frozen=True, slots=True)
class DrugNames:
    """Finds the drugs of a table in charted words."""

    by_name: Mapping[str, DrugCode]
    pattern: re.Pattern[str]

    def found_in(self, words: str) -> Iterator[tuple[str, DrugCode]]:
        """Give each drug the words name, with its row, in the order of the words."""
        for match in self.pattern.finditer(words.casefold()):
            yield match[0], self.by_name[match[0]]


class DiagnosisFacts:
    """The tables in ``rulesets/diagnosis``. Each is read when first asked for; raises RulefileError for a bad one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def adverse_effects(self) -> DrugNames:
        """The first six characters of the adverse effect code, by drug."""
        return _names(self._drugs.adverse_effects)

    @cached_property
    def long_term(self) -> DrugNames:
        """The code of long-term use, by drug."""
        return _names(self._drugs.long_term)

    @cached_property
    def _drugs(self) -> _DrugCodes:
        return read_rulefile(self._folder / "drugs.yaml", _DrugCodes)

    def sex_of(self, code: str) -> Sex | None:
        """Give the only sex that has the organ of a diagnosis, None when both have it."""
        if code.startswith("C50.") and len(code) == len("C50.411"):
            return {"1": "F", "2": "M"}.get(code[5])  # type: ignore[return-value]  # the two values are a Sex
        if code.startswith(self._sexes.female):
            return "F"
        return "M" if code.startswith(self._sexes.male) else None

    @cached_property
    def _sexes(self) -> _Sexes:
        return read_rulefile(self._folder / "sexes.yaml", _Sexes)

    def paired_organ(self, procedure: str) -> Organ | None:
        """Give the paired organ a procedure is done on, None for any other procedure."""
        return self._organs.get(int(procedure)) if len(procedure) == 5 and procedure.isdecimal() else None

    @cached_property
    def _organs(self) -> Mapping[int, Organ]:
        table = read_rulefile(self._folder / "paired_organs.yaml", _Organs)
        return {number: organ for organ in table.organs for span in organ.procedures for number in _numbers(span)}

    def is_history_of(self, history: str, code: str) -> bool:
        """Tell whether a code of personal history names the site of a present malignancy."""
        return any(code.startswith(start) for start in self._present.get(history, ()))

    def histories_of(self, code: str) -> tuple[str, ...]:
        """Give the codes of personal history that name the site of a present malignancy."""
        return tuple(history for history in self._present if self.is_history_of(history, code))

    @cached_property
    def _present(self) -> Mapping[str, tuple[str, ...]]:
        table = read_rulefile(self._folder / "histories.yaml", _Histories)
        return {row.history: row.present for row in table.sites}

    def unrelated(self, note_at: str, code: str) -> bool:
        """Tell whether an Excludes1 note, known by where it stands, speaks of something else than this code."""
        return any(_within(code, span) for span in self._unrelated.get(note_at, ()))

    @cached_property
    def _unrelated(self) -> Mapping[str, tuple[str, ...]]:
        table = read_rulefile(self._folder / "excludes1.yaml", _Excludes1)
        return {row.note_at: row.codes for row in table.unrelated}


def _numbers(span: str) -> range:
    first, last = span.split("-")
    return range(int(first), int(last) + 1)


def _names(rows: tuple[DrugCode, ...]) -> DrugNames:
    by_name = {name: row for row in rows for name in row.names}
    longest_first = sorted(by_name, key=len, reverse=True)
    return DrugNames(by_name, re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"))


def _within(code: str, span: str) -> bool:
    first, _, last = span.partition("-")
    return stands_between(plain_code(code), plain_code(first), plain_code(last or first))
