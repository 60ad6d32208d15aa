"""Messages and questions of the diagnosis rules: neutral, never leading, never about money."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.rules.cases import encounter_of, read_cases
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Finding
from onco_tui.rules.registry import all_rules

MONEY = re.compile(
    r"\b(?:pa(?:y|id|yment|yer)|reimburs\w*|revenue|den(?:y|ied|ial)|cover(?:ed|age)|charge|dollar)\b|\$", re.IGNORECASE
)
LEADING = re.compile(r"\b(?:please (?:change|document|confirm that)|should be|must be|agree)\b", re.IGNORECASE)
RULES = tuple(
    rule for code, rule in all_rules().items() if "DXC101" <= code <= "DXC199" or "DXC401" <= code <= "DXC499"
)


def _findings() -> Iterator[Finding]:
    for rule in RULES:
        file = read_cases(rule)
        for case in file.cases:
            yield from check(encounter_of(file, case), shipped_reference(), [rule]).findings


@pytest.fixture(scope="module")
def findings() -> tuple[Finding, ...]:
    return tuple(_findings())


def test_every_question_asks_and_neither_leads_nor_speaks_of_money(findings: tuple[Finding, ...]) -> None:
    questions = [fix.question for finding in findings for fix in finding.fixes if fix.grade == "query"]
    assert len(questions) > 10
    for question in questions:
        assert "?" in question
        assert not MONEY.search(question), question
        assert not LEADING.search(question), question


def test_a_query_changes_nothing_and_any_other_fix_asks_nothing(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        for fix in finding.fixes:
            assert bool(fix.edits) != (fix.grade == "query")
            assert bool(fix.question) == (fix.grade == "query")


def test_every_finding_names_its_diagnoses_and_shows_the_list(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        assert finding.diagnoses
        assert finding.message
        paths = [item.path for item in finding.evidence]
        assert "claim.diagnoses" in paths or finding.lines, finding.rule
        assert all(item.value for item in finding.evidence if item.path == "claim.diagnoses")


def test_the_program_never_removes_what_only_the_record_can_settle(findings: tuple[Finding, ...]) -> None:
    """History beside present disease, lymphoma with metastases, three low counts: asked, never changed."""
    for finding in findings:
        if finding.rule in {"DXC402", "DXC403", "DXC409", "DXC411", "DXC123"}:
            assert {fix.grade for fix in finding.fixes} == {"query"}
