"""Z00.6 leaves the first place from every order, and every line keeps pointing at the same codes."""

from __future__ import annotations

from itertools import permutations

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.claim import Claim
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.rules.cases import patch, read_base
from onco_tui.rules.fixing import apply_fixes
from onco_tui.rules.registry import all_rules

CODES = ("Z51.12", "C34.32", "E11.9", "Z00.6")


def _visit(order: tuple[str, ...], claim_type: str) -> Encounter:
    document = read_base("trial_visit")
    patch(document, "claim.claim_type", claim_type)
    patch(document, "claim.diagnoses", list(order))
    patch(document, "claim.lines[3].diagnosis_pointers", [order.index("C34.32") + 1, order.index("Z00.6") + 1])
    return parse_encounter(document)


def _pointed(claim: Claim) -> list[list[str]]:
    return [[claim.diagnoses[pointer - 1] for pointer in line.diagnosis_pointers] for line in claim.lines]


@pytest.mark.parametrize("claim_type", ["professional", "institutional"])
@pytest.mark.parametrize("order", list(permutations(CODES)))
def test_from_every_order_the_trial_follows_what_is_treated(order: tuple[str, ...], claim_type: str) -> None:
    before = _visit(order, claim_type)
    run = apply_fixes(before, shipped_reference(), "safe", rules=[all_rules()["TRL105"]])
    assert run.stopped == ""
    assert len(run.applied) == (order[0] == "Z00.6")
    listed = run.encounter.claim.diagnoses
    assert sorted(listed) == sorted(order)
    assert listed[0] != "Z00.6"
    assert [code for code in listed if code != "Z00.6"] == [code for code in order if code != "Z00.6"]
    assert _pointed(run.encounter.claim) == _pointed(before.claim)


@pytest.mark.parametrize("order", list(permutations(CODES)))
def test_with_all_rules_the_therapy_comes_first_and_the_trial_does_not(order: tuple[str, ...]) -> None:
    run = apply_fixes(_visit(order, "professional"), shipped_reference(), "safe")
    assert run.stopped == ""
    assert run.encounter.claim.diagnoses[0] == "Z51.12"
