"""Modifiers that exist, on a code or a claim that cannot carry them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.authorities import claims_manual_12, fee_schedule, ncci_i
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.drugs.groups import is_drug
from onco_tui.rules.edit_series import EditSeries
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.ncci.modifiers import DISTINCT, VISIT, is_visit
from onco_tui.rules.registry import rule

_PARTS = frozenset({"26", "TC"})
_SIDES = "50"
_NO_VISIT = re.compile(r"[1-8]\d{4}|96[34]\d\d|J\d{4}|Q5\d{3}")
_VISIT_CODE = re.compile(r"99[234]\d\d")
_SPLIT = "1"
_INTERPRETED = frozenset({"6", "8"})
_NOT_PRICED = "9"
_ONE_SIDED = {"0": "is of one side only", "2": "is of both sides already", "9": "has no sides"}
_HOSPITAL_ONLY = frozenset({"27", "73", "74"})
_SURGICAL_CENTER = "24"
_PRACTITIONER_ONLY = "53"
_CHECKED = _PARTS | VISIT | DISTINCT | _HOSPITAL_ONLY | {_SIDES, _PRACTITIONER_ONLY}
_Wrong = tuple[str, Severity]


@rule(
    "CLM205",
    "modifier-not-allowed",
    Severity.ERROR,
    authority=(fee_schedule("PC/TC and bilateral indicators"), ncci_i("section E"), claims_manual_12("20.4.1")),
)
def modifier_not_allowed(context: Context) -> Iterator[Draft | NotChecked]:
    """Modifier not allowed.

    What it finds: 26 or TC on a code that has no professional and technical part, 50 on one that has no two sides (by
        the fee schedule of the date); 24, 25 or 57 on what is no visit; 59 or an X modifier on a visit; 27, 73 and 74
        on a practitioner's claim (73 and 74 not in a surgical center), and 53 on a hospital's.
    Why it matters: The line is denied as an invalid pairing of code and modifier, or paid in part.
    What the chart must show: What the modifier was meant to say.
    Example: 96413 with TC; its PC/TC indicator is 5. A warning where the fee schedule is older than the date of
        service, and for all that does not rest on it.
    Fix: Take the modifier off (review; another code or modifier may have been meant).
    Authority: Medicare physician fee schedule, PC/TC and bilateral indicators; NCCI Policy Manual 2026, chapter I
        section E; Medicare Claims Processing Manual, chapter 12 section 20.4.1. JW and JZ are told by DRG137.
    """
    for line in context.claim.lines:
        if _CHECKED.isdisjoint(line.modifiers) or (day := context.day_of(line)) is None or not line.code:
            continue
        for modifier in dict.fromkeys(line.modifiers):
            if modifier in _CHECKED:
                yield from _told(context, line, modifier, _wrong(context, line, modifier, day))


def _told(
    context: Context, line: ClaimLine, modifier: str, wrong: _Wrong | NotChecked | None
) -> Iterator[Draft | NotChecked]:
    if isinstance(wrong, NotChecked):
        yield wrong
    elif wrong is not None:
        why, severity = wrong
        series = EditSeries(context.encounter)
        series.set(line.line, "modifiers", tuple(m for m in line.modifiers if m != modifier))
        yield Draft(
            f"line {line.line} bills {line.code} with {modifier}; {why}",
            lines=(line.line,),
            evidence=line_evidence(line, "code", "modifiers", "date_of_service"),
            amount_at_risk=line.charge,
            fixes=(Fix(f"line {line.line} remove modifier {modifier}", "review", series.edits),),
            subject=modifier,
            severity=severity,
        )


def _wrong(context: Context, line: ClaimLine, modifier: str, day: date) -> _Wrong | NotChecked | None:
    """Say why a code or claim cannot carry a modifier; None where it can."""
    if modifier in _PARTS and context.practitioner:
        return _without_parts(context, line, modifier, day)
    if modifier == _SIDES and context.practitioner:
        return _without_sides(context, line, day)
    why = ""
    if modifier in VISIT and _NO_VISIT.fullmatch(line.code) and not is_visit(line.code):
        why = "that modifier marks a visit, which this is not"
    elif modifier in DISTINCT and _VISIT_CODE.fullmatch(line.code):
        why = "a visit is set apart by 25, 24 or 57, never by this one"
    elif modifier in _HOSPITAL_ONLY and context.practitioner and not _in_surgical_center(context, line, modifier):
        why = "that modifier is a hospital's"
    elif modifier == _PRACTITIONER_ONLY and not context.practitioner:
        why = "that modifier is a practitioner's; a hospital reports 73 or 74"
    return (why, Severity.WARNING) if why else None


def _without_parts(context: Context, line: ClaimLine, modifier: str, day: date) -> _Wrong | NotChecked | None:
    if is_drug(context, line.code):
        return "a drug has no professional and technical part", Severity.ERROR
    fee = context.reference.codesets.fee(line.code, day)
    if not fee.pc_tc or (fee.stale and fee.pc_tc == _NOT_PRICED):
        reason = f"no fee schedule here says whether {line.code} has a professional and a technical part on {day}"
        return NotChecked(reason, lines=(line.line,))
    if fee.pc_tc == _SPLIT or (fee.pc_tc in _INTERPRETED and modifier == "26"):
        return None
    return f"it has no such part (PC/TC indicator {fee.pc_tc}, {_edition(fee.edition, stale=fee.stale)})", _weight(
        stale=fee.stale
    )


def _without_sides(context: Context, line: ClaimLine, day: date) -> _Wrong | NotChecked | None:
    fee = context.reference.codesets.fee(line.code, day)
    if not fee.bilateral:
        return NotChecked(f"no fee schedule here says whether {line.code} has two sides on {day}", lines=(line.line,))
    if why := _ONE_SIDED.get(fee.bilateral):
        edition = _edition(fee.edition, stale=fee.stale)
        return f"it {why} (bilateral indicator {fee.bilateral}, {edition})", _weight(stale=fee.stale)
    return None


def _edition(name: str | None, *, stale: bool) -> str:
    return f"fee schedule {name}{', older than the date of service' if stale else ''}"


def _weight(*, stale: bool) -> Severity:
    return Severity.WARNING if stale else Severity.ERROR


def _in_surgical_center(context: Context, line: ClaimLine, modifier: str) -> bool:
    return modifier != "27" and (line.place_of_service or context.claim.place_of_service) == _SURGICAL_CENTER
