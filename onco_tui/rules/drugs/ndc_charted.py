"""The NDC on a claim line against the packages the chart says were opened."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.codesets.ndc import hyphenated
from onco_tui.rules.context import Context, chart_evidence
from onco_tui.rules.drugs.billed import drug_lines, given_as, without_chart
from onco_tui.rules.drugs.exchange import exchanges
from onco_tui.rules.drugs.packages import NDC_FORM, charted_ndcs, ndc_evidence, ndc_fix, packaged_lines, severity_of
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule("DRG113", "ndc-not-given", Severity.WARNING, authority=(NDC_FORM,))
def ndc_not_given(context: Context) -> Iterator[Draft | NotChecked]:
    """NDC not the one given.

    What it finds: A line whose NDC is none of those charted for the drug.
    Why it matters: The claim must name the package that was opened, not the one usually stocked.
    What the chart must show: The NDC of every container opened.
    Example: The claim carries a 100 mg vial's NDC, the nurse scanned the 400 mg vial's.
    Fix: Put the charted NDC on the line with its quantity (safe when one NDC is charted and its size is known).
    Authority: Medicare Claims Processing Manual, chapter 26. An error where the payer requires the NDC.
    """
    told = {number for exchange in context.once(exchanges) for number in exchange.lines}
    for entry in context.once(packaged_lines):
        foreign = entry.product is not None and entry.line.code not in entry.product.units
        given = given_as(context, entry.line.code, entry.item.day)
        if foreign or not given or entry.line.line in told:
            continue
        charted = charted_ndcs(given)
        if not charted:
            yield NotChecked(f"line {entry.line.line}: the chart has no NDC for it", lines=(entry.line.line,))
        elif entry.ndc not in charted:
            product = context.reference.drugs.by_ndc(charted[0]) if len(charted) == 1 else None
            yield Draft(
                f"line {entry.line.line} carries NDC {hyphenated(entry.ndc)}; charted as given is "
                f"{', '.join(map(hyphenated, charted))}",
                lines=(entry.line.line,),
                evidence=(
                    *ndc_evidence(entry.line, "code"),
                    *(item for a in given for item in chart_evidence(a, "ndc", "vials")),
                ),
                fixes=(ndc_fix(entry.line, product, "safe"),) if product and entry.line.code in product.units else (),
                severity=severity_of(context),
            )
    yield from without_chart(context)


@rule("DRG114", "ndc-missing", Severity.ERROR, authority=(NDC_FORM,))
def ndc_missing(context: Context) -> Iterator[Draft | NotChecked]:
    """NDC missing.

    What it finds: A drug line without an NDC for a payer that requires one.
    Why it matters: Medicaid and most commercial payers deny the line.
    What the chart must show: The NDC of the package that was opened.
    Example: J9271 without N4 00006302602 for a payer whose file says ndc_required.
    Fix: Put the charted NDC on the line with the quantity of the billed units (safe when one NDC is charted and its
        size is known); else ask for it (query). An NDC is never made up.
    Authority: Medicare Claims Processing Manual, chapter 26, for the form; the payer's file for the duty.
    """
    if not context.policy.ndc_required:
        return
    for item in context.once(drug_lines):
        if item.line.ndc is not None:
            continue
        given = given_as(context, item.line.code, item.day)
        charted = charted_ndcs(given)
        product = context.reference.drugs.by_ndc(charted[0]) if len(charted) == 1 else None
        usable = product is not None and item.line.code in product.units and item.line.units > 0
        question = f"{item.line.code} on {item.day}: which package (NDC) was opened?"
        yield Draft(
            f"line {item.line.line} bills {item.line.code} without an NDC, which this payer requires",
            lines=(item.line.line,),
            evidence=(
                Evidence(f"claim.lines[{item.line.line}].ndc", ""),
                *(found for a in given for found in chart_evidence(a, "ndc", "vials")),
            ),
            amount_at_risk=item.line.charge,
            fixes=(
                ndc_fix(item.line, product, "safe")
                if product and usable
                else Fix("ask for the NDC", "query", question=question),
            ),
        )
    yield from without_chart(context)
