"""Diagnosis codes that do not exist on the date of service, or that need more characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from onco_tui.codesets.answers import CodeAnswer
from onco_tui.encounter.claim import Claim
from onco_tui.encounter.edits import SetDiagnoses
from onco_tui.rules.authorities import icd10cm_guidelines
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.listing import list_evidence
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_FULL = 7
_OFFERED = 8
_SHOWN = 12


@rule("DXC201", "diagnosis-not-valid", Severity.ERROR, authority=(icd10cm_guidelines("I.B.2"),))
def diagnosis_not_valid(context: Context) -> Iterator[Draft | NotChecked]:
    """Diagnosis not valid.

    What it finds: A diagnosis code that no edition lists, that ended before the date of service, or that takes effect
        after it.
    Why it matters: A claim with a code that is not in force is rejected as a whole.
    What the chart must show: The diagnosis, so that the code in force can be chosen.
    Example: C50.A0 on 2025-03-03; it exists from 2025-10-01. A warning where the edition is older than the date of
        service; a code an older edition does not know may be new, and is not checked.
    Fix: Take the code that differs only in a placeholder X or in a character too many, where there is one (review).
    Authority: ICD-10-CM editions, October to September; Official Guidelines I.B.2 (highest number of characters).
        A date before the first edition is not checked.
    """
    unknown: dict[str, list[str]] = {}
    for code, day, answer in context.once(_answers):
        if answer.valid:
            continue
        if _before_editions(context, day):
            unknown.setdefault(f"no ICD-10-CM edition here covers {day}", []).append(code)
        elif answer.valid is None:
            unknown.setdefault(f"not in the editions here, and none is of {day}", []).append(code)
        else:
            offers = _near(context, code, day)
            yield _draft(context, code, answer, f"the diagnosis {code[:_SHOWN]} {_why(answer, day)}", offers)
    for reason, codes in unknown.items():
        yield NotChecked(f"{', '.join(code[:_SHOWN] for code in codes)}: {reason}")


@rule("DXC202", "diagnosis-header", Severity.ERROR, authority=(icd10cm_guidelines("I.B.2"),))
def diagnosis_header(context: Context) -> Iterator[Draft | NotChecked]:
    """Diagnosis header.

    What it finds: A category or subcategory that has more specific codes under it on the date of service.
    Why it matters: Only codes with all their characters can be billed; the claim is rejected.
    What the chart must show: What the further characters say: site, side, stage, remission.
    Example: C34.1 has C34.10, C34.11 and C34.12 under it.
    Fix: Take one of the more specific codes (review): the one the chart lists, else the unspecified one first. None
        where there are too many to choose from without the record.
    Authority: ICD-10-CM Official Guidelines I.B.2.
    """
    for code, day, answer in context.once(_answers):
        if _is_header(answer) and not _lacks_seventh(under := _under(context, code, day), code):
            shown = f"{', '.join(under[:_OFFERED])}{' and others' if len(under) > _OFFERED else ''}"
            yield _draft(context, code, answer, f"the diagnosis {code} is not billable; under it are {shown}", under)


@rule("DXC203", "seventh-character-missing", Severity.ERROR, authority=(icd10cm_guidelines("I.A.5 and I.B.2"),))
def seventh_character_missing(context: Context) -> Iterator[Draft | NotChecked]:
    """Seventh character missing.

    What it finds: A diagnosis code complete but for its seventh character.
    Why it matters: The claim is rejected; the character tells an initial from a subsequent encounter or a sequela.
    What the chart must show: Whether the condition is under active treatment, in recovery, or a late effect.
    Example: T45.1X5 for an adverse effect of chemotherapy needs A, D or S: T45.1X5A.
    Fix: Take one of the full codes (review): the one the chart lists, else each that there is, when they are few.
    Authority: ICD-10-CM Official Guidelines I.A.5 (seventh characters and placeholder X) and I.B.2.
    """
    for code, day, answer in context.once(_answers):
        if _is_header(answer) and _lacks_seventh(full := _under(context, code, day), code):
            shown = f"{', '.join(full[:_OFFERED])}{' and others' if len(full) > _OFFERED else ''}"
            yield _draft(context, code, answer, f"the diagnosis {code} lacks its seventh character: {shown}", full)


def _answers(context: Context) -> tuple[tuple[str, date, CodeAnswer], ...]:
    """Give each diagnosis with the first date on which it is not billable, else with its first date."""
    ask = context.reference.codesets.diagnosis
    answers = []
    for code, days in _days(context).items():
        found = [(code, day, ask(code, day)) for day in days]
        answers.append(next((item for item in found if not item[2].billable), found[0]))
    return tuple(answers)


def _days(context: Context) -> dict[str, Sequence[date]]:
    """Give the dates that decide: of the lines that point at the diagnosis; of a hospital's claim the last date."""
    claim = context.claim
    dated = [(line, day) for line in claim.lines if (day := context.day_of(line)) is not None]
    days = sorted({day for _, day in dated} or {day for day in (claim.date_from,) if day is not None})
    if not days:
        return {}
    single = days[:1] if context.practitioner else days[-1:]
    found: dict[str, Sequence[date]] = {}
    for place, code in enumerate(claim.diagnoses, start=1):
        if code and code not in found:
            pointing = {day for line, day in dated if place in line.diagnosis_pointers} if len(days) > 1 else ()
            found[code] = sorted(pointing) if pointing and context.practitioner else single
    return found


