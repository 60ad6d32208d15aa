"""Why a billed line is wrong, in the words of each rule: the clock times, the minutes, the right code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.chart import Administration, DrugClass
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.values import plain
from onco_tui.rules.administration import verdicts as rule
from onco_tui.rules.administration.charted import (
    INFUSED,
    MOST_NAMED,
    behind,
    class_in,
    lines_like,
    listed,
    not_derived,
    on_day,
    other_initials,
    run_in,
    sources_of,
    supported_beside,
)
from onco_tui.rules.administration.codes import HOURS, INITIAL, KINDS, PUMP_STARTS
from onco_tui.rules.administration.comparison import Difference, counted_modifiers
from onco_tui.rules.administration.doubt import untimed, untimed_for
from onco_tui.rules.administration.phrases import MOST_TOLD, all_told, because, drugs_told, right_code
from onco_tui.rules.context import Context

_CLASS_WORDS: dict[DrugClass, str] = {
    "chemotherapy": "is chemotherapy",
    "complex_biologic": "is a complex biologic, coded as chemotherapy",
    "hormonal": "is a hormonal antineoplastic, coded as chemotherapy",
    "therapeutic": "is neither chemotherapy nor a complex biologic",
    "hydration": "is hydration",
}


def _short_infusion(context: Context, difference: Difference) -> str:
    about = drugs_told(context, difference)
    if all(a.route in INFUSED for a in behind(context, difference)):
        return f"{about} ran 15 min or less, so it is a push: {right_code(difference)}"
    return f"{about} is charted as a push: {right_code(difference)}"


def _long_push(context: Context, difference: Difference) -> str:
    return f"{drugs_told(context, difference)} ran over 15 min, so it is an infusion: {right_code(difference)}"


def _hours_over(context: Context, difference: Difference) -> str:
    line = difference.line
    if line is None:
        return ""
    billed = context.once(lines_like)[line.code, context.day_of(line)]
    also = f"{_billed_together(billed)}; " if len(billed) > 1 else ""
    if supported := supported_beside(context, line, {line.code}):
        return f"{also}the chart supports {plain(sum_units(supported))}: {', '.join(map(because, supported))}"
    infusions = _first_hours(context, line)
    if not infusions:
        return f"{also}no {_family(line)} infusion is charted on {context.day_of(line)}"
    earns = "earns" if len(infusions) == 1 else "earn"
    return f"{also}{all_told(context, infusions)} {earns} no additional hour, which starts at minute 91"


def _billed_together(lines: Sequence[ClaimLine]) -> str:
    total = plain(sum((line.units for line in lines), Decimal(0)))
    more = [f"{len(lines) - MOST_NAMED} more"] if len(lines) > MOST_NAMED else []
    return f"lines {' and '.join([*(str(line.line) for line in lines[:MOST_NAMED]), *more])} bill {total} together"


def sum_units(lines: Iterable[DerivedLine]) -> Decimal:
    """Add up units."""
    return sum((line.units for line in lines), Decimal(0))


def _first_hours(context: Context, line: ClaimLine) -> tuple[Administration, ...]:
    """Give the infusions whose additional hours a line may bill."""
    day, family = context.day_of(line), KINDS[line.code].family
    found: list[Administration] = []
    for derived in context.derivation.lines:
        kind = KINDS.get(derived.code)
        if kind and kind.family == family and kind.form == "infusion" and day in {None, derived.date_of_service}:
            found += (a for a in sources_of(context, derived) if a not in found)
    return tuple(found)


def _family(line: ClaimLine) -> str:
    family = KINDS[line.code].family
    return family if family in {"hydration", "therapeutic", "chemotherapy"} else ""


def _no_times(context: Context, difference: Difference) -> str:
    line, derived = difference.line, difference.derived
    if line is None:
        return ""
    unknown = untimed_for(context, line) or context.once(untimed)
    text = f"{', '.join(_time_missing(context, a) for a in unknown)}, so its minutes are unknown"
    if derived is not None and difference.recoded:
        text += f"; this payer then takes at most {right_code(difference)}"
    return text


def _time_missing(context: Context, administration: Administration) -> str:
    run = run_in(context, administration)
    if run.faults:
        return f"{administration.name}: {run.faults[0]}"
    missing = "no start and no stop time" if run.start is None and run.stop is None else None
    if missing:
        return f"{administration.name} has {missing}"
    return f"{administration.name} {run.told} and has no {'stop' if run.stop is None else 'start'} time"


def _initial_twice(context: Context, difference: Difference) -> str:
    line, derived = difference.line, difference.derived
    if line is None:
        return ""
    others = other_initials(context, line)
    beside = f"line {others[0].line} bills the initial service {others[0].code}" if others else "one is initial"
    if derived is None:
        return f"{beside}, and the chart supports {_the_initial(context, line) or 'none'}"
    return f"{beside}, and {drugs_told(context, difference)} is a further service: {right_code(difference)}"


def _the_initial(context: Context, line: ClaimLine) -> str:
    """Name the initial service of a line's date, as the chart supports it."""
    first = next(iter(supported_beside(context, line, INITIAL)), None)
    return f"one, {first.code} for {_drug_names(context, first)}" if first else ""


