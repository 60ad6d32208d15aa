"""Lines that stand twice, and the sum of the charges."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import remove_line, set_claim_field
from onco_tui.encounter.values import plain
from onco_tui.rules.administration.drafts import changed_lines
from onco_tui.rules.authorities import claims_manual_1, claims_manual_26
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.duplicates import repetitions
from onco_tui.rules.edit_series import EditSeries
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_MOST_WRITABLE = Decimal("99999999.99")  # 837 data element 782 in CLM02


@rule("CLM103", "duplicate-line", Severity.ERROR, authority=(claims_manual_1("120"),))
def duplicate_line(context: Context) -> Iterator[Draft | NotChecked]:
    """Duplicate line.

    What it finds: A line that repeats an earlier one in code, modifiers, date, units, pointers, provider, drug product
        and narrative, without a modifier for a repeated service.
    Why it matters: Payers deny exact duplicates, and if both are paid the second is an overpayment.
    What the chart must show: Whether the service was given once or twice; twice makes this a warning.
    Example: J9271 JZ, 200 units, twice on one day.
    Fix: Remove the repetition, or, where the chart supports the units of both, join them into one line (review). Where
        the chart settles what a repeated administration should be, the ADM rules say so.
    Authority: Medicare Claims Processing Manual, chapter 1 section 120.
    """
    for repetition in context.once(repetitions):
        if repetition.line.line in context.once(changed_lines):
            continue
        line, original, supported = repetition.line, repetition.original, repetition.supported
        yield Draft(
            f"line {line.line} repeats line {original.line}: {line.code} x {plain(line.units)} on the same day",
            lines=(original.line, line.line),
            evidence=line_evidence(original, *_COMPARED) + line_evidence(line, *_COMPARED),
            direction="format" if supported else "over",
            amount_at_risk=None if supported else line.charge,
            fixes=(_join(original, line, context) if supported else _removal(line, context),),
            severity=Severity.WARNING if supported else None,
        )


_COMPARED = ("code", "modifiers", "units", "date_of_service")


def _removal(line: ClaimLine, context: Context) -> Fix:
    return Fix(f"remove line {line.line}", "review", (remove_line(context.claim, line.line),))


def _join(original: ClaimLine, line: ClaimLine, context: Context) -> Fix:
    series = EditSeries(context.encounter)
    series.set(original.line, "units", original.units + line.units)
    if original.charge is not None and line.charge is not None:
        series.set(original.line, "charge", original.charge + line.charge)
    if original.ndc and line.ndc and original.ndc.quantity is not None and line.ndc.quantity is not None:
        both = original.ndc.model_copy(update={"quantity": original.ndc.quantity + line.ndc.quantity})
        series.set(original.line, "ndc", both)
    series.remove(line.line)
    return Fix(f"join line {line.line} to line {original.line}", "review", series.edits)


@rule("CLM104", "charge-total", Severity.ERROR, authority=(claims_manual_26("10.4, item 28"),))
def charge_total(context: Context) -> Iterator[Draft | NotChecked]:
    """Charge total.

    What it finds: A claim total that is not the sum of the line charges.
    Why it matters: Out of balance claims are rejected before anyone reads them.
    What the chart must show: Nothing; a charge is the practice's own.
    Example: A total of 500.00 over lines of 410.00 and 96.00.
    Fix: Set the total to the sum (review: a line's charge may be what is wrong); none while a line has no charge, or
        for a sum beyond the ten digits of a total.
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.4, item 28; 837 segment CLM02.
    """
    claim = context.claim
    if claim.total_charge is None:
        yield NotChecked("the claim has no total charge")
        return
    open_lines = tuple(line.line for line in claim.lines if line.charge is None)
    if open_lines and claim.total_charge >= claim.total:
        yield NotChecked(f"line {', '.join(map(str, open_lines))} has no charge", lines=open_lines)
    elif claim.total_charge != claim.total:
        offered = not open_lines and claim.total <= _MOST_WRITABLE
        edits = (set_claim_field(claim, "total_charge", claim.total),) if offered else ()
        yield Draft(
            f"the claim total is {claim.total_charge:.2f}; the lines add up to {claim.total:.2f}",
            evidence=(Evidence("claim.total_charge", f"{claim.total_charge:.2f}"),),
            direction="over" if claim.total_charge > claim.total else "under",
            fixes=(Fix(f"set the total to {claim.total:.2f}", "review", edits),) if offered else (),
        )
