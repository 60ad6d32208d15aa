"""The edits that settle differences, and how much of a person they need.

Differences that depend on one another share one fix, so accepting it never leaves a claim half changed: a new initial
service turns the old one into an add-on, and an add-on goes with its only parent. Accepting all fixes, in any order,
ends in exactly the derived lines.

A recoded or added line takes its charge from another line of its new code; without one the charge stays open and the
title says so. The old charge is the price of the old code: kept, it would leave the claim with a price nobody set,
and nothing would show it; an open charge stops the claim until somebody enters it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onco_tui.derive.identity import drug_of
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.values import plain
from onco_tui.rules.administration.charted import class_in, on_day, sources_of
from onco_tui.rules.administration.codes import INITIAL, KINDS
from onco_tui.rules.administration.comparison import Difference, counted_modifiers, differences
from onco_tui.rules.administration.doubt import gap_on_day, judged, unsettled, untimed
from onco_tui.rules.administration.verdicts import NO_TIMES, verdicts
from onco_tui.rules.context import Context, charge_for
from onco_tui.rules.edit_series import EditSeries, pointers_like
from onco_tui.rules.finding import Fix, Grade

_MAX_MODIFIERS = 4


@dataclass(frozen=True, slots=True)
class Settlement:
    """One fix and the differences it settles."""

    group: tuple[Difference, ...]
    fix: Fix


def settlements(context: Context) -> tuple[Settlement, ...]:
    """Give the fixes of all differences that can be judged. Use it through ``context.once``."""
    return tuple(Settlement(group, fix) for group in _groups(context) if (fix := _fix(context, group)))


def settlement_of(context: Context, difference: Difference) -> Fix | None:
    """Give the fix that settles a difference; None when it has no room for a modifier or no parent for an add-on."""
    return next((s.fix for s in context.once(settlements) if difference in s.group), None)


def bringing(context: Context, codes: frozenset[str], day: date | None) -> Fix | None:
    """Give the fix that brings one of some codes to a date; None when the chart supports none of them."""
    for settlement in context.once(settlements):
        for difference in settlement.group:
            derived = difference.derived
            if derived is not None and derived.code in codes and derived.date_of_service == day:
                return settlement.fix
    return None


def recoded_lines(context: Context) -> frozenset[int]:
    """Give the numbers of the lines whose code leaves their date. Use it through ``context.once``."""
    lines = (difference.line for difference in context.once(differences) if _changed(difference))
    return frozenset(line.line for line in lines if line)


def _groups(context: Context) -> list[tuple[Difference, ...]]:
    """Part the differences into groups that must be settled together."""
    found = [difference for difference in context.once(differences) if not unsettled(context, difference)]
    knots = [frozenset({at}) for at in range(len(found))]
    for day in dict.fromkeys(_day(context, difference) for difference in found):
        changes = {at: _changed(d) for at, d in enumerate(found) if _day(context, d) == day}
        gone = {line.line for at, codes in changes.items() if codes and (line := found[at].line)}
        for tied in _tied(context, _staying(context, day, gone), changes):
            joined = frozenset[int]().union(*(knot for knot in knots if knot & tied))
            knots = [*(knot for knot in knots if not knot & tied), *([joined] if joined else [])]
    return [tuple(found[at] for at in sorted(knot)) for knot in knots]


def _staying(context: Context, day: date | None, gone: set[int]) -> frozenset[str]:
    """Give the codes of a date that no difference takes away."""
    lines = context.claim.lines
    return frozenset(line.code for line in lines if context.day_of(line) == day and line.line not in gone)


def _tied(context: Context, staying: frozenset[str], changes: dict[int, frozenset[str]]) -> Iterable[frozenset[int]]:
    """Give the changes of a date that cannot stand alone.

    All that move the initial service; and for an add-on without a parent among the lines that stay, all that bring or
    take the add-on or one of its parents.
    """
    moved = frozenset[str]().union(*changes.values())
    yield frozenset(at for at, codes in changes.items() if codes & INITIAL)
    for code, parents in context.reference.addon_parents.items():
        if code in moved | staying and staying.isdisjoint(parents):
            yield frozenset(at for at, codes in changes.items() if codes & (parents | {code}))


def _changed(difference: Difference) -> frozenset[str]:
    """Give the codes that a difference brings to its date or takes from it."""
    line, derived = difference.line, difference.derived
    if line is None or difference.recoded:
        return difference.codes
    if derived is None:
        return difference.codes if not difference.supported else frozenset()
    other_date = line.date_of_service is not None and line.date_of_service != derived.date_of_service
    return difference.codes if other_date else frozenset()


def _day(context: Context, difference: Difference) -> date | None:
    if difference.derived:
        return difference.derived.date_of_service
    return context.day_of(difference.line) if difference.line else None


def _fix(context: Context, group: Sequence[Difference]) -> Fix | None:
    if any(d.line and len(_modifiers(d.line, d)) > _MAX_MODIFIERS for d in group):
        return None
    series = EditSeries(context.encounter)
    for difference in group:
        if difference.line is None:
            _add(series, difference)
        elif difference.supported:
            _change(series, difference.line, difference)
        else:
            series.remove(difference.line.line)
    if not series.edits or _brings_orphan(context, group, series.claim):
        return None
    return Fix(_title(group, series.claim), _grade(context, group), series.edits)


def _brings_orphan(context: Context, group: Sequence[Difference], after: Claim) -> bool:
    """Tell whether an add-on would stand without a parent, because what would be its parent cannot be judged."""
    for difference in group:
        derived = difference.derived
        parents = context.reference.addon_parents.get(derived.code) if derived and _changed(difference) else None
        if derived and parents is not None:
            codes = {line.code for line in after.lines if after.day_of(line) == derived.date_of_service}
            if parents.isdisjoint(codes):
                return True
    return False


def _change(series: EditSeries, line: ClaimLine, difference: Difference) -> None:
    derived, units = difference.derived, difference.supported
    code = derived.code if derived else line.code
    series.set(line.line, "code", code)
    series.set(line.line, "units", units)
    series.set(line.line, "modifiers", _modifiers(line, difference))
    if derived and line.date_of_service and not _within(line, derived.date_of_service):
        series.set(line.line, "date_of_service", derived.date_of_service)
    if code != line.code:
        series.set(line.line, "charge", _price(series.claim, code, units, besides=line.line))
    elif line.units > 0:
        series.set(line.line, "charge", charge_for(line, units))


def _within(line: ClaimLine, day: date) -> bool:
    first = line.date_of_service
    return first is None or first <= day <= (line.date_to or first)


def _modifiers(line: ClaimLine, difference: Difference) -> tuple[str, ...]:
    """Give the modifiers after the fix: those that tell services apart as derived, all others as they are."""
    derived = difference.derived
    if derived is None or counted_modifiers(line.modifiers) == counted_modifiers(derived.modifiers):
        return line.modifiers
    kept = tuple(m for m in line.modifiers if not counted_modifiers((m,)))
    return (*kept, *(m for m in derived.modifiers if m not in kept))


def _add(series: EditSeries, difference: Difference) -> None:
    derived = difference.derived
    if derived is None:
        return
    claim = series.claim
    alike = [line for line in claim.lines if line.code in KINDS]
    like = next((line for line in alike if line.date_of_service == derived.date_of_service), next(iter(alike), None))
    new = ClaimLine(
        line=1,  # the series gives it the next free number
        code=derived.code,
        modifiers=derived.modifiers,
        units=difference.supported,
        diagnosis_pointers=pointers_like(claim, like),
        charge=_price(claim, derived.code, difference.supported),
        date_of_service=derived.date_of_service,
        place_of_service=like.place_of_service if like else None,
        rendering_npi=like.rendering_npi if like else None,
    )
    series.insert(new, alike[-1].line if alike else None)


def _price(claim: Claim, code: str, units: Decimal, besides: int = 0) -> Decimal | None:
    """Take the charge from another line of the same code on this claim; without one it stays open, never guessed."""
    for line in claim.lines:
        if line.code == code and line.line != besides and line.charge is not None:
            return charge_for(line, units)
    return None


def _title(group: Sequence[Difference], after: Claim) -> str:
    steps = "; ".join(map(_step, group))
    codes = {d.derived.code for d in group if d.derived and (d.line is None or d.recoded)}
    unpriced = sum(line.charge is None and line.code in codes for line in after.lines)
    if not unpriced:
        return steps
    return f"{steps}; charge{'s' if unpriced > 1 else ''} to be entered"


def _step(difference: Difference) -> str:
    line, derived, units = difference.line, difference.derived, difference.supported
    if line is None:
        return f"add {coded(derived.code, units, derived.modifiers)}" if derived else ""
    if not units:
        return f"remove line {line.line} ({line.code})"
    words = []
    if difference.recoded and derived:
        words.append(f"{line.code} to {coded(derived.code, units)}")
    elif units != line.units:
        words.append(f"units {plain(line.units)} to {plain(units)}")
    if (modifiers := _modifiers(line, difference)) != line.modifiers:
        words.append(f"modifiers {' '.join(line.modifiers) or 'none'} to {' '.join(modifiers) or 'none'}")
    if derived and line.date_of_service and not _within(line, derived.date_of_service):
        words.append(f"date {line.date_of_service} to {derived.date_of_service}")
    return f"line {line.line} {', '.join(words)}"


def coded(code: str, units: Decimal, modifiers: Iterable[str] = ()) -> str:
    """Write a code with its modifiers and its units where they are not one: ``96375-59 x 2``."""
    text = "-".join((code, *modifiers))
    return text if units == 1 else f"{text} x {plain(units)}"


def _grade(context: Context, group: Sequence[Difference]) -> Grade:
    """Leave to a person what rests on a judgement, a gap or something the claim alone knows; the rest is safe."""
    days = {_day(context, difference) for difference in group}
    open_days = {_day(context, d) for d in context.once(differences) if unsettled(context, d)}
    without_times = [difference for rule, difference in context.once(verdicts) if rule == NO_TIMES]
    unsure = not days.isdisjoint(open_days) or any(d in without_times or _needs_person(context, d) for d in group)
    return "review" if unsure else "safe"


def _needs_person(context: Context, difference: Difference) -> bool:
    sources = sources_of(context, difference.derived)
    return (
        judged(context, difference)
        or gap_on_day(context, difference)
        or any(a in context.once(untimed) or _class_uncertain(context, a) for a in sources)
        or _takes_modifier(context, difference)
        or (difference.derived is None and _uncharted_drug(context, _day(context, difference)))
    )


def _class_uncertain(context: Context, administration: Administration) -> bool:
    """Tell whether the class is not charted and the drug table is not sure of it."""
    if administration.drug_class:
        return False
    drug = drug_of(administration, context.reference.drugs)
    return drug is not None and drug.confidence != "high" and class_in(context, administration) is not None


def _takes_modifier(context: Context, difference: Difference) -> bool:
    """Tell whether a fix takes a modifier that something outside this comparison may ask for."""
    line, derived = difference.line, difference.derived
    if line is None or derived is None:
        return False
    taken = counted_modifiers(line.modifiers) - counted_modifiers(derived.modifiers)
    if not taken:
        return False
    day = context.day_of(line)
    others = (o.code for o in context.claim.lines if context.day_of(o) == day)
    return "53" in taken or any(code not in KINDS and code[:1].isdigit() for code in others)


def _uncharted_drug(context: Context, day: date | None) -> bool:
    """Tell whether a drug is billed that no administration charts: then the chart may lack its giving too."""
    table = context.reference.drugs
    drugs = (a for a in context.administrations if on_day(a, day) and class_in(context, a) != "hydration")
    charted = [drug_of(a, table) for a in drugs]
    if None in charted:
        return False
    given = {drug.ingredient or drug.hcpcs for drug in charted if drug}
    billed = (table.by_code(line.code) for line in context.claim.lines if context.day_of(line) == day)
    return any(
        drug and (drug.ingredient or drug.hcpcs) not in given and drug.admin_class != "hydration" for drug in billed
    )
