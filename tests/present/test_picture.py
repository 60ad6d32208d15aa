"""The pictures as lists: bars that say what they earned, weeks of a radiation course, notes with marked phrases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.administration.timeline import timeline_of
from onco_tui.derive.derivation import derive
from onco_tui.encounter.chart import Note
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.present.notes import note_rows, phrases
from onco_tui.present.picture import Picture, picture_of, why_rows
from onco_tui.present.spans import Role, plain_text, row_width


def encounter(**documentation: object) -> Encounter:
    return parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": "P",
            "claim": {"claim_type": "professional", "place_of_service": "11", "date_from": "2026-03-02"},
            "documentation": documentation,
        }
    )


def picture(of: Encounter, cells: int = 80) -> Picture:
    reference = shipped_reference()
    courses = of.chart.radiation_courses or ()
    return picture_of(timeline_of(of, reference), courses, derive(of, reference), cells)


INFUSION = {
    "id": "A1", "drug": "carboplatin", "drug_class": "chemotherapy", "route": "iv_infusion", "purpose": "treatment",
    "access_site": "port", "start": "2026-03-02T09:00", "stop": "2026-03-02T10:40",
}  # fmt: skip
FLUID = {**INFUSION, "id": "A2", "drug": "saline", "drug_class": "hydration", "access_site": "left arm"}
MONDAY = date(2026, 3, 2)
COURSE = {
    "course_id": "RT1", "site": "breast", "technique": "3d_conformal", "prescribed_fractions": 16,
    "fractions": [str(MONDAY + timedelta(days=n)) for n in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)],
    "management_visits": ["2026-03-05", "2026-03-12"], "completed": False,
}  # fmt: skip


@pytest.mark.parametrize("cells", [40, 56, 80, 120])
def test_every_bar_is_a_row_that_says_what_it_earned(cells: int) -> None:
    drawn = picture(encounter(administrations=[INFUSION, FLUID]), cells)
    assert [row.about for row in drawn.rows] == [("A1",), ("A2",)]
    assert drawn.rows[0].earned == ("96413 x 1", "96415 x 1")
    assert any("100 min" in reason for reason in drawn.rows[0].why)
    assert drawn.rows[1].why, "what earned nothing says why too"
    if cells >= 80:
        assert max(row_width(row.row) for row in drawn.rows) <= cells
    words = " ".join(plain_text(row) for row in why_rows(drawn.rows[0], cells))
    assert "96413 x 1" in words


def test_a_bar_without_a_start_is_named() -> None:
    drawn = picture(encounter(administrations=[INFUSION, {**INFUSION, "id": "A3", "start": None, "stop": None}]))
    assert "no start charted" in plain_text(drawn.rows[-1].row)


def test_a_radiation_course_is_a_calendar_of_weeks_with_the_count_so_far() -> None:
    drawn = picture(encounter(radiation_courses=[COURSE]))
    assert drawn.title == "Radiation calendar"
    first, second = (plain_text(row.row) for row in drawn.rows)
    assert first.startswith("2026-03-02")
    assert second.startswith("2026-03-09")
    assert "5 of 16" in first
    assert "10 of 16" in second
    assert "m" in first[11:30]
    assert drawn.rows[0].earned == ("77427 x 2",)
    assert drawn.rows[0].about == ("RT1",)


def test_weeks_without_anything_are_left_out() -> None:
    late = {**COURSE, "fractions": ["2026-03-02", "2026-04-06"], "management_visits": []}
    assert len(picture(encounter(radiation_courses=[late])).rows) == 2


def test_nothing_on_clock_or_calendar_draws_nothing() -> None:
    drawn = picture(encounter(administrations=[]))
    assert drawn.rows == ()
    assert "nothing is charted" in plain_text(why_rows(None, 80)[0])


def test_notes_mark_what_a_finding_rests_on() -> None:
    note = Note(kind="nursing", author="RN Sample", text="Carboplatin started 09:00, stopped 10:40.\nTolerated well.")
    marked = phrases(["2026-03-02T10:40"], encounter(administrations=[INFUSION]).chart.administrations or ())
    found = note_rows([note], marked, 60)
    (lit,) = found.lit
    assert [part.text for part in found.rows[lit] if part.role is Role.LINKED] == ["Carboplatin", "09:00", "10:40"]
    assert plain_text(found.rows[lit]) == "Carboplatin started 09:00, stopped 10:40."


def test_hostile_notes_are_clean_and_phrases_are_no_patterns() -> None:
    found = note_rows([Note(text="a\x1b]52;c;x\x07 (.*) b")], phrases(["(.*)"], ()), 60)
    text = "".join(part.text for row in found.rows for part in row)
    assert "\x1b" not in text
    assert [part.text for row in found.rows for part in row if part.role is Role.LINKED] == ["(.*)"]


def test_without_notes_it_says_so() -> None:
    assert "no notes" in plain_text(note_rows([], frozenset(), 60).rows[0])
