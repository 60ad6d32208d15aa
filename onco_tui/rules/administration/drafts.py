"""Turns differences into findings: severity, direction, money, evidence and fixes; and says what is not judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.counting import by_number
from onco_tui.rules.administration import verdicts as rule
from onco_tui.rules.administration.charted import behind, class_in, not_derived, on_day, other_initials
from onco_tui.rules.administration.codes import HOURS, KINDS, pays_more
from onco_tui.rules.administration.comparison import Difference, differences
from onco_tui.rules.administration.doubt import OtherReading, supported_elsewhere, unsettled, untimed, untimed_for
from onco_tui.rules.administration.orphans import left_alone_by
from onco_tui.rules.administration.queries import ask_purpose, ask_times
from onco_tui.rules.administration.settling import settlement_of
from onco_tui.rules.administration.verdicts import verdicts
from onco_tui.rules.administration.wording import message
from onco_tui.rules.context import Context, charge_for, chart_evidence, line_evidence
from onco_tui.rules.finding import Direction, Draft, Evidence, Fix, NotChecked, Severity

_FIELDS: dict[str, tuple[str, ...]] = {
    rule.INITIAL_TWICE: ("access_site", "visit"),
    rule.WRONG_INITIAL: ("access_site", "drug_class"),
    rule.HYDRATION: ("purpose", "access_site"),
    rule.CONCURRENT: ("access_site", "bag"),
    rule.CONCURRENT_TWICE: ("access_site", "bag"),
    rule.WRONG_FAMILY: ("drug_class",),
    rule.PUMP: ("pump", "ordered_minutes"),
    rule.SET_APART: ("access_site", "visit"),
    rule.INJECTION: ("drug_class",),
    rule.RADIONUCLIDE: ("drug_class",),
}


def drafts(context: Context, owner: str) -> Iterator[Draft | NotChecked]:
    """Give the findings of one rule: the differences that are its own."""
    for name, difference in context.once(verdicts):
        if name != owner:
            continue
        reading = None if owner == rule.OTHER_DATE else supported_elsewhere(context, difference)
        line = difference.line
        agreed = reading is not None and reading.whole
        if not agreed and line is not None and (reason := unsettled(context, difference)):
            yield NotChecked(f"line {line.line} bills {line.code}: {reason}", lines=(line.line,))
        else:
            yield _draft(context, owner, difference, reading)


def changed_lines(context: Context) -> frozenset[int]:
    """Give the numbers of the lines that the chart says should be different. Use it through ``context.once``."""
    return frozenset(
        difference.line.line
        for difference in context.once(differences)
        if difference.line and not unsettled(context, difference)
    )


def _draft(context: Context, owner: str, difference: Difference, reading: OtherReading | None) -> Draft:
    line, derived = difference.line, difference.derived
    subject = (derived.code, *derived.modifiers) if derived else ()
    alone = left_alone_by(context, difference)
    return Draft(
        message=message(context, owner, difference, reading) + _without_it(alone),
        lines=(line.line,) if line else tuple(add_on.line for add_on in alone),
        evidence=_evidence(context, owner, difference),
        direction=_direction(owner, difference),
        amount_at_risk=_amount(context, owner, difference),
        fixes=_fixes(context, owner, difference, reading),
        subject=" ".join((*subject, str(derived.date_of_service))) if derived and line is None else " ".join(subject),
        severity=_severity(context, owner, difference, reading),
    )


def _without_it(alone: Sequence[ClaimLine]) -> str:
    if not alone:
        return ""
    codes = ", ".join(dict.fromkeys(line.code for line in alone))
    return f"; {by_number('line', [line.line for line in alone])} ({codes}) cannot stand without it"


def _severity(context: Context, owner: str, difference: Difference, reading: OtherReading | None) -> Severity | None:
    """Lower what another reading supports, what is open by itself; raise lines of no units and add-ons left alone.

    None keeps the rule's own severity.
    """
    if reading is not None:
        return Severity.INFO if reading.whole else Severity.WARNING
    if left_alone_by(context, difference) or (difference.line and difference.line.units <= 0):
        return Severity.ERROR
    return Severity.WARNING if _is_open(context, owner, difference) else None


def _is_open(context: Context, owner: str, difference: Difference) -> bool:
    line = difference.line
    if owner == rule.NO_TIMES:
        return line is not None and line.code not in HOURS
    if owner == rule.WRONG_INITIAL:
        return context.practitioner
    biologic = {class_in(context, a) for a in behind(context, difference)} == {"complex_biologic"}
    if owner in {rule.WRONG_FAMILY, rule.INJECTION} and biologic:
        return True
    return owner == rule.INJECTION and "96377" in difference.codes


def _direction(owner: str, difference: Difference) -> Direction:
    line, derived = difference.line, difference.derived
    if owner == rule.NO_TIMES:
        return "documentation"
    if line is None:
        return "under"
    if derived is None or (line.code == derived.code and line.units > difference.supported):
        return "over"
    if line.code == derived.code:
        return "under" if difference.supported > line.units else "format"
    return "over" if pays_more(line.code, derived.code) else "under"


def _amount(context: Context, owner: str, difference: Difference) -> Decimal | None:
    """Give the charge that may be taken back, or that is given up where the claim shows the price of the code."""
    line, derived = difference.line, difference.derived
    if line is not None and (derived is None or line.code == derived.code):
        return charge_for(line, abs(line.units - difference.supported)) if line.units != difference.supported else None
    if line is not None:
        return line.charge if owner == rule.NO_TIMES or _direction(owner, difference) == "over" else None
    if derived is not None:
        priced = next((o for o in context.claim.lines if o.code == derived.code and o.charge is not None), None)
        return charge_for(priced, difference.supported) if priced else None
    return None


def _fixes(context: Context, owner: str, difference: Difference, reading: OtherReading | None) -> tuple[Fix, ...]:
    """Ask first where the record lacks something; then offer the edits that the payer's policy allows."""
    questions: list[Fix] = []
    if owner == rule.NO_TIMES and difference.line:
        unknown = untimed_for(context, difference.line) or context.once(untimed)
        questions = [ask_times(context, administration) for administration in unknown]
    elif reading is not None:
        questions = [
            ask_purpose(context, a)
            for a in behind(context, difference)
            if a.purpose is None and class_in(context, a) == "hydration"
        ]
    waits = owner == rule.NO_TIMES and context.policy.missing_stop == "query"
    fix = None if waits else settlement_of(context, difference)
    return (*questions, *((fix,) if fix else ()))


