"""Catheter services: declotting, flush, blood draw. Flush and draw count only when nothing else is reported.

Sources: NCCI Policy Manual ch. X 9 and 10, ch. XI B.9 and N.4; fee schedule status T of 36591, 36592 and 96523.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from onco_tui.derive.administration.given import Given, Visit
from onco_tui.derive.administration.minutes import at, minute_of
from onco_tui.derive.administration.reading import ChartReading
from onco_tui.derive.administration.sheet import Earned, Worksheet
from onco_tui.encounter.chart import Documentation, Procedure

_BY_KIND = {
    "venous_access_blood_draw": "36591",
    "port_blood_draw": "36591",
    "catheter_blood_draw": "36592",
    "picc_blood_draw": "36592",
    "port_flush": "96523",
    "pump_disconnect": "96523",
    "catheter_declotting": "36593",
    "declotting": "36593",
}
_HANDLED = frozenset(_BY_KIND.values())
_DRAWS = frozenset({"36591", "36592"})
# An established catheter, as against an implanted port.
_CATHETERS = ("picc", "hickman", "broviac", "groshong", "midline", "central line", "peripheral", "catheter")
_WITH_LABORATORY = ("8", "36415", "36416")


@dataclass(frozen=True, slots=True)
class _Access:
    """A flush, draw or declotting, charted as administration or procedure."""

    code: str
    day: date
    source: str
    visit: Visit
    site: str
    told: str


def code_declotting(given: Sequence[Given], sheet: Worksheet) -> None:
    """Code declotting once for each visit and catheter."""
    by_access: dict[tuple[Visit, str, date], list[Given]] = defaultdict(list)
    for item in given:
        by_access[item.visit, item.site, item.day].append(item)
    for items in by_access.values():
        names = " + ".join(dict.fromkeys(item.name for item in items))
        sheet.earn(
            "36593", 1, items, (f"{names} put into the catheter to dissolve a clot; separate from any infusion",)
        )


def code_ports(read: ChartReading, chart: Documentation, day: date | None, sheet: Worksheet) -> None:
    """Code flushes and draws after everything else is known, because anything else includes them."""
    found = [
        _Access("96523", item.day, item.id, item.visit, item.site, "the port was flushed")
        for item in read.given
        if item.form == "flush"
    ]
    if not (found or chart.procedures):
        return
    unsettled = {item.day: f"administration {item.id}" for item in read.given if item.form in {"beside", "elsewhere"}}
    others = ""
    for procedure in chart.procedures or ():
        code = _code_of(procedure)
        if code:
            found += _charted(procedure, code, day, read, sheet)
        elif procedure.code and not procedure.code.startswith(_WITH_LABORATORY):
            others = f"procedure {procedure.id}"
    others = _visit(chart) or others
    radiated = {fraction.date for course in chart.radiation_courses or () for fraction in course.fractions}
    for access in sorted(found, key=lambda a: (a.code == "96523", a.code != "36593", a.code, a.day, a.source)):
        same_day = "radiation" if access.day in radiated else unsettled.get(access.day, "")
        _code(access, others or same_day, sheet)


def _code_of(procedure: Procedure) -> str:
    return procedure.code if procedure.code in _HANDLED else _BY_KIND.get(procedure.kind or "", "")


def draw_code(procedure: Procedure) -> str:
    """Give the code of a blood draw from a port or catheter; empty when a procedure is something else."""
    code = _code_of(procedure)
    return code if code in _DRAWS else ""


def _charted(procedure: Procedure, code: str, day: date | None, read: ChartReading, sheet: Worksheet) -> list[_Access]:
    when = procedure.performed_at.date() if procedure.performed_at else day
    if when is None:
        sheet.leave((procedure.id,), f"procedure {procedure.id} has no date", gap=True)
        return []
    site = (procedure.access_site or "").casefold()
    if code == "36591" and procedure.code != "36591" and any(word in site for word in _CATHETERS):
        code = "36592"
    told = {"36591": "blood drawn from the port", "36592": "blood drawn from the catheter"}.get(code, "charted")
    if procedure.performed_at:
        told += f" at {at(minute_of(procedure.performed_at))}"
    return [_Access(code, when, procedure.id, read.visits.on(when), site, told)]


def _visit(chart: Documentation) -> str:
    visit = chart.visit
    if visit and (visit.mdm or visit.total_minutes or visit.separately_identifiable):
        return "a visit"
    return ""


def _code(access: _Access, others: str, sheet: Worksheet) -> None:
    beside = next((e.code for e in sheet.earned if _same_encounter(e, access)), "") or others
    if access.code == "36593":
        if all(e.code != "36593" or e.day != access.day for e in sheet.earned):
            _earn(access, sheet, f"{access.told}: declotting")
        return
    if beside:
        sheet.leave((access.source,), f"{access.told}: only reported when nothing else is, and {beside} is")
        return
    _earn(access, sheet, f"{access.told}, and nothing else but laboratory services is reported")


def _same_encounter(earned: Earned, access: _Access) -> bool:
    """Tell whether a service belongs to the same encounter: the date, or the visit when that lasts over dates."""
    return earned.day == access.day or earned.code == "G0498" or earned.visit == access.visit


def _earn(access: _Access, sheet: Worksheet, told: str) -> None:
    sheet.earned.append(
        Earned(access.code, 1, access.day, (access.source,), (told,), visit=access.visit, site=access.site)
    )
