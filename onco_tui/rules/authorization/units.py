"""Units of an authorization: approved, used before, and needed here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from onco_tui.derive.drugs.quantity import shown
from onco_tui.encounter.chart import Authorization
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.counting import counted
from onco_tui.rules.authorities import adjustment_reasons, oncology_authorization
from onco_tui.rules.authorization.permits import (
    Covered,
    approved_units,
    covered,
    name_of,
    needed_units,
    permit_evidence,
    used_units,
    weighed,
)
from onco_tui.rules.context import Context, charge_for, line_evidence
from onco_tui.rules.drugs.billed import alike
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_REPLACES_EARLIER = "7"


@dataclass(frozen=True, slots=True)
class Account:
    """Units of one code under one authorization, in billing units; None where the record does not tell."""

    permit: Authorization
    code: str
    lines: tuple[ClaimLine, ...]
    days: tuple[date, ...]
    approved: Fraction | None
    used: Fraction | None
    needed: Fraction

    @property
    def left(self) -> Fraction | None:
        """Units left after this claim, negative when overdrawn; None when the record does not tell."""
        return None if self.approved is None or self.used is None else self.approved - self.used - self.needed

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its lines."""
        return tuple(line.line for line in self.lines)


def accounts(context: Context) -> tuple[Account, ...]:
    """Work out the units of each code under each authorization in use. Use it through ``context.once``."""
    named = [item for item in context.once(covered) if item.named]
    groups = alike(named, lambda item: (id(item.permit), item.line.code))
    return tuple(_account(context, group) for group in groups)


def _account(context: Context, group: Sequence[Covered]) -> Account:
    permit, code = group[0].permit, group[0].line.code
    lines = tuple((item.line, item.day) for item in group)
    return Account(
        permit=permit,
        code=code,
        lines=tuple(line for line, _ in lines),
        days=tuple(dict.fromkeys(day for _, day in lines)),
        approved=approved_units(context.reference.drugs, permit, code),
        used=used_units(permit, code),
        needed=needed_units(context, code, lines),
    )


@rule(
    "AUT108",
    "authorization-units-exceeded",
    Severity.ERROR,
    authority=(adjustment_reasons("198"), oncology_authorization()),
)
def authorization_units_exceeded(context: Context) -> Iterator[Draft | NotChecked]:
    """Authorized units exceeded.

    What it finds: A code whose units used before and on this claim, discarded drug included, exceed the units the
        authorization approves. Amounts approved in mg are counted in billing units.
    Why it matters: The payer denies what goes beyond the approval, some the whole line.
    What the chart must show: Units approved and units used so far.
    Example: 800 units of J9271 approved, 700 used before, 200 on this claim: 100 too many.
    Fix: None by the program: the payer is to be asked for more. Units are never cut to fit an authorization: they are
        what was given.
    Authority: X12 claim adjustment reason code 198 (authorization exceeded).
    """
    for account in context.once(accounts):
        over = None if account.approved is None else (account.used or 0) + account.needed - account.approved
        if over is not None and over > 0 and not _may_count_twice(context, account):
            yield _exceeded(context, account, over)
        elif reason := _unknown(account, over):
            yield NotChecked(f"authorization {name_of(account.permit)}: {reason}", lines=account.numbers)


def _unknown(account: Account, over: Fraction | None) -> str:
    """Say what the record lacks to tell whether units are left; empty when nothing."""
    if over is None:
        return f"its units of {account.code} cannot be read"
    if over > 0:
        return "the units used may count the claim that this one replaces"
    return f"the units of {account.code} used so far are not recorded" if account.used is None else ""


def _may_count_twice(context: Context, account: Account) -> bool:
    """Tell whether a replacement's own units may be among those used, which would leave the claim within bounds."""
    replaces = context.claim.frequency_code == _REPLACES_EARLIER
    return replaces and account.approved is not None and max(account.used or 0, account.needed) <= account.approved


def _exceeded(context: Context, account: Account, over: Fraction) -> Draft:
    approved, used = shown(account.approved or Fraction(0)), shown(account.used or Fraction(0))
    code, number = account.code, name_of(account.permit)
    return Draft(
        f"authorization {number} approves {counted(approved, 'unit')} of {code}; {used} were used before and "
        f"{_here(account)} here: {shown(over)} too many",
        lines=account.numbers,
        evidence=(
            *(found for line in account.lines for found in line_evidence(line, "code", "units")),
            *permit_evidence(account.permit, "codes", "units_used"),
        ),
        direction="over",
        amount_at_risk=_share(account.lines, over),
        subject=f"{number} {code}",
        severity=weighed(context, Severity.ERROR, *account.lines),
    )


def _here(account: Account) -> str:
    billed = sum((Fraction(line.units) for line in account.lines), Fraction(0))
    return f"{shown(account.needed)} {'are billed' if billed == account.needed else 'were given'}"


def _share(lines: Sequence[ClaimLine], over: Fraction) -> Decimal | None:
    """Give the charge of the units that go beyond, taken from the last lines first."""
    total, left = Decimal(0), over
    for line in reversed(lines):
        units = min(Fraction(line.units), left)
        share = charge_for(line, Decimal(units.numerator) / Decimal(units.denominator))
        if share is None:
            return None
        total, left = total + share, left - units
    return total
