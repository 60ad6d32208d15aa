"""NCCI beside the rules that know the chart: nothing is said of right claims, and no line is blamed twice."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import Encounter
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Severity
from onco_tui.rules.registry import Rule, all_rules
from tests.rules.administration.visits import ADM, Mistake, billed_as_derived, charts, mistaken, mistakes

REFERENCE = shipped_reference()
NCC = tuple(rule for rule in all_rules().values() if rule.family == "NCC")
bounded = settings(max_examples=100, deadline=None)


def blamed(encounter: Encounter, rules: Sequence[Rule]) -> dict[int, str]:
    found = check(encounter, REFERENCE, rules).findings
    return {line: f"{f.rule} {f.message}" for f in found if f.severity > Severity.INFO for line in f.lines}


@bounded
@given(charts())
def test_what_the_chart_supports_is_not_blamed(encounter: Encounter) -> None:
    assert blamed(billed_as_derived(encounter), NCC) == {}


@bounded
@given(charts(), mistakes)
def test_a_line_another_rule_blames_is_not_blamed_again(encounter: Encounter, done: list[Mistake]) -> None:
    wrong = mistaken(encounter, done)
    both = blamed(wrong, NCC).keys() & blamed(wrong, ADM).keys()
    assert not both, [(blamed(wrong, NCC)[line], blamed(wrong, ADM)[line]) for line in both]
