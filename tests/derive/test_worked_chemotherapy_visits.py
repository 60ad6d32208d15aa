from __future__ import annotations

import pytest

from tests.derive.visits import chemo, codes, derive, fluid, given, push
from tests.derive.worked import Worked, by

PRACTICE_PUMP = {"kind": "portable", "supplied_by": "practice"}
REACTION = [{"from": "2026-03-02T09:10", "to": "2026-03-02T09:45"}]
RENTED_PUMP = {"kind": "portable", "supplied_by": "home infusion company"}
FOLFOX = (
    chemo("A1", "09:10-11:10", drug="oxaliplatin"),
    given("A2", "09:10-11:10", drug="leucovorin"),
    push("A3", "11:20", "chemotherapy", drug="fluorouracil"),
)
VISITS = [
    Worked(
        "folfox, pump of the practice",
        (*FOLFOX, chemo("A4", "11:30", drug="fluorouracil", route="pump_infusion", pump=PRACTICE_PUMP,
                        ordered_minutes=2760)),
        {"96413": 1, "96415": 1, "96368": 1, "96411": 1, "G0498": 1},
        "120 min: one hour more; leucovorin beside it from a bag of its own; bolus; Medicare's code for the own pump",
    ),
    Worked(
        "folfox, rented pump",
        (*FOLFOX, chemo("A4", "11:30", drug="fluorouracil", route="pump_infusion", pump=RENTED_PUMP,
                        ordered_minutes=2760)),
        {"96413": 1, "96415": 1, "96368": 1, "96411": 1, "96416": 1},
        "as before, but the start of a pump that someone else supplies",
    ),
    Worked(
        "folfox, leucovorin in the bag of oxaliplatin",
        (
            chemo("A1", "09:10-11:10", drug="oxaliplatin", bag="1"),
            given("A2", "09:10-11:10", drug="leucovorin", bag="1"),
        ),
        {"96413": 1, "96415": 1},
        "one bag is one infusate",
    ),
    Worked(
        "folfiri with two infusions before it",
        (
            given("A1", "08:00-08:20", drug="palonosetron"),
            given("A2", "08:20-08:50", drug="dexamethasone"),
            push("A3", "08:52", drug="atropine"),
            chemo("A4", "09:00-10:31", drug="irinotecan"),
            given("A5", "09:00-10:31", drug="leucovorin"),
        ),
        {"96413": 1, "96415": 1, "96368": 1, "96367": 2, "96375": 1},
        "91 min earn one hour more",
    ),
    Worked(
        "r-chop",
        (
            push("A1", "08:10", drug="diphenhydramine"),
            push("A2", "08:12", drug="palonosetron"),
            given("A3", "08:15-08:42", drug="fosaprepitant"),
            push("A4", "08:50", drug="dexamethasone"),
            given("A5", "09:00-14:05", "complex_biologic", drug="rituximab"),
            given("A6", "10:30-11:00", drug="famotidine"),
            push("A7", "14:20", "chemotherapy", drug="doxorubicin"),
            chemo("A8", "14:35-14:45", drug="vincristine"),
            chemo("A9", "15:00-15:44", drug="cyclophosphamide"),
        ),
        {"96413": 1, "96415": 4, "96417": 1, "96411": 2, "96367": 1, "96368": 1, "96375": 3},
        "305 min: marks 91, 151, 211, 271; ten minutes of vincristine are a push; famotidine lies inside rituximab",
    ),
    Worked(
        "rituximab charted at each new rate",
        (
            given("A1", "09:00-09:30", "complex_biologic", drug="rituximab"),
            given("A2", "09:30-10:00", "complex_biologic", drug="rituximab"),
            given("A3", "10:00-12:50", "complex_biologic", drug="rituximab"),
        ),
        {"96413": 1, "96415": 3},
        "one run of 230 min: marks 91, 151, 211",
    ),
    Worked(
        "carboplatin and paclitaxel",
        (
            given("A1", "08:00-08:20", drug="dexamethasone"),
            given("A2", "08:20-08:35", drug="famotidine"),
            push("A3", "08:40", drug="diphenhydramine"),
            chemo("A4", "09:00-12:00", drug="paclitaxel"),
            chemo("A5", "12:05-13:05", drug="carboplatin"),
        ),
        {"96413": 1, "96415": 2, "96417": 1, "96367": 1, "96375": 2},
        "180 min: marks 91 and 151; famotidine ran exactly 15 and counts as a push",
    ),
    Worked(
        "abvd",
        (
            push("A1", "09:00", "chemotherapy", drug="doxorubicin"),
            push("A2", "09:15", "chemotherapy", drug="bleomycin"),
            push("A3", "09:30", "chemotherapy", drug="vinblastine"),
            chemo("A4", "09:45-10:40", drug="dacarbazine"),
        ),
        {"96413": 1, "96411": 3},
        "the infusion is initial though it came last",
    ),
    Worked(
        "two antibodies one after the other",
        (
            given("A1", "09:00-10:00", "complex_biologic", drug="pertuzumab"),
            given("A2", "10:05-10:35", "complex_biologic", drug="trastuzumab"),
        ),
        {"96413": 1, "96417": 1},
        "60 and 30 min, no further hour",
    ),
    Worked(
        "both run past their first hour",
        (chemo("A1", "08:00-09:40", drug="a"), chemo("A2", "09:40-11:12", drug="b")),
        {"96413": 1, "96417": 1, "96415": 2},
        "100 and 92 min: each passes its own minute 91",
    ),
    Worked(
        "leucovorin before a bolus",
        (given("A1", "09:00-09:20", drug="leucovorin"), push("A2", "09:25", "chemotherapy", drug="fluorouracil")),
        {"96409": 1, "96367": 1},
        "the push of chemotherapy is initial",
    ),
    Worked(
        "two supportive drugs beside chemotherapy",
        (
            chemo("A1", "09:00-11:00", drug="oxaliplatin"),
            given("A2", "09:00-11:00", drug="leucovorin"),
            given("A3", "09:10-10:10", drug="magnesium"),
        ),
        {"96413": 1, "96415": 1, "96368": 1},
        "concurrent once a date",
    ),
    Worked(
        "two drugs beside each other before chemotherapy",
        (
            given("A1", "08:00-08:30", drug="dexamethasone"),
            given("A2", "08:00-08:30", drug="fosaprepitant"),
            chemo("A3", "08:30-09:30", drug="docetaxel"),
        ),
        {"96413": 1, "96367": 1, "96368": 1},
        "one follows as sequential, the other ran beside it",
    ),
    Worked(
        "an antibiotic half an hour before",
        (given("A1", "08:00-08:30", drug="cefazolin"), chemo("A2", "08:35-10:30", drug="a")),
        {"96413": 1, "96415": 1, "96367": 1},
        "115 min: mark 91",
    ),
    Worked(
        "interrupted by a reaction",
        (
            chemo("A1", "09:00-10:50", drug="docetaxel", pauses=REACTION),
            push("A2", "09:12", drug="diphenhydramine"),
            push("A3", "09:15", drug="methylprednisolone"),
        ),
        {"96413": 1, "96375": 2},
        "110 min on the clock, 35 of them paused: 75",
    ),
    Worked(
        "through two arms",
        (
            chemo("A1", "09:00-10:00", drug="a", access_site="left arm"),
            chemo("A2", "09:00-10:00", drug="b", access_site="right arm"),
        ),
        {"96413": 2},
        "each access has an initial service when the second was needed",
    ),
    Worked(
        "cisplatin between two hours of saline",
        (fluid("A1", "07:30-08:30"), chemo("A2", "08:30-10:30", drug="cisplatin"), fluid("A3", "10:30-11:30")),
        {"96413": 1, "96415": 1, "96361": 2},
        "120 min of hydration outside chemotherapy: marks 31 and 91",
    ),
    Worked(
        "saline that runs on through chemotherapy",
        (fluid("A1", "10:50-13:25"), chemo("A2", "11:20-13:05", drug="a")),
        {"96413": 1, "96415": 1, "96361": 1},
        "155 min less the 105 beside chemotherapy: 50",
    ),
    Worked(
        "saline beside chemotherapy only",
        (fluid("A1", "09:00-11:00"), chemo("A2", "09:00-11:00", drug="a")),
        {"96413": 1, "96415": 1},
        "no minute of hydration by itself",
    ),
    Worked(
        "fluid after a push of chemotherapy",
        (push("A1", "09:00", "chemotherapy", drug="a"), fluid("A2", "09:05-10:40")),
        {"96409": 1, "96361": 2},
        "95 min after another initial service: marks 31 and 91",
    ),
    Worked(
        "cisplatin into the belly and paclitaxel into a vein",
        (
            chemo("A1", "09:00-12:00", drug="paclitaxel"),
            by("A2", "intraperitoneal", "chemotherapy", "cisplatin", "13:00-14:00"),
        ),
        {"96413": 1, "96415": 2, "96446": 1},
        "the cavity is a service of its own",
    ),
    Worked(
        "into the spinal canal and by push",
        (
            by("A1", "intrathecal", "chemotherapy", "methotrexate"),
            push("A2", "11:00", "chemotherapy", drug="vincristine"),
        ),
        {"96450": 1, "96409": 1},
        "the puncture does not take the initial slot of the vein",
    ),
    Worked(
        "into a reservoir",
        (by("A1", "intrathecal", "chemotherapy", "cytarabine", access_site="Ommaya reservoir"),),
        {"96542": 1},
        "no puncture of the spine",
    ),
    Worked(
        "into an artery",
        (by("A1", "intra_arterial_infusion", "chemotherapy", "floxuridine", "09:00-10:35"),),
        {"96422": 1, "96423": 1},
        "95 min: mark 91",
    ),
    Worked(
        "declotting before chemotherapy",
        (
            by("A1", "catheter_instillation", "other", "alteplase", "08:00", purpose="declotting"),
            chemo("A2", "09:00-10:00", drug="a"),
        ),
        {"36593": 1, "96413": 1},
        "a dissolved clot is no flush",
    ),
]  # fmt: skip


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_worked_visit(visit: Worked) -> None:
    assert codes(derive(*visit.rows, **visit.care)) == visit.earns, visit.worked  # type: ignore[arg-type]  # passed on
