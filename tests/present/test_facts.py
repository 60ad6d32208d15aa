"""Which facts of the chart stand beside a claim line, and in what words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from onco_tui.derive.result import Derivation, DerivedLine
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.present.administrations import administration_facts, drug_sum, time_words
from onco_tui.present.fact import Fact
from onco_tui.present.facts import chart_facts, line_facts, lit_facts, support_for
from onco_tui.present.spans import plain_text, row_width
from onco_tui.rules.finding import Evidence, Finding, Severity
from tests.tui.tui_documents import carboplatin_day, claim_without_chart, hostile

ENCOUNTER = parse_encounter(carboplatin_day())
DERIVED = Derivation(
    (DerivedLine("96415", Decimal(1), (), date(2026, 3, 2), ("A2",), ("125 - 60 = 65, over 30: 1 more hour",)),)
)


def text(facts: list[Fact]) -> str:
    return "\n".join(plain_text(fact.row) for fact in facts)


def facts_of(number: int, encounter: Encounter = ENCOUNTER, *findings: Finding, cells: int = 60) -> str:
    line = encounter.claim.line(number)
    assert line is not None
    return text(line_facts(encounter, line, DERIVED, findings, cells))


def finding(path: str, *lines: int) -> Finding:
    return Finding(
        "f", "TST101", "test", Severity.ERROR, lines, (), (Evidence(path, ""),), "m", (), "over", None, (), "facts"
    )


def given_as(**fields: object) -> Administration:
    return Administration.model_validate({"id": "A1", **fields})


def test_a_derived_line_brings_its_administration_and_its_arithmetic() -> None:
    shown = facts_of(2)
    assert "A2  carboplatin" in shown
    assert "09:30 to 11:35 = 125 min" in shown
    assert "billed     96415 x 3" in shown
    assert "supported  96415 x 1" in shown
    assert "125 - 60 = 65" in shown
    assert "fosaprepitant" not in shown


def test_a_drug_line_shows_the_sum_of_dose_and_waste() -> None:
    shown = facts_of(4)
    assert "dose         430 mg given" in shown
    assert "+  20 mg discarded" in shown
    assert "= 450 mg opened, 1 x 450 mg single dose" in shown


def test_what_points_where_is_said_in_the_clinicians_words() -> None:
    shown = facts_of(1)
    assert "dx 1       C34.11  Adenocarcinoma" in shown
    assert "dx 2       Z51.11" in shown


def test_a_finding_on_the_line_brings_what_it_rests_on() -> None:
    line = ENCOUNTER.claim.lines[0]
    rests = finding("documentation.administrations[A1].stop", 1)
    support = support_for(ENCOUNTER, line, Derivation(), [rests])
    assert [a.id for a in support.administrations] == ["A1"]
    assert support_for(ENCOUNTER, line, Derivation(), []).administrations == ()


def test_a_line_without_support_says_so() -> None:
    assert "nothing in the chart is matched with this line" in facts_of(1)


def test_without_a_chart_unchecked_is_said_not_clean() -> None:
    bare = parse_encounter(claim_without_chart())
    assert "no chart came with this claim" in facts_of(1, bare)
    assert "no chart came with this claim" in text(chart_facts(bare, 60))


def test_notes_that_name_the_drug_stand_beside_the_line() -> None:
    assert "tolerated well" in facts_of(4)
    assert "tolerated well" not in facts_of(5)


def test_the_whole_chart_holds_every_section() -> None:
    shown = text(chart_facts(ENCOUNTER, 60))
    for part in (
        "antineoplastic therapy",
        "documented diagnoses",
        "treatment plan",
        "A1  fos",
        "A2  carb",
        "Discharged",
    ):
        assert part in shown


def test_a_finding_lights_exactly_the_fields_it_names() -> None:
    facts = chart_facts(ENCOUNTER, 60)
    lit = lit_facts(facts, finding("documentation.administrations[A2].stop"))
    assert [plain_text(facts[index].row) for index in sorted(lit)] == ["time       09:30 to 11:35 = 125 min"]
    head = lit_facts(facts, finding("documentation.administrations[A2]"))
    assert ["A2  carboplatin" in plain_text(facts[index].row) for index in head] == [True]
    assert lit_facts(facts, None) == frozenset()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "not charted"),
        ({"start": "2026-03-02T09:00"}, "09:00 to stop not charted"),
        ({"stop": "2026-03-02T09:00"}, "start not charted to 09:00"),
        ({"start": "2026-03-02T23:50", "stop": "2026-03-03T00:20"}, "23:50 to 03-03 00:20 = 30 min"),
        (
            {
                "start": "2026-03-02T09:00",
                "stop": "2026-03-02T10:00",
                "pauses": [{"from": "2026-03-02T09:10", "to": "2026-03-02T09:30"}],
            },
            "09:00 to 10:00 = 60 min, 20 paused = 40 min",
        ),
    ],
)
def test_times_say_what_is_missing(fields: dict[str, object], words: str) -> None:
    assert time_words(given_as(**fields)) == words


VIAL = {"size": "100", "unit": "mg", "count": 2, "container": "single_dose"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"discarded": {"amount": "20", "unit": "mg"}}, ""),
        ({"discarded": {"amount": "5", "unit": "mg"}}, "15 not accounted for"),
        ({"discarded": {"amount": "50", "unit": "mg"}}, "30 more than was opened"),
        ({}, "discarded: not charted"),
    ],
)
def test_a_sum_that_does_not_come_out_says_by_how_much(fields: dict[str, object], words: str) -> None:
    given = given_as(dose={"amount": "180", "unit": "mg"}, vials=[VIAL], **fields)
    shown = text(drug_sum(given, 60))
    assert words in shown
    assert ("accounted" in shown or "more than" in shown) == bool(words)


def test_what_a_multi_dose_container_keeps_is_no_gap() -> None:
    vial = VIAL | {"container": "multi_dose"}
    kept = text(drug_sum(given_as(dose={"amount": "180", "unit": "mg"}, vials=[vial]), 60))
    assert "20 stays in a multi-dose container" in kept
    assert "accounted" not in kept
    assert "40 more than" in text(drug_sum(given_as(dose={"amount": "240", "unit": "mg"}, vials=[vial]), 60))


@pytest.mark.parametrize(
    ("modifiers_and_units", "words"),
    [
        ([((), 180), (("JW",), 20)], ["180 mg given, 180 units", "20 mg discarded, 20 units with JW"]),
        ([(("JZ",), 1)], ["180 mg given, 1 unit", "20 mg discarded, not billed"]),
        ([], ["180 mg given\n", "20 mg discarded\n"]),
    ],
)
def test_the_sum_of_a_drug_says_the_units(
    modifiers_and_units: list[tuple[tuple[str, ...], int]], words: list[str]
) -> None:
    given = given_as(dose={"amount": "180", "unit": "mg"}, vials=[VIAL], discarded={"amount": "20", "unit": "mg"})
    lines = [
        DerivedLine("J9271", Decimal(units), modifiers, date(2026, 3, 2), (given.id,), ())
        for modifiers, units in modifiers_and_units
    ]
    shown = text(drug_sum(given, 60, lines))
    assert [part for part in words if part in shown] == words
    pooled = [replace(line, sources=(given.id, "A9")) for line in lines]
    assert "unit" not in text(drug_sum(given, 60, pooled))


@pytest.mark.parametrize(
    "fields",
    [
        {"dose": {"amount": "1", "unit": "g"}, "vials": [VIAL]},
        {"vials": [VIAL]},
        {"dose": {"amount": "180", "unit": "mg"}},
        {"dose": {"amount": "180", "unit": "mg"}, "vials": [{"unit": "mg"}]},
    ],
)
def test_what_cannot_be_added_is_listed_not_summed(fields: dict[str, object]) -> None:
    given = given_as(**fields)
    assert drug_sum(given, 60) == []
    assert "sum" not in text(administration_facts(given, 60, drug_line=True))


@pytest.mark.parametrize("cells", [24, 40, 60, 100])
@pytest.mark.parametrize("document", [carboplatin_day(), hostile()], ids=["plain", "hostile"])
def test_every_fact_keeps_within_its_room(cells: int, document: dict[str, object]) -> None:
    encounter = parse_encounter(document)
    rows = [fact.row for fact in chart_facts(encounter, cells)]
    for line in encounter.claim.lines:
        rows += [fact.row for fact in line_facts(encounter, line, DERIVED, [], cells)]
    # Titles of a record are one row by design and are cut by the pane; all else must wrap.
    wide = [plain_text(row) for row in rows if row_width(row) > cells and len(row) == 3]
    assert wide == []