def _wrong_initial(context: Context, difference: Difference) -> str:
    line, derived = difference.line, difference.derived
    if line is None or derived is None:
        return ""
    about = drugs_told(context, difference)
    if KINDS[derived.code].place == "initial":
        why = because(derived, starting="initial: ").removeprefix("initial: ")
        return f"{about} is the initial service, {right_code(difference)}{f' ({why})' if why else ''}"
    first = _the_initial(context, line)
    instead = f"; the chart supports {first} as initial" if first else ""
    return f"{about} is a further service, {right_code(difference)}{instead}"


def _drug_names(context: Context, derived: DerivedLine) -> str:
    return " and ".join(dict.fromkeys(a.name for a in sources_of(context, derived)))


def _uncoded(context: Context, difference: Difference) -> str:
    """Give the reason the derivation has for leaving what the line was meant for; else say that nothing is charted."""
    line = difference.line
    if line is None:
        return ""
    if derived := supported_beside(context, line, {line.code}):
        reasons = ", ".join(map(because, derived)) if KINDS[line.code].family == "hydration" else ""
        about = reasons or all_told(context, (a for d in derived for a in sources_of(context, d)))
        return f"the chart supports {plain(sum_units(derived))}: {about}"
    return _left_out(context, line) or f"no {_service(context, line)} is charted on {context.day_of(line)}"


def _left_out(context: Context, line: ClaimLine) -> str:
    """Join the derivation's reasons for what the line may have been meant for; one reason for several drugs once."""
    names = tuple(f"{a.name}: " for a in context.administrations)
    drugs: dict[str, list[str]] = {}
    for entry in not_derived(context, line):
        name = next((name for name in names if entry.reason.startswith(name)), "")
        drugs.setdefault(entry.reason.removeprefix(name), []).append(name.removesuffix(": "))
    told_of = ((" and ".join(dict.fromkeys(filter(None, named))), reason) for reason, named in drugs.items())
    return ", and ".join(f"{named}: {reason}" if named else reason for named, reason in told_of)


def _service(context: Context, line: ClaimLine) -> str:
    kind = KINDS[line.code]
    if kind.form in {"other", "injection"}:
        label = context.reference.label(line.code)
        return f"such service ({label})" if label else "such service"
    if kind.family == "hydration":
        return "hydration"
    further = "further " if kind.place != "initial" else ""
    return f"{further}{kind.family} {kind.form}"


def _family_wrong(context: Context, difference: Difference) -> str:
    words = _class_words(context, behind(context, difference))
    return f"{drugs_told(context, difference)}{words}: {right_code(difference)}"


