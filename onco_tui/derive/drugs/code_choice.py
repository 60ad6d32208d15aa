"""Which code a drug is billed under on its date of service.

The charted code wins while it is in force; an ended one gives way to its successor. Without a code the NDC decides,
then an exact name. Whatever in the chart points to another code is kept as a rival, so that the answer can say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from onco_tui.codesets.drugs import DrugTable, spelled
from onco_tui.codesets.hcpcs_units import BillingUnit
from onco_tui.codesets.ndc import hyphenated
from onco_tui.codesets.ndc_crosswalk import NdcProduct
from onco_tui.derive.drugs.containers import marketed_sizes
from onco_tui.derive.drugs.quantity import Quantity, charted, quantity
from onco_tui.derive.drugs.supply import is_oral
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimType

_UNDER_THE_SKIN = {"subcutaneous", "subcutaneous_infusion"}
_INTO_A_VEIN = {"iv_infusion", "iv_push", "pump_infusion"}


@dataclass(frozen=True, slots=True)
class Rival:
    """Another code the chart points to, and what points there."""

    code: str
    question: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The code of a drug with its billing unit, why it is that one, and what speaks for another."""

    unit: BillingUnit
    because: tuple[str, ...] = ()
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """No code can be told, and why; ``gap`` when the chart lacks a fact."""

    reason: str
    gap: bool = False


def choose_code(administration: Administration, on: date, claim_type: ClaimType, drugs: DrugTable) -> Chosen | Refused:
    """Choose the code of an administration for a date of service."""
    products = _products(administration, drugs)
    if administration.hcpcs:
        found = _by_charted_code(administration.hcpcs, on, products, drugs)
    else:
        found = _without_code(administration, on, products, drugs)
    if isinstance(found, Refused):
        return found
    if found.unit.basis == "unlisted":
        return Refused(_why_unlisted(found.unit, administration, on, products, drugs))
    if refusal := _not_for_this_claim(found.unit, claim_type):
        return Refused(refusal)
    rivals = (*found.rivals, *_contradictions(found.unit, administration, products, drugs))
    return Chosen(found.unit, found.because, _usable(rivals, on, claim_type, drugs))


def rivals_of(
    unit: BillingUnit, administration: Administration, on: date, claim_type: ClaimType, drugs: DrugTable
) -> tuple[Rival, ...]:
    """Find what NDC, name and route of an administration say against the code it is charted under."""
    found = _contradictions(unit, administration, _products(administration, drugs), drugs)
    return _usable(found, on, claim_type, drugs)


def _contradictions(
    unit: BillingUnit, administration: Administration, products: tuple[NdcProduct, ...], drugs: DrugTable
) -> tuple[Rival, ...]:
    return (
        *_ndc_rivals(unit, products),
        *_name_rivals(unit, administration, drugs),
        *_route_rivals(unit, administration, drugs),
    )


def _usable(rivals: Sequence[Rival], on: date, claim_type: ClaimType, drugs: DrugTable) -> tuple[Rival, ...]:
    usable = {rival.code: rival for rival in reversed(rivals) if _billable(rival.code, on, claim_type, drugs)}
    return tuple(usable[code] for code in sorted(usable))


def _by_charted_code(code: str, on: date, products: tuple[NdcProduct, ...], drugs: DrugTable) -> Chosen | Refused:
    unit = drugs.billing_unit(code)
    if unit is None:
        return Refused(
            f"{code} is not in the drug table nor among the HCPCS drug codes loaded; "
            f"add it to rulesets/drugs.json, or build the tables from the quarter that brings it"
        )
    if unit.in_force(on):
        return Chosen(unit)
    if unit.effective_from and on < unit.effective_from:
        return Refused(
            f"{code} takes effect {unit.effective_from}; on {on} it cannot be billed{_before(code, on, drugs)}"
        )
    after = [new.code for new in drugs.successors(code) if _in_force(new.code, on, drugs)]
    if len(after) > 1:
        after = _agreeing(after, products) or after
    ended = f"{code} ended {unit.effective_to}"
    if len(after) == 1 and (successor := drugs.billing_unit(after[0])):
        return Chosen(successor, (f"{ended}; {successor.code} ({successor.words}) took over from {unit.words}",))
    if after:
        return Refused(
            f"{ended}; its place was taken by {', '.join(after)}, told apart by labeler: chart the NDC", gap=True
        )
    return Refused(f"{ended}; no successor is known")