def _before_editions(context: Context, day: date) -> bool:
    return context.reference.codesets.edition_on("icd10cm", day) is None


def _is_header(answer: CodeAnswer) -> bool:
    return answer.valid is True and answer.billable is False


def _why(answer: CodeAnswer, day: date) -> str:
    if not answer.known:
        return f"does not exist on {day}"
    if answer.effective_from and answer.effective_from > day:
        return f"takes effect on {answer.effective_from}; the date of service is {day}"
    ended = f"ended on {answer.effective_to}" if answer.effective_to else "is not in force"
    return f"{ended}; the date of service is {day}"


def _under(context: Context, code: str, day: date) -> tuple[str, ...]:
    """Give the billable codes under a header, those the chart lists first, then the unspecified ones."""
    children = context.reference.codesets.children(code, day)
    charted = _charted(context)
    label = {child: context.reference.codesets.diagnosis(child, day).label.casefold() for child in children[:_OFFERED]}
    return tuple(sorted(children, key=lambda c: (c not in charted, "unspecified" not in label.get(c, ""))))


def _charted(context: Context) -> frozenset[str]:
    return frozenset(diagnosis.code for diagnosis in context.chart.diagnoses or () if diagnosis.code)


def _lacks_seventh(full: Sequence[str], code: str) -> bool:
    """Tell whether all codes under a header have only placeholders between it and their seventh character."""
    stem = code.replace(".", "").ljust(_FULL - 1, "X")
    return bool(full) and all(len(child) == _FULL + 1 and child.replace(".", "")[:-1] == stem for child in full)


def _near(context: Context, code: str, day: date) -> tuple[str, ...]:
    """Give the billable code a slip of the pen away: placeholders left out, or a character too many."""
    plain = code.replace(".", "")
    filled = f"{plain[:-1].ljust(_FULL - 1, 'X')}{plain[-1:]}" if plain[-1:].isalpha() else ""
    for candidate in (filled, plain[:-1]):
        if len(candidate) >= len("C61") and candidate != plain:
            answer = context.reference.codesets.diagnosis(candidate, day)
            if answer.billable:
                return (answer.code,)
    return ()


def _draft(context: Context, code: str, answer: CodeAnswer, message: str, offers: Sequence[str]) -> Draft:
    listed, charted = context.claim.diagnoses, _charted(context)
    chosen = [offer for offer in offers if offer in charted] or offers
    offered = [offer for offer in chosen if offer not in listed] if len(chosen) <= _OFFERED else []
    aged = f" (by edition {answer.edition}, older than the date of service)" if answer.stale else ""
    return Draft(
        f"{message}{aged}",
        diagnoses=(code,),
        evidence=(list_evidence(context.claim),),
        fixes=tuple(_replacement(context.claim, code, offer) for offer in offered),
        subject=code,
        severity=Severity.WARNING if answer.stale else None,
    )


def _replacement(claim: Claim, code: str, instead: str) -> Fix:
    """Put another code in the place of one; places stay, and so do the pointers."""
    pointers = {line.line: line.diagnosis_pointers for line in claim.lines}
    new = tuple(instead if listed == code else listed for listed in claim.diagnoses)
    edit = SetDiagnoses(old=claim.diagnoses, new=new, pointers_old=pointers, pointers_new=pointers)
    return Fix(f"{code} to {instead}", "review", (edit,))
