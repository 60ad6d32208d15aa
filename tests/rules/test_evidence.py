"""Evidence shows values, so that a dismissal re-opens when they change."""

from __future__ import annotations

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import parse_encounter
from onco_tui.rules.cases import patch, read_base
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Finding
from onco_tui.rules.registry import all_rules


def _finding(**changes: str) -> Finding:
    document = read_base("office_infusion")
    for path, value in ({"claim.lines[3].units": "180"} | changes).items():
        patch(document, path, value)
    (finding,) = check(parse_encounter(document), shipped_reference(), [all_rules()["DRG101"]]).findings
    return finding


def test_containers_are_shown_by_count_size_and_kind() -> None:
    shown = {item.path: item.value for item in _finding().evidence}
    assert shown["documentation.administrations[A2].vials"] == "2 x 100 mg single-dose"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("documentation.administrations[A2].vials[0].count", "3"),
        ("documentation.administrations[A2].discarded.amount", "1"),
        ("claim.lines[3].units", "181"),
    ],
)
def test_the_facts_of_a_finding_change_with_what_it_rests_on(path: str, value: str) -> None:
    before, after = _finding(), _finding(**{path: value})
    assert before.id == after.id
    assert before.facts != after.facts


def test_the_facts_of_a_finding_stay_when_something_else_changes() -> None:
    assert _finding().facts == _finding(**{"claim.lines[1].charge": "1.00"}).facts
