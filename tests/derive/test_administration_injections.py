from __future__ import annotations

import pytest

from onco_tui.codesets.reference import shipped_reference
from tests.derive.visits import chemo, coded, codes, derive, gaps, given, line, push, readings, reasons, under


@pytest.mark.parametrize(
    ("drug_class", "code"),
    [("chemotherapy", "96401"), ("complex_biologic", "96401"), ("hormonal", "96402"), ("therapeutic", "96372")],
)
@pytest.mark.parametrize("route", ["subcutaneous", "intramuscular"])
def test_injections_follow_the_class(drug_class: str, code: str, route: str) -> None:
    assert coded(given("A1", "09:00", drug_class, route=route)) == {code: 1}


@pytest.mark.parametrize(
    ("hcpcs", "code"),
    [("J9144", "96401"), ("J9395", "96402"), ("J0897", "96372"), ("J1950", "96402"), ("J9041", "96401")],
)
def test_the_drug_table_gives_the_class_not_the_first_letters(hcpcs: str, code: str) -> None:
    assert coded(given("A1", "09:00", None, hcpcs=hcpcs, route="subcutaneous")) == {code: 1}


def test_a_payers_list_turns_the_family() -> None:
    listed = under(injection_only_codes=("J1950",))
    assert coded(given("A1", "09:00", "hormonal", hcpcs="J1950", route="intramuscular"), reference=listed) == {
        "96372": 1
    }
    commercial = shipped_reference().policy_for("COMMERCIAL_SAMPLE")
    assert "J1950" in commercial.injection_only_codes


def test_a_hyaluronidase_product_under_the_skin_is_an_injection_however_long() -> None:
    row = given("A1", "09:00-09:25", "chemotherapy", route="subcutaneous_infusion", drug="daratumumab sc")
    assert coded(row) == {"96401": 1}


def test_an_injection_beside_an_infusion_carries_a_modifier() -> None:
    found = derive(chemo("A1", "09:00-10:00"), given("A2", "10:00", route="subcutaneous"))
    assert {(ln.code, ln.modifiers) for ln in found.lines} == {("96413", ()), ("96372", ("59",))}
    assert {(ln.code, ln.modifiers) for ln in derive(given("A2", "10:00", route="subcutaneous")).lines} == {
        ("96372", ())
    }


def test_injections_never_take_the_initial_slot() -> None:
    assert coded(given("A1", "09:00", "chemotherapy", route="subcutaneous"), push("A2", "09:10")) == {
        "96401": 1,
        "96374": 1,
    }


def test_several_injections_of_one_drug_are_the_payers_choice() -> None:
    rows = [given(f"A{n}", "09:00", "hormonal", drug="fulvestrant", route="intramuscular") for n in range(2)]
    assert coded(*rows) == {"96402": 2}
    assert coded(*rows, reference=under(same_drug_injections="one_injection")) == {"96402": 1}
    assert readings(derive(*rows), "injections of one drug") == [{"96402": 1}]


def test_an_on_body_injector() -> None:
    assert coded(given("A1", "10:00", route="subcutaneous", drug="pegfilgrastim (Neulasta Onpro)")) == {"96377": 1}
    assert coded(given("A1", "10:00", route="subcutaneous", pump={"kind": "external"})) == {"96377": 1}


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ("09:15", {"96372": 1}),
        ("09:16", {"96369": 1}),
        ("10:30", {"96369": 1}),
        ("10:31", {"96369": 1, "96370": 1}),
        ("11:31", {"96369": 1, "96370": 2}),
    ],
)
def test_subcutaneous_infusions(stop: str, expected: dict[str, int]) -> None:
    assert coded(given("A1", f"09:00-{stop}", route="subcutaneous_infusion")) == expected


def test_further_subcutaneous_sites_are_one_further_set_up() -> None:
    rows = [
        given(f"A{n}", "09:00-10:00", route="subcutaneous_infusion", access_site=f"site {n}", drug="ig")
        for n in range(3)
    ]
    assert coded(*rows) == {"96369": 1, "96371": 1}


@pytest.mark.parametrize(
    ("route", "code"),
    [
        ("intraperitoneal", "96446"),
        ("intrapleural", "96440"),
        ("intravesical", "51720"),
        ("intrathecal", "96450"),
        ("intra_arterial_push", "96420"),
        ("intralesional", "96405"),
    ],
)
def test_other_ways_of_giving_chemotherapy(route: str, code: str) -> None:
    assert coded(chemo("A1", "09:00", route=route)) == {code: 1}
    assert code not in coded(given("A1", "09:00", route=route))


def test_several_drugs_into_the_spinal_canal_count_once() -> None:
    assert coded(chemo("A1", "09:00", route="intrathecal"), chemo("A2", "09:05", route="intrathecal")) == {"96450": 1}
    assert coded(chemo("A1", "09:00", route="intrathecal", access_site="Ommaya reservoir")) == {"96542": 1}


def test_lesions() -> None:
    found = derive(chemo("A1", "09:00", route="intralesional"))
    assert readings(found, "seven lesions") == [{"96406": 1}]
    rows = [chemo(f"A{n}", "09:00", route="intralesional") for n in range(8)]
    assert coded(*rows) == {"96406": 1}


@pytest.mark.parametrize(
    ("times", "expected"),
    [("09:00-09:15", {"96420": 1}), ("09:00-10:00", {"96422": 1}), ("09:00-10:31", {"96422": 1, "96423": 1})],
)
def test_arterial_infusions(times: str, expected: dict[str, int]) -> None:
    assert coded(chemo("A1", times, route="intra_arterial_infusion")) == expected


