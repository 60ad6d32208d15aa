"""Codes that stand behind another one, by the code-first notes of the tabular list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from onco_tui.codesets.answers import Note
from onco_tui.derive.neoplasms import is_treatable_neoplasm
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import active
from onco_tui.rules.diagnosis.listing import addition, day_of_claim, list_evidence, moving, uncovered
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

# Notes other rules speak for: adverse effects, anemia, fever, follow-up and history, transplants, cell therapy.
_ELSEWHERE = frozenset({"T36-T50", "D63.0", "R50.81", "Z85", "Z86", "Z87", "C80.2", "D89.83", "G92.0"})
_OPTIONAL = re.compile(r"if applicable|if known|such as|\bany\b|poisoning|\bT\d\d|character")
_UNDERLYING = re.compile(r"\b(?:underlying|neoplasm)\b.*\([A-Z]\d")
_STATUS_OF_TUMOR = ("Z17", "Z19")


@rule(
    "DXC215",
    "code-before-its-cause",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.A.13 and I.A.17"), icd10cm_tabular("code-first notes")),
)
def code_before_its_cause(context: Context) -> Iterator[Draft | NotChecked]:
    """Code before its cause.

    What it finds: A code with a code-first note that stands before every code the note names.
    Why it matters: The note fixes the order: the underlying condition, then what it brought about or its status. A
        hospital's claim that begins with a manifestation is returned.
    What the chart must show: Nothing more; both codes are on the claim.
    Example: Z17.0, C50.911 becomes C50.911, Z17.0; so do Z19.- behind C61, Z79.81- behind C50 or C61, Z15.0- behind a
        current cancer, J91.0 and R18.0 behind the tumor.
    Fix: Move the code right behind the one the note names (safe); where several are named, a person decides (review).
    Authority: Code-first notes of the tabular list of the date of service; ICD-10-CM Official Guidelines I.A.13 and
        I.A.17. An error where a hospital's claim begins with a manifestation.
    """
    claim = context.claim
    if len(claim.diagnoses) < 2:
        return
    day = context.once(day_of_claim)
    if day is None or context.once(uncovered):
        yield NotChecked(context.once(uncovered))
        return
    for place, code in enumerate(claim.diagnoses[:-1]):
        notes = _notes(context, code, day)
        if not notes or code in claim.diagnoses[:place]:
            continue
        named = [other for other in dict.fromkeys(claim.diagnoses) if other != code and _names(notes, other)]
        if named and claim.diagnoses.index(named[0]) > place:
            yield _draft(context, code, named, place)


def _draft(context: Context, code: str, named: Sequence[str], place: int) -> Draft:
    claim, day = context.claim, context.once(day_of_claim)
    edit = moving(claim, code, named[0])
    fix = Fix(f"{code} behind {named[0]}, pointers following", "safe" if len(named) == 1 else "review", (edit,))
    edition = context.reference.codesets.edition_on("icd10cm", day) if day else None
    certain = edition is not None and day is not None and not edition.stale_on(day)
    returned = certain and place == 0 and not context.practitioner and code[:1] != "Z"
    return Draft(
        f"{code} stands before {', '.join(named)}, which its note wants first",
        diagnoses=(code, *named),
        evidence=(list_evidence(claim),),
        fixes=(fix,),
        subject=code,
        severity=Severity.ERROR if returned else None,
    )


@rule(
    "DXC216",
    "code-without-its-cause",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.A.13 and I.A.17"), icd10cm_tabular("code-first notes")),
)
def code_without_its_cause(context: Context) -> Iterator[Draft | NotChecked]:
    """Code without its cause.

    What it finds: A code whose code-first note names the underlying condition without leaving a choice, on a claim that
        lists none of it.
    Why it matters: Such a code says how a condition shows or responds; alone it tells half, and payers reject it.
    What the chart must show: The underlying condition.
    Example: J91.0 (malignant effusion) without a tumor; Z17.0 without a cancer. With Z79.81- and a personal history of
        breast or prostate cancer the status may stay: the chart says history.
    Fix: Add the charted condition the note names (review), in front of the code.
    Authority: Code-first notes of the tabular list of the date of service; ICD-10-CM Official Guidelines I.A.13 and
        I.A.17. Notes with "if applicable", "such as" or "any", and lists, leave a choice and are not asked for.
    """
    if not context.claim.diagnoses:
        return
    if context.once(uncovered):
        yield NotChecked(context.once(uncovered))
        return
    for code, notes in context.once(_alone):
        yield _missing(context, code, notes)


def asked_as_cause(context: Context, code: str) -> bool:
    """Tell whether a listed code stands without its cause, and this one would be it."""
    return any(_names(notes, code) for _, notes in context.once(_alone))


def _alone(context: Context) -> tuple[tuple[str, tuple[Note, ...]], ...]:
    """Give the listed codes whose note names a condition of which the claim lists none, with the note."""
    day, listed, told = context.once(day_of_claim), tuple(dict.fromkeys(context.claim.diagnoses)), False
    found: list[tuple[str, tuple[Note, ...]]] = []
    if day is None:
        return ()
    for code in listed:
        notes = _binding(context, code, day)
        if not notes or any(_names(notes, other) for other in listed if other != code):
            continue
        if code.startswith(_STATUS_OF_TUMOR) and (told or any(_may_carry_status(other) for other in listed)):
            continue
        told = told or code.startswith(_STATUS_OF_TUMOR)
        found.append((code, notes))
    return tuple(found)


def _missing(context: Context, code: str, notes: Sequence[Note]) -> Draft:
    entries = [entry for entry in active(context) if entry.code != code and entry.code and _names(notes, entry.code)]
    offers = tuple(dict.fromkeys(entry.code for entry in entries if entry.code not in context.claim.diagnoses))
    at = context.claim.diagnoses.index(code)
    before = context.claim.diagnoses[at - 1] if at else None
    return Draft(
        f"{code} says something of another condition; the claim lists none that its note wants first",
        diagnoses=(code,),
        evidence=(list_evidence(context.claim), *(item for entry in entries for item in entry.evidence("code"))),
        fixes=tuple(
            fix for offer in offers for fix in addition(context.claim, (offer,), "review", after=before, first=True)
        ),
        direction="documentation",
        subject="status" if code.startswith(_STATUS_OF_TUMOR) else code,
    )


def _may_carry_status(code: str) -> bool:
    """Tell what may carry a receptor or hormone status beside a malignancy: in situ, uncertain, or its history."""
    return is_treatable_neoplasm(code) or code.startswith("Z85")


def _notes(context: Context, code: str, day: date) -> tuple[Note, ...]:
    notes = context.reference.codesets.notes(code, day, "code_first")
    return tuple(note for note in notes if note.at not in _ELSEWHERE and "character" not in note.text) if notes else ()


def _binding(context: Context, code: str, day: date) -> tuple[Note, ...]:
    """Give the notes that leave no choice; those of a tumor's status always do."""
    notes = _notes(context, code, day)
    if code.startswith(_STATUS_OF_TUMOR) or not notes:
        return notes
    alone = [note for note in notes if sum(other.at == note.at for other in notes) == 1]
    return tuple(note for note in alone if _UNDERLYING.search(note.text) and not _OPTIONAL.search(note.text))


def _names(notes: Sequence[Note], code: str) -> bool:
    """Tell whether notes name a code: by its number, or as a tumor where they speak of tumors without a number."""
    return any(_by_number(note, code) if "(" in note.text else _by_kind(note, code) for note in notes)


@lru_cache(maxsize=16_384)
def _by_number(note: Note, code: str) -> bool:
    return note.names(code)


def _by_kind(note: Note, code: str) -> bool:
    return ("neoplasm" in note.text or "malignan" in note.text) and is_treatable_neoplasm(code)
