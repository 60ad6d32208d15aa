"""Weekly management: units, remainders, what was billed before, and courses with a code of their own."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.radiation import derive_radiation
from onco_tui.derive.result import Derivation
from onco_tui.encounter.document import parse_encounter

START = date(2026, 1, 5)


def course(fractions: int | list[dict[str, object]], **more: object) -> Derivation:
    daily = [(START + timedelta(days=n)).isoformat() for n in range(fractions)] if isinstance(fractions, int) else []
    days = daily or fractions
    document = {
        "schema": "onco-encounter/1",
        "encounter_id": "R",
        "claim": {"claim_type": more.pop("claim_type", "professional"), "place_of_service": "11"},
        "documentation": {"radiation_courses": [{"course_id": "R1", "fractions": days, **more}]},
    }
    return derive_radiation(parse_encounter(document), shipped_reference())


def units(derivation: Derivation, code: str = "77427") -> Decimal:
    return sum((line.units for line in derivation.lines if line.code == code), Decimal(0))


@pytest.mark.parametrize(
    ("fractions", "expected"), [(5, 1), (6, 1), (7, 1), (8, 2), (9, 2), (10, 2), (18, 4), (62, 12)]
)
def test_five_fractions_earn_a_unit_and_three_or_four_at_the_end_one_more(fractions: int, expected: int) -> None:
    assert units(course(fractions, completed=True)) == expected


def test_a_remainder_waits_while_the_course_runs() -> None:
    assert units(course(8, completed=False, prescribed_fractions=30)) == 1


def test_each_unit_has_a_date_of_its_own() -> None:
    lines = course(15, completed=True).lines
    assert [line.date_of_service for line in lines] == [START + timedelta(days=n) for n in (4, 9, 14)]


def test_units_billed_before_are_not_derived_again() -> None:
    assert units(course(15, completed=True, billed_before={"77427": 2})) == 1


def test_two_sessions_a_day_are_two_fractions() -> None:
    sessions: list[dict[str, object]] = [
        {"date": f"2026-01-0{day}", "session": session} for day, session in ((5, 1), (5, 2), (6, 1), (6, 2), (7, 1))
    ]
    assert units(course(sessions, completed=True)) == 1


@pytest.mark.parametrize(
    ("fractions", "more", "code"),
    [
        (2, {}, "77431"),
        (1, {"technique": "srs", "cranial": True}, "77432"),
        (5, {"technique": "sbrt"}, "77435"),
    ],
)
def test_short_and_stereotactic_courses_have_one_service(fractions: int, more: dict[str, object], code: str) -> None:
    found = course(fractions, completed=True, **more)
    assert [line.code for line in found.lines if line.code.startswith("774")] == [code]


def test_a_hospital_does_not_bill_the_physicians_management() -> None:
    assert course(10, completed=True, claim_type="institutional").lines == ()


def test_delivery_follows_the_charted_level() -> None:
    sessions: list[dict[str, object]] = [{"date": "2026-01-05", "level": "2"}, {"date": "2026-01-06", "level": "3"}]
    found = course(sessions, completed=False, prescribed_fractions=30)
    assert [line.code for line in found.lines] == ["77407", "77412"]


def test_fewer_visits_than_units_is_a_judgement() -> None:
    found = course(10, completed=True, management_visits=["2026-01-06"])
    assert units(found) == 2
    assert found.judgements[0].about == ("R1",)


@pytest.mark.parametrize(
    ("fractions", "more", "delivered"),
    [
        (1, {"technique": "srs", "cranial": True, "machine": "linac"}, ["77372"]),
        (1, {"technique": "srs", "cranial": True, "machine": "cobalt60"}, ["77371"]),
        (3, {"technique": "srs", "cranial": True, "machine": "linac"}, ["77373"] * 3),
        (5, {"technique": "sbrt", "machine": "linac"}, ["77373"] * 5),
        (6, {"technique": "sbrt", "machine": "linac"}, []),
    ],
)
def test_stereotactic_delivery_follows_machine_and_fractions(
    fractions: int, more: dict[str, object], delivered: list[str]
) -> None:
    found = course(fractions, completed=True, claim_type="institutional", **more)
    assert [line.code for line in found.lines] == delivered


def test_delivery_that_the_chart_does_not_settle_is_told() -> None:
    def why(fractions: int | list[dict[str, object]], **more: object) -> list[str]:
        return [entry.reason for entry in course(fractions, completed=True, **more).not_derived]

    assert why(6) == ["delivery of 6 sessions: the level is not charted"]
    assert why(1, technique="srs", cranial=True)[0].endswith("a cobalt unit or a linac gave it is not charted")
    assert why([{"date": "2025-12-30"}])[0].endswith("rests on energy and areas, which the chart lacks")
    assert why(6, technique="brachytherapy_hdr") == []
