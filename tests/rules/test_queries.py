"""Questions to a clinician: in one form, with the facts of the record, open, never leading, never about payment."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from onco_tui.encounter.document import Encounter
from onco_tui.rules.cases import encounter_of, read_cases
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Fix
from onco_tui.rules.queries import OTHER, UNDETERMINED
from onco_tui.rules.registry import all_rules
from tests.rules.strategies import REFERENCE, encounters

RULES = tuple(all_rules().values())
FORM = re.compile(
    r"On record: (?P<record>[^\n]+[^\s.])\. Question: (?P<question>[^\n]+\?) Choices: (?P<choices>[^\n]+)\."
)
MONEY = re.compile(
    r"[$€]|\b(pay\w*|paid|unpaid|re-?imburs\w*|bill\w*|claims?|charg(e|es|ed|ing)|cost\w*|pric(e|es|ed|ing)|money|dollars?|"
    r"revenue|den(y|ied|ial|ials)|audit\w*|cover(ed|age)|insur\w*|medicare|medicaid|modifiers?|fees?|deni\w*|"
    r"reject\w*|authoriz\w*|J[WZ]|E[ABC]|KX)\b",
    re.IGNORECASE,
)
CODES = re.compile(r"\b(9[69]\d{3}|[ACGJQ]\d{4})\b")
OPEN = re.compile(r"(What|When|Which|Who|How|Why|Where|For which|For what|On what|On which|By whom|In which)\b")
LEADING = re.compile(
    r"\b(confirm|agree|please document|document that|should|would you|can you|correct to|isn't|wasn't|as expected)\b",
    re.IGNORECASE,
)


def _queries_of_cases() -> Iterator[object]:
    for one in (rule for rule in RULES if rule.cases.is_file()):
        file = read_cases(one)
        for case in file.cases:
            for finding in check(encounter_of(file, case), REFERENCE, [one]).findings:
                for fix in finding.fixes:
                    if fix.grade == "query":
                        yield pytest.param(fix, id=f"{one.code} {case.name}: {fix.title}")


def assert_compliant(fix: Fix) -> None:
    """Hold a question against every demand at once."""
    assert not fix.edits
    parts = FORM.fullmatch(fix.question)
    assert parts, fix.question
    record, question = parts["record"], parts["question"]
    choices = parts["choices"].split("; ")
    assert len(record.split()) >= 3, f"no facts: {fix.question}"
    assert "None" not in fix.question
    assert choices[-2:] == [OTHER, UNDETERMINED]
    assert len(choices) > 2
    assert len(set(choices)) == len(choices), fix.question
    assert OPEN.match(question), f"not an open question: {question}"
    assert not LEADING.search(fix.question), fix.question
    assert not MONEY.search(fix.question), MONEY.search(fix.question)
    assert not CODES.search(fix.question), fix.question
    for word in ("  ", "..", "?."):
        assert word not in fix.question, fix.question


@pytest.mark.parametrize("fix", tuple(_queries_of_cases()))
def test_every_question_a_case_leads_to_is_compliant(fix: Fix) -> None:
    assert_compliant(fix)


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(encounters())
def test_every_question_of_a_drawn_encounter_is_compliant(encounter: Encounter) -> None:
    for finding in check(encounter, REFERENCE).findings:
        for fix in finding.fixes:
            assert bool(fix.question) == (fix.grade == "query")
            if fix.question:
                assert_compliant(fix)


def test_questions_are_drafted_in_one_place() -> None:
    package = Path(__file__).parents[2] / "onco_tui" / "rules"
    elsewhere = []
    for path in package.rglob("*.py"):
        calls = (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call))
        made = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Fix"]
        asking = [call for call in made if any(keyword.arg == "question" for keyword in call.keywords)]
        if path != package / "queries.py":
            elsewhere += [f"{path.name}:{call.lineno}" for call in asking]
    assert elsewhere == [], "draft it with rules.queries.query"


@pytest.mark.parametrize(
    "question",
    [
        "Please document the stop time.",
        "On record: paclitaxel on 2026-03-02. Question: Did it stop at 10:00? Choices: yes; no.",
        f"On record: paclitaxel on 2026-03-02. Question: When did it stop? Choices: later; {OTHER}; {UNDETERMINED}; x.",
        f"On record: paid per unit. Question: When did it stop? Choices: later; {OTHER}; {UNDETERMINED}.",
        f"On record: J9267 on 2026-03-02. Question: When did it stop? Choices: later; {OTHER}; {UNDETERMINED}.",
    ],
)
def test_the_demands_refuse_what_they_are_for(question: str) -> None:
    with pytest.raises(AssertionError):
        assert_compliant(Fix("ask", "query", question=question))
