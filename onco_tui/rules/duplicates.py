"""Lines that repeat an earlier one. Several rules must agree on which they are, or one mistake is told twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onco_tui.codesets.ndc import NdcError, ndc11
from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.plan import JW, JZ, mark_of

# Modifiers that say a service was done again on purpose.
_REPEATED = frozenset({"76", "77", "91", "59", "XE", "XP", "XS", "XU"})
# Modifiers that say how a drug was acquired or why it was needed; rules put them right, so they tell no lines apart.
_OF_THE_DRUG = frozenset({JW, JZ, "TB", "JG", "EA", "EB", "EC"})
_Kind = tuple[str, date | None, bool, bool]


@dataclass(frozen=True, slots=True)
class Repetition:
    """A line and the earlier one it repeats; ``supported`` when the chart supports the units of both."""

    line: ClaimLine
    original: ClaimLine
    supported: bool


def repetitions(context: Context) -> tuple[Repetition, ...]:
    """Find lines equal in code, modifiers, date, units, pointers, provider, product and narrative.

    Modifiers of the drug tell no lines apart, nor do pointers that lead nowhere: other rules change those, and a
    repetition must not come to light only then. Where more is billed than the chart supports, only the repetitions
    after all of it is billed are told; what is billed in part too much is a matter of units. Use it through
    ``context.once``.
    """
    if len({_sketch(context, line) for line in context.claim.lines}) == len(context.claim.lines):
        return ()
    due = _units(context.derivation.lines)
    billed = _units(context.claim.lines, context)
    left = dict(due)
    first: dict[object, ClaimLine] = {}
    found: list[Repetition] = []
    for line in context.claim.lines:
        if not line.code or _REPEATED.intersection(line.modifiers):
            continue
        kind = _kind(line, context.day_of(line))
        original = first.setdefault(_identity(context, line), line)
        open_units = left.get(kind, Decimal(0))
        left[kind] = open_units - line.units
        joinable = billed[kind] <= due.get(kind, Decimal(0)) and mark_of(line.modifiers) == mark_of(original.modifiers)
        if original is not line and (joinable or open_units <= 0):
            found.append(Repetition(line, original, supported=joinable))
    return tuple(found)


def _sketch(context: Context, line: ClaimLine) -> tuple[object, ...]:
    """Give a part of a line's identity that is cheap to tell; where no two are alike, no line repeats another."""
    return (line.code, line.units, context.day_of(line))


def _identity(context: Context, line: ClaimLine) -> tuple[object, ...]:
    listed = len(context.claim.diagnoses)
    return (
        line.code,
        frozenset(line.modifiers) - _OF_THE_DRUG,
        _is_discarded(line),
        context.day_of(line),
        line.date_to,
        line.units,
        tuple(dict.fromkeys(p for p in line.diagnosis_pointers if 1 <= p <= listed))[:4],
        line.rendering_npi,
        line.place_of_service,
        _package(line),
        line.narrative,
    )


def _is_discarded(line: ClaimLine | DerivedLine) -> bool:
    """Tell the discarded part of a drug; on a service JW tells nothing apart."""
    return mark_of(line.modifiers) == JW and line.code[:1].isalpha()


def _package(line: ClaimLine) -> str | None:
    """Give the NDC of a line in eleven digits, so that its written form tells no lines apart."""
    try:
        return ndc11(line.ndc.code) if line.ndc else None
    except NdcError:
        return line.ndc.code if line.ndc else None


def _kind(line: ClaimLine | DerivedLine, day: date | None) -> _Kind:
    return (line.code, day, _is_discarded(line), not _REPEATED.isdisjoint(line.modifiers))


def _units(lines: Iterable[ClaimLine | DerivedLine], context: Context | None = None) -> dict[_Kind, Decimal]:
    """Add up units by code and date, discarded and expressly repeated ones apart."""
    units: dict[_Kind, Decimal] = {}
    for line in lines:
        day = line.date_of_service
        if context is not None and isinstance(line, ClaimLine):
            day = context.day_of(line)
        units[_kind(line, day)] = units.get(_kind(line, day), Decimal(0)) + line.units
    return units
