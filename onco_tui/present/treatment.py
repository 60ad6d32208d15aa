"""The treatment at a glance: stage, intent, regimen with day and cycle, results, authorizations as bars, coverage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onco_tui.derive.regimen import Reading, Recognition
from onco_tui.encounter.chart import Authorization, AuthorizedCode, Documentation, TreatmentPlan
from onco_tui.encounter.claim import Claim, Coverage
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.values import plain
from onco_tui.present.fact import BASE, Fact, heading, labelled
from onco_tui.present.glyphs import BAR_HYDRATION, BAR_INFUSION, BAR_POINT
from onco_tui.present.spans import Role, Row, crop_row, span

USED, HERE, LEFT = BAR_INFUSION, BAR_POINT, BAR_HYDRATION
_LABEL_CELLS = 11
_CODE_CELLS = _LABEL_CELLS + 6
_BAR_CELLS = (8, 20)
_HEAD = (
    "number", "status", "valid_from", "valid_to", "diagnoses", "payer_id", "member_id", "servicing_npi",
    "places_of_service",
)  # fmt: skip


def treatment_facts(encounter: Encounter, recognised: Sequence[Recognition], cells: int) -> list[Fact]:
    """Show the treatment in one section; empty when chart and coverage say nothing of it.

    ``recognised`` is what ``derive.regimen.recognise`` answers for the encounter.
    """
    chart = encounter.chart
    facts = [
        *_stages(chart, cells),
        *_planned(chart.treatment_plan, cells),
        *_given(recognised, cells),
        *_rest_of_plan(chart.treatment_plan, cells),
        *_measures(chart, cells),
        *_results(chart, cells),
        *(fact for permit in chart.authorizations or () for fact in permit_facts(permit, encounter.claim, cells)),
        *coverage_facts(encounter.coverage, cells),
    ]
    title = "treatment plan" if chart.treatment_plan else "treatment"
    return [heading(title, "treatment_plan"), *facts] if facts else []


def _stages(chart: Documentation, cells: int) -> Iterator[Fact]:
    for index, diagnosis in enumerate(chart.diagnoses or ()):
        if diagnosis.stage:
            text = ", ".join(part for part in (diagnosis.stage, diagnosis.code, diagnosis.description) if part)
            yield from labelled("stage", text, cells, f"diagnoses[{index}].stage")


def _planned(plan: TreatmentPlan | None, cells: int) -> Iterator[Fact]:
    if plan is None:
        return
    line = f"line {plan.line_of_therapy}" if plan.line_of_therapy is not None else ""
    if aim := ", ".join(part for part in (plan.intent, line) if part):
        yield from labelled("intent", aim, cells, *_of_plan("intent", "line_of_therapy"))
    if words := ", ".join(part for part in (plan.regimen, cycle_words(plan)) if part):
        yield from labelled("planned", words, cells, *_of_plan("regimen", "cycle", "cycles_planned", "cycle_day"))


def cycle_words(plan: TreatmentPlan) -> str:
    """Say which cycle of how many it is: ``cycle 3 of 6, day 8``; empty when the plan names none."""
    if plan.cycle is None:
        return ""
    day = f", day {plan.cycle_day}" if plan.cycle_day is not None else ""
    return f"cycle {plan.cycle} of {'?' if plan.cycles_planned is None else plan.cycles_planned}{day}"


def _of_plan(*fields: str) -> tuple[str, ...]:
    return tuple(f"treatment_plan.{field}" for field in fields)


def _given(recognised: Sequence[Recognition], cells: int) -> Iterator[Fact]:
    for entry in recognised:
        when = f"{entry.day}: " if len(recognised) > 1 else ""
        settled = entry.settled
        warns = settled is not None and bool(settled.unexplained)
        role = Role.WARNING if warns else Role.HEADING if settled else Role.PLAIN
        yield from labelled("regimen", when + regimen_words(entry), cells, role=role)


def regimen_words(entry: Recognition) -> str:
    """Name the regimen the drugs of a day make, every one where it stays open, and what does not fit."""
    if not entry.readings:
        names = " + ".join(dict.fromkeys(drug.name for drug in entry.drugs if not drug.companion))
        return f"no usual regimen of {names}"
    words = [_reading_words(reading) for reading in entry.readings]
    return words[0] if len(words) == 1 else f"one of {len(words)}: {'; '.join(words)}"


def _reading_words(reading: Reading) -> str:
    lacking = f", without {' and '.join(reading.missing)}" if reading.missing else ""
    extra = f"; {' and '.join(reading.unexplained)} not part of it" if reading.unexplained else ""
    elsewhere = ", usual for other diseases" if reading.for_disease is False else ""
    return f"{reading.words}{lacking}{extra}{elsewhere}"


def _rest_of_plan(plan: TreatmentPlan | None, cells: int) -> Iterator[Fact]:
    if plan is None:
        return
    signed = " on ".join(part for part in (plan.signed_by, _day(plan.signed_on)) if part)
    response = ", ".join(part for part in (plan.response, _day(plan.response_on)) if part)
    before = f"cycle before on {plan.previous_cycle_on}" if plan.previous_cycle_on else ""
    after = f"next on {plan.next_cycle_on}" if plan.next_cycle_on else ""
    for label, text, fields in (
        ("cycles", ", ".join(part for part in (before, after) if part), ("previous_cycle_on", "next_cycle_on")),
        ("signed", signed, ("signed_by", "signed_on")),
        ("response", response, ("response", "response_on")),
        ("rationale", plan.rationale, ("rationale",)),
    ):
        if text:
            yield from labelled(label, text, cells, *_of_plan(*fields))


def _measures(chart: Documentation, cells: int) -> Iterator[Fact]:
    measured = chart.measurements
    if measured is None:
        return
    parts = (
        (measured.body_surface_m2, "m2"),
        (measured.weight_kg, "kg"),
        (measured.height_cm, "cm"),
        (measured.creatinine_clearance, "mL/min"),
    )
    text = ", ".join(f"{plain(value)} {unit}" for value, unit in parts if value is not None)
    when = f" on {measured.measured_on}" if measured.measured_on else ""
    if text:
        yield from labelled("measured", text + when, cells, "measurements")


def _results(chart: Documentation, cells: int) -> Iterator[Fact]:
    for index, marker in enumerate(chart.biomarkers or ()):
        text = " ".join(part for part in (marker.name, marker.result, _day(marker.collected_on)) if part)
        yield from labelled("marker", text, cells, f"biomarkers[{index}]")


def permit_facts(permit: Authorization, claim: Claim, cells: int) -> list[Fact]:
    """Show an authorization: number and dates, then a bar for each code with its units in numbers beside it."""
    base = f"authorizations[{permit.number}]"
    valid = f"{_day(permit.valid_from) or '?'} to {_day(permit.valid_to) or '?'}"
    words = ", ".join(part for part in (permit.number, permit.status, valid) if part)
    facts = labelled("permit", words, cells, *(f"{base}.{field}" for field in _HEAD))
    counted = tuple(f"{BASE}{base}.{field}" for field in ("codes", "units_used"))
    accounts = [_Account(row, permit.units_used.get(row.code), _billed_here(row, claim)) for row in permit.codes]
    room = min((cells - _CODE_CELLS - len(account.words) - 1 for account in accounts), default=0)
    return facts + [Fact(row, counted) for account in accounts for row in account.rows(room, cells)]


@dataclass(frozen=True, slots=True)
class _Account:
    """Units of one code: approved, used before, billed here."""

    row: AuthorizedCode
    used: Decimal | None
    here: Decimal

    @property
    def words(self) -> str:
        return units_words(self.row, self.used, self.here)

    def rows(self, room: int, cells: int) -> list[Row]:
        """Draw the bar with its numbers beside it, or below it where the room does not suffice."""
        approved, used = self.row.units or Decimal(0), self.used or Decimal(0)
        role = Role.ERROR if used + self.here > approved > 0 else Role.PLAIN
        lead: Row = (span(" " * _LABEL_CELLS), span(f"{self.row.code} ", Role.CODE))
        if approved <= 0:
            return [crop_row((*lead, span(self.words)), cells)]
        least, most = _BAR_CELLS
        bar = span(units_bar(approved, used, self.here, max(least, min(most, room))), role)
        if room >= least:
            return [(*lead, bar, span(" "), span(self.words, role))]
        return [crop_row((*lead, bar), cells), crop_row((span(" " * _LABEL_CELLS), span(self.words, role)), cells)]


def _billed_here(row: AuthorizedCode, claim: Claim) -> Decimal:
    """Add up the units this claim bills of a code; amounts in another unit than billing units are not added."""
    if row.unit and row.unit.casefold() not in {"unit", "units", "un"}:
        return Decimal(0)
    return sum((line.units for line in claim.lines if line.code == row.code and line.units > 0), Decimal(0))


def units_words(row: AuthorizedCode, used: Decimal | None, here: Decimal) -> str:
    """Say the units in numbers: ``400 used + 200 here of 800, 200 left``."""
    unit = f" {row.unit}" if row.unit and row.unit.casefold() not in {"unit", "units", "un"} else ""
    before = f"{plain(used)} used" if used is not None else "used: not recorded"
    billed = f" + {plain(here)} here" if here else ""
    if row.units is None:
        return f"{before}{billed}, number of units not stated"
    total = f"{before}{billed} of {plain(row.units)}{unit}"
    if used is None:
        return total
    left = row.units - used - here
    return f"{total}, {plain(left)} left" if left >= 0 else f"{total}, {plain(-left)} too many"


def units_bar(approved: Decimal, used: Decimal, here: Decimal, cells: int) -> str:
    """Draw units as a bar of some cells: used before, billed here, left; whatever is not zero has a cell."""
    total = max(approved, used + here)
    parts = [(USED, used), (HERE, here), (LEFT, total - used - here)]
    shown = [max(int(amount * cells / total), 1 if amount > 0 else 0) for _, amount in parts]
    while sum(shown) > cells:
        shown[shown.index(max(shown))] -= 1
    largest = max(range(len(parts)), key=lambda index: parts[index][1])
    shown[largest] += cells - sum(shown)
    return "".join(glyph * count for (glyph, _), count in zip(parts, shown, strict=True))


def coverage_facts(coverage: Coverage, cells: int) -> list[Fact]:
    """Show payer and coverage dates, and when eligibility was last checked."""
    name = coverage.payer_name or coverage.payer_id
    start, end = _day(coverage.effective_from), _day(coverage.effective_to)
    dates = f"{start or '?'} to {end or 'open'}" if start or end else ""
    checked = f"eligibility checked {coverage.eligibility_checked_on}" if coverage.eligibility_checked_on else ""
    text = ", ".join(part for part in (name, dates, checked) if part)
    paths = tuple(f"coverage.{f}" for f in ("payer_id", "effective_from", "effective_to", "eligibility_checked_on"))
    return [Fact(fact.row, paths) for fact in labelled("coverage", text, cells)] if text else []


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
