"""The reader of rule cases: paths, patches, comparison, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import JsonValue

from onco_tui.codesets.rulefile import RulefileError
from onco_tui.encounter.document import DocumentError, parse_encounter
from onco_tui.rules.cases import Case, CaseError, CaseFile, differences, encounter_of, patch, read_base, read_cases
from onco_tui.rules.finding import Severity
from onco_tui.rules.registry import Rule


@pytest.fixture
def document() -> dict[str, JsonValue]:
    return read_base("office_infusion")


def test_lines_are_named_by_number_and_administrations_by_id(document: dict[str, JsonValue]) -> None:
    patch(document, "claim.lines[3].units", "7")
    patch(document, "documentation.administrations[A2].stop", "null")
    encounter = parse_encounter(document)
    line, given = encounter.claim.line(3), encounter.chart.administration("A2")
    assert line is not None
    assert line.units == 7
    assert given is not None
    assert given.stop is None


def test_a_patch_removes_appends_replaces_and_makes_what_is_missing(document: dict[str, JsonValue]) -> None:
    patch(document, "claim.lines[1]", "null")
    patch(document, "claim.diagnoses[+]", "C79.51")
    patch(document, "claim.diagnoses[0]", "Z51.11")
    patch(document, "documentation.visit.separately_identifiable", "true")
    encounter = parse_encounter(document)
    assert [line.line for line in encounter.claim.lines] == [2, 3, 4]
    assert encounter.claim.diagnoses == ("Z51.11", "C34.11", "C79.51")
    assert encounter.chart.visit is not None
    assert encounter.chart.visit.separately_identifiable is True


@pytest.mark.parametrize(
    "path", ["claim.lines[9].units", "claim.lines[0].units", "claim.lines.units", "claim[+]", "claim..code", ""]
)
def test_a_path_that_leads_nowhere_is_refused(document: dict[str, JsonValue], path: str) -> None:
    with pytest.raises(CaseError):
        patch(document, path, "1")


def test_bases_are_read_anew_each_time() -> None:
    patch(read_base("office_infusion"), "claim.lines[1].units", "99")
    assert parse_encounter(read_base("office_infusion")).claim.lines[0].units == 1


def test_an_unknown_base_is_refused_with_the_known_ones() -> None:
    with pytest.raises(CaseError, match="office_infusion"):
        read_base("nowhere")


def test_differences_are_told_by_path(document: dict[str, JsonValue]) -> None:
    encounter = parse_encounter(document)
    right: dict[str, JsonValue] = {
        "claim.lines[3].units": "200",
        "claim.lines[9]": "null",
        "claim.lines[1].ndc": "null",
        "claim.lines[3]": {"code": "J9271", "modifiers": ["JZ"]},
    }
    assert list(differences(encounter, right)) == []
    wrong: dict[str, JsonValue] = {"claim.lines[3].units": "20", "claim.lines[3]": {"modifiers": []}}
    assert [text.split(":")[0] for text in differences(encounter, wrong)] == ["claim.lines[3].units", "claim.lines[3]"]


def _rule_with(tmp_path: Path, text: str) -> Rule:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "AAA101.yaml").write_text(text, encoding="utf-8")
    return Rule("AAA101", "made-up", Severity.INFO, (), (), lambda _: iter(()), {}, tmp_path / "module.py")


_HEAD = "rule: AAA101\nbase: office_infusion\ncases:\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("rule: BBB101\nbase: office_infusion\ncases: []\n", "says it is for BBB101"),
        (f"{_HEAD}  - {{name: one, expect: none}}\n  - {{name: one, expect: none}}\n", "stands twice"),
        (f"{_HEAD}  - {{name: one, expects: none}}\n", "expect"),
        (f"{_HEAD}  - {{name: one, expect: {{lines: [x]}}}}\n", "integer"),
    ],
)
def test_a_bad_cases_file_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises((CaseError, RulefileError), match=complaint):
        read_cases(_rule_with(tmp_path, text))


def test_a_case_with_a_bad_value_names_the_field() -> None:
    file = CaseFile(rule="AAA101", base="office_infusion", cases=())
    case = Case.model_validate({"name": "bad", "expect": "none", "given": {"claim.lines[1].units": "many"}})
    with pytest.raises(DocumentError, match="units"):
        encounter_of(file, case)
