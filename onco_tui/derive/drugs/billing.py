"""From a dose to billing units: the amount is divided by the code's unit and rounded up once."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from onco_tui.codesets.hcpcs_units import BillingUnit
from onco_tui.derive.drugs.quantity import Quantity, quantity, shown
from onco_tui.encounter.values import plain


@lru_cache(maxsize=1024)
def unit_size(unit: BillingUnit) -> Quantity | None:
    """Give one billing unit as an exact amount; None when the code counts doses or vials, or has no unit."""
    if unit.basis not in ("amount", "up_to") or not unit.quantity:
        return None
    return quantity(unit.quantity, unit.unit)


def rounded_up(amount: Fraction, size: Fraction) -> int:
    """Give the units of an amount: a started unit counts whole."""
    return -(-amount.numerator * size.denominator // (amount.denominator * size.numerator))


def whole_units(amount: Fraction, size: Fraction) -> int:
    """Give the whole units in an amount."""
    return amount.numerator * size.denominator // (amount.denominator * size.numerator)


def in_unit(amount: Fraction, unit: BillingUnit) -> str:
    """Write an amount in the code's own unit: ``305 mg``."""
    one = quantity(1, unit.unit)
    if one and one.amount.numerator != one.amount.denominator:
        amount /= one.amount
    return _counted(shown(amount), unit.unit)


def _counted(number: str, name: str | None) -> str:
    return "1 unit" if (number, name) == ("1", "units") else f"{number} {name}"


def division(amount: Fraction, unit: BillingUnit, size: Fraction) -> str:
    """Write the arithmetic: ``305 mg / 10 mg = 30.5, rounded up to 31``."""
    exact = amount / size
    units = rounded_up(amount, size)
    one = plain(unit.quantity) if unit.quantity is not None else ""
    text = f"{in_unit(amount, unit)} / {_counted(one, unit.unit)} = {shown(exact)}"
    if unit.basis == "up_to":
        return f"{text}, one unit for each started {_counted(one, unit.unit)}: {units}"
    return text if exact.denominator == 1 else f"{text}, rounded up to {units}"
