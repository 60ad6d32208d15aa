"""Reads the charted administrations once: form, family, drug, minutes, date, visit and access site of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from onco_tui.codesets.policy import Policy
from onco_tui.codesets.reference import Reference
from onco_tui.derive.administration.minutes import Run, day_of, run_of
from onco_tui.derive.administration.service import FAMILIES, IV_ROUTES, Family, Form, Outside, form_of
from onco_tui.derive.identity import class_of, same_drug_key
from onco_tui.derive.result import NotDerived
from onco_tui.encounter.chart import Administration, DrugClass
from onco_tui.encounter.document import Encounter

# What runs through a vein or a catheter and so has an access site.
THROUGH_ACCESS: frozenset[Form] = frozenset(
    {"infusion", "push", "fluid", "pump", "transfusion", "declotting", "beside"}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read: the payer's switches, the setting, the administration taken as primary, the lesions injected."""

    policy: Policy
    facility: bool
    primary: str | None = None
    many_lesions: bool = False


def reading_of(encounter: Encounter, reference: Reference) -> Reading:
    """Give the reading of an encounter: its payer's policy, its setting, its charted primary administration."""
    return Reading(
        policy=reference.policy_for(encounter.coverage.payer_id),
        facility=encounter.claim.claim_type == "institutional",
        primary=encounter.chart.primary_administration,
    )


@dataclass(frozen=True, slots=True)
class Given:
    """One administration that counts. ``drug`` is equal for equal drugs, ``family`` is the family of codes."""

    administration: Administration
    form: Form
    drug_class: DrugClass | None
    family: Family
    drug: str
    run: Run
    day: date
    visit: str
    site: str

    @property
    def id(self) -> str:
        """The administration's id."""
        return self.administration.id

    @property
    def name(self) -> str:
        """The drug as charted."""
        return self.administration.name

    @property
    def bag(self) -> str | None:
        """The container it was mixed in."""
        return self.administration.bag

    @property
    def order(self) -> tuple[bool, int, str]:
        """Sorts by clock; what has no start comes last."""
        return clock_order(self.run.start, self.id)


def clock_order(start: int | None, identifier: str) -> tuple[bool, int, str]:
    """Give a sort key by clock; what has no start comes last."""
    return (start is None, start or 0, identifier)


@dataclass(frozen=True, slots=True)
class ChartReading:
    """The administrations that count, in clock order, and those that yield nothing, with reasons.

    ``computed`` names those whose stop follows from volume and rate, ``unpurposed`` fluids without a charted purpose.
    """

    given: tuple[Given, ...]
    left: tuple[NotDerived, ...]
    computed: tuple[str, ...]
    unpurposed: tuple[str, ...]


def read_chart(encounter: Encounter, reference: Reference, reading: Reading) -> ChartReading:
    """Read every charted administration under one reading of the rules."""
    policy = reading.policy
    given: list[Given] = []
    left: list[NotDerived] = []
    undated: list[Given] = []
    unpurposed: list[str] = []
    for administration in encounter.chart.administrations or ():
        run = run_of(administration, compute=policy.stop_from_volume_and_rate)
        left += [NotDerived((administration.id,), fault, gap=True) for fault in run.faults]
        drug_class = _class(administration, reference, policy)
        form = form_of(administration, drug_class, policy)
        if drug_class == "hydration" and administration.purpose is None and administration.route == "iv_infusion":
            unpurposed.append(administration.id)
        if isinstance(form, Outside):
            left.append(NotDerived((administration.id,), f"{administration.name}: {form.reason}", gap=form.gap))
            if not _runs_beside(administration, drug_class):
                continue
            form = "beside"
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
                visit=_text(administration.visit),
                site=_text(administration.access_site),
            )
        )
    given += _dated(undated, given, encounter.claim.date_from, left)
    given.sort(key=lambda item: item.order)
    placed = _without_vehicles(_placed(given, policy), left)
    computed = tuple(item.id for item in placed if item.run.computed and item.form in THROUGH_ACCESS)
    return ChartReading(placed, tuple(left), computed, tuple(unpurposed))


def _class(administration: Administration, reference: Reference, policy: Policy) -> DrugClass | None:
    """Give the class that decides the codes: a payer's list overrides it, hydration as a purpose stands in for it."""
    if administration.hcpcs and administration.hcpcs in policy.injection_only_codes:
        return "therapeutic"
    found = class_of(administration, reference.drugs)
    return "hydration" if found is None and administration.purpose == "hydration" else found


def _runs_beside(administration: Administration, drug_class: DrugClass | None) -> bool:
    """Tell whether something coded elsewhere still takes its access from hydration."""
    return (
        administration.route in IV_ROUTES
        and drug_class != "hydration"
        and administration.purpose not in {"keep_vein_open", "vehicle", "flush"}
    )


def _dated(
    undated: Sequence[Given], given: Sequence[Given], claimed: date | None, left: list[NotDerived]
) -> Iterable[Given]:
    """Date what has no times by the claim's first day, else by the first charted day."""
    day = claimed or min((item.day for item in given), default=None)
    for item in undated:
        if day is None:
            left.append(NotDerived((item.id,), f"{item.name}: neither chart nor claim gives a date", gap=True))
        else:
            yield replace(item, day=day)


def _text(name: str | None) -> str:
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


def _container(item: Given) -> tuple[str, str, str | None]:
    return (item.visit, item.site, item.bag)


def _placed(given: Sequence[Given], policy: Policy) -> list[Given]:
    """Give everything a visit and, where it runs through an access, a site; what names none joins the first named."""
    first_visit = next((item.visit for item in given if item.visit), "")
    first_site: dict[str, str] = {}
    for item in given:
        if item.site and item.form in THROUGH_ACCESS:
            first_site.setdefault(item.visit or first_visit, item.site)
    placed = []
    for item in given:
        visit, site = item.visit or first_visit, item.site
        if item.form in THROUGH_ACCESS:
            site = "" if policy.second_access == "one_access" else site or first_site.get(visit, "")
        moved = (visit, site) != (item.visit, item.site)
        placed.append(replace(item, visit=visit, site=site) if moved else item)
    return placed
