"""What a coder may mean by the part of a code or the words typed so far, as of the date of service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from onco_tui.codesets.answers import CodeAnswer, System
from onco_tui.codesets.lookups import CodeSets
from onco_tui.encounter.values import normalise_code, normalise_diagnosis

Kind = Literal["procedure", "modifier", "diagnosis"]

_SYSTEMS: dict[Kind, frozenset[System]] = {
    "procedure": frozenset({"cpt", "hcpcs"}),
    "modifier": frozenset({"hcpcs_modifier"}),
    "diagnosis": frozenset({"icd10cm"}),
}

_WHOLE = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """A code with what it is on the date of service. ``valid`` and ``billable`` None: no edition here can tell."""

    code: str
    label: str
    valid: bool | None
    billable: bool | None
    effective_from: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """Completes codes as of a date of service; without a date it knows nothing."""

    codesets: CodeSets
    on: date | None

    def meaning(self, kind: Kind, text: str) -> Offer | None:
        """Say what a text is as a code; None when no edition here lists it."""
        answer = self._answer(kind, text) if self.on is not None and text.strip() else None
        if answer is None or not answer.known:
            return None
        dates = answer.effective_from, answer.effective_to
        return Offer(answer.code, answer.label, answer.valid, answer.billable, *dates)

    def offers(self, kind: Kind, text: str, limit: int = 8) -> Sequence[Offer]:
        """Give the codes of a kind in force that begin with a text, billable ones first, then those with its words."""
        if self.on is None or not text.strip():
            return ()
        if kind == "procedure" and len(text) >= _WHOLE and text[1:].isalnum() and any(map(str.isdigit, text)):
            return ()  # a whole code is the start of no other
        return tuple(
            Offer(match.code, match.label, True, match.billable, match.effective_from, match.effective_to)
            for match in self.codesets.find(text, self.on, limit, systems=_SYSTEMS[kind])
        )

    def _answer(self, kind: Kind, text: str) -> CodeAnswer | None:
        assert self.on is not None  # noqa: S101  meaning() has looked
        match kind:
            case "diagnosis":
                return self.codesets.diagnosis(normalise_diagnosis(text), self.on)
            case "modifier":
                return self.codesets.modifier(text.strip().upper(), self.on)
            case _:
                return self.codesets.procedure(normalise_code(text), self.on)
