"""Amounts that no claim can carry."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import claims_manual_26
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.registry import rule

_CENT, _THOUSANDTH = Decimal("0.01"), Decimal("0.001")


@rule("CLM110", "amount-not-writable", Severity.ERROR, authority=(claims_manual_26("10.4, items 24F, 24G, 28"),))
def amount_not_writable(context: Context) -> Iterator[Draft | NotChecked]:
    """Amount that cannot be written.

    What it finds: A charge or total below zero or with fractions of a cent; units finer than a thousandth.
    Why it matters: The claim has no room for them: what is sent is another amount, or the claim is rejected.
    What the chart must show: Nothing; a charge is the practice's own, units follow from the service.
    Example: A charge of 12.345.
    Fix: None by the program; the coder enters the amount. Units of zero or less are CLM105's.
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.4, items 24F, 24G and 28; 837 segments CLM02,
        SV102 and SV104.
    """
    total = context.claim.total_charge
    if total is not None and (fault := _fault(total)):
        yield Draft(f"the claim total {fault}", evidence=(Evidence("claim.total_charge", plain(total)),))
    for line in context.claim.lines:
        faults = []
        if line.charge is not None and (fault := _fault(line.charge)):
            faults.append(f"charge {fault}")
        if line.units % _THOUSANDTH:
            faults.append(f"units {plain(line.units)} are finer than a thousandth")
        if faults:
            yield Draft(
                f"line {line.line}: {', '.join(faults)}",
                lines=(line.line,),
                evidence=line_evidence(line, "charge", "units"),
            )


def _fault(amount: Decimal) -> str:
    if amount < 0:
        return f"{plain(amount)} is below zero"
    return f"{plain(amount)} has fractions of a cent" if amount % _CENT else ""
