"""Questions about which product was given, named by drug and brand and never by code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from onco_tui.encounter.chart import Administration
from onco_tui.encounter.values import plain
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Fix
from onco_tui.rules.queries import query


def drug_name(context: Context, code: str) -> str:
    """Name the drug of a code: the table's name, else the one of CMS's descriptor."""
    unit = context.reference.drugs.billing_unit(code)
    return context.reference.label(code) or (unit.name if unit else "") or "the drug"


def product_name(context: Context, code: str) -> str:
    """Name the product of a code with its brand: ``trastuzumab-anns (Kanjinti)``."""
    drug = context.reference.drugs.by_code(code)
    return f"{drug.generic} ({drug.brands[0]})" if drug and drug.brands else drug_name(context, code)


def as_charted(context: Context, given: Iterable[Administration]) -> str:
    """Say what the record names: drug, package and dose of each administration."""
    return ", ".join(dict.fromkeys(_charted(context, administration) for administration in given))


def ask_product(context: Context, day: date, given: Sequence[Administration], codes: Iterable[str]) -> Fix:
    """Ask which product was given; ``codes`` stand for the products that come into question."""
    products = tuple(dict.fromkeys(product_name(context, code) for code in codes))
    charted = as_charted(context, given) or "a drug that the record does not name"
    return query(
        "ask which product was given",
        f"{charted} on {day}; what the record says fits more than one product",
        "Which product was given, by which route?",
        *products,
    )


def _charted(context: Context, administration: Administration) -> str:
    name = administration.drug or drug_name(context, administration.hcpcs or "")
    ndcs = dict.fromkeys(ndc for ndc in (administration.ndc, *(vial.ndc for vial in administration.vials)) if ndc)
    dose = f" {plain(administration.dose.amount)} {administration.dose.unit}" if administration.dose else ""
    return name + dose + (f", package {' and '.join(ndcs)}" if ndcs else "")
