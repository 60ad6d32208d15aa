"""What must hold for every drug of the table, whatever the dose and the containers."""

from __future__ import annotations

import math
import random
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from hypothesis.strategies import DrawFn, SearchStrategy

from onco_tui.codesets.drugs import Drug
from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.drugs.billing import unit_size
from onco_tui.derive.drugs.quantity import shown
from onco_tui.derive.drugs.waste import JZ_FROM
from onco_tui.encounter.values import plain
from tests.derive_drugs.drug_charts import chart, derive, lines

_ON = "2026-03-02"
_DRUGS = [drug for drug in shipped_reference().drugs if unit_size(drug.billing_unit)]
_QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_AMOUNTS = strategies.decimals(min_value="0.01", max_value="5000", places=2)
_KINDS = ("single_dose", "multi_dose", None)


def _vials(kinds: tuple[str | None, ...]) -> SearchStrategy[list[dict[str, object]]]:
    one = strategies.fixed_dictionaries(
        {
            "size": _AMOUNTS.map(plain),
            "count": strategies.integers(1, 9),
            "container": strategies.sampled_from(kinds),
        }
    )
    return strategies.lists(one, min_size=1, max_size=3)


@strategies.composite
def _opened(draw: DrawFn, *kinds: str | None) -> tuple[Drug, dict[str, object], Fraction, Fraction]:
    """Give a drug, its administration, the dose and the labelled content in the drug's own unit."""
    drug = draw(strategies.sampled_from(_DRUGS))
    vials = [vial | {"unit": drug.unit} for vial in draw(_vials(kinds or _KINDS))]
    content = sum((Fraction(str(vial["size"])) * int(str(vial["count"])) for vial in vials), Fraction(0))
    dose = draw(_AMOUNTS)
    administration: dict[str, object] = {
        "hcpcs": drug.hcpcs,
        "dose": {"amount": plain(dose), "unit": drug.unit},
        "vials": vials,
    }
    return drug, administration, Fraction(dose), content


def _day(drug: Drug) -> date:
    return min(date.fromisoformat(_ON), drug.effective_to or date.max)


def _chart(drug: Drug, administration: dict[str, object]) -> dict[str, object]:
    """Chart a drug on a day its code is in force, where it may be billed: C codes are for hospitals."""
    claim_type = "institutional" if drug.hcpcs.startswith("C") else "professional"
    return chart(administration, on=_day(drug).isoformat(), claim_type=claim_type)


def _unit(drug: Drug) -> Fraction:
    assert drug.unit_quantity
    return Fraction(drug.unit_quantity)


@_QUIET
@given(_opened(), strategies.one_of(strategies.none(), _AMOUNTS))
def test_administered_and_discarded_never_exceed_the_labelled_content(
    case: tuple[Drug, dict[str, object], Fraction, Fraction], discarded: object
) -> None:
    drug, administration, dose, content = case
    if discarded is not None:
        administration["discarded"] = {"amount": str(discarded), "unit": drug.unit}
    found = lines(derive(_chart(drug, administration)))
    total = sum(units for _, _, units in found)
    assert total <= math.ceil(content / _unit(drug))
    if any("JW" in modifiers for _, modifiers, _ in found):
        assert total <= content / _unit(drug)
    given_units = sum(units for _, modifiers, units in found if "JW" not in modifiers)
    assert given_units == math.ceil(min(dose, content) / _unit(drug))


@_QUIET
@given(_opened("single_dose"))
def test_single_dose_lines_add_up_to_the_content_and_jz_means_nothing_whole_is_left(
    case: tuple[Drug, dict[str, object], Fraction, Fraction],
) -> None:
    drug, administration, dose, content = case
    unit = _unit(drug)
    left = max(content - dose, Fraction(0))
    administration["discarded"] = {"amount": shown(left), "unit": drug.unit}
    found = derive(_chart(drug, administration))
    rows = lines(found)
    administered = math.ceil(min(dose, content) / unit)
    wasted = math.floor(content / unit) - administered
    if wasted >= 1:
        assert rows == [(drug.hcpcs, (), administered), (drug.hcpcs, ("JW",), wasted)]
        assert sum(units for _, _, units in rows) == math.floor(content / unit)
    else:
        attested = ("JZ",) if _day(drug) >= JZ_FROM else ()
        assert rows == [(drug.hcpcs, attested, administered)]
    assert bool(found.judgements) == (math.ceil(dose / unit) > administered)


@_QUIET
@given(_opened("multi_dose"))
def test_multi_dose_lines_carry_no_waste_modifier(case: tuple[Drug, dict[str, object], Fraction, Fraction]) -> None:
    drug, administration, _, _ = case
    assert {modifiers for _, modifiers, _ in lines(derive(_chart(drug, administration)))} == {()}


