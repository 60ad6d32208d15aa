"""The right code for the drug: in force on the date of service, for the route, for the very product."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby

from onco_tui.codesets.hcpcs_units import BillingUnit
from onco_tui.derive.drugs.quantity import shown
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import Edit
from onco_tui.rules.authorities import asp_crosswalk, hcpcs_level2
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.drugs.billed import DrugLine, charges, drug_lines, is_certain, listed, weighed, without_chart
from onco_tui.rules.drugs.conversion import recode, units_each
from onco_tui.rules.drugs.exchange import Exchange, exchanges
from onco_tui.rules.drugs.plan import JW
from onco_tui.rules.drugs.queries import ask_product
from onco_tui.rules.finding import Draft, Evidence, Fix, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule

_QUARTER = re.compile(r"(\d{4})-(01|04|07|10)")


@rule(
    "DRG107", "drug-code-not-in-force", Severity.ERROR, authority=(hcpcs_level2("dates of addition and termination"),)
)
def drug_code_not_in_force(context: Context) -> Iterator[Draft | NotChecked]:
    """Drug code not in force.

    What it finds: A drug code that ended before the date of service, or takes effect after it.
    Why it matters: The line is denied whatever the drug; the successor mostly counts in another unit.
    What the chart must show: The dose given and, where successors differ by labeler, the NDC.
    Example: J9070 (100 mg) ended on 2024-03-31. 1,000 mg after that date are 200 units of J9075 (5 mg), not 10.
    Fix: Put the line under the successor, with the units of the charted dose (safe when dose, containers and discard
        are charted) or with its own units converted (review). Nothing is offered where several successors differ by
        labeler.
    Authority: HCPCS Level II quarterly file; a code may be billed through its termination date. A code the tables
        lack is not checked.
    """
    lines = context.once(drug_lines)
    yield from _unknown(context, lines)
    paired = {(exchange.code, exchange.day): exchange for exchange in context.once(exchanges) if not exchange.because}
    out = [item for item in lines if item.unit and not item.unit.in_force(item.day)]
    out.sort(key=lambda item: (item.line.code, item.day))
    for (code, day), items in groupby(out, key=lambda item: (item.line.code, item.day)):
        unit = context.reference.drugs.billing_unit(code)
        if unit is not None:
            billed = tuple(item.line for item in items)
            yield _not_in_force(context, unit, day, billed, paired.get((code, day)))


def _unknown(context: Context, lines: Sequence[DrugLine]) -> Iterator[NotChecked]:
    """Say which codes no table knows, and when the file is older than the date of service."""
    for item in lines:
        if item.unit is None:
            yield NotChecked(
                f"{item.line.code} is not in the drug table nor among the HCPCS drug codes loaded; add it to "
                f"rulesets/drugs.json, or build the tables from the quarter that brings it",
                lines=(item.line.line,),
            )
    edition = context.reference.drugs.hcpcs.edition if lines else ""
    next_quarter = _next_quarter(edition)
    if late := [item.line.line for item in lines if item.unit and next_quarter and item.day >= next_quarter]:
        yield NotChecked(
            f"the HCPCS file loaded is of {edition}; whether a code ended since is not known", lines=tuple(late)
        )


@lru_cache(maxsize=16)
def _next_quarter(edition: str) -> date | None:
    found = _QUARTER.search(edition)
    if not found:
        return None
    year, month = int(found[1]), int(found[2]) + 3
    return date(year + month // 12, month % 12, 1) if month > 12 else date(year, month, 1)


def _not_in_force(
    context: Context, unit: BillingUnit, day: date, billed: tuple[ClaimLine, ...], paired: Exchange | None
) -> Draft:
    codes = _in_its_place(context, unit, day)
    instead = paired.instead if paired else codes[0] if len(codes) == 1 else None
    numbers = tuple(line.line for line in billed)
    return Draft(
        f"line {listed(numbers)} bills {unit.code}, {_when(unit, day)}; {_instead(context, unit, codes, instead)}",
        lines=numbers,
        evidence=_evidence(billed, paired),
        amount_at_risk=charges(billed),
        fixes=_fix(context, unit.code, billed, instead, paired),
        subject=f"{unit.code} {day}",
        severity=weighed(Severity.ERROR, certain=is_certain(context, unit.code)),
    )


def _when(unit: BillingUnit, day: date) -> str:
    if unit.effective_to and day > unit.effective_to:
        return f"which ended {unit.effective_to}, before {day}"
    return f"which takes effect {unit.effective_from}, after {day}"


def _in_its_place(context: Context, unit: BillingUnit, day: date) -> list[str]:
    """Give the codes in force that took over from an ended code, or that stood before a new one."""
    drugs = context.reference.drugs
    if unit.effective_to and day > unit.effective_to:
        linked = [successor.code for successor in drugs.successors(unit.code)]
    else:
        linked = [old for old, after in drugs.links.successors.items() if any(new.code == unit.code for new in after)]
    return [code for code in dict.fromkeys(linked) if (other := drugs.billing_unit(code)) and other.in_force(day)]


def _instead(context: Context, unit: BillingUnit, codes: Sequence[str], instead: str | None) -> str:
    drugs = context.reference.drugs
    other = drugs.billing_unit(instead)
    if instead and other:
        each = units_each(unit.code, instead, drugs)
        worth = f": {shown(each)} units for each of {unit.code} ({unit.words})" if each else ""
        return f"in force is {instead} ({other.words}){worth}"
    if codes:
        return f"in its place are {', '.join(codes)}, told apart by labeler; the NDC decides"
    return "no code in its place is known here"


def _fix(
    context: Context, code: str, billed: tuple[ClaimLine, ...], instead: str | None, paired: Exchange | None
) -> tuple[Fix, ...]:
    day = context.day_of(billed[0])
    taken = any(line.code == instead and context.day_of(line) == day for line in context.claim.lines)
    charted = context.chart.administrations is not None and paired is None
    if instead is None or taken or charted or any(line.units <= 0 for line in billed):
        return ()
    made = _recoded(context, paired) if paired else recode(context, billed, instead)
    return (Fix(made[1], _grade(context, code, paired), made[0]),) if made else ()


def _grade(context: Context, code: str, paired: Exchange | None) -> Grade:
    """Restating the chart is safe: dose, containers and discard are charted and both codes certain."""
    if paired is None or paired.judged or not is_certain(context, code, paired.instead):
        return "review"
    wasted = any(JW in choice.modifiers for choice in paired.due)
    charted = all(a.dose and a.vials and (a.discarded or not wasted) for a in paired.given)
    both = {JW in line.modifiers for line in paired.billed} == {JW in choice.modifiers for choice in paired.due}
    return "safe" if charted and both else "review"


@rule("DRG108", "drug-code-of-another-route", Severity.ERROR, authority=(hcpcs_level2(),))
def drug_code_of_another_route(context: Context) -> Iterator[Draft | NotChecked]:
    """Drug code of another route.

    What it finds: The code of the intravenous product for a drug given under the skin, or the other way round.
    Why it matters: The two products have other units, other prices, and other administration codes.
    What the chart must show: The route and, better, the NDC.
    Example: Daratumumab with hyaluronidase under the skin is J9144 with 96401, not J9145 with 96413.
    Fix: Put the line under the product for the charted route, with its units (review). The administration code has
        its own findings.
    Authority: HCPCS Level II descriptors name the product; its label names the route.
    """
    for exchange in context.once(exchanges):
        if exchange.kind == "route":
            route = " and ".join(sorted({(a.route or "no route").replace("_", " ") for a in exchange.given}))
            why = exchange.because or f"the chart supports {exchange.instead}, given {route}"
            yield _exchanged(context, exchange, f"{why}; the administration code follows the route")
    yield from _without_route(context)
    yield from without_chart(context)


def _without_route(context: Context) -> Iterator[NotChecked]:
    pairs = context.reference.drugs.links.routes
    for administration in context.administrations:
        if administration.hcpcs in pairs and administration.route is None:
            yield NotChecked(f"{administration.name}: no route is charted; {administration.hcpcs} depends on it")


@rule(
    "DRG109",
    "drug-code-of-another-product",
    Severity.ERROR,
    authority=(hcpcs_level2(), asp_crosswalk()),
)
def drug_code_of_another_product(context: Context) -> Iterator[Draft | NotChecked]:
    """Drug code of another product.

    What it finds: A drug line under the code of another labeler, brand, biosimilar or drug than the chart's code, NDC
        or brand name; or under a code one slip of the pen away, with the units of what was given.
    Why it matters: Biosimilars and products that are not therapeutically equivalent have codes and prices of their
        own.
    What the chart must show: The NDC of what was given, not of what is stocked; else the brand.
    Example: Kanjinti is Q5117; J9355 is trastuzumab of the reference product only.
    Fix: Put the line under the product's own code, with its units (review; its charge is another and must be
        checked).
    Authority: HCPCS Level II descriptors ("not therapeutically equivalent", "biosimilar"); the ASP crosswalk gives
        the code of an NDC.
    """
    for exchange in context.once(exchanges):
        if exchange.kind == "product":
            names = context.reference.label(exchange.instead)
            why = exchange.because or f"the chart supports {exchange.instead}{f' ({names})' if names else ''}"
            yield _exchanged(context, exchange, why)
    yield from _products_unknown(context)
    yield from without_chart(context)


def _products_unknown(context: Context) -> Iterator[NotChecked]:
    """Say which charted packages the crosswalk does not know, where the code has siblings to be confused with."""
    drugs = context.reference.drugs
    for administration in context.administrations:
        if not administration.hcpcs or not drugs.siblings(administration.hcpcs):
            continue
        for ndc in dict.fromkeys(vial.ndc or administration.ndc for vial in administration.vials):
            if ndc and drugs.by_ndc(ndc) is None:
                yield NotChecked(
                    f"{administration.name}: NDC {ndc[:20]} is not in the crosswalk ({drugs.crosswalk.edition}), so "
                    f"{administration.hcpcs} cannot be checked against it"
                )


def _recoded(context: Context, exchange: Exchange) -> tuple[tuple[Edit, ...], str] | None:
    if not exchange.due:
        return None
    return recode(context, exchange.billed, exchange.instead, exchange.due, exchange.given)


def _exchanged(context: Context, exchange: Exchange, why: str) -> Draft:
    made = _recoded(context, exchange)
    certain = is_certain(context, exchange.code, exchange.instead) and bool(exchange.due)
    return Draft(
        f"line {listed(exchange.lines)} bills {exchange.code}; {why}",
        lines=exchange.lines[:1] if exchange.because else exchange.lines,  # other rules may add to a code that is given
        evidence=_evidence(exchange.billed, exchange),
        amount_at_risk=charges(exchange.billed),
        fixes=(
            Fix(f"{made[1]}; check the charge", "review", made[0])
            if made
            else ask_product(context, exchange.day, exchange.given, (exchange.code, exchange.instead)),
        ),
        subject=f"{exchange.code} {exchange.day}",
        severity=weighed(Severity.ERROR, certain=certain),
    )


def _evidence(billed: Sequence[ClaimLine], exchange: Exchange | None) -> tuple[Evidence, ...]:
    found = [item for line in billed for item in line_evidence(line, "code", "units", "date_of_service")]
    for administration in exchange.given if exchange else ():
        found += chart_evidence(administration, "drug", "hcpcs", "ndc", "route", "dose", "vials")
    return tuple(found)
