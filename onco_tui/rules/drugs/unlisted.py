"""Drugs without a code of their own, and hospital codes on a practitioner's claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from onco_tui.codesets.ndc import hyphenated
from onco_tui.codesets.ndc_crosswalk import NdcProduct
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import set_line_field
from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import asp_crosswalk, claims_manual_17, hcpcs_level2, unlisted_drugs_article
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.drugs.billed import DrugLine, drug_lines, given_as, is_certain, on_day, weighed
from onco_tui.rules.drugs.conversion import recode, recode_to
from onco_tui.rules.drugs.exchange import Exchange, exchanges
from onco_tui.rules.drugs.narrative import LONGEST_NARRATIVE, codes_of_names
from onco_tui.rules.drugs.packages import charted_ndcs, readable
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_UNLISTED = (unlisted_drugs_article(), claims_manual_17("10"))
_NUMBER = re.compile(r"\d")  # an unlisted line states its dose in figures


def unlisted_lines(context: Context) -> tuple[DrugLine, ...]:
    """Give the lines under an unlisted drug code. Use it through ``context.once``."""
    return tuple(item for item in context.once(drug_lines) if item.unit and item.unit.basis == "unlisted")


@rule("DRG124", "unlisted-drug-undescribed", Severity.ERROR, authority=_UNLISTED)
def unlisted_drug_undescribed(context: Context) -> Iterator[Draft | NotChecked]:
    """Unlisted drug not described.

    What it finds: An unlisted drug code without the drug's name, dose and NDC on the line, or with other units than
        1.
    Why it matters: The payer cannot tell what was given and returns the claim.
    What the chart must show: Name, NDC, dose given and route.
    Example: J9999 with 1 unit and the narrative "zanidatamab 1,200 mg IV, NDC 68727-0001-01".
    Fix: Write the narrative from the chart when one unlisted drug is charted and one line bills it (review); set one
        unit (review).
    Authority: Medicare contractor instructions on drugs not otherwise classified; 2400 SV101-7 or NTE, item 19 on
        paper.
    """
    supported = {number for exchange in context.once(exchanges) for number in exchange.lines}
    for item in context.once(unlisted_lines):
        if item.line.line in supported:
            continue
        if problems := tuple(_undescribed(item.line, investigational=_investigational(context, item))):
            yield Draft(
                f"line {item.line.line} bills {item.line.code}, an unlisted drug, {' and '.join(problems)}",
                lines=(item.line.line,),
                evidence=line_evidence(item.line, "code", "narrative"),
                amount_at_risk=item.line.charge,
                fixes=_describe(context, item),
                severity=None if not item.line.narrative else Severity.WARNING,
            )
        if item.line.units > 0 and item.line.units != 1:
            yield _counted(context, item)
    yield from _unlisted_unknown(context)


def _investigational(context: Context, item: DrugLine) -> bool:
    """Tell a trial's own or a free product, which may have no NDC yet."""
    trial = context.chart.trial.investigational_items if context.chart.trial else ()
    given = given_as(context, item.line.code, item.day)
    free = bool(given) and all(a.acquisition == "free" for a in given)
    return free or item.line.code in trial or "Q0" in item.line.modifiers


def _undescribed(line: ClaimLine, *, investigational: bool) -> Iterator[str]:
    narrative = (line.narrative or "").strip()
    if not narrative:
        yield "without a narrative"
    elif not _NUMBER.search(narrative):
        yield "with a narrative that states no dose"
    if line.ndc is None and "NDC" not in narrative.upper() and not investigational:
        yield "without an NDC"


def _unlisted_unknown(context: Context) -> Iterator[NotChecked]:
    for item in context.once(drug_lines):
        if item.unit is None:
            yield NotChecked(
                f"{item.line.code} is not in the drug table; whether it is an unlisted code is not known",
                lines=(item.line.line,),
            )


