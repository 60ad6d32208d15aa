"""Which rule a difference belongs to. Every difference belongs to exactly one."""

from __future__ import annotations

from collections import Counter
from datetime import date

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.charted import class_in, meant, on_day, sources_of
from onco_tui.rules.administration.codes import DRAWS, HOURS, INITIAL, INJECTIONS, KINDS, Kind
from onco_tui.rules.administration.comparison import Difference, counted_modifiers, differences
from onco_tui.rules.administration.doubt import untimed, untimed_for
from onco_tui.rules.context import Context

SHORT_INFUSION, HOURS_OVER, NO_TIMES, LONG_PUSH, HOURS_UNDER = "ADM101", "ADM102", "ADM103", "ADM105", "ADM106"
INITIAL_TWICE, WRONG_INITIAL, HYDRATION, CONCURRENT = "ADM107", "ADM108", "ADM109", "ADM110"
REPEAT_PUSH, FLUSH, DRAW, NOT_BILLED, NOT_DOCUMENTED = "ADM112", "ADM113", "ADM114", "ADM116", "ADM117"
WRONG_FAMILY, PUMP, SET_APART, CONCURRENT_TWICE = "ADM118", "ADM120", "ADM122", "ADM123"
SAME_DRUG, INJECTION, INJECTION_APART, ROUTE = "ADM124", "ADM125", "ADM126", "ADM129"
SPECIAL_ROUTE, RADIONUCLIDE, OTHER_DATE, DRAW_SOURCE = "ADM132", "ADM133", "ADM136", "ADM137"

_SPECIAL_ROUTES = frozenset(
    {"51720", "96405", "96406", "96420", "96422", "96423", "96425", "96440", "96446", "96450", "96542"}
)
_SURPLUS = {
    **{code: PUMP for code, kind in KINDS.items() if kind.family == "pump"},
    **dict.fromkeys(_SPECIAL_ROUTES, SPECIAL_ROUTE),
    **dict.fromkeys(DRAWS, DRAW),
    "96376": REPEAT_PUSH,
    "96523": FLUSH,
}


def verdicts(context: Context) -> tuple[tuple[str, Difference], ...]:
    """Pair every difference with the code of its rule. Use it through ``context.once``."""
    return tuple((_verdict(context, difference), difference) for difference in context.once(differences))


def _verdict(context: Context, difference: Difference) -> str:
    line, derived = difference.line, difference.derived
    if line is None:
        return _missing(context, derived) if derived else NOT_BILLED
    if derived is None:
        return _surplus(context, line)
    if line.code == derived.code:
        return _same_code(context, line, derived, difference)
    if untimed_for(context, line) and (_rests_on_untimed(context, derived) or KINDS[derived.code].form == "push"):
        return NO_TIMES
    return _recode(context, line, derived)


def _missing(context: Context, derived: DerivedLine) -> str:
    if derived.code not in HOURS:
        return NOT_BILLED
    first_hours = {"96361": {"96360"}, "96366": {"96365", "96367"}, "96415": {"96413", "96417"}}
    billed = {line.code for line in context.claim.lines if context.day_of(line) == derived.date_of_service}
    return HOURS_UNDER if billed & first_hours.get(derived.code, {"96369", "96422"}) else NOT_BILLED


def _same_code(context: Context, line: ClaimLine, derived: DerivedLine, difference: Difference) -> str:
    if line.units > difference.supported:
        return _surplus(context, line)
    billed, wanted = difference.modifiers, counted_modifiers(derived.modifiers)
    if billed != wanted:
        return INJECTION_APART if line.code in INJECTIONS and wanted - billed else SET_APART
    if line.units < difference.supported:
        return HOURS_UNDER if line.code in HOURS else NOT_BILLED
    return OTHER_DATE


def _surplus(context: Context, line: ClaimLine) -> str:
    """Name the rule of units the chart does not support."""
    if line.code in _SURPLUS:
        return _SURPLUS[line.code]
    if untimed_for(context, line):
        return NO_TIMES
    if KINDS[line.code].family == "chemotherapy" and _radionuclide(context, line):
        return RADIONUCLIDE
    if line.code == "96368":
        return CONCURRENT_TWICE if _is_derived(context, line) else CONCURRENT
    return _surplus_service(context, line)


def _surplus_service(context: Context, line: ClaimLine) -> str:
    if KINDS[line.code].family == "hydration":
        return HYDRATION
    if line.code in HOURS:
        return HOURS_OVER
    if line.code in INITIAL and context.once(_initials)[context.day_of(line)] > 1:
        return INITIAL_TWICE
    return NOT_DOCUMENTED


def _is_derived(context: Context, line: ClaimLine) -> bool:
    """Tell whether the chart supports the line's code on its date at all."""
    day = context.day_of(line)
    return any(d.code == line.code and day in {None, d.date_of_service} for d in context.derivation.lines)


def _radionuclide(context: Context, line: ClaimLine) -> bool:
    """Tell whether a radiopharmaceutical was given that day and no drug the line may have been meant for."""
    day = context.day_of(line)
    given = [a for a in context.administrations if on_day(a, day)]
    hot = any(class_in(context, a) == "radiopharmaceutical" for a in given)
    return hot and not any(class_in(context, a) != "radiopharmaceutical" for a in meant(context, line))


def _recode(context: Context, line: ClaimLine, derived: DerivedLine) -> str:
    billed, right = KINDS[line.code], KINDS[derived.code]
    if "pump" in {billed.family, right.family} or line.code in DRAWS:
        return DRAW_SOURCE if line.code in DRAWS else PUMP
    if billed.form == right.form == "injection":
        return INJECTION
    if {line.code, derived.code} <= _SPECIAL_ROUTES:
        return SPECIAL_ROUTE
    if not {billed.form, right.form} <= {"infusion", "push"}:
        return ROUTE
    if "59" in counted_modifiers(line.modifiers) and line.code in INITIAL and derived.code not in INITIAL:
        return SET_APART
    return _timed(context, line, billed, right)


def _timed(context: Context, line: ClaimLine, billed: Kind, right: Kind) -> str:
    """Name the rule of one infusion or push code billed for another."""
    if billed.place in {"concurrent", "repeat"}:
        return CONCURRENT if billed.place == "concurrent" else REPEAT_PUSH
    if billed.family != right.family:
        return HYDRATION if billed.family == "hydration" else WRONG_FAMILY
    if billed.form != right.form:
        return SHORT_INFUSION if right.form == "push" else LONG_PUSH
    if "initial" in {billed.place, right.place}:
        twice = billed.place == "initial" and context.once(_initials)[context.day_of(line)] > 1
        return INITIAL_TWICE if twice else WRONG_INITIAL
    return CONCURRENT if right.place == "concurrent" else SAME_DRUG


def _rests_on_untimed(context: Context, derived: DerivedLine) -> bool:
    return any(a in context.once(untimed) for a in sources_of(context, derived))


def _initials(context: Context) -> Counter[date | None]:
    """Count billed initial services per date that no modifier sets apart. Use it through ``context.once``."""
    units: Counter[date | None] = Counter()
    for line in context.claim.lines:
        if line.code in INITIAL and "59" not in counted_modifiers(line.modifiers):
            units[context.day_of(line)] += max(1, int(line.units))
    return units
