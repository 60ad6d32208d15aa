from __future__ import annotations

import pytest

from tests.derive.visits import chemo, codes, derive, fluid, given, push
from tests.derive.worked import FACILITY, Worked, by

DRAW = {"id": "P1", "kind": "port_blood_draw", "performed_at": "2026-03-02T09:00", "access_site": "port"}
DRAWN: dict[str, object] = {"procedures": [DRAW]}
FLUSH = given("A1", "09:05", None, route="port_flush", drug="heparin")
VISITS = [
    Worked(
        "three antiemetics pushed",
        (push("A1", "09:00", drug="a"), push("A2", "09:05", drug="b"), push("A3", "09:10", drug="c")),
        {"96374": 1, "96375": 2},
        "one initial, one more for each further drug",
    ),
    Worked(
        "one drug pushed three times in a hospital",
        (push("A1", "08:00", drug="a"), push("A2", "08:25", drug="a"), push("A3", "09:10", drug="a")),
        {"96374": 1, "96376": 1},
        "25 min later is too soon, 70 min after the reported push is not",
        FACILITY,
    ),
    Worked(
        "one drug pushed twice in an office",
        (push("A1", "08:00", drug="a"), push("A2", "09:10", drug="a")),
        {"96374": 1},
        "an office has no code for the second",
    ),
    Worked(
        "one drug twice in half an hour beside chemotherapy",
        (
            push("A1", "08:30", drug="diphenhydramine"),
            push("A2", "09:00", drug="diphenhydramine"),
            chemo("A3", "09:10-10:10", drug="a"),
        ),
        {"96413": 1, "96375": 1},
        "30 min apart is not more than 30",
        FACILITY,
    ),
    Worked(
        "pushes inside hydration, hospital",
        (fluid("A1", "09:00-11:05"), push("A2", "09:30-09:34", drug="a"), push("A3", "10:00-10:04", drug="b")),
        {"96374": 1, "96375": 1, "96361": 2},
        "125 min less 8 of pushes is 117: marks 31 and 91; hydration comes last in a hospital",
        FACILITY,
    ),
    Worked(
        "hydration as the reason for an office visit",
        (fluid("A1", "09:00-10:40"), push("A2", "09:10", drug="ondansetron")),
        {"96360": 1, "96361": 1, "96375": 1},
        "100 min: mark 91",
        {"reason_for_encounter": "hydration"},
    ),
    Worked(
        "three bags of hydration",
        (fluid("A1", "10:00-11:00"), fluid("A2", "13:00-13:31"), fluid("A3", "15:00-15:31")),
        {"96360": 1, "96361": 1},
        "60, 31 and 31 min are 122: mark 91",
        FACILITY,
    ),
    Worked(
        "hydration between three drugs",
        (
            given("A1", "09:00-09:30", drug="a"), fluid("F1", "09:30-10:00"), given("A2", "10:00-10:30", drug="b"),
            fluid("F2", "10:30-11:00"), push("A3", "11:00-11:02", drug="c"), fluid("F3", "11:02-11:32"),
        ),
        {"96365": 1, "96367": 1, "96375": 1, "96361": 1},
        "three times 30 min are 90, one short of a second hour",
    ),
    Worked(
        "saline and furosemide after blood",
        (
            by("A1", "transfusion", "blood_product", "red cells", "09:00-10:30"),
            by("A2", "transfusion", "blood_product", "red cells", "11:00-12:30"),
            fluid("A3", "10:30-11:00"),
            fluid("A4", "12:40-14:40"),
        ),
        {"36430": 1, "96360": 1, "96361": 1},
        "two units are one transfusion; saline between them keeps the line open; then 120 min",
        FACILITY,
    ),
    Worked(
        "potassium for its own sake",
        (given("A1", "09:00-11:00", drug="potassium chloride"),),
        {"96365": 1, "96366": 1},
        "a drug, not hydration: 120 min",
        FACILITY,
    ),
    Worked(
        "one antibiotic three times a day in one stay",
        (
            given("A1", "06:00-06:31", drug="a"),
            given("A2", "14:00-14:31", drug="a"),
            given("A3", "22:00-22:31", drug="a"),
        ),
        {"96365": 1, "96366": 1},
        "93 min of one drug: mark 91",
        FACILITY,
    ),
    Worked(
        "two infusions of nine and one and a half hours",
        (given("A1", "06:00-07:30", drug="a"), given("A2", "07:00-16:00", drug="b")),
        {"96365": 1, "96366": 8, "96367": 1},
        "540 min: eight marks; 90 min of the other earn its first hour only",
        FACILITY,
    ),
    Worked(
        "two drugs two minutes apart",
        (given("A1", "09:30-10:30", drug="a"), given("A2", "09:32-10:31", drug="b")),
        {"96365": 1, "96368": 1},
        "all but a minute together",
        FACILITY,
    ),
    Worked(
        "two drugs mixed, 15 minutes",
        (given("A1", "09:00-09:15", drug="a", bag="1"), given("A2", "09:00-09:15", drug="b", bag="1")),
        {"96374": 1},
        "one bag, and no longer than a push",
    ),
    Worked(
        "two lines for drugs that do not mix",
        (
            given("A1", "09:00-10:00", drug="a", access_site="left arm"),
            given("A2", "09:00-10:40", drug="b", access_site="right arm"),
        ),
        {"96365": 2, "96366": 1},
        "one initial service each; 100 min: mark 91",
        FACILITY,
    ),
    Worked(
        "morning and evening",
        (
            chemo("A1", "08:00-09:00", drug="a", visit="morning"),
            fluid("A2", "18:00-19:45", visit="evening"),
            push("A3", "19:50", drug="b", visit="evening"),
        ),
        {"96413": 1, "96374": 1, "96361": 2},
        "each visit has an initial service; 105 min of hydration behind a push: marks 31 and 91",
        FACILITY,
    ),
    Worked("pegfilgrastim", (by("A1", "subcutaneous", "therapeutic", "pegfilgrastim"),), {"96372": 1}, "supportive"),
    Worked(
        "pegfilgrastim by an on-body injector after chemotherapy",
        (
            chemo("A1", "09:00-10:00", drug="a"),
            by("A2", "subcutaneous", "therapeutic", "pegfilgrastim (Neulasta Onpro)", "10:10"),
        ),
        {"96413": 1, "96377": 1},
        "its application is not an injection",
    ),
    Worked("leuprolide", (by("A1", "intramuscular", "hormonal", "leuprolide depot"),), {"96402": 1}, "hormonal"),
    Worked("goserelin", (by("A1", "subcutaneous", "hormonal", "goserelin implant"),), {"96402": 1}, "hormonal"),
    Worked(
        "methotrexate for arthritis",
        (by("A1", "intramuscular", "chemotherapy", "methotrexate"),),
        {"96401": 1},
        "the drug decides, not the diagnosis",
    ),
    Worked(
        "daratumumab under the skin in five minutes",
        (
            push("A1", "09:00", drug="dexamethasone"),
            by("A2", "subcutaneous", "chemotherapy", "daratumumab and hyaluronidase", "10:00-10:05"),
        ),
        {"96374": 1, "96401": 1},
        "an injection holds no initial slot",
    ),
    Worked(
        "bortezomib under the skin and zoledronic acid",
        (by("A1", "subcutaneous", "chemotherapy", "bortezomib"), given("A2", "10:10-10:25", drug="zoledronic acid")),
        {"96401": 1, "96374": 1},
        "exactly 15 min are a push",
    ),
    Worked(
        "immune globulin under the skin at two places",
        (
            by("A1", "subcutaneous_infusion", "therapeutic", "immune globulin", "09:00-10:35", access_site="abdomen"),
            by("A2", "subcutaneous_infusion", "therapeutic", "immune globulin", "09:00-10:35", access_site="thigh"),
        ),
        {"96369": 1, "96370": 1, "96371": 1},
        "95 min: mark 91; one further set-up",
    ),
    Worked(
        "infliximab",
        (given("A1", "09:00-11:00", "complex_biologic", drug="infliximab"),),
        {"96413": 1, "96415": 1},
        "120 min of a complex biologic",
    ),
    Worked(
        "flush and keep-open fluid beside an infusion",
        (
            given("A1", "09:00-10:00", drug="a"),
            fluid("A2", "10:00-12:00", purpose="keep_vein_open"),
            given("A3", "12:00", None, route="port_flush", drug="heparin"),
        ),
        {"96365": 1},
        "neither is reported",
    ),
    Worked("only a flush", (FLUSH,), {"96523": 1}, "nothing else"),
    Worked(
        "a draw and a flush of one port",
        (FLUSH,),
        {"36591": 1},
        "the draw includes the flush",
        DRAWN,
    ),
    Worked(
        "a draw before chemotherapy",
        (chemo("A1", "10:00-11:00", drug="a"),),
        {"96413": 1},
        "with laboratory services only",
        DRAWN,
    ),
]  # fmt: skip


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_worked_visit(visit: Worked) -> None:
    assert codes(derive(*visit.rows, **visit.care)) == visit.earns, visit.worked  # type: ignore[arg-type]  # passed on
