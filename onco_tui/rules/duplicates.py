"""Lines that repeat an earlier one. Several rules must agree on which they are, or one mistake is told twice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.context import Context

# Modifiers that say a service was done again on purpose.
_REPEATED = frozenset({"76", "77", "91", "59", "XE", "XP", "XS", "XU"})
_JW, _JZ = "JW", "JZ"


@dataclass(frozen=True, slots=True)
class Repetition:
    """A line and the earlier one it repeats; ``supported`` when the chart supports the units of both."""

    line: ClaimLine
    original: ClaimLine
    supported: bool


def repetitions(context: Context) -> tuple[Repetition, ...]:
    """Find lines equal in code, modifiers, date, units, pointers, provider, product and narrative.

    JZ alone tells no lines apart, nor do pointers that lead nowhere: another rule changes those, and a repetition must
    not come to light only then. Use it through ``context.once``.
    """
    left = _supported_units(context)
    first: dict[object, ClaimLine] = {}
    found: list[Repetition] = []
    for line in context.claim.lines:
        if not line.code or _REPEATED.intersection(line.modifiers):
            continue
        original = first.setdefault(_identity(context, line), line)
        kind = (line.code, context.day_of(line), _JW in line.modifiers)
        supported = left[kind] >= line.units > 0
        left[kind] -= line.units
        apart = supported and (_JZ in line.modifiers) != (_JZ in original.modifiers)
        if original is not line and not apart:
            found.append(Repetition(line, original, supported))
    return tuple(found)


def _identity(context: Context, line: ClaimLine) -> tuple[object, ...]:
    listed = len(context.claim.diagnoses)
    return (
        line.code,
        frozenset(line.modifiers) - {_JZ},
        context.day_of(line),
        line.date_to,
        line.units,
        tuple(dict.fromkeys(p for p in line.diagnosis_pointers if 1 <= p <= listed))[:4],
        line.rendering_npi,
        line.place_of_service,
        line.ndc.code if line.ndc else None,
        line.narrative,
    )


def _supported_units(context: Context) -> dict[tuple[str, date | None, bool], Decimal]:
    """Give the units the chart supports for each code and date, discarded ones apart."""
    units: dict[tuple[str, date | None, bool], Decimal] = defaultdict(Decimal)
    for derived in context.derivation.lines:
        units[derived.code, derived.date_of_service, _JW in derived.modifiers] += derived.units
    return units
