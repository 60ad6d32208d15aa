"""One reading of the whole encounter: every charted administration coded, joined into lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onco_tui.codesets.reference import Reference
from onco_tui.derive.administration.cavities import code_cavities
from onco_tui.derive.administration.doses import Dose, infused_doses, pushed_doses
from onco_tui.derive.administration.hydration import hydration
from onco_tui.derive.administration.infusions import Infusate, infusates, place
from onco_tui.derive.administration.initial import INITIAL_RANK, Access, code_access
from onco_tui.derive.administration.injections import (
    code_injections,
    code_on_body_injectors,
    code_subcutaneous_infusions,
)
from onco_tui.derive.administration.minutes import Spans, union
from onco_tui.derive.administration.modifiers import set_apart
from onco_tui.derive.administration.ports import code_declotting, code_ports
from onco_tui.derive.administration.pumps import PUMP_STARTS, code_pumps, code_refills, length_of
from onco_tui.derive.administration.pushes import counts_as_push, push_services, stopped_infusion, stopped_short
from onco_tui.derive.administration.reading import THROUGH_ACCESS, ChartReading, Given, Reading, read_chart
from onco_tui.derive.administration.service import PROLONGED, Form
from onco_tui.derive.administration.sheet import Earned, Question, Service, Worksheet
from onco_tui.derive.result import DerivedLine, NotDerived
from onco_tui.encounter.document import Encounter

# NCCI Policy Manual ch. XI B.7: in these places the facility reports what its nurses give.
_FACILITY_PLACES = frozenset({"19", "21", "22", "23", "24"})
# Fee schedule indicator 0 or 2: the practitioner's own work, reported wherever it was done.
_OWN_WORK = frozenset({"96405", "96406", "96440", "96446", "96450", "96542", "51720"})


@dataclass(frozen=True, slots=True)
class Coding:
    """The answer under one reading. ``earned`` keeps every code apart, ``lines`` are joined by code and date."""

    chart: ChartReading
    earned: tuple[Earned, ...]
    lines: tuple[DerivedLine, ...]
    left: tuple[NotDerived, ...]
    asked: Mapping[Question, Sequence[str]]


def code_encounter(
    encounter: Encounter, reference: Reference, reading: Reading, chart: ChartReading | None = None
) -> Coding:
    """Code all documented administrations under one reading; a chart already read the same way saves reading it."""
    chart = chart or read_chart(encounter, reference, reading)
    sheet = Worksheet(reading, left=list(chart.left))
    if chart.computed:
        sheet.ask("stop_from_volume_and_rate", chart.computed)
    if chart.unpurposed:
        sheet.ask("hydration_without_purpose", chart.unpurposed)
    for visit in _by_visit(chart.given):
        _code_visit(visit, sheet, encounter, reference)
    code_refills([item for item in chart.given if item.form == "refill"], sheet)
    code_ports(chart.given, encounter.chart, encounter.claim.date_from, sheet)
    _one_concurrent_a_day(sheet)
    _leave_to_facility(encounter, sheet)
    set_apart(sheet.earned, reading.policy)
    return Coding(chart, tuple(sheet.earned), _lines(sheet.earned), tuple(sheet.left), sheet.asked)


def _by_visit(given: Sequence[Given]) -> Iterable[list[Given]]:
    visits: dict[str, list[Given]] = defaultdict(list)
    for item in given:
        visits[item.visit].append(item)
    return visits.values()


def _code_visit(visit: Sequence[Given], sheet: Worksheet, encounter: Encounter, reference: Reference) -> None:
    forms: dict[Form, list[Given]] = defaultdict(list)
    for item in visit:
        forms[_form(item)].append(item)
    code_pumps(forms["pump"], sheet, stay_medicare=sheet.reading.policy.medicare)
    accesses = _by_access(forms)
    timed = [key for key, access in accesses.items() if access.keys() & {"infusion", "push", "fluid"}]
    if len({site for _, site in timed}) > 1:
        sheet.ask("second_access", (item.id for key in timed[1:] for items in accesses[key].values() for item in items))
    reason = encounter.chart.reason_for_encounter
    for (name, site), found in accesses.items():
        access = _access(name, site, found, sheet)
        code_access(access, sheet, reason, reference.addon_parents)
    _code_transfusions(forms["transfusion"], sheet)
    code_injections(forms["injection"], sheet)
    code_on_body_injectors(forms["on_body_injection"], sheet)
    code_subcutaneous_infusions(forms["subcutaneous_infusion"], sheet)
    code_cavities(visit, sheet)
    code_declotting(forms["declotting"], sheet)


def _form(item: Given) -> Form:
    """Count a pump infusion of eight hours or less as an infusion in the chair."""
    if item.form != "pump":
        return item.form
    length = length_of(item)
    return "infusion" if length is not None and length <= PROLONGED else "pump"


def _by_access(forms: Mapping[Form, Sequence[Given]]) -> dict[tuple[str, str], dict[Form, list[Given]]]:
    """Group what runs through an access by visit and site, in clock order."""
    through = sorted(
        ((form, item) for form, items in forms.items() if form in THROUGH_ACCESS for item in items),
        key=lambda pair: pair[1].order,
    )
    accesses: dict[tuple[str, str], dict[Form, list[Given]]] = {}
    for form, item in through:
        accesses.setdefault((item.visit, item.site), defaultdict(list))[form].append(item)
    return accesses


def _access(visit: str, site: str, found: Mapping[Form, list[Given]], sheet: Worksheet) -> Access:
    """Work out the services of one access."""
    timed, pushes = _infusions_and_pushes(found["infusion"], _own_syringes(found, sheet), sheet)
    infused = union(
        [span for infusate in timed for span in infusate.spans]
        + [span for form in ("infusion", "pump", "beside") for item in found[form] for span in _running(item)]
        + _blood(found["transfusion"])
    )
    pushed: Spans = tuple(span for item in found["push"] for span in item.run.spans)
    codes = {e.code for e in sheet.earned if e.code in PUMP_STARTS and (e.visit, e.site) == (visit, site)}
    return Access(
        visit=visit,
        site=site,
        services=place(timed, sheet) + pushes,
        hydration=hydration(found["fluid"], infused, pushed, sheet),
        pump_codes=frozenset(codes),
    )


def _own_syringes(found: Mapping[Form, list[Given]], sheet: Worksheet) -> list[Given]:
    """Leave out a bolus that came from the bag of an infusion: it is part of that infusion."""
    bags = {item.bag for item in found["infusion"] if item.bag}
    if not bags:
        return found["push"]
    kept = []
    for item in found["push"]:
        if item.bag in bags:
            sheet.leave((item.id,), f"{item.name}: a bolus from the bag of an infusion is part of the infusion")
        else:
            kept.append(item)
    return kept


def _infusions_and_pushes(
    infused: Sequence[Given], pushed: Sequence[Given], sheet: Worksheet
) -> tuple[list[Infusate], list[Service]]:
    """Sort what ran or was pushed through one access by drug; a short infusion joins the pushes of its drug."""
    timed: list[Infusate] = []
    services: list[Service] = []
    doses, pushes = infused_doses(infused), pushed_doses(pushed)
    for drug in dict.fromkeys((*doses, *pushes)):
        found, more = _one_drug(doses.get(drug, []), pushes.get(drug, []), sheet)
        timed += found
        services += more
    return timed, services


def _one_drug(doses: list[Dose], pushes: list[Dose], sheet: Worksheet) -> tuple[list[Infusate], list[Service]]:
    policy = sheet.reading.policy
    found, short = infusates(doses, sheet) if doses else ([], [])
    if found and policy.same_drug_repeat_infusion == "repeat_push":
        services = push_services(short, sheet, repeats=found[0].first)
        short = []
    else:
        services = [stopped_infusion(dose) for dose in short if stopped_short(dose, sheet)]
        short = [dose for dose in short if not stopped_short(dose, sheet) and counts_as_push(dose, sheet)]
    if found and pushes:
        sources = [source for dose in pushes for source in dose.sources]
        sheet.ask("same_drug_push_and_infusion", sources)
        if policy.same_drug_push_and_infusion == "infusion_only":
            sheet.leave(sources, f"{pushes[0].name}: the drug is infused too, and this payer counts the infusion only")
            pushes = []
    return found, services + push_services(short + pushes, sheet)


def _running(item: Given) -> Spans:
    """Give the stretches an infusion takes from its access; a pump without a stop runs as long as planned."""
    if item.run.spans or item.form != "pump" or item.run.start is None:
        return item.run.spans
    return ((item.run.start, item.run.start + (length_of(item) or 0)),)


def _blood(given: Sequence[Given]) -> list[tuple[int, int]]:
    """Give the stretch from the first unit of blood of a date to the last; fluid between units is never hydration."""
    days: dict[date, list[tuple[int, int]]] = defaultdict(list)
    for item in given:
        days[item.day] += item.run.spans
    return [(min(units)[0], max(stop for _, stop in units)) for units in days.values() if units]


def _code_transfusions(given: Sequence[Given], sheet: Worksheet) -> None:
    days: dict[date, list[Given]] = defaultdict(list)
    for item in given:
        days[item.day].append(item)
    for items in days.values():
        sheet.earn("36430", 1, items, (f"{items[0].name}: a transfusion, once a date whatever the number of units",))


def _one_concurrent_a_day(sheet: Worksheet) -> None:
    """Keep one concurrent infusion a date: the unit limit of 96368 is absolute (NCCI, adjudication indicator 2)."""
    seen: set[date] = set()
    kept = []
    for line in sheet.earned:
        if line.code == "96368" and line.day in seen:
            sheet.leave(line.sources, f"{line.because[0]}; a concurrent infusion is reported once a date")
            continue
        if line.code == "96368":
            seen.add(line.day)
        kept.append(line)
    sheet.earned = kept


def _leave_to_facility(encounter: Encounter, sheet: Worksheet) -> None:
    """Take from a practitioner's claim what the facility reports."""
    place = encounter.claim.place_of_service
    if sheet.reading.facility or place not in _FACILITY_PLACES:
        return
    reported = [line for line in sheet.earned if line.code not in _OWN_WORK]
    sources = dict.fromkeys(source for line in reported for source in line.sources)
    if sources:
        sheet.leave(sources, f"place of service {place}: the facility reports what its nurses give")
    sheet.earned = [line for line in sheet.earned if line.code in _OWN_WORK]


def _lines(earned: Sequence[Earned]) -> tuple[DerivedLine, ...]:
    """Join what is earned under one code, modifier and date into lines, initial services first."""
    joined: dict[tuple[date, str, tuple[str, ...]], list[Earned]] = defaultdict(list)
    for line in earned:
        joined[line.day, line.code, line.modifiers].append(line)
    return tuple(
        DerivedLine(
            code=code,
            units=Decimal(sum(part.units for part in parts)),
            modifiers=modifiers,
            date_of_service=day,
            sources=tuple(dict.fromkeys(source for part in parts for source in part.sources)),
            because=tuple(dict.fromkeys(reason for part in parts for reason in part.because)),
        )
        for (day, code, modifiers), parts in sorted(joined.items(), key=lambda item: _claim_order(*item[0]))
    )


def _claim_order(day: date, code: str, modifiers: tuple[str, ...]) -> tuple[object, ...]:
    return (day, INITIAL_RANK.get(code, len(INITIAL_RANK)), code, modifiers)
