"""Hydration: only minutes in which nothing else ran through the access, 31 of them at least.

Sources: NCCI Policy Manual ch. XI B.5, B.6 and B.16; CMS Claims Processing Manual ch. 12 section 30.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from onco_tui.derive.administration.accesses import ChartedAccess
from onco_tui.derive.administration.given import Given
from onco_tui.derive.administration.minutes import Spans, hydration_hours, total, union, without
from onco_tui.derive.administration.sheet import Hours, Service, Worksheet


@dataclass(frozen=True, slots=True)
class Hydration:
    """The hydration of one access. ``hours`` counts by date, the first hour too: as the initial service it is 96360."""

    service: Service
    hours: tuple[tuple[date, int], ...]
    told: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Minutes of hydration that no infusion interrupts, dated by the bag they came from."""

    day: date
    minutes: int


def hydration(access: ChartedAccess, sheet: Worksheet) -> Hydration | None:
    """Count hydration through one access beside what was infused and pushed there; None when too short.

    An infusion parts hydration into stretches; a push only takes its charted minutes.
    """
    timed = [item for item in access.fluids if item.run.minutes is not None]
    for item in access.fluids:
        if item.run.minutes is None:
            reason = f"{item.name} {item.run.told}: hydration without its times is not billable"
            sheet.leave((item.id,), reason, gap=True)
    if not timed:
        return None
    sources = tuple(item.id for item in timed)
    running = union(span for item in timed for span in item.run.spans)
    infused = access.infused
    if access.perhaps and without(without(running, infused), access.perhaps) != without(running, infused):
        sheet.ask("hydration_beside_open_end", sources)
        if "hydration_beside_open_end" in sheet.reading.otherwise:
            infused = union(infused + access.perhaps)
    free = without(running, union(infused + access.pushed))
    stretches = _stretches(timed, infused, free)
    if len(stretches) > 1:
        sheet.ask("hydration_segments", sources)
    together = sheet.reading.policy.hydration_segments == "add_up"
    hours = _hours(stretches, together=together)
    told = _told(timed, running, free)
    if not hours:
        sheet.leave(sources, f"{'; '.join(told)}; hydration needs 31")
        return None
    service = Service("hydration", "infusion", timed[0].run.start, stretches[0].day, sources, told)
    return Hydration(service, hours, _hours_told(stretches, sum(units for _, units in hours), together=together))


def _stretches(timed: Sequence[Given], infused: Spans, free: Spans) -> list[_Stretch]:
    """Give the free minutes of each stretch of hydration; bags that run on without a break keep their first date."""
    found = []
    for bags in _running_on(timed):
        charted = union((item.run.start or 0, item.run.stop or 0) for item in bags)
        minutes = (total(free) - total(without(free, (stretch,))) for stretch in without(charted, infused))
        found += [_Stretch(bags[0].day, count) for count in minutes if count]
    return found


def _running_on(timed: Sequence[Given]) -> list[list[Given]]:
    """Gather the bags, in clock order, that ran on without a break."""
    found: list[list[Given]] = []
    until = 0
    for item in timed:
        start, stop = item.run.start or 0, item.run.stop or 0
        if found and start <= until:
            found[-1].append(item)
        else:
            found.append([item])
        until = max(until, stop)
    return found


def _hours(stretches: Sequence[_Stretch], *, together: bool) -> tuple[tuple[date, int], ...]:
    """Give the hours of each date, each hour to the stretch that completed it."""
    found = []
    minutes = counted = 0
    for stretch in stretches:
        if not together:
            minutes = counted = 0
        minutes += stretch.minutes
        if more := hydration_hours(minutes) - counted:
            found.append((stretch.day, more))
            counted += more
    return tuple(found)


def _hours_told(stretches: Sequence[_Stretch], hours: int, *, together: bool) -> str:
    marks = "31 min earn the first, 91 the second, and so on"
    words = " and ".join(f"{stretch.minutes} min" for stretch in stretches)
    if together:
        words = f"{sum(stretch.minutes for stretch in stretches)} min"
    elif len(stretches) > 1:
        words += ", each by itself,"
    return f"hydration of {words} makes {hours} hour{'s' if hours > 1 else ''}: {marks}"


def _told(timed: Sequence[Given], running: Spans, free: Spans) -> tuple[str, ...]:
    told = [f"{item.name} {item.run.told}" for item in timed]
    if len(timed) > 1:
        told.append(f"together {total(running)} min")
    if taken := total(running) - total(free):
        told.append(f"less {taken} min beside another service leaves {total(free)} min of hydration")
    return tuple(told)


def hydration_units(found: Hydration, *, initial: bool) -> tuple[Hours, ...]:
    """Give the 96361 units by date: all hours, or those past the first when hydration is the initial service."""
    told = f"{found.told}; the first of them is 96360" if initial else found.told
    because = "; ".join((*found.service.because, told))
    (day, first), *later = found.hours
    counted = ((day, first - 1), *later) if initial else found.hours
    return tuple(Hours(day, units, found.service.sources, because) for day, units in counted if units)
