"""The timeline as rows: it fits the width, stands on one scale, and reads without colour or drawn characters."""

from __future__ import annotations

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.administration.timeline import timeline_of
from onco_tui.derive.result import Derivation
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.present.glyphs import BAR_HYDRATION, BAR_INFUSION, BAR_POINT, MARK, to_ascii
from onco_tui.present.picture import picture_of
from onco_tui.present.spans import plain_text, row_width
from onco_tui.present.timeline import timeline_facts


def given(identifier: str, start: str, stop: str | None, **more: object) -> dict[str, object]:
    day = "2026-03-02T"
    return {
        "id": identifier, "drug": identifier.lower(), "drug_class": "chemotherapy", "route": "iv_infusion",
        "purpose": "treatment", "access_site": "port", "start": day + start, "stop": stop and day + stop, **more,
    }  # fmt: skip


def visit(*administrations: dict[str, object]) -> Encounter:
    return parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": "T",
            "claim": {"claim_type": "institutional", "date_from": "2026-03-02"},
            "documentation": {"administrations": list(administrations)},
        }
    )


def drawn(encounter: Encounter, cells: int = 100) -> list[str]:
    facts = timeline_facts(timeline_of(encounter, shipped_reference()), cells)
    return [plain_text(fact.row) for fact in facts]


CHEMO = visit(
    given("Push", "09:00", "09:02", route="iv_push", drug_class="therapeutic"),
    given("Infusion", "09:10", "12:10"),
    given("Fluid", "12:10", "13:10", drug_class="hydration", purpose="hydration"),
)


@pytest.mark.parametrize("cells", [40, 60, 80, 100, 120, 200])
def test_bars_fit_the_width(cells: int) -> None:
    facts = timeline_facts(timeline_of(CHEMO, shipped_reference()), cells)
    bars = [fact.row for fact in facts if fact.paths]
    assert len(bars) == 3
    if cells >= 80:
        assert max(map(row_width, bars)) <= cells


def test_without_a_full_hour_the_axis_tells_the_start() -> None:
    short = visit(given("Trastuzumab-something", "09:05", "09:36"))
    assert drawn(short)[1].split() == ["09:05"]
    assert drawn(CHEMO)[1].split()[0] == "09:00"
    timeline = timeline_of(short, shipped_reference())
    picture = picture_of(timeline, (), Derivation(()), 100)
    assert plain_text(picture.head[1]).split() == ["09:05"]
    assert "trastuzumab-somethi…" in plain_text(picture.rows[0].row), "a longer name where there is room"
    for cells in (44, 60, 80):
        row = picture_of(timeline, (), Derivation(()), cells).rows[0].row
        assert row_width(row) <= cells
        assert BAR_INFUSION * 5 in plain_text(row), "the bar keeps its room"


@pytest.mark.parametrize("start", ["0001-01-01T00:30", "9999-12-31T22:10"])
def test_a_slip_in_the_year_is_drawn_without_counting_its_hours(start: str) -> None:
    slip = given("Slip", "09:00", None) | {"start": start}
    assert drawn(visit(slip, given("Other", "09:00", "10:00")))[1].strip()


def test_each_bar_says_its_minutes_and_what_it_earned() -> None:
    push, infusion, fluid = (row for row in drawn(CHEMO) if " min " in row and "cell" not in row)
    assert BAR_POINT in push
    assert "2 min 96375" in push
    assert BAR_INFUSION in infusion
    assert "180 min 96413, 96415 x 2 09:10-12:10" in infusion
    assert BAR_HYDRATION in fluid
    assert "60 min 96361 12:10-13:10" in fluid


def test_bars_start_where_the_clock_says() -> None:
    rows = drawn(CHEMO)
    axis = rows[1]
    infusion = next(row for row in rows if row.strip().startswith("infusion"))
    assert abs(axis.index("12:00") - infusion.rindex(BAR_INFUSION)) <= 3


def test_marks_stand_inside_a_long_bar() -> None:
    assert next(row for row in drawn(CHEMO) if row.strip().startswith("infusion")).count(MARK) == 3


def test_sites_have_lanes_of_their_own() -> None:
    rows = drawn(visit(given("A", "09:00", "10:00"), given("B", "09:00", "10:00", access_site="left arm")))
    assert {"port", "left arm"} <= {row.strip() for row in rows}


def test_an_infusion_without_a_stop_says_so() -> None:
    assert any("no stop" in row and "?" in row for row in drawn(visit(given("Open", "09:00", None))))


def test_nothing_charted_draws_nothing() -> None:
    assert drawn(visit()) == []


def test_it_reads_in_ascii() -> None:
    assert all(to_ascii(row).isascii() for row in drawn(CHEMO))
