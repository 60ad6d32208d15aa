"""The NDC on a claim line: its form, and the drug code it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onco_tui.codesets.ndc import NdcError, hyphenated, ndc11
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine, NdcQuantity
from onco_tui.encounter.edits import set_line_field
from onco_tui.rules.authorities import asp_crosswalk
from onco_tui.rules.context import Context, chart_evidence
from onco_tui.rules.drugs.billed import alike, charges, given_as, is_certain, listed, weighed
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
    one_product,
    packaged_lines,
    readable,
    same_package,
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
    bad = [line for line in context.claim.lines if line.ndc and _malformed(line.ndc.code)]
    for lines in alike(bad, lambda line: (line.code, context.day_of(line), line.ndc and line.ndc.code)):
        first = lines[0]
        if first.ndc:
            yield Draft(
                f"line {first.line}: the NDC is not in claim form: {_malformed(first.ndc.code)}",
                lines=(first.line,),
                evidence=tuple(ndc_field(line, "code", first.ndc.code) for line in lines),
                fixes=_reform(context, lines, first.ndc),
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


def _reform(context: Context, lines: Sequence[ClaimLine], ndc: NdcQuantity) -> tuple[Fix, ...]:
    grade: Grade = "safe"
    whole = readable(ndc.code)
    if not whole:
        grade = "review"
        whole = _padded(context, lines[0], "".join(ndc.code.split()))
        beside = [line for line in context.claim.lines if line.code == lines[0].code and line.ndc not in {None, ndc}]
        if any(line.ndc and readable(line.ndc.code) == whole for line in beside):  # then it repeats that line
            return ()
    if not whole:
        return ()
    edits = [set_line_field(x, "ndc", x.ndc.model_copy(update={"code": whole})) for x in lines if x.ndc]
    return (Fix(f"line {listed(x.line for x in lines)} NDC {whole}", grade, tuple(edits)),)


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
    for entry in context.once(packaged_lines):
        if entry.product is None:
            yield NotChecked(
                f"line {entry.line.line}: NDC {hyphenated(entry.ndc)} is not in the crosswalk "
                f"({context.reference.drugs.crosswalk.edition}); build the tables from the quarter that brings it",
                lines=(entry.line.line,),
            )
    told = {number for exchange in context.once(exchanges) for number in exchange.lines}
    foreign = [
        entry for entry in context.once(packaged_lines) if entry.line.line not in told and _own_codes(context, entry)
    ]
    for entries in alike(foreign, same_package):
        yield _foreign(context, entries)


def _own_codes(context: Context, entry: Packaged) -> tuple[str, ...]:
    """Give the codes in force of a package that does not belong to the billed code; none when it does."""
    drugs, day, unit = context.reference.drugs, entry.item.day, entry.item.unit
    if entry.product is None or entry.line.code in entry.product.units:
        return ()
    if unit is None or unit.basis == "unlisted" or not unit.in_force(day):
        return ()
    return tuple(code for code in entry.product.codes if (other := drugs.billing_unit(code)) and other.in_force(day))


def _foreign(context: Context, entries: Sequence[Packaged]) -> Draft:
    entry = entries[0]
    line, codes = entry.line, _own_codes(context, entry)
    name = entry.product.name if entry.product else "another product"
    given = given_as(context, line.code, entry.item.day)
    return Draft(
        f"line {line.line} bills {line.code} with NDC {hyphenated(entry.ndc)}, {name}, which is {' or '.join(codes)}",
        lines=(line.line,),
        evidence=(
            *ndc_evidence(line, "code"),
            *(item for a in given for item in chart_evidence(a, "drug", "ndc", "vials")),
        ),
        amount_at_risk=charges(tuple(other.line for other in entries)),
        fixes=_other_ndc(context, entries, given) or _other_code(context, entries, codes),
        severity=weighed(severity_of(context), certain=is_certain(context, line.code)),
    )


def _other_ndc(context: Context, entries: Sequence[Packaged], given: Sequence[Administration]) -> tuple[Fix, ...]:
    """Offer the charted NDC where it alone is charted and belongs to the billed code."""
    product = one_product(given, entries[0].line.code, context.reference.drugs)
    return (ndc_fix((entry.line for entry in entries), product, "safe"),) if product else ()


def _other_code(context: Context, entries: Sequence[Packaged], codes: Sequence[str]) -> tuple[Fix, ...]:
    if context.chart.administrations is not None or len(codes) != 1 or any(entry.line.units <= 0 for entry in entries):
        return ()
    made = recode(context, [entry.line for entry in entries], codes[0])
    return (Fix(f"{made[1]}; check the charge", "review", made[0]),) if made else ()
