"""What a code means on a date of service, which pairs bundle, how many units are likely: asked of all editions here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from onco_tui.codesets.answers import (
    AddonAnswer,
    CodeAnswer,
    FeeAnswer,
    LimitAnswer,
    Match,
    Note,
    PairAnswer,
    PriceAnswer,
    ProductAnswer,
)
from onco_tui.codesets.code_search import search
from onco_tui.codesets.diagnoses import Diagnoses
from onco_tui.codesets.editions import ClaimType, Edition, Kind
from onco_tui.codesets.fees import Fees
from onco_tui.codesets.ncci_edits import NcciEdits
from onco_tui.codesets.procedures import ListSystem, Procedures
from onco_tui.codesets.shelf import Shelf
from onco_tui.codesets.written import LEVEL_1, LEVEL_2, plain_code

if TYPE_CHECKING:
    from onco_tui.codesets.reference import CodeFact

_KEPT = 65_536


_Answer = TypeVar("_Answer")


class CodeSets:
    """Look-ups over the shipped tables and those a practice imported. Nothing is opened before the first question.

    Every look-up is a pure function of its arguments and the tables: it takes the date of service, picks the edition of
    that date, and says in ``edition`` and ``stale`` on what it rests. Codes may come in any case, with or without dot.
    Answers are kept, so asking again costs next to nothing. Raises CodeStoreError when a code-set file is damaged.
    """

    def __init__(
        self,
        shipped: Path | None,
        folder: Path | None = None,
        facts: Mapping[str, CodeFact] | None = None,
        facts_edition: str = "",
    ) -> None:
        """Name the shipped file, the folder of the practice's own store, and what is known of CPT codes."""
        self._shelf = Shelf(shipped, folder)
        self._facts = facts or {}
        self._diagnoses = Diagnoses(self._shelf)
        self._procedures = Procedures(self._shelf, self._facts, facts_edition)
        self._edits = NcciEdits(self._shelf)
        self._fees = Fees(self._shelf, self._facts)
        self._answers: dict[tuple[object, ...], Any] = {}  # each under its question; only _kept reads it

    @property
    def editions(self) -> tuple[Edition, ...]:
        """Every edition here, the oldest first within its kind."""
        return self._shelf.editions

    @property
    def newest(self) -> dict[str, str]:
        """Give the name of the newest edition of each kind, whole ones before extracts."""
        ranked = sorted(self.editions, key=lambda edition: (not edition.partial, edition.effective_from))
        return {edition.kind: edition.edition for edition in ranked}

    def edition_on(self, kind: Kind, on: date, claim_type: ClaimType = "") -> Edition | None:
        """Give the whole edition that answers for a date, else an extract, else None."""
        asked = self._shelf.asked(kind, on, claim_type)
        return asked[-1] if asked else None

    def refresh(self) -> None:
        """Forget everything read, after an import."""
        self._shelf.refresh()
        self._answers.clear()

    def _kept(self, ask: Callable[..., _Answer], *question: object) -> _Answer:
        """Ask once and keep the answer; a claim batch asks the same few thousand questions over and over."""
        key = (ask, *question)
        answer: _Answer | None = self._answers.get(key)
        if answer is None:
            if len(self._answers) >= _KEPT:
                self._answers.clear()
            answer = self._answers[key] = ask(*question)
        return answer

    def code(self, code: str, on: date) -> CodeAnswer:
        """Answer for a code of any system; one with a dot is a diagnosis, and so is one no procedure table knows."""
        plain = plain_code(code)
        if "." not in code:
            if LEVEL_1.fullmatch(plain):
                return self.procedure(plain, on)
            if LEVEL_2.fullmatch(plain):
                procedure = self.procedure(plain, on)
                diagnosis = procedure if procedure.known else self.diagnosis(plain, on)
                return diagnosis if diagnosis.known else procedure
            if re.fullmatch(r"[0-9A-Z]{2}", plain):
                return self.modifier(plain, on)
        return self.diagnosis(plain, on)

    def diagnosis(self, code: str, on: date) -> CodeAnswer:
        """Answer for an ICD-10-CM code."""
        return self._kept(self._diagnoses.code, code, on)

    def children(self, code: str, on: date) -> tuple[str, ...]:
        """Give the billable diagnosis codes below a header on a date, dotted and in order."""
        return self._kept(self._diagnoses.children, code, on)

    def notes(self, code: str, on: date, kind: str | None = None) -> tuple[Note, ...]:
        """Give the notes that govern a diagnosis code, its headers', block's and chapter's too.

        ``kind`` is excludes1, excludes2, code_first, use_additional or code_also; None for all.
        """
        return self._kept(self._diagnoses.notes, code, on, kind)

    def notes_naming(self, code: str, other: str, on: date, kind: str) -> tuple[Note, ...]:
        """Give the notes of a kind that govern a diagnosis code and name another one."""
        return self._kept(self._naming, code, other, on, kind)

    def _naming(self, code: str, other: str, on: date, kind: str) -> tuple[Note, ...]:
        return tuple(note for note in self.notes(code, on, kind) if note.names(other))

    def procedure(self, code: str, on: date) -> CodeAnswer:
        """Answer for a HCPCS Level II or CPT code."""
        return self._kept(self._procedures.code, code, on)

    def modifier(self, code: str, on: date) -> CodeAnswer:
        """Answer for a modifier; those of CPT are not listed by CMS and come back as not known, never as invalid."""
        answer = self.listed("hcpcs_modifier", code, on)
        if answer.known or not re.fullmatch(r"\d[0-9A-Z]|P[1-6]", answer.code):
            return answer
        return CodeAnswer(answer.code, "hcpcs_modifier", known=False, valid=None, billable=None)

    def listed(self, system: ListSystem, code: str, on: date) -> CodeAnswer:
        """Answer for a place of service, adjustment reason (carc), remark (rarc) or group code."""
        return self._kept(self._procedures.listed, system, code, on)

    def pair(self, one: str, other: str, on: date, claim_type: ClaimType = "professional") -> PairAnswer:
        """Answer whether two procedures of a claim bundle, in whichever order the table has them."""
        return self._kept(self._edits.pair, one, other, on, claim_type)

    def limit(self, code: str, on: date, claim_type: ClaimType = "professional") -> LimitAnswer:
        """Answer the medically unlikely units of a code on a claim of this type."""
        return self._kept(self._edits.limit, code, on, claim_type)

    def addon(self, code: str, on: date) -> AddonAnswer:
        """Answer which parents an add-on code needs."""
        return self._kept(self._edits.addon, code, on)

    def fee(self, code: str, on: date, modifier: str = "") -> FeeAnswer:
        """Answer with status, PC/TC and global days; from our own facts where no fee schedule covers the date."""
        return self._kept(self._fees.fee, code, on, modifier)

    def price(self, code: str, on: date) -> PriceAnswer:
        """Answer with the ASP payment limit of a code."""
        return self._kept(self._fees.price, code, on)

    def products(self, ndc: str, on: date) -> tuple[ProductAnswer, ...]:
        """Give the crosswalk rows of a product by its 11-digit NDC."""
        return self._kept(self._fees.products, ndc, on)

    def find(self, text: str, on: date, limit: int = 20) -> tuple[Match, ...]:
        """Find codes by words of their labels, in any order, the last one perhaps unfinished, or by a code's start."""
        return tuple(islice(search(self, self._shelf, self._facts.values(), text, on), limit))
