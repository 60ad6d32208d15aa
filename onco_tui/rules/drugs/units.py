"""Drug units against the dose given."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.authorities import claims_manual_17
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.drafts import drafts, lines_unchecked
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule(
    "DRG101",
    "units-not-matching-dose",
    Severity.ERROR,
    needs=("administrations",),
    authority=(claims_manual_17("10"), claims_manual_17("40")),
)
def units_not_matching_dose(context: Context) -> Iterator[Draft | NotChecked]:
    """Units not matching the dose.

    What it finds: A drug billed with other units than the dose given makes, or JW units other than those discarded.
    Why it matters: Too many units are an overpayment that recovery audits look for; too few give up paid drug.
    What the chart must show: The dose given (not ordered), the containers opened, and the amount discarded.
    Example: 200 mg of pembrolizumab is 200 units of 1 mg; 355 mg in units of 10 mg is 36, never rounded to the vial.
    Fix: Set the units, and the charge in proportion unless the units are so far off that they rather are a slip of the
        pen (safe when dose, containers and discard are charted); remove a line that is too much, or choose among
        readings of the chart (review).
    Authority: Medicare Claims Processing Manual, chapter 17 section 10 (the dose, rounded up to the next unit) and
        section 40 (discarded amounts, JW from 2017-01-01); overfill is never billable, 42 CFR 414.904.
    """
    yield from drafts(context, "DRG101")
    yield from lines_unchecked(context)
