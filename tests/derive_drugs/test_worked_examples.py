"""Worked examples of the kinds CMS, contractors, manufacturers and the trade press publish; answers worked by hand.

Each row: what was given, from which containers, what was discarded, and the lines due. A container is written
``2 x 100 mg``, with ``multi`` behind it when it is a multi-dose one. The sums are dose / billing unit, rounded up once;
what is left of the containers in whole units is JW; with nothing whole left the line carries JZ.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from onco_tui.encounter.values import plain
from tests.derive_drugs.drug_charts import Line, amount, chart, derive, given, lines, vial

_WHOLE_SINGLE_DOSE = [  # code, dose, containers, units: nothing whole is left
    ("J9271", "200 mg", "2 x 100 mg", 200),
    ("J9299", "240 mg", "1 x 240 mg", 240),
    ("J9035", "300 mg", "3 x 100 mg", 30),
    ("J9312", "100 mg", "1 x 100 mg", 10),
    ("J9041", "3.5 mg", "1 x 3.5 mg", 35),
    ("J2506", "6 mg", "1 x 6 mg", 12),  # 0.5 mg unit
    ("Q5108", "6 mg", "1 x 6 mg", 12),
    ("J0881", "300 mcg", "1 x 300 mcg", 300),
    ("J0885", "40000 units", "1 x 40000 units", 40),
    ("J1453", "150 mg", "1 x 150 mg", 150),
    ("J0185", "130 mg", "1 x 130 mg", 130),
    ("J1626", "1 mg", "1 x 1 mg", 10),  # 100 mcg unit, dose in mg
    ("J2405", "8 mg", "2 x 4 mg", 8),
    ("J2469", "0.25 mg", "1 x 0.25 mg", 10),  # 25 mcg unit
    ("J1200", "50 mg", "1 x 50 mg", 1),
    ("J1100", "10 mg", "1 x 10 mg", 10),
    ("J0897", "120 mg", "1 x 120 mg", 120),
    ("J3489", "4 mg", "1 x 4 mg", 4),
    ("J9217", "22.5 mg", "1 x 22.5 mg", 3),
    ("J1950", "11.25 mg", "1 x 11.25 mg", 3),
    ("J9395", "500 mg", "2 x 250 mg", 20),
    ("J9202", "10.8 mg", "1 x 10.8 mg", 3),
    ("J9155", "240 mg", "2 x 120 mg", 240),
    ("J3315", "22.5 mg", "1 x 22.5 mg", 6),
    ("J1756", "200 mg", "1 x 200 mg", 200),
    ("J1750", "1000 mg", "10 x 100 mg", 20),
    ("J2916", "125 mg", "2 x 62.5 mg", 10),
    ("J0640", "700 mg", "2 x 350 mg", 14),
    ("J9198", "1800 mg", "1 x 1800 mg", 18),
    ("J2919", "125 mg", "1 x 125 mg", 25),
    ("J2354", "100 mcg", "1 x 100 mcg", 4),
    ("J1308", "20 mg", "1 x 20 mg", 80),  # 0.25 mg unit
    ("J2430", "90 mg", "3 x 30 mg", 3),
    ("J2783", "6 mg", "4 x 1.5 mg", 12),
    ("J9030", "50 mg", "1 x 50 mg", 50),
    ("Q2050", "70 mg", "1 x 50 mg + 1 x 20 mg", 7),
    ("J1561", "30 g", "3 x 10 g", 60),  # 500 mg unit, dose in g
    ("J9325", "4 million pfu", "4 x 1 million pfu", 4),
    ("J9266", "3750 units", "1 x 3750 units", 1),  # counts vials
]

_LESS_THAN_A_UNIT_LEFT = [  # code, dose, containers, units: rounding up absorbs what is left
    ("J9312", "7 mg", "1 x 10 mg", 1),
    ("J9271", "9.5 mg", "1 x 10 mg", 10),
    ("J1200", "25 mg", "1 x 50 mg", 1),
    ("J9370", "1.7 mg", "1 x 2 mg", 2),
    ("J9390", "45 mg", "1 x 50 mg", 5),
    ("J3489", "3.3 mg", "1 x 4 mg", 4),
    ("J9040", "20 units", "2 x 15 units", 2),
    ("J0640", "40 mg", "1 x 50 mg", 1),
    ("J9045", "560 mg", "1 x 450 mg + 1 x 150 mg", 12),
]

_WASTE = [  # code, dose, containers, units given, units discarded
    ("J9271", "75 mg", "1 x 100 mg", 75, 25),
    ("J0585", "95 units", "1 x 100 units", 95, 5),
    ("J9312", "305 mg", "4 x 100 mg", 31, 9),
    ("J9312", "712.5 mg", "1 x 500 mg + 3 x 100 mg", 72, 8),
    ("J9355", "355 mg", "3 x 150 mg", 36, 9),
    ("Q5117", "140 mg", "1 x 150 mg", 14, 1),
    ("J9000", "30 mg", "2 x 20 mg", 3, 1),
    ("J9041", "1.7 mg", "1 x 3.5 mg", 17, 18),
    ("J9041", "1.75 mg", "1 x 3.5 mg", 18, 17),  # the half unit is given, not wasted
    ("J9264", "180 mg", "2 x 100 mg", 180, 20),
    ("J9035", "650 mg", "1 x 400 mg + 3 x 100 mg", 65, 5),
    ("J9055", "437 mg", "2 x 200 mg + 1 x 100 mg", 44, 6),
    ("J9025", "135 mg", "2 x 100 mg", 135, 65),
    ("J9201", "1800 mg", "2 x 1 g", 9, 1),  # vials in g
    ("J9305", "925 mg", "2 x 500 mg", 93, 7),
    ("J9075", "1080 mg", "2 x 500 mg + 1 x 200 mg", 216, 24),
    ("J9033", "180 mg", "2 x 100 mg", 180, 20),
    ("J9263", "165 mg", "2 x 100 mg", 330, 70),
    ("J9206", "315 mg", "3 x 100 mg + 1 x 40 mg", 16, 1),
    ("J9047", "56 mg", "1 x 60 mg", 56, 4),
    ("J9354", "252 mg", "1 x 160 mg + 1 x 100 mg", 252, 8),
    ("J9308", "590 mg", "1 x 500 mg + 1 x 100 mg", 118, 2),
    ("J9303", "450 mg", "1 x 400 mg + 1 x 100 mg", 45, 5),
    ("J9145", "1168 mg", "2 x 400 mg + 4 x 100 mg", 117, 3),
    ("J9319", "26.6 mg", "3 x 10 mg", 266, 34),
    ("J9179", "2.3 mg", "3 x 1 mg", 23, 7),
    ("J9177", "87.5 mg", "3 x 30 mg", 350, 10),
    ("J9317", "650 mg", "4 x 180 mg", 260, 28),
    ("J9039", "28 mcg", "1 x 35 mcg", 28, 7),
    ("J9208", "2.1 g", "1 x 3 g + 2 x 1 g", 3, 2),
    ("J3489", "3 mg", "1 x 4 mg", 3, 1),
    ("J1745", "372 mg", "4 x 100 mg", 38, 2),
    ("J2357", "375 mg", "3 x 150 mg", 75, 15),
]

_MULTI_DOSE = [  # code, dose, containers, units: neither JW nor JZ, the rest is not billed
    ("J9045", "560 mg", "1 x 600 mg multi", 12),
    ("J9267", "300 mg", "1 x 300 mg multi", 300),
    ("J9034", "170 mg", "2 x 100 mg multi", 170),
    ("J2405", "8 mg", "1 x 40 mg multi", 8),
    ("J1100", "12 mg", "1 x 120 mg multi", 12),
    ("J9190", "4200 mg", "1 x 5 g multi", 9),
    ("J9060", "135 mg", "2 x 100 mg multi", 14),
    ("J9260", "15 mg", "1 x 50 mg multi", 1),
    ("Q5117", "300 mg", "1 x 420 mg multi", 30),
]

_ON_A_DATE = [  # code charted, date, dose, containers, lines due
    ("J9070", "2024-03-31", "1080 mg", "1 x 1 g + 1 x 500 mg", [("J9070", (), 11), ("J9070", ("JW",), 4)]),
    ("J9070", "2024-04-01", "1000 mg", "1 x 1 g", [("J9075", ("JZ",), 200)]),
    ("J9250", "2024-05-01", "15 mg", "1 x 50 mg", [("J9260", ("JZ",), 1)]),
    ("J2796", "2024-06-03", "180 mcg", "1 x 250 mcg", [("J2796", (), 18), ("J2796", ("JW",), 7)]),
    ("J2796", "2025-06-03", "180 mcg", "1 x 250 mcg", [("J2802", (), 180), ("J2802", ("JW",), 70)]),
    ("J2920", "2024-02-01", "80 mg", "2 x 40 mg", [("J2920", ("JZ",), 2)]),
    ("J1940", "2026-03-02", "40 mg", "1 x 40 mg", [("J1938", ("JZ",), 40)]),
    ("J9271", "2016-05-01", "75 mg", "1 x 100 mg", [("J9271", (), 100)]),
    ("J9271", "2020-05-01", "75 mg", "1 x 100 mg", [("J9271", (), 75), ("J9271", ("JW",), 25)]),
    ("J9271", "2023-06-30", "100 mg", "1 x 100 mg", [("J9271", (), 100)]),
    ("J9271", "2023-07-01", "100 mg", "1 x 100 mg", [("J9271", ("JZ",), 100)]),
]


def _rows(code: str, dose: str, containers: str, on: str = "2026-03-02") -> list[Line]:
    """Derive the lines of one administration from its containers, with what is left of them charted as discarded."""
    opened, content = [], Decimal(0)
    number, _, unit = dose.partition(" ")
    for part in containers.split(" + "):
        count, _, size = part.partition(" x ")
        kind = "multi_dose" if size.endswith(" multi") else "single_dose"
        size = size.removesuffix(" multi")
        opened.append(vial(size, int(count), kind))
        each, _, size_unit = size.partition(" ")
        content += Decimal(each) * int(count) * _IN.get((size_unit, unit), 1)
    left = max(content - Decimal(number), Decimal(0))
    return lines(derive(chart(given(code, dose, vials=opened, discarded=amount(f"{plain(left)} {unit}")), on=on)))


_IN = {("g", "mg"): 1000}


@pytest.mark.parametrize(("code", "dose", "containers", "units"), _WHOLE_SINGLE_DOSE + _LESS_THAN_A_UNIT_LEFT)
def test_with_no_whole_unit_left_the_line_carries_jz(code: str, dose: str, containers: str, units: int) -> None:
    assert _rows(code, dose, containers) == [(code, ("JZ",), units)]


@pytest.mark.parametrize(("code", "dose", "containers", "units", "wasted"), _WASTE)
def test_whole_units_left_over_are_billed_with_jw(
    code: str, dose: str, containers: str, units: int, wasted: int
) -> None:
    assert _rows(code, dose, containers) == [(code, (), units), (code, ("JW",), wasted)]


@pytest.mark.parametrize(("code", "dose", "containers", "units"), _MULTI_DOSE)
def test_multi_dose_containers_bill_the_dose_alone(code: str, dose: str, containers: str, units: int) -> None:
    assert _rows(code, dose, containers) == [(code, (), units)]


@pytest.mark.parametrize(("code", "on", "dose", "containers", "expected"), _ON_A_DATE)
def test_the_date_of_service_decides_code_and_modifiers(
    code: str, on: str, dose: str, containers: str, expected: list[Line]
) -> None:
    assert _rows(code, dose, containers, on) == expected


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("Keytruda", {}, ("J9271", 200)),
        ("Mvasi", {}, ("Q5107", 20)),
        ("Herceptin", {}, ("J9355", 20)),
        ("Fulphila", {}, ("Q5108", 400)),
        ("nivolumab", {"route": "subcutaneous"}, ("J9289", 100)),
        ("", {"ndc": "0006-3026-02"}, ("J9271", 200)),
        ("", {"ndc": "00006-3026-02"}, ("J9271", 200)),
    ],
)
def test_name_route_or_package_lead_to_the_code(
    name: str, fields: dict[str, object], expected: tuple[str, int]
) -> None:
    administration = given("", "200 mg", vials=[vial("100 mg", 2)], discarded=amount("0 mg"), **fields)
    found = lines(derive(chart(administration | ({"drug": name} if name else {}))))
    assert found == [(expected[0], ("JZ",), expected[1])]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"dose": amount("8 mL"), "concentration": {"amount": "25", "unit": "mg/mL"}}, [("J9271", ("JZ",), 200)]),
        (
            {"dose": amount("120 mg"), "ordered_dose": amount("200 mg"), "discontinued": True},
            [("J9271", (), 120), ("J9271", ("JW",), 80)],
        ),
        ({"dose": amount("200 mg"), "acquisition": "340b"}, [("J9271", ("JZ", "TB"), 200)]),
        ({"dose": amount("200 mg"), "acquisition": "free"}, []),
        ({"dose": amount("200 mg"), "acquisition": "patient_supplied"}, []),
        ({"dose": amount("0 mg")}, []),
        ({"dose": amount("2 mg/kg")}, []),
        ({"dose": amount("205 mg")}, [("J9271", ("JZ",), 200)]),  # five of overfill are nobody's to bill
    ],
)
def test_what_the_chart_says_of_the_dose_decides(fields: dict[str, object], expected: list[Line]) -> None:
    dose = fields["dose"]
    left = "80" if dose == amount("120 mg") else "0"
    opened = {"vials": [vial("100 mg", 2)], "discarded": amount(f"{left} mg")}
    assert lines(derive(chart(given("J9271", **opened, **fields)))) == expected
