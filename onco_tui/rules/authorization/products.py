"""Whether an authorization names what was billed: its code, or another product of the same drug."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onco_tui.rules.authorities import adjustment_reasons, oncology_authorization
from onco_tui.rules.authorization.permits import (
    Covered,
    covered,
    name_of,
    number_of,
    permit_evidence,
    row_for,
    same_number,
    weighed,
)
from onco_tui.rules.authorization.switches import WORDS, switches
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.drugs.billed import alike, charges, listed
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule(
    "AUT106",
    "authorization-of-another-product",
    Severity.WARNING,
    authority=(oncology_authorization(), adjustment_reasons("197")),
)
def authorization_of_another_product(context: Context) -> Iterator[Draft | NotChecked]:
    """Authorization of another product.

    What it finds: A line whose authorization names another product of the same drug: a biosimilar, a labeler's or a
        brand's own code, the other route, or the code the drug had before.
    Why it matters: Many payers approve the code and not the molecule; the switch breaks the match and the line is
        denied.
    What the chart must show: Which product was given, and the authorization for it.
    Example: Q5117 (trastuzumab-anns) authorized and J9355 (trastuzumab) given and billed: a switch of biosimilar.
        Silent for payers whose policy approves the ingredient, but for a switch of route.
    Fix: None by the program: the authorization is to be updated with the payer. The code of what was given is never
        changed to fit an authorization.
    Authority: Payer's authorization list; X12 claim adjustment reason code 197. A warning, because plans differ in
        whether an approval holds for all products of a drug.
    """
    drugs, policy = context.reference.drugs, context.policy.authorization
    switched = [item for item in context.once(covered) if item.instead and not _named_elsewhere(context, item)]
    for group in alike(switched, lambda item: (item.permit.number, item.line.code, item.day)):
        kind = switches(drugs, group[0].line.code)[group[0].instead]
        if policy is None or policy.covers == "code" or kind == "route":
            yield _switched(context, group, WORDS[kind])
    yield from _without_codes(context)


def _named_elsewhere(context: Context, item: Covered) -> bool:
    """Tell whether another documented authorization names the code; AUT103 tells of such a line."""
    return any(row_for(permit, item.line.code) for permit in context.chart.authorizations or ())


def _without_codes(context: Context) -> Iterator[NotChecked]:
    """Say which authorizations in use record no codes; what they are for nobody can compare."""
    carried = {number_of(context, line) for line in context.claim.lines if line.code}
    for permit in context.chart.authorizations or ():
        if not permit.codes and any(same_number(permit.number, number) for number in carried):
            yield NotChecked(f"authorization {name_of(permit)}: no codes are recorded")


def _switched(context: Context, group: Sequence[Covered], what: str) -> Draft:
    first, lines = group[0], tuple(item.line for item in group)
    label = context.reference.label
    return Draft(
        f"line {listed(line.line for line in lines)} bills {first.line.code} ({label(first.line.code)}); authorization "
        f"{name_of(first.permit)} is for {first.instead} ({label(first.instead)}): {what}",
        lines=tuple(line.line for line in lines),
        evidence=(
            *(found for line in lines for found in line_evidence(line, "code")),
            *permit_evidence(first.permit, "codes"),
        ),
        amount_at_risk=charges(lines),
        subject=first.permit.number,
    )


@rule(
    "AUT107",
    "authorization-without-the-code",
    Severity.ERROR,
    authority=(oncology_authorization(), adjustment_reasons("197")),
)
def authorization_without_the_code(context: Context) -> Iterator[Draft | NotChecked]:
    """Authorization without the code.

    What it finds: A line the payer wants authorized whose code, and every other product of its drug, the
        authorization it is sent under leaves out.
    Why it matters: The line is denied; an authorization covers the codes it names and no others.
    What the chart must show: An authorization that names the code.
    Example: Carboplatin and pembrolizumab billed under an authorization for pembrolizumab alone, to a payer that wants
        both authorized.
    Fix: None by the program: the payer is to be asked for the code. AUT103 tells of a code that is documented under
        another authorization, AUT106 of another product of the drug.
    Authority: Payer's authorization list; X12 claim adjustment reason code 197.
    """
    for item in context.once(covered):
        named = [row.code for row in item.permit.codes]
        if item.named or item.instead or _named_elsewhere(context, item):
            continue
        line, number = item.line, name_of(item.permit)
        yield Draft(
            f"line {line.line} bills {line.code}, which the payer wants authorized; authorization {number} is for "
            f"{', '.join(dict.fromkeys(named))}",
            lines=(line.line,),
            evidence=(*line_evidence(line, "code"), *permit_evidence(item.permit, "codes")),
            amount_at_risk=line.charge,
            severity=weighed(context, Severity.ERROR, line),
        )
    yield from _without_codes(context)
    if context.policy.authorization is None and (items := context.once(covered)):
        lines = tuple(item.line.line for item in items)
        yield NotChecked("whether this payer wants more codes authorized is not known here", lines=lines)
