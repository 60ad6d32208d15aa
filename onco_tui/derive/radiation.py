"""Radiation management and delivery lines from courses and fractions.

Management: Medicare Claims Processing Manual chapter 13 section 70.1. Delivery: stereotactic courses by machine and
fractions (NCCI Policy Manual chapter IX section F), other sessions by their charted level, for the three-level codes in
force from 2026. Before 2026 setting, energy and areas decided, which the chart does not have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from onco_tui.codesets.reference import Reference
from onco_tui.derive.result import Choice, Derivation, DerivedLine, Judgement, NotDerived
from onco_tui.encounter.chart import Fraction, RadiationCourse
from onco_tui.encounter.document import Encounter

_ONE = Decimal(1)
_LEVEL_CODES_FROM = date(2026, 1, 1)
_LEVELS = {
    **dict.fromkeys(("1", "simple", "77402"), "77402"),
    **dict.fromkeys(("2", "intermediate", "77407"), "77407"),
    **dict.fromkeys(("3", "complex", "77412"), "77412"),
}
_STEREOTACTIC = frozenset({"srs", "sbrt"})
_MOST_STEREOTACTIC = 5
_WHOLE_CRANIAL_COURSE = {"cobalt60": "77371", "linac": "77372"}
_FACILITY_PLACES = frozenset({"19", "21", "22", "23", "24"})
_NO_WEEKLY_MANAGEMENT = frozenset({"brachytherapy_hdr", "brachytherapy_ldr", "superficial"})


def derive_radiation(encounter: Encounter, reference: Reference) -> Derivation:
    """Derive management (practitioner) and delivery (where the equipment's owner bills) of every course."""
    del reference  # radiation needs no drug or payer table yet
    found = Derivation()
    for course in encounter.chart.radiation_courses or ():
        if encounter.claim.claim_type == "professional":
            found += _management(course)
        if encounter.claim.claim_type == "institutional" or encounter.claim.place_of_service not in _FACILITY_PLACES:
            found += _delivery(course)
    return found


def _management(course: RadiationCourse) -> Derivation:
    sessions = sorted(course.fractions, key=lambda fraction: (fraction.date, fraction.session))
    if not sessions or course.technique in _NO_WEEKLY_MANAGEMENT:
        return Derivation()
    done = course.completed or (course.completed is None and len(sessions) == course.prescribed_fractions)
    planned = course.prescribed_fractions or len(sessions)
    if course.technique in _STEREOTACTIC:
        return _stereotactic(course, sessions, done=done)
    if done and len(sessions) <= 2:
        return _once(course, "77431", sessions, "a course of 1 or 2 fractions has one management service for the whole")
    if not done and planned <= 2:
        return Derivation(not_derived=(NotDerived((course.course_id,), "the short course is not completed yet"),))
    return _weekly(course, sessions, done=done)


def _stereotactic(course: RadiationCourse, sessions: list[Fraction], *, done: bool) -> Derivation:
    if not _few_enough(course):
        return _weekly(course, sessions, done=done)
    if not done:
        return Derivation(
            not_derived=(NotDerived((course.course_id,), "the stereotactic course is not completed yet"),)
        )
    if course.technique == "srs" and course.cranial and len(sessions) == 1:
        return _once(course, "77432", sessions, "a cranial course of one session has its own management service")
    return _once(course, "77435", sessions, "a stereotactic body course has one management service for the whole")


def _once(course: RadiationCourse, code: str, sessions: list[Fraction], reason: str) -> Derivation:
    if course.billed_before.get(code):
        return Derivation(not_derived=(NotDerived((course.course_id,), f"{code} was billed before for this course"),))
    count = f"{len(sessions)} fraction{'s' if len(sessions) > 1 else ''} in all"
    line = DerivedLine(code, _ONE, (), sessions[-1].date, (course.course_id,), (count, reason))
    return Derivation((line,))


def _weekly(course: RadiationCourse, sessions: list[Fraction], *, done: bool) -> Derivation:
    """Give one unit for five fractions, and one for 3 or 4 left over when the course has ended."""
    fives, rest = divmod(len(sessions), 5)
    ends = [sessions[5 * number + 4].date for number in range(fives)]
    because = [f"{len(sessions)} fractions: {fives} times 5, {rest} left over"]
    if rest in {3, 4} and done:
        ends.append(sessions[-1].date)
        because.append(f"the course has ended, and {rest} left over earn one more")
    elif rest:
        because.append(f"{rest} left over earn nothing" if done else f"{rest} wait for the next fractions")
    before = int(course.billed_before.get("77427", Decimal(0)))
    if before:
        because.append(f"{before} billed before")
    due = Counter(ends[before:])
    lines = tuple(
        DerivedLine("77427", Decimal(units), (), day, (course.course_id,), tuple(because)) for day, units in due.items()
    )
    return Derivation(lines, tuple(_visits_judgement(course, len(ends))))


def _visits_judgement(course: RadiationCourse, units: int) -> Iterator[Judgement]:
    """Say when fewer physician visits are charted than units; the claims manual asks for one each."""
    visits = len(course.management_visits)
    if 0 < visits < units:
        yield Judgement(
            (course.course_id,),
            f"{units} units by fractions, but {visits} management visits are charted; one is expected for each unit",
            "the units the fractions earn",
            ((Choice("77427", Decimal(visits)),),),
        )


def _few_enough(course: RadiationCourse) -> bool:
    """Tell whether a course has as few fractions as a stereotactic one may have."""
    return max(len(course.fractions), course.prescribed_fractions or 0) <= _MOST_STEREOTACTIC


def _delivery(course: RadiationCourse) -> Derivation:
    if course.technique in _STEREOTACTIC and _few_enough(course):
        return _stereotactic_delivery(course)
    levels: Counter[tuple[date, str]] = Counter()
    without = 0
    for fraction in course.fractions:
        code = _LEVELS.get((fraction.level or "").casefold()) if fraction.date >= _LEVEL_CODES_FROM else None
        if code:
            levels[fraction.date, code] += 1
        else:
            without += 1
    lines = [
        DerivedLine(
            code, Decimal(units), (), day, (course.course_id,), (f"{units} session{'s' * (units > 1)} on this day",)
        )
        for (day, code), units in sorted(levels.items())
    ]
    return Derivation(tuple(lines), not_derived=tuple(_without_level(course, without)))


def _without_level(course: RadiationCourse, sessions: int) -> Iterator[NotDerived]:
    if sessions and course.technique not in _NO_WEEKLY_MANAGEMENT:
        words = f"delivery of {sessions} session{'s' * (sessions > 1)}"
        if max(fraction.date for fraction in course.fractions) >= _LEVEL_CODES_FROM:
            yield NotDerived((course.course_id,), f"{words}: the level is not charted", gap=True)
        else:
            yield NotDerived((course.course_id,), f"{words}: its code rests on energy and areas, which the chart lacks")


def _stereotactic_delivery(course: RadiationCourse) -> Derivation:
    """Give the whole cranial course in one session once, other stereotactic sessions once a date."""
    planned = course.prescribed_fractions or len(course.fractions)
    days = sorted({fraction.date for fraction in course.fractions})
    if course.technique == "srs" and course.cranial and planned == len(course.fractions) == 1:
        code = _WHOLE_CRANIAL_COURSE.get(course.machine or "")
        if code is None:
            reason = "stereotactic delivery: whether a cobalt unit or a linac gave it is not charted"
            return Derivation(not_derived=(NotDerived((course.course_id,), reason, gap=True),))
        because = f"the whole cranial course in one session on a {'cobalt unit' if code == '77371' else 'linac'}"
    else:
        code, because = "77373", f"a fraction of a stereotactic course of {planned}; it may have {_MOST_STEREOTACTIC}"
    return Derivation(tuple(DerivedLine(code, _ONE, (), day, (course.course_id,), (because,)) for day in days))