def _counted(context: Context, item: DrugLine) -> Draft | NotChecked:
    """Tell of other units than the one that stands for the whole dose; several such lines are for a person."""
    line = item.line
    if line.date_of_service and line.date_to and line.date_to > line.date_of_service:
        return NotChecked(
            f"line {line.line} covers several days; whether its units count the days is not known", lines=(line.line,)
        )
    alone = sum(other.line.code == line.code and other.day == item.day for other in context.once(unlisted_lines)) == 1
    fix = Fix(f"line {line.line} 1 unit; check the charge", "review", (set_line_field(line, "units", Decimal(1)),))
    return Draft(
        f"line {line.line} bills {line.code}, an unlisted drug, with {plain(line.units)} units in place of 1",
        lines=(line.line,),
        evidence=line_evidence(line, "code", "units"),
        fixes=(fix,) if alone else (),
        subject="units",
        severity=Severity.WARNING,
    )


def _describe(context: Context, item: DrugLine) -> tuple[Fix, ...]:
    if (item.line.narrative or "").strip() or not (text := _narrative(context, item)):
        return ()
    words = f'line {item.line.line} narrative "{text}"'
    return (Fix(words, "review", (set_line_field(item.line, "narrative", text),)),)


def _narrative(context: Context, item: DrugLine) -> str:
    """Write what the chart says of the one unlisted drug; empty when a part of it is missing."""
    alone = [other for other in context.once(unlisted_lines) if other.day == item.day]
    given = [a for a in context.administrations if on_day(a, item.day) and a.hcpcs == item.line.code]
    if len(alone) != 1 or len(given) != 1:
        return ""
    drug = given[0]
    ndcs = charted_ndcs(given)
    if not (drug.drug and drug.dose and drug.route and len(ndcs) == 1):
        return ""
    route = drug.route.replace("_", " ")
    text = f"{drug.drug} {plain(drug.dose.amount)} {drug.dose.unit} {route}, NDC {hyphenated(ndcs[0])}"
    return text if len(text) <= LONGEST_NARRATIVE else ""


@rule(
    "DRG125", "unlisted-code-for-listed-drug", Severity.ERROR, authority=(*_UNLISTED, hcpcs_level2(), asp_crosswalk())
)
def unlisted_code_for_listed_drug(context: Context) -> Iterator[Draft | NotChecked]:
    """Unlisted code for a listed drug.

    What it finds: An unlisted drug code although the drug has a code of its own on the date of service.
    Why it matters: The claim is denied for the wrong code.
    What the chart must show: The drug by name or, better, by NDC.
    Example: J9999 with the narrative "pembrolizumab 200 mg": J9271 has been in force since 2016.
    Fix: Put the line under the drug's own code, with units from its NDC quantity (review). Nothing is offered where
        the chart itself carries the unlisted code, or where several codes fit.
    Authority: HCPCS Level II; CMS ASP crosswalk for the code of an NDC. A name in a narrative only warns.
    """
    supported = {n: exchange for exchange in context.once(exchanges) for n in exchange.lines}
    for item in context.once(unlisted_lines):
        if exchange := supported.get(item.line.line):
            yield _supported(context, item, exchange)
            continue
        given = _given(context, item)
        product = _product(context, item, given)
        codes = _codes(context, item, product.codes if product else ())
        named = () if codes else _codes(context, item, _named(context, item, given))
        if codes or named:
            yield _listed(context, item, given, product if codes else None, codes or named)
        elif not item.line.narrative and not item.line.ndc and not given:
            yield NotChecked(f"line {item.line.line} does not say which drug it bills", lines=(item.line.line,))


def _supported(context: Context, item: DrugLine, exchange: Exchange) -> Draft:
    """Tell of a line for which the chart supports a code of the drug's own."""
    made = recode(context, exchange.billed, exchange.instead, exchange.due, exchange.given)
    return Draft(
        f"line {item.line.line} bills {item.line.code}, an unlisted code; the chart supports {exchange.instead}",
        lines=(item.line.line,),
        evidence=(
            *line_evidence(item.line, "code", "narrative", "date_of_service"),
            *(found for a in exchange.given for found in chart_evidence(a, "drug", "hcpcs", "ndc", "dose", "vials")),
        ),
        amount_at_risk=item.line.charge,
        fixes=(Fix(f"{made[1]}; check the charge", "review", made[0]),) if made else (),
        severity=weighed(Severity.ERROR, certain=is_certain(context, exchange.instead)),
    )


def _given(context: Context, item: DrugLine) -> tuple[Administration, ...]:
    """Give the one administration charted under the unlisted code, where one line bills it."""
    given = given_as(context, item.line.code, item.day)
    alone = [other for other in context.once(unlisted_lines) if other.line.code == item.line.code]
    return given if len(given) == 1 and len(alone) == 1 else ()


