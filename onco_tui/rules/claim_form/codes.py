"""Codes, modifiers and places that do not exist, or not on the date of service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from onco_tui.codesets.answers import CodeAnswer
from onco_tui.codesets.cpt_modifiers import CPT_MODIFIERS
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.counting import by_number
from onco_tui.rules.authorities import claims_manual_26, fee_schedule, hcpcs_level2
from onco_tui.rules.claim_form.lists import PLACES_OF_SERVICE
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.drugs.billed import drug_lines
from onco_tui.rules.drugs.groups import is_drug
from onco_tui.rules.edit_series import EditSeries
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule
from onco_tui.rules.unknown_codes import WRITTEN, unknown_codes

_AMBULANCE = re.compile(r"A0[0-9]{3}")
_ORIGIN_AND_DESTINATION = re.compile(r"[DEGHIJNPRSX]{2}")
_OLD_CELL_CODES = "cart-procedure"
_DRUG_MODIFIERS = frozenset({"JW", "JZ"})
_ENDED_340B = "JG"
_SHOWN = 12


@rule(
    "CLM201",
    "code-not-in-force",
    Severity.ERROR,
    authority=(hcpcs_level2("dates of addition and termination"), fee_schedule("codes of the year")),
)
def code_not_in_force(context: Context) -> Iterator[Draft | NotChecked]:
    """Code not in force.

    What it finds: A procedure code that ended before the date of service, or takes effect after it; those of drugs
        are DRG107's, those of CAR-T services ADM134's.
    Why it matters: The line is rejected; the date of service decides which codes exist.
    What the chart must show: What was done, so that the successor can be chosen.
    Example: 99354 on 2026-03-02; it ended on 2022-12-31, 99417 or G2212 took its place. A warning where the table is
        older than the date of service.
    Fix: Take the successor (review; a successor may count in other units).
    Authority: HCPCS Level II quarterly file; Medicare physician fee schedule. A CPT code no table here knows is not
        checked: the list of CPT codes here is not complete.
    """
    unknown: dict[str, list[int]] = {}
    for line, day in context.once(_dated):
        answer = context.reference.codesets.procedure(line.code, day)
        if answer.valid is None and WRITTEN.fullmatch(line.code):
            unknown.setdefault(_why_unknown(context, answer, day), []).append(line.line)
        elif answer.known and answer.valid is False and line.line not in context.once(_told_elsewhere):
            yield _out_of_force(context, line, day, answer)
    for reason, numbers in unknown.items():
        codes = dict.fromkeys(line.code for line in context.claim.lines if line.line in numbers)
        yield NotChecked(f"{', '.join(codes)}: {reason}", lines=tuple(numbers))


@rule("CLM202", "code-unknown", Severity.ERROR, authority=(hcpcs_level2("list of codes"),))
def code_unknown(context: Context) -> Iterator[Draft | NotChecked]:
    """Code unknown.

    What it finds: A code that is not written as any procedure code is, or that looks like HCPCS Level II and stands in
        no edition here of its complete list.
    Why it matters: The claim is rejected before anybody looks at it.
    What the chart must show: What was done, so that the right code can be chosen.
    Example: J92711 (a digit too many), or J9998, which HCPCS never had.
    Fix: The code of the one charted service that no line bills and that is written almost the same (review); else none,
        as nothing says which code was meant.
    Authority: HCPCS Level II quarterly file. CPT codes and dental codes are never called unknown, as the lists here
        are not complete; payment rate codes of facilities are left alone.
    """
    for entry in context.once(unknown_codes):
        line, meant = entry.line, entry.meant
        series = EditSeries(context.encounter)
        if meant:
            series.set(line.line, "code", meant)
        charted = f"; the chart supports {meant}, which is not billed" if meant else ""
        yield Draft(
            f"line {line.line} bills {line.code[:_SHOWN]}; {entry.why}{charted}",
            lines=(line.line,),
            evidence=line_evidence(line, "code", "date_of_service"),
            amount_at_risk=line.charge,
            fixes=(Fix(f"line {line.line} {line.code[:_SHOWN]} to {meant}", "review", series.edits),) if meant else (),
        )


def _dated(context: Context) -> tuple[tuple[ClaimLine, date], ...]:
    """Give the lines that have a code and a date; CLM105 tells of the others."""
    return tuple((line, day) for line in context.claim.lines if line.code and (day := context.day_of(line)) is not None)


def _told_elsewhere(context: Context) -> frozenset[int]:
    """Give the lines whose code other rules date: drugs with a known billing unit, and CAR-T services."""
    drugs = (item.line.line for item in context.once(drug_lines) if item.unit)
    facts = context.reference.codes
    cells = (o.line for o in context.claim.lines if o.code in facts and facts[o.code].family == _OLD_CELL_CODES)
    return frozenset((*drugs, *cells))


def _why_unknown(context: Context, answer: CodeAnswer, day: date) -> str:
    if answer.system == "cpt":
        return "the list of CPT codes here is not complete; import a fee schedule or your own CPT file"
    edition = context.reference.codesets.edition_on("hcpcs", day)
    if edition is None:
        return f"no HCPCS Level II file here covers {day}"
    return f"not in the HCPCS Level II file here ({edition.edition}), which is older than the date of service"


def _out_of_force(context: Context, line: ClaimLine, day: date, answer: CodeAnswer) -> Draft:
    return Draft(
        f"line {line.line} bills {line.code} on {day}; {_life(answer, day)}{_successors(answer)}{_aged(answer)}",
        lines=(line.line,),
        evidence=line_evidence(line, "code", "date_of_service"),
        amount_at_risk=line.charge,
        fixes=tuple(_recoded(context, line, successor) for successor in answer.replaced_by),
        severity=_weight(answer),
    )


def _life(answer: CodeAnswer, day: date) -> str:
    if answer.effective_from and answer.effective_from > day:
        return f"it takes effect on {answer.effective_from}"
    return f"it ended on {answer.effective_to}" if answer.effective_to else "it is not in force then"


def _successors(answer: CodeAnswer) -> str:
    return f", its successor is {' or '.join(answer.replaced_by)}" if answer.replaced_by else ""


def _aged(answer: CodeAnswer) -> str:
    return f" (by edition {answer.edition}, older than the date of service)" if answer.stale else ""


def _weight(answer: CodeAnswer) -> Severity | None:
    return Severity.WARNING if answer.stale else None


def _recoded(context: Context, line: ClaimLine, successor: str) -> Fix:
    series = EditSeries(context.encounter)
    series.set(line.line, "code", successor)
    return Fix(f"line {line.line} {line.code} to {successor}; check units and charge", "review", series.edits)


@rule("CLM203", "modifier-unknown", Severity.ERROR, authority=(hcpcs_level2("modifier records"),))
def modifier_unknown(context: Context) -> Iterator[Draft | NotChecked]:
    """Modifier unknown.

    What it finds: A modifier that does not exist, or not on the date of service.
    Why it matters: The line is rejected, or the modifier that was meant is missing from it.
    What the chart must show: What the modifier was meant to say.
    Example: J9271 with ZJ; ME on 2026-03-02, which ended on 2024-12-31.
    Fix: Take the modifier off (review; another one may have been meant). JW and JZ on drugs are told by DRG104, JG of
        a Medicare drug by DRG120. Origin and destination letters of ambulance lines are left alone.
    Authority: HCPCS Level II quarterly file, modifier records; the modifiers of CPT by code, a warning because that
        list may grow.
    """
    unknown: list[int] = []
    for line, day in context.once(_dated):
        for modifier in dict.fromkeys(line.modifiers):
            if not modifier or modifier in CPT_MODIFIERS or _modifier_told(context, line, modifier):
                continue
            answer = context.reference.codesets.listed("hcpcs_modifier", modifier, day)
            if answer.valid is None and not re.fullmatch(r"\d[0-9A-Z]", modifier):
                unknown.append(line.line)
            elif not answer.valid:
                yield _no_modifier(context, line, modifier, answer, day)
    if unknown:
        yield NotChecked("no HCPCS Level II file here covers the date of a modifier", lines=tuple(unknown))


def _modifier_told(context: Context, line: ClaimLine, modifier: str) -> bool:
    if _AMBULANCE.fullmatch(line.code) and _ORIGIN_AND_DESTINATION.fullmatch(modifier):
        return True
    told = _DRUG_MODIFIERS | ({_ENDED_340B} if context.policy.medicare else set())
    return modifier in told and is_drug(context, line.code)


def _no_modifier(context: Context, line: ClaimLine, modifier: str, answer: CodeAnswer, day: date) -> Draft:
    numeric = modifier[:1].isdigit() and len(modifier) == 2
    if answer.known:
        why = f"{_life(answer, day)}{_aged(answer)}"
    else:
        why = "CPT has no such modifier" if numeric else f"there is no such modifier ({answer.edition})"
    series = EditSeries(context.encounter)
    series.set(line.line, "modifiers", tuple(m for m in line.modifiers if m != modifier))
    shown = modifier[:_SHOWN]
    return Draft(
        f"line {line.line} carries modifier {shown} on {day}; {why}",
        lines=(line.line,),
        evidence=line_evidence(line, "code", "modifiers", "date_of_service"),
        fixes=(Fix(f"line {line.line} remove modifier {shown}", "review", series.edits),),
        subject=modifier,
        severity=Severity.WARNING if numeric else _weight(answer),
    )


@rule("CLM204", "place-of-service-unknown", Severity.ERROR, authority=(claims_manual_26("10.5"),))
def place_of_service_unknown(context: Context) -> Iterator[Draft | NotChecked]:
    """Place of service unknown.

    What it finds: A place of service on a professional claim that is not in CMS's code set.
    Why it matters: The claim is rejected; the place also decides between facility and office rates.
    What the chart must show: Where the patient was treated.
    Example: Place of service 94. A warning where only the list of the program says so, an error by an imported one.
    Fix: None by the program; nothing on the claim says which place was meant.
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.5.
    """
    if not context.practitioner:
        return
    lines: dict[str, list[tuple[ClaimLine, date]]] = {}
    for line, day in context.once(_dated):
        if place := (line.place_of_service or context.claim.place_of_service or "").strip():
            lines.setdefault(place, []).append((line, day))
    for place, where in lines.items():
        answer = context.reference.codesets.listed("place_of_service", place, where[0][1])
        listed = answer.billable if answer.valid is not None else place.zfill(2) in PLACES_OF_SERVICE
        if not listed:
            numbers = tuple(line.line for line, _ in where)
            own = tuple(
                e for line, _ in where if line.place_of_service for e in line_evidence(line, "place_of_service")
            )
            yield Draft(
                f"{by_number('line', numbers)}: place of service {place[:_SHOWN]} is not in CMS's code set",
                lines=numbers,
                evidence=own or (Evidence("claim.place_of_service", place),),
                subject=place,
                severity=Severity.WARNING if answer.valid is None else _weight(answer),
            )
