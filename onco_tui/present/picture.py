"""What the timeline pane shows: the infusions of a visit as bars, or the weeks of a radiation course as a calendar.

Both are lists: a head, rows to move through, and for each row the reasons it stands for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from onco_tui.derive.administration.timeline import Bar, Timeline
from onco_tui.derive.result import Derivation
from onco_tui.encounter.chart import RadiationCourse
from onco_tui.encounter.values import plain
from onco_tui.present.glyphs import BAR_INFUSION, BAR_POINT, MARK
from onco_tui.present.spans import Role, Row, Span, entry, span
from onco_tui.present.timeline import BarTable

_WEEK = 7


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A row of a picture. ``about`` names the records it stands for; ``earned`` the codes; ``why`` the reasons."""

    row: Row
    about: tuple[str, ...] = ()
    earned: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a width; empty when the chart has nothing on the clock or the calendar."""

    title: str
    head: tuple[Row, ...]
    rows: tuple[PictureRow, ...]


def picture_of(timeline: Timeline, courses: Sequence[RadiationCourse], derivation: Derivation, cells: int) -> Picture:
    """Draw the infusions when there are any, else the radiation courses."""
    bars = [(lane, bar) for lane in timeline.lanes for bar in lane.bars]
    if timeline.start is not None and timeline.stop is not None and bars:
        table = BarTable(timeline, cells)
        scale = span(f"1 cell = {table.step} min, {MARK} after 15, 30 and 60 min", Role.LABEL)
        rows = (*(_bar_row(table.row(bar, lane), bar) for lane, bar in bars), *map(_untimed, timeline.untimed))
        return Picture("Timeline", ((scale,), table.axis()), rows)
    weeks = tuple(row for course in courses for row in _weeks(course, derivation))
    if not weeks:
        return Picture("Timeline", (), ())
    heading = span("           Mo Tu We Th Fr Sa Su", Role.LABEL)
    key = span(f"{BAR_INFUSION} fraction, {BAR_POINT} two that day, m managed, s simulated, p planned", Role.LABEL)
    return Picture("Radiation calendar", ((key,), (heading,)), weeks)


def why_rows(row: PictureRow | None, cells: int) -> list[Row]:
    """Say what the selected row earned, and why."""
    if row is None:
        return [(span("nothing is charted with a time"),)]
    rows = entry("earned", ", ".join(row.earned) or "nothing of its own", cells, Role.HEADING)
    for reason in row.why:
        rows += entry("", reason, cells)
    return rows


def _bar_row(row: Row, bar: Bar) -> PictureRow:
    earned = tuple(f"{choice.code} x {plain(choice.units)}" for choice in bar.earned)
    return PictureRow(row, (bar.administration,), earned, bar.why)


def _untimed(bar: Bar) -> PictureRow:
    return _bar_row((span(f"{bar.drug}: no start charted", Role.WARNING),), bar)


def _weeks(course: RadiationCourse, derivation: Derivation) -> Iterator[PictureRow]:
    """Give a row a week, with the count of fractions so far and what the course earned."""
    days = sorted({fraction.date for fraction in course.fractions})
    marked = sorted({*days, *course.management_visits, *course.simulated_on, *filter(None, [course.planned_on])})
    if not marked:
        return
    lines = [line for line in derivation.lines if course.course_id in line.sources]
    units: Counter[str] = Counter()
    for line in lines:
        units[line.code] += int(line.units)
    earned = tuple(f"{code} x {count}" for code, count in units.items())
    why = tuple(dict.fromkeys(reason for line in lines for reason in line.because))
    monday = marked[0] - timedelta(days=marked[0].weekday())
    count = 0
    while monday <= marked[-1]:
        week = [monday + timedelta(days=n) for n in range(_WEEK)]
        count += sum(1 for fraction in course.fractions if fraction.date in week)
        if any(day in marked for day in week):
            total = f" of {course.prescribed_fractions}" if course.prescribed_fractions else ""
            label = span(f"{monday.isoformat()} ", Role.LABEL)
            cells = [_day(course, day) for day in week]
            done = span(f" {count}{total}", Role.NUMBER)
            name = span(f"  {course.site or course.course_id}")
            yield PictureRow((label, *cells, done, name), (course.course_id,), earned, why)
        monday += timedelta(days=_WEEK)


def _day(course: RadiationCourse, day: date) -> Span:
    sessions = sum(fraction.date == day for fraction in course.fractions)
    mark = BAR_INFUSION if sessions == 1 else BAR_POINT if sessions else " "
    for days, letter in (
        (course.management_visits, "m"), (course.simulated_on, "s"), ((course.planned_on,), "p"),
    ):  # fmt: skip
        if day in days:
            return span(f"{mark}{letter} ", Role.CODE)
    return span(f"{mark}  " if sessions else "·  ", Role.CODE if sessions else Role.LABEL)
