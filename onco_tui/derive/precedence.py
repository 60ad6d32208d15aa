"""A statement about the order of diagnoses, and the order that keeps a set of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Topic = Literal[
    "therapy", "treated_primary", "treated_metastasis", "surgery", "extent", "symptom", "pain", "anemia_of_neoplasm",
    "anemia_of_treatment", "dehydration", "surgical_complication", "fracture", "pregnancy", "transplant",
    "adverse_effect", "cell_toxicity", "neutropenia", "complication", "follow_up", "port_care", "convention",
]  # fmt: skip

# What stands first here is a matter of judgement whatever the chart says: a person accepts the order.
FOR_A_PERSON: frozenset[Topic] = frozenset({
    "surgery", "extent", "surgical_complication", "fracture", "pregnancy", "transplant",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Precedence:
    """Each code of ``later`` stands after at least one of ``earlier``.

    ``settled``: the codes themselves or the chart's structured facts leave no other reading. A precedence by
    ``convention`` is kept where the order changes anyway, and is no fault by itself.
    """

    topic: Topic
    earlier: tuple[str, ...]
    later: tuple[str, ...]
    because: str
    settled: bool = True

    def is_kept_by(self, order: Sequence[str]) -> bool:
        """Tell whether an order of codes keeps this."""
        earlier = min((order.index(code) for code in self.earlier), default=0)
        return all(order.index(code) > earlier for code in self.later)


def arranged(order: Sequence[str], precedences: Sequence[Precedence]) -> tuple[str, ...] | None:
    """Arrange codes so that every precedence is kept, moving as few as possible; None when they contradict.

    Again and again the first code that may come next is taken.
    """
    left, placed = list(order), list[str]()
    while left:
        code = next((code for code in left if _may_come(code, placed, precedences)), None)
        if code is None:
            return None
        left.remove(code)
        placed.append(code)
    return tuple(placed)


def _may_come(code: str, placed: Sequence[str], precedences: Sequence[Precedence]) -> bool:
    return all(code not in p.later or any(earlier in placed for earlier in p.earlier) for p in precedences)
