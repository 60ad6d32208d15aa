"""Which administrations make one visit: by charted name and date, over midnight as long as the patient stayed.

One visit has one initial service (NCCI Policy Manual ch. XI B.2). Who comes back on another date comes for another
visit; a stay in a hospital over several dates is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from onco_tui.derive.administration.given import Given, Reading, Visit
from onco_tui.derive.administration.minutes import DAY, day_of
from onco_tui.derive.administration.pumps import length_of
from onco_tui.derive.administration.questions import Question
from onco_tui.derive.administration.service import PROLONGED

# With less than this between two services over midnight nobody went home.
_AWAY = 6 * 60
_EVENING, _MORNING = 22 * 60, 6 * 60


@dataclass(slots=True)
class _Dates:
    """Dates on which the patient never left, what was given then, and the minute of the last of it."""

    first: date
    last: date
    given: list[Given]
    until: int | None


@dataclass(slots=True)
class Visits:
    """The visit of each date, for what names none, and what the chart leaves open about them."""

    of_date: dict[date, Visit] = field(default_factory=dict)
    asked: dict[Question, list[str]] = field(default_factory=dict)

    def on(self, day: date, name: str = "") -> Visit:
        """Give the visit of a date; what names none joins the first named one."""
        first, known = self.of_date.get(day, (day, ""))
        return (first, name or known)


def visits_among(given: Sequence[Given], reading: Reading) -> Visits:
    """Sort what was given, in clock order, into visits."""
    found = Visits()
    by_date: dict[date, list[Given]] = defaultdict(list)
    for item in given:
        by_date[item.day].append(item)
    together = _without_leaving(by_date)
    if reading.facility and len(together) > 1:
        together = _stays(together, reading, found.asked)
    for dates in together:
        name = next((item.visit[1] for item in dates.given if item.visit[1]), "")
        for number in range(dates.first.toordinal(), dates.last.toordinal() + 1):
            found.of_date[date.fromordinal(number)] = (dates.first, name)
    return found


def _without_leaving(by_date: Mapping[date, list[Given]]) -> list[_Dates]:
    """Join each date to the one before when something ran over midnight or too little time lay between."""
    joined: list[_Dates] = []
    for day, items in sorted(by_date.items()):
        begun = min((minute for item in items if (minute := _begun(item)) is not None), default=None)
        until = max((minute for item in items if (minute := _until(item)) is not None), default=None)
        before = joined[-1] if joined else None
        if before and (day <= before.last or _stayed(before.until, begun)):
            before.given += items
            before.until = max(before.until or 0, until or 0) or None
            before.last = max(before.last, day if until is None else day_of(until))
        else:
            joined.append(_Dates(day, day if until is None else day_of(until), items, until))
    return joined


def _stayed(until: int | None, begun: int | None) -> bool:
    return until is not None and begun is not None and begun - until < _AWAY


def _begun(item: Given) -> int | None:
    return item.run.start if item.run.start is not None else item.run.stop


def _until(item: Given) -> int | None:
    """Give the minute to which an administration kept the patient; one by a prolonged pump goes home."""
    away = item.administration.pump is not None or item.form == "pump"
    if item.run.stop is None or (away and (length_of(item) or 0) > PROLONGED):
        return item.run.start
    return item.run.stop


def _stays(found: Sequence[_Dates], reading: Reading, asked: dict[Question, list[str]]) -> list[_Dates]:
    """Join dates that follow each other when something was given at night: then they are a stay, not a series."""
    stays: list[_Dates] = []
    for series in _following(found):
        if len(series) > 1:
            night = any(_at_night(item) for dates in series for item in dates.given)
            question: Question = "stay_as_days" if night else "days_as_stay"
            asked.setdefault(question, []).extend(item.id for dates in series for item in dates.given)
            if night != (question in reading.otherwise):
                given = [item for dates in series for item in dates.given]
                stays.append(_Dates(series[0].first, series[-1].last, given, series[-1].until))
                continue
        stays += series
    return stays


def _following(found: Iterable[_Dates]) -> list[list[_Dates]]:
    series: list[list[_Dates]] = []
    for dates in found:
        if series and dates.first - series[-1][-1].last == timedelta(days=1):
            series[-1].append(dates)
        else:
            series.append([dates])
    return series


def _at_night(item: Given) -> bool:
    begun, until = _begun(item), _until(item)
    if begun is None or until is None:
        return False
    clock = begun % DAY
    return clock < _MORNING or clock >= _EVENING or clock + until - begun > _EVENING
