"""What is derived rests on chart, coverage and the head of the claim, so checks may share it while lines change."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from onco_tui.codesets.shipped import data_folder
from onco_tui.derive.derivation import derive
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.encounter.edits import apply
from onco_tui.rules.derived import Derived
from onco_tui.rules.engine import check
from tests.rules.properties import bounded
from tests.rules.strategies import REFERENCE, encounters

FIXTURES = sorted(data_folder("fixtures").glob("*.json"))


def _with_claim(encounter: Encounter, **fields: object) -> Encounter:
    return encounter.model_copy(update={"claim": encounter.claim.model_copy(update=fields)})


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_lines_and_diagnoses_do_not_shape_the_derivation(path: Path) -> None:
    encounter = parse_encounter(json.loads(path.read_text(encoding="utf-8")))
    bare = _with_claim(encounter, lines=(), diagnoses=(), total_charge=None)
    assert derive(bare, REFERENCE) == derive(encounter, REFERENCE)


@settings(bounded, max_examples=60)
@given(encounters())
def test_a_check_that_goes_on_from_an_earlier_one_finds_the_same(encounter: Encounter) -> None:
    derived = Derived(encounter, REFERENCE)
    before = check(encounter, REFERENCE, derived=derived)
    for finding in before.findings:
        for fix in finding.fixes:
            changed = apply(encounter, fix.edits)
            assert check(changed, REFERENCE, derived=derived) == check(changed, REFERENCE)


def test_it_is_worked_out_again_only_when_what_it_rests_on_changes() -> None:
    encounter = parse_encounter(json.loads(FIXTURES[0].read_text(encoding="utf-8")))
    derived = Derived(encounter, REFERENCE)
    assert derived.after(_with_claim(encounter, lines=(), diagnoses=())) is derived
    assert derived.after(_with_claim(encounter, claim_type="institutional")) is not derived
    assert derived.after(_with_claim(encounter, date_from=date(2019, 1, 2))) is not derived
    assert derived.after(encounter.model_copy(update={"documentation": None})) is not derived
