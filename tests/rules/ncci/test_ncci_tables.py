"""The NCCI rules over tables a practice imports: editions, claim types, indicators, adjudication, types of add-on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import parse_encounter
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Finding, Report
from onco_tui.rules.registry import all_rules
from tests.codesets.code_files import Store, hcpcs_records, mue, ptp

IN_2026 = "2026-03-02"
NCC = tuple(rule for rule in all_rules().values() if rule.family == "NCC")
Line = tuple[str, str, str]
"""Code, units, modifiers."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def report(
    store: Store, *lines: Line, day: str = IN_2026, claim_type: str = "professional", payer: str = "MEDICARE_B"
) -> Report:
    encounter = parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": "E-1",
            "coverage": {"payer_id": payer},
            "claim": {
                "claim_type": claim_type,
                "date_from": day,
                "diagnoses": ["C34.11"],
                "lines": [
                    {"line": number, "code": code, "units": units, "modifiers": modifiers.split(), "charge": "10.00"}
                    for number, (code, units, modifiers) in enumerate(lines, 1)
                ],
            },
        }
    )
    return check(encounter, replace(shipped_reference(), codesets=store.codes), NCC)


def told(found: Report, rule: str) -> Sequence[Finding]:
    return [finding for finding in found.findings if finding.rule == rule]


def pair(code: str = "10001", other: str = "10002", modifiers: str = "") -> tuple[Line, Line]:
    return (code, "1", ""), (other, "1", modifiers)


def test_the_edition_of_the_date_makes_an_error_and_an_older_one_warns(store: Store) -> None:
    store.take("ccipra-v320r0-f1.txt", ptp())
    inside, after = (told(report(store, *pair(), day=day), "NCC101") for day in ("2026-03-31", "2026-04-01"))
    assert [(f.severity.word, f.lines) for f in inside] == [("error", (2,))]
    assert [(f.severity.word, f.lines) for f in after] == [("warning", (2,))]
    assert "NCCI 2026Q1, older than the date of service" in after[0].message
    assert "older" not in inside[0].message


def test_before_the_first_edition_is_not_checked(store: Store) -> None:
    store.take("ccipra-v320r0-f1.txt", ptp())
    early = report(store, *pair(), day="2025-12-31")
    assert not early.findings
    assert ("NCC101", "no NCCI professional pair table here covers 2025-12-31") in [
        (gap.rule, gap.reason) for gap in early.not_checked
    ]


def test_a_whole_table_answers_for_pairs_it_does_not_list(store: Store) -> None:
    store.take("ccipra-v320r0-f1.txt", ptp())
    assert "NCC101" in report(store, *pair("10002", "10003")).passed


def test_a_whole_table_that_ended_before_a_code_began_cannot_speak_of_it(store: Store) -> None:
    store.take("ccipra-v320r0-f1.txt", ptp())
    store.take("MCR_MUE_PractitionerServices_Eff_01-01-2026.csv", mue({"10001": (2, 1)}))
    store.take("HCPC2026_JUL_ANWEB.txt", hcpcs_records(("J1111", "New thing", "20260701", "", "")))
    found = report(store, ("10001", "1", ""), ("J1111", "1", ""), day="2026-07-02")
    told_of = {gap.rule: (gap.reason, gap.lines) for gap in found.not_checked if gap.rule in {"NCC101", "NCC102"}}
    assert told_of == {
        "NCC101": (f"{PAIRS} older than 10001 with J1111{OR}", (1, 2)),
        "NCC102": (f"{UNITS} older than J1111{OR}", (2,)),
    }


PAIRS = "the NCCI professional pair table here (2026Q1) is"
UNITS = "the NCCI professional unit limit table here (2026Q1) is"
OR = ", or lacks a file with them; import what is missing"


def test_of_a_table_in_several_files_only_those_imported_speak(store: Store) -> None:
    def pairs(*columns1: str) -> str:
        return ptp(tuple((code, "10002", "20250101", "*", "1") for code in columns1))

    def checked(one: str, other: str) -> bool:
        return "NCC101" in report(store, *pair(one, other)).passed

    store.take("ccipra-v320r0-f2.txt", pairs("30000", "39999"))
    assert checked("30001", "39998")
    assert not checked("30001", "20000"), "the first file is missing"
    store.take("ccipra-v320r0-f1.txt", pairs("0001A", "29990"))
    assert checked("30001", "20000")
    assert checked("29995", "20000"), "between the last code of one file and the first of the next"
    assert not checked("30001", "96413")
    store.take("ccipra-v320r0-f4.txt", pairs("70000", "R0075"))
    assert checked("96413", "V5364")
    assert not checked("96413", "45000"), "the third file is missing"
    store.take("ccipra-v320r0-f3.txt", pairs("40000", "69999"))
    assert checked("96413", "45000")