@pytest.mark.parametrize("drug", _DRUGS, ids=lambda drug: drug.hcpcs)
def test_every_drug_of_the_table_splits_a_half_used_container(drug: Drug) -> None:
    """Two containers of seven units, of which ten and a half are given: 11 units, and 3 wasted; all of it: no waste."""
    unit = _unit(drug)
    for dose, expected in ((Fraction(21, 2), [((), 11), (("JW",), 3)]), (Fraction(14), [(("JZ",), 14)])):
        left = shown((14 - dose) * unit)
        found = derive(_chart(drug, {
            "hcpcs": drug.hcpcs,
            "dose": {"amount": shown(dose * unit), "unit": drug.unit},
            "vials": [{"size": shown(7 * unit), "unit": drug.unit, "count": 2, "container": "single_dose"}],
            "discarded": {"amount": left, "unit": drug.unit},
        }))  # fmt: skip
        attested = _day(drug) >= JZ_FROM
        wanted = [(modifiers if attested or modifiers != ("JZ",) else (), units) for modifiers, units in expected]
        assert lines(found) == [(drug.hcpcs, *row) for row in wanted]


def test_the_other_drugs_of_the_table_count_doses_or_have_no_unit() -> None:
    """Whatever cells or vials hold, the code counts them; an unlisted code or one of unknown unit makes no line."""
    for drug in shipped_reference().drugs:
        if drug not in _DRUGS:
            found = derive(_chart(drug, {"hcpcs": drug.hcpcs, "dose": {"amount": "68", "unit": "mg"}}))
            units = [units for _, _, units in lines(found)]
            assert units == ([1] if drug.basis in {"dose", "vial"} else []), drug.hcpcs


@_QUIET
@given(strategies.lists(_opened(), min_size=2, max_size=5), strategies.randoms(use_true_random=False))
def test_the_order_of_administrations_changes_nothing(
    cases: list[tuple[Drug, dict[str, object], Fraction, Fraction]], order: random.Random
) -> None:
    administrations = [case[1] | {"id": f"A{n}"} for n, case in enumerate(cases)]
    before = derive(chart(*administrations, on=_ON))
    order.shuffle(administrations)
    assert derive(chart(*administrations, on=_ON)) == before


_TEXT = strategies.text(max_size=12)
_UNITS = strategies.sampled_from(["mg", "mcg", "g", "mL", "units", "MU", "mEq", "mCi", "MBq", "mg/m2", "vial", "", "%"])
_ODD_AMOUNTS = strategies.fixed_dictionaries(
    {
        "amount": strategies.decimals(min_value=-(10**11), max_value=10**11, places=6).map(str),
        "unit": strategies.one_of(_UNITS, _TEXT),
    }
)
_CODES = strategies.one_of(
    strategies.sampled_from([drug.hcpcs for drug in shipped_reference().drugs]),
    strategies.sampled_from([unit.code for unit in shipped_reference().drugs.hcpcs]),
    _TEXT,
)
_NDCS = strategies.one_of(strategies.sampled_from(["0006-3026-02", "50242-0060-01", "00264580200", "1-2-3"]), _TEXT)
_ODD_VIALS = strategies.lists(
    strategies.fixed_dictionaries(
        {},
        optional={
            "size": strategies.decimals(min_value=-10, max_value=10**11, places=6).map(str),
            "unit": strategies.one_of(_UNITS, _TEXT),
            "count": strategies.decimals(min_value=-2, max_value=10**11, places=1).map(str),
            "container": strategies.sampled_from(["single_dose", "multi_dose"]),
            "ndc": _NDCS,
        },
    ),
    max_size=3,
)
_ODD_ADMINISTRATIONS = strategies.fixed_dictionaries(
    {},
    optional={
        "hcpcs": _CODES,
        "drug": strategies.one_of(
            strategies.sampled_from(["bortezomib", "leuprolide", "normal saline", "Keytruda"]), _TEXT
        ),
        "ndc": _NDCS,
        "route": strategies.sampled_from(["iv_infusion", "subcutaneous", "oral", "port_flush"]),
        "purpose": strategies.sampled_from(["treatment", "hydration", "flush"]),
        "dose": _ODD_AMOUNTS,
        "ordered_dose": _ODD_AMOUNTS,
        "discarded": _ODD_AMOUNTS,
        "concentration": _ODD_AMOUNTS,
        "vials": _ODD_VIALS,
        "acquisition": strategies.sampled_from(["purchased", "340b", "free"]),
        "start": strategies.sampled_from(
            ["2016-01-01T09:00", "2019-01-01T09:00", "2024-03-31T09:00", "2026-03-02T09:00"]
        ),
    },
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    strategies.lists(_ODD_ADMINISTRATIONS, min_size=1, max_size=4),
    strategies.sampled_from(["professional", "institutional"]),
)
def test_no_chart_breaks_the_derivation_and_nothing_charted_is_lost(
    administrations: list[dict[str, object]], claim_type: str
) -> None:
    found = derive(chart(*administrations, on=_ON, claim_type=claim_type))
    told = {source for line in found.lines for source in line.sources}
    told |= {source for entry in found.not_derived for source in entry.sources}
    assert told == {f"A{n}" for n in range(1, len(administrations) + 1)}
    assert all(line.units >= 1 for line in found.lines)
    assert all("\n" not in line.because[0] for line in found.lines)
