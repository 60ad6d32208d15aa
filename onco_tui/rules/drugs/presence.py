"""Whole drugs: given and not billed, billed and not given."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.authorities import claims_manual_17
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.drafts import drafts, drugs_unchecked, lines_unchecked
from onco_tui.rules.finding import Draft, NotChecked, Severity
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