def _class_words(context: Context, administrations: Sequence[Administration]) -> str:
    if administrations and all(listed(context, a) for a in administrations):
        return " is on this payer's list of drugs outside the chemotherapy codes"
    classes = {class_in(context, a) for a in administrations}
    return f" {_CLASS_WORDS.get(classes.pop() or 'other', 'has another class')}" if len(classes) == 1 else ""


def _injection(context: Context, difference: Difference) -> str:
    if any(listed(context, a) for a in behind(context, difference)):
        return _family_wrong(context, difference)
    return derived_reason(context, difference)


def _set_apart(context: Context, difference: Difference) -> str:
    line, derived = difference.line, difference.derived
    if line is None or derived is None:
        return ""
    about, right = drugs_told(context, difference), right_code(difference)
    wanted, present = counted_modifiers(derived.modifiers), difference.modifiers
    if "53" in wanted - present:
        return f"{about} was stopped early: {right}"
    if wanted - present:
        return f"{about} needs {because(derived, starting='modifier ')}"
    if "53" in present - wanted:
        return f"the chart does not say that {about} was stopped early: {right}"
    taken = next(m for m in line.modifiers if counted_modifiers((m,)) == {"59"})
    return f"the chart shows no second access, second visit or other reason for modifier {taken}; {about}: {right}"


def derived_reason(context: Context, difference: Difference) -> str:
    """Give the derivation's reason for the right code."""
    derived = difference.derived
    if derived is None:
        return _uncoded(context, difference)
    clear = difference.supported == derived.units and len(derived.sources) < MOST_TOLD
    about = because(derived) if clear or derived.code in HOURS else drugs_told(context, difference)
    return f"{about}: {right_code(difference)}"


def _radionuclide(context: Context, difference: Difference) -> str:
    line = difference.line
    day = context.day_of(line) if line else None
    hot = [a for a in context.administrations if on_day(a, day) and class_in(context, a) == "radiopharmaceutical"]
    return f"{all_told(context, hot)} is a radiopharmaceutical; radionuclide therapy has codes of its own (79101)"


def _other_date(context: Context, difference: Difference) -> str:
    line, derived = difference.line, difference.derived
    if line is None or derived is None:
        return ""
    about = drugs_told(context, difference)
    return f"it is dated {context.day_of(line)}; {about} belongs to {derived.date_of_service}"


def _concurrent_twice(context: Context, difference: Difference) -> str:
    line = difference.line
    return (
        _left_out(context, line) if line else ""
    ) or "a concurrent infusion is reported once a date, whatever the number of drugs"


def _repeat_push(context: Context, difference: Difference) -> str:
    line = difference.line
    if difference.derived is None and line is not None and context.practitioner and not not_derived(context, line):
        return "the repeat push is a facility's code"
    return derived_reason(context, difference)


def _pump(context: Context, difference: Difference) -> str:
    line = difference.line
    if line is None or difference.derived is not None or not_derived(context, line):
        return derived_reason(context, difference)
    started = supported_beside(context, line, PUMP_STARTS)
    if not started:
        return derived_reason(context, difference)
    return f"{started[0].code} already reports the pump: {because(started[0])}"


REASONS: dict[str, Callable[[Context, Difference], str]] = {
    rule.SHORT_INFUSION: _short_infusion,
    rule.HOURS_OVER: _hours_over,
    rule.NO_TIMES: _no_times,
    rule.LONG_PUSH: _long_push,
    rule.INITIAL_TWICE: _initial_twice,
    rule.WRONG_INITIAL: _wrong_initial,
    rule.WRONG_FAMILY: _family_wrong,
    rule.SET_APART: _set_apart,
    rule.INJECTION_APART: _set_apart,
    rule.CONCURRENT_TWICE: _concurrent_twice,
    rule.REPEAT_PUSH: _repeat_push,
    rule.PUMP: _pump,
    rule.INJECTION: _injection,
    rule.RADIONUCLIDE: _radionuclide,
    rule.OTHER_DATE: _other_date,
    rule.NOT_DOCUMENTED: _uncoded,
}
