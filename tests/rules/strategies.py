"""Encounters for property tests: charts over the shipped drug table, with claims that are right, spoilt or random."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from onco_tui.codesets.drugs import Drug
from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.derivation import derive
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.encounter.values import plain

REFERENCE = shipped_reference()
DRUGS = sorted(REFERENCE.drugs, key=lambda drug: drug.hcpcs)
DAYS = ("2016-11-07", "2022-12-05", "2023-03-01", "2023-07-03", "2024-12-30", "2026-03-02")
ROUTES = ("iv_infusion", "iv_push", "pump_infusion", "subcutaneous", "intramuscular", "oral", "intrathecal")
PURPOSES = ("treatment", "treatment", "treatment", "premedication", "supportive", "hydration", "keep_vein_open", None)
REASONS = ("antineoplastic_therapy", "antineoplastic_therapy", "radiation_therapy", "symptom_management", None)
DIAGNOSES = ("C34.11", "C50.911", "C79.51", "Z51.11", "Z51.12", "Z51.0", "D64.81", "E86.0", "M05.79", "O9A.111")
CODES = (
    "96413", "96415", "96417", "96411", "96409", "96365", "96366", "96367", "96375", "96372", "96360", "96361", "96416",
    "96523", "36591", "36000", "99211", "99214", "77412", "85025", "J9271", "J2405", "J1100", "J0000", "",
)  # fmt: skip
NPIS = ("1234567893", "1679576722", "1234567890", "12345", None)
UNITS = frozenset({"mg", "mcg", "units", "g", "mL", "mEq"})
Json = dict[str, object]


def _moment(day: str, minute: int) -> str:
    return f"{day}T{8 + minute // 60:02}:{minute % 60:02}"


def _given_on(day: str) -> list[Drug]:
    """Give the drugs of ordinary visits: in force that day, in a unit that can be charted."""
    return [drug for drug in DRUGS if drug.in_force(date.fromisoformat(day)) and drug.unit in UNITS and drug.containers]


@st.composite
def _administration(draw: st.DrawFn, index: int, day: str) -> Json:
    drug = draw(st.sampled_from(DRUGS if draw(st.integers(0, 7)) == 0 else _given_on(day)))
    start = draw(st.integers(0, 300))
    minutes = draw(st.sampled_from((2, 10, 15, 16, 30, 31, 60, 90, 91, 150, 240)))
    found: Json = {
        "id": f"A{index}",
        "drug": draw(st.sampled_from((drug.generic, "Newdrug"))),
        "hcpcs": draw(st.sampled_from((drug.hcpcs, drug.hcpcs, drug.hcpcs, None))),
        "route": draw(st.sampled_from(ROUTES)),
        "purpose": draw(st.sampled_from(PURPOSES)),
        "access_site": draw(st.sampled_from(("port", "left arm"))),
        "start": _moment(day, start),
        "stop": draw(st.sampled_from((_moment(day, start + minutes), _moment(day, start + minutes), None))),
        "acquisition": draw(st.sampled_from(("purchased", "purchased", None, "340b", "free"))),
        "ordered_by": "1679576722",
        "documented_by": "RN",
    }
    return found | draw(_amounts(drug))


@st.composite
def _amounts(draw: st.DrawFn, drug: Drug) -> Json:
    """Dose, containers and discard: mostly in agreement, sometimes not, sometimes not charted."""
    unit = drug.unit if drug.unit in UNITS else "mg"
    size = next((c.size for c in drug.containers if c.size and c.unit == unit), None) or Decimal(100)
    count = draw(st.integers(1, 4))
    share = draw(st.sampled_from((Decimal(1), Decimal("0.9"), Decimal("0.55"), Decimal("0.995"), Decimal("1.1"))))
    content = size * count
    dose = (content * share).quantize(Decimal("0.001"))
    left = draw(st.sampled_from((content - dose, content - dose, content - dose, Decimal(0), None)))
    kind = draw(st.sampled_from(("single_dose", "single_dose", "multi_dose", None)))
    vial = {"size": plain(size), "unit": unit, "count": count, "container": kind}
    return {
        "dose": draw(st.sampled_from(({"amount": plain(dose), "unit": unit},) * 5 + (None,))),
        "vials": draw(st.sampled_from(([vial], [vial], [vial], []))),
        "discarded": None if left is None or left < 0 else {"amount": plain(left), "unit": unit},
    }


@st.composite
def _charts(draw: st.DrawFn, day: str) -> Json | None:
    if draw(st.integers(0, 19)) == 0:
        return None
    count = draw(st.sampled_from((1, 2, 2, 3, 4, 0)))
    return {
        "reason_for_encounter": draw(st.sampled_from(REASONS)),
        "administrations": [draw(_administration(index, day)) for index in range(1, count + 1)],
        "visit": draw(st.sampled_from((None, {"separately_identifiable": True}, {"separately_identifiable": False}))),
    }


@st.composite
def settled_charts(draw: st.DrawFn, day: str) -> Json:
    """Draw a chart that leaves no question: drugs bought, named, dosed, and every container accounted for."""
    given = draw(st.lists(st.sampled_from(_given_on(day)), min_size=1, max_size=4))
    administrations: list[Json] = []
    for index, drug in enumerate(given, start=1):
        size = next((c.size for c in drug.containers if c.size and c.unit == drug.unit), Decimal(100))
        content = size * draw(st.integers(1, 4))
        dose = (content * draw(st.sampled_from((Decimal(1), Decimal("0.9"), Decimal("0.55"))))).quantize(
            Decimal("0.01")
        )
        kind = draw(st.sampled_from(("single_dose", "single_dose", "multi_dose")))
        administrations.append({
            "id": f"A{index}", "drug": drug.generic, "hcpcs": drug.hcpcs, "route": "iv_push", "purpose": "treatment",
            "start": _moment(day, 30 * index), "stop": _moment(day, 30 * index + 5), "acquisition": "purchased",
            "dose": {"amount": plain(dose), "unit": drug.unit},
            "vials": [{"size": plain(size), "unit": drug.unit, "count": int(content / size), "container": kind}],
            "discarded": {"amount": plain(content - dose), "unit": drug.unit},
        })  # fmt: skip
    return {"administrations": administrations}


@st.composite
def encounters(draw: st.DrawFn, charts: Callable[[str], st.SearchStrategy[Json | None]] = _charts) -> Encounter:
    """Draw an encounter whose claim is what the chart supports, that claim spoilt, or lines at random."""
    day = draw(st.sampled_from(DAYS))
    document: Json = {
        "schema": "onco-encounter/1",
        "encounter_id": "E-PROPERTY",
        "coverage": {"payer_id": draw(st.sampled_from(("MEDICARE_B", "", "OTHER")))},
        "documentation": draw(charts(day)),
    }
    diagnoses = draw(st.lists(st.sampled_from(DIAGNOSES), max_size=5, unique=True))
    head: Json = {
        "claim_type": draw(st.sampled_from(("professional", "institutional"))),
        "place_of_service": draw(st.sampled_from(("11", "22"))),
        "date_from": day,
        "billing_npi": draw(st.sampled_from(NPIS)),
        "diagnoses": diagnoses,
    }
    bare = parse_encounter(document | {"claim": head})
    if draw(st.integers(0, 3)):
        lines = [_line_of(derived.as_json(), len(diagnoses)) for derived in derive(bare, REFERENCE).lines]
    else:
        lines = draw(st.lists(_random_line(day), max_size=6))
    for _ in range(draw(st.integers(0, 3))):
        lines = draw(_spoilt(lines, day))
    numbered = [line | {"line": number} for number, line in enumerate(lines, start=1)]
    total = sum((Decimal(str(line["charge"])) for line in lines if line["charge"] is not None), Decimal(0))
    head |= {"lines": numbered, "total_charge": draw(st.sampled_from((None, plain(total), plain(total), "1.00")))}
    return parse_encounter(document | {"claim": head})


def _line_of(derived: Mapping[str, object], diagnoses: int) -> Json:
    units = Decimal(str(derived["units"]))
    return {
        "code": derived["code"],
        "modifiers": derived["modifiers"],
        "units": plain(units),
        "diagnosis_pointers": list(range(1, min(diagnoses, 4) + 1)),
        "charge": plain(units * 3),
        "date_of_service": derived["date_of_service"],
    }


@st.composite
def _random_line(draw: st.DrawFn, day: str) -> Json:
    return {
        "code": draw(st.sampled_from((*CODES, *(drug.hcpcs for drug in DRUGS[::7])))),
        "modifiers": draw(st.lists(st.sampled_from(("JW", "JZ", "59", "76", "TB", "25")), max_size=4)),
        "units": plain(draw(st.sampled_from((Decimal(1), Decimal(2), Decimal(100), Decimal(0), Decimal(-3))))),
        "diagnosis_pointers": draw(st.lists(st.integers(0, 6), max_size=5)),
        "charge": draw(st.sampled_from(("10.00", "33.33", None))),
        "date_of_service": draw(st.sampled_from((day, day, None, "2026-03-03"))),
    }


@st.composite
def _spoilt(draw: st.DrawFn, lines: list[Json], day: str) -> list[Json]:
    """Spoil a claim in one of the ways claims are spoilt."""
    if not lines or draw(st.integers(0, 5)) == 0:
        return [*lines, draw(_random_line(day))]
    at = draw(st.integers(0, len(lines) - 1))
    way: Callable[[Json], list[Json]] = draw(st.sampled_from(_WAYS))
    return [*lines[:at], *way(lines[at]), *lines[at + 1 :]]


def _twice(line: Json) -> list[Json]:
    return [line, line]


def _gone(_line: Json) -> list[Json]:
    return []


def _more(line: Json) -> list[Json]:
    return [line | {"units": plain(Decimal(str(line["units"])) + 5)}]


def _fewer(line: Json) -> list[Json]:
    return [line | {"units": plain(Decimal(str(line["units"])) - 1)}]


def _other_day(line: Json) -> list[Json]:
    return [line | {"date_of_service": "2026-03-03"}]


def _without_waste_modifiers(line: Json) -> list[Json]:
    return [line | {"modifiers": []}]


def _attested(line: Json) -> list[Json]:
    return [line | {"modifiers": ["JZ"]}]


def _wasted(line: Json) -> list[Json]:
    return [line | {"modifiers": ["JW"]}]


def _doubly_marked(line: Json) -> list[Json]:
    return [line | {"modifiers": ["JW", "JZ"]}]


def _halved(line: Json) -> list[Json]:
    half = Decimal(str(line["units"])) // 2
    return [line | {"units": plain(half)}, line | {"units": plain(Decimal(str(line["units"])) - half)}]


def _badly_pointed(line: Json) -> list[Json]:
    return [line | {"diagnosis_pointers": [9, 1]}]


_WAYS = (
    _twice, _gone, _more, _fewer, _other_day, _without_waste_modifiers, _attested, _wasted, _doubly_marked,
    _halved, _badly_pointed,
)  # fmt: skip
