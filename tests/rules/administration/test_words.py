"""What findings say: one plain sentence with the clock times, both sides lit, and neutral questions."""

from __future__ import annotations

import re

from hypothesis import given, settings

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import Encounter
from onco_tui.rules.engine import check
from tests.rules.administration.visits import ADM, Mistake, charts, mistaken, mistakes
from tests.rules.test_queries import assert_compliant

bounded = settings(max_examples=80, deadline=None)
AWKWARD = re.compile(
    r"None|Decimal|  |;;|, ,|\(\)|[:;] ?$|\b1 (hours|units|times|lines)\b|supports no such|initial:|a further \w+ \w+:"
)
# What stands beside a line is seen on the claim alone.
BY_THE_CLAIM = frozenset({"ADM104", "ADM111", "ADM113", "ADM114", "ADM115", "ADM131"})


@bounded
@given(charts(), mistakes)
def test_a_message_is_one_plain_sentence(encounter: Encounter, done: list[Mistake]) -> None:
    for finding in check(mistaken(encounter, done), shipped_reference(), ADM).findings:
        assert not AWKWARD.search(finding.message), finding.message
        assert "\n" not in finding.message


@bounded
@given(charts(), mistakes)
def test_evidence_lights_the_claim_and_the_chart(encounter: Encounter, done: list[Mistake]) -> None:
    for finding in check(mistaken(encounter, done), shipped_reference(), ADM).findings:
        paths = [item.path for item in finding.evidence]
        assert len(set(paths)) == len(paths), paths
        for number in finding.lines:
            assert any(path.startswith(f"claim.lines[{number}].") for path in paths), (finding.rule, paths)
        if finding.rule not in BY_THE_CLAIM:
            assert any(path.startswith("documentation.") for path in paths), (finding.rule, paths)


@bounded
@given(charts(), mistakes)
def test_a_question_names_the_drug_and_nothing_that_leads(encounter: Encounter, done: list[Mistake]) -> None:
    billed = mistaken(encounter, done)
    for finding in check(billed, shipped_reference(), ADM).findings:
        for fix in finding.fixes:
            assert bool(fix.question) == (fix.grade == "query") == (not fix.edits)
            if fix.question:
                assert_compliant(fix)
                about_agent = finding.rule == "ADM128"  # the question is which drug it was
                assert about_agent or any(a.name in fix.question for a in billed.chart.administrations or ())


@bounded
@given(charts(), mistakes)
def test_an_open_charge_is_said(encounter: Encounter, done: list[Mistake]) -> None:
    for finding in check(mistaken(encounter, done), shipped_reference(), ADM).findings:
        for fix in finding.fixes:
            opened = any(
                (edit.edit == "set_line_field" and edit.field == "charge" and edit.new is None)
                or (edit.edit == "add_line" and edit.line.charge is None)
                for edit in fix.edits
            )
            assert opened == ("to be entered" in fix.title), fix.title
