"""What an encounter can be searched by, as plain words; both the index and the question pass through here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a search asks no encounter, and the worklist must not wait for the models
    from onco_tui.encounter.document import Encounter

_BETWEEN_WORDS = re.compile(r"[^\w.\-'\u2019/:]+")
_WITHIN_WORDS = re.compile(r"[\W_]+")
_LONGEST = 64
_MOST_PARTS = 8
_MOST_QUESTIONS = 16


def words_of(encounter: Encounter) -> str:
    """Give the words an encounter is found by: patient, identifiers, codes, drugs.

    A word with marks in it is found from each of its parts on: ``E-2026-0001`` by ``e20260001``, ``2026`` and ``0001``.
    """
    words = {
        "".join(parts[start:])[:_LONGEST]
        for text in _texts(encounter)
        for parts in _split(text)
        for start in range(min(len(parts), _MOST_PARTS))
    }
    return " ".join(sorted(words))


def match_expression(question: str, kin: Mapping[str, Sequence[str]] | None = None) -> str | None:
    """Turn what a coder typed into an FTS5 expression: every word must begin some word. None when nothing was asked.

    ``kin`` gives for a word what would do in its place, whole: the codes of a drug it names, and the drug's other
    names. Words hold letters and digits only, so nothing typed can be read as an operator.
    """
    words = question_words(question)
    if not kin:
        return " ".join(f'"{word}"*' for word in words) or None
    return " AND ".join(_either(word, kin.get(word, ())) for word in words) or None


def question_words(question: str) -> tuple[str, ...]:
    """Give the words of what a coder typed, as the index spells them."""
    return tuple("".join(parts)[:_LONGEST] for parts in _split(question))[:_MOST_QUESTIONS]


def _either(word: str, kin: Sequence[str]) -> str:
    named = dict.fromkeys(" AND ".join(f'"{part}"' for part in question_words(text)) for text in kin)
    return "(" + " OR ".join([f'"{word}"*', *(f"({name})" for name in named if name)]) + ")"


def _texts(encounter: Encounter) -> Iterator[str]:
    patient, claim = encounter.patient, encounter.claim
    yield from (encounter.encounter_id, patient.family_name, patient.given_name, patient.patient_id, claim.claim_id)
    yield from claim.diagnoses
    for line in claim.lines:
        yield line.code
        if line.ndc is not None:
            yield line.ndc.code
    for administration in encounter.chart.administrations or ():
        yield from (administration.drug or "", administration.hcpcs or "")


def _split(text: str) -> Iterator[list[str]]:
    """Give each word as its parts between marks, in lower case and without accents."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    for word in _BETWEEN_WORDS.split(bare):
        if parts := [part for part in _WITHIN_WORDS.split(word) if part]:
            yield parts
