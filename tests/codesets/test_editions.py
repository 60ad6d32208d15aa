from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from onco_tui.codesets.editions import day_in, edition_named, fiscal_year, quarter


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("ccipra-v322r0-f1.txt", date(2026, 7, 1)),
        ("medicare-ncci-2024q3-practitioner", date(2024, 7, 1)),
        ("MCR_MUE_OutpatientHospitalServices_Eff_10-01-2025.csv", date(2025, 10, 1)),
        ("HCPC2026_JAN_ANWEB_01122026.txt", date(2026, 1, 1)),
        ("january-2026-alpha-numeric-hcpcs-file.zip", date(2026, 1, 1)),
        ("PPRRVU23_OCT.csv", date(2023, 10, 1)),
        ("RVU23D.csv", date(2023, 10, 1)),
        ("rvu26ar.zip", date(2026, 1, 1)),
        ("PPRRVU2026_Jan_nonQPP.csv", date(2026, 1, 1)),
        ("Effective October 1, 2025 through December 31, 2025", date(2025, 10, 1)),
        ("2023 National Physician Fee Schedule Relative Value File October Release", date(2023, 10, 1)),
        ("addon_code_edits_2024-06-03.csv", date(2024, 6, 3)),
        ("place_of_service_2024-06.csv", date(2024, 6, 1)),
        ("icd10cm-order-Jan-2021.txt", date(2021, 1, 1)),
        ("icd10c-tabular-April-1-2026.xml", date(2026, 4, 1)),
        ("icd10cm_order_2026.txt", None),
        ("Eff_13-45-2024.csv", None),
        ("marchetype 99.txt", None),
    ],
)
def test_the_day_an_edition_begins_is_read_from_names_and_titles(text: str, day: date | None) -> None:
    assert day_in(text) == day


def test_quarters_tile_the_year() -> None:
    starts = [quarter(date(2026, month, 15)) for month in (2, 5, 8, 11)]
    assert [period.name for period in starts] == ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    assert [(after.start - before.end).days for before, after in pairwise(starts)] == [1, 1, 1]
    assert starts[-1].end == date(2026, 12, 31)


def test_a_fiscal_year_begins_in_october_and_an_update_in_its_month() -> None:
    assert fiscal_year(2026).start == date(2025, 10, 1)
    update = fiscal_year(2026, date(2026, 4, 1))
    assert (update.name, update.start, update.end) == ("FY2026-04", date(2026, 4, 1), date(2026, 9, 30))
    assert fiscal_year(2026, date(2024, 4, 1)).name == "FY2026"


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("2026Q3", date(2026, 7, 1)),
        ("2026-04", date(2026, 4, 1)),
        ("2026", date(2026, 1, 1)),
        ("FY2026", date(2025, 10, 1)),
        ("FY2026-04", date(2026, 4, 1)),
    ],
)
def test_a_person_can_name_an_edition(name: str, start: date) -> None:
    period = edition_named(name)
    assert period is not None
    assert period.start == start


def test_nonsense_names_no_edition() -> None:
    assert edition_named("the new one") is None
