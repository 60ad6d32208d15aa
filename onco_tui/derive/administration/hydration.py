"""Hydration: only minutes in which nothing else ran through the access, 31 of them at least.

Sources: NCCI Policy Manual ch. XI B.5, B.6 and B.16; CMS Claims Processing Manual ch. 12 section 30.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onco_tui.derive.administration.given import Given
from onco_tui.derive.administration.minutes import Spans, hydration_hours, total, union, without
from onco_tui.derive.administration.sheet import Hours, Service, Worksheet


@dataclass(frozen=True, slots=True)
class Hydration:
    """The hydration of one access. ``hours`` counts the first hour too; as the initial service that is 96360."""

    service: Service
    hours: int
    told: str


def hydration(fluids: Sequence[Given], infused: Spans, pushed: Spans, sheet: Worksheet) -> Hydration | None:
    """Count hydration through one access beside what was infused and pushed there; None when too short.

    An infusion parts hydration into segments; a push only takes its charted minutes.
    """
    timed = [item for item in fluids if item.run.minutes is not None]
    for item in fluids:
        if item.run.minutes is None:
            sheet.leave(
                (item.id,), f"{item.name} {item.run.told}: hydration without its times is not billable", gap=True
            )
    if not timed:
        return None
    running = union(span for item in timed for span in item.run.spans)
    free = without(running, union(infused + pushed))
    sources = tuple(item.id for item in timed)
    segments = _segments(timed, infused, free)
    if len(segments) > 1:
        sheet.ask("hydration_segments", sources)
    counted = [sum(segments)] if sheet.reading.policy.hydration_segments == "add_up" else segments
    hours = sum(map(hydration_hours, counted))
    told = _told(timed, running, free)
    if not hours:
        sheet.leave(sources, f"{'; '.join(told)}; hydration needs 31")
        return None
    service = Service("hydration", "infusion", timed[0].run.start, timed[0].day, sources, told)
    marks = "31 min earn the first, 91 the second, and so on"
    words = " and ".join(f"{minutes} min" for minutes in counted)
    if len(counted) > 1:
        words += ", each by itself,"
    return Hydration(service, hours, f"hydration of {words} makes {hours} hour{'s' if hours > 1 else ''}: {marks}")


def _segments(timed: Sequence[Given], infused: Spans, free: Spans) -> list[int]:
    """Give the free minutes of each stretch of hydration that no infusion interrupts."""
    charted = union((item.run.start or 0, item.run.stop or 0) for item in timed)
    stretches = without(charted, infused)
    minutes = (total(free) - total(without(free, (stretch,))) for stretch in stretches)
    return [count for count in minutes if count]


def _told(timed: Sequence[Given], running: Spans, free: Spans) -> tuple[str, ...]:
    told = [f"{item.name} {item.run.told}" for item in timed]
    if len(timed) > 1:
        told.append(f"together {total(running)} min")
    if taken := total(running) - total(free):
        told.append(f"less {taken} min beside another service leaves {total(free)} min of hydration")
    return tuple(told)


def hydration_units(found: Hydration, *, initial: bool) -> tuple[Hours, ...]:
    """Give the 96361 units: all hours, or those past the first when hydration is the initial service."""
    units = found.hours - 1 if initial else found.hours
    if not units:
        return ()
    service = found.service
    told = f"{found.told}; the first of them is 96360" if initial else found.told
    return (Hours(service.day, units, service.sources, "; ".join((*service.because, told))),)
