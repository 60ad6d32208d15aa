"""What the chart leaves open: gaps, disagreements, and the readings they allow."""

from __future__ import annotations

import pytest

from tests.derive_drugs.drug_charts import amount, chart, derive, given, lines, readings, reasons, vial

JW_PAIR = [("J9312", (), 31), ("J9312", ("JW",), 9)]


def test_waste_without_a_charted_amount_is_a_gap_and_not_a_jw_line() -> None:
    found = derive(chart(given("J9312", "305 mg", vials=[vial("100 mg", 4)])))
    assert lines(found) == [("J9312", (), 31)]
    assert readings(found) == [JW_PAIR]
    assert found.not_derived[0].gap
    assert "95 mg" in reasons(found)


def test_a_discard_that_cannot_be_converted_is_a_gap_too() -> None:
    found = derive(chart(given("J9312", "305 mg", vials=[vial("100 mg", 4)], discarded=amount("9.5 mL"))))
    assert lines(found) == [("J9312", (), 31)]
    assert readings(found) == [JW_PAIR]
    assert "9.5 mL" in reasons(found)


@pytest.mark.parametrize(
    ("charted", "billed", "others"),
    [
        ("50 mg", [("J9312", (), 31), ("J9312", ("JW",), 5)], [JW_PAIR, [("J9312", (), 35), ("J9312", ("JW",), 5)]]),
        ("0 mg", [("J9312", ("JZ",), 31)], [JW_PAIR, [("J9312", ("JZ",), 40)]]),
        ("200 mg", JW_PAIR, [[("J9312", (), 20), ("J9312", ("JW",), 20)]]),
    ],
)
def test_a_discard_that_disagrees_with_the_vials_is_billed_only_as_far_as_both_support_it(
    charted: str, billed: list[object], others: list[object]
) -> None:
    found = derive(chart(given("J9312", "305 mg", vials=[vial("100 mg", 4)], discarded=amount(charted))))
    assert lines(found) == billed
    assert readings(found) == others
    assert found.judgements[0].about == ("A1",)


def test_a_disagreement_below_one_unit_changes_nothing_and_is_only_told() -> None:
    found = derive(chart(given("J9312", "305 mg", vials=[vial("100 mg", 4)], discarded=amount("94 mg"))))
    assert lines(found) == JW_PAIR
    assert not found.judgements
    assert any("94 mg is charted as discarded" in text for text in found.lines[0].because)


def test_more_charted_as_discarded_than_was_left_is_overfill_or_an_error() -> None:
    found = derive(chart(given("J9271", "100 mg", vials=[vial("100 mg")], discarded=amount("5 mg"))))
    assert lines(found) == [("J9271", ("JZ",), 100)]
    assert readings(found) == [[("J9271", (), 95), ("J9271", ("JW",), 5)]]


def test_a_dose_above_the_labelled_content_is_capped() -> None:
    found = derive(chart(given("J9271", "105 mg", vials=[vial("100 mg")])))
    assert lines(found) == [("J9271", ("JZ",), 100)]
    assert readings(found) == [[("J9271", ("JZ",), 105)]]
    assert "overfill" in found.lines[0].because[0]


def test_vials_are_not_made_up() -> None:
    found = derive(chart(given("J9271", "150 mg")))
    assert lines(found) == [("J9271", (), 150)]
    assert [("J9271", (), 150), ("J9271", ("JW",), 50)] in readings(found)
    assert found.not_derived[0].gap


def test_a_dose_of_whole_marketed_containers_leaves_nothing() -> None:
    found = derive(chart(given("J9271", "200 mg")))
    assert lines(found) == [("J9271", ("JZ",), 200)]
    assert readings(found) == [[("J9271", (), 200)]]


def test_a_charted_discard_stands_in_for_missing_vials() -> None:
    assert lines(derive(chart(given("J9271", "150 mg", discarded=amount("50 mg"))))) == [
        ("J9271", (), 150),
        ("J9271", ("JW",), 50),
    ]
    assert lines(derive(chart(given("J9271", "150 mg", discarded=amount("0 mg"))))) == [("J9271", ("JZ",), 150)]


def test_the_kind_of_container_is_taken_from_the_marketed_size() -> None:
    single = given("J2405", "4 mg", vials=[vial("4 mg", 1, None)])
    assert lines(derive(chart(single))) == [("J2405", ("JZ",), 4)]
    multi = given("J2405", "8 mg", vials=[vial("40 mg", 1, None)])
    assert lines(derive(chart(multi))) == [("J2405", (), 8)]


def test_the_size_comes_from_the_package_when_the_chart_gives_only_its_ndc() -> None:
    by_ndc = given("J9271", "150 mg", vials=[{"ndc": "0006-3026-02", "count": 2}], discarded=amount("50 mg"))
    assert lines(derive(chart(by_ndc))) == [("J9271", (), 150), ("J9271", ("JW",), 50)]


def test_an_unknown_kind_of_container_is_never_guessed() -> None:
    found = derive(chart(given("J9171", "140 mg", vials=[vial("160 mg", 1, None)], discarded=amount("20 mg"))))
    assert lines(found) == [("J9171", (), 140)]
    assert [("J9171", (), 140), ("J9171", ("JW",), 20)] in readings(found)
    assert "single-dose" in reasons(found)


@pytest.mark.parametrize(
    ("administration", "reason"),
    [
        (given("J9271"), "no dose"),
        (given("J9271", ordered_dose=amount("200 mg")), "ordered is not billable"),
        (given("J9271", "0 mg"), "not given"),
        (given("J9271", "-5 mg"), "below 0"),
        (given("J9271", "75 mg/m2"), "body size"),
        (given("J9271", "200 units"), "counts mg"),
        (given("J0695", "1.5 g"), "combination"),
        (given("J1234", "1 mg"), "add it to rulesets"),
        (given("J9277", "1 mg"), "not known"),
    ],
)
def test_a_dose_that_cannot_be_billed_says_why(administration: dict[str, object], reason: str) -> None:
    found = derive(chart(administration))
    assert not found.lines
    assert reason in reasons(found)


def test_without_a_date_of_service_nothing_is_derived() -> None:
    found = derive(chart(given("J9271", "200 mg"), date_from=None))
    assert not found.lines
    assert "date of service" in reasons(found)


@pytest.mark.parametrize("count", ["1.5", "0", "-2"])
def test_a_count_that_is_no_number_of_vials_is_not_used(count: str) -> None:
    found = derive(chart(given("J9271", "150 mg", vials=[vial("100 mg", count)])))
    assert lines(found) == [("J9271", (), 150)]
    assert found.not_derived
