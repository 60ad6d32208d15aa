"""Timed infusions of drugs: doses, infusates, sequential against concurrent, additional hours.

A mixed bag is one infusate of the strongest class in it. One drug in several bags is one infusate whose time adds up.
Sources: CMS Claims Processing Manual ch. 12 section 30.5; NCCI Policy Manual ch. XI B; CPT time guidelines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from onco_tui.derive.administration.minutes import Spans, hours_beyond_first, total, union, without
from onco_tui.derive.administration.reading import Given, clock_order
from onco_tui.derive.administration.service import Family
from onco_tui.derive.administration.sheet import Hours, Service, Worksheet

_STRENGTH: dict[Family, int] = {"chemotherapy": 0, "therapeutic": 1, "hydration": 2}


@dataclass(slots=True)
class Dose:
    """One container, or several that ran on without a break: a drug or a mix, its running stretches, its words."""

    drug: str
    name: str
    family: Family
    given: list[Given]
    spans: Spans
    start: int | None
    told: str
    stopped: bool

    @property
    def minutes(self) -> int:
        """Running minutes."""
        return total(self.spans)

    @property
    def timed(self) -> bool:
        """Whether the chart says how long it ran."""
        return any(item.run.minutes is not None for item in self.given)

    @property
    def sources(self) -> tuple[str, ...]:
        """The administrations it rests on."""
        return tuple(item.id for item in self.given)

    @property
    def day(self) -> date:
        """The date it started on."""
        return self.given[0].day


@dataclass(slots=True)
class Infusate:
    """A drug or mix with all its doses through one access."""

    doses: list[Dose]
    spans: Spans

    @property
    def first(self) -> Dose:
        """The first dose."""
        return self.doses[0]

    @property
    def minutes(self) -> int:
        """Running minutes of all doses."""
        return total(self.spans)

    @property
    def sources(self) -> tuple[str, ...]:
        """The administrations of all doses."""
        return tuple(source for dose in self.doses for source in dose.sources)


def containers(given: Iterable[Given]) -> list[Dose]:
    """Join what ran mixed in one bag or syringe; everything else stands alone. In clock order."""
    bags: dict[str, list[Given]] = defaultdict(list)
    for item in given:
        bags[item.bag or f"\0{item.id}"].append(item)
    doses = [_container(mixed) for mixed in bags.values()]
    doses.sort(key=lambda dose: clock_order(dose.start, dose.given[0].id))
    return doses


def _container(mixed: list[Given]) -> Dose:
    first = mixed[0]
    if len(mixed) == 1:
        name, drug, family = first.name, first.drug, first.family
    else:
        name = " + ".join(dict.fromkeys(item.name for item in mixed))
        drug = " + ".join(sorted({item.drug for item in mixed}))
        family = min((item.family for item in mixed), key=_STRENGTH.__getitem__)
    starts = [item.run.start for item in mixed if item.run.start is not None]
    return Dose(
        drug=drug,
        name=name,
        family=family,
        given=mixed,
        spans=first.run.spans if len(mixed) == 1 else union(span for item in mixed for span in item.run.spans),
        start=min(starts, default=None),
        told=next((item.run.told for item in mixed if item.run.minutes is not None), first.run.told),
        stopped=any(item.administration.discontinued for item in mixed),
    )


def pushed_doses(given: Iterable[Given]) -> dict[str, list[Dose]]:
    """Gather the pushes of each drug, each syringe apart."""
    found: dict[str, list[Dose]] = defaultdict(list)
    for dose in containers(given):
        found[dose.drug].append(dose)
    return found


def infused_doses(given: Iterable[Given]) -> dict[str, list[Dose]]:
    """Gather the doses of each drug, joining one that was stopped or changed over with the one that went on."""
    found: dict[str, list[Dose]] = defaultdict(list)
    for dose in containers(given):
        earlier = found[dose.drug]
        if earlier and _goes_on(earlier[-1], dose):
            earlier[-1] = _joined(earlier[-1], dose)
        else:
            earlier.append(dose)
    return found


def _goes_on(earlier: Dose, later: Dose) -> bool:
    if not earlier.spans or not later.spans:
        return False
    return earlier.stopped or later.spans[0][0] <= earlier.spans[-1][1]


def _joined(earlier: Dose, later: Dose) -> Dose:
    spans = union(earlier.spans + later.spans)
    return Dose(
        drug=earlier.drug,
        name=earlier.name,
        family=min(earlier.family, later.family, key=_STRENGTH.__getitem__),
        given=earlier.given + later.given,
        spans=spans,
        start=earlier.start,
        told=f"{earlier.told}; {later.told}; {total(spans)} min in all",
        stopped=later.stopped,
    )


def infusates(doses: Sequence[Dose], sheet: Worksheet) -> tuple[list[Infusate], list[Dose]]:
    """Part the doses of one drug into infusions of 16 minutes or more and those that count as pushes at most.

    Whether a repeat of the same drug adds time, stands alone or counts as a repeat push is the payer's choice.
    """
    timed = [dose for dose in doses if dose.timed]
    untimed = [dose for dose in doses if not dose.timed]
    if not any(dose.minutes > 15 for dose in timed):
        return [], list(doses)
    if len(doses) == 1:
        return [Infusate(timed, timed[0].spans)], []
    sheet.ask("same_drug_repeat_infusion", (source for dose in doses for source in dose.sources))
    match sheet.reading.policy.same_drug_repeat_infusion:
        case "separate":
            long = [dose for dose in timed if dose.minutes > 15]
            short = [dose for dose in timed if dose.minutes <= 15]
            return [Infusate([dose], dose.spans) for dose in long], short + untimed
        case "repeat_push":
            first = next(dose for dose in timed if dose.minutes > 15)
            return [Infusate([first], first.spans)], [dose for dose in doses if dose is not first]
        case "add_time":
            for dose in untimed:
                sheet.leave(dose.sources, f"{dose.name}: a repeat without its times adds no minutes", gap=True)
            return [Infusate(timed, union(span for dose in timed for span in dose.spans))], []


def place(found: Sequence[Infusate], sheet: Worksheet) -> list[Service]:
    """Tell sequential from concurrent infusions through one access and count their hours.

    Chemotherapy is placed first, then the longest: what runs mostly beside a longer infusion is the concurrent one.
    Overlap is measured against infusions that hold a time of their own, not against concurrent ones.
    """
    ordered = sorted(
        found,
        key=lambda i: (
            _STRENGTH[i.first.family],
            -i.minutes,
            sheet.reading.primary not in i.sources,
            *clock_order(i.first.start, i.first.given[0].id),
        ),
    )
    taken: Spans = ()
    services: list[Service] = []
    for infusate in ordered:
        alone = total(without(infusate.spans, taken))
        if _concurrent(infusate, alone, sheet):
            services += _beside(infusate, alone, sheet)
            continue
        services.append(_timed_service(infusate, alone, sheet))
        taken = union(taken + infusate.spans)
    return services


def _concurrent(infusate: Infusate, alone: int, sheet: Worksheet) -> bool:
    overlap = infusate.minutes - alone
    if not overlap:
        return False
    answers = {
        "any_overlap": True,
        "mostly_overlapping": overlap * 2 > infusate.minutes,
        "sixteen_minutes_apart": alone < 16,
    }
    if len(set(answers.values())) > 1:
        sheet.ask("concurrent_overlap", infusate.sources)
    return answers[sheet.reading.policy.concurrent_overlap]


def _beside(infusate: Infusate, alone: int, sheet: Worksheet) -> list[Service]:
    """Code an infusion that ran beside another: one concurrent code, none for chemotherapy."""
    first = infusate.first
    told = f"{first.name} {first.told}; only {alone} of {infusate.minutes} min outside another infusion: concurrent"
    concurrent = Service(first.family, "infusion", first.start, first.day, infusate.sources, (told,), fixed="96368")
    if first.family != "chemotherapy":
        return [concurrent]
    sheet.ask("concurrent_chemotherapy", infusate.sources)
    match sheet.reading.policy.concurrent_chemotherapy:
        case "each_infusion":
            return [_timed_service(infusate, alone, sheet)]
        case "unlisted":
            concurrent.fixed = "96549"
            return [concurrent]
        case "one_infusion":
            sheet.leave(infusate.sources, f"{told}; chemotherapy beside chemotherapy has no code")
            return []


def _timed_service(infusate: Infusate, alone: int, sheet: Worksheet) -> Service:
    first = infusate.first
    because = [f"{first.name} {first.told}, over 15, so an infusion"]
    if len(infusate.doses) > 1:
        because[0] = f"{first.name} {first.told}"
        because += [f"the same drug again: {dose.told}" for dose in infusate.doses[1:]]
        because.append(f"together {infusate.minutes} min of one drug, over 15, so an infusion")
    return Service(
        family=first.family,
        form="infusion",
        start=first.start,
        day=first.day,
        sources=infusate.sources,
        because=tuple(because),
        hours=tuple(_hours(infusate, alone, sheet)),
    )


def _hours(infusate: Infusate, alone: int, sheet: Worksheet) -> Iterable[Hours]:
    """Give additional hours to the dose that completed them."""
    gross, net = hours_beyond_first(infusate.minutes), hours_beyond_first(alone)
    if gross != net:
        sheet.ask("net_overlap_from_hours", infusate.sources)
    if sheet.reading.policy.net_overlap_from_hours:
        if net:
            told = hours_told(infusate.first.name, alone, net)
            yield Hours(infusate.first.day, net, infusate.sources, f"{told}, net of overlap")
        return
    run: Spans = ()
    counted = 0
    for index, dose in enumerate(infusate.doses):
        run = union(run + dose.spans)
        more = hours_beyond_first(total(run)) - counted
        if more:
            sources = tuple(source for known in infusate.doses[: index + 1] for source in known.sources)
            yield Hours(dose.day, more, sources, hours_told(dose.name, total(run), more))
            counted += more


def hours_told(name: str, minutes: int, units: int) -> str:
    """Say how many hours past the first the minutes earn, by the marks they pass: 91, 151, 211."""
    passed = [str(31 + 60 * hour) for hour in range(1, hours_beyond_first(minutes) + 1)][-units:]
    marks = ", ".join(passed) if units < 5 else f"{passed[0]}, {passed[1]} and so on to {passed[-1]}"
    return f"{name} ran {minutes} min, past minute {marks}: {units} more hour{'s' if units > 1 else ''}"