@pytest.mark.parametrize("lines", [("10001", "10002"), ("10002", "10001")])
def test_column_two_is_blamed_in_whichever_order_the_claim_has_them(store: Store, lines: tuple[str, str]) -> None:
    store.take("ccipra-v320r0-f1.txt", ptp())
    (finding,) = told(report(store, *pair(*lines)), "NCC101")
    assert finding.lines == (lines.index("10002") + 1,)
    assert finding.amount_at_risk == 10


def test_indicator_9_is_no_edit(store: Store) -> None:
    store.take("ccipra-v320r0-f1.txt", ptp())
    assert "NCC101" in report(store, *pair("10004", "10001")).passed


def test_each_claim_type_has_its_table(store: Store) -> None:
    store.take("ccipra-v320r0-f1.txt", ptp((("10001", "10002", "20250101", "*", "0"),)))
    store.take("ccioph-v320r0-f1.txt", ptp((("10001", "10002", "20250101", "*", "1"),)))
    lines = pair(modifiers="59")
    assert told(report(store, *lines), "NCC101")
    assert not told(report(store, *lines, claim_type="institutional"), "NCC101")


BYPASSING = "E1 FA F9 TA T9 LT RT LC LD RC LM RI 27 58 59 78 79 91 XE XP XS XU"
OTHERS = "22 76 77 24 25 57 26 TC 50 51 52 53 JZ KX"


@pytest.mark.parametrize("modifier", f"{BYPASSING} {OTHERS}".split())
@pytest.mark.parametrize("on_column", [1, 2])
def test_which_modifiers_set_a_pair_apart(store: Store, modifier: str, on_column: int) -> None:
    store.take("ccipra-v320r0-f1.txt", ptp())
    lines = [("10001", "1", modifier if on_column == 1 else ""), ("10002", "1", modifier if on_column == 2 else "")]
    assert bool(told(report(store, *lines), "NCC101")) is (modifier in OTHERS.split())


@pytest.mark.parametrize("modifier", ["24", "25", "57"])
def test_visit_modifiers_count_on_the_visit_only(store: Store, modifier: str) -> None:
    store.take("ccipra-v320r0-f1.txt", ptp((("10001", "99213", "20250101", "*", "1"),)))
    assert not told(report(store, *pair(other="99213", modifiers=modifier)), "NCC101")
    (finding,) = told(report(store, ("10001", "1", modifier), ("99213", "1", "")), "NCC101")
    assert "modifier 25" in finding.fixes[1].title


def test_59_on_column_one_counts_from_july_2019(store: Store) -> None:
    store.take("ccipra-v251r0-f1.txt", ptp((("10001", "10002", "20180101", "*", "1"),)))
    on_first, on_second = (("10001", "1", "59"), ("10002", "1", "")), pair(modifiers="59")
    assert told(report(store, *on_first, day="2019-06-28"), "NCC101")
    assert not told(report(store, *on_second, day="2019-06-28"), "NCC101")
    assert not told(report(store, *on_first, day="2019-07-01"), "NCC101")


@pytest.mark.parametrize("indicator", ["0", "1"])
@pytest.mark.parametrize(("payer", "offered"), [("MEDICARE_B", {"59"}), ("COMMERCIAL_SAMPLE", {"XE", "XS"})])
def test_a_modifier_is_offered_only_with_its_condition(
    store: Store, indicator: str, payer: str, offered: set[str]
) -> None:
    store.take("ccipra-v320r0-f1.txt", ptp((("10001", "10002", "20250101", "*", indicator),)))
    (finding,) = told(report(store, *pair(), payer=payer), "NCC101")
    removal, *modifiers = finding.fixes
    assert removal.title == "remove line 2 (10002)"
    assert {fix.grade for fix in finding.fixes} == {"review"}
    assert {fix.title.split()[4].rstrip(",") for fix in modifiers} == (offered if indicator == "1" else set())
    assert all("only if the record shows a separate" in fix.title for fix in modifiers)


