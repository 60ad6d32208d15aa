"""Drugs whose names are taken for one another: trastuzumab and the two conjugates made of it, and their like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onco_tui.codesets.coverage import LookAlike
from onco_tui.rules.authorities import hcpcs_level2
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.coverage.services import Service, money, numbers, services, unchecked
from onco_tui.rules.drugs.billed import listed
from onco_tui.rules.drugs.exchange import exchanges
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule
from onco_tui.rules.treatment_plan.treatment import planned as planned_regimen_of
from onco_tui.rules.treatment_plan.treatment import treatment


@rule("COV105", "look-alike-drug", Severity.WARNING, authority=(hcpcs_level2(),))
def look_alike_drug(context: Context) -> Iterator[Draft | NotChecked]:
    """Look-alike drug.

    What it finds: A drug line of one drug in a family of like names, where the plan names another of the family:
        trastuzumab, ado-trastuzumab emtansine and fam-trastuzumab deruxtecan; paclitaxel with and without albumin;
        doxorubicin and irinotecan with and without liposomes; the vinca drugs.
    Why it matters: They are different drugs with different doses, units and prices; a mix-up may be one of treatment.
    What the chart must show: Order, administration record and NDC that name the same drug.
    Example: A plan for T-DM1 and J9358, fam-trastuzumab deruxtecan, on the claim. A plan that names a regimen by its
        acronym names no drug; a product under the skin stands for the antibodies it holds.
    Fix: Ask which drug was ordered and which was given (query).
    Authority: HCPCS Level II descriptors. An administration that names another drug than its code is an error of its
        own (DRG109); a drug given that the plan is known not to hold is told as that (PLN111).
    """
    plan = context.chart.treatment_plan
    regimen = plan.regimen if plan else None
    for code, lines in context.once(services).items():
        family = context.reference.coverage.family_of.get(code)
        if family is None:
            continue
        if not regimen:
            yield unchecked(lines, "no regimen is charted")
            continue
        billed = next(member for member in family if code in member.codes)
        planned = [member for member in family if member.named(regimen)]
        if not planned or any(_may_stand(billed, member) for member in planned):
            continue
        if not _told_elsewhere(context, code, lines):
            yield _planned_otherwise(billed, planned[0], regimen, lines)


def _told_elsewhere(context: Context, code: str, lines: Sequence[Service]) -> bool:
    """Tell whether the drug is charted as another one, or as one the plan is known not to hold; both have rules."""
    if {number for exchange in context.once(exchanges) for number in exchange.lines}.intersection(numbers(lines)):
        return True
    drug, plan = context.reference.drugs.by_code(code), context.chart.treatment_plan
    charted = any(a.hcpcs == code for a in context.administrations)
    if not charted or drug is None or plan is None or not context.once(treatment):
        return False
    words = f"{plan.regimen} {plan.rationale or ''}".casefold()
    plans = context.once(planned_regimen_of)
    return plans.whole and not plans.plans(drug.ingredient) and drug.ingredient not in words


def _may_stand(billed: LookAlike, named: LookAlike) -> bool:
    return named is billed or named.name in billed.stands_for


def _planned_otherwise(billed: LookAlike, other: LookAlike, regimen: str, lines: Sequence[Service]) -> Draft:
    code, day = lines[0].line.code, lines[0].day
    return Draft(
        f"line {listed(numbers(lines))} bills {code}, {billed.name}; the plan names {other.name}, another drug",
        lines=numbers(lines),
        evidence=(
            *(item for service in lines for item in line_evidence(service.line, "code", "units")),
            Evidence("documentation.treatment_plan.regimen", regimen),
        ),
        amount_at_risk=money(lines),
        fixes=(
            query(
                "ask which drug was given",
                f"the plan names {other.name}; recorded for {day} is {billed.name}",
                "Which drug was ordered, and which was given?",
                other.name,
                billed.name,
            ),
        ),
        subject=code,
    )
