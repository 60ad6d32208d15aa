"""Authorizations as the chart documents them: which one a claim is sent under, and which lines it has to cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from onco_tui.codesets.drugs import DrugTable
from onco_tui.derive.drugs.billing import unit_size
from onco_tui.derive.drugs.quantity import quantity
from onco_tui.derive.identity import known_class
from onco_tui.encounter.chart import Administration, Authorization, AuthorizedCode, DrugClass
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.values import normalise_code
from onco_tui.rules.authorization.switches import switches
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.billed import alike, finished, medicare
from onco_tui.rules.finding import Evidence, Severity

# A payer may also answer that nothing needs its approval.
APPROVED = frozenset({
    "approved", "active", "authorized", "certified", "partially approved", "approved as modified", "not required",
})  # fmt: skip
_UNIT_WORDS = frozenset({"", "unit", "units", "un", "billing unit", "billing units", "hcpcs unit", "hcpcs units"})
_VOID = "8"
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Covered:
    """A dated line that the authorization it is sent under has to cover.

    ``named`` is the row of the authorization for its code. Where there is none, ``instead`` is an authorized code of
    the same drug, and ``wanted`` tells whether the payer's policy wants the line authorized.
    """

    line: ClaimLine
    day: date
    permit: Authorization
    named: AuthorizedCode | None
    instead: str
    wanted: bool


def same_number(one: str | None, other: str | None) -> bool:
    """Tell whether two authorization numbers are one: case, blanks and dashes do not count; no number is none."""
    return bool(one) and bool(other) and _bare(one) == _bare(other)


def _bare(number: str | None) -> str:
    return "".join(character for character in number or "" if character.isalnum()).upper()


_FIELDS = {
    "valid_from": "first day", "valid_to": "last day", "status": "status", "diagnoses": "diagnoses",
    "payer_id": "payer", "servicing_npi": "provider", "places_of_service": "place of service",
}  # fmt: skip


def unrecorded(permit: Authorization, *fields: str) -> str:
    """Say all that the record lacks of an authorization; empty unless it lacks one of some fields.

    The rules that need the fields say it in the same words, so that it is read once.
    """
    missing = [name for name in _FIELDS if not getattr(permit, name)]
    if not any(name in missing for name in fields):
        return ""
    return f"authorization {name_of(permit)} has no {', '.join(_FIELDS[name] for name in missing)} on record"


def name_of(permit: Authorization) -> str:
    """Give the number of an authorization for a message: the start of one that is no number at all."""
    return permit.number[:_SHOWN] or "without a number"


def number_of(context: Context, line: ClaimLine) -> str:
    """Give the authorization number a line is sent under: its own, else the claim's."""
    return line.prior_authorization or context.claim.prior_authorization or ""


def original_medicare(context: Context) -> bool:
    """Tell whether the payer is known to be Medicare itself, not a plan in its place."""
    return medicare(context) and not context.policy.medicare_advantage


def wanted(context: Context) -> tuple[tuple[ClaimLine, date], ...]:
    """Give the dated lines the payer wants authorized. Use it through ``context.once``."""
    policy = context.policy.authorization
    if policy is None or context.claim.frequency_code == _VOID or not (policy.classes or policy.codes):
        return ()
    drugs = context.reference.drugs
    return tuple(
        (line, day)
        for line in context.claim.lines
        if line.units > 0
        and (day := context.day_of(line)) is not None
        and policy.wants(line.code, _class_of_code(drugs, line.code))
    )


@lru_cache(maxsize=1024)
def _class_of_code(drugs: DrugTable, code: str) -> DrugClass | None:
    return known_class(Administration(id="billed", hcpcs=code), drugs)


def covered(context: Context) -> tuple[Covered, ...]:
    """Give the lines that documented authorizations have to cover. Use it through ``context.once``.

    A line belongs to the authorization whose number it is sent under when that one names its code or another code of
    the same drug, or when the payer wants it authorized.
    """
    permits = context.chart.authorizations
    if not permits or context.claim.frequency_code == _VOID:
        return ()
    asked = {line.line for line, _ in context.once(wanted)}
    return tuple(
        found
        for line in context.claim.lines
        if line.units > 0
        and (day := context.day_of(line)) is not None
        and (found := _covered(context, line, day, permits, asked=line.line in asked))
    )


def _covered(
    context: Context, line: ClaimLine, day: date, permits: tuple[Authorization, ...], *, asked: bool
) -> Covered | None:
    carried = number_of(context, line)
    same = [permit for permit in permits if same_number(permit.number, carried)]
    if not same:
        return None
    permit = min(same, key=lambda p: (row_for(p, line.code) is None, not in_time(p, day)))
    named, instead = row_for(permit, line.code), ""
    if named is None:
        others = switches(context.reference.drugs, line.code)
        instead = next((row.code for row in permit.codes if row.code in others), "")
        if not (instead or (asked and permit.codes)):
            return None
    return Covered(line, day, permit, named, instead, asked)


