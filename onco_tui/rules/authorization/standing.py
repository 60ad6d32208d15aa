"""Whether the authorization a claim is sent under holds: status, and the span of dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onco_tui.encounter.chart import Authorization
from onco_tui.encounter.edits import set_claim_field
from onco_tui.rules.authorities import adjustment_reasons, oncology_authorization
from onco_tui.rules.authorization.permits import (
    APPROVED,
    Covered,
    by_permit,
    covered,
    fits,
    in_time,
    name_of,
    permit_evidence,
    same_number,
    status_of,
    unrecorded,
    weighed,
)
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.drugs.billed import alike, charges, listed
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_NOT_APPROVED = frozenset({
    "pended", "pending", "in review", "submitted", "requested", "draft", "denied", "rejected", "withdrawn",
    "cancelled", "canceled", "void", "voided", "expired", "notification", "notification only", "appealed",
})  # fmt: skip


@rule("AUT104", "authorization-out-of-date", Severity.WARNING, authority=(adjustment_reasons("197, 198"),))
def authorization_out_of_date(context: Context) -> Iterator[Draft | NotChecked]:
    """Authorization out of date.

    What it finds: A line before the first or after the last day of the authorization it is sent under; both days
        count.
    Why it matters: The payer denies services outside the approved span; some extend it on request, few in arrears.
    What the chart must show: First and last day of the authorization.
    Example: J9271 on 2026-07-01 under an authorization that ended on 2026-06-30.
    Fix: Send the claim under the documented authorization that covers the day (review), where there is one.
    Authority: X12 claim adjustment reason codes 197 and 198; the span is the payer's. A warning: an extension may not
        have reached the record.
    """
    items = context.once(covered)
    outside = [item for item in items if not (in_time(item.permit, item.day) and _ends_in_time(item))]
    for group in alike(outside, lambda item: (item.permit.number, item.permit.valid_from, item.permit.valid_to)):
        yield _outside(context, group)
    for permit, group in by_permit(context):
        if lacking := unrecorded(permit, "valid_from", "valid_to"):
            yield NotChecked(lacking, lines=tuple(item.line.line for item in group))


def _ends_in_time(item: Covered) -> bool:
    return item.line.date_to is None or in_time(item.permit, item.line.date_to)


def _outside(context: Context, group: Sequence[Covered]) -> Draft:
    permit, lines = group[0].permit, tuple(item.line for item in group)
    days = ", ".join(dict.fromkeys(str(item.day) for item in group))
    span = f"{permit.valid_from or 'the first day on'} to {permit.valid_to or 'an open end'}"
    return Draft(
        f"line {listed(line.line for line in lines)} on {days}; authorization {name_of(permit)} holds from {span}",
        lines=tuple(line.line for line in lines),
        evidence=(
            Evidence("claim.prior_authorization", context.claim.prior_authorization or ""),
            *(found for line in lines for found in line_evidence(line, "code", "date_of_service")),
            *permit_evidence(permit, "valid_from", "valid_to"),
        ),
        amount_at_risk=charges(lines),
        fixes=tuple(_instead(context, permit)),
        subject=permit.number,
    )


def _instead(context: Context, old: Authorization) -> Iterator[Fix]:
    """Offer documented authorizations that fit every line the old one was to cover."""
    lines = tuple((i.line, i.day) for i in context.once(covered) if same_number(i.permit.number, old.number))
    if any(line.prior_authorization for line, _ in lines):
        return
    for permit in context.chart.authorizations or ():
        if not same_number(permit.number, old.number) and fits(context, permit, lines):
            edit = set_claim_field(context.claim, "prior_authorization", permit.number)
            yield Fix(f"send under authorization {name_of(permit)}", "review", (edit,))


@rule("AUT105", "authorization-not-approved", Severity.ERROR, authority=(oncology_authorization(),))
def authorization_not_approved(context: Context) -> Iterator[Draft | NotChecked]:
    """Authorization not approved.

    What it finds: A claim sent under an authorization that is pended, denied, withdrawn, or only notified.
    Why it matters: A number is given when a request is received; it is no approval.
    What the chart must show: The status of the authorization.
    Example: J9271 under PA-778120, whose request is still pended.
    Fix: Send the claim under the documented authorization that is approved and fits (review), where there is one.
    Authority: Payer's authorization procedure. Approval is no promise of payment; its absence is a denial.
    """
    for permit, group in by_permit(context):
        status, lines = status_of(permit), tuple(item.line for item in group)
        numbers = tuple(line.line for line in lines)
        if not status:
            yield NotChecked(unrecorded(permit, "status"), lines=numbers)
        elif status in _NOT_APPROVED:
            yield Draft(
                f"the claim is sent under authorization {name_of(permit)}, which is {status}",
                lines=numbers,
                evidence=tuple(permit_evidence(permit, "number", "status")),
                amount_at_risk=charges(lines),
                fixes=tuple(_instead(context, permit)),
                subject=permit.number,
                severity=weighed(context, Severity.ERROR, *lines),
            )
        elif status not in APPROVED:
            yield NotChecked(f"authorization {name_of(permit)}: the status {status[:40]!r} is not known", lines=numbers)
