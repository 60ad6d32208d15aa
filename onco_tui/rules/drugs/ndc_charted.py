"""The NDC on a claim line against the packages the chart says were opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onco_tui.codesets.ndc import hyphenated
from onco_tui.rules.context import Context, chart_evidence
from onco_tui.rules.drugs.billed import (
    DrugLine,
    alike,
    charges,
    drug_lines,
    finished,
    given_as,
    same_drug,
    weighed,
    without_chart,
)
from onco_tui.rules.drugs.exchange import exchanges
from onco_tui.rules.drugs.packages import (
    NDC_FORM,
    Packaged,
    charted_ndcs,
    ndc_evidence,
    ndc_fix,
    one_product,
    packaged_lines,
    same_package,
    severity_of,
)
from onco_tui.rules.drugs.queries import as_charted, drug_name
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.queries import query
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
    other: list[Packaged] = []
    for entry in context.once(packaged_lines):
        foreign = entry.product is not None and entry.line.code not in entry.product.units
        given = given_as(context, entry.line.code, entry.item.day)
        if foreign or not given or entry.line.line in told:
            continue
        charted = charted_ndcs(given)
        if not charted:
            yield NotChecked(f"line {entry.line.line}: the chart has no NDC for it", lines=(entry.line.line,))
        elif entry.ndc not in charted:
            other.append(entry)
    for entries in alike(other, same_package):
        yield _not_given(context, entries)
    yield from without_chart(context)


def _not_given(context: Context, entries: Sequence[Packaged]) -> Draft:
    line = entries[0].line
    given = given_as(context, line.code, entries[0].item.day)
    product = one_product(given, line.code, context.reference.drugs)
    return Draft(
        f"line {line.line} carries NDC {hyphenated(entries[0].ndc)}; charted as given is "
        f"{', '.join(map(hyphenated, charted_ndcs(given)))}",
        lines=(line.line,),
        evidence=(*ndc_evidence(line, "code"), *(item for a in given for item in chart_evidence(a, "ndc", "vials"))),
        fixes=(ndc_fix((entry.line for entry in entries), product, "safe"),) if product else (),
        severity=severity_of(context),
    )


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
    bare = [item for item in context.once(drug_lines) if item.line.ndc is None]
    for items in alike(bare, same_drug):
        yield _missing(context, items)
    yield from without_chart(context)


def _missing(context: Context, items: Sequence[DrugLine]) -> Draft:
    first, day = items[0].line, items[0].day
    given = given_as(context, first.code, day)
    product = one_product(given, first.code, context.reference.drugs)
    lines = tuple(item.line for item in items)
    shown = as_charted(context, given) or drug_name(context, first.code)
    return Draft(
        f"line {first.line} bills {first.code} without an NDC, which this payer requires",
        lines=(first.line,),
        evidence=(
            *(Evidence(f"claim.lines[{line.line}].ndc", "") for line in lines),
            *(found for a in given for found in chart_evidence(a, "ndc", "vials")),
        ),
        amount_at_risk=charges(lines),
        fixes=(
            ndc_fix(lines, product, "safe")
            if product and all(line.units > 0 for line in lines)
            else query(
                "ask for the NDC",
                f"{shown} on {day}; no one package is documented",
                "Which package was opened?",
                "the package with NDC (please give its digits)",
                "several packages (please list)",
            ),
        ),
        severity=weighed(Severity.ERROR, certain=finished(first)),
    )
