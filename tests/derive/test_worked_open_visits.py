"""Visits on which published answers differ: one reading is taken, the others are offered."""

from __future__ import annotations

import pytest

from tests.derive.visits import chemo, codes, derive, fluid, given, push
from tests.derive.worked import FACILITY, Worked, by

SYRINGES = tuple(by(f"A{number}", "intramuscular", "hormonal", "fulvestrant") for number in (1, 2))
VISITS = [
    Worked(
        "two syringes of fulvestrant", SYRINGES, {"96402": 2}, "each injection, or once for the drug",
        others=({"96402": 1},),
    ),
    Worked(
        "chemotherapy beside chemotherapy",
        (chemo("A1", "09:00-11:00", drug="a"), chemo("A2", "09:00-10:30", drug="b")),
        {"96413": 1, "96415": 1}, "no code for the second; or each; or unlisted",
        others=({"96413": 1, "96415": 1, "96417": 1}, {"96413": 1, "96415": 1, "96549": 1}),
    ),
    Worked(
        "rituximab stopped by a reaction within 15 minutes, office",
        (given("A1", "09:00-09:12", "complex_biologic", drug="rituximab", discontinued=True, ordered_minutes=240),),
        {"96413": 1}, "the infusion begun, with modifier 53; or by its time a push",
        others=({"96409": 1},),
    ),
    Worked(
        "rituximab stopped by a reaction within 15 minutes, hospital",
        (given("A1", "09:00-09:12", "complex_biologic", drug="rituximab", discontinued=True, ordered_minutes=240),),
        {"96409": 1}, "a hospital reports the time it ran", FACILITY,
    ),
    Worked(
        "an infusion without a stop", (given("A1", "09:00", drug="a"), push("A2", "09:40", drug="b")),
        {"96374": 1, "96375": 1}, "at most a push; or not before its times are charted",
        others=({"96374": 1},),
    ),
    Worked(
        "29 and 20 minutes of hydration round chemotherapy", (fluid("A1", "10:50-13:24"), chemo("A2", "11:19-13:04")),
        {"96413": 1, "96415": 1, "96361": 1}, "49 min together; by itself neither has 31",
        others=({"96413": 1, "96415": 1},),
    ),
    Worked(
        "three infusions that overlap in a chain",
        (
            given("A1", "12:40-13:00", drug="a"), given("A2", "12:55-13:15", drug="b"),
            given("A3", "13:10-13:30", drug="c"), chemo("A4", "13:26-14:30"),
        ),
        {"96413": 1, "96367": 2, "96368": 1}, "the middle one has 10 min to itself, the last 16", FACILITY,
        others=({"96413": 1, "96367": 3},),
    ),
    Worked(
        "three antibiotics, each over the end of the one before",
        (
            given("A1", "14:30-15:00", drug="a"), given("A2", "14:56-15:59", drug="b"),
            given("A3", "15:17-16:50", drug="c"),
        ),
        {"96365": 1, "96367": 2, "96366": 1}, "26, 17 and 93 min to themselves; 93 pass mark 91", FACILITY,
        others=({"96365": 1, "96367": 1, "96366": 1, "96368": 1},),
    ),
    Worked(
        "two hours of a drug and an hour later a push of it",
        (given("A1", "09:00-11:00", drug="a"), push("A2", "12:00", drug="a")),
        {"96365": 1, "96366": 1, "96376": 1}, "the push brings no new drug", FACILITY,
        others=({"96365": 1, "96366": 1, "96375": 1}, {"96365": 1, "96366": 1}),
    ),
    Worked(
        "a bolus and the drip after it",
        (push("A1", "09:00", drug="heparin"), given("A2", "09:05-12:00", drug="heparin")),
        {"96365": 1, "96366": 2}, "5 min are not more than 30; 175 min: marks 91, 151", FACILITY,
        others=({"96365": 1, "96366": 2, "96375": 1},),
    ),
    Worked(
        "one drug infused again in the evening",
        (given("A1", "07:00-08:00", drug="a"), given("A2", "19:00-20:00", drug="a")),
        {"96365": 1, "96366": 1}, "120 min of one drug; or an infusion of its own; or a repeat push", FACILITY,
        others=({"96365": 1, "96367": 1}, {"96365": 1, "96376": 1}),
    ),
    Worked(
        "a pump whose supplier is not charted",
        (chemo("A1", "09:00", route="pump_infusion", pump={"kind": "portable"}, ordered_minutes=2760),),
        {"96416": 1}, "G0498 when the pump is the practice's own",
        others=({"G0498": 1},),
    ),
    Worked(
        "fluid without a purpose", (chemo("A1", "09:00-10:00"), fluid("A2", "10:00-11:15", purpose=None)),
        {"96413": 1}, "hydration only when it was ordered as such",
        others=({"96413": 1, "96361": 1},),
    ),
    Worked(
        "a second line without a reason",
        (given("A1", "09:00-10:00", drug="a"), given("A2", "09:00-10:00", drug="b", access_site="left arm")),
        {"96365": 2}, "one initial service each, or concurrent when the second line was not needed", FACILITY,
        others=({"96365": 1, "96368": 1},),
    ),
    Worked(
        "an office visit whose reason chooses nothing",
        (given("A1", "09:00-10:00", drug="a"), fluid("A2", "10:00-11:40")),
        {"96365": 1, "96361": 2}, "the strongest service; or hydration when that was the reason",
        others=({"96360": 1, "96361": 1, "96367": 1},),
    ),
]  # fmt: skip


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_open_visit(visit: Worked) -> None:
    found = derive(*visit.rows, **visit.care)  # type: ignore[arg-type]  # passed on
    assert codes(found) == visit.earns, visit.worked
    offered = [codes(lines) for judgement in found.judgements for lines in judgement.alternatives]
    assert all(other in offered for other in visit.others), (visit.others, offered)
