"""What a code means on a date of service, which pairs bundle, how many units are likely: asked of all editions here."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

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
    System,
)
from onco_tui.codesets.code_search import SEARCHED, CodeSearch
from onco_tui.codesets.cpt_modifiers import CPT_MODIFIERS
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
_Question = ParamSpec("_Question")
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
        diagnoses, procedures = Diagnoses(self._shelf), Procedures(self._shelf, self._facts, facts_edition)
        edits, fees = NcciEdits(self._shelf, procedures), Fees(self._shelf, self._facts)
        self._search: CodeSearch | None = None
        self._forget: list[Callable[[], None]] = []
        self._diagnosis, self._children = self._keep(diagnoses.code), self._keep(diagnoses.children)
        self._notes, self._notes_naming = self._keep(diagnoses.notes), self._keep(self._naming)
        self._procedure, self._listed = self._keep(procedures.code), self._keep(procedures.listed)
        self._pair, self._pairs_among = self._keep(edits.pair), self._keep(edits.among)
        self._limit, self._addon = self._keep(edits.limit), self._keep(edits.addon)
        self._fee, self._price, self._products = self._keep(fees.fee), self._keep(fees.price), self._keep(fees.products)

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
        for forget in self._forget:
            forget()

    def _keep(self, ask: Callable[_Question, _Answer]) -> Callable[_Question, _Answer]:
        """Keep the answers to a question; a claim batch asks the same few thousand over and over."""
        kept = lru_cache(_KEPT)(ask)
        self._forget.append(kept.cache_clear)
        return kept  # type: ignore[return-value]  # it is called as the question is

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
        return self._diagnosis(code, on)

    def children(self, code: str, on: date) -> tuple[str, ...]:
        """Give the billable diagnosis codes below a header on a date, dotted and in order."""
        return self._children(code, on)

    def notes(self, code: str, on: date, kind: str | None = None) -> tuple[Note, ...]:
        """Give the notes that govern a diagnosis code, its headers', block's and chapter's too.

        ``kind`` is excludes1, excludes2, code_first, use_additional or code_also; None for all.
        """
        return self._notes(code, on, kind)

    def notes_naming(self, code: str, other: str, on: date, kind: str) -> tuple[Note, ...]:
        """Give the notes of a kind that govern a diagnosis code and name another one."""
        return self._notes_naming(code, other, on, kind)

    def _naming(self, code: str, other: str, on: date, kind: str) -> tuple[Note, ...]:
        return tuple(note for note in self.notes(code, on, kind) if note.names(other))

    def procedure(self, code: str, on: date) -> CodeAnswer:
        """Answer for a HCPCS Level II or CPT code."""
        return self._procedure(code, on)

    def modifier(self, code: str, on: date) -> CodeAnswer:
        """Answer for a modifier; of those of CPT no file here has the dates, so none of them is called invalid."""
        answer = self.listed("hcpcs_modifier", code, on)
        if answer.known or not re.fullmatch(r"\d[0-9A-Z]|P[1-6]", answer.code):
            return answer
        label = CPT_MODIFIERS.get(answer.code, "")
        return CodeAnswer(answer.code, "hcpcs_modifier", known=bool(label), valid=None, billable=None, label=label)

    def listed(self, system: ListSystem, code: str, on: date) -> CodeAnswer:
        """Answer for a place of service, adjustment reason (carc), remark (rarc) or group code."""
        return self._listed(system, code, on)

    def pair(self, one: str, other: str, on: date, claim_type: ClaimType = "professional") -> PairAnswer:
        """Answer whether two procedures of a claim bundle, in whichever order the table has them."""
        return self._pair(one, other, on, claim_type)

    def pairs_among(
        self, codes: frozenset[str], on: date, claim_type: ClaimType = "professional"
    ) -> tuple[PairAnswer, ...]:
        """Give the pairs among codes that have an edit in force and in use, or of which nothing is known here."""
        return self._pairs_among(codes, on, claim_type)

    def limit(self, code: str, on: date, claim_type: ClaimType = "professional") -> LimitAnswer:
        """Answer the medically unlikely units of a code on a claim of this type."""
        return self._limit(code, on, claim_type)

    def addon(self, code: str, on: date) -> AddonAnswer:
        """Answer which parents an add-on code needs."""
        return self._addon(code, on)

    def fee(self, code: str, on: date, modifier: str = "") -> FeeAnswer:
        """Answer with status, PC/TC and global days; from our own facts where no fee schedule covers the date."""
        return self._fee(code, on, modifier)

    def price(self, code: str, on: date) -> PriceAnswer:
        """Answer with the ASP payment limit of a code."""
        return self._price(code, on)

    def products(self, ndc: str, on: date) -> tuple[ProductAnswer, ...]:
        """Give the crosswalk rows of a product by its 11-digit NDC."""
        return self._products(ndc, on)

    def find(
        self, text: str, on: date, limit: int = 20, *, systems: Collection[System] = SEARCHED
    ) -> tuple[Match, ...]:
        """Find codes by words of their labels, in any order, the last one perhaps unfinished, or by a code's start.

        ``systems`` may narrow it to icd10cm, hcpcs, cpt or hcpcs_modifier (those of CPT too).
        """
        if self._search is None:
            self._search = CodeSearch(self, self._shelf, self._facts.values())
        return self._search.find(text, on, limit, systems)
