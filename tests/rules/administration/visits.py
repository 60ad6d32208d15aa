"""Random charted visits and the claims billed for them: as derived, and with the mistakes coders make."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.administrations import derive_administrations
from onco_tui.derive.result import Derivation
from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.rules.administration.codes import KINDS
from onco_tui.rules.administration.comparison import counted_modifiers
from onco_tui.rules.registry import Rule, all_rules

DAY = "2026-03-02"
NEXT_DAY = "2026-03-03"
MORNING = datetime.fromisoformat(f"{DAY}T06:00")
ADM: tuple[Rule, ...] = tuple(rule for rule in all_rules().values() if rule.family == "ADM")
Row = dict[str, object]
Line = dict[str, object]

_DRUGS = (
    ("c1", "chemotherapy", "treatment"),
    ("c2", "chemotherapy", "treatment"),
    ("b1", "complex_biologic", "treatment"),
    ("h1", "hormonal", "treatment"),
    ("t1", "therapeutic", "premedication"),
    ("t2", "therapeutic", "supportive"),
    ("t3", "therapeutic", "supportive"),
    ("saline", "hydration", "hydration"),
    ("saline", "hydration", "keep_vein_open"),
)
_STARTS = st.one_of(st.integers(0, 36), st.integers(0, 12), st.integers(72, 90))  # two days, mostly the first morning
_LENGTHS = st.one_of(st.integers(1, 45), st.integers(16, 260), st.sampled_from([15, 16, 30, 31, 90, 91, 150, 151]))
_PLACE = {"96413": "96417", "96409": "96411", "96365": "96367", "96374": "96375", "96360": "96361"}
# What coders bill beside administrations.
BESIDE = ("99211", "99213", "36000", "36410", "36591", "36592", "36593", "96523")
_PROCEDURES = ("port_blood_draw", "catheter_blood_draw", "port_flush")
OTHER_PLACE = _PLACE | {add_on: initial for initial, add_on in _PLACE.items()}
SWAPPED = tuple(code for code, kind in KINDS.items() if kind.form != "other")


@st.composite
def _row(draw: st.DrawFn, identifier: str, *, complete: bool) -> Row:
    drug, drug_class, purpose = draw(st.sampled_from(_DRUGS))
    routes = ["iv_infusion"] if drug_class == "hydration" else ["iv_infusion", "iv_infusion", "iv_push", "subcutaneous"]
    start = MORNING + timedelta(minutes=20 * draw(_STARTS))
    row: Row = {
        "id": identifier,
        "drug": drug,
        "drug_class": drug_class,
        "purpose": purpose,
        "route": draw(st.sampled_from(routes)),
        "start": start.isoformat(timespec="minutes"),
    }
    if complete or draw(st.integers(0, 5)):
        row["stop"] = (start + timedelta(minutes=draw(_LENGTHS))).isoformat(timespec="minutes")
    if complete or draw(st.booleans()):
        row["access_site"] = draw(st.sampled_from(["port", "port", "port", "port", "left arm"]))
    if not complete and draw(st.integers(0, 5)) == 0:
        del row["drug_class"]
    return row


@st.composite
def charts(draw: st.DrawFn) -> Encounter:
    """An encounter with its chart and no administration billed yet; half of the charts have no gaps."""
    complete = draw(st.booleans())
    rows = [draw(_row(f"A{number}", complete=complete)) for number in range(draw(st.integers(1, 6)))]
    rows.append({"id": "AX", "drug": "dexamethasone", "hcpcs": "J1100", "route": "oral", "purpose": "premedication"})
    facility = draw(st.booleans())
    chart: dict[str, object] = {"administrations": rows if draw(st.integers(0, 7)) else rows[-1:]}
    if draw(st.booleans()):
        kinds = draw(st.lists(st.sampled_from(_PROCEDURES), max_size=2, unique=True))
        chart["procedures"] = [
            {"id": f"P{n}", "kind": kind, "performed_at": f"{DAY}T08:00", "access_site": "port"}
            for n, kind in enumerate(kinds)
        ]
    if draw(st.booleans()):
        chart["reason_for_encounter"] = draw(st.sampled_from(["antineoplastic_therapy", "hydration", "other"]))
    return parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": "E-1",
            "coverage": {"payer_id": "MEDICARE_A" if facility else "MEDICARE_B"},
            "claim": {
                "claim_type": "institutional" if facility else "professional",
                "place_of_service": None if facility else "11",
                "date_from": DAY,
                "date_to": NEXT_DAY,
                "diagnoses": ["Z51.11", "C34.11"],
                "lines": [
                    {"line": 1, "code": "J1100", "units": "10", "charge": "5.00", "date_of_service": DAY,
                     "diagnosis_pointers": [2]}
                ],
            },
            "documentation": chart,
        }
    )  # fmt: skip


def derived(encounter: Encounter) -> Derivation:
    return derive_administrations(encounter, shipped_reference())


def billed_as_derived(encounter: Encounter) -> Encounter:
    """Bill one line for each derived line, beside the drug that is billed already."""
    lines = [
        {
            "line": number,
            "code": line.code,
            "modifiers": list(line.modifiers),
            "units": str(line.units),
            "charge": f"{10 * number}.00",
            "date_of_service": line.date_of_service.isoformat(),
            "diagnosis_pointers": [1, 2],
        }
        for number, line in enumerate(derived(encounter).lines, start=2)
    ]
    return with_lines(encounter, lines)


def with_lines(encounter: Encounter, lines: list[Line]) -> Encounter:
    bystander = encounter.claim.lines[0]
    billed = tuple(ClaimLine.model_validate(line) for line in lines)
    return encounter.model_copy(update={"claim": encounter.claim.model_copy(update={"lines": (bystander, *billed)})})


@dataclass(frozen=True)
class Mistake:
    """One thing done wrong to one of the lines, counted round from the first."""

    kind: str
    at: int
    code: str
    units: int

    def done_to(self, lines: list[Line]) -> list[Line]:
        number = max((int(str(line["line"])) for line in lines), default=1) + 1
        fresh: Line = {
            "line": number,
            "code": self.code,
            "units": str(self.units),
            "charge": "77.00",
            "date_of_service": DAY,
            "diagnosis_pointers": [1],
        }
        if self.kind == "beside":
            return [*lines, fresh | {"code": BESIDE[self.at % len(BESIDE)], "units": "1"}]
        if self.kind == "added" or not lines:
            return [*lines, fresh]
        at = self.at % len(lines)
        line = lines[at]
        changed: dict[str, Line] = {
            "swapped": {"code": self.code},
            "place": {"code": OTHER_PLACE.get(str(line["code"]), self.code)},
            "units": {"units": str(self.units)},
            "modifier": {"modifiers": [] if line.get("modifiers") else ["XU" if self.units % 2 else "59"]},
            "date": {"date_of_service": NEXT_DAY if line["date_of_service"] == DAY else DAY},
        }
        if self.kind == "dropped":
            return lines[:at] + lines[at + 1 :]
        if self.kind == "duplicated":
            return [*lines, line | {"line": number}]
        return [*lines[:at], line | changed[self.kind], *lines[at + 1 :]]


_KINDS = (
    "swapped",
    "swapped",
    "place",
    "place",
    "units",
    "dropped",
    "duplicated",
    "added",
    "modifier",
    "date",
    "beside",
)
mistakes = st.lists(
    st.builds(
        Mistake,
        kind=st.sampled_from(_KINDS),
        at=st.integers(0, 9),
        code=st.sampled_from(SWAPPED),
        units=st.integers(1, 5),
    ),
    min_size=1,
    max_size=4,
)


def mistaken(encounter: Encounter, done: list[Mistake]) -> Encounter:
    """Bill as derived, then make mistakes."""
    right = billed_as_derived(encounter)
    lines: list[Line] = [line.model_dump(mode="json", exclude_unset=True) for line in right.claim.lines[1:]]
    for mistake in done:
        lines = mistake.done_to(lines)
    return with_lines(encounter, lines)


def tally(claim: Claim) -> dict[object, Decimal]:
    """What is billed: units by code, date and the modifiers that tell services apart."""
    units: Counter[object] = Counter()
    for line in claim.lines:
        if line.code in KINDS:
            units[line.code, claim.day_of(line), counted_modifiers(line.modifiers)] += line.units  # type: ignore[assignment]
    return {key: Decimal(value) for key, value in units.items()}


def due(derivation: Derivation) -> dict[object, Decimal]:
    """What the chart supports, told in the same way."""
    units: Counter[object] = Counter()
    for line in derivation.lines:
        units[line.code, line.date_of_service, counted_modifiers(line.modifiers)] += line.units  # type: ignore[assignment]
    return {key: Decimal(value) for key, value in units.items()}
