"""Reads the charted administrations once: form, family, drug, minutes, date, visit and access site of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from onco_tui.codesets.policy import Policy
from onco_tui.codesets.reference import Reference
from onco_tui.derive.administration.given import THROUGH_ACCESS, Given, Reading, Visit
from onco_tui.derive.administration.minutes import Run, day_of, run_of
from onco_tui.derive.administration.questions import Question
from onco_tui.derive.administration.service import FAMILIES, IV_ROUTES, LONGEST_PUSH, Outside, form_of
from onco_tui.derive.administration.visits import Visits, visits_among
from onco_tui.derive.identity import class_of, known_class, same_drug_key
from onco_tui.derive.result import NotDerived
from onco_tui.encounter.chart import Administration, DrugClass
from onco_tui.encounter.document import Encounter

# Classes whose codes differ.
_CODED_AS: Mapping[DrugClass, DrugClass] = {
    "chemotherapy": "chemotherapy",
    "complex_biologic": "chemotherapy",
    "hormonal": "hormonal",
    "therapeutic": "therapeutic",
    "hydration": "hydration",
}


def reading_of(encounter: Encounter, reference: Reference) -> Reading:
    """Give the reading of an encounter: its payer's policy, its setting, a practitioner's charted primary service."""
    facility = encounter.claim.claim_type == "institutional"
    return Reading(
        policy=reference.policy_for(encounter.coverage.payer_id),
        facility=facility,
        primary=None if facility else encounter.chart.primary_administration,
    )


@dataclass(frozen=True, slots=True)
class ChartReading:
    """The administrations that count, in clock order, those that yield nothing, with reasons, and what is open."""

    given: tuple[Given, ...]
    left: tuple[NotDerived, ...]
    asked: Mapping[Question, Sequence[str]]
    visits: Visits


def read_chart(encounter: Encounter, reference: Reference, reading: Reading) -> ChartReading:
    """Read every charted administration under one reading of the rules."""
    policy = reading.policy
    given: list[Given] = []
    left: list[NotDerived] = []
    undated: list[Given] = []
    open_questions: dict[Question, list[str]] = defaultdict(list)
    for administration, run in _runs(encounter.chart.administrations or (), policy):
        left += [NotDerived((administration.id,), fault, gap=True) for fault in run.faults]
        drug_class = _class(administration, reference, reading)
        if _otherwise_known(administration, reference):
            open_questions["class_charted"].append(administration.id)
        form = form_of(administration, drug_class, policy)
        if drug_class == "hydration" and administration.purpose is None and administration.route == "iv_infusion":
            open_questions["hydration_without_purpose"].append(administration.id)
        if isinstance(form, Outside):
            left.append(NotDerived((administration.id,), f"{administration.name}: {form.reason}", gap=form.gap))
            if not form.service:
                continue
            if _may_be_classed(administration, drug_class, reference):
                open_questions["class_other"].append(administration.id)
            form = "beside" if administration.route in IV_ROUTES else "elsewhere"
        elif form == "push" and (run.minutes or 0) > LONGEST_PUSH:
            open_questions["long_push"].append(administration.id)
            form = "infusion" if "long_push" in reading.otherwise else form
        if run.minutes == 0 and run.start != run.stop:
            left.append(NotDerived((administration.id,), f"{administration.name}: the pauses cover the run", gap=True))
            continue
        moment = run.start if run.start is not None else run.stop
        (given if moment is not None else undated).append(
            Given(
                administration=administration,
                form=form,
                drug_class=drug_class,
                family=FAMILIES.get(drug_class, "therapeutic") if drug_class else "therapeutic",
                drug=same_drug_key(administration, reference.drugs),
                run=run,
                day=day_of(moment) if moment is not None else date.min,
                visit=(date.min, name_of(administration.visit)),
                site=name_of(administration.access_site),
            )
        )
    given += _dated(undated, given, encounter.claim.date_from, left)
    given.sort(key=lambda item: item.order)
    visits = visits_among(given, reading)
    placed = _without_vehicles(_placed(given, visits, policy), left)
    computed = [item.id for item in placed if item.run.computed and item.form in THROUGH_ACCESS]
    asked = visits.asked
    if computed:
        asked["stop_from_volume_and_rate"] = computed
    return ChartReading(placed, tuple(left), asked | open_questions, visits)


def _runs(administrations: Sequence[Administration], policy: Policy) -> Iterable[tuple[Administration, Run]]:
    """Read the times of each; what ran in one bag ran as long as the bag did, its fluid included."""
    runs = [run_of(administration, compute=policy.stop_from_volume_and_rate) for administration in administrations]
    timed = [(a, run) for a, run in zip(administrations, runs, strict=True) if a.bag and run.minutes is not None]
    for administration, run in zip(administrations, runs, strict=True):
        yield administration, _of_bag(administration, timed) or run if run.minutes is None else run


def _of_bag(administration: Administration, timed: Sequence[tuple[Administration, Run]]) -> Run | None:
    """Find the times of the bag an administration was mixed into; an absent visit or site agrees with any."""
    of = administration
    for other, run in timed:
        pairs = ((of.visit, other.visit), (of.access_site, other.access_site))
        if (of.bag, of.route) == (other.bag, other.route) and all(
            not one or not another or name_of(one) == name_of(another) for one, another in pairs
        ):
            return run
    return None


def _class(administration: Administration, reference: Reference, reading: Reading) -> DrugClass | None:
    """Give the class that decides the codes: a payer's list overrides it, hydration as a purpose stands in for it."""
    if administration.hcpcs and administration.hcpcs in reading.policy.injection_only_codes:
        return "therapeutic"
    found = class_of(administration, reference.drugs)
    if found == "other" and "class_other" in reading.otherwise:
        return known_class(administration, reference.drugs) or "therapeutic"
    if "class_charted" in reading.otherwise:
        found = known_class(administration, reference.drugs) or found
    return "hydration" if found is None and administration.purpose == "hydration" else found