def by_permit(context: Context) -> Iterator[tuple[Authorization, tuple[Covered, ...]]]:
    """Give each authorization in use with the lines it has to cover."""
    for group in alike(context.once(covered), lambda item: id(item.permit)):
        yield group[0].permit, group


def row_for(permit: Authorization, code: str) -> AuthorizedCode | None:
    """Find what an authorization says of a code; None when it does not name it."""
    return next((row for row in permit.codes if row.code == code), None)


def in_time(permit: Authorization, day: date) -> bool:
    """Tell whether a date lies in the span of an authorization, both ends included; an open end does not bound it."""
    return (permit.valid_from is None or permit.valid_from <= day) and (
        permit.valid_to is None or day <= permit.valid_to
    )


def approved_units(drugs: DrugTable, permit: Authorization, code: str) -> Fraction | None:
    """Give the billing units approved for a code, amounts of drug converted; None where that cannot be told."""
    rows = [row for row in permit.codes if row.code == code]
    units = [_in_billing_units(drugs, row) for row in rows]
    known = [amount for amount in units if amount is not None]
    return sum(known, Fraction(0)) if rows and len(known) == len(rows) else None


def _in_billing_units(drugs: DrugTable, row: AuthorizedCode) -> Fraction | None:
    if row.units is None:
        return None
    if (row.unit or "").strip().casefold() in _UNIT_WORDS:
        return Fraction(row.units)
    each, amount = drugs.billing_unit(row.code), quantity(row.units, row.unit)
    size = unit_size(each) if each and each.basis == "amount" else None
    if size is None or amount is None or size.dimension != amount.dimension or not size.amount:
        return None
    return amount.amount / size.amount


def used_units(permit: Authorization, code: str) -> Fraction | None:
    """Give the units used before this claim; None when the record does not count the code."""
    for name, units in permit.units_used.items():
        if normalise_code(name) == code:
            return Fraction(units)
    return None


def status_of(permit: Authorization) -> str:
    """Give the status in lower case with blanks; empty when none is recorded."""
    return " ".join((permit.status or "").casefold().replace("_", " ").replace("-", " ").split())


def fits(context: Context, permit: Authorization, lines: tuple[tuple[ClaimLine, date], ...]) -> bool:
    """Tell whether nothing in the record speaks against sending lines under an authorization."""
    payer, member = context.encounter.coverage.payer_id, context.encounter.coverage.member_id
    return (
        bool(permit.number)
        and all(row_for(permit, line.code) and in_time(permit, day) for line, day in lines)
        and status_of(permit) in {"", *APPROVED}
        and permit.payer_id in {None, "", payer}
        and (not permit.member_id or not member or same_number(permit.member_id, member))
        and all(_room_for(context, permit, code, lines) for code in {line.code for line, _ in lines})
    )


def _room_for(context: Context, permit: Authorization, code: str, lines: tuple[tuple[ClaimLine, date], ...]) -> bool:
    approved = approved_units(context.reference.drugs, permit, code)
    used = used_units(permit, code) or Fraction(0)
    return approved is None or used + needed_units(context, code, lines) <= approved


def needed_units(context: Context, code: str, lines: tuple[tuple[ClaimLine, date], ...]) -> Fraction:
    """Give the units of a code these lines bill, discarded drug included; more where the chart supports more.

    What was given counts, not only what was billed: a line that is mended later must not overdraw unseen.
    """
    days = {day for line, day in lines if line.code == code}
    billed = sum((Fraction(line.units) for line, _ in lines if line.code == code), Fraction(0))
    due = (d for d in context.derivation.lines if d.code == code and d.date_of_service in days)
    return max(billed, sum((Fraction(d.units) for d in due), Fraction(0)))


def weighed(context: Context, severity: Severity, *lines: ClaimLine) -> Severity:
    """Lower an error to a warning for Medicare itself, which wants no authorization, and on lines not ready to send."""
    firm = not original_medicare(context) and all(map(finished, lines))
    return severity if firm else min(severity, Severity.WARNING)


def permit_evidence(permit: Authorization, *fields: str) -> Iterator[Evidence]:
    """Point at fields of an authorization: ``documentation.authorizations[PA-1].valid_to``."""
    for field in fields:
        value = getattr(permit, field)
        if field == "codes":
            value = " ".join(f"{r.code} {'' if r.units is None else r.units} {r.unit or ''}".strip() for r in value)
        elif isinstance(value, dict):
            value = " ".join(f"{code} {units}" for code, units in value.items())
        elif isinstance(value, tuple):
            value = " ".join(value)
        yield Evidence(f"documentation.authorizations[{permit.number}].{field}", "" if value is None else str(value))
