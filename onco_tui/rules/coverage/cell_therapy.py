"""Cell therapy on practitioners' Medicare claims: the attestation of a safety program, charges past the field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from onco_tui.encounter.edits import set_line_field
from onco_tui.rules.authorities import car_t, car_t_fractions, ncd_car_t
from onco_tui.rules.context import Context
from onco_tui.rules.coverage.services import billed, by_day, evidence_of, lines_of, money, numbers
from onco_tui.rules.drugs.billed import finished, listed, medicare, weighed
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_GIVING = frozenset({"0540T", "38228"})
_PRODUCTS = frozenset({"Q2041", "Q2042", "Q2053", "Q2054", "Q2055", "Q2056", "Q2058"})
_ATTESTED_FROM, _ATTESTED_UNTIL = date(2019, 8, 7), date(2025, 6, 25)
_FRACTIONS_FROM = date(2022, 1, 1)
_FIELD = Decimal("99999.99")
_MAX_MODIFIERS = 4


@rule("COV110", "car-t-attestation", Severity.ERROR, authority=(car_t(), ncd_car_t()))
def car_t_attestation(context: Context) -> Iterator[Draft | NotChecked]:
    """CAR-T attestation.

    What it finds: CAR-T cells given on a practitioner's Medicare claim without KX, on a date when KX still attested
        that the site was enrolled in the product's safety program (REMS).
    Why it matters: The line was denied without it. The program ended on 2025-06-26, and from then KX is not asked for.
    What the chart must show: Product and site.
    Example: 0540T on 2024-05-06 without KX. 38228 on 2025-07-01 needs none; nor is one there wrong.
    Fix: Put on KX (review: it attests something).
    Authority: Medicare NCD 110.24 from 2019-08-07; contractor notice on the end of the REMS, 2025-06-26. A warning
        where the payer is not known to be Medicare.
    """
    if not (context.practitioner and context.policy.medicare):
        return
    for group in by_day(billed(context, _GIVING)):
        day = group[0].day
        products = [service for service in billed(context, _PRODUCTS) if service.day == day]
        attested = any("KX" in service.line.modifiers for service in (*group, *products))
        if attested or not _ATTESTED_FROM <= day <= _ATTESTED_UNTIL:
            continue
        lines = lines_of(group)
        edits = tuple(set_line_field(line, "modifiers", (*line.modifiers, "KX")) for line in lines)
        room = all(len(line.modifiers) < _MAX_MODIFIERS for line in lines)
        yield Draft(
            f"line {listed(numbers(group))} bills {lines[0].code} on {day} without KX; until {_ATTESTED_UNTIL} it "
            f"attested an enrolled site",
            lines=numbers(group),
            evidence=evidence_of(context, group, "modifiers", "date_of_service"),
            amount_at_risk=money(group),
            fixes=(Fix(f"line {listed(numbers(group))} with KX", "review", edits),) if room else (),
            subject=f"{lines[0].code} {day}",
            severity=weighed(Severity.ERROR, certain=medicare(context) and all(map(finished, lines))),
        )


@rule("COV111", "car-t-charge-over-field", Severity.WARNING, authority=(car_t_fractions(),))
def car_t_charge_over_field(context: Context) -> Iterator[Draft | NotChecked]:
    """CAR-T charge over the field.

    What it finds: A CAR-T product on a practitioner's Medicare claim charged above 99,999.99 on one line.
    Why it matters: The charge does not fit the seven digits of the system that pays practitioners, and the claim is
        rejected.
    What the chart must show: The product and its one dose.
    Example: Q2041, 1 unit, charged 450,000.00. It goes in fractions of a unit that add up to one, each with LU, from
        the second on with 76 too. A hospital's claim has no such limit.
    Fix: None by the program: contractors differ on the number of fractions and of claims.
    Authority: CMS change request 12928, LU for dates of service from 2022-01-01.
    """
    if not (context.practitioner and context.policy.medicare):
        return
    for service in billed(context, _PRODUCTS):
        charge = service.line.charge
        if charge is not None and charge > _FIELD and service.day >= _FRACTIONS_FROM:
            yield Draft(
                f"line {service.line.line} bills {service.line.code} at {charge}; one line of a practitioner's claim "
                f"holds {_FIELD}, and the product goes in fractions with LU",
                lines=(service.line.line,),
                evidence=evidence_of(context, (service,), "units", "charge", "modifiers"),
                amount_at_risk=charge,
            )
