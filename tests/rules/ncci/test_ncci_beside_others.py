"""NCCI beside the rules that know the chart: nothing is said of right claims, and no fault is told twice."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.rules.administration.codes import KINDS
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Finding, Severity
from onco_tui.rules.registry import Rule, all_rules
from tests.rules.administration.visits import ADM, Mistake, billed_as_derived, charts, mistaken, mistakes

REFERENCE = shipped_reference()
NCC = tuple(rule for rule in all_rules().values() if rule.family == "NCC")
# What stands beside a line, and what the record names, are other faults than its units, with other remedies.
ABOUT_UNITS = "NCC102"
NOT_ABOUT_UNITS = frozenset({"ADM104", "ADM111", "ADM113", "ADM114", "ADM115", "ADM128", "ADM131"})
bounded = settings(max_examples=100, deadline=None)


def blamed(encounter: Encounter, rules: Sequence[Rule]) -> dict[int, str]:
    found = check(encounter, REFERENCE, rules).findings
    return {line: f"{f.rule} {f.message}" for f in found if f.severity > Severity.INFO for line in f.lines}


def about_administrations(encounter: Encounter, finding: Finding) -> bool:
    """A nurse's visit beside another visit is no matter of the administration rules."""
    shown = {evidence.path for evidence in finding.evidence}
    return any(f"claim.lines[{line.line}].code" in shown and line.code in KINDS for line in encounter.claim.lines)


@bounded
@given(charts())
def test_what_the_chart_supports_is_not_blamed(encounter: Encounter) -> None:
    assert blamed(billed_as_derived(encounter), NCC) == {}


@bounded
@given(charts(), mistakes)
def test_a_fault_another_rule_tells_is_not_told_again(encounter: Encounter, done: list[Mistake]) -> None:
    wrong = mistaken(encounter, done)
    by_edits, by_chart = (check(wrong, REFERENCE, rules).findings for rules in (NCC, ADM))
    twice = [
        (edit.message, chart.message)
        for edit in by_edits
        for chart in by_chart
        if edit.severity > Severity.INFO < chart.severity and not set(edit.lines).isdisjoint(chart.lines)
        if edit.rule != ABOUT_UNITS or chart.rule not in NOT_ABOUT_UNITS
        if about_administrations(wrong, edit)
    ]
    assert twice == []


def test_an_add_on_without_parent_and_over_its_limit_has_two_faults() -> None:
    encounter = parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": "E-1",
            "coverage": {"payer_id": "MEDICARE_B"},
            "claim": {
                "claim_type": "professional",
                "place_of_service": "11",
                "date_from": "2026-03-02",
                "diagnoses": ["Z51.11"],
                "lines": [{"line": 1, "code": "96411", "units": "4", "charge": "1.00", "diagnosis_pointers": [1]}],
            },
        }
    )
    rules = {finding.rule for finding in check(encounter, REFERENCE, (*NCC, *ADM)).findings}
    assert {"NCC102", "ADM111"} <= rules
