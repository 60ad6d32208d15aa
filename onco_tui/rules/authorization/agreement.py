"""Whether an authorization was given for this disease, this provider, this place, this payer and this member."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onco_tui.encounter.chart import Authorization
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.authorities import adjustment_reasons, oncology_authorization
from onco_tui.rules.authorization.permits import by_permit, name_of, permit_evidence, same_number, unrecorded
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.diagnosis.listing import list_evidence
from onco_tui.rules.drugs.billed import charges, listed
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.registry import rule

_CATEGORY = 3


@rule("AUT110", "authorization-for-another-disease", Severity.WARNING, authority=(oncology_authorization(),))
def authorization_for_another_disease(context: Context) -> Iterator[Draft | NotChecked]:
    """Authorization for another disease.

    What it finds: An authorization given for diagnoses of which the claim lists none, compared by category, the first
        three characters.
    Why it matters: An approval is for a drug in a disease; progression to another disease or a new primary needs a
        new one.
    What the chart must show: The diagnoses the authorization was given for.
    Example: Authorized for C50 (breast), billed with C34.11 (lung). Another site code of the same category is no
        difference, and a metastasis beside the authorized primary is none.
    Fix: None by the program: either the authorization or the claim's diagnoses want a second look.
    Authority: Payer's authorization list. A warning: payers differ in how close the diagnoses must be.
    """
    claim = context.claim
    on_claim = {code[:_CATEGORY] for code in claim.diagnoses}
    for permit, group in by_permit(context):
        numbers = tuple(item.line.line for item in group)
        if not permit.diagnoses:
            yield NotChecked(unrecorded(permit, "diagnoses"), lines=numbers)
        elif on_claim and on_claim.isdisjoint(code[:_CATEGORY] for code in permit.diagnoses):
            yield Draft(
                f"authorization {name_of(permit)} was given for {', '.join(permit.diagnoses)}; the claim lists "
                f"{', '.join(claim.diagnoses)}",
                lines=numbers,
                diagnoses=claim.diagnoses,
                evidence=(
                    list_evidence(claim),
                    *permit_evidence(permit, "diagnoses"),
                ),
                amount_at_risk=charges(tuple(item.line for item in group)),
                subject=permit.number,
            )


@rule(
    "AUT111",
    "authorization-of-another-party",
    Severity.WARNING,
    authority=(oncology_authorization(), adjustment_reasons("243")),
)
def authorization_of_another_party(context: Context) -> Iterator[Draft | NotChecked]:
    """Authorization of another party.

    What it finds: A claim sent under an authorization of another payer or member, or given to another provider or for
        another place of service.
    Why it matters: An approval is for one member of one plan, at the provider and place that asked; after a change of
        plan the old number is worth nothing.
    What the chart must show: Payer, member, servicing provider and place of the authorization.
    Example: Authorized by the plan of last year; authorized for place 11 and billed at 19.
    Fix: None by the program: eligibility and authorization are to be checked with the payer.
    Authority: Payer's authorization list; X12 claim adjustment reason code 243. A warning: plans merge, and a group
        may bill for its member.
    """
    for permit, group in by_permit(context):
        lines = tuple(item.line for item in group)
        for field, words, said in _differences(context, permit, lines):
            yield Draft(
                f"authorization {name_of(permit)} {words}",
                lines=tuple(line.line for line in lines),
                evidence=(*said, *permit_evidence(permit, field)),
                amount_at_risk=charges(lines),
                subject=f"{name_of(permit)} {field}",
            )
        if lacking := unrecorded(permit, "payer_id", "servicing_npi", "places_of_service"):
            yield NotChecked(lacking, lines=tuple(line.line for line in lines))


def _differences(
    context: Context, permit: Authorization, lines: Sequence[ClaimLine]
) -> Iterator[tuple[str, str, tuple[Evidence, ...]]]:
    """Give the fields in which an authorization is another party's, in words, with what the claim says instead."""
    coverage, claim = context.encounter.coverage, context.claim
    if permit.payer_id and coverage.payer_id and permit.payer_id.casefold() != coverage.payer_id.casefold():
        words = f"is of payer {permit.payer_id}; the claim goes to {coverage.payer_id}"
        yield "payer_id", words, (Evidence("coverage.payer_id", coverage.payer_id),)
    if permit.member_id and coverage.member_id and not same_number(permit.member_id, coverage.member_id):
        words = "is of another member number than the coverage"
        yield "member_id", words, (Evidence("coverage.member_id", coverage.member_id),)
    providers = {claim.billing_npi, claim.rendering_npi, *(line.rendering_npi for line in lines)} - {None, ""}
    if permit.servicing_npi and providers and permit.servicing_npi not in providers:
        said = tuple(
            Evidence(f"claim.{name}", npi)
            for name, npi in (("billing_npi", claim.billing_npi), ("rendering_npi", claim.rendering_npi))
            if npi
        )
        yield "servicing_npi", f"was given to provider {permit.servicing_npi}, who is not on the claim", said
    places = {line.line: place for line in lines if (place := line.place_of_service or claim.place_of_service)}
    if permit.places_of_service and (elsewhere := {n: p for n, p in places.items() if p not in _allowed(permit)}):
        said = tuple(e for line in lines if line.line in elsewhere for e in line_evidence(line, "place_of_service"))
        where = f"line {listed(elsewhere)} is billed at {', '.join(sorted(set(elsewhere.values())))}"
        allowed = ", ".join(permit.places_of_service)
        yield (
            "places_of_service",
            f"is for place {allowed}; {where}",
            (*said, Evidence("claim.place_of_service", claim.place_of_service or "")),
        )


def _allowed(permit: Authorization) -> frozenset[str]:
    return frozenset(place.strip().zfill(2) for place in permit.places_of_service) | {*permit.places_of_service}
