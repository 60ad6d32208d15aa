"""Whole drugs: given and not billed, billed and not given."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.authorities import claims_manual_17
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.drugs.billed import charges, is_certain, listed, weighed
from onco_tui.rules.drugs.comparison import administrations_of, whole_difference
from onco_tui.rules.drugs.drafts import drafts, drugs_unchecked, lines_unchecked
from onco_tui.rules.drugs.other_day import Misdated, misdated
from onco_tui.rules.drugs.settling import move
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule(
    "DRG105",
    "drug-not-billed",
    Severity.WARNING,
    needs=("administrations",),
    authority=(claims_manual_17("10"), claims_manual_17("40")),
)
def drug_not_billed(context: Context) -> Iterator[Draft | NotChecked]:
    """Drug given but not billed.

    What it finds: A purchased drug that was given and that no line of that date bills.
    Why it matters: The practice paid for the drug; the administration without it invites a denial too.
    What the chart must show: The drug, the dose given, the containers opened, and how it was acquired.
    Example: 8 mg of ondansetron pushed before chemotherapy and no J2405.
    Fix: Add the line, without a charge, which the chart does not know (review); ask which product was given where the
        chart points to two codes (query). Free drug, drug the patient brought and carrier fluid are left alone.
    Authority: Medicare Claims Processing Manual, chapter 17 sections 10 and 40.
    """
    yield from drafts(context, "DRG105")
    yield from drugs_unchecked(context)


@rule("DRG106", "drug-not-given", Severity.ERROR, needs=("administrations",), authority=(claims_manual_17("10"),))
def drug_not_given(context: Context) -> Iterator[Draft | NotChecked]:
    """Drug billed but not given.

    What it finds: A drug line that no charted administration of that date supports, or that bills a carrier fluid.
    Why it matters: A drug without documentation is taken back on audit.
    What the chart must show: The administration with drug, dose, route and date.
    Example: J1100 on the claim, no dexamethasone in the chart.
    Fix: Remove the line (review: the chart may be incomplete, or the drug dispensed).
    Authority: Medicare Claims Processing Manual, chapter 17 section 10; carrier fluids: NCCI Policy Manual, chapter XI.
    """
    yield from drafts(context, "DRG106")
    yield from lines_unchecked(context)


@rule(
    "DRG136",
    "drug-given-on-another-date",
    Severity.ERROR,
    needs=("administrations",),
    authority=(claims_manual_17("10"),),
)
def drug_given_on_another_date(context: Context) -> Iterator[Draft | NotChecked]:
    """Drug given on another date.

    What it finds: A drug billed on a date without an administration of it, while the chart has it on one other date
        that no line bills, or where just these lines are lacking.
    Why it matters: The line is denied for want of documentation, and the date decides code, modifiers and limits.
    What the chart must show: The date the drug was given.
    Example: Pembrolizumab billed on 2026-03-09; the chart has it on 2026-03-02.
    Fix: Put the lines on the charted date with the units and modifiers the chart supports then, within the dates of
        the claim (review: the chart may lack an administration).
    Authority: Medicare Claims Processing Manual, chapter 17 section 10.
    """
    for pair in context.once(misdated):
        yield _misdated(context, pair)
    yield from lines_unchecked(context)


def _misdated(context: Context, pair: Misdated) -> Draft:
    numbers = tuple(line.line for line in pair.lines)
    code, given = pair.billed.code, administrations_of(context, pair.given)
    name = context.reference.label(code) or code
    return Draft(
        f"line {listed(numbers)} bills {code} on {pair.billed.day}; the chart has {name} on {pair.given.day}, "
        f"{'where just that is lacking' if pair.given.billed else 'and no line bills it then'}",
        lines=numbers,
        evidence=(
            *(found for line in pair.lines for found in line_evidence(line, "code", "date_of_service")),
            *(found for a in given for found in chart_evidence(a, "drug", "start")),
        ),
        amount_at_risk=charges(pair.lines),
        fixes=_move(context, pair),
        subject=f"{code} {pair.billed.day}",
        severity=weighed(Severity.ERROR, certain=is_certain(context, code)),
    )


def _move(context: Context, pair: Misdated) -> tuple[Fix, ...]:
    first, last = context.claim.date_from, context.claim.date_to or context.claim.date_from
    inside = first is None or last is None or first <= pair.given.day <= last
    return move(context, whole_difference(context, "DRG136", pair.moved)) if inside else ()
