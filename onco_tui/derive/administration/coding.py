"""One reading of the whole encounter: every charted administration coded, joined into lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from onco_tui.codesets.reference import Reference
from onco_tui.derive.administration.accesses import Charted, ChartedAccess, ChartedVisit, charted
from onco_tui.derive.administration.cavities import code_cavities
from onco_tui.derive.administration.doses import Dose
from onco_tui.derive.administration.given import Given, Reading
from onco_tui.derive.administration.hydration import hydration
from onco_tui.derive.administration.infusions import Infusate, infusate_of, infusates, place
from onco_tui.derive.administration.initial import INITIAL_RANK, Access, code_access
from onco_tui.derive.administration.injections import (
    code_injections,
    code_on_body_injectors,
    code_subcutaneous_infusions,
)
from onco_tui.derive.administration.modifiers import PairTable, set_apart
from onco_tui.derive.administration.ports import code_declotting, code_ports
from onco_tui.derive.administration.pumps import PUMP_STARTS, code_pumps, code_refills
from onco_tui.derive.administration.pushes import counts_as_push, push_services, stopped_short
from onco_tui.derive.administration.questions import Question
from onco_tui.derive.administration.sheet import Earned, Service, Worksheet
from onco_tui.derive.result import DerivedLine, NotDerived
from onco_tui.encounter.document import Encounter

# NCCI Policy Manual ch. XI B.7: in these places the facility reports what its nurses give.
_FACILITY_PLACES = frozenset({"19", "21", "22", "23", "24"})
# Fee schedule indicator 0 or 2: the practitioner's own work, reported wherever it was done.
_OWN_WORK = frozenset({"96405", "96406", "96440", "96446", "96450", "96542", "51720"})


@dataclass(frozen=True, slots=True)
class Coding:
    """The answer under one reading. ``earned`` keeps every code apart, ``lines`` are joined by code and date."""

    chart: Charted
    earned: tuple[Earned, ...]
    lines: tuple[DerivedLine, ...]
    left: tuple[NotDerived, ...]
    asked: Mapping[Question, Sequence[str]]


def code_encounter(encounter: Encounter, reference: Reference, reading: Reading) -> Coding:
    """Code all documented administrations of an encounter under one reading."""
    return code_chart(charted(encounter, reference, reading), encounter, reference, reading)


def code_chart(chart: Charted, encounter: Encounter, reference: Reference, reading: Reading) -> Coding:
    """Code a chart that was already read and sorted."""
    sheet = earned_under(chart, encounter, reference, Worksheet(reading))
    return Coding(chart, tuple(sheet.earned), joined(sheet.earned), tuple(sheet.left), sheet.asked)


def earned_under(chart: Charted, encounter: Encounter, reference: Reference, sheet: Worksheet) -> Worksheet:
    """Fill the sheet of one reading with everything it earns, before equal codes are joined."""
    sheet.left += chart.left
    for question, about in chart.reading.asked.items():
        sheet.ask(question, about)
    for visit in chart.visits:
        _code_visit(visit, sheet, encounter, reference)
    code_refills([item for item in chart.given if item.form == "refill"], sheet)
    code_ports(chart.reading, encounter.chart, encounter.claim.date_from, sheet)
    _one_concurrent_a_day(sheet)
    _leave_to_facility(encounter, sheet)
    set_apart(sheet.earned, sheet.reading.policy, PairTable(reference.codesets, encounter.claim.claim_type))
    return sheet


def _code_visit(visit: ChartedVisit, sheet: Worksheet, encounter: Encounter, reference: Reference) -> None:
    forms = visit.forms
    code_pumps(forms.get("pump", ()), sheet, stay_medicare=sheet.reading.policy.medicare)
    used = [access for access in visit.accesses if access.sources]
    if len(used) > 1:
        sheet.ask("second_access", (source for access in used[1:] for source in access.sources))
    for access in used:
        found = _services(access, sheet)
        code_access(found, sheet, encounter.chart.reason_for_encounter, reference.addon_parents)
    _code_transfusions(forms.get("transfusion", ()), sheet)
    code_injections(forms.get("injection", ()), sheet)
    code_on_body_injectors(forms.get("on_body_injection", ()), sheet)
    code_subcutaneous_infusions(forms.get("subcutaneous_infusion", ()), sheet)
    code_cavities(forms, sheet)
    code_declotting(forms.get("declotting", ()), sheet)


def _services(access: ChartedAccess, sheet: Worksheet) -> Access:
    """Work out the services of one access; a short infusion joins the pushes of its drug."""
    timed: list[Infusate] = []
    services: list[Service] = []
    for drug in dict.fromkeys((*access.infusions, *access.pushes)):
        doses, pushes = access.infusions.get(drug, ()), access.pushes.get(drug, ())
        found, more = access.once(drug, sheet, partial(_one_drug, doses, pushes))
        timed += found
        services += more
    families = frozenset(service.family for service in services)
    beside = (sheet.reading.primary, families, *map(id, timed))
    where = (access.visit, access.site)
    return Access(
        visit=access.visit,
        site=access.site,
        services=access.once(beside, sheet, partial(place, timed, families)) + services,
        hydration=access.once(hydration, sheet, partial(hydration, access)),
        pump_codes=frozenset(e.code for e in sheet.earned if e.code in PUMP_STARTS and (e.visit, e.site) == where),
    )


def _one_drug(doses: Sequence[Dose], pushes: Sequence[Dose], sheet: Worksheet) -> tuple[list[Infusate], list[Service]]:
    policy = sheet.reading.policy
    found, short = infusates(doses, sheet) if doses else ([], [])
    services: list[Service] = []
    if found and policy.same_drug_repeat_infusion == "repeat_push":
        services = push_services(short, sheet, repeats=found[0].first)
        begun = short = []
    else:
        begun = [dose for dose in short if stopped_short(dose, sheet)]
        short = [dose for dose in short if dose not in begun and counts_as_push(dose, sheet)]
    if found and pushes:
        services += _pushed_and_infused([*short, *pushes], found[0].first, sheet)
        short, pushes = [], ()
    found += [infusate_of([dose]) for dose in begun]
    return found, services + push_services([*short, *pushes], sheet)


def _pushed_and_infused(pushes: Sequence[Dose], infused: Dose, sheet: Worksheet) -> list[Service]:
    """Code pushes of a drug that is infused too: for the codes of further pushes it is no new drug."""
    sources = [source for dose in pushes for source in dose.sources]
    sheet.ask("same_drug_push_and_infusion", sources)
    match sheet.reading.policy.same_drug_push_and_infusion:
        case "infusion_only":
            sheet.leave(sources, f"{infused.name}: the drug is infused too, and this payer counts the infusion only")
            return []
        case "repeat_push" if all(dose.family != "chemotherapy" for dose in (infused, *pushes)):
            return push_services(pushes, sheet, repeats=infused)
        case _:
            return push_services(pushes, sheet)


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


def joined(earned: Sequence[Earned]) -> tuple[DerivedLine, ...]:
    """Join what is earned under one code, modifier and date into lines, initial services first."""
    equal: dict[tuple[date, str, tuple[str, ...]], list[Earned]] = defaultdict(list)
    for line in earned:
        equal[line.day, line.code, line.modifiers].append(line)
    return tuple(
        DerivedLine(
            code=code,
            units=Decimal(sum(part.units for part in parts)),
            modifiers=modifiers,
            date_of_service=day,
            sources=tuple(dict.fromkeys(source for part in parts for source in part.sources)),
            because=tuple(dict.fromkeys(reason for part in parts for reason in part.because)),
        )
        for (day, code, modifiers), parts in sorted(equal.items(), key=lambda item: _claim_order(*item[0]))
    )


def _claim_order(day: date, code: str, modifiers: tuple[str, ...]) -> tuple[object, ...]:
    return (day, INITIAL_RANK.get(code, len(INITIAL_RANK)), code, modifiers)
