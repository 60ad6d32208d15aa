"""Sorts what was read by visit, form and access site; the same for every reading of the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from onco_tui.codesets.reference import Reference
from onco_tui.derive.administration.doses import Dose, infused_doses, pushed_doses
from onco_tui.derive.administration.given import THROUGH_ACCESS, Given, Reading, Visit
from onco_tui.derive.administration.minutes import DAY, Spans, union
from onco_tui.derive.administration.pumps import length_of
from onco_tui.derive.administration.reading import ChartReading, read_chart
from onco_tui.derive.administration.service import PROLONGED, Form
from onco_tui.derive.administration.sheet import Worksheet
from onco_tui.derive.result import NotDerived
from onco_tui.encounter.document import Encounter

Answer = TypeVar("Answer")
_INFUSED: tuple[Form, ...] = ("infusion", "pump", "beside")


@dataclass(frozen=True, slots=True)
class ChartedAccess:
    """What went through one access in one visit, doses by drug.

    ``infused`` is when something other than hydration ran, ``pushed`` when a push took its charted minutes,
    ``perhaps`` when something whose times are not all charted may have run. ``parts`` keeps what the first reading
    worked out.
    """

    visit: Visit
    site: str
    infusions: Mapping[str, Sequence[Dose]]
    pushes: Mapping[str, Sequence[Dose]]
    fluids: Sequence[Given]
    infused: Spans
    pushed: Spans
    perhaps: Spans
    sources: tuple[str, ...]
    parts: dict[object, tuple[object, Worksheet]] = field(default_factory=dict)

    def once(self, key: object, sheet: Worksheet, work: Callable[[Worksheet], Answer]) -> Answer:
        """Do a part of the work; another reading takes it from the first unless it met the question answered otherwise.

        What the part leaves and asks is noted on the sheet.
        """
        kept = self.parts.get(key)
        if kept is None or not (sheet.flipped or frozenset()).isdisjoint(kept[1].asked):
            part = Worksheet(sheet.reading, sheet.flipped)
            kept = (work(part), part)
            if sheet.asking:
                self.parts[key] = kept
        sheet.take(kept[1])
        return kept[0]  # type: ignore[return-value]  # what the key's own work gave


@dataclass(frozen=True, slots=True)
class ChartedVisit:
    """One visit: everything by form, and what went through each access, first used first."""

    given: Sequence[Given]
    forms: Mapping[Form, Sequence[Given]]
    accesses: tuple[ChartedAccess, ...]


@dataclass(frozen=True, slots=True)
class Charted:
    """A chart that was read and sorted."""

    reading: ChartReading
    visits: tuple[ChartedVisit, ...]
    left: tuple[NotDerived, ...]

    @property
    def given(self) -> tuple[Given, ...]:
        """Everything that counts, in clock order."""
        return self.reading.given


def charted(encounter: Encounter, reference: Reference, reading: Reading) -> Charted:
    """Read the chart of an encounter and sort it."""
    chart = read_chart(encounter, reference, reading)
    left = list(chart.left)
    visits: dict[Visit, list[Given]] = defaultdict(list)
    for item in chart.given:
        visits[item.visit].append(item)
    return Charted(chart, tuple(_visit(given, left) for given in visits.values()), tuple(left))


def _visit(given: Sequence[Given], left: list[NotDerived]) -> ChartedVisit:
    forms: dict[Form, list[Given]] = defaultdict(list)
    accesses: dict[tuple[Visit, str], dict[Form, list[Given]]] = {}
    for item in given:
        form = _form(item)
        forms[form].append(item)
        if form in THROUGH_ACCESS:
            accesses.setdefault((item.visit, item.site), defaultdict(list))[form].append(item)
    return ChartedVisit(given, forms, tuple(_access(*key, found, left) for key, found in accesses.items()))


def _form(item: Given) -> Form:
    """Count a pump infusion of eight hours or less as an infusion in the chair."""
    if item.form != "pump":
        return item.form
    length = length_of(item)
    return "infusion" if length is not None and length <= PROLONGED else "pump"


def _access(visit: Visit, site: str, found: Mapping[Form, list[Given]], left: list[NotDerived]) -> ChartedAccess:
    ran = [span for form in _INFUSED for item in found[form] for span in _running(item)]
    return ChartedAccess(
        visit=visit,
        site=site,
        infusions=infused_doses(found["infusion"]),
        pushes=pushed_doses(_own_syringes(found, left)),
        fluids=found["fluid"],
        infused=union(ran + _blood(found["transfusion"])),
        pushed=tuple(span for item in found["push"] for span in item.run.spans),
        perhaps=union(span for form in _INFUSED for item in found[form] for span in _perhaps(item)),
        sources=tuple(item.id for form in ("infusion", "push", "fluid") for item in found[form]),
    )


def _own_syringes(found: Mapping[Form, list[Given]], left: list[NotDerived]) -> Iterable[Given]:
    """Leave out a bolus that came from the bag of an infusion: it is part of that infusion."""
    bags = {item.bag for item in found["infusion"] if item.bag}
    if not bags:
        return found["push"]
    kept = []
    for item in found["push"]:
        if item.bag in bags:
            reason = f"{item.name}: a bolus from the bag of an infusion is part of the infusion"
            left.append(NotDerived((item.id,), reason))
        else:
            kept.append(item)
    return kept


def _running(item: Given) -> Spans:
    """Give the stretches an infusion takes from its access; a pump without a stop runs as long as planned."""
    if item.run.spans or item.form != "pump" or item.run.start is None:
        return item.run.spans
    return ((item.run.start, item.run.start + (length_of(item) or 0)),)


def _perhaps(item: Given) -> Spans:
    """Give the stretch an infusion of unknown length may have run: as planned, else without an end."""
    run, planned = item.run, item.administration.ordered_minutes
    if run.minutes is not None or item.administration.route == "iv_push":
        return ()
    length = int(planned) if planned is not None else DAY
    if run.start is not None:
        return ((run.start, run.start + length),)
    return ((run.stop - length, run.stop),) if run.stop is not None else ()


def _blood(given: Sequence[Given]) -> list[tuple[int, int]]:
    """Give the stretch from the first unit of blood of a date to the last; fluid between units is never hydration."""
    days: dict[date, list[tuple[int, int]]] = defaultdict(list)
    for item in given:
        days[item.day] += item.run.spans
    return [(min(units)[0], max(stop for _, stop in units)) for units in days.values() if units]