def _before(code: str, on: date, drugs: DrugTable) -> str:
    """Name the codes that this one replaced and that were in force."""
    earlier = [
        old
        for old, after in drugs.links.successors.items()
        if any(new.code == code for new in after) and _in_force(old, on, drugs)
    ]
    return f"; {', '.join(sorted(earlier))} was in force" if earlier else "; until then an unlisted code"


def _without_code(
    administration: Administration, on: date, products: tuple[NdcProduct, ...], drugs: DrugTable
) -> Chosen | Refused:
    by_ndc = _one_of(_in_force_of(_codes(products), on, drugs), administration, drugs)
    if len(by_ndc) == 1 and (unit := drugs.billing_unit(by_ndc[0])):
        return Chosen(unit, (f"NDC {hyphenated(products[0].ndc)} is {unit.code} in the CMS crosswalk",))
    if not administration.drug:
        if by_ndc:
            return Refused(f"the NDC can be {', '.join(by_ndc)}; chart the code or the name", gap=True)
        return Refused("the drug is charted without a code, a known NDC or a name", gap=True)
    named = _given_so(_in_force_of(drugs.codes_named(administration.drug), on, drugs), administration, drugs)
    if by_ndc:
        named = [code for code in named if code in by_ndc] or by_ndc
    return _named(_one_of(named, administration, drugs), administration, on, products, drugs)


def _named(
    codes: list[str], administration: Administration, on: date, products: tuple[NdcProduct, ...], drugs: DrugTable
) -> Chosen | Refused:
    """Choose among the codes a name leads to: the only one, else the only one that comes in the charted size."""
    name = administration.drug
    if len(codes) == 1 and (unit := _for_route(codes[0], administration, on, drugs)):
        because = f"{name} is {unit.code} ({unit.words}) on {on}"
        return Chosen(unit, (because,), () if products else _labeler_rivals(unit, administration, drugs))
    if len(codes) > 1 and (only := _marketed_so(codes, administration, drugs)):
        question = f"{name} can be {', '.join(codes)}; of these only {only.code} comes in the charted size"
        return Chosen(only, (question,), tuple(Rival(code, question) for code in codes if code != only.code))
    if codes:
        return Refused(f"{name} can be {', '.join(codes)}; chart the code or the NDC", gap=True)
    return Refused(f"{name}: no drug of exactly this name has a code on {on}; chart the code or the NDC")


def _marketed_so(codes: list[str], administration: Administration, drugs: DrugTable) -> BillingUnit | None:
    """Find the one code under which a container of the charted size, or of the dose, is marketed."""
    sizes = {size.amount for size in _charted_sizes(administration) if size}
    fitting = [code for code in codes if sizes and sizes <= set(marketed_sizes(drugs.by_code(code)))]
    return drugs.billing_unit(fitting[0]) if len(fitting) == 1 else None


def _charted_sizes(administration: Administration) -> set[Quantity | None]:
    """Give the sizes of the charted containers, else the dose; None stands for one that cannot be read."""
    sizes = {quantity(vial.size, vial.unit) for vial in administration.vials if vial.size is not None}
    return sizes or ({charted(administration.dose)} if administration.dose else set())


def _given_so(codes: list[str], administration: Administration, drugs: DrugTable) -> list[str]:
    """Leave out the codes for taking a drug by mouth where it was given otherwise, and the other way round."""
    if not administration.route:
        return codes
    by_mouth = administration.route == "oral"
    return [code for code in codes if (unit := drugs.billing_unit(code)) and is_oral(unit) == by_mouth] or codes


def _one_of(codes: list[str], administration: Administration, drugs: DrugTable) -> list[str]:
    """Narrow codes that differ by container volume (bags of one fluid) to the one whose unit is the charted bag."""
    bags = _charted_sizes(administration)
    if len(codes) < 2 or not bags:
        return codes
    fluids = [
        code
        for code in codes
        if (unit := drugs.billing_unit(code))
        and unit.unit == "mL"
        and unit.quantity
        and bags == {quantity(unit.quantity, "mL")}
    ]
    return fluids or codes


def _for_route(code: str, administration: Administration, on: date, drugs: DrugTable) -> BillingUnit | None:
    """Give the product for the charted route when the name alone leads to the one for another route."""
    other = _other_route(code, administration, drugs)
    return drugs.billing_unit(other if other and _in_force(other, on, drugs) else code)


def _other_route(code: str, administration: Administration, drugs: DrugTable) -> str | None:
    pair = drugs.links.routes.get(code)
    if pair and code == pair.intravenous and administration.route in _UNDER_THE_SKIN:
        return pair.subcutaneous
    if pair and code == pair.subcutaneous and administration.route in _INTO_A_VEIN:
        return pair.intravenous
    return None