def _product(context: Context, item: DrugLine, given: tuple[Administration, ...]) -> NdcProduct | None:
    ndc = readable(item.line.ndc.code) if item.line.ndc else next(iter(charted_ndcs(given)), "")
    return context.reference.drugs.by_ndc(ndc) if ndc else None


def _codes(context: Context, item: DrugLine, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Keep the codes that may stand on this claim on its date."""
    drugs = context.reference.drugs
    return tuple(
        code
        for code in codes
        if (unit := drugs.billing_unit(code))
        and unit.in_force(item.day)
        and unit.basis != "unlisted"
        and not (context.practitioner and code.startswith("C"))
    )


def _named(context: Context, item: DrugLine, given: tuple[Administration, ...]) -> tuple[str, ...]:
    """Give the codes of the drug the chart names, else of every name in the narrative that the drug table has."""
    drugs = context.reference.drugs
    if given and (codes := drugs.codes_named(given[0].drug)):
        return codes
    return codes_of_names(item.line.narrative, drugs)


def _listed(
    context: Context,
    item: DrugLine,
    given: tuple[Administration, ...],
    product: NdcProduct | None,
    codes: tuple[str, ...],
) -> Draft:
    why = f"NDC {hyphenated(product.ndc)} ({product.name})" if product else "the drug"
    return Draft(
        f"line {item.line.line} bills {item.line.code}, an unlisted code; {why} has {', '.join(codes)} on {item.day}",
        lines=(item.line.line,),
        evidence=(
            *line_evidence(item.line, "code", "narrative", "date_of_service"),
            *(found for a in given for found in chart_evidence(a, "drug", "hcpcs", "ndc", "vials")),
        ),
        amount_at_risk=item.line.charge,
        fixes=()
        if context.chart.administrations is not None or product is None or len(codes) != 1
        else _own(context, item, product, codes[0]),
        severity=None if product or (given and _unmistakable(context, codes)) else Severity.WARNING,
    )


def _unmistakable(context: Context, codes: tuple[str, ...]) -> bool:
    """Tell a drug with one code; among labelers' codes one product may still have none."""
    return len(codes) == 1 and not context.reference.drugs.siblings(codes[0])


def _own(context: Context, item: DrugLine, product: NdcProduct, code: str) -> tuple[Fix, ...]:
    """Put the line under the package's own code, with the units its NDC quantity holds."""
    ndc = item.line.ndc
    if ndc is None or ndc.quantity is None or ndc.unit not in {"ML", "UN"}:
        return ()
    pieces = Fraction(ndc.quantity) / Fraction(product.size if ndc.unit == "ML" else 1)
    exact = pieces * Fraction(product.units[code])
    units = Decimal(-(-exact.numerator // exact.denominator))
    made = recode_to(context, item.line, code, units)
    return (Fix(f"{made[1]}; check the charge", "review", made[0]),) if units > 0 else ()


@rule("DRG126", "hospital-drug-code", Severity.ERROR, authority=(hcpcs_level2("C codes"), claims_manual_17("10")))
def hospital_drug_code(context: Context) -> Iterator[Draft | NotChecked]:
    """Hospital code on a practitioner's claim.

    What it finds: A C code for a drug on a professional claim.
    Why it matters: C codes belong to hospital outpatient and surgery center claims; elsewhere they are not valid.
    What the chart must show: The drug, its NDC and dose, for the narrative of the unlisted code.
    Example: C9308 in an office: until a J code comes, J9999 with a narrative.
    Fix: None by the program: a person chooses the unlisted code; an ended C code has its successor by DRG107.
    Authority: HCPCS Level II, C codes for the hospital outpatient payment system.
    """
    for item in context.once(drug_lines):
        if item.line.code.startswith("C9") and context.practitioner:
            if item.unit is None:
                yield NotChecked(f"{item.line.code} is not in the drug table", lines=(item.line.line,))
            elif item.unit.in_force(item.day):
                yield Draft(
                    f"line {item.line.line} bills {item.line.code}, a code for hospital outpatient claims only; a "
                    f"practitioner reports an unlisted code with a narrative",
                    lines=(item.line.line,),
                    evidence=line_evidence(item.line, "code"),
                    amount_at_risk=item.line.charge,
                )
