"""The drug table, what CMS's descriptors say beside it, and the links between codes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from onco_tui.codesets.drugs import DrugTable
from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.drugs.billing import unit_size

DRUGS = shipped_reference().drugs
BY_DESCRIPTOR = [drug for drug in DRUGS if DRUGS.hcpcs.unit(drug.hcpcs)]


def test_the_table_agrees_with_every_descriptor_in_unit_and_dates() -> None:
    assert len(BY_DESCRIPTOR) > 240
    for drug in BY_DESCRIPTOR:
        described = DRUGS.hcpcs.unit(drug.hcpcs)
        assert described is not None
        own = drug.billing_unit
        assert (own.effective_from, own.effective_to) == (described.effective_from, described.effective_to), drug.hcpcs
        if own.basis == "dose":  # read from the label where the descriptor names a combination
            assert described.basis == "dose" or described.combination, drug.hcpcs
            continue
        assert own.basis == described.basis, drug.hcpcs
        assert unit_size(own) == unit_size(described), drug.hcpcs


def test_codes_the_cms_file_lacks_have_no_billable_unit() -> None:
    lacking = [drug for drug in DRUGS if drug not in BY_DESCRIPTOR]
    assert [drug.hcpcs for drug in lacking] == ["J9277"]
    assert all(drug.billing_unit.basis == "none" for drug in lacking)


def test_a_unit_is_found_by_code_whether_or_not_the_table_has_the_drug() -> None:
    outside = DRUGS.billing_unit("J0565")
    assert outside is not None
    assert (outside.words, DRUGS.by_code("J0565")) == ("10 mg", None)
    assert DRUGS.billing_unit("J1234") is None
    assert DRUGS.billing_unit(None) is None


def test_names_are_exact_and_lead_to_the_plain_product() -> None:
    def codes(name: str) -> list[str]:
        return [drug.hcpcs for drug in DRUGS.by_name(name)]

    assert codes("  Velcade ") == codes("BORTEZOMIB") == ["J9041"]
    assert codes("trastuzumab") == ["J9355"]
    assert codes("trastuzumab-anns") == codes("Kanjinti") == ["Q5117"]
    assert codes("Kanjint") == []
    assert set(codes("cyclophosphamide")) == {"J9070", "J9075"}
    assert DRUGS.by_name(None) == ()


def test_siblings_are_the_other_products_of_an_ingredient() -> None:
    assert {drug.hcpcs for drug in DRUGS.siblings("J9035")} == {"Q5107", "Q5118", "Q5126", "Q5129", "Q5160"}
    assert DRUGS.siblings("J1234") == ()


def test_links_name_codes_that_exist_and_follow_each_other() -> None:
    for code, after in DRUGS.links.successors.items():
        old = DRUGS.billing_unit(code)
        assert old is not None, code
        assert old.effective_to is not None, code
        for successor in after:
            new = DRUGS.billing_unit(successor.code)
            assert new is not None, (code, successor.code)
            assert new.effective_to is None or new.effective_to > old.effective_to, (code, successor.code)


def test_conversions_of_successors_are_what_the_units_say() -> None:
    stated = 0
    for code, after in DRUGS.links.successors.items():
        old = DRUGS.billing_unit(code)
        for successor in after:
            new = DRUGS.billing_unit(successor.code)
            sizes = [unit_size(unit) for unit in (old, new) if unit]
            if successor.units is not None and None not in sizes:
                before, behind = (size for size in sizes if size)
                assert before.dimension == behind.dimension, code
                assert Fraction(successor.units) == before.amount / behind.amount, code
                stated += 1
    assert stated > 100


@pytest.mark.parametrize(
    ("code", "successor", "units"),
    [("J9070", "J9075", "20"), ("J9250", "J9260", "0.1"), ("S0028", "J1308", "80"), ("C9303", "J1326", "0.5")],
)
def test_published_conversions(code: str, successor: str, units: str) -> None:
    (found,) = DRUGS.successors(code)
    assert (found.code, found.units) == (successor, Decimal(units))


def test_a_pass_through_code_finds_its_permanent_one() -> None:
    assert [after.code for after in DRUGS.successors("C9027")] == ["J9271"]


def test_the_last_valid_day_is_valid() -> None:
    ended = DRUGS.by_code("J9070")
    assert ended is not None
    assert ended.in_force(date(2024, 3, 31))
    assert not ended.in_force(date(2024, 4, 1))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("pembrolizumb", "J9271"),
        ("keytrda", "J9271"),
        ("carboplatn", "J9045"),
        ("Bevacizumab", "J9035"),
        ("trastuzumab dkst", "Q5114"),
        ("5-fu", "J9190"),
        ("j9271", "J9271"),
        ("0006-3026-02", "J9271"),
        ("kanjiti", "Q5117"),
        ("bezlotoxumab", "J0565"),
    ],
)
def test_people_find_drugs_despite_misspelling(typed: str, code: str) -> None:
    assert DRUGS.search(typed)[0].code == code


def test_search_is_bounded_and_finds_nothing_for_nonsense() -> None:
    assert len(DRUGS.search("filgrastim", limit=3)) == 3
    assert DRUGS.search("") == ()
    assert DRUGS.search("qqqq" * 10_000) == ()


def test_a_table_without_its_companions_still_works() -> None:
    bare = DrugTable(list(DRUGS)[:3], "test")
    assert len(bare) == 3
    assert bare.by_ndc("0006-3026-02") is None
    assert bare.billing_unit("J0565") is None
    assert bare.successors("J9070") == ()
