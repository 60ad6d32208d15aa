"""Editions of code sets: what they are called, the dates they speak for, and how a file's name or title says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal[
    "icd10cm",
    "hcpcs",
    "cpt_status",
    "ncci_ptp",
    "ncci_mue",
    "ncci_addon",
    "asp_price",
    "asp_ndc",
    "mpfs",
    "place_of_service",
    "adjustment_codes",
    "cpt_labels",
]
ClaimType = Literal["professional", "institutional", "dme", ""]
"""Which claims a table is for; ``dme`` is the MUE table of suppliers, empty means any claim."""

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
"""The month by the first three letters of its name, lower case."""

_MONTH = rf"({'|'.join(MONTHS)})[a-z]*"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of one table. A date of service after ``effective_to`` makes its answers stale.

    ``reaches_back_to`` is the earliest date of service it can answer for; ``partial`` marks an extract, in which a
    missing row means nothing.
    """

    id: int
    kind: Kind
    edition: str
    claim_type: ClaimType
    effective_from: date
    effective_to: date | None
    reaches_back_to: date
    partial: bool
    rows: int
    sha256: str
    source: str
    imported_on: date | None
    shipped: bool

    def stale_on(self, day: date) -> bool:
        """Tell whether a newer edition must exist by this day."""
        return self.effective_to is not None and day > self.effective_to


@dataclass(frozen=True, slots=True)
class Period:
    """The name of an edition and its first and last date."""

    name: str
    start: date
    end: date


def quarter(day: date) -> Period:
    """Give the calendar quarter of a day: ``2024Q3``."""
    number = (day.month - 1) // 3
    start = date(day.year, 3 * number + 1, 1)
    after = date(day.year + (number == 3), 1 if number == 3 else 3 * number + 4, 1)
    return Period(f"{day.year}Q{number + 1}", start, after - timedelta(days=1))


def fiscal_year(year: int, start: date | None = None) -> Period:
    """Give an ICD-10-CM year (October to September): ``FY2026``, or ``FY2026-04`` for an update within the year."""
    first, last = date(year - 1, 10, 1), date(year, 9, 30)
    if start is None or not first < start <= last:
        return Period(f"FY{year}", first, last)
    return Period(f"FY{year}-{start.month:02}", start, last)


def day_in(text: str) -> date | None:
    """Find the first day of the edition a title or file name speaks of; None when it names no year and month.

    Knows ``2024Q3``, NCCI versions (``v302r0``), ``Eff_07-01-2024``, ``October 1, 2025``, ``2024-06-03``, ``JAN2026``,
    ``RVU23D``, ``rvu26ar``, ``PPRRVU23_OCT``, ``effective-07012026``.
    """
    text = text.lower()
    for pattern, reading in _READINGS:
        if (found := pattern.search(text)) and (day := reading(*found.groups())):
            return day
    return None


def year_in(text: str) -> int | None:
    """Find a year in a title or file name."""
    found = re.search(r"(?<!\d)(20\d\d)(?!\d)", text)
    return int(found[1]) if found else None


def edition_named(name: str) -> Period | None:
    """Read the name of an edition as a person gives it: ``2024Q3``, ``2026-04``, ``FY2026``, ``FY2026-04``."""
    if name.upper().startswith("FY"):
        year, day = year_in(name[2:]), day_in(name[2:])
        return fiscal_year(year, day) if year else None
    year, day = year_in(name), day_in(name)
    if day:
        return quarter(day)
    return quarter(date(year, 1, 1)) if year else None


def _day(year: int, month: int, day: int = 1) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_READINGS = (
    (re.compile(r"(?<!\d)(20\d\d)[-_ ]?q([1-4])(?!\d)"), lambda y, q: _day(int(y), 3 * int(q) - 2)),
    # NCCI version 30.2 is July 2024: one version a year since 1994, one release a quarter.
    (re.compile(r"v(\d\d)\.?([0-3])(?:r\d|$|[-_ .])"), lambda v, q: _day(1994 + int(v), 3 * int(q) + 1)),
    (re.compile(r"(?<!\d)(\d\d?)[-/_.](\d\d?)[-/_.](20\d\d)(?!\d)"), lambda m, d, y: _day(int(y), int(m), int(d))),
    (re.compile(r"(?<!\d)(20\d\d)[-_.](\d\d)[-_.](\d\d)(?!\d)"), lambda y, m, d: _day(int(y), int(m), int(d))),
    (re.compile(rf"(?<![a-z]){_MONTH}[-_ .,]*\d?\d?[-_ ,]*(20\d\d)(?!\d)"), lambda m, y: _day(int(y), MONTHS[m])),
    (re.compile(rf"(?<!\d)(20\d\d)[-_ ]*{_MONTH}"), lambda y, m: _day(int(y), MONTHS[m])),
    (re.compile(rf"rvu(?:20)?(\d\d)[-_ ]?{_MONTH}"), lambda y, m: _day(2000 + int(y), MONTHS[m])),
    (re.compile(r"rvu(?:20)?(\d\d)([a-d])r?(?![a-z])"), lambda y, r: _day(2000 + int(y), 3 * "abcd".index(r) + 1)),
    (re.compile(r"(?<!\d)(20\d\d)[-_](\d\d)(?!\d)"), lambda y, m: _day(int(y), int(m))),
    (
        re.compile(rf"(?<!\d)(20\d\d)\b.{{0,80}}?\b{_MONTH} release"),
        lambda y, m: _day(int(y), MONTHS[m]),
    ),
    (re.compile(r"(?<!\d)(\d\d)(\d\d)(20\d\d)(?!\d)"), lambda m, d, y: _day(int(y), int(m), int(d))),
    (re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)"), lambda y, m, d: _day(int(y), int(m), int(d))),
)
