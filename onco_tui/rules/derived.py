"""What is derived from the chart, kept from one check to the next while only lines and diagnoses change."""

from __future__ import annotations

from functools import cached_property

from onco_tui.codesets.reference import Reference
from onco_tui.derive.administrations import derive_administrations
from onco_tui.derive.derivation import derive
from onco_tui.derive.result import Derivation, Judgement
from onco_tui.encounter.claim import Claim
from onco_tui.encounter.document import Encounter

_NOT_DERIVED_FROM = {"lines", "diagnoses", "total_charge"}
_HEAD = tuple(name for name in Claim.model_fields if name not in _NOT_DERIVED_FROM)
_BESIDE_THE_CLAIM = tuple(name for name in Encounter.model_fields if name != "claim")


class Derived:
    """The derivation of one chart, worked out when first asked for.

    It rests on the chart, the coverage and the head of the claim (type, place, dates), never on billed lines or
    diagnoses: a bill that shaped what is derived could not be compared with it.
    """

    def __init__(self, encounter: Encounter, reference: Reference) -> None:
        self._encounter, self._reference = encounter, reference

    def after(self, encounter: Encounter) -> Derived:
        """Give what is derived for a later state of the encounter: this, unless what it rests on has changed."""
        return self if self._holds_for(encounter) else Derived(encounter, self._reference)

    @cached_property
    def derivation(self) -> Derivation:
        """What the chart supports; the other readings of administrations are in ``judgements``."""
        return derive(self._encounter, self._reference, judged=False)

    @cached_property
    def judgements(self) -> tuple[Judgement, ...]:
        """Where authorities differ, with the lines of the other readings."""
        return derive_administrations(self._encounter, self._reference).judgements + self.derivation.judgements

    def _holds_for(self, encounter: Encounter) -> bool:
        before, now = self._encounter, encounter
        return all(getattr(now, name) is getattr(before, name) for name in _BESIDE_THE_CLAIM) and all(
            getattr(now.claim, name) == getattr(before.claim, name) for name in _HEAD
        )
