"""Leuprolide: products of one substance that differ by their use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from onco_tui.codesets.coverage import Prefixes
from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import drug_labels, hcpcs_level2
from onco_tui.rules.context import Context
from onco_tui.rules.coverage.services import (
    Service,
    billed,
    by_day,
    diagnoses_of,
    evidence_of,
    given,
    lines_of,
    money,
    numbers,
    unchecked,
)
from onco_tui.rules.drugs.billed import finished, listed, medicare, weighed
from onco_tui.rules.drugs.exchange import exchanges
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

_GYNECOLOGIC = "J1950"
_PROSTATE_PRODUCTS = frozenset({"J1952", "J1954", "J9217"})
_PROSTATE, _NOT_PROSTATE = Prefixes.of(("C61",)), Prefixes.of(("D25", "E30.1", "E22.8", "N80"))
_UNIT = Decimal("3.75")
_PROSTATE_DOSES = frozenset({Decimal("7.5"), Decimal("22.5"), Decimal(30), Decimal(45)})


@rule("COV123", "leuprolide-product-and-diagnosis", Severity.ERROR, authority=(hcpcs_level2(), drug_labels("use")))
def leuprolide_product_and_diagnosis(context: Context) -> Iterator[Draft | NotChecked]:
    """Leuprolide, product and diagnosis.

    What it finds: J1950, the product by 3.75 mg for the uterus and for puberty, billed for prostate cancer; or a
        product for the prostate billed for endometriosis, fibroids or early puberty.
    Why it matters: C61 goes with J9217 by 7.5 mg; the codes have other units and prices.
    What the chart must show: Product and NDC.
    Example: J1950, 6 units, with C61: 22.5 mg is a dose for the prostate, under the wrong code. Breast cancer takes
        either product by the payer's policy and is left alone.
    Fix: Ask which product was given (query). The code is never changed to fit the diagnosis.
    Authority: HCPCS Level II descriptors; product labels. An error only where the units make a dose for the prostate
        and the payer is Medicare; a warning otherwise, and where the chart has the billed product.
    """
    told = {number for exchange in context.once(exchanges) for number in exchange.lines} if _billed(context) else set()
    for group in by_day(_billed(context)):
        code = group[0].line.code
        wrong, right = (_PROSTATE, _NOT_PROSTATE) if code == _GYNECOLOGIC else (_NOT_PROSTATE, _PROSTATE)
        pointed = diagnoses_of(group)
        if told.intersection(numbers(group)) or not wrong.cover_any(pointed) or right.cover_any(pointed):
            continue
        if context.chart.administrations is None:
            yield unchecked(group, "the product given is not charted")
        yield _of_another_use(context, group)


def _billed(context: Context) -> tuple[Service, ...]:
    return tuple(billed(context, frozenset({_GYNECOLOGIC, *_PROSTATE_PRODUCTS})))


def _of_another_use(context: Context, group: Sequence[Service]) -> Draft:
    code, day = group[0].line.code, group[0].day
    dose = _UNIT * sum((service.line.units for service in group), Decimal(0))
    made = code == _GYNECOLOGIC and dose in _PROSTATE_DOSES
    charted = any(a.hcpcs == code for a in given(context, day))
    certain = made and not charted and medicare(context) and all(map(finished, lines_of(group)))
    worth = f"; {plain(dose)} mg is a dose for the prostate, J9217" if made else ""
    return Draft(
        f"line {listed(numbers(group))} bills {code} for {', '.join(diagnoses_of(group))}, a use of "
        f"another product{worth}",
        lines=numbers(group),
        diagnoses=diagnoses_of(group),
        evidence=evidence_of(context, group, "units", "diagnosis_pointers"),
        amount_at_risk=money(group),
        fixes=(
            query(
                "ask which product was given",
                f"leuprolide was given on {day}",
                "Which product, in which strength and with which NDC, was given?",
                "the product recorded",
                "another product (please give its strength and NDC)",
            ),
        ),
        subject=f"{code} {day}",
        severity=weighed(Severity.ERROR, certain=certain),
    )
