"""The chart's side of a difference: which administrations stand behind a line, and what the chart says of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from datetime import date
from functools import cache
from itertools import islice

from onco_tui.derive.administration.minutes import Run, at, minute_of, run_of
from onco_tui.derive.identity import class_of
from onco_tui.derive.result import DerivedLine, NotDerived
from onco_tui.encounter.chart import Administration, DrugClass, Route
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.codes import INITIAL, INJECTIONS, KINDS
from onco_tui.rules.administration.comparison import Difference
from onco_tui.rules.context import Context

MOST_NAMED = 12
"""Of how many lines alike each finding speaks; all of them in each would make thousands of lines millions of words."""

INFUSED: frozenset[Route] = frozenset({"iv_infusion", "subcutaneous_infusion", "intra_arterial_infusion"})

_IV_PUSH = frozenset(code for code, kind in KINDS.items() if kind.form == "push")
_IV = _IV_PUSH | frozenset(code for code, kind in KINDS.items() if kind.form == "infusion")
_PUMP = frozenset(code for code, kind in KINDS.items() if kind.family == "pump")
_UNDER_SKIN = INJECTIONS | {"96369", "96370", "96371"}
_ARTERIAL = frozenset({"96373", "96420", "96422", "96423", "96425"})
_BY_ROUTE: dict[Route, frozenset[str]] = {
    "iv_infusion": _IV,
    "iv_push": _IV_PUSH,
    "pump_infusion": _IV | _PUMP,
    "subcutaneous": _UNDER_SKIN,
    "subcutaneous_infusion": _UNDER_SKIN,
    "intramuscular": INJECTIONS,
    "intralesional": frozenset({"96405", "96406"}),
    "intrathecal": frozenset({"96450", "96542"}),
    "intra_arterial_push": _ARTERIAL,
    "intra_arterial_infusion": _ARTERIAL,
    "intraperitoneal": frozenset({"96446"}),
    "intrapleural": frozenset({"96440"}),
    "intravesical": frozenset({"51720"}),
    "oral": (INJECTIONS | _IV_PUSH) - {"96376", "96377"},
    "catheter_instillation": frozenset({"36593", "96523"}),
    "port_flush": frozenset({"96523"}),
    "pump_refill": frozenset({"96521", "96522", "96523"}),
    "transfusion": frozenset({"36430"}),
}
_BY_CLASS: dict[DrugClass, frozenset[str]] = {
    "chemotherapy": frozenset({"chemotherapy", "pump"}),
    "complex_biologic": frozenset({"chemotherapy", "pump"}),
    "hormonal": frozenset({"chemotherapy", "pump"}),
    "therapeutic": frozenset({"therapeutic", "pump"}),
    "hydration": frozenset({"hydration"}),
}
# Routes whose code does not depend on the drug.
_WHATEVER_DRUG: frozenset[Route] = frozenset({"catheter_instillation", "port_flush", "pump_refill", "transfusion"})


@cache
def codes_for(route: Route | None, drug_class: DrugClass | None) -> frozenset[str]:
    """Give the codes an administration by this route and of this class may be billed with; unknown leaves all open."""
    codes = _BY_ROUTE[route] if route else frozenset(KINDS)
    families = _BY_CLASS.get(drug_class) if drug_class and route not in _WHATEVER_DRUG else None
    return codes if families is None else frozenset(code for code in codes if KINDS[code].family in families)


def class_in(context: Context, administration: Administration) -> DrugClass | None:
    """Give the class of an administration's drug, charted or known; None when neither.

    A drug on the payer's list of those outside the chemotherapy codes counts as therapeutic.
    """
    return "therapeutic" if listed(context, administration) else class_of(administration, context.reference.drugs)


def listed(context: Context, administration: Administration) -> bool:
    """Tell whether the payer lists the drug as outside the chemotherapy codes."""
    return administration.hcpcs in context.policy.injection_only_codes


def may_bill(context: Context, administration: Administration, code: str) -> bool:
    """Tell whether a code may stand for an administration, whatever its minutes."""
    return code in codes_for(administration.route, class_in(context, administration))


def run_in(context: Context, administration: Administration) -> Run:
    """Read the times of an administration as the payer lets them be read."""
    return run_of(administration, compute=context.policy.stop_from_volume_and_rate)


def on_day(administration: Administration, day: date | None) -> bool:
    """Tell whether an administration may have been given on a day."""
    days = {moment.date() for moment in (administration.start, administration.stop) if moment}
    return day is None or not days or day in days


def told(context: Context, administration: Administration) -> str:
    """Say what was given and when, ``docetaxel (10:05 to 11:17, 72 min)``; dated where the chart has several days."""
    run = run_in(context, administration)
    moment = administration.start or administration.stop
    if moment is None:
        return administration.name
    if run.minutes is not None or administration.route in INFUSED:
        when = run.told.replace(" is ", ", ", 1)
    else:
        when = f"at {at(minute_of(moment))}"
    day = f" on {moment.date()}" if len(context.once(_days)) > 1 else ""
    return f"{administration.name} ({when}{day})"


def _days(context: Context) -> frozenset[date]:
    return frozenset(moment.date() for a in context.administrations if (moment := a.start or a.stop))


def lines_on(context: Context) -> Mapping[date | None, tuple[ClaimLine, ...]]:
    """Sort the lines of the claim by their date. Use it through ``context.once``."""
    days: dict[date | None, list[ClaimLine]] = defaultdict(list)
    for line in context.claim.lines:
        days[context.day_of(line)].append(line)
    return {day: tuple(lines) for day, lines in days.items()}


def lines_like(context: Context) -> Mapping[tuple[str, date | None], tuple[ClaimLine, ...]]:
    """Sort the lines of the claim by code and date. Use it through ``context.once``."""
    alike: dict[tuple[str, date | None], list[ClaimLine]] = defaultdict(list)
    for line in context.claim.lines:
        alike[line.code, context.day_of(line)].append(line)
    return {key: tuple(lines) for key, lines in alike.items()}


def other_initials(context: Context, line: ClaimLine) -> list[ClaimLine]:
    """Give the other lines that bill an initial service on the date of a line; of very many the first few."""
    beside = context.once(lines_on)[context.day_of(line)]
    return list(islice((other for other in beside if other.code in INITIAL and other is not line), MOST_NAMED))


def supported_beside(context: Context, line: ClaimLine, codes: Container[str]) -> list[DerivedLine]:
    """Give the lines of some codes the chart supports on the date of a claim line; all of them where it has none."""
    day = context.day_of(line)
    return [d for d in context.derivation.lines if d.code in codes and day in {None, d.date_of_service}]


def sources_of(context: Context, derived: DerivedLine | None) -> tuple[Administration, ...]:
    """Give the administrations a derived line rests on, in chart order."""
    named = frozenset(derived.sources) if derived else frozenset()
    return tuple(a for a in context.administrations if a.id in named)


def behind(context: Context, difference: Difference) -> tuple[Administration, ...]:
    """Give the administrations a difference is about.

    Of several that earned one code, those the billed code fits best: a line billed as an infusion was one of the
    infusions. Without a derived line they are what the billed code may have been meant for.
    """
    line, derived = difference.line, difference.derived
    if derived is None:
        return meant(context, line) if line else ()
    sources = sources_of(context, derived)
    if line is not None and difference.recoded and difference.supported < derived.units:
        form = KINDS[line.code].form
        alike = tuple(a for a in sources if (a.route in INFUSED) == (form == "infusion"))
        return alike or sources
    return sources


def meant(context: Context, line: ClaimLine) -> tuple[Administration, ...]:
    """Give the administrations of the day that a billed line may have been meant for."""
    day = context.day_of(line)
    return tuple(a for a in context.administrations if on_day(a, day) and may_bill(context, a, line.code))


def not_derived(context: Context, line: ClaimLine) -> tuple[NotDerived, ...]:
    """Give what the derivation left without a line although the billed line may have been meant for it."""
    names = {a.id for a in meant(context, line)} | _procedures(context, line)
    entries = (entry for entry in context.derivation.not_derived if entry.topic == "administration")
    return tuple(entry for entry in entries if names.intersection(entry.sources))


def _procedures(context: Context, line: ClaimLine) -> set[str]:
    """Name the charted procedures when the line is one of those a procedure note may stand for."""
    catheter = KINDS[line.code].family == "catheter"
    return {procedure.id for procedure in context.chart.procedures or ()} if catheter else set()


def drugs(administrations: Iterable[Administration]) -> str:
    """Name drugs, each once."""
    return " and ".join(dict.fromkeys(a.name for a in administrations))