def _evidence(context: Context, owner: str, difference: Difference) -> tuple[Evidence, ...]:
    """Point at the claim's and the chart's side, so that both can be lit."""
    found: list[Evidence] = []
    line = difference.line
    if line is not None:
        dated = ("date_of_service",) if owner == rule.OTHER_DATE else ()
        found += line_evidence(line, "code", "units", "modifiers", *dated)
        if owner == rule.INITIAL_TWICE:
            found += (e for other in other_initials(context, line) for e in line_evidence(other, "code"))
    side: list[Evidence] = []
    for administration in _charted(context, owner, difference):
        side += chart_evidence(administration, "drug", "route", "start", "stop", *_FIELDS.get(owner, ()))
    side += _procedures(context, difference)
    if not side:
        named = " ".join(administration.id for administration in context.administrations)
        side.append(Evidence("documentation.administrations", named))
    return (*found, *side)


def _charted(context: Context, owner: str, difference: Difference) -> tuple[Administration, ...]:
    line = difference.line
    if line is None or difference.derived is not None:
        return behind(context, difference)
    if owner == rule.NO_TIMES:
        return untimed_for(context, line)
    if owner == rule.RADIONUCLIDE:
        day = context.day_of(line)
        hot = (a for a in context.administrations if class_in(context, a) == "radiopharmaceutical")
        return tuple(a for a in hot if on_day(a, day))
    return behind(context, difference)


def _procedures(context: Context, difference: Difference) -> Iterator[Evidence]:
    """Point at the charted procedures behind a flush, a draw or a declotting."""
    line, derived = difference.line, difference.derived
    if not any(KINDS[code].family == "catheter" for code in difference.codes):
        return
    named = set(derived.sources if derived else ())
    named |= {source for entry in (not_derived(context, line) if line else ()) for source in entry.sources}
    for procedure in context.chart.procedures or ():
        if procedure.id in named:
            yield Evidence(f"documentation.procedures[{procedure.id}].kind", procedure.kind or procedure.code or "")
