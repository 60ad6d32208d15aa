"""Doses: what ran or was pushed as one. A mixed bag or syringe is one dose of the strongest class in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from onco_tui.derive.administration.minutes import Spans, total, union
from onco_tui.derive.administration.reading import Given, clock_order
from onco_tui.derive.administration.service import Family

STRENGTH: dict[Family, int] = {"chemotherapy": 0, "therapeutic": 1, "hydration": 2}


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
        family = min((item.family for item in mixed), key=STRENGTH.__getitem__)
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
        family=min(earlier.family, later.family, key=STRENGTH.__getitem__),
        given=earlier.given + later.given,
        spans=spans,
        start=earlier.start,
        told=f"{earlier.told}; {later.told}; {total(spans)} min in all",
        stopped=later.stopped,
    )
