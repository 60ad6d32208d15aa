"""The picture of an encounter without a layout: bars by access site, what each earned and why, gaps and overlaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from onco_tui.codesets.reference import Reference
from onco_tui.derive.administration.coding import Coding, code_encounter
from onco_tui.derive.administration.given import Reading, Visit, clock_order
from onco_tui.derive.administration.minutes import Run, Spans, day_of, moment_of, run_of, union, without
from onco_tui.derive.administration.reading import name_of, reading_of
from onco_tui.derive.identity import class_of
from onco_tui.derive.result import Choice
from onco_tui.encounter.chart import Administration, DrugClass, Route
from onco_tui.encounter.document import Encounter

MARKS = (15, 30, 60)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of clock time and the administrations that ran through it; none in a gap."""

    start: datetime
    stop: datetime
    administrations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One administration. ``stop`` is None when not charted, as for most pushes: draw a point at ``start``.

    ``running`` leaves out pauses. ``marks`` gives the clock time at which it had run 15, 30 and 60 minutes. ``earned``
    names the codes it contributes to, its service before its hours; ``why`` the reasons, also for earning nothing.
    """

    administration: str
    drug: str
    drug_class: DrugClass | None
    route: Route | None
    start: datetime | None
    stop: datetime | None
    minutes: int | None
    running: tuple[Stretch, ...]
    marks: tuple[tuple[int, datetime], ...]
    earned: tuple[Choice, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """One access site of one visit, its bars in clock order. ``gaps`` is where nothing ran between two bars."""

    visit: str
    access_site: str
    bars: tuple[Bar, ...]
    gaps: tuple[Stretch, ...]
    overlaps: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """All lanes, first started first, and what has no start. ``start`` and ``stop`` are None when nothing has times."""

    start: datetime | None
    stop: datetime | None
    lanes: tuple[Lane, ...]
    untimed: tuple[Bar, ...]


def timeline_of(encounter: Encounter, reference: Reference) -> Timeline:
    """Lay the documented administrations of an encounter out on the clock, as the payer's policy codes them."""
    reading = reading_of(encounter, reference)
    coding = code_encounter(encounter, reference, reading)
    placed = {item.id: (item.visit, item.site) for item in coding.chart.given}
    lanes: dict[tuple[Visit, str], list[tuple[Administration, Run]]] = defaultdict(list)
    untimed: list[Bar] = []
    for administration, run in _runs(encounter, reading):
        if run.start is None:
            untimed.append(_bar(administration, run, coding, reference))
        else:
            visit = coding.chart.reading.visits.on(day_of(run.start), name_of(administration.visit))
            place = placed.get(administration.id, (visit, name_of(administration.access_site)))
            lanes[place].append((administration, run))
    drawn = tuple(_lane(lane, coding, reference) for lane in lanes.values())
    moments = [
        moment for lane in lanes.values() for _, run in lane for moment in (run.start, run.stop) if moment is not None
    ]
    return Timeline(
        start=moment_of(min(moments)) if moments else None,
        stop=moment_of(max(moments)) if moments else None,
        lanes=drawn,
        untimed=tuple(untimed),
    )


def _runs(encounter: Encounter, reading: Reading) -> Iterable[tuple[Administration, Run]]:
    runs = [
        (administration, run_of(administration, compute=reading.policy.stop_from_volume_and_rate))
        for administration in encounter.chart.administrations or ()
    ]
    return sorted(runs, key=lambda pair: clock_order(pair[1].start, pair[0].id))


def _bar(administration: Administration, run: Run, coding: Coding, reference: Reference) -> Bar:
    name = administration.id
    earned = [part for part in coding.earned if name in part.sources]
    left = [entry.reason for entry in coding.left if name in entry.sources]
    return Bar(
        administration=name,
        drug=administration.name,
        drug_class=class_of(administration, reference.drugs),
        route=administration.route,
        start=moment_of(run.start) if run.start is not None else None,
        stop=moment_of(run.stop) if run.stop is not None else None,
        minutes=run.minutes,
        running=tuple(Stretch(moment_of(start), moment_of(stop), (name,)) for start, stop in run.spans),
        marks=tuple(_marks(run.spans)),
        earned=tuple(Choice(part.code, Decimal(part.units), part.modifiers) for part in earned),
        why=tuple(dict.fromkeys([reason for part in earned for reason in part.because] + left)),
    )


def _marks(spans: Spans) -> Iterable[tuple[int, datetime]]:
    """Give the clock time at which the running minutes reach each mark."""
    for mark in MARKS:
        left = mark
        for start, stop in spans:
            if left <= stop - start:
                yield mark, moment_of(start + left)
                break
            left -= stop - start


def _lane(lane: Sequence[tuple[Administration, Run]], coding: Coding, reference: Reference) -> Lane:
    running = union(span for _, run in lane for span in run.spans)
    whole = ((running[0][0], running[-1][1]),) if running else ()
    first = next((a for a, _ in lane if a.access_site), lane[0][0])
    return Lane(
        visit=first.visit or "",
        access_site=first.access_site or "",
        bars=tuple(_bar(administration, run, coding, reference) for administration, run in lane),
        gaps=tuple(Stretch(moment_of(start), moment_of(stop)) for start, stop in without(whole, running)),
        overlaps=tuple(_overlaps(lane)),
    )


def _overlaps(lane: Sequence[tuple[Administration, Run]]) -> Iterable[Stretch]:
    """Give each stretch in which the same two or more administrations ran."""
    edges = sorted({edge for _, run in lane for span in run.spans for edge in span})
    for start, stop in pairwise(edges):
        ids = tuple(
            administration.id
            for administration, run in lane
            if any(begin <= start and stop <= end for begin, end in run.spans)
        )
        if len(ids) > 1:
            yield Stretch(moment_of(start), moment_of(stop), ids)
