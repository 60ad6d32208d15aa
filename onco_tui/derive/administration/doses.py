"""Doses: what ran or was pushed as one. A mixed bag or syringe is one dose of the strongest class in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from onco_tui.derive.administration.given import Given, clock_order
from onco_tui.derive.administration.minutes import Spans, total, union
from onco_tui.derive.administration.service import Family

STRENGTH: dict[Family, int] = {"chemotherapy": 0, "therapeutic": 1, "hydration": 2}


# A stopped infusion that goes on within the hour was interrupted; later the drug is given again.
_RESUMED = 60


@dataclass(frozen=True, slots=True)
class Dose:
    """One container, or several that ran on without a break: a drug or a mix, when it ran, in words too.

    ``timed`` is False when the chart does not say how long it ran, ``stopped`` True when it was stopped early.
    """

    drug: str
    name: str
    family: Family
    given: tuple[Given, ...]
    spans: Spans
    minutes: int
    start: int | None
    told: str
    timed: bool
    stopped: bool
    sources: tuple[str, ...]

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


def _container(mixed: Sequence[Given]) -> Dose:
    if len(mixed) == 1:
        return _alone(mixed[0])
    starts = [item.run.start for item in mixed if item.run.start is not None]
    timed = [item for item in mixed if item.run.minutes is not None]
    spans = union(span for item in mixed for span in item.run.spans)
    told = list(dict.fromkeys(item.run.told for item in timed or mixed))
    if len(told) > 1 and timed:
        told.append(f"{total(spans)} min in all")
    return Dose(
        drug=" + ".join(sorted({item.drug for item in mixed})),
        name=" + ".join(dict.fromkeys(item.name for item in mixed)),
        family=min((item.family for item in mixed), key=STRENGTH.__getitem__),
        given=tuple(mixed),
        spans=spans,
        minutes=total(spans),
        start=min(starts, default=None),
        told="; ".join(told),
        timed=bool(timed),
        stopped=any(item.administration.discontinued for item in mixed),
        sources=tuple(item.id for item in mixed),
    )


def _alone(item: Given) -> Dose:
    run = item.run
    return Dose(
        drug=item.drug,
        name=item.name,
        family=item.family,
        given=(item,),
        spans=run.spans,
        minutes=run.minutes or 0,
        start=run.start,
        told=run.told,
        timed=run.minutes is not None,
        stopped=bool(item.administration.discontinued),
        sources=(item.id,),
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
    between = later.spans[0][0] - earlier.spans[-1][1]
    return between <= (_RESUMED if earlier.stopped else 0)


def _joined(earlier: Dose, later: Dose) -> Dose:
    spans = union(earlier.spans + later.spans)
    before = earlier.told.removesuffix(f"; {earlier.minutes} min in all")
    return replace(
        earlier,
        family=min(earlier.family, later.family, key=STRENGTH.__getitem__),
        given=earlier.given + later.given,
        spans=spans,
        minutes=total(spans),
        told=f"{before}; {later.told}; {total(spans)} min in all",
        stopped=later.stopped,
        sources=earlier.sources + later.sources,
    )