def _route_rivals(unit: BillingUnit, administration: Administration, drugs: DrugTable) -> tuple[Rival, ...]:
    other = _other_route(unit.code, administration, drugs)
    route = (administration.route or "").replace("_", " ")
    return (
        (Rival(other, f"{unit.code} is not the product for the charted route ({route}); {other} is"),) if other else ()
    )


def _ndc_rivals(unit: BillingUnit, products: tuple[NdcProduct, ...]) -> tuple[Rival, ...]:
    return tuple(
        Rival(code, f"NDC {hyphenated(product.ndc)} ({product.name}) belongs to {code}, not to {unit.code}")
        for product in products
        if unit.code not in product.units
        for code in product.codes
    )


def _name_rivals(unit: BillingUnit, administration: Administration, drugs: DrugTable) -> tuple[Rival, ...]:
    """Find codes of a charted brand, biosimilar or other drug. A bare ingredient name contradicts no product of it."""
    name = spelled(administration.drug or "")
    if not name or not administration.hcpcs or unit.name.casefold().startswith(name):
        return ()
    if any(drug.hcpcs == unit.code for drug in drugs.all_of_ingredient(name)):
        return ()
    codes = drugs.codes_named(name)
    if unit.code in codes:
        return ()
    return tuple(Rival(code, f"the chart names {administration.drug}, which is {code}") for code in codes)


def _labeler_rivals(unit: BillingUnit, administration: Administration, drugs: DrugTable) -> tuple[Rival, ...]:
    """Name the labelers' and biosimilars' own codes, or a fluid's other bags, when only the ingredient is charted."""
    drug = drugs.by_code(unit.code)
    fluid = unit.unit == "mL"
    if drug is None or spelled(administration.drug or "") != drug.ingredient or (fluid and administration.vials):
        return ()
    lacking = "the size of the bag" if fluid else "labeler or NDC"
    question = f"the chart names {administration.drug} without {lacking}; some products have their own codes"
    return tuple(Rival(other.hcpcs, question) for other in drugs.siblings(unit.code))


def _why_unlisted(
    unit: BillingUnit, administration: Administration, on: date, products: tuple[NdcProduct, ...], drugs: DrugTable
) -> str:
    """Say what an unlisted code needs, and when the drug has a code of its own in force, by its NDC or name."""
    own = _in_force_of(_codes(products), on, drugs) or _in_force_of(drugs.codes_named(administration.drug), on, drugs)
    if own:
        return f"{administration.name}: {unit.code} is an unlisted code, but the drug has {', '.join(own)} on {on}"
    return (
        f"{administration.name}: {unit.code} is an unlisted code; it takes one unit and a narrative with name, "
        f"NDC, dose and route"
    )


def _not_for_this_claim(unit: BillingUnit, claim_type: ClaimType) -> str | None:
    if unit.code.startswith("C") and claim_type == "professional":
        return f"{unit.code} is for hospital outpatient claims only; a practitioner reports an unlisted code"
    if unit.basis == "none" or (unit.basis in ("amount", "up_to") and not unit.quantity):
        return f"the billing unit of {unit.code} is not known here; load the HCPCS quarter that defines it"
    return None


def _products(administration: Administration, drugs: DrugTable) -> tuple[NdcProduct, ...]:
    written = {administration.ndc, *(vial.ndc for vial in administration.vials)}
    found = {product.ndc: product for ndc in written if (product := drugs.by_ndc(ndc))}
    return tuple(found[ndc] for ndc in sorted(found))


def _codes(products: tuple[NdcProduct, ...]) -> list[str]:
    return sorted({code for product in products for code in product.codes})


def _agreeing(codes: list[str], products: tuple[NdcProduct, ...]) -> list[str]:
    return [code for code in codes if code in _codes(products)]


def _in_force_of(codes: Iterable[str], on: date, drugs: DrugTable) -> list[str]:
    return [code for code in dict.fromkeys(codes) if _in_force(code, on, drugs)]


def _in_force(code: str, on: date, drugs: DrugTable) -> bool:
    unit = drugs.billing_unit(code)
    return unit is not None and unit.in_force(on)


def _billable(code: str, on: date, claim_type: ClaimType, drugs: DrugTable) -> bool:
    return _in_force(code, on, drugs) and not (code.startswith("C") and claim_type == "professional")
