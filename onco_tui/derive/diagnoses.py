"""The order of an encounter's diagnoses: which stands first and which follows, each with its reason.

The ICD-10-CM Official Guidelines fix the order by what an encounter was for, notes of the tabular list fix it for pairs
of codes. Both become precedences between the codes a claim lists; the right order keeps all and moves nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from onco_tui.codesets.reference import Reference
from onco_tui.derive.charted_diagnoses import ChartedDiagnoses
from onco_tui.derive.diagnosis_focus import by_focus, open_questions
from onco_tui.derive.diagnosis_notes import by_convention, by_notes
from onco_tui.derive.precedence import FOR_A_PERSON, Precedence, Topic, arranged
from onco_tui.derive.therapies import therapies
from onco_tui.encounter.document import Encounter


class DiagnosisOrder:
    """What is known of the order of a claim's diagnoses. ``given`` are the therapies the encounter gave."""

    def __init__(self, encounter: Encounter, reference: Reference) -> None:
        self.facts = ChartedDiagnoses(encounter)
        self.given = tuple(therapies(encounter, reference.drugs))
        self.precedences: tuple[Precedence, ...] = ()
        self.open: Mapping[Topic, str] = {}
        if len(self.listed) > 1:
            self.precedences = (*by_notes(self.facts), *by_focus(self.facts, encounter, self.given))
            self.open = dict(open_questions(self.facts))

    @property
    def listed(self) -> tuple[str, ...]:
        """The codes as the claim lists them, each once."""
        return self.facts.listed

    @cached_property
    def broken(self) -> tuple[Precedence, ...]:
        """The precedences the claim's order does not keep."""
        return tuple(precedence for precedence in self.precedences if not precedence.is_kept_by(self.listed))

    @cached_property
    def told(self) -> frozenset[Topic]:
        """The topics on which there is something to say: broken, or left open by the chart."""
        return frozenset((*(precedence.topic for precedence in self.broken), *self.open))

    @cached_property
    def right(self) -> tuple[str, ...] | None:
        """The order that keeps them all, moving as little as possible; None when the facts contradict one another."""
        conventions = tuple(by_convention(self.facts))
        found = arranged(self.listed, (*self.precedences, *conventions))
        return found or arranged(self.listed, [p for p in self.precedences if p.topic != "convention"])

    @property
    def settled(self) -> bool:
        """Tell whether codes and chart leave no doubt, nor a judgement, about anything that is out of order."""
        return all(precedence.settled and precedence.topic not in FOR_A_PERSON for precedence in self.broken)


def order_diagnoses(encounter: Encounter, reference: Reference) -> DiagnosisOrder:
    """Work out the order of an encounter's diagnoses. Never raises for what a chart or claim may hold."""
    return DiagnosisOrder(encounter, reference)
