"""What in a text says who the patient is: names, numbers of patient and member, dates of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from onco_tui.present.clean import clean

if TYPE_CHECKING:
    from onco_tui.encounter.document import Encounter

_SHORT = 4
_SHOWN_PREFIX = 3
_CUT_HERE = "(?=…)"
_DATES = ("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")


def identifying(encounter: Encounter, *, begun: bool = False) -> re.Pattern[str] | None:
    """Give a pattern of all that identifies the patient of an encounter; None when nothing is known of them.

    ``begun``: also of names of which no more than the beginning is written yet.
    The patient is identified by name, patient number, date of birth and the member numbers of coverage and
    authorizations, as 45 CFR 164.514(b)(2)(i) lists them; the encounter's own number stays.
    """
    patient = encounter.patient
    words = {word for name in (patient.family_name, patient.given_name) for word in re.findall(r"\w{2,}", clean(name))}
    numbers = {patient.patient_id, encounter.coverage.member_id or ""}
    documentation = encounter.documentation
    for permit in (documentation and documentation.authorizations) or ():
        numbers.add(permit.member_id or "")
    parts = [part for word in sorted(words, key=len, reverse=True) for part in _name(word, begun=begun)]
    parts += [part for number in sorted(numbers, key=len, reverse=True) for part in _number(clean(number))]
    parts += _date(patient.birth_date) if patient.birth_date else ()
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None


def _name(word: str, *, begun: bool) -> Iterator[str]:
    """Match a name; one of two or three letters only as it is written, for it may be a word of the language."""
    if len(word) < _SHORT:
        yield f"{re.escape(word)}|{re.escape(word.upper())}"
        return
    yield f"(?i:{re.escape(word)})"
    yield from _cut(word, r"(?!\w)" if begun else _CUT_HERE)


def _number(number: str) -> Iterator[str]:
    """Match a number, with or without blanks and dashes in it."""
    signs = re.findall(r"\w", number)
    if len(signs) >= _SHOWN_PREFIX:
        yield f"(?i:{'[ _-]?'.join(map(re.escape, signs))})"
        yield from _cut(number)


def _cut(text: str, followed: str = _CUT_HERE) -> Iterator[str]:
    """Match what is left of a text where a pane cut it off, or where else it ends."""
    heads = (re.escape(text[:length]) for length in range(len(text) - 1, _SHOWN_PREFIX - 1, -1))
    if len(text) > _SHOWN_PREFIX:
        yield f"(?i:{'|'.join(heads)}){followed}"


def _date(day: date) -> Iterator[str]:
    """Match a date in the ways charts write it, with and without leading noughts."""
    for form in _DATES:
        yield re.sub(r"(?<!\d)0(?=\d)", "0?", f"(?i:{re.escape(day.strftime(form))})")
