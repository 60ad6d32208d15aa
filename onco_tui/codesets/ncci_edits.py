"""NCCI edits on a date of service: pairs that bundle, units that are likely, parents that add-on codes need."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations

from onco_tui.codesets.answers import AddonAnswer, LimitAnswer, PairAnswer
from onco_tui.codesets.editions import ClaimType, Edition
from onco_tui.codesets.procedures import Procedures
from onco_tui.codesets.shelf import Shelf, covers
from onco_tui.codesets.written import plain_code

_BY_CONTRACTOR = "CCCCC"
"""Stands in the place of the parent where the contractor decides which parents it accepts."""

_FILE_NUMBER = re.compile(r"[-_]f([1-9])\.", re.IGNORECASE)
_AFTER_ALL = "~"
NO_EDIT = "-"
"""The indicator an extract gives a pair it knows to be free of edits."""


class NcciEdits:
    """Look-ups in the NCCI tables."""

    def __init__(self, shelf: Shelf, procedures: Procedures) -> None:
        self._shelf, self._procedures = shelf, procedures

    def pair(self, one: str, other: str, on: date, claim_type: ClaimType = "professional") -> PairAnswer:
        """Answer whether two procedures of a claim bundle, in whichever order the table has them."""
        one, other = plain_code(one), plain_code(other)
        for edition in self._shelf.asked("ncci_ptp", on, claim_type):
            sides = ((one, other), (other, one))
            found = [answer for side in sides if (answer := self._edit(edition, *side, on))]
            if found:
                return next((answer for answer in found if answer.modifier_indicator != "9"), found[0])
            if edition.partial:
                listed = not self._parts(edition, one).isdisjoint(self._parts(edition, other))
            else:
                listed = self._has_file_of(edition, one) and self._has_file_of(edition, other)
            if listed and not self._ended_before(edition, on, one, other):
                return PairAnswer(one, other, known=True, edition=edition.edition, stale=edition.stale_on(on))
        return PairAnswer(one, other, known=False)

    def among(self, codes: frozenset[str], on: date, claim_type: ClaimType = "professional") -> tuple[PairAnswer, ...]:
        """Give the pairs among codes that have an edit in force and in use, or of which nothing is known here."""
        answers = (self.pair(one, other, on, claim_type) for one, other in combinations(sorted(codes), 2))
        return tuple(answer for answer in answers if not answer.known or answer.modifier_indicator in {"0", "1"})

    def _has_file_of(self, edition: Edition, code: str) -> bool:
        """Tell whether the file with a code in column 1 was imported; CMS splits the table into several, f1 to f4."""
        spans: list[tuple[str, str]] = []
        before = 0
        for name, first, last in self._shelf.pair_files(edition):
            found = _FILE_NUMBER.search(name)
            number = int(found[1]) if found else before + 1
            end = last if found and last[:1].isdigit() else _AFTER_ALL
            if number == before + 1:  # nothing lies between
                spans[-1:] = [(spans[-1][0] if spans else "", end)]
            else:
                spans.append((first, end))
            before = number
        return any(first <= code <= last for first, last in spans)

    def _ended_before(self, edition: Edition, on: date, *codes: str) -> bool:
        """Tell whether an edition ended before one of the codes began, so that it cannot have a row of it."""
        if edition.effective_to is None or not edition.stale_on(on):
            return False
        begun = (self._procedures.code(code, on).effective_from for code in codes)
        return any(since is not None and since > edition.effective_to for since in begun)

    def _edit(self, edition: Edition, column1: str, column2: str, on: date) -> PairAnswer | None:
        """Find the edit in force on the date; a pair can have had several, one after the other."""
        day = on.strftime("%Y%m%d")
        for (pairs,) in self._shelf.rows(edition, "ptp", "pairs", column1):
            place = pairs.find(f"\n{column2} ")
            while place >= 0:
                end = pairs.index("\n", place + 1)
                _, start, stop, indicator, rationale = pairs[place + 1 : end].split()
                if start <= day and (stop == "*" or day <= stop):
                    stale = edition.stale_on(on)
                    if indicator == NO_EDIT:
                        return PairAnswer(column1, column2, known=True, edition=edition.edition, stale=stale)
                    words = self._shelf.rationale(edition, rationale)
                    return PairAnswer(
                        column1, column2, known=True, modifier_indicator=indicator, rationale=words,
                        effective_from=date.fromisoformat(start),
                        effective_to=None if stop == "*" else date.fromisoformat(stop),
                        edition=edition.edition, stale=stale,
                    )  # fmt: skip
                place = pairs.find(f"\n{column2} ", end - 1)
        return None

    def _parts(self, edition: Edition, code: str) -> frozenset[str]:
        """Give the parts of an extract that have the code in their scope."""
        return frozenset(part for (part,) in self._shelf.rows(edition, "scope", "t.part", code))

    def limit(self, code: str, on: date, claim_type: ClaimType = "professional") -> LimitAnswer:
        """Answer how many units of a code are likely, on a claim of this type."""
        plain = plain_code(code)
        answer = LimitAnswer(plain, None)
        for edition in self._shelf.asked("ncci_mue", on, claim_type):
            stale = edition.stale_on(on)
            rows = self._shelf.rows(edition, "mue", "units, adjudication, rationale", plain)
            if rows:
                units, adjudication, rationale = rows[0]
                return LimitAnswer(plain, int(units), adjudication, rationale, edition.edition, stale)
            listed = not edition.partial or self._parts(edition, plain)
            if listed and not self._ended_before(edition, on, plain):
                answer = LimitAnswer(plain, None, edition=edition.edition, stale=stale)
        return answer

    def addon(self, code: str, on: date) -> AddonAnswer:
        """Answer which parents an add-on code needs."""
        plain = plain_code(code)
        for edition in self._shelf.asked("ncci_addon", on):
            found = self._shelf.rows(edition, "addon", "parent, type, since, until", plain)
            rows = [(parent, kind) for parent, kind, since, until in found if covers(since, until, on)]
            stale = edition.stale_on(on)
            if rows:
                parents = frozenset(parent for parent, _ in rows if parent != _BY_CONTRACTOR)
                kind = max(kind for _, kind in rows)
                return AddonAnswer(plain, True, kind, parents, edition.edition, stale)
            listed = not edition.partial or self._parts(edition, plain)
            if listed and not self._ended_before(edition, on, plain):
                return AddonAnswer(plain, False, edition=edition.edition, stale=stale)
        return AddonAnswer(plain, None)