def test_a_prolonged_arterial_pump() -> None:
    row = chemo("A1", "09:00", route="intra_arterial_infusion", pump={"kind": "portable"}, ordered_minutes="1440")
    assert coded(row) == {"96425": 1}


def test_the_practitioners_own_work_is_reported_in_a_facility_and_nothing_else() -> None:
    rows = (
        chemo("A1", "09:00", route="intrathecal"),
        chemo("A2", "10:00-11:00"),
        given("A3", "9:00".zfill(5), route="oral"),
    )
    found = derive(*rows, place="22")
    assert codes(found) == {"96450": 1}
    assert "the facility reports" in reasons(found)["A2"]
    assert codes(derive(*rows, facility=True, place="22")) == {"96450": 1, "96413": 1}


@pytest.mark.parametrize("place", ["19", "21", "22", "23", "24"])
def test_places_in_which_the_facility_reports(place: str) -> None:
    assert coded(given("A1", "09:00-10:00"), place=place) == {}
    assert coded(given("A1", "09:00-10:00"), place=place, facility=True) == {"96365": 1}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (given("A1", "09:00", route="oral"), "oral"),
        (given("A1", "09:00", route="subcutaneous", documented_by="patient"), "self-administered"),
        (given("A1", "09:00-10:00", "radiopharmaceutical"), "radiopharmaceutical"),
        (given("A1", "09:00-10:00", "other"), "other"),
        (given("A1", "09:00-10:00", None), "class"),
        (given("A1", "09:00-10:00", route=None), "route"),
        (given("A1", "09:00-10:00", dose={"amount": "0", "unit": "mg"}), "zero"),
        (given("A1", "09:00", route="intrathecal"), "not chemotherapy"),
        (given("A1", "09:00", route="catheter_instillation", drug="heparin"), "not declotting"),
        (given("A1", "09:00", "hydration", route="iv_push", purpose="hydration"), "running infusion"),
    ],
)
def test_what_yields_no_line_says_why(row: dict[str, object], words: str) -> None:
    found = derive(row)
    assert codes(found) == {}
    assert words in reasons(found)["A1"]


def test_short_subcutaneous_infusions_are_an_injection_of_each_drug() -> None:
    rows = [given(f"A{n}", "10:45-11:00", route="subcutaneous_infusion") for n in range(2)]
    assert coded(*rows) == {"96372": 2}
    long = given("B1", "10:45-11:15", route="subcutaneous_infusion")
    assert coded(*rows, long) == {"96369": 1, "96372": 2}
    first = given("A1", "09:00-09:10", route="subcutaneous_infusion", drug="ig")
    assert coded(first, given("A2", "09:10-09:20", route="subcutaneous_infusion", drug="ig")) == {"96369": 1}


def test_the_hours_of_a_subcutaneous_infusion_name_the_drugs_that_ran() -> None:
    rows = (
        given("A1", "09:00-10:30", route="subcutaneous_infusion", drug="one"),
        given("A2", "09:00-11:31", route="subcutaneous_infusion", drug="two"),
    )
    found = derive(*rows)
    assert line(found, "96370").because == ("one + two ran 151 min, past minute 91, 151: 2 more hours",)


def test_a_drug_of_another_class_is_asked_for_and_its_codes_shown() -> None:
    found = derive(given("A1", "09:00", "other", route="intramuscular"))
    assert codes(found) == {}
    assert readings(found, "another class") == [{"96372": 1}]
    known = derive(given("A1", "09:00-10:00", "other", hcpcs="J9271"))
    assert readings(known, "another class") == [{"96413": 1}]


def test_cell_therapy_belongs_to_no_family() -> None:
    """Its own codes report it, never 96413 (fee schedule 38225 to 38228)."""
    for drug_class in (None, "other"):
        found = derive(given("A1", "09:00-10:00", drug_class, hcpcs="Q2042"))
        assert codes(found) == {}
        assert not found.judgements


@pytest.mark.parametrize(
    ("code", "route", "earned"),
    [
        ("J9070", "iv_infusion", "96413"),
        ("J2796", "subcutaneous", "96372"),
        ("J9250", "intramuscular", "96401"),
        ("J2505", "subcutaneous", "96372"),
        ("J9044", "subcutaneous", "96401"),
    ],
)
def test_a_drug_keeps_its_class_when_its_code_ends(code: str, route: str, earned: str) -> None:
    assert coded(given("A1", "09:00-10:00", None, hcpcs=code, route=route)) == {earned: 1}


@pytest.mark.parametrize(
    ("drug", "purpose", "earned"),
    [
        ("Cytoxan", "treatment", "96413"),
        ("Oncovin", "treatment", "96413"),
        ("Wellcovorin", "supportive", "96365"),
        ("mitoxantrone", "treatment", "96413"),
        ("Rocephin", "supportive", "96365"),
        ("immune globulin", "supportive", "96365"),
        ("Normal saline", None, None),
    ],
)
def test_old_brands_and_bare_ingredients_have_the_class_of_their_products(
    drug: str, purpose: str | None, earned: str | None
) -> None:
    found = derive(given("A1", "09:00-10:00", None, drug=drug, purpose=purpose))
    assert codes(found) == ({earned: 1} if earned else {})
    assert earned or "ordered as hydration" in reasons(found)["A1"]


def test_cells_are_not_said_to_be_charted_as_another_class() -> None:
    found = derive(given("A1", "09:00-09:20", None, drug="Yescarta", hcpcs="Q2041"))
    assert reasons(found)["A1"] == "Yescarta: cells are infused outside the drug administration codes"
    assert not gaps(found)
