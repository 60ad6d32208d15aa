"""Claims of very many lines: what is answered grows with the lines, not with their square."""

from __future__ import annotations

import json

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.codesets.shipped import data_folder
from onco_tui.encounter.document import Encounter, parse_encounter, read_json
from onco_tui.rules.engine import check
from onco_tui.rules.fixing import apply_fixes

FIXTURES = data_folder("fixtures")


def repeated(name: str, count: int) -> Encounter:
    """Bill the lines of a fixture over and over."""
    (path,) = FIXTURES.glob(f"{name}-*.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    lines = document["claim"]["lines"]
    document["claim"]["lines"] = [{**lines[at % len(lines)], "line": at + 1} for at in range(count)]
    return parse_encounter(read_json(json.dumps(document)))


@pytest.mark.parametrize("name", ["06", "30", "31"])  # in a hospital, with a surplus hour, without a stop time
def test_the_answer_grows_with_the_lines(name: str) -> None:
    sizes = [len(json.dumps(check(repeated(name, count), shipped_reference()).as_json())) for count in (150, 300, 600)]
    assert sizes[2] - sizes[1] < 2.5 * (sizes[1] - sizes[0])


def test_a_surplus_initial_service_beside_the_right_one_goes_by_itself() -> None:
    report = check(repeated("30", 6), shipped_reference())
    surplus = [finding for finding in report.findings if finding.rule == "ADM107"]
    assert surplus
    assert [[fix.title for fix in finding.fixes] for finding in surplus] == [
        [f"remove line {finding.lines[0]} (96413)"] for finding in surplus
    ]


def test_safe_fixes_leave_the_one_service_the_chart_supports() -> None:
    run = apply_fixes(repeated("30", 18), shipped_reference(), "safe")
    assert [line.code for line in run.encounter.claim.lines if line.code.startswith("96")] == ["96413"]


def test_of_very_many_that_share_a_fix_the_first_offers_it() -> None:
    report = check(repeated("31", 400), shipped_reference())
    (shared,) = [fix for finding in report.findings for fix in finding.fixes if len(fix.edits) > 1]
    assert len(shared.edits) > 100
