"""The treatment at a glance: regimen with day and cycle, authorizations as bars, coverage; wide and narrow."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.regimen import recognise
from onco_tui.encounter.chart import AuthorizedCode
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.present.facts import chart_facts, lit_facts
from onco_tui.present.glyphs import to_ascii
from onco_tui.present.spans import Role, plain_text, row_width
from onco_tui.present.treatment import HERE, LEFT, USED, treatment_facts, units_bar, units_words
from onco_tui.rules.cases import patch, read_base
from onco_tui.rules.finding import Evidence, Finding, Severity

REFERENCE = shipped_reference()


def encounter_with(changes: dict[str, JsonValue] | None = None) -> Encounter:
    document = read_base("hospital_chemotherapy")
    plan: JsonValue = {
        "regimen": "carboplatin + paclitaxel", "intent": "adjuvant", "line_of_therapy": "1", "cycle": "3",
        "cycles_planned": "6", "signed_by": "1679576722", "signed_on": "2026-01-05", "response": "stable disease",
    }  # fmt: skip
    permit: JsonValue = {
        "number": "PA-7", "codes": [{"code": "J9045", "units": "60"}], "units_used": {"J9045": "22"},
        "valid_from": "2026-01-01", "valid_to": "2026-06-30",
    }  # fmt: skip
    given: dict[str, JsonValue] = {
        "documentation.treatment_plan": plan,
        "documentation.authorizations": [permit],
        "documentation.biomarkers": [{"name": "CA 125", "result": "64 U/mL", "collected_on": "2026-02-20"}],
        "documentation.diagnoses[0].stage": "IIIC",
        "coverage.effective_from": "2026-01-01",
        "coverage.eligibility_checked_on": "2026-02-27",
    }
    for path, value in (given | (changes or {})).items():
        patch(document, path, value)
    return parse_encounter(document)


def rows(encounter: Encounter, cells: int = 100) -> list[str]:
    return [plain_text(fact.row) for fact in treatment_facts(encounter, recognise(encounter, REFERENCE), cells)]


def test_everything_a_coder_asks_first_stands_in_one_section() -> None:
    shown = rows(encounter_with())
    assert shown[0] == "treatment plan"
    for row in (
        "stage      IIIC, C56.1, Carcinoma of the right ovary",
        "intent     adjuvant, line 1",
        "planned    carboplatin + paclitaxel, cycle 3 of 6",
        "regimen    carboplatin + paclitaxel day 1",
        "signed     1679576722 on 2026-01-05",
        "marker     CA 125 64 U/mL 2026-02-20",
        "permit     PA-7, 2026-01-01 to 2026-06-30",
        "coverage   Medicare outpatient, 2026-01-01 to open, eligibility checked 2026-02-27",
    ):
        assert row in shown


def test_units_stand_as_a_bar_with_their_numbers() -> None:
    (bar,) = [row for row in rows(encounter_with()) if "J9045" in row]
    drawn, numbers = bar.split()[1], bar.split(maxsplit=2)[2]
    assert numbers == "22 used + 11 here of 60, 27 left"
    assert set(drawn) == {USED, HERE, LEFT}
    assert to_ascii(drawn).isascii()
    assert len(set(to_ascii(drawn))) == 3


def test_a_narrow_pane_puts_the_numbers_below() -> None:
    shown = rows(encounter_with(), 36)
    at = next(index for index, row in enumerate(shown) if "J9045" in row)
    assert shown[at + 1].strip().startswith("22 used + 11 here")


def test_overdrawn_units_are_said_and_shown() -> None:
    encounter = encounter_with({"documentation.authorizations[0].units_used": {"J9045": "55"}})
    facts = treatment_facts(encounter, (), 76)
    (row,) = [fact.row for fact in facts if "J9045" in plain_text(fact.row)]
    assert plain_text(row).endswith("55 used + 11 here of 60, 6 too many")
    assert {part.role for part in row} >= {Role.ERROR}


@pytest.mark.parametrize(
    ("row", "used", "here", "words"),
    [
        ({"units": "800"}, "400", "200", "400 used + 200 here of 800, 200 left"),
        ({"units": "800"}, None, "200", "used: not recorded + 200 here of 800"),
        ({"units": "800"}, "0", "0", "0 used of 800, 800 left"),
        ({"units": "800", "unit": "mg"}, "400", "0", "400 used of 800 mg, 400 left"),
        ({}, "400", "0", "400 used, number of units not stated"),
    ],
)
def test_units_in_words(row: dict[str, str], used: str | None, here: str, words: str) -> None:
    approved = AuthorizedCode.model_validate({"code": "J9271", **row})
    assert units_words(approved, None if used is None else Decimal(used), Decimal(here)) == words


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(3, 40))
def test_a_bar_fills_its_cells_and_shows_whatever_is_not_zero(approved: int, used: int, here: int, cells: int) -> None:
    bar = units_bar(Decimal(approved), Decimal(used), Decimal(here), cells)
    assert len(bar) == cells
    assert bar == "".join(sorted(bar, key=[USED, HERE, LEFT].index))
    assert (USED in bar) == (used > 0)
    assert (HERE in bar) == (here > 0)
    assert (LEFT in bar) == (used + here < approved)


@pytest.mark.parametrize("cells", [20, 28, 40, 76, 120])
def test_no_row_is_wider_than_its_pane(cells: int) -> None:
    encounter = encounter_with()
    facts = treatment_facts(encounter, recognise(encounter, REFERENCE), cells)
    assert max(row_width(fact.row) for fact in facts) <= cells


def test_what_stays_open_is_listed_and_what_does_not_fit_is_named() -> None:
    both: JsonValue = [{"code": "C50.411", "role": "primary", "status": "active"}]
    drugs: JsonValue = [
        {"id": f"A{number}", "drug": drug, "route": "iv_infusion", "purpose": "treatment", "start": "2026-03-02T10:00"}
        for number, drug in enumerate(("doxorubicin", "cyclophosphamide"))
    ]
    open_ones = encounter_with({
        "documentation.treatment_plan": "null",
        "documentation.diagnoses": both,
        "documentation.administrations": drugs,
    })  # fmt: skip
    (row,) = [row for row in rows(open_ones, 200) if row.startswith("regimen")]
    assert row.startswith("regimen    one of 2: ")
    assert row.endswith("AC then weekly paclitaxel day 1; dose-dense AC then paclitaxel day 1")
    added = encounter_with({
        "documentation.administrations[+]": {
            "id": "A9", "drug": "trastuzumab", "route": "iv_infusion", "purpose": "treatment",
            "start": "2026-03-02T12:00",
        },
    })  # fmt: skip
    (row,) = [row for row in rows(added, 200) if row.startswith("regimen")]
    assert row == "regimen    carboplatin + paclitaxel day 1; trastuzumab not part of it"


def test_nothing_is_said_where_nothing_is_known() -> None:
    bare: JsonValue = {"schema": "onco-encounter/1", "encounter_id": "E", "claim": {}}
    assert treatment_facts(parse_encounter(bare), (), 60) == []


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("documentation.treatment_plan.signed_on", ["treatment", "signed"]),
        ("documentation.treatment_plan.cycle", ["treatment", "planned"]),
        ("documentation.treatment_plan.line_of_therapy", ["treatment", "intent"]),
        ("documentation.authorizations[PA-7].valid_to", ["permit"]),
        ("documentation.authorizations[PA-7].units_used", ["J9045"]),
        ("documentation.biomarkers[0].result", ["marker"]),
        ("coverage.effective_to", ["coverage"]),
    ],
)
def test_a_finding_lights_the_rows_it_rests_on(path: str, labels: list[str]) -> None:
    encounter = encounter_with()
    facts = chart_facts(encounter, 100, recognise(encounter, REFERENCE))
    about = Finding("f", "T", "t", Severity.INFO, (), (), (Evidence(path, ""),), "m", (), "over", None, (), "x")
    lit = [plain_text(facts[index].row).split()[0] for index in sorted(lit_facts(facts, about))]
    assert lit == labels


def test_hostile_words_of_a_plan_are_made_visible() -> None:
    hostile: JsonValue = {"regimen": "R-CHOP\x1b]0;x\x07", "cycle": "1"}
    shown = "\n".join(rows(encounter_with({"documentation.treatment_plan": hostile})))
    assert "\x1b" not in shown
    assert "R-CHOP\u241b" in shown
