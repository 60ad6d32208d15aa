from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies

from onco_tui.derive.drugs.quantity import Quantity, concentration, convert, quantity, shown, why_unreadable
from onco_tui.encounter.chart import Amount


@pytest.mark.parametrize(
    ("amount", "unit", "base", "dimension"),
    [
        ("1.5", "g", "1500", "mass"),
        ("250", "mcg", "0.25", "mass"),
        ("250", "µg", "0.25", "mass"),
        ("250", "μg", "0.25", "mass"),
        ("100", "MG", "100", "mass"),
        ("40000", "IU", "40000", "potency"),
        ("18", "million units", "18000000", "potency"),
        ("18", "MU", "18000000", "potency"),
        ("18", "million international units", "18000000", "potency"),
        ("20", "mEq", "20", "equivalents"),
        ("1", "L", "1000", "volume"),
        ("5", "cc", "5", "volume"),
        ("55", "microcuries", "0.055", "activity"),
        ("1", "million pfu", "1000000", "particles"),
    ],
)
def test_units_are_brought_to_one_base(amount: str, unit: str, base: str, dimension: str) -> None:
    found = quantity(Decimal(amount), unit)
    assert found is not None
    assert (found.amount, found.dimension) == (Fraction(base), dimension)


def test_becquerels_are_exact() -> None:
    assert quantity(Decimal(7400), "MBq") == quantity(Decimal(200), "mCi")
    assert quantity(Decimal("7.4"), "GBq") == quantity(Decimal(200), "mCi")


@pytest.mark.parametrize(
    "unit", ["mg/m2", "mg/kg", "AUC", "tabs", "", "mu", "m g", "x" * 500, "million", "million mg/m2"]
)
def test_what_is_not_an_amount_of_drug_is_refused(unit: str) -> None:
    assert quantity(Decimal(1), unit) is None


def test_a_dose_by_body_size_is_named_as_such() -> None:
    assert "body size" in why_unreadable("mg/m2")
    assert "cannot" not in why_unreadable("mg/kg")
    assert "smoots" in why_unreadable("smoots")


@pytest.mark.parametrize(
    ("amount", "unit", "per_ml"),
    [
        ("10", "mg/mL", "10"),
        ("250", "mg/5 mL", "50"),
        ("20", "units per mL", "20"),
        ("5", "%", "50"),
        ("2", "g/L", "2"),
    ],
)
def test_concentrations(amount: str, unit: str, per_ml: str) -> None:
    strength = concentration(Amount(amount=Decimal(amount), unit=unit))
    assert strength is not None
    assert strength.per_ml.amount == Fraction(per_ml)


@pytest.mark.parametrize("unit", ["mg", "mg/", "/mL", "mg/mg", "mg/0 mL", "mL/mL/mL", "mg/mL" * 30])
def test_what_is_no_concentration(unit: str) -> None:
    strength = concentration(Amount(amount=Decimal(1), unit=unit))
    assert strength is None


def test_volume_becomes_drug_and_back_only_by_a_concentration() -> None:
    strength = concentration(Amount(amount=Decimal(25), unit="mg/mL"))
    volume = Quantity(Fraction(4), "volume")
    assert convert(volume, "mass", strength) == Quantity(Fraction(100), "mass")
    assert convert(Quantity(Fraction(100), "mass"), "volume", strength) == volume
    assert convert(volume, "mass") is None
    assert convert(volume, "potency", strength) is None
    assert convert(Quantity(Fraction(1), "potency"), "mass", strength) is None


def test_amounts_are_written_as_a_coder_would() -> None:
    assert [shown(Fraction(n)) for n in ("30.5", "200", "1/3", "2/3", "0.00004")] == [
        "30.5",
        "200",
        "0.3333",
        "0.6667",
        "0",
    ]


@given(strategies.fractions(min_value=0, max_value=10**40))
def test_no_amount_is_too_long_to_write(amount: Fraction) -> None:
    assert abs(Fraction(shown(amount)) - amount) <= Fraction(1, 10_000)
