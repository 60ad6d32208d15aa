"""Procedure codes, modifiers and the short lists on a date of service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from onco_tui.codesets.answers import CodeAnswer, System
from onco_tui.codesets.editions import Kind, edition_named
from onco_tui.codesets.shelf import ROW, Shelf, covers, day
from onco_tui.codesets.written import LEVEL_1, LEVEL_2, plain_code

if TYPE_CHECKING:
    from onco_tui.codesets.reference import CodeFact

ListSystem = Literal["hcpcs_modifier", "place_of_service", "carc", "rarc", "adjustment_group"]
_LIST_KINDS: Mapping[ListSystem, Kind] = {
    "hcpcs_modifier": "hcpcs",
    "place_of_service": "place_of_service",
    "carc": "adjustment_codes",
    "rarc": "adjustment_codes",
    "adjustment_group": "adjustment_codes",
}


class Procedures:
    """Look-ups in HCPCS Level II, in our facts of CPT codes, and in what a practice imported for CPT."""

    def __init__(self, shelf: Shelf, facts: Mapping[str, CodeFact], facts_edition: str) -> None:
        self._shelf, self._facts, self._facts_edition = shelf, facts, facts_edition
        self._facts_period = edition_named(facts_edition)

    def code(self, code: str, on: date) -> CodeAnswer:
        """Answer for a HCPCS Level II or CPT code."""
        plain = plain_code(code)
        fact = self._facts.get(plain)
        if LEVEL_2.fullmatch(plain):
            answer = self._dated("hcpcs", plain, on, "hcpcs")
            if fact and not answer.known:
                return self._fact(fact, on)
            return replace(answer, replaced_by=fact.replaced_by) if fact and fact.replaced_by else answer
        if not LEVEL_1.fullmatch(plain):
            return CodeAnswer(plain, "cpt", known=False, valid=False, billable=False)
        answer = self._fact(fact, on) if fact else self._scheduled(plain, on)
        label = self._own_label(plain, on)
        return replace(answer, known=True, label=label) if label else answer

    def listed(self, system: ListSystem, code: str, on: date) -> CodeAnswer:
        """Answer for a code of a list: HCPCS modifier, place of service, adjustment reason, remark or group."""
        plain = plain_code(code)
        return self._dated(system, plain.zfill(2) if system == "place_of_service" else plain, on, _LIST_KINDS[system])

    def _fact(self, fact: CodeFact, on: date) -> CodeAnswer:
        valid = (fact.effective_from or on) <= on <= (fact.effective_to or on)
        period = self._facts_period
        return CodeAnswer(
            fact.code, "hcpcs" if LEVEL_2.fullmatch(fact.code) else "cpt", known=True, valid=valid, billable=valid,
            label=fact.label, effective_from=fact.effective_from, effective_to=fact.effective_to,
            replaced_by=fact.replaced_by, edition=self._facts_edition, stale=period is not None and on > period.end,
        )  # fmt: skip

    def _scheduled(self, code: str, on: date) -> CodeAnswer:
        """Answer for a CPT code without facts: in force if the fee schedule of the date lists it, else not known."""
        for edition in self._shelf.asked("mpfs", on):
            if self._shelf.rows(edition, "fees", "status", code):
                stale = edition.stale_on(on)
                return CodeAnswer(
                    code, "cpt", known=True, valid=True, billable=True, edition=edition.edition, stale=stale
                )
        return CodeAnswer(code, "cpt", known=False, valid=None, billable=None)

    def _own_label(self, code: str, on: date) -> str:
        for edition in self._shelf.asked("cpt_labels", on):
            for row in self._shelf.rows(edition, "codes", ROW, code):
                return row[1]
        return ""

    def _dated(self, system: System, code: str, on: date, kind: Kind) -> CodeAnswer:
        """Answer from a table whose rows carry their own dates."""
        blank = CodeAnswer(code, system, known=False, valid=None, billable=None)
        asked = self._shelf.asked(kind, on)
        for edition in asked:
            rows = [row for row in self._shelf.rows(edition, "codes", ROW, code) if row[6] == system]
            if rows:
                row = max(rows, key=lambda row: (covers(row[3], row[4], on), row[3] or ""))
                valid = covers(row[3], row[4], on)
                return replace(
                    blank, known=True, valid=valid, billable=valid and bool(row[2]), label=row[1],
                    effective_from=day(row[3]), effective_to=day(row[4]),
                    replaced_by=tuple((row[5] or "").split()), edition=edition.edition, stale=edition.stale_on(on),
                )  # fmt: skip
        if elsewhere := self._listed_elsewhere(blank, on, kind):
            return elsewhere
        return self._shelf.unlisted(blank, code, kind, on)

    def _listed_elsewhere(self, blank: CodeAnswer, on: date, kind: Kind) -> CodeAnswer | None:
        """Answer from the rows of any other edition whose own dates hold on the date."""
        for edition in reversed(self._shelf.editions):
            if edition.kind == kind:
                for row in self._shelf.rows(edition, "codes", ROW, blank.code):
                    if row[6] == blank.system and row[3] and covers(row[3], row[4], on):
                        return replace(
                            blank, known=True, valid=True, billable=bool(row[2]), label=row[1],
                            effective_from=day(row[3]), effective_to=day(row[4]), edition=edition.edition,
                            stale=edition.stale_on(on),
                        )  # fmt: skip
        return None
