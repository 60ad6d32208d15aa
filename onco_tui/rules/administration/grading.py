"""How much of a person a fix needs: the chart settles it, or someone must look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from onco_tui.derive.identity import drug_of
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.charted import class_in, lines_on, on_day, sources_of
from onco_tui.rules.administration.codes import KINDS, is_service
from onco_tui.rules.administration.comparison import Difference, counted_modifiers, differences
from onco_tui.rules.administration.declotting import agent_billed, agent_charted
from onco_tui.rules.administration.doubt import gap_on_day, judged, unsettled, untimed
from onco_tui.rules.administration.verdicts import NO_TIMES, verdicts
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Grade


def grade(context: Context, group: Sequence[Difference]) -> Grade:
    """Leave to a person what rests on a judgement, a gap or something the claim alone knows; the rest is safe."""
    days = {_day(context, difference) for difference in group}
    unsure = not days.isdisjoint(context.once(_open_days)) or any(
        id(difference) in context.once(_without_times) or _needs_person(context, difference) for difference in group
    )
    return "review" if unsure else "safe"


def _open_days(context: Context) -> frozenset[date | None]:
    """Give the dates of which a difference cannot be judged. Use it through ``context.once``."""
    return frozenset(_day(context, d) for d in context.once(differences) if unsettled(context, d))


def _without_times(context: Context) -> frozenset[int]:
    """Name the differences that rest on missing times. Use it through ``context.once``."""
    return frozenset(id(difference) for rule, difference in context.once(verdicts) if rule == NO_TIMES)


def _needs_person(context: Context, difference: Difference) -> bool:
    sources = sources_of(context, difference.derived)
    return (
        judged(context, difference)
        or gap_on_day(context, difference)
        or any(a in context.once(untimed) or _class_uncertain(context, a) for a in sources)
        or _takes_modifier(context, difference)
        or _declots_with_unknown(context, difference)
        or (difference.derived is None and _day(context, difference) in context.once(_days_beyond_chart))
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
    taken = difference.modifiers - counted_modifiers(derived.modifiers)
    if not taken:
        return False
    return "53" in taken or any(_pair_unknown(context, line, other) for other in context.claim.lines)


def _pair_unknown(context: Context, line: ClaimLine, other: ClaimLine) -> bool:
    """Tell whether another service of the date may be paired with a line, because no table here knows the two."""
    day = context.day_of(line)
    if day is None or other.code in KINDS or context.day_of(other) != day or not is_service(other.code):
        return False
    return not context.reference.codesets.pair(line.code, other.code, day, context.claim.claim_type).known


def _declots_with_unknown(context: Context, difference: Difference) -> bool:
    """Tell whether declotting rests on a note that names no agent."""
    derived = difference.derived
    if derived is None or derived.code != "36593":
        return False
    day = derived.date_of_service
    return not (agent_charted(context, day) or agent_billed(context, day))


def _days_beyond_chart(context: Context) -> frozenset[date | None]:
    """Give the dates of unsupported lines of which the chart may lack something. Use it through ``context.once``."""
    days = {_day(context, difference) for difference in context.once(differences) if difference.derived is None}
    return frozenset(day for day in days if _beyond_chart(context, day))


def _beyond_chart(context: Context, day: date | None) -> bool:
    """Tell whether the chart may lack what was given on a date.

    It charts nothing of that date but something of others, or a drug is billed that no administration charts.
    """
    charted = [a for a in context.administrations if on_day(a, day)]
    if context.administrations and not charted:
        return True
    table = context.reference.drugs
    drugs = [drug_of(a, table) for a in charted if class_in(context, a) != "hydration"]
    if None in drugs:
        return False
    given = {drug.ingredient or drug.hcpcs for drug in drugs if drug}
    billed = [table.by_code(line.code) for line in context.once(lines_on).get(day, ())]
    others = (drug for drug in billed if drug and drug.admin_class != "hydration")
    return any((drug.ingredient or drug.hcpcs) not in given for drug in others)


def _day(context: Context, difference: Difference) -> date | None:
    if difference.derived:
        return difference.derived.date_of_service
    return context.day_of(difference.line) if difference.line else None