def _otherwise_known(administration: Administration, reference: Reference) -> bool:
    """Tell whether the drug table gives the drug a class whose codes are others than those of the charted class."""
    if administration.drug_class is None:
        return False
    charted = _CODED_AS.get(administration.drug_class)
    known = _CODED_AS.get(known_class(administration, reference.drugs) or "other")
    return charted is not None and known is not None and charted != known


def _may_be_classed(administration: Administration, drug_class: DrugClass | None, reference: Reference) -> bool:
    """Tell whether a drug charted as of another class may belong to a family of codes; cell therapy does not."""
    return drug_class == "other" and known_class(administration, reference.drugs) != "other"


def _dated(
    undated: Sequence[Given], given: Sequence[Given], claimed: date | None, left: list[NotDerived]
) -> Iterable[Given]:
    """Date what has no times by the claim's first day, or by the first charted day when nothing was given on that."""
    charted = {item.day for item in given}
    day = claimed if claimed in charted else min(charted, default=claimed)
    for item in undated:
        if day is None:
            left.append(NotDerived((item.id,), f"{item.name}: neither chart nor claim gives a date", gap=True))
        else:
            yield replace(item, day=day)


def name_of(name: str | None) -> str:
    """Give a charted name in one form, whatever its case and blanks."""
    return " ".join(name.casefold().split()) if name else ""


def _without_vehicles(placed: Sequence[Given], left: list[NotDerived]) -> tuple[Given, ...]:
    """Leave out fluid that shares its bag with a drug: there it carries the drug."""
    drugs = {_container(item) for item in placed if item.bag and item.form in {"infusion", "pump", "beside"}}
    if not drugs:
        return tuple(placed)
    kept = []
    for item in placed:
        if item.form == "fluid" and _container(item) in drugs:
            left.append(NotDerived((item.id,), f"{item.name}: it carried the drug mixed into the same bag"))
        else:
            kept.append(item)
    return tuple(kept)


def _container(item: Given) -> tuple[Visit, str, str | None]:
    return (item.visit, item.site, item.bag)


def _placed(given: Sequence[Given], visits: Visits, policy: Policy) -> list[Given]:
    """Give everything its visit and, where it runs through an access, a site; what names none joins the first named."""
    first_site: dict[Visit, str] = {}
    of_each = [visits.on(item.day, item.visit[1]) for item in given]
    for item, visit in zip(given, of_each, strict=True):
        if item.site and item.form in THROUGH_ACCESS:
            first_site.setdefault(visit, item.site)
    placed = []
    for item, visit in zip(given, of_each, strict=True):
        site = item.site
        if item.form in THROUGH_ACCESS:
            site = "" if policy.second_access == "one_access" else site or first_site.get(visit, "")
        placed.append(replace(item, visit=visit, site=site))
    return placed
