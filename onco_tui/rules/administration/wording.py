"""What a difference says to a coder: one sentence with the codes, the clock times and the minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.chart import Administration, DrugClass
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.values import plain
from onco_tui.rules.administration import verdicts as rule
from onco_tui.rules.administration.charted import (
    INFUSED,
    behind,
    class_in,
    not_derived,
    on_day,
    run_in,
    sources_of,
    told,
)
from onco_tui.rules.administration.codes import HOURS, INITIAL, KINDS
from onco_tui.rules.administration.comparison import Difference, counted_modifiers
from onco_tui.rules.administration.doubt import OtherReading, untimed, untimed_for
from onco_tui.rules.administration.settling import coded
from onco_tui.rules.context import Context

_CLASS_WORDS: dict[DrugClass, str] = {
    "chemotherapy": "chemotherapy",
    "complex_biologic": "a complex biologic, coded as chemotherapy",
    "hormonal": "a hormonal antineoplastic, coded as chemotherapy",
    "therapeutic": "neither chemotherapy nor a complex biologic",
    "hydration": "hydration",
}
_MOST_TOLD = 4


def message(context: Context, owner: str, difference: Difference, reading: OtherReading | None) -> str:
    """Say what is wrong; with a reading that supports the line, say that too."""
    line, derived = difference.line, difference.derived
    if line is None:
        text = _not_billed(context, difference)
    elif derived is not None and line.units < difference.supported and not difference.recoded:
        text = f"{_bills(line)}; the chart supports {plain(difference.supported)}: {_why(context, difference)}"
    else:
        text = f"{_bills(line)}; {_REASONS.get(owner, _plainly)(context, difference)}"
    if reading is None:
        return text
    return f"{text}; another published reading supports the claim ({reading.question.rstrip('?').lower()})"


def _bills(line: ClaimLine) -> str:
    return f"line {line.line} bills {coded(line.code, line.units, sorted(counted_modifiers(line.modifiers)))}"


def _right(difference: Difference) -> str:
    derived = difference.derived
    return coded(derived.code, difference.supported, derived.modifiers) if derived else ""


def _about(context: Context, difference: Difference) -> str:
    """Tell of the administrations a difference is about; "one of" where the chart cannot say which."""
    administrations = behind(context, difference)
    derived = difference.derived
    unclear = derived is not None and difference.supported < derived.units and len(administrations) > 1
    return f"{'one of ' if unclear and difference.recoded else ''}{_joined(context, administrations)}"


def _joined(context: Context, administrations: Iterable[Administration]) -> str:
    """Tell of several administrations, the first few in full."""
    told_of = [told(context, administration) for administration in administrations]
    if len(told_of) <= _MOST_TOLD:
        return ", ".join(told_of)
    return f"{', '.join(told_of[: _MOST_TOLD - 1])} and {len(told_of) - _MOST_TOLD + 1} more"


def _because(derived: DerivedLine, *, starting: str = "") -> str:
    """Give the derivation's own reasons: those that start with some words, else those about the drugs."""
    if starting:
        return next((text for text in derived.because if text.startswith(starting)), "")
    own = [text for text in derived.because if not text.startswith(("initial:", "a further", "modifier"))]
    return ", ".join(own)


def _why(context: Context, difference: Difference) -> str:
    derived = difference.derived
    if derived is None:
        return ""
    return _because(derived) if derived.code in HOURS else _about(context, difference)


def _not_billed(context: Context, difference: Difference) -> str:
    derived = difference.derived
    if derived is None:
        return ""
    left = difference.supported
    if left == derived.units:
        return f"{_why(context, difference)}; {_right(difference)} is not billed"
    billed = plain(derived.units - left)
    times = "once" if billed == "1" else f"{billed} times"
    return f"{_why(context, difference)}; {derived.code} is billed {times}, not {plain(derived.units)} times"


def _short_infusion(context: Context, difference: Difference) -> str:
    about = _about(context, difference)
    if all(a.route in INFUSED for a in behind(context, difference)):
        return f"{about}, and 15 min or less counts as a push: {_right(difference)}"
    return f"{about}, charted as a push: {_right(difference)}"


def _long_push(context: Context, difference: Difference) -> str:
    return f"{_about(context, difference)}, and more than 15 min is an infusion: {_right(difference)}"


def _hours_over(context: Context, difference: Difference) -> str:
    line = difference.line
    if line is None:
        return ""
    billed = _same_code(context, line)
    also = f"{_billed_together(billed)}; " if len(billed) > 1 else ""
    if supported := _derived(context, line):
        return f"{also}the chart supports {plain(sum_units(supported))}: {', '.join(map(_because, supported))}"
    infusions = _first_hours(context, line)
    if not infusions:
        return f"{also}no {_family(line)} infusion is charted on {context.day_of(line)}"
    return f"{also}{_joined(context, infusions)}, and an additional hour starts at minute 91"


def _billed_together(lines: list[ClaimLine]) -> str:
    total = plain(sum((line.units for line in lines), Decimal(0)))
    return f"lines {' and '.join(str(line.line) for line in lines)} bill {total} together"


def _same_code(context: Context, line: ClaimLine) -> list[ClaimLine]:
    day = context.day_of(line)
    return [other for other in context.claim.lines if other.code == line.code and context.day_of(other) == day]


