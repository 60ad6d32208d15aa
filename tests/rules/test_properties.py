"""What must hold for every rule at once, over generated encounters."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from onco_tui.derive.derivation import derive
from onco_tui.derive.result import Derivation, DerivedLine
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import apply
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.plan import mark_of
from onco_tui.rules.duplicates import repetitions
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Grade
from onco_tui.rules.fixing import apply_fixes
from onco_tui.rules.registry import all_rules
from tests.rules.properties import (
    assert_at_rest,
    assert_mended,
    assert_sound,
    assert_undone,
    bounded,
    edits_offered,
    grades,
)
from tests.rules.strategies import REFERENCE, encounters, settled_charts

RULES = tuple(all_rules().values())


@bounded
@given(encounters())
def test_no_encounter_makes_a_rule_fail_and_finding_ids_are_distinct(encounter: Encounter) -> None:
    assert_sound(check(encounter, REFERENCE))


@bounded
@given(encounters(), st.integers(0, 1000))
def test_the_order_of_rules_does_not_matter(encounter: Encounter, seed: int) -> None:
    shuffled = list(RULES)
    random.Random(seed).shuffle(shuffled)  # noqa: S311  any order will do
    one, other = check(encounter, REFERENCE, RULES), check(encounter, REFERENCE, shuffled)
    assert one.findings == other.findings
    assert sorted(map(str, one.not_checked)) == sorted(map(str, other.not_checked))


@bounded
@given(encounters())
def test_a_fix_removes_its_finding_and_brings_no_error(encounter: Encounter) -> None:
    before = check(encounter, REFERENCE)
    for finding, fix in edits_offered(before):
        assert_mended(finding, fix, before, check(apply(encounter, fix.edits), REFERENCE))


@bounded
@given(encounters())
def test_a_fix_can_be_undone_and_is_not_applied_twice(encounter: Encounter) -> None:
    for _, fix in edits_offered(check(encounter, REFERENCE)):
        assert_undone(encounter, fix)


@bounded
@given(encounters(), grades)
def test_accepting_everything_comes_to_rest(encounter: Encounter, grade: Grade) -> None:
    run = assert_at_rest(encounter, grade)
    assert [(refusal.finding.rule, refusal.reason) for refusal in run.refused] == []


@bounded
@given(encounters(settled_charts))
def test_drug_fixes_end_in_the_derived_lines(encounter: Encounter) -> None:
    """The rules that compare lines with the chart, on charts that leave no question."""
    rules = [rule for rule in RULES if "DRG101" <= rule.code <= "DRG109" or rule.code == "DRG136"]
    derivation = derive(encounter, REFERENCE)
    choices = [choice for entry in derivation.judgements for lines in entry.alternatives for choice in lines]
    assume(not any(REFERENCE.drugs.billing_unit(choice.code) for choice in choices))
    assume(not any(entry.topic == "drug" for entry in derivation.not_derived))
    run = apply_fixes(encounter, REFERENCE, "review", rules=rules)
    assert (run.stopped, run.refused) == ("", ())
    left = check(run.encounter, REFERENCE, rules)
    assert [f"{finding.rule} {finding.message}" for finding, _ in edits_offered(left)] == []
    if not left.findings:
        repeated = {entry.line.line for entry in repetitions(Context(run.encounter, REFERENCE)) if not entry.supported}
        billed = [line for line in run.encounter.claim.lines if line.line not in repeated]
        assert _tally(encounter, billed, derivation) == _tally(encounter, derivation.lines, derivation)


def _tally(
    encounter: Encounter, lines: Iterable[ClaimLine | DerivedLine], derivation: Derivation
) -> dict[tuple[str, date | None, str], Decimal]:
    """Add up the units of derived drugs by waste modifier; JW counts from 2017, JZ where the chart asks for it."""
    drugs = {line.code for line in derivation.lines if REFERENCE.drugs.billing_unit(line.code)}
    attested = {(line.code, line.date_of_service) for line in derivation.lines if "JZ" in line.modifiers}
    units: dict[tuple[str, date | None, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.code in drugs:
            day = encounter.claim.day_of(line) if isinstance(line, ClaimLine) else line.date_of_service
            mark = mark_of(line.modifiers)
            counted = {"JW": day is not None and day.year >= 2017, "JZ": (line.code, day) in attested}.get(mark, True)
            units[line.code, day, mark if counted else ""] += line.units
    return dict(units)
