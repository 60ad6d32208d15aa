"""Prolonged infusions by pump: start, refill, and what the start already includes.

Sources: NCCI Policy Manual ch. XI B.10, N.5; HCPCS G0498 and CMS CR 9749; NCCI pairs 96416 with 96521 and 96522.
The descriptor of G0498 names an office or clinic; AHA Coding Clinic for HCPCS gives it to hospitals too.
"""

from __future__ import annotations

from collections.abc import Sequence

from onco_tui.derive.administration.given import Given
from onco_tui.derive.administration.sheet import Worksheet
from onco_tui.encounter.values import plain

PUMP_STARTS = frozenset({"96416", "G0498", "C8957", "96425"})
_OWN = frozenset({"practice", "office", "clinic", "hospital", "facility"})
_REFILL = {"portable": "96521", "external": "96521", "implantable": "96522"}


def code_pumps(given: Sequence[Given], sheet: Worksheet, *, stay_medicare: bool) -> None:
    """Code the start of prolonged pump infusions, once a date for each code."""
    started: dict[tuple[str, object], Given] = {}
    for item in given:
        code, why = _start(item, sheet, medicare=stay_medicare)
        if not code:
            sheet.leave((item.id,), f"{item.name}: {why}")
        elif (code, item.day) in started:
            sheet.leave((item.id,), f"{item.name}: a second pump start on one date is not reported")
        else:
            started[code, item.day] = item
            if length_of(item) is None:
                sheet.leave((item.id,), f"{item.name} by pump: its planned length is not charted", gap=True)
            sheet.earn(code, 1, [item], (f"{item.name} by pump, {_length(item)}: prolonged, over 8 hours", why))


def length_of(item: Given) -> int | None:
    """Give the minutes a pump was to run: as planned, else as charted; None when the chart has neither."""
    planned = item.administration.ordered_minutes
    return int(planned) if planned is not None else item.run.minutes


def _length(item: Given) -> str:
    planned = item.administration.ordered_minutes
    if planned is not None:
        return f"planned for {plain(planned)} min"
    return item.run.told if item.run.minutes is not None else "its planned length is not charted"


def _start(item: Given, sheet: Worksheet, *, medicare: bool) -> tuple[str, str]:
    if item.family != "chemotherapy":
        if sheet.reading.facility and medicare:
            return "C8957", "not chemotherapy, so the hospital's code for a pump over 8 hours"
        return "", "a prolonged pump infusion that is not chemotherapy has no code here"
    pump = item.administration.pump
    supplier = (pump.supplied_by or "").strip().casefold() if pump else ""
    if not medicare or pump is None or pump.kind != "portable":
        return "96416", "filling the pump is included"
    if supplier in _OWN and not sheet.reading.facility:
        return "G0498", "Medicare, the practice's own portable pump: start, pump, supplies and disconnect in one"
    if supplier and supplier not in _OWN:
        return "96416", f"the pump is supplied by {supplier}, not by the practice; filling is included"
    sheet.ask("portable_pump_start", (item.id,))
    why = "a hospital's own pump, for which both codes are published" if supplier else "its supplier is not charted"
    return sheet.reading.policy.portable_pump_start, why


def code_refills(given: Sequence[Given], sheet: Worksheet) -> None:
    """Code refills of pumps; on the date of a pump start, or beside G0498, they are included."""
    starts = [earned for earned in sheet.earned if earned.code in PUMP_STARTS]
    for item in given:
        included = next((e.code for e in starts if e.day == item.day or e.code == "G0498"), None)
        pump = item.administration.pump
        kind = pump.kind if pump else None
        if included:
            sheet.leave((item.id,), f"the refill is included in {included}")
        elif kind is None:
            sheet.leave((item.id,), "a pump was refilled, but the chart does not say which kind", gap=True)
        elif all(e.code != _REFILL[kind] or e.day != item.day for e in sheet.earned):
            sheet.earn(_REFILL[kind], 1, [item], (f"refill of a pump, {kind}",))
        else:
            sheet.leave((item.id,), f"{_REFILL[kind]} is reported once a date")
