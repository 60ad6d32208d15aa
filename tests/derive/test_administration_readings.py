"""Other readings share the parts of the work they read alike; what they answer must not depend on that."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given as for_all
from hypothesis import settings

from onco_tui.codesets.policy import Policy
from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.administration.coding import Coding, code_encounter
from onco_tui.derive.administration.judgements import judgements
from onco_tui.derive.administration.questions import BY_POLICY, Question
from onco_tui.derive.administration.reading import reading_of
from onco_tui.derive.administrations import derive_administrations
from onco_tui.derive.derivation import derive
from tests.derive.test_administration_properties import settings_of_care, sound_rows
from tests.derive.visits import Row, chemo, given, push, under, visit

# Questions that only the payer answers: the same chart under another policy must give the same lines.
PAYERS = [question for question in BY_POLICY if question != "net_overlap_from_hours"]


def answers(question: Question) -> list[object]:
    values = {"True": True, "False": False}
    return [values.get(answer, answer) for answer in BY_POLICY[question][1]]


def tally(coding: Coding) -> Counter[object]:
    units: Counter[object] = Counter()
    for line in coding.lines:
        units[line.code, line.modifiers] += int(line.units)
    return units


@settings(max_examples=120, deadline=None)
@for_all(sound_rows(), settings_of_care)
def test_an_alternative_is_what_the_other_policy_gives(rows: list[Row], care: dict[str, object]) -> None:
    encounter, reference = visit(*rows, **care), shipped_reference()  # type: ignore[arg-type]  # passed on
    found = derive_administrations(encounter, reference)
    taken = tally(code_encounter(encounter, reference, reading_of(encounter, reference)))
    for question in PAYERS:
        mine = Policy().model_dump()[question]
        offered = [
            Counter({(choice.code, choice.modifiers): int(choice.units) for choice in lines})
            for judgement in found.judgements
            if judgement.question == BY_POLICY[question][0]
            for lines in judgement.alternatives
        ]
        for answer in answers(question):
            if answer != mine:
                other = under(**{question: answer})
                given_otherwise = tally(code_encounter(encounter, other, reading_of(encounter, other)))
                assert given_otherwise == taken or given_otherwise in offered, (question, answer)


@settings(max_examples=60, deadline=None)
@for_all(sound_rows(), settings_of_care)
def test_readings_come_out_the_same_each_time(rows: list[Row], care: dict[str, object]) -> None:
    encounter, reference = visit(*rows, **care), shipped_reference()  # type: ignore[arg-type]  # passed on
    reading = reading_of(encounter, reference)
    coding = code_encounter(encounter, reference, reading)
    assert judgements(encounter, reference, reading, coding) == judgements(encounter, reference, reading, coding)


@pytest.mark.parametrize("judged", [True, False])
def test_readings_are_left_out_where_they_are_not_asked_for(*, judged: bool) -> None:
    encounter = visit(push("A1", "09:00", drug="x"), given("A2", "10:00-11:00", drug="x"), chemo("A3", "11:00-12:00"))
    derivation = derive(encounter, shipped_reference(), judged=judged)
    assert bool(derivation.judgements) is judged
    assert derivation.lines == derive(encounter, shipped_reference()).lines