LIMITS = {"10001": (2, 1), "10002": (2, 2), "10003": (2, 3), "10004": (0, 2)}


@pytest.mark.parametrize(
    ("lines", "blamed"),
    [
        ([("10001", "2", ""), ("10001", "2", "76")], []),
        ([("10001", "3", ""), ("10001", "2", "76")], [("error", (1,))]),
        ([("10002", "1", ""), ("10002", "1", "76")], []),
        ([("10002", "2", ""), ("10002", "1", "59")], [("error", (1, 2))]),
        ([("10003", "2", ""), ("10003", "1", "JW")], [("warning", (1, 2))]),
        ([("10005", "99", "")], []),
    ],
)
def test_adjudication_by_line_and_by_date(
    store: Store, lines: list[Line], blamed: list[tuple[str, tuple[int, ...]]]
) -> None:
    store.take("MCR_MUE_PractitionerServices_Eff_01-01-2026.csv", mue(LIMITS))
    found = report(store, *lines)
    assert [(f.severity.word, f.lines) for f in told(found, "NCC102")] == blamed
    assert not [gap for gap in found.not_checked if gap.rule in {"NCC102", "NCC103"}], "a whole table has no gaps"


def test_only_an_absolute_limit_of_a_single_line_is_reduced(store: Store) -> None:
    store.take("MCR_MUE_PractitionerServices_Eff_01-01-2026.csv", mue(LIMITS))
    fixes = {code: told(report(store, (code, "4", "")), "NCC102")[0].fixes for code in ("10001", "10002", "10003")}
    assert {code: [fix.grade for fix in offered] for code, offered in fixes.items()} == {
        "10001": [],
        "10002": ["review"],
        "10003": [],
    }


def test_zero_units_are_one_finding_and_not_an_excess_too(store: Store) -> None:
    store.take("MCR_MUE_PractitionerServices_Eff_01-01-2026.csv", mue(LIMITS))
    assert [f.rule for f in report(store, ("10004", "1", "")).findings] == ["NCC103"]


def test_an_old_unit_table_never_makes_an_error(store: Store) -> None:
    store.take("MCR_MUE_PractitionerServices_Eff_01-01-2026.csv", mue(LIMITS))
    lines = [("10001", "3", ""), ("10002", "3", ""), ("10003", "3", ""), ("10004", "1", "")]
    findings = report(store, *lines, day="2026-05-04").findings
    assert {(f.severity.word, "older than the date of service" in f.message) for f in findings} == {("warning", True)}
    assert len(findings) == 4


ADDONS = (
    "AOC,AOC Del Dt,Primary Code,Primary Code Del Dt,AOC Edit Eff Dt,AOC Edit Del Dt,AOC Edit Type,Special\n"
    "10001,,10002,,2013091,,1,\n10001,,10003,,2013091,2020366,1,\n"
    "10005,,CCCCC,,20130401,,2,\n10006,,10002,,20130401,,3,\n"
)


@pytest.mark.parametrize(
    ("codes", "blamed", "gaps"),
    [
        (("10001", "10002"), [], 0),
        (("10001", "10003"), [(1,)], 0),
        (("10005",), [], 1),
        (("10006", "10002"), [], 0),
        (("10006", "10003"), [], 1),
        (("10007",), [], 0),
    ],
)
def test_an_add_on_needs_a_parent_of_its_closed_list(
    store: Store, codes: tuple[str, ...], blamed: list[tuple[int, ...]], gaps: int
) -> None:
    store.take("AOC_V2026Q1-MCR.csv", ADDONS)
    found = report(store, *((code, "1", "") for code in codes))
    assert [(f.severity.word, f.lines) for f in told(found, "NCC104")] == [("error", lines) for lines in blamed]
    assert sum(gap.rule == "NCC104" for gap in found.not_checked) == gaps


def test_nothing_is_opened_for_a_claim_without_dates(store: Store) -> None:
    codes = store.codes
    encounter = parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": "E-1",
            "claim": {"diagnoses": ["C34.11"], "lines": [{"line": 1, "code": "10001"}, {"line": 2, "code": "10002"}]},
        }
    )
    check(encounter, replace(shipped_reference(), codesets=codes), NCC)
    assert codes._shelf._files is None
    assert codes.pair("10001", "10002", date(2026, 3, 2)).known is False
