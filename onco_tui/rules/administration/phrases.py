"""Phrases that several messages share: codes with units, what was given, the derivation's own reasons."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.values import plain
from onco_tui.rules.administration.charted import behind, told
from onco_tui.rules.administration.comparison import Difference
from onco_tui.rules.context import Context

MOST_TOLD = 4


def coded(code: str, units: Decimal, modifiers: Iterable[str] = ()) -> str:
    """Write a code with its modifiers and its units where they are not one: ``96375-59 x 2``."""
    text = "-".join((code, *modifiers))
    return text if units == 1 else f"{text} x {plain(units)}"


def right_code(difference: Difference) -> str:
    """Write the derived code of a difference with the units the chart supports."""
    derived = difference.derived
    return coded(derived.code, difference.supported, derived.modifiers) if derived else ""


def all_told(context: Context, administrations: Iterable[Administration]) -> str:
    """Tell of several administrations, the first few in full."""
    told_of = [told(context, administration) for administration in administrations]
    if len(told_of) <= MOST_TOLD:
        return ", ".join(told_of)
    return f"{', '.join(told_of[: MOST_TOLD - 1])} and {len(told_of) - MOST_TOLD + 1} more"


def drugs_told(context: Context, difference: Difference) -> str:
    """Tell of the administrations a difference is about; "one of" where the chart cannot say which."""
    administrations = behind(context, difference)
    derived = difference.derived
    unclear = derived is not None and difference.supported < derived.units and len(administrations) > 1
    return f"{'one of ' if unclear and difference.recoded else ''}{all_told(context, administrations)}"


def because(derived: DerivedLine, *, starting: str = "") -> str:
    """Give the derivation's own reasons: those that start with some words, else those about the drugs."""
    if starting:
        return next((text for text in derived.because if text.startswith(starting)), "")
    own = [text for text in derived.because if not text.startswith(("initial:", "a further", "modifier"))]
    return ", ".join(own)
