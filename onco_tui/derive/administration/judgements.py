"""Questions on which published authorities differ: each other reading is worked out in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from onco_tui.codesets.policy import Policy
from onco_tui.codesets.reference import Reference
from onco_tui.derive.administration.accesses import charted
from onco_tui.derive.administration.coding import Coding, earned_under
from onco_tui.derive.administration.given import Reading
from onco_tui.derive.administration.questions import BY_CHART, BY_POLICY, OF_THE_CHART, Question
from onco_tui.derive.administration.sheet import Earned, Worksheet
from onco_tui.derive.result import Choice, Judgement
from onco_tui.encounter.document import Encounter

_Tally = dict[tuple[str, tuple[str, ...]], int]
# Questions answered together.
_WITH: Mapping[Question, frozenset[Question]] = {
    "net_overlap_from_hours": frozenset({"net_overlap_from_hours", "concurrent_order"})
}
_PRIMARY = "Which service was the primary reason for the visit?"


def judgements(encounter: Encounter, reference: Reference, reading: Reading, coding: Coding) -> tuple[Judgement, ...]:
    """Give the questions met in this encounter whose other answers change the lines."""
    found = []
    taken = _tally(coding.earned)
    for question, about in coding.asked.items():
        words, chosen, others = _readings(question, reading, about)
        alternatives: list[_Tally] = []
        flipped = _WITH.get(question, frozenset({question}))
        for other in others:
            chart = charted(encounter, reference, other) if question in OF_THE_CHART else coding.chart
            sheet = earned_under(chart, encounter, reference, Worksheet(other, flipped))
            tally = _tally(sheet.earned)
            if tally != taken and tally not in alternatives:
                alternatives.append(tally)
        if alternatives:
            found.append(Judgement(tuple(about), words, chosen, tuple(map(_choices, alternatives))))
    return tuple(found)


def _readings(question: Question, reading: Reading, about: Sequence[str]) -> tuple[str, str, Iterable[Reading]]:
    """Give the question in words, the answer taken, and the readings under every other answer."""
    if question == "primary_reason":
        return _PRIMARY, "the strongest service", [replace(reading, primary=source) for source in about]
    if question in BY_CHART:
        return *BY_CHART[question], [replace(reading, otherwise=reading.otherwise | {question})]
    words, answers = BY_POLICY[question]
    taken = answers[str(getattr(reading.policy, question))]
    return words, taken, [replace(reading, policy=policy) for policy in _other_policies(question, reading.policy)]


@lru_cache(maxsize=256)
def _other_policies(question: Question, policy: Policy) -> tuple[Policy, ...]:
    """Give the policy under every other answer to a question."""
    taken = str(getattr(policy, question))
    others = [_switched(policy, question, answer) for answer in BY_POLICY[question][1] if answer != taken]
    if question == "net_overlap_from_hours":  # the overlap may be taken off the other of the two infusions
        order = "by_clock" if policy.concurrent_order == "longest_first" else "longest_first"
        others.append(_switched(_switched(policy, question, "True"), "concurrent_order", order))
    return tuple(others)


def _switched(policy: Policy, question: Question, answer: str) -> Policy:
    value = {"True": True, "False": False}.get(answer, answer)
    return policy.model_copy(update={question: value})


def _tally(earned: Iterable[Earned]) -> _Tally:
    """Sum the units of each code and modifiers over all dates."""
    units: _Tally = {}
    for line in earned:
        key = (line.code, line.modifiers)
        units[key] = units.get(key, 0) + line.units
    return units


def _choices(tally: _Tally) -> tuple[Choice, ...]:
    """Give the line set without dates, units summed, in a fixed order."""
    return tuple(Choice(code, Decimal(count), modifiers) for (code, modifiers), count in sorted(tally.items()))
