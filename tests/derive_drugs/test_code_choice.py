"""Which code a drug gets: charted, by NDC, by name; ended, future and rival codes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.derive_drugs.drug_charts import amount, chart, derive, given, lines, readings, reasons, vial


@pytest.mark.parametrize(
    ("code", "on", "dose", "expected"),
    [
        ("J9070", "2024-03-31", "1000 mg", ("J9070", 10)),
        ("J9070", "2024-04-01", "1000 mg", ("J9075", 200)),
        ("J9250", "2024-04-01", "50 mg", ("J9260", 1)),
        ("J9340", "2025-07-01", "15 mg", ("J9342", 15)),
        ("J2796", "2025-01-01", "250 mcg", ("J2802", 250)),
        ("S0028", "2025-04-01", "20 mg", ("J1308", 80)),
        ("J2930", "2024-04-01", "125 mg", ("J2919", 25)),
        ("C9303", "2025-07-01", "300 mg", ("J1326", 150)),
        ("J9258", "2024-10-01", "100 mg", ("J9264", 100)),
        ("J9059", "2025-01-01", "100 mg", ("J9033", 100)),
        ("J9310", "2019-01-01", "500 mg", ("J9312", 50)),
    ],
)
def test_an_ended_code_gives_way_to_its_successor_with_its_own_unit(
    code: str, on: str, dose: str, expected: tuple[str, int]
) -> None:
    found = derive(chart(given(code, dose, vials=[vial(dose)]), on=on))
    assert [(row[0], row[2]) for row in lines(found)] == [expected]
    if code != expected[0]:
        assert any(f"{code} ended" in text for text in found.lines[0].because)


def test_an_ended_code_with_several_heirs_is_not_chosen_for_the_coder() -> None:
    found = derive(chart(given("J9044", "3.5 mg", vials=[vial("3.5 mg")])))
    assert not found.lines
    assert "J9041, J9046, J9048, J9049" in reasons(found)


def test_the_ndc_tells_the_heir() -> None:
    heir = given("J9044", "3.5 mg", vials=[vial("3.5 mg", ndc="63020-0049-01")])
    assert lines(derive(chart(heir))) == [("J9041", ("JZ",), 35)]


@pytest.mark.parametrize(("code", "why"), [("J9371", "no successor"), ("J9037", "no successor")])
def test_an_ended_code_without_an_heir_says_so(code: str, why: str) -> None:
    assert why in reasons(derive(chart(given(code, "5 mg"))))


def test_a_code_of_the_future_is_refused_and_the_one_in_force_named() -> None:
    assert "until then an unlisted code" in reasons(derive(chart(given("J9024", "1875 mg"), on="2025-03-31")))
    assert "J9070 was in force" in reasons(derive(chart(given("J9075", "1000 mg"), on="2024-03-31")))


def test_hospital_codes_are_for_hospitals() -> None:
    drug = given("C9307", "50 mg", vials=[vial("50 mg")])
    assert "hospital outpatient" in reasons(derive(chart(drug)))
    assert lines(derive(chart(drug, claim_type="institutional"))) == [("C9307", ("JZ",), 50)]


@pytest.mark.parametrize("code", ["J9999", "J3490", "J3590"])
def test_unlisted_codes_have_no_derived_line(code: str) -> None:
    found = derive(chart(given(code, "10 mg", drug="newmab")))
    assert not found.lines
    assert "narrative" in reasons(found)


@pytest.mark.parametrize(
    ("name", "dose", "expected"),
    [
        ("Keytruda", "200 mg", "J9271"),
        ("pembrolizumab", "200 mg", "J9271"),
        ("TRASTUZUMAB-DKST", "150 mg", "Q5114"),
        ("Pegfilgrastim 6 mg", "6 mg", "J2506"),
        ("leucovorin (folinic acid)", "100 mg", "J0640"),
        ("bezlotoxumab", "1000 mg", "J0565"),
        ("ceftriaxone", "1 g", "J0696"),
    ],
)
def test_an_exact_name_leads_to_the_code_in_force(name: str, dose: str, expected: str) -> None:
    found = derive(chart({"drug": name} | given("", dose, vials=[vial(dose)])))
    assert [row[0] for row in lines(found)] == [expected]


@pytest.mark.parametrize("name", ["pembrolizumb", "keytrud", "drug A", "", "mab"])
def test_a_near_name_is_no_name(name: str) -> None:
    assert not derive(chart({"drug": name} | given("", "200 mg"))).lines


def test_the_date_decides_what_a_name_means() -> None:
    cyclophosphamide = {"drug": "cyclophosphamide"} | given("", "1000 mg", vials=[vial("1000 mg")])
    assert lines(derive(chart(cyclophosphamide, on="2024-03-31")))[0][::2] == ("J9070", 10)
    assert lines(derive(chart(cyclophosphamide, on="2024-04-01")))[0][::2] == ("J9075", 200)


def test_a_name_without_labeler_shows_the_labelers_codes() -> None:
    found = derive(chart({"drug": "bortezomib"} | given("", "3.5 mg", vials=[vial("3.5 mg")])))
    assert lines(found) == [("J9041", ("JZ",), 35)]
    assert {reading[0][0] for reading in readings(found)} == {"J9046", "J9048", "J9049", "J9051", "J9054"}


def test_a_name_that_leads_to_several_codes_names_them() -> None:
    found = derive(chart({"drug": "leuprolide"} | given("", "7.5 mg")))
    assert not found.lines
    assert "J1950, J1952, J1954, J9217, J9218" in reasons(found)


def test_a_fluid_gets_the_code_of_its_bag() -> None:
    bag = {"drug": "sodium chloride 0.9%", "purpose": "hydration"}
    assert lines(derive(chart(bag | given("", "500 mL", vials=[vial("500 mL")])))) == [("J7040", ("JZ",), 1)]
    assert lines(derive(chart(bag | given("", "1000 mL", vials=[vial("1 L")])))) == [("J7030", ("JZ",), 1)]


def test_an_ndc_leads_to_its_code() -> None:
    found = derive(chart({"ndc": "0006-3026-02"} | given("", "200 mg", vials=[vial("100 mg", 2)])))
    assert lines(found) == [("J9271", ("JZ",), 200)]
    assert any("00006-3026-02" in text for text in found.lines[0].because)


def test_an_ndc_of_another_code_is_a_doubt_about_the_charted_one() -> None:
    drug = given("J9355", "150 mg", vials=[vial("150 mg", ndc="67457-0991-15")])
    found = derive(chart(drug))
    assert lines(found) == [("J9355", ("JZ",), 15)]
    assert readings(found) == [[("Q5114", ("JZ",), 15)]]
    assert "Ogivri" in found.judgements[0].question


def _questions(document: dict[str, object]) -> Iterator[str]:
    return (doubt.question for doubt in derive(document).judgements)


def test_a_charted_brand_of_another_code_is_a_doubt() -> None:
    drug = given("J9355", "150 mg", drug="Kanjinti", vials=[vial("150 mg")])
    assert any("Kanjinti" in question for question in _questions(chart(drug)))
    plain = given("Q5117", "150 mg", drug="trastuzumab", vials=[vial("150 mg")])
    assert not list(_questions(chart(plain)))


def test_a_route_that_belongs_to_the_sibling_product_is_a_doubt() -> None:
    drug = given("J9299", "600 mg", route="subcutaneous", vials=[vial("600 mg")])
    found = derive(chart(drug))
    assert lines(found) == [("J9299", ("JZ",), 600)]
    assert readings(found) == [[("J9289", ("JZ",), 300)]]


def test_a_name_and_a_route_choose_the_product_for_that_route() -> None:
    drug = {"drug": "nivolumab", "route": "subcutaneous"} | given("", "600 mg", vials=[vial("600 mg")])
    assert lines(derive(chart(drug)))[0] == ("J9289", ("JZ",), 300)


def test_a_code_outside_the_table_takes_its_unit_from_the_descriptor() -> None:
    assert lines(derive(chart(given("J0565", "1000 mg", vials=[vial("1000 mg")])))) == [("J0565", ("JZ",), 100)]
    unsure = derive(chart(given("J0565", "1000 mg", vials=[vial("1000 mg", 1, None)])))
    assert lines(unsure) == [("J0565", (), 100)]
    assert "single-dose" in reasons(unsure)


@pytest.mark.parametrize(("dose", "code", "units"), [("22.5 mg", "J9217", 3), ("11.25 mg", "J1950", 3)])
def test_a_brand_of_two_codes_is_told_by_the_size_it_comes_in(dose: str, code: str, units: int) -> None:
    found = derive(chart(given("", dose, drug="Lupron Depot", vials=[vial(dose)], discarded=amount("0 mg"))))
    assert lines(found) == [(code, ("JZ",), units)]
    assert "comes in the charted size" in found.judgements[0].question


def test_a_size_of_both_codes_tells_nothing() -> None:
    found = derive(chart(given("", "7.5 mg", drug="Lupron Depot", vials=[vial("7.5 mg")], discarded=amount("0 mg"))))
    assert lines(found) == []
    assert "can be J1950, J9217" in reasons(found)


@pytest.mark.parametrize(
    ("name", "dose", "route", "expected"),
    [
        ("promethazine", "25 mg", "iv_push", [("J2550", ("JZ",), 1)]),  # not Q0169, which is a tablet
        ("furosemide", "40 mg", "iv_push", [("J1938", ("JZ",), 40)]),  # not J1941, which is one brand
        ("acetaminophen", "1000 mg", "iv_infusion", [("J0131", ("JZ",), 100)]),  # not a combination of it
        ("vitamin B12", "1000 mcg", "intramuscular", [("J3420", ("JZ",), 1)]),
        ("leuprolide acetate", "22.5 mg", "intramuscular", [("J9217", ("JZ",), 3)]),  # not J9218, given daily
        ("leuprolide acetate", "7.5 mg", "intramuscular", []),  # two depots come in it
    ],
)
def test_a_name_leads_to_the_form_that_was_given(
    name: str, dose: str, route: str, expected: list[tuple[str, tuple[str, ...], int]]
) -> None:
    given_so = given("", dose, drug=name, route=route, vials=[vial(dose)], discarded=amount(f"0 {dose.split()[1]}"))
    assert lines(derive(chart(given_so))) == expected


def test_an_unlisted_code_gives_way_to_the_code_of_the_package() -> None:
    found = derive(chart(given("J9999", "200 mg", drug="Newdrug", ndc="0006-3026-02")))
    assert lines(found) == []
    assert "the drug has J9271" in reasons(found)
