from __future__ import annotations

from typing import get_args

import pytest

from onco_tui.codesets.policy import Policy
from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.administration.questions import BY_CHART, BY_POLICY, Question
from onco_tui.derive.identity import class_of, same_drug_key
from onco_tui.encounter.chart import Administration
from tests.derive.visits import coded, given


def test_every_answer_a_policy_may_give_has_words() -> None:
    assert set(get_args(Question)) - set(BY_POLICY) - set(BY_CHART) == {"primary_reason"}
    for question, (_, answers) in BY_POLICY.items():
        allowed = get_args(Policy.model_fields[question].annotation) or (True, False)
        assert set(answers) == {str(answer) for answer in allowed}, question


def test_medicare_names_the_same_readings_as_the_default() -> None:
    policies = shipped_reference().policies
    named = {"name", "payer_ids", "authorization"}  # what a payer without a file wants authorized, nobody knows
    assert policies["MEDICARE_B"].model_dump(exclude=named) == policies["default"].model_dump(exclude=named)


def test_a_commercial_payer_may_read_everything_differently() -> None:
    row = given("A1", "09:00")
    assert coded(row) == {"96374": 1}
    assert coded(row, payer="COMMERCIAL_SAMPLE") == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"drug": "Ondansetron"}, {"drug": " ondansetron "}, True),
        ({"drug": "Ondansetron"}, {"drug": "anything", "hcpcs": "J2405"}, True),
        ({"drug": "morphine 2 mg"}, {"drug": "Morphine 4 mg"}, True),
        ({"drug": "Drug 1"}, {"drug": "Drug 2"}, False),
        ({"drug": "Agent (first)"}, {"drug": "Agent (second)"}, False),
        ({"drug": "leucovorin (folinic acid)"}, {"hcpcs": "J0640"}, True),
        ({"drug": "new drug", "hcpcs": "J9999"}, {"drug": "other drug", "hcpcs": "J9999"}, False),
        ({"drug": "paclitaxel"}, {"drug": "paclitaxel protein-bound"}, False),
        ({"ndc": "00006302602"}, {"ndc": "00006302602"}, True),
        ({}, {}, False),
    ],
)
def test_when_two_administrations_gave_one_drug(one: dict[str, str], other: dict[str, str], same: bool) -> None:  # noqa: FBT001  parametrized
    drugs = shipped_reference().drugs
    keys = [
        same_drug_key(Administration.model_validate({"id": name} | row), drugs)
        for name, row in (("A1", one), ("A2", other))
    ]
    assert (keys[0] == keys[1]) is same


def test_the_charted_class_comes_first() -> None:
    drugs = shipped_reference().drugs
    row = {"id": "A1", "hcpcs": "J9271"}
    assert class_of(Administration.model_validate(row), drugs) == "complex_biologic"
    assert class_of(Administration.model_validate(row | {"drug_class": "therapeutic"}), drugs) == "therapeutic"
