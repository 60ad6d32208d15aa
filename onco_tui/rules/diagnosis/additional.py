"""Codes the tabular list wants beside another one, once the chart documents them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import Charted, affirms, charted
from onco_tui.rules.diagnosis.listing import addition, day_of_claim, label_of, list_evidence, uncovered
from onco_tui.rules.diagnosis.titles import other_side
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

_FORMER_SMOKER = "Z87.891"
_ONE_OF_FEW = ("Z17", "Z19", "D89.83", "G92.0", "F17")
_TOBACCO = ("F17", "Z87.891", "Z77.22", "Z57.31", "Z72.0", "P96.81")
_RESTATED = (*_TOBACCO, "Z19")
_FORMER = re.compile(
    r"\b(?:former|ex|past|previous)[- ](?:tobacco |cigarette )?(?:smoker|user|smoking)\b|"
    r"\b(?:quit|stopped) (?:smoking|tobacco)\b|\bhistory of (?:smoking|tobacco|nicotine)|\bsmoked until\b"
)
_CURRENT = re.compile(
    r"\b(?:current|active|daily|heavy|ongoing) (?:tobacco |cigarette )?(?:smok|tobacco us)|\bsmokes\b|"
    r"\bnicotine dependen"
)


@rule(
    "DXC217",
    "additional-code-documented",
    Severity.INFO,
    needs=("diagnoses",),
    authority=(icd10cm_guidelines("I.A.17"), icd10cm_tabular("use-additional notes")),
)
def additional_code_documented(context: Context) -> Iterator[Draft | NotChecked]:
    """Additional code documented.

    What it finds: A code the chart lists, the claim does not, and a use-additional note at a billed diagnosis asks for.
    Why it matters: The note makes the second code part of telling the diagnosis; it shows severity and cause.
    What the chart must show: The second diagnosis with its code.
    Example: C34.11 with "former smoker" (Z87.891) in the chart; C61 with Z19.1; Z79.811 with Z17.0.
    Fix: Add the code at the end of the list: safe for tobacco and hormone status, which only restate the chart; review
        for others, as the coder judges whether they bear on the visit. Adverse effect codes (T36-T50) have their own
        rules.
    Authority: Use-additional notes of the tabular list of the date of service; ICD-10-CM Official Guidelines I.A.17.
    """
    claim, day = context.claim, context.once(day_of_claim)
    if day is None or context.once(uncovered):
        yield NotChecked(context.once(uncovered))
        return
    for entry in _not_billed(context):
        if asking := asking_for(context, entry.code):
            yield Draft(
                f"the chart lists {entry.code}, which the note at {asking[0]} asks for; the claim does not",
                diagnoses=(entry.code,),
                evidence=(list_evidence(claim), *entry.evidence("code", "description")),
                direction="under",
                fixes=addition(claim, (entry.code,), "safe" if entry.code.startswith(_RESTATED) else "review"),
                subject=entry.code,
            )


def asking_for(context: Context, code: str) -> list[str]:
    """Give the listed codes whose note asks for this one beside them; a note on a seventh character asks for none."""
    day, notes = context.once(day_of_claim), context.reference.codesets.notes_naming
    return [
        listed
        for listed in dict.fromkeys(context.claim.diagnoses if day else ())
        if day and any("character" not in note.text for note in notes(listed, code, day, "use_additional"))
    ]


def _not_billed(context: Context) -> Iterator[Charted]:
    """Give the first entry of each charted code that the claim lacks and that is billable on the day."""
    day = context.once(day_of_claim)
    seen = set(context.claim.diagnoses)
    for entry in context.once(charted):
        if (
            entry.code in seen
            or not entry.code
            or entry.diagnosis.status == "suspected"
            or "T36" <= entry.code[:3] <= "T50"
        ):
            continue
        seen.add(entry.code)
        if (
            day
            and context.reference.codesets.diagnosis(entry.code, day).billable
            and not has_rival(context, entry.code)
        ):
            yield entry


def has_rival(context: Context, code: str) -> bool:
    """Tell whether the claim has a code in this one's stead: another state of the same, or one it excludes."""
    listed = context.claim.diagnoses
    if other_side(context, code) in listed:
        return True
    vague = any(word in label_of(context, code) for word in ("unspecified", " other "))
    if (code.startswith(_ONE_OF_FEW) or vague) and any(other.startswith(code[:-1]) for other in listed):
        return True
    return any(excluded(context, code, other) for other in listed)


def excluded(context: Context, code: str, other: str) -> bool:
    """Tell whether an Excludes1 note at one of two codes names the other."""
    day, notes = context.once(day_of_claim), context.reference.codesets.notes_naming
    return day is not None and bool(notes(code, other, day, "excludes1") or notes(other, code, day, "excludes1"))


@rule(
    "DXC218",
    "tobacco-status",
    Severity.INFO,
    needs=("diagnoses",),
    authority=(icd10cm_guidelines("I.A.17"), icd10cm_tabular("use-additional notes")),
)
def tobacco_status(context: Context) -> Iterator[Draft | NotChecked]:
    """Tobacco status.

    What it finds: Smoking described in the chart, without a code for it there or on the claim, beside a tumor whose
        note asks for tobacco use, dependence or history.
    Why it matters: The note at lung, head and neck, and bladder cancers and at a history of cancer asks for it.
    What the chart must show: Whether the patient smokes, smoked, and with what dependence.
    Example: C34.11 with "quit smoking 2009".
    Fix: Add Z87.891 for a former smoker (review); for a present one ask for use or dependence and product (query).
    Authority: Use-additional notes at C34 and elsewhere in the tabular list; ICD-10-CM Official Guidelines I.A.17.
    """
    entries, day = context.once(charted), context.once(day_of_claim)
    listed = (*context.claim.diagnoses, *(entry.code for entry in entries))
    if any(code.startswith(_TOBACCO) for code in listed):
        return
    if day is None or context.once(uncovered):
        yield NotChecked(context.once(uncovered))
        return
    notes = context.reference.codesets.notes_naming
    asking = [code for code in context.claim.diagnoses if notes(code, _FORMER_SMOKER, day, "use_additional")]
    if not asking:
        return
    for entry in entries:
        former, current = affirms(entry.words, _FORMER), affirms(entry.words, _CURRENT)
        if former != current:
            yield _tobacco_draft(context, entry, asking[0], former=former)
            return


def _tobacco_draft(context: Context, entry: Charted, asking: str, *, former: bool) -> Draft:
    when = "past" if former else "present"
    question = query(
        "ask for use or dependence",
        f"{entry.diagnosis.description or 'smoking'}; use and dependence are not told apart",
        "What is the patient's tobacco status, and of which product?",
        "tobacco use (please name the product)",
        "tobacco dependence (please name the product)",
        "past dependence, no longer using",
    )
    return Draft(
        f"the note at {asking} asks for tobacco status; the chart describes {when} smoking without a code",
        diagnoses=(asking,),
        evidence=(list_evidence(context.claim), *entry.evidence("description")),
        direction="under",
        fixes=addition(context.claim, (_FORMER_SMOKER,), "review") if former else (question,),
    )
