"""Codes on their date: every code of the shipped lists is judged by one rule, and right ones by none."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.exchange.reading import read_file
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Report
from onco_tui.rules.registry import all_rules
from tests.codesets.code_files import REAL, SHIPPED, Store, fee_schedule

DAY = "2026-03-02"
REFERENCE = shipped_reference()
ON_CODES = tuple(
    rule for code, rule in all_rules().items() if code[:4] in {"NCC1", "CLM2"} or code in {"DXC201", "DXC202", "DXC203"}
)
DATING = tuple(rule for rule in all_rules().values() if rule.code in {"CLM201", "CLM202", "DRG107", "ADM134"})
_IN_FORCE = f"(since IS NULL OR since <= '{DAY}') AND (until IS NULL OR until >= '{DAY}')"


def codes(system: str, condition: str, most: int) -> list[str]:
    """Draw codes of the shipped list, always the same."""
    sql = f"SELECT DISTINCT code FROM codes WHERE system = ? AND {condition} ORDER BY code"  # noqa: S608  our words
    with closing(sqlite3.connect(f"{SHIPPED.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        found = [row[0] for row in connection.execute(sql, (system,))]
    return Random(7).sample(found, min(most, len(found)))  # noqa: S311  not a secret


def encounter(
    diagnoses: Sequence[str] = ("C34.11",), code: str = "96413", modifiers: Sequence[str] = (), place: str = "11"
) -> Encounter:
    line = {"line": 1, "code": code, "modifiers": list(modifiers), "diagnosis_pointers": [1]}
    claim = {"date_from": DAY, "place_of_service": place, "diagnoses": list(diagnoses), "lines": [line]}
    return parse_encounter({"schema": "onco-encounter/1", "encounter_id": "E-1", "claim": claim})


def told(report: Report) -> list[str]:
    return [f"{finding.rule}: {finding.message}" for finding in report.findings]


def test_billable_diagnoses_are_left_alone() -> None:
    drawn = codes("icd10cm", f"billable = 1 AND {_IN_FORCE}", 1200)
    assert len(drawn) == 1200
    for start in range(0, len(drawn), 12):
        report = check(encounter(diagnoses=drawn[start : start + 12]), REFERENCE, ON_CODES)
        assert [text for text in told(report) if text.startswith("DXC")] == []


def test_each_header_is_one_finding() -> None:
    drawn = codes("icd10cm", f"billable = 0 AND {_IN_FORCE}", 300)
    assert len(drawn) == 300
    for header in drawn:
        (finding,) = check(encounter(diagnoses=[header]), REFERENCE, ON_CODES).findings
        assert finding.rule in {"DXC202", "DXC203"}
        for fix in finding.fixes:
            assert fix.grade == "review"


@pytest.mark.parametrize("in_force", [True, False])
def test_a_hcpcs_code_is_dated_by_one_rule(in_force: bool) -> None:  # noqa: FBT001  a parameter of the table
    drawn = codes("hcpcs", _IN_FORCE if in_force else f"NOT ({_IN_FORCE})", 250)
    assert len(drawn) == 250
    for code in drawn:
        found = check(encounter(code=code), REFERENCE, DATING).findings
        assert len(found) == (0 if in_force else 1), (code, [finding.message for finding in found])


def test_every_modifier_in_force_is_known() -> None:
    drawn = codes("hcpcs_modifier", _IN_FORCE, 1000)
    assert len(drawn) > 300
    for modifier in drawn:
        report = check(encounter(modifiers=[modifier]), REFERENCE, ON_CODES)
        assert [text for text in told(report) if text.startswith("CLM203")] == []


def test_an_imported_list_of_places_makes_an_error(tmp_path: Path) -> None:
    store = Store(tmp_path)
    places = "".join(f"{number:02},Place {number}\n" for number in range(1, 28))
    head = "Place of Service Code(s),Place of Service Name\n"
    store.take("pos_2026-01.csv", f"{head}{places}28-30,Unassigned\n")
    reference = replace(REFERENCE, codesets=store.codes)
    for place in ("94", "28"):
        wrong = check(encounter(place=place), reference, ON_CODES).findings
        assert [(f.rule, f.severity.word) for f in wrong] == [("CLM204", "error")]
    assert not check(encounter(place="11"), reference, ON_CODES).findings


@pytest.mark.parametrize(
    ("modifier", "told"),
    [
        ("26", {"10000": "error", "10002": "error", "10003": "error"}),
        ("TC", {"10000": "error", "10002": "error", "10003": "error", "10006": "error"}),
        ("50", {"10000": "error", "10002": "error", "10003": "error"}),
    ],
)
def test_an_imported_fee_schedule_says_which_codes_have_parts_and_sides(
    tmp_path: Path, modifier: str, told: dict[str, str]
) -> None:
    """By PC/TC indicator 0, 1, 2, 3 and 6, and bilateral indicator 0, 1, 2, 9 and 3."""
    store = Store(tmp_path)
    indicators = {"10000": "00", "10001": "11", "10002": "22", "10003": "39", "10006": "63"}
    rows = tuple((code, "", both[0], both[1]) for code, both in indicators.items())
    store.take("PPRRVU26_JAN.csv", fee_schedule(rows=rows))
    reference = replace(REFERENCE, codesets=store.codes)
    rule = (all_rules()["CLM205"],)
    reports = {code: check(encounter(code=code, modifiers=[modifier]), reference, rule) for code in indicators}
    assert {code: f.severity.word for code, report in reports.items() for f in report.findings} == told
    assert not any(report.not_checked for report in reports.values())


@pytest.mark.skipif(not REAL.is_dir(), reason="the example files are not beside the repository")
def test_example_claims_have_only_the_codes_that_are_written_wrongly() -> None:
    """Most are older than all tables: what is not known is not called wrong."""
    claims = [one.encounter for path in sorted((REAL / "x12_837p").iterdir()) for one in read_file(path).encounters]
    assert len(claims) > 800
    wrong = {line.code for claim in claims for line in claim.claim.lines if len(line.code) != 5}
    found = [finding for claim in claims for finding in check(claim, REFERENCE, ON_CODES).findings]
    assert {finding.rule for finding in found} == {"CLM202"}
    assert {item.value for finding in found for item in finding.evidence if item.path.endswith(".code")} == wrong
