"""A documented administration in rows: drug and route, clock times and minutes, dose, vials and waste."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.chart import Administration, Amount, Vial
from onco_tui.encounter.counting import counted
from onco_tui.encounter.values import plain
from onco_tui.present.fact import BASE, Fact, labelled
from onco_tui.present.spans import Role, Span, crop_row, fit, join, span

NOT_CHARTED = "not charted"


def administration_facts(
    given: Administration, cells: int, *, drug_line: bool = False, supported: Sequence[DerivedLine] = ()
) -> list[Fact]:
    """Show one administration; what the chart leaves out is said where a coder would look for it.

    For a drug line the amounts are set out as a sum: given + discarded = opened, with the units of the lines
    ``supported``.
    """
    base = f"administrations[{given.id}]"
    title = join(
        (
            span(given.id, Role.LABEL),
            span(given.drug or "drug not named", Role.HEADING if given.drug else Role.WARNING),
            span(given.hcpcs or "", Role.CODE),
            span((given.drug_class or "").replace("_", " "), Role.LABEL),
        )
    )
    facts = [Fact(title, tuple(f"{BASE}{base}.{part}" for part in ("id", "drug", "hcpcs", "drug_class", "ndc")))]
    route = " for ".join(_words(part) for part in (given.route, given.purpose) if part) or NOT_CHARTED
    site = f", site {given.access_site}" if given.access_site else ""
    bag = f", bag {given.bag}" if given.bag else ""
    facts += labelled(
        "route", route + site + bag, cells, *(f"{base}.{p}" for p in ("route", "purpose", "access_site", "bag"))
    )
    facts += labelled("time", time_words(given), cells, f"{base}.start", f"{base}.stop", f"{base}.pauses")
    for pause in given.pauses:
        facts += labelled("paused", f"{_end(pause.from_)} to {_end(pause.to)}", cells, f"{base}.pauses")
    facts += (drug_sum(given, cells, supported) if drug_line else []) or _amounts(given, base, cells)
    return facts + list(_provenance(given, base, cells))


def _words(text: str) -> str:
    return text.replace("_", " ")


def _clock(at: datetime) -> str:
    return at.strftime("%H:%M")


def _end(at: datetime | None) -> str:
    return _clock(at) if at else "not charted"


def time_words(given: Administration) -> str:
    """Say start, stop and minutes: ``09:20 to 09:52 = 32 min``; pauses are taken off."""
    start, stop = given.start, given.stop
    if start is None and stop is None:
        return NOT_CHARTED
    begun = _clock(start) if start else "start not charted"
    ended = _clock(stop) if stop else "stop not charted"
    if start is None or stop is None:
        return f"{begun} to {ended}"
    if stop.date() != start.date():
        ended = f"{stop:%m-%d} {ended}"
    minutes = _minutes(start, stop)
    if any(pause.from_ is None or pause.to is None for pause in given.pauses):
        return f"{begun} to {ended} = {minutes} min, the pause not fully charted"
    paused = sum(_minutes(pause.from_, pause.to) for pause in given.pauses if pause.from_ and pause.to)
    if paused:
        return f"{begun} to {ended} = {minutes} min, {paused} paused = {minutes - paused} min"
    return f"{begun} to {ended} = {minutes} min"


def _minutes(start: datetime, stop: datetime) -> int:
    return int((stop - start).total_seconds() // 60)


def _amounts(given: Administration, base: str, cells: int) -> list[Fact]:
    return [item for text in _amount_texts(given, base) for item in labelled(text[0], text[1], cells, *text[2])]


def _amount_texts(given: Administration, base: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if given.dose or given.ordered_dose:
        ordered = f", ordered {amount_words(given.ordered_dose)}" if given.ordered_dose else ""
        yield "dose", amount_words(given.dose) + ordered, (f"{base}.dose", f"{base}.ordered_dose")
    if given.volume or given.rate:
        text = ", ".join(amount_words(part) for part in (given.volume, given.rate) if part)
        yield "volume", text, (f"{base}.volume", f"{base}.rate")
    if given.vials:
        yield "vials", ", ".join(map(vial_words, given.vials)), (f"{base}.vials",)
    if given.vials or given.discarded:
        yield "discarded", amount_words(given.discarded), (f"{base}.discarded",)


def _provenance(given: Administration, base: str, cells: int) -> Iterator[Fact]:
    if given.discontinued:
        reason = given.discontinued_reason or "reason not charted"
        yield from labelled("stopped", f"early: {reason}", cells, f"{base}.discontinued")
    if given.acquisition and given.acquisition != "purchased":
        yield from labelled("source", _words(given.acquisition), cells, f"{base}.acquisition")
    if given.documented_by or given.ordered_by:
        by = [f"charted by {given.documented_by}"] if given.documented_by else []
        by += [f"ordered by {given.ordered_by}"] if given.ordered_by else []
        yield from labelled("signed", ", ".join(by), cells, f"{base}.documented_by", f"{base}.ordered_by")


def amount_words(amount: Amount | None) -> str:
    """Write an amount with its unit; an absent one is ``not charted``, never zero."""
    return f"{plain(amount.amount)} {amount.unit}" if amount else NOT_CHARTED


def vial_words(vial: Vial) -> str:
    """Write the containers of one size: ``2 x 100 mg single dose``."""
    size = f"{plain(vial.size)} {vial.unit or ''}".strip() if vial.size is not None else "size not charted"
    kind = _words(vial.container) if vial.container else "kind not charted"
    return f"{plain(vial.count)} x {size} {kind}"


def drug_sum(given: Administration, cells: int, supported: Sequence[DerivedLine] = ()) -> list[Fact]:
    """Add dose and waste and set them against the vials opened; empty when units differ or a part is not charted.

    ``supported`` are derived lines of the drug: where they rest on this administration alone, their units stand
    beside dose and waste.
    """
    opened = _opened(given)
    if given.dose is None or opened is None or not _same_unit(given):
        return []
    waste = given.discarded.amount if given.discarded else None
    containers = ", ".join(map(vial_words, given.vials))
    gap = _gap_note(opened - given.dose.amount - (waste or Decimal(0)), given)
    dosed, wasted = _units_words(given, supported)
    none = span("")
    terms = (
        ("dose", "  ", given.dose.amount, f"given{dosed}", none, ".dose"),
        ("", "+ ", waste, f"discarded{wasted}" if given.discarded else f"discarded: {NOT_CHARTED}", none, ".discarded"),
        ("", "= ", opened, f"opened, {containers}", gap, ".vials"),
    )
    size = max(len(plain(amount)) for _, _, amount, _, _, _ in terms if amount is not None)
    facts: list[Fact] = []
    for label, sign, amount, words, note, path in terms:
        row = (
            fit(span(label, Role.LABEL), 11),
            span(sign),
            fit(span(plain(amount) if amount is not None else "?", Role.NUMBER), size, "right"),
            span(f" {given.dose.unit} {words}"),
        )
        facts.append(Fact(crop_row(row, cells), (f"{BASE}administrations[{given.id}]{path}",)))
        facts += [Fact((span(" " * 11), note))] if note.text else []
    return facts


def _units_words(given: Administration, supported: Sequence[DerivedLine]) -> tuple[str, str]:
    """Give the units of dose and waste in words: ``, 69 units`` and ``, 1 unit with JW`` or ``, not billed``."""
    if not supported or any(line.sources != (given.id,) for line in supported):
        return "", ""
    units = {True: Decimal(0), False: Decimal(0)}
    for line in supported:
        units["JW" in line.modifiers] += line.units
    unbilled = ", not billed" if given.discarded and given.discarded.amount > 0 else ""
    return f", {_counted(units[False])}", f", {_counted(units[True])} with JW" if units[True] else unbilled


def _counted(units: Decimal) -> str:
    return counted(plain(units), "unit")


def _gap_note(missing: Decimal, given: Administration) -> Span:
    """Say what dose and waste leave over; what a multi-dose container keeps is no gap in the chart."""
    if missing > 0 and any(vial.container == "multi_dose" for vial in given.vials):
        return span(f"  {plain(missing)} stays in a multi-dose container", Role.LABEL)
    if missing > 0:
        return span(f"  {plain(missing)} not accounted for", Role.WARNING)
    return span(f"  {plain(-missing)} more than was opened" if missing < 0 else "", Role.WARNING)


def _same_unit(given: Administration) -> bool:
    units = {vial.unit for vial in given.vials} | ({given.discarded.unit} if given.discarded else set())
    return given.dose is not None and {(unit or "").casefold() for unit in units} <= {given.dose.unit.casefold()}


def _opened(given: Administration) -> Decimal | None:
    if not given.vials or any(vial.size is None for vial in given.vials):
        return None
    return sum((vial.count * vial.size for vial in given.vials if vial.size is not None), Decimal(0))
