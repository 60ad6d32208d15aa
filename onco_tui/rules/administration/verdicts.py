"""Which rule a difference belongs to. Every difference belongs to exactly one."""

from __future__ import annotations

from collections import Counter

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.codes import DRAWS, INITIAL, KINDS, PUMP_STARTS, Kind
from onco_tui.rules.administration.comparison import Difference, counted_modifiers, differences
from onco_tui.rules.context import Context

_HOURS_OVER, _HOURS_UNDER = "ADM102", "ADM106"
_NOT_BILLED, _NOT_DOCUMENTED = "ADM116", "ADM117"


def verdicts(context: Context) -> tuple[tuple[str, Difference], ...]:
    """Pair every difference with the code of its rule."""
    return tuple((_verdict(context, difference), difference) for difference in context.once(differences))


def _verdict(context: Context, difference: Difference) -> str:
    line, derived = difference.line, difference.derived
    if derived is not None and untimed_sources(context, derived) and (line is None or _timed(line)):
        return "ADM103"
    if line is None:
        return _NOT_BILLED
    if derived is None:
        return _surplus(context, line)
    if line.code == derived.code:
        if counted_modifiers(line.modifiers) != counted_modifiers(derived.modifiers):
            return "ADM122"
        return _HOURS_UNDER if KINDS[line.code].place == "hour" else _NOT_BILLED
    return _recode(context, line, derived)


def untimed_sources(context: Context, derived: DerivedLine) -> tuple[str, ...]:
    """Give the infusions among a line's sources whose start or stop is not charted."""
    return tuple(
        a.id
        for a in context.administrations
        if a.id in derived.sources and a.route == "iv_infusion" and (a.stop is None or a.start is None)
    )


def _timed(line: ClaimLine) -> bool:
    return KINDS[line.code].form == "infusion"


_SURPLUS = {"96376": "ADM112", "96523": "ADM113", "96368": "ADM110"} | dict.fromkeys(DRAWS, "ADM114")


def _surplus(context: Context, line: ClaimLine) -> str:
    kind = KINDS[line.code]
    if line.code in _SURPLUS:
        return _SURPLUS[line.code]
    if kind.family in {"hydration", "pump"}:
        return "ADM109" if kind.family == "hydration" else "ADM120"
    if _untimed_infusion(context) and _timed(line):
        return "ADM103"
    if kind.place == "hour":
        return _HOURS_OVER
    if line.code in INITIAL and _initials(context)[context.day_of(line)] > 1:
        return "ADM107"
    return _NOT_DOCUMENTED


def _recode(context: Context, line: ClaimLine, derived: DerivedLine) -> str:
    billed, right = KINDS[line.code], KINDS[derived.code]
    if line.code in PUMP_STARTS or derived.code in PUMP_STARTS:
        return "ADM120"
    if billed.form == right.form == "injection":
        return "ADM125"
    if line.code == "96376":
        return "ADM112"
    if billed.family == "hydration" and right.family != "hydration":
        return "ADM109"
    if billed.form != right.form and billed.family == right.family:
        return "ADM101" if right.form == "push" else "ADM105"
    return _same_form(context, line, billed, right)


def _same_form(context: Context, line: ClaimLine, billed: Kind, right: Kind) -> str:
    if billed.place == "initial" and right.place != "initial":
        return "ADM107" if _initials(context)[context.day_of(line)] > 1 else "ADM108"
    if right.place == "initial":
        return "ADM108"
    if "concurrent" in {billed.place, right.place}:
        return "ADM110"
    if billed.family != right.family:
        return "ADM118"
    return "ADM124"


def _initials(context: Context) -> Counter[object]:
    """Count billed initial services per date that no modifier sets apart."""
    return Counter(
        context.day_of(line)
        for line in context.claim.lines
        if line.code in INITIAL and "59" not in counted_modifiers(line.modifiers)
    )


def _untimed_infusion(context: Context) -> bool:
    return any(a.route == "iv_infusion" and a.start is not None and a.stop is None for a in context.administrations)
