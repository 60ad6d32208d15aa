"""The authorization number of a claim: present where the payer wants one, documented, and one for each line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from onco_tui.encounter.chart import Authorization
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import set_claim_field
from onco_tui.rules.authorities import claims_manual_26, oncology_authorization
from onco_tui.rules.authorization.permits import (
    covered,
    fits,
    in_time,
    name_of,
    number_of,
    original_medicare,
    permit_evidence,
    row_for,
    same_number,
    wanted,
    weighed,
)
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.drugs.billed import charges, drug_lines
from onco_tui.rules.edit_series import EditSeries
from onco_tui.rules.finding import Draft, Evidence, Fix, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule

Lines = tuple[tuple[ClaimLine, date], ...]
_VOID = "8"
_SHOWN = 40


@rule(
    "AUT101",
    "authorization-missing",
    Severity.ERROR,
    authority=(oncology_authorization(), claims_manual_26("10.4, item 23")),
)
def authorization_missing(context: Context) -> Iterator[Draft | NotChecked]:
    """Authorization number missing.

    What it finds: A claim without an authorization number where the payer's policy wants the service authorized; a
        warning where the policy says nothing and the chart documents an authorization for what is billed.
    Why it matters: The line is denied, and often cannot be authorized afterwards.
    What the chart must show: The authorization: number, payer, codes and units, dates.
    Example: J9299 to a plan that wants cancer drugs authorized, and no number on the claim (837 REF G1, item 23).
        Original Medicare wants none for cancer drugs; nothing is asked of its claims. A payer whose wishes nobody
        here knows is not checked.
    Fix: Take over the number of the one documented authorization that fits codes, units, dates and payer (safe).
    Authority: Payer's authorization list; Medicare Claims Processing Manual, chapter 26 section 10.4, item 23.
    """
    if original_medicare(context) or context.claim.frequency_code == _VOID:
        return
    bare = tuple((line, day) for line, day in context.once(wanted) if not number_of(context, line))
    if bare:
        yield _missing(context, bare, Severity.ERROR)
    elif not context.claim.prior_authorization and (documented := _documented(context)):
        yield _missing(context, documented, Severity.WARNING)
    if context.policy.authorization is None and not context.claim.prior_authorization:
        lines = tuple(item.line.line for item in context.once(drug_lines))
        if lines and not _documented(context):
            yield NotChecked("whether this payer wants drugs authorized is not known here", lines=lines)


def _documented(context: Context) -> Lines:
    """Give the lines without a number whose code a documented authorization of this payer names."""
    payer = context.encounter.coverage.payer_id
    permits = [p for p in context.chart.authorizations or () if p.payer_id in {None, "", payer}]
    return tuple(
        (line, day)
        for line in (context.claim.lines if permits else ())
        if line.units > 0
        and not number_of(context, line)
        and (day := context.day_of(line)) is not None
        and any(row_for(permit, line.code) and in_time(permit, day) for permit in permits)
    )


def _missing(context: Context, lines: Lines, severity: Severity) -> Draft:
    bare = tuple(line for line, _ in lines)
    codes = ", ".join(dict.fromkeys(line.code for line in bare))
    asks = severity == Severity.ERROR
    why = f"the payer wants {codes} authorized" if asks else f"an authorization for {codes} is documented"
    fitting = [p for p in context.chart.authorizations or () if fits(context, p, lines)]
    return Draft(
        f"{why}; the claim carries no authorization number{_others(context, fitting)}",
        lines=tuple(line.line for line in bare),
        evidence=(
            Evidence("claim.prior_authorization", ""),
            *(found for line in bare for found in line_evidence(line, "code", "date_of_service")),
            *(e for p in context.chart.authorizations or () for e in permit_evidence(p, "codes", "valid_to")),
        ),
        direction="documentation",
        amount_at_risk=charges(bare),
        fixes=tuple(_take_over(context, permit, "safe" if len(fitting) == 1 else "review") for permit in fitting),
        severity=weighed(context, severity, *bare),
    )


def _others(context: Context, fitting: list[Authorization]) -> str:
    permits = context.chart.authorizations
    if fitting or permits is None:
        return ""
    return "; none of the documented ones fits" if permits else "; none is documented"


def _take_over(context: Context, permit: Authorization, grade: Grade) -> Fix:
    edit = set_claim_field(context.claim, "prior_authorization", permit.number)
    return Fix(f"send under authorization {name_of(permit)}", grade, (edit,))


@rule("AUT102", "authorization-undocumented", Severity.WARNING, authority=(oncology_authorization(),))
def authorization_undocumented(context: Context) -> Iterator[Draft | NotChecked]:
    """Authorization number not documented.

    What it finds: An authorization number on the claim that none of the documented authorizations has.
    Why it matters: A number the payer does not find is no number; the line is denied as if none had been sent.
    What the chart must show: The authorization with its number.
    Example: PA-778210 on the claim, PA-778120 in the record. Case, blanks and dashes make no difference.
    Fix: Put the documented number that fits what is billed in its place (review; the record may lack the other one).
    Authority: Payer's authorization list. A warning: the record may be what is incomplete; information for Original
        Medicare, which wants no authorization for cancer drugs.
    """
    carried, permits = context.claim.prior_authorization, context.chart.authorizations
    if not carried or context.claim.frequency_code == _VOID or (original_medicare(context) and not permits):
        return
    if permits is None:
        yield NotChecked("no authorizations came with the chart")
    elif not any(same_number(permit.number, carried) for permit in permits):
        yield _undocumented(context, carried, permits)


def _undocumented(context: Context, carried: str, permits: tuple[Authorization, ...]) -> Draft:
    asked = context.once(wanted)
    named = tuple(
        (line, day)
        for line in context.claim.lines
        if line.units > 0
        and (day := context.day_of(line)) is not None
        and any(row_for(permit, line.code) for permit in permits)
    )
    lines = asked or named
    fitting = [permit for permit in permits if lines and fits(context, permit, lines)]
    known = ", ".join(dict.fromkeys(map(name_of, permits))) or "none"
    return Draft(
        f"the claim carries authorization {carried[:_SHOWN]}; documented is {known}",
        lines=tuple(line.line for line, _ in lines),
        evidence=(
            Evidence("claim.prior_authorization", carried),
            *(found for permit in permits for found in permit_evidence(permit, "number", "codes")),
        ),
        direction="documentation",
        amount_at_risk=charges(tuple(line for line, _ in lines)) if lines else None,
        fixes=tuple(_take_over(context, permit, "review") for permit in fitting),
        subject=carried,
        severity=Severity.INFO if original_medicare(context) else None,
    )


@rule(
    "AUT103",
    "authorization-of-another-line",
    Severity.ERROR,
    authority=(claims_manual_26("10.4, item 23"), oncology_authorization()),
)
def authorization_of_another_line(context: Context) -> Iterator[Draft | NotChecked]:
    """Authorization of another line.

    What it finds: A line whose code another documented authorization names than the one the claim is sent under.
    Why it matters: A claim carries one authorization number; what it does not cover is denied.
    What the chart must show: Which authorization is for which service.
    Example: J9271 under PA-1 and J9305 under PA-2 on one claim that carries PA-1. An error where the payer wants the
        line authorized.
    Fix: Give the line its own number (837 loop 2400 REF G1; review: a payer may want two claims, paper always does).
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.4, item 23 (one number); 837P REF G1.
    """
    permits = context.chart.authorizations or ()
    if len(permits) < 2 or original_medicare(context):
        return
    asked = {line.line for line, _ in context.once(wanted)}
    under = {item.line.line: item for item in context.once(covered)}
    for line in context.claim.lines:
        day, carried = context.day_of(line), number_of(context, line)
        if day is None or line.units <= 0 or not carried or (line.line in under and under[line.line].named):
            continue
        if any(same_number(permit.number, carried) for permit in permits):
            others = [p for p in permits if row_for(p, line.code) and in_time(p, day)]
            if others:
                severity = Severity.ERROR if line.line in asked else Severity.WARNING
                yield _elsewhere(context, line, day, others, severity)


def _elsewhere(context: Context, line: ClaimLine, day: date, others: list[Authorization], severity: Severity) -> Draft:
    numbers = _numbers(others)
    return Draft(
        f"line {line.line} bills {line.code}, authorized under {numbers}; it is sent under "
        f"{number_of(context, line)[:_SHOWN]}",
        lines=(line.line,),
        evidence=(
            Evidence("claim.prior_authorization", context.claim.prior_authorization or ""),
            *line_evidence(line, "code", "date_of_service", "prior_authorization"),
            *(found for permit in others for found in permit_evidence(permit, "number", "codes")),
        ),
        direction="documentation",
        amount_at_risk=line.charge,
        fixes=tuple(_own_number(context, line, p) for p in others if fits(context, p, ((line, day),))),
        severity=weighed(context, severity, line),
    )


def _numbers(permits: list[Authorization]) -> str:
    return " or ".join(dict.fromkeys(map(name_of, permits)))


def _own_number(context: Context, line: ClaimLine, permit: Authorization) -> Fix:
    series = EditSeries(context.encounter)
    series.set(line.line, "prior_authorization", permit.number)
    return Fix(f"line {line.line} under authorization {name_of(permit)}", "review", series.edits)
