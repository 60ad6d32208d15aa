"""Units, JW and JZ when the chart tells everything."""

from __future__ import annotations

import pytest

from tests.derive_drugs.drug_charts import amount, chart, derive, given, lines, readings, reasons, vial


def _lines(*administrations: dict[str, object], **claim: object) -> list[tuple[str, tuple[str, ...], int]]:
    return lines(derive(chart(*administrations, **claim)))  # type: ignore[arg-type]


def test_the_remainder_of_a_single_dose_vial_stands_on_a_line_of_its_own() -> None:
    found = derive(chart(given("J9312", "305 mg", vials=[vial("100 mg", 4)], discarded=amount("95 mg"))))
    assert lines(found) == [("J9312", (), 31), ("J9312", ("JW",), 9)]
    assert found.lines[0].because == (
        "305 mg / 10 mg = 30.5, rounded up to 31; 4 x 100 mg opened = 40 units; 40 - 31 = 9 discarded",
    )
    assert not found.judgements
    assert not found.not_derived


def test_nothing_whole_left_is_attested_with_jz() -> None:
    bare = given("J9271", "200 mg", vials=[vial("100 mg", 2)], discarded=amount("0 mg"))
    assert _lines(bare) == [("J9271", ("JZ",), 200)]
    absorbed = given("J9271", "9.5 mg", vials=[vial("10 mg")], discarded=amount("0.5 mg"))
    assert _lines(absorbed) == [("J9271", ("JZ",), 10)]


def test_whole_vials_used_up_need_no_charted_discard_for_jz() -> None:
    assert _lines(given("J9271", "200 mg", vials=[vial("100 mg", 2)])) == [("J9271", ("JZ",), 200)]


def test_sizes_are_mixed_by_content() -> None:
    mixed = given("J9035", "440 mg", vials=[vial("100 mg"), vial("400 mg")], discarded=amount("60 mg"))
    assert _lines(mixed) == [("J9035", (), 44), ("J9035", ("JW",), 6)]


def test_waste_that_smaller_marketed_containers_avoid_is_told() -> None:
    """300 mg out of one vial of 400 mg leave 100 mg, out of three vials of 100 mg nothing."""
    given_300 = given("J9035", "300 mg", vials=[vial("400 mg")], discarded=amount("100 mg"))
    found = derive(chart(given_300))
    assert lines(found) == [("J9035", (), 30), ("J9035", ("JW",), 10)]
    assert found.lines[0].because[-1].endswith("that leave least: 3 x 100 mg = 300 mg, 0 mg left")
    stopped = given_300 | {"ordered_dose": amount("400 mg")}
    assert not any("leave least" in text for text in derive(chart(stopped)).lines[0].because)


def test_a_container_of_less_than_a_unit_is_told_as_one() -> None:
    found = derive(chart(given("J1200", "25 mg", vials=[vial("25 mg")], discarded=amount("0 mg"))))
    assert lines(found) == [("J1200", ("JZ",), 1)]
    assert "1 x 25 mg opened = 0.5 units, 0 of them whole" in found.lines[0].because[0]


def test_one_of_a_unit_is_told_in_the_singular() -> None:
    found = derive(chart(given("J0585", "165 units", vials=[vial("200 units")], discarded=amount("35 units"))))
    assert lines(found) == [("J0585", (), 165), ("J0585", ("JW",), 35)]
    assert found.lines[0].because[0].startswith("165 units / 1 unit = 165; 1 x 200 units opened")


def test_multi_dose_containers_carry_neither_modifier_and_no_waste() -> None:
    found = derive(chart(given("J9045", "420 mg", vials=[vial("450 mg", 1, "multi_dose")], discarded=amount("30 mg"))))
    assert lines(found) == [("J9045", (), 9)]
    assert any("multi-dose" in text for text in found.lines[0].because)
    assert not found.judgements


def test_the_dose_given_is_billed_and_not_the_one_ordered() -> None:
    stopped = given(
        "J9312", "150 mg", ordered_dose=amount("600 mg"), discontinued=True,
        vials=[vial("500 mg"), vial("100 mg")], discarded=amount("450 mg"),
    )  # fmt: skip
    found = derive(chart(stopped))
    assert lines(found) == [("J9312", (), 15), ("J9312", ("JW",), 45)]
    assert any("of 600 mg ordered" in text for text in found.lines[0].because)


