"""The NDC on a claim line: its form, and the drug code it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onco_tui.codesets.ndc import NdcError, hyphenated, ndc11
from onco_tui.codesets.ndc_crosswalk import NdcProduct
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine, NdcQuantity
from onco_tui.encounter.edits import set_line_field
from onco_tui.rules.authorities import asp_crosswalk
from onco_tui.rules.context import Context, chart_evidence
from onco_tui.rules.drugs.billed import given_as, is_certain, weighed
from onco_tui.rules.drugs.conversion import recode
from onco_tui.rules.drugs.exchange import exchanges
from onco_tui.rules.drugs.packages import (
    NDC_FORM,
    NO_PRODUCT,
    Packaged,
    charted_ndcs,
    ndc_evidence,
    ndc_field,
    ndc_fix,
    packaged_lines,
    readable,
    severity_of,
)
from onco_tui.rules.finding import Draft, Fix, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule("DRG110", "ndc-malformed", Severity.WARNING, authority=(NDC_FORM,))
def ndc_malformed(context: Context) -> Iterator[Draft | NotChecked]:
    """NDC malformed.

    What it finds: An NDC on a line that is not eleven digits without hyphens.
    Why it matters: Claims carry the NDC as 5-4-2 digits, zero-padded; anything else is rejected or matches no
        product.
    What the chart must show: The NDC of the package, for one that cannot be padded beyond doubt.
    Example: 0006-3026-02 is 00006302602 on a claim.
    Fix: Write it in eleven digits (safe). Ten digits without hyphens can be three codes: only the one that is
        charted, or that the crosswalk has under the billed code, is offered (review).
    Authority: Medicare Claims Processing Manual, chapter 26; an error where the payer requires the NDC.
    """
    for line in context.claim.lines:
        if line.ndc and (problem := _malformed(line.ndc.code)):
            yield Draft(
                f"line {line.line}: the NDC is not in claim form: {problem}",
                lines=(line.line,),
                evidence=(ndc_field(line, "code", line.ndc.code),),
                fixes=_reform(context, line, line.ndc),
                severity=severity_of(context),
            )


def _malformed(written: str) -> str:
    try:
        ndc = ndc11(written)
    except NdcError as error:
        return str(error)
    if ndc == NO_PRODUCT:
        return "all zeros name no product"
    return "" if ndc == written else f"eleven digits without hyphens, {ndc}"


def _reform(context: Context, line: ClaimLine, ndc: NdcQuantity) -> tuple[Fix, ...]:
    grade: Grade = "safe"
    whole = readable(ndc.code)
    if not whole:
        grade = "review"
        whole = _padded(context, line, "".join(ndc.code.split()))
    if not whole:
        return ()
    changed = ndc.model_copy(update={"code": whole})
    return (Fix(f"line {line.line} NDC {whole}", grade, (set_line_field(line, "ndc", changed),)),)


def _padded(context: Context, line: ClaimLine, digits: str) -> str:
    """Find the one eleven-digit code that ten digits can stand for: charted, else known under the billed code."""
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
        return ""
    padded = ("0" + digits, f"{digits[:5]}0{digits[5:]}", f"{digits[:9]}0{digits[9:]}")
    day = context.day_of(line)
    charted = charted_ndcs(given_as(context, line.code, day)) if day else ()
    drugs = context.reference.drugs
    known = [ndc for ndc in padded if ndc in charted or ((product := drugs.by_ndc(ndc)) and line.code in product.units)]
    return known[0] if len(set(known)) == 1 else ""


@rule("DRG111", "ndc-of-another-code", Severity.WARNING, authority=(asp_crosswalk(), NDC_FORM))
def ndc_of_another_code(context: Context) -> Iterator[Draft | NotChecked]:
    """NDC of another code.

    What it finds: A line whose NDC belongs, in CMS's crosswalk, to other drug codes than the billed one.
    Why it matters: Payers price by the pair; a package under a foreign code is denied, or paid as another product.
    What the chart must show: The NDC of the package that was opened.
    Example: 55513-0132-01 is Kanjinti, Q5117; on a line of J9355 one of the two is wrong.
    Fix: Put the charted NDC on the line (safe when it alone is charted and belongs to the code); without a chart put
        the line under the package's own code (review).
    Authority: CMS ASP crosswalk; a package it lacks is unknown, never wrong. An error where the payer requires the
        NDC.
    """
    told = {number for exchange in context.once(exchanges) for number in exchange.lines}
    for entry in context.once(packaged_lines):
        unit = entry.item.unit
        if entry.product is None:
            yield NotChecked(
                f"line {entry.line.line}: NDC {hyphenated(entry.ndc)} is not in the crosswalk "
                f"({context.reference.drugs.crosswalk.edition}); build the tables from the quarter that brings it",
                lines=(entry.line.line,),
            )
        elif unit and unit.basis != "unlisted" and entry.line.line not in told:
            yield from _foreign(context, entry, entry.product)


def _foreign(context: Context, entry: Packaged, product: NdcProduct) -> Iterator[Draft]:
    line, drugs = entry.line, context.reference.drugs
    codes = [code for code in product.codes if (unit := drugs.billing_unit(code)) and unit.in_force(entry.item.day)]
    if line.code in product.units or not codes or not (entry.item.unit and entry.item.unit.in_force(entry.item.day)):
        return
    given = given_as(context, line.code, entry.item.day)
    yield Draft(
        f"line {line.line} bills {line.code} with NDC {hyphenated(entry.ndc)}, {product.name}, which is "
        f"{' or '.join(codes)}",
        lines=(line.line,),
        evidence=(
            *ndc_evidence(line, "code"),
            *(item for a in given for item in chart_evidence(a, "drug", "ndc", "vials")),
        ),
        amount_at_risk=line.charge,
        fixes=_other_ndc(context, entry, given) or _other_code(context, entry, codes),
        severity=weighed(severity_of(context), certain=is_certain(context, line.code)),
    )


def _other_ndc(context: Context, entry: Packaged, given: Sequence[Administration]) -> tuple[Fix, ...]:
    """Offer the charted NDC where it alone is charted and belongs to the billed code."""
    charted = charted_ndcs(given)
    product = context.reference.drugs.by_ndc(charted[0]) if len(charted) == 1 else None
    if product is None or entry.line.code not in product.units:
        return ()
    return (ndc_fix(entry.line, product, "safe"),)


def _other_code(context: Context, entry: Packaged, codes: Sequence[str]) -> tuple[Fix, ...]:
    if context.administrations or len(codes) != 1 or entry.line.units <= 0:
        return ()
    made = recode(context, (entry.line,), codes[0])
    return (Fix(f"{made[1]}; check the charge", "review", made[0]),) if made else ()