def _derived(context: Context, line: ClaimLine) -> list[DerivedLine]:
    day = context.day_of(line)
    return [d for d in context.derivation.lines if d.code == line.code and day in {None, d.date_of_service}]


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
        text += f"; this payer then takes at most {_right(difference)}"
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
    day = context.day_of(line)
    others = [o for o in context.claim.lines if o.code in INITIAL and o is not line and context.day_of(o) == day]
    beside = f"line {others[0].line} bills the initial service {others[0].code}" if others else "one is initial"
    if derived is None:
        return f"{beside}, and the chart supports no second"
    return f"{beside}; {_about(context, difference)} is a further service: {_right(difference)}"


def _wrong_initial(context: Context, difference: Difference) -> str:
    line, derived = difference.line, difference.derived
    if line is None or derived is None:
        return ""
    about = _about(context, difference)
    if KINDS[derived.code].place == "initial":
        why = _because(derived, starting="initial: ").removeprefix("initial: ")
        return f"{about} is the initial service, {_right(difference)}{f' ({why})' if why else ''}"
    day = derived.date_of_service
    first = next((d for d in context.derivation.lines if d.code in INITIAL and d.date_of_service == day), None)
    instead = f"; the initial service is {first.code}, {_drug_names(context, first)}" if first else ""
    return f"{about} is not the initial service but {_right(difference)}{instead}"


def _drug_names(context: Context, derived: DerivedLine) -> str:
    return " and ".join(dict.fromkeys(a.name for a in sources_of(context, derived)))


def _uncoded(context: Context, difference: Difference) -> str:
    """Give the reason the derivation has for leaving what the line was meant for; else say that nothing is charted."""
    line = difference.line
    if line is None:
        return ""
    if derived := _derived(context, line):
        reasons = ", ".join(map(_because, derived)) if KINDS[line.code].family == "hydration" else ""
        about = reasons or _joined(context, (a for d in derived for a in sources_of(context, d)))
        return f"the chart supports {plain(sum_units(derived))}: {about}"
    reasons = "; ".join(dict.fromkeys(entry.reason for entry in not_derived(context, line)))
    return reasons or f"no {_service(context, line)} is charted on {context.day_of(line)}"


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
    administrations = behind(context, difference)
    classes = {class_in(context, a) for a in administrations}
    words = _CLASS_WORDS.get(next(iter(classes)) or "other", "") if len(classes) == 1 else ""
    about = _about(context, difference)
    return f"{about}, {words}: {_right(difference)}" if words else f"{about}: {_right(difference)}"


def _set_apart(context: Context, difference: Difference) -> str:
    line, derived = difference.line, difference.derived
    if line is None or derived is None:
        return ""
    about = _about(context, difference)
    if why := _because(derived, starting="modifier "):
        return f"{about} needs {why}"
    taken = " ".join(m for m in line.modifiers if counted_modifiers((m,)) - counted_modifiers(derived.modifiers))
    support = "a discontinued infusion" if taken == "53" else "a second access site, a second visit or a separate pair"
    if taken:
        return (
            f"{about}, and the chart shows no {support.removeprefix('a ')} for modifier {taken}: {_right(difference)}"
        )
    return f"{about}, stopped early: {_right(difference)}"


def _derived_reason(context: Context, difference: Difference) -> str:
    """Give the derivation's reason for the right code."""
    derived = difference.derived
    if derived is None:
        return _uncoded(context, difference)
    clear = difference.supported == derived.units and len(derived.sources) < _MOST_TOLD
    about = _because(derived) if clear or derived.code in HOURS else _about(context, difference)
    return f"{about}: {_right(difference)}"


def _radionuclide(context: Context, difference: Difference) -> str:
    line = difference.line
    day = context.day_of(line) if line else None
    hot = [a for a in context.administrations if on_day(a, day) and class_in(context, a) == "radiopharmaceutical"]
    return f"{_joined(context, hot)} is a radiopharmaceutical, and radionuclide therapy has codes of its own (79101)"


def _other_date(context: Context, difference: Difference) -> str:
    line, derived = difference.line, difference.derived
    if line is None or derived is None:
        return ""
    about = _about(context, difference)
    return f"it is dated {context.day_of(line)}, and {about} on {derived.date_of_service}"


def _concurrent_twice(context: Context, difference: Difference) -> str:
    line = difference.line
    reasons = (
        "; ".join(dict.fromkeys(e.reason for e in not_derived(context, line) if "96368" in e.reason)) if line else ""
    )
    return reasons or "a concurrent infusion is reported once a date, whatever the number of drugs"


def _repeat_push(context: Context, difference: Difference) -> str:
    if context.practitioner and difference.derived is None:
        reasons = _uncoded(context, difference)
        return f"the repeat push is a facility's code; {reasons}"
    return _derived_reason(context, difference)


def _plainly(context: Context, difference: Difference) -> str:
    return _derived_reason(context, difference)


_REASONS: dict[str, Callable[[Context, Difference], str]] = {
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
    rule.RADIONUCLIDE: _radionuclide,
    rule.OTHER_DATE: _other_date,
    rule.NOT_DOCUMENTED: _uncoded,
}
