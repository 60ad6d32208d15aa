"""Regimens recognised from the drugs given: every regimen of the table, by every code of its drugs, in any order."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from onco_tui.codesets.reference import shipped_reference
from onco_tui.codesets.regimens import BY_PUMP, Phase, Regimen, Slot
from onco_tui.derive.given_drugs import ingredients
from onco_tui.derive.planned_regimen import cycle_day, planned_regimen
from onco_tui.derive.regimen import Reading, Recognition, recognise
from onco_tui.encounter.chart import TreatmentPlan
from onco_tui.encounter.document import Encounter, parse_encounter
from tests.derive.regimen_days import ROUTES, SLOTS, drugs_of

REFERENCE = shipped_reference()
TABLE = REFERENCE.regimens
SUPPORTIVE: list[dict[str, JsonValue]] = [
    {"id": "S1", "drug": "ondansetron", "hcpcs": "J2405", "route": "iv_push", "purpose": "premedication"},
    {"id": "S2", "drug": "dexamethasone", "hcpcs": "J1100", "route": "iv_push", "purpose": "premedication"},
    {"id": "S3", "drug": "sodium chloride 0.9%", "route": "iv_infusion", "purpose": "hydration"},
    {"id": "S4", "drug": "pegfilgrastim", "hcpcs": "J2506", "route": "subcutaneous", "purpose": "supportive"},
]


def visit(
    drugs: Iterable[tuple[str, str]], diagnoses: Iterable[str], plan: dict[str, JsonValue] | None = None
) -> Encounter:
    """Build a visit that gave drugs, each a code or a name with a route."""
    administrations: list[JsonValue] = [*SUPPORTIVE]
    for number, (drug, route) in enumerate(drugs):
        named: dict[str, JsonValue] = {"hcpcs": drug} if len(drug) == 5 and drug[1:].isdigit() else {"drug": drug}
        start = "2026-03-02T10:00"
        administrations.append({"id": f"A{number}", "route": route, "purpose": "treatment", "start": start, **named})
    charted: list[JsonValue] = [{"code": code, "role": "primary", "status": "active"} for code in diagnoses]
    documentation: dict[str, JsonValue] = {"administrations": administrations, "diagnoses": charted}
    if plan is not None:
        documentation["treatment_plan"] = plan
    claim: dict[str, JsonValue] = {"date_from": "2026-03-02"}
    return parse_encounter({
        "schema": "onco-encounter/1", "encounter_id": "E", "claim": claim, "documentation": documentation,
    })  # fmt: skip


def readings_of(encounter: Encounter) -> tuple[Reading, ...]:
    (recognition,) = recognise(encounter, REFERENCE)
    return recognition.readings


def test_every_drug_of_the_table_is_one_of_its_code() -> None:
    for regimen in TABLE:
        for drug in (drug for phase in regimen.phases for drug in phase.drugs):
            assert (drug.hcpcs is None) == (drug.route == "oral"), (regimen.id, drug.drug)
            if drug.hcpcs:
                known = REFERENCE.drugs.by_code(drug.hcpcs)
                unit = REFERENCE.drugs.billing_unit(drug.hcpcs)
                assert unit is not None, (regimen.id, drug.hcpcs)
                key = known.ingredient if known else unit.name.casefold()
                assert drug.drug in set(ingredients(key, REFERENCE)), (regimen.id, drug.drug, key)


def test_days_doses_and_cycles_of_the_table_are_possible() -> None:
    assert len({regimen.id for regimen in TABLE}) == len(TABLE)
    for regimen in TABLE:
        assert regimen.phases
        assert regimen.diseases
        assert regimen.intents
        assert regimen.sources
        for phase in regimen.phases:
            assert phase.slots, regimen.id
            assert phase.cycles is None or phase.cycles > 0
            for drug in phase.drugs:
                assert drug.optional or drug.days, (regimen.id, drug.drug)
                assert all(1 <= day <= phase.cycle_days for day in drug.days), (regimen.id, drug.drug)
                assert all(dose.amount > 0 for dose in drug.doses)
                assert {dose.unit for dose in drug.doses} <= {"mg", "mg/m2", "mg/kg", "units", "units/m2", "AUC"}


@pytest.mark.parametrize(("regimen", "phase", "slot"), SLOTS, ids=lambda part: getattr(part, "id", ""))
def test_each_day_of_each_regimen_is_recognised(regimen: Regimen, phase: Phase, slot: Slot) -> None:
    drugs = [(drug.hcpcs or drug.drug, ROUTES[drug.route]) for drug in drugs_of(phase, slot)]
    readings = readings_of(visit(drugs, regimen.diseases[:1]))
    assert readings
    assert all(reading.exact for reading in readings)
    assert any(reading.regimen is regimen and reading.days == slot.days for reading in readings)


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(st.sampled_from(SLOTS), st.integers(0, 10_000))
def test_siblings_and_order_make_no_difference(entry: tuple[Regimen, Phase, Slot], seed: int) -> None:
    regimen, phase, slot = entry
    chance = random.Random(seed)  # noqa: S311  any choice will do
    plain = [(drug.hcpcs or drug.drug, ROUTES[drug.route]) for drug in drugs_of(phase, slot)]
    others = [
        (chance.choice([code, *(drug.hcpcs for drug in REFERENCE.drugs.siblings(code))]), route)
        for code, route in plain
    ]
    chance.shuffle(others)
    expected = readings_of(visit(plain, regimen.diseases[:1]))
    assert readings_of(visit(others, regimen.diseases[:1])) == expected


def names(readings: Iterable[Reading]) -> set[str]:
    return {reading.words for reading in readings}


FOLFOX = [("oxaliplatin", "iv_infusion"), ("leucovorin", "iv_infusion"), ("fluorouracil", "iv_push")]
PUMP = ("fluorouracil", "pump_infusion")
AC = [("doxorubicin", "iv_push"), ("cyclophosphamide", "iv_infusion")]
CHOP = [*AC, ("vincristine", "iv_push")]


@pytest.mark.parametrize(
    ("drugs", "diagnosis", "expected"),
    [
        ([*FOLFOX, PUMP], "C18.7", {"mFOLFOX6 day 1"}),
        ([*FOLFOX, PUMP, ("Mvasi", "iv_infusion")], "C18.7", {"mFOLFOX6 + bevacizumab day 1"}),
        ([*FOLFOX[:2], PUMP, ("irinotecan", "iv_infusion")], "C25.0", {"mFOLFIRINOX day 1"}),
        ([("irinotecan", "iv_infusion"), *FOLFOX[1:], PUMP], "C18.7", {"FOLFIRI day 1"}),
        ([("oxaliplatin", "iv_infusion")], "C18.7", {"CAPOX day 1"}),
        ([("rituximab-abbs", "iv_infusion"), *CHOP], "C83.38", {"R-CHOP day 1"}),
        ([("rituximab + hyaluronidase", "subcutaneous"), *CHOP], "C83.38", {"R-CHOP day 1"}),
        (AC, "C50.411", {"dose-dense AC then paclitaxel day 1", "AC then weekly paclitaxel day 1"}),
        (
            [("carboplatin", "iv_infusion"), ("pemetrexed", "iv_infusion"), ("pembrolizumab", "iv_infusion")],
            "C34.11",
            {"carboplatin + pemetrexed + pembrolizumab day 1"},
        ),
        (
            [("gemcitabine", "iv_infusion")],
            "C67.2",
            {"gemcitabine + cisplatin day 8", "gemcitabine + carboplatin day 8"},
        ),
        ([("azacitidine", "subcutaneous")], "D46.9", {"azacitidine day 1, 2, 3, 4, 5, 6 or 7"}),
        (
            [("Phesgo", "subcutaneous")],
            "C50.411",
            {"TCHP (trastuzumab + pertuzumab) day 1", "trastuzumab + pertuzumab day 1"},
        ),
        ([("BCG live", "intravesical")], "D09.0", {"BCG day 1", "BCG (bcg live) day 1"}),
    ],
)  # fmt: skip
def test_visits_a_coder_knows(drugs: list[tuple[str, str]], diagnosis: str, expected: set[str]) -> None:
    readings = readings_of(visit(drugs, [diagnosis]))
    assert all(reading.exact for reading in readings)
    assert expected <= names(readings)


def test_the_plan_settles_what_the_drugs_leave_open() -> None:
    encounter = visit(AC, ["C50.411"], {"regimen": "ddAC-T", "intent": "adjuvant"})
    assert names(readings_of(encounter)) == {"dose-dense AC then paclitaxel day 1"}
    assert len(readings_of(visit(AC, ["C50.411"], {"intent": "adjuvant"}))) > 1


def test_a_day_the_plan_states_is_taken() -> None:
    drugs = [("bortezomib", "subcutaneous")]
    assert readings_of(visit(drugs, ["C90.00"], {"regimen": "VRd"}))[0].days == (1, 4, 8, 11)
    told = {"regimen": "VRd", "cycle": "2", "rationale": "Newly diagnosed; cycle 2 day 8"}
    assert readings_of(visit(drugs, ["C90.00"], dict(told)))[0].days == (8,)


def test_what_is_missing_and_what_is_unexplained_is_said() -> None:
    missing = readings_of(visit([*CHOP[:2], ("rituximab", "iv_infusion")], ["C83.38"]))
    lacking = {(reading.regimen.name, reading.missing, reading.unexplained) for reading in missing}
    assert lacking == {("R-CHOP", ("vincristine",), ()), ("Pola-R-CHP", ("polatuzumab vedotin",), ())}
    extra = readings_of(visit([*FOLFOX, PUMP, ("trastuzumab", "iv_infusion")], ["C18.7"]))
    assert names(extra) == {"mFOLFOX6 day 1"}
    assert extra[0].unexplained == ("trastuzumab",)


def test_one_drug_of_two_is_no_regimen() -> None:
    assert readings_of(visit([("paclitaxel", "iv_infusion")], ["C34.11"])) == ()


def test_a_trial_drug_beside_a_known_one_is_named_as_unexplained() -> None:
    encounter = visit([("pembrolizumab", "iv_infusion"), ("zqx-22", "iv_infusion")], ["C64.1"])
    data = encounter.model_dump(mode="json", by_alias=True)
    assert [reading.exact for reading in readings_of(encounter)] == [True]  # of no class, it may be anything
    data["documentation"]["administrations"][-1]["drug_class"] = "complex_biologic"
    (reading,) = readings_of(parse_encounter(data))
    assert (reading.words, reading.unexplained) == ("pembrolizumab day 1", ("zqx-22",))


def test_a_regimen_of_another_disease_is_named_as_such_when_it_is_exact() -> None:
    (reading,) = readings_of(visit([("rituximab", "iv_infusion"), *CHOP], ["C34.11"]))
    assert reading.for_disease is False
    assert reading.exact
    assert readings_of(visit([("rituximab", "iv_infusion"), *CHOP[:2]], ["C34.11"])) == ()


def test_metastases_alone_leave_the_disease_open() -> None:
    (reading,) = readings_of(visit([("rituximab", "iv_infusion"), *CHOP], ["C79.51"]))
    assert reading.for_disease is None


def test_drugs_for_another_disease_than_a_neoplasm_make_no_regimen() -> None:
    assert readings_of(visit([("rituximab", "iv_infusion")], ["M05.79"])) == ()


def test_supportive_drugs_alone_name_no_regimen() -> None:
    assert recognise(visit([], ["C50.411"]), REFERENCE) == ()
    assert recognise(visit([("leucovorin", "iv_infusion")], ["C18.7"]), REFERENCE) == ()
    assert recognise(visit([("methotrexate", "intrathecal")], ["C83.38"]), REFERENCE) == ()


def test_hormonal_treatment_beside_chemotherapy_is_no_part_of_it() -> None:
    drugs = [("docetaxel", "iv_infusion"), ("J9217", "subcutaneous")]
    assert names(readings_of(visit(drugs, ["C61"]))) == {"docetaxel + prednisone day 1"}
    assert names(readings_of(visit(drugs[1:], ["C61"]))) == {"leuprolide depot day 1"}


def test_a_long_infusion_counts_as_by_pump() -> None:
    encounter = visit([*FOLFOX, ("fluorouracil", "iv_infusion")], ["C18.7"])
    assert [reading.missing for reading in readings_of(encounter)] == [("fluorouracil by pump",)]
    data = encounter.model_dump(mode="json", by_alias=True)
    data["documentation"]["administrations"][-1]["stop"] = "2026-03-04T08:00"
    assert [reading.exact for reading in readings_of(parse_encounter(data))] == [True]


def test_days_are_told_apart() -> None:
    encounter = visit([("etoposide", "iv_infusion"), ("cisplatin", "iv_infusion")], ["C62.90"])
    data = encounter.model_dump(mode="json", by_alias=True)
    data["documentation"]["administrations"][-1]["start"] = "2026-03-03T10:00"
    days: tuple[Recognition, ...] = recognise(parse_encounter(data), REFERENCE)
    assert [str(day.day) for day in days] == ["2026-03-02", "2026-03-03"]


def test_billed_drugs_stand_in_where_no_chart_came() -> None:
    claim = {
        "date_from": "2026-03-02",
        "diagnoses": ["Z51.11", "C18.7"],
        "lines": [
            {"line": number, "code": code, "modifiers": modifiers}
            for number, (code, modifiers) in enumerate(
                [("J9263", ["JZ"]), ("J9263", ["JW"]), ("J0640", []), ("J9190", []), ("G0498", [])], start=1
            )
        ],
    }
    encounter = parse_encounter({"schema": "onco-encounter/1", "encounter_id": "E", "claim": claim})
    assert names(readings_of(encounter)) == {"mFOLFOX6 day 1"}


@pytest.mark.parametrize(
    ("words", "drugs", "whole"),
    [
        ("pembrolizumab + pemetrexed + carboplatin", {"pembrolizumab", "pemetrexed", "carboplatin"}, True),
        ("mFOLFOX-6", {"oxaliplatin", "leucovorin", "fluorouracil"}, True),
        ("FOLFOX + Avastin", {"oxaliplatin", "leucovorin", "fluorouracil", "bevacizumab"}, True),
        ("FOLFOX with bevacizumab, every 2 weeks", {"oxaliplatin", "leucovorin", "fluorouracil", "bevacizumab"}, True),
        ("weekly paclitaxel 80 mg/m2 and trastuzumab-anns", {"paclitaxel", "trastuzumab"}, True),
        ("trastuzumab maintenance (TCH)", {"trastuzumab", "docetaxel", "carboplatin"}, True),
        ("pembrolizumab + ZQX-22 (trial NCT90000022)", {"pembrolizumab"}, False),
        ("palliative radiation 30 Gy in 10 fractions", set(), False),
        ("capecitabine + bevacizumab maintenance", {"capecitabine", "bevacizumab"}, True),
        ("carboplatin-paclitaxel q 3 weeks", {"carboplatin", "paclitaxel"}, True),
        ("nab-paclitaxel weekly", {"paclitaxel protein-bound"}, True),
        ("R-CHOP x 6 cycles", {"rituximab", "cyclophosphamide", "doxorubicin", "vincristine", "prednisone"}, True),
        ("carboplatin-ZQX", set(), False),
        ("", set(), False),
    ],
)
def test_the_words_of_a_plan_are_read(words: str, drugs: set[str], whole: bool) -> None:  # noqa: FBT001  a table of cases
    planned = planned_regimen(TreatmentPlan(regimen=words), REFERENCE)
    assert set(planned.ingredients) == drugs
    assert planned.whole == whole


@pytest.mark.parametrize("name", [regimen.name for regimen in TABLE])
def test_every_name_of_the_table_reads_as_its_drugs(name: str) -> None:
    planned = planned_regimen(TreatmentPlan(regimen=f" {name.upper()} "), REFERENCE)
    assert planned.whole
    assert planned.regimens == TABLE.named(name)


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(st.text(max_size=300))
def test_any_words_of_a_plan_are_survived(words: str) -> None:
    planned_regimen(TreatmentPlan(regimen=words), REFERENCE)
    cycle_day(TreatmentPlan(rationale=words, cycle=2))


def test_the_day_in_words_counts_only_for_the_current_cycle() -> None:
    assert cycle_day(TreatmentPlan(cycle=2, rationale="C2D8, tolerated well")) == 8
    assert cycle_day(TreatmentPlan(cycle=3, rationale="cycle 2 day 8 was delayed")) is None
    assert cycle_day(TreatmentPlan(cycle=3, cycle_day=15, rationale="cycle 3 day 8")) == 15
    assert cycle_day(None) is None


def test_keys_tell_bolus_from_pump() -> None:
    keys = {drug.key for drug in TABLE.named("mFOLFOX6")[0].phases[0].drugs}
    assert {"fluorouracil", f"fluorouracil{BY_PUMP}"} <= keys
