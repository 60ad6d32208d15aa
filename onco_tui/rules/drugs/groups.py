"""Puts together what is billed and what the chart supports, per drug code and date, and says what cannot be judged.

Where the derivation leaves a question open and the claim is billed by one of the other readings, that reading is taken:
a coder who chose it is not wrong.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onco_tui.derive.drugs.supply import is_oral
from onco_tui.derive.result import DerivedLine, Judgement
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.plan import BOTH, JW, JZ, NEITHER, Group, mark_of
from onco_tui.rules.duplicates import repetitions
from onco_tui.rules.unknown_codes import lines_as_meant

_DRUG_CODE = re.compile(r"J\d{4}|Q5[1-9]\d\d|C9[0-4]\d\d")
_CARRIERS = frozenset({"keep_vein_open", "vehicle", "flush"})


@dataclass(frozen=True, slots=True)
class Gap:
    """Lines that cannot be judged, or a charted drug without a line, and why."""

    reason: str
    lines: tuple[int, ...] = ()


def is_drug(context: Context, code: str) -> bool:
    """Tell drug codes, those no table here knows too."""
    return code[:1].isalpha() and (
        context.reference.drugs.billing_unit(code) is not None or _DRUG_CODE.fullmatch(code) is not None
    )


def groups(context: Context) -> tuple[Group, ...]:
    """Group billed and derived drug lines by code and date, in that order. Use it through ``context.once``.

    Where all is well but for a line that repeats another, that line is left to the rule on duplicates. A code that is
    a slip of the pen counts as the one meant.
    """
    billed: dict[tuple[str, date], list[ClaimLine]] = defaultdict(list)
    derived: dict[tuple[str, date], list[DerivedLine]] = defaultdict(list)
    for line in context.once(lines_as_meant):
        day = context.day_of(line)
        if day and is_drug(context, line.code):
            billed[line.code, day].append(line)
    for due in _read_as_billed(context, billed):
        derived[due.code, due.date_of_service].append(due)
    repeated = {entry.line.line for entry in context.once(repetitions) if not entry.supported}
    judged = frozenset(source for entry in context.once(_drug_judgements) for source in entry.about)
    unknown = _waste_unknown(context)
    return tuple(
        Group(
            code=code,
            day=day,
            billed=tuple(_without_repeats(billed[code, day], derived[code, day], repeated)),
            derived=tuple(derived[code, day]),
            waste_unknown=next((unknown[o.sources] for o in derived[code, day] if o.sources in unknown), ""),
            judged=not judged.isdisjoint(source for line in derived[code, day] for source in line.sources),
            rivals=_rivals(context, code, derived[code, day]),
        )
        for code, day in sorted(billed.keys() | derived.keys())
    )


def gaps(context: Context) -> tuple[Gap, ...]:
    """Find what cannot be compared: charted drugs the derivation could not settle, undated lines, unknown codes."""
    found = []
    for administration, reason in _unsettled(context):
        lines = tuple(_possible_lines(context, administration))
        if lines or not _billed_elsewhere(administration):
            named = reason.startswith(administration.name)
            found.append(Gap(reason if named else f"{administration.name}: {reason}", lines))
    taken = {number for gap in found for number in gap.lines}
    found += [
        Gap(f"line {line.line}: {reason}", (line.line,))
        for line in context.claim.lines
        if is_drug(context, line.code) and line.line not in taken and (reason := _unreadable(context, line))
    ]
    return tuple(found)


def not_billable(context: Context, code: str, day: date) -> str:
    """Say why what was charted under a code that day has no line of its own; empty when it may have one."""
    for administration in context.administrations:
        if code in _possible_codes(context, administration) and _same_day(administration, day):
            if _not_given(administration):
                return f"{administration.id} charts a dose of 0"
            if context.practitioner and _is_carrier(administration):
                return f"{administration.id} is charted as {(administration.purpose or 'flush').replace('_', ' ')}"
    return ""


def _without_repeats(
    billed: Sequence[ClaimLine], derived: Sequence[DerivedLine], repeated: set[int]
) -> Sequence[ClaimLine]:
    if not repeated:
        return billed
    kept = [line for line in billed if line.line not in repeated]
    plain = derived and all(mark_of(line.modifiers) != BOTH for line in kept)
    return kept if plain and _given_and_wasted(kept) == _given_and_wasted(derived) else billed


def _given_and_wasted(lines: Iterable[DerivedLine | ClaimLine]) -> tuple[Decimal, Decimal]:
    units = {True: Decimal(0), False: Decimal(0)}
    for line in lines:
        units[mark_of(line.modifiers) == JW] += line.units
    return units[False], units[True]


def _drug_judgements(context: Context) -> tuple[Judgement, ...]:
    return tuple(
        judgement
        for judgement in context.derivation.judgements
        if all(is_drug(context, choice.code) for lines in judgement.alternatives for choice in lines)
    )


def _read_as_billed(context: Context, billed: dict[tuple[str, date], list[ClaimLine]]) -> list[DerivedLine]:
    lines = [line for line in context.derivation.lines if is_drug(context, line.code)]
    for judgement in context.once(_drug_judgements):
        chosen = [line for line in lines if line.sources == judgement.about]
        kept = [line for line in lines if line not in chosen]
        for alternative in judgement.alternatives if chosen else ():
            first = chosen[0]
            other = [
                DerivedLine(c.code, c.units, c.modifiers, first.date_of_service, first.sources, first.because)
                for c in alternative
            ]
            if _is_billed(other, chosen, kept, billed):
                lines = kept + other
                break
    return lines


def _is_billed(
    other: Sequence[DerivedLine],
    chosen: Sequence[DerivedLine],
    kept: Sequence[DerivedLine],
    billed: dict[tuple[str, date], list[ClaimLine]],
) -> bool:
    """Tell whether the claim bills another reading: the same lines, or its code instead of the chosen one."""
    if _leaves_open(other, chosen):
        return False
    day = chosen[0].date_of_service
    ours, theirs = {line.code for line in chosen}, {line.code for line in other}
    if ours.isdisjoint(theirs):
        return all((code, day) in billed for code in theirs) and not any((code, day) in billed for code in ours)
    on_day = [line for line in kept if line.date_of_service == day]
    return all(_tally([*on_day, *other], code) == _tally(billed.get((code, day), ()), code) for code in ours | theirs)


def _leaves_open(other: Sequence[DerivedLine], chosen: Sequence[DerivedLine]) -> bool:
    """Tell a reading that only leaves out JZ until the containers are charted: no claim is right by it."""
    attested = [(line.code, line.units, NEITHER) for line in chosen if mark_of(line.modifiers) == JZ]
    return [(line.code, line.units, mark_of(line.modifiers)) for line in other] == attested


def _tally(lines: Iterable[DerivedLine | ClaimLine], code: str) -> dict[str, Decimal]:
    units: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.code == code:
            units[mark_of(line.modifiers)] += line.units
    return units


def _waste_unknown(context: Context) -> dict[tuple[str, ...], str]:
    """Say what the chart lacks to tell administered from discarded, where only the administered units stand."""
    entries = (entry for entry in context.derivation.not_derived if entry.topic == "drug" and entry.gap)
    return {entry.sources: entry.reason for entry in entries}


def _rivals(context: Context, code: str, derived: Sequence[DerivedLine]) -> tuple[str, ...]:
    sources = {line.sources for line in derived}
    others = (
        choice.code
        for judgement in context.once(_drug_judgements)
        if judgement.about in sources
        for lines in judgement.alternatives
        for choice in lines
    )
    return tuple(dict.fromkeys(other for other in others if other != code))


def _unsettled(context: Context) -> Iterator[tuple[Administration, str]]:
    """Give the administrations that may have a drug line which could not be derived, with the reason."""
    derived = {source for line in context.derivation.lines if is_drug(context, line.code) for source in line.sources}
    reasons = {
        source: entry.reason
        for entry in context.derivation.not_derived
        for source in entry.sources
        if entry.topic == "drug"
    }
    for administration in context.administrations:
        settled = _not_given(administration) or _is_carrier(administration)
        if administration.id in reasons and administration.id not in derived and not settled:
            yield administration, reasons[administration.id]


def _not_given(administration: Administration) -> bool:
    return administration.dose is not None and administration.dose.amount == 0


def _billed_elsewhere(administration: Administration) -> bool:
    """Tell drugs whose absence from this claim is right: given by mouth, free, or brought by the patient."""
    return administration.route == "oral" or administration.acquisition in {"free", "patient_supplied"}


def _is_carrier(administration: Administration) -> bool:
    return administration.purpose in _CARRIERS or administration.route == "port_flush"


def _unreadable(context: Context, line: ClaimLine) -> str:
    if context.day_of(line) is None:
        return "no date of service"
    unit = context.reference.drugs.billing_unit(line.code)
    if unit is None:
        return f"{line.code} is not in the drug table"
    if is_oral(unit) and not any(derived.code == line.code for derived in context.derivation.lines):
        return f"{line.code} is taken by mouth; what was dispensed does not stand among the administrations"
    return ""


def _possible_lines(context: Context, administration: Administration) -> Iterator[int]:
    """Give the lines that may bill an administration whose drug line could not be derived."""
    codes = _possible_codes(context, administration)
    settled = {(line.code, line.date_of_service) for line in context.derivation.lines}
    for line in context.claim.lines:
        day = context.day_of(line)
        may_bill = line.code in codes if codes else (line.code, day) not in settled
        if may_bill and is_drug(context, line.code) and _same_day(administration, day):
            yield line.line


def _possible_codes(context: Context, administration: Administration) -> frozenset[str]:
    """Give the codes an administration may be billed with; empty when it may be any."""
    if administration.hcpcs:
        return frozenset({administration.hcpcs})
    return frozenset(drug.hcpcs for drug in context.reference.drugs.by_name(administration.drug))


def _same_day(administration: Administration, day: date | None) -> bool:
    return administration.start is None or day is None or administration.start.date() == day
