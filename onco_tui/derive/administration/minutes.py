"""Minutes of an administration: running stretches, pauses, midnight, and the arithmetic of overlaps.

Clock times are whole minutes on one running clock, so midnight needs no care. A stretch runs from its first minute up
to, not including, its last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from onco_tui.encounter.chart import Administration, Amount, Pause
from onco_tui.encounter.values import plain

Spans = tuple[tuple[int, int], ...]

DAY = 24 * 60
_OVER_MIDNIGHT = 12 * 60
_LONGEST = 31 * DAY
_LAST = date.max.toordinal() * DAY
_PER_HOUR = {"ml/hr": 60, "ml/h": 60, "ml/hour": 60, "ml/min": 1}


def minute_of(moment: datetime) -> int:
    """Give a clock time as minutes on the running clock."""
    return moment.toordinal() * DAY + moment.hour * 60 + moment.minute


def moment_of(minute: int) -> datetime:
    """Give the clock time of a minute on the running clock."""
    day = date.fromordinal(minute // DAY)
    return datetime(day.year, day.month, day.day, minute % DAY // 60, minute % 60)  # noqa: DTZ001  charts carry no zone


def day_of(minute: int) -> date:
    """Give the date of a minute on the running clock."""
    return date.fromordinal(minute // DAY)


def at(minute: int, since: int | None = None) -> str:
    """Write a clock time; a time on another day than ``since`` carries its date."""
    text = f"{minute % DAY // 60:02}:{minute % 60:02}"
    return text if since is None or since // DAY == minute // DAY else f"{text} on {day_of(minute)}"


def union(spans: Iterable[tuple[int, int]]) -> Spans:
    """Join stretches that touch or overlap, in order."""
    ordered = sorted(spans)
    if len(ordered) == 1 and ordered[0][0] < ordered[0][1]:
        return (ordered[0],)
    joined: list[tuple[int, int]] = []
    for start, stop in ordered:
        if stop <= start:
            continue
        if joined and start <= joined[-1][1]:
            if stop > joined[-1][1]:
                joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return tuple(joined)


def without(spans: Spans, taken: Spans) -> Spans:
    """Give what is left of ``spans`` outside ``taken``; both are in order and free of overlaps."""
    if not taken or not spans or spans[-1][1] <= taken[0][0] or taken[-1][1] <= spans[0][0]:
        return spans
    left: list[tuple[int, int]] = []
    for start, stop in spans:
        begin = start
        for other_start, other_stop in taken:
            if other_stop <= begin:
                continue
            if other_start >= stop:
                break
            if other_start > begin:
                left.append((begin, other_start))
            begin = other_stop
        if begin < stop:
            left.append((begin, stop))
    return tuple(left)


def total(spans: Spans) -> int:
    """Add up the minutes of stretches."""
    minutes = 0
    for start, stop in spans:
        minutes += stop - start
    return minutes


def hours_beyond_first(minutes: int) -> int:
    """Count additional hours of a timed infusion: each needs 31 minutes past the last full hour, so 91, 151, 211."""
    return (minutes - 31) // 60 if minutes > 90 else 0


def hydration_hours(minutes: int) -> int:
    """Count hydration hours, the first included: 31 minutes earn the first, 91 the second."""
    return 1 + (minutes - 31) // 60 if minutes > 30 else 0


@dataclass(frozen=True, slots=True)
class Run:
    """When one administration ran. ``minutes`` is None when the chart does not say how long.

    ``told`` says it in words, ``faults`` what in the charted times contradicts itself, ``computed`` is True when the
    stop follows from volume and rate.
    """

    start: int | None
    stop: int | None
    spans: Spans
    minutes: int | None
    told: str
    faults: tuple[str, ...] = ()
    computed: bool = False


def run_of(administration: Administration, *, compute: bool) -> Run:
    """Read the charted times; with ``compute`` a missing one follows from volume and rate when both are charted."""
    start = minute_of(administration.start) if administration.start else None
    stop = minute_of(administration.stop) if administration.stop else None
    faults: list[str] = []
    if start is not None and stop is not None:
        stop = _sound_stop(start, stop, faults)
    length = None
    if compute and not faults and (start is None) != (stop is None):
        length = _length(administration)
        if length is not None and start is not None:
            stop = min(start + length, _LAST)
        elif length is not None and stop is not None:
            start = max(stop - length, DAY)
    if stop is not None and any(pause.from_ is None or pause.to is None for pause in administration.pauses):
        faults.append("a pause is charted without its start or its end")
        stop = None
    if start is None or stop is None:
        return Run(start, stop, (), None, _partly_told(start, stop), tuple(faults))
    paused = _paused(administration.pauses, start, stop, faults) if administration.pauses else ()
    spans = without(((start, stop),), paused) if stop > start else ()
    minutes = total(spans)
    told = f"{at(start)} to {at(stop, start)} is {stop - start} min"
    if length is not None:
        told += f" ({_volume_and_rate(administration)})"
    if paused:
        told += f", less {total(paused)} min paused, {minutes} min"
    return Run(start, stop, spans, minutes, told, tuple(faults), computed=length is not None)


def _sound_stop(start: int, stop: int, faults: list[str]) -> int | None:
    """Give the stop; one before the start is past midnight when that makes at most 12 hours, else it cannot be."""
    if stop < start and stop + DAY - start <= _OVER_MIDNIGHT and stop + DAY < _LAST:
        return stop + DAY
    if stop < start:
        faults.append(f"the stop at {at(stop)} is before the start at {at(start, stop)}")
        return None
    if stop - start > _LONGEST:
        faults.append(f"the stop at {at(stop, start)} is more than a month after the start")
        return None
    return stop


def _partly_told(start: int | None, stop: int | None) -> str:
    if start is not None:
        return f"started at {at(start)}"
    return f"stopped at {at(stop)}" if stop is not None else "no times charted"


def _paused(pauses: tuple[Pause, ...], start: int, stop: int, faults: list[str]) -> Spans:
    """Give the paused stretches inside the run; a pause that cannot be is told, not subtracted."""
    inside: list[tuple[int, int]] = []
    for pause in pauses:
        if pause.from_ is None or pause.to is None:
            continue  # its run has no known length and never comes here
        begin, end = minute_of(pause.from_), minute_of(pause.to)
        if end < begin:
            faults.append(f"the pause from {at(begin)} ends at {at(end, begin)}, before it begins")
        elif end <= start or begin >= stop:
            faults.append(f"the pause from {at(begin)} to {at(end, begin)} lies outside the infusion")
        else:
            inside.append((max(begin, start), min(end, stop)))
    return union(inside)


def _fluid(administration: Administration) -> Amount | None:
    return administration.volume or administration.dose


def _length(administration: Administration) -> int | None:
    """Give whole minutes from volume (mL) and rate (mL an hour or a minute); None unless both are charted so."""
    volume, rate = _fluid(administration), administration.rate
    if volume is None or rate is None or volume.unit.strip().casefold() != "ml":
        return None
    per = _PER_HOUR.get(rate.unit.strip().casefold().replace(" ", "").replace("per", "/"))
    if per is None or rate.amount <= 0 or volume.amount <= 0:
        return None
    return min(int(volume.amount * per / rate.amount), _LONGEST)


def _volume_and_rate(administration: Administration) -> str:
    volume, rate = _fluid(administration), administration.rate
    return " at ".join(f"{plain(Decimal(a.amount))} {a.unit}" for a in (volume, rate) if a)
