"""Lines that stand twice, and the sum of the charges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import Edit, remove_line, set_claim_field, set_line_field
from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import claims_manual_1, claims_manual_26
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

# Modifiers that say a service was done again on purpose.
_REPEATED = frozenset({"76", "77", "91", "59", "XE", "XP", "XS", "XU"})


@rule("CLM103", "duplicate-line", Severity.ERROR, authority=(claims_manual_1("120"),))
def duplicate_line(context: Context) -> Iterator[Draft | NotChecked]:
    """Duplicate line.

    What it finds: A line that repeats an earlier one in code, modifiers, date, units, pointers, provider, drug product
        and narrative, without a modifier for a repeated service.
    Why it matters: Payers deny exact duplicates, and if both are paid the second is an overpayment.
    What the chart must show: Whether the service was given once or twice; twice makes this a warning.
    Example: J9271 JZ, 200 units, twice on one day.
    Fix: Remove the repetition, or, where the chart supports the units of both, join them into one line (review).
    Authority: Medicare Claims Processing Manual, chapter 1 section 120.
    """
    first: dict[object, ClaimLine] = {}
    for line in context.claim.lines:
        if not line.code or _REPEATED.intersection(line.modifiers):
            continue
        original = first.setdefault(_identity(context, line), line)
        if original is not line:
            supported = _supported(context)[line.code, context.day_of(line)] >= original.units + line.units
            yield Draft(
                f"line {line.line} repeats line {original.line}: {line.code} x {plain(line.units)} on the same day",
                lines=(original.line, line.line),
                evidence=line_evidence(original, *_COMPARED) + line_evidence(line, *_COMPARED),
                direction="format" if supported else "over",
                amount_at_risk=None if supported else line.charge,
                fixes=(_fix(context, original, line, supported=supported),),
                severity=Severity.WARNING if supported else None,
            )


_COMPARED = ("code", "modifiers", "units", "date_of_service")


def _identity(context: Context, line: ClaimLine) -> tuple[object, ...]:
    return (
        line.code,
        frozenset(line.modifiers),
        context.day_of(line),
        line.date_to,
        line.units,
        line.diagnosis_pointers,
        line.rendering_npi,
        line.place_of_service,
        line.ndc.code if line.ndc else None,
        line.narrative,
    )


def _fix(context: Context, original: ClaimLine, line: ClaimLine, *, supported: bool) -> Fix:
    removal = remove_line(context.claim, line.line)
    if not supported:
        return Fix(f"remove line {line.line}", "review", (removal,))
    joined: list[Edit] = [set_line_field(original, "units", original.units + line.units)]
    if original.charge is not None and line.charge is not None:
        joined.append(set_line_field(original, "charge", original.charge + line.charge))
    if original.ndc and line.ndc and original.ndc.quantity is not None and line.ndc.quantity is not None:
        both = original.ndc.model_copy(update={"quantity": original.ndc.quantity + line.ndc.quantity})
        joined.append(set_line_field(original, "ndc", both))
    return Fix(f"join line {line.line} to line {original.line}", "review", (*joined, removal))


def _supported(context: Context) -> dict[tuple[str, date | None], Decimal]:
    """Give the units the chart supports for each code and date."""
    units: dict[tuple[str, date | None], Decimal] = defaultdict(Decimal)
    for derived in context.derivation.lines:
        units[derived.code, derived.date_of_service] += derived.units
    return units


@rule("CLM104", "charge-total", Severity.ERROR, authority=(claims_manual_26("10.4, item 28"),))
def charge_total(context: Context) -> Iterator[Draft | NotChecked]:
    """Charge total.

    What it finds: A claim total that is not the sum of the line charges.
    Why it matters: Out of balance claims are rejected at the front door.
    What the chart must show: Nothing; a charge is the practice's own.
    Example: A total of 500.00 over lines of 410.00 and 96.00.
    Fix: Set the total to the sum (review: a line's charge may be what is wrong).
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.4, item 28; 837 segment CLM02.
    """
    claim = context.claim
    if claim.total_charge is None:
        yield NotChecked("the claim has no total charge")
        return
    if open_lines := tuple(line.line for line in claim.lines if line.charge is None):
        yield NotChecked(f"line {', '.join(map(str, open_lines))} has no charge", lines=open_lines)
        return
    if claim.total_charge != claim.total:
        edit = set_claim_field(claim, "total_charge", claim.total)
        yield Draft(
            f"the claim total is {claim.total_charge:.2f}; the lines add up to {claim.total:.2f}",
            evidence=(Evidence("claim.total_charge", f"{claim.total_charge:.2f}"),),
            direction="over" if claim.total_charge > claim.total else "under",
            fixes=(Fix(f"set the total to {claim.total:.2f}", "review", (edit,)),),
        )