def test_doses_of_one_day_are_added_and_rounded_once() -> None:
    first = given("J1626", "150 mcg", start="2026-03-02T09:00", vials=[vial("1 mg", 1, "multi_dose")])
    second = given("J1626", "250 mcg", start="2026-03-02T15:00")
    found = derive(chart(first, second | {"vials": [vial("1 mg", 1, "multi_dose")]}))
    assert lines(found) == [("J1626", (), 4)]
    assert found.lines[0].sources == ("A1", "A2")
    assert any("150 mcg + 250 mcg = 400 mcg" in text for text in found.lines[0].because)
    assert readings(found) == [[("J1626", (), 5)]]


def test_doses_of_two_days_are_not_added() -> None:
    first = given("J9271", "95 mg", start="2026-03-02T09:00", vials=[vial("100 mg")], discarded=amount("5 mg"))
    second = first | {"start": "2026-03-03T09:00"}
    found = derive(chart(first, second))
    assert lines(found) == [("J9271", (), 95), ("J9271", ("JW",), 5)] * 2
    assert [line.date_of_service.day for line in found.lines] == [2, 2, 3, 3]


def test_the_dose_is_converted_to_the_unit_of_the_code() -> None:
    grams = given("J9208", "2500 mg", vials=[vial("3 g")], discarded=amount("500 mg"))
    assert _lines(grams) == [("J9208", ("JZ",), 3)]
    micrograms = given("J2469", "0.25 mg", vials=[vial("0.25 mg")])
    assert _lines(micrograms) == [("J2469", ("JZ",), 10)]
    millions = given("J9214", "18 MU", vials=[vial("18 million units")])
    assert _lines(millions) == [("J9214", ("JZ",), 18)]


def test_volumes_are_converted_by_the_charted_concentration() -> None:
    by_volume = given("J9271", "8 mL", concentration=amount("25 mg/mL"), vials=[vial("4 mL", 2)])
    assert _lines(by_volume) == [("J9271", ("JZ",), 200)]
    without = derive(chart(given("J9271", "8 mL", vials=[vial("4 mL", 2)])))
    assert not without.lines
    assert "concentration" in reasons(without)


def test_one_unit_pays_any_amount_up_to_its_limit() -> None:
    assert _lines(given("J1200", "25 mg", vials=[vial("50 mg")])) == [("J1200", ("JZ",), 1)]
    assert _lines(given("J1200", "75 mg", vials=[vial("50 mg", 2)], discarded=amount("25 mg"))) == [
        ("J1200", ("JZ",), 2)
    ]


def test_a_code_that_counts_doses_takes_one_unit_whatever_the_amount() -> None:
    cells = given("Q2041", "200 mL", vials=[vial("68 mL")])
    assert _lines(cells) == [("Q2041", ("JZ",), 1)]
    assert _lines(given("Q2041", vials=[vial("68 mL")]), given("Q2041", vials=[vial("68 mL")])) == [
        ("Q2041", ("JZ",), 1)  # a therapeutic dose in two bags is one
    ]
    assert _lines(given("J1454", vials=[vial("1 mg")]), given("J1454", vials=[vial("1 mg")])) == [("J1454", ("JZ",), 2)]


def test_a_code_that_counts_vials_takes_the_vials_opened() -> None:
    assert _lines(given("J9015", "30 million units", vials=[vial("22 million units", 2)])) == [("J9015", ("JZ",), 2)]


def test_single_and_multi_dose_containers_of_one_dose_are_billed_apart() -> None:
    both = given("Q5114", "500 mg", vials=[vial("420 mg", 1, None), vial("150 mg", 1, None)], discarded=amount("70 mg"))
    found = derive(chart(both))
    assert lines(found) == [("Q5114", (), 8), ("Q5114", ("JW",), 7), ("Q5114", (), 42)]
    assert found.judgements


def test_radiopharmaceuticals_are_billed_by_activity() -> None:
    assert _lines(given("A9607", "7.4 GBq", vials=[vial("200 mCi")])) == [("A9607", ("JZ",), 200)]


@pytest.mark.parametrize("codes", [("J9271", "J9305", "J2405"), ("J2405", "J9271", "J9305")])
def test_the_order_of_the_chart_does_not_matter(codes: tuple[str, ...]) -> None:
    several = [given(code, "100 mg", vials=[vial("100 mg")], id=code) for code in codes]
    assert [code for code, *_ in _lines(*several)] == ["J2405", "J9271", "J9305"]
