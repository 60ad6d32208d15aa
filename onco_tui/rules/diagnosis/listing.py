"""The diagnosis list of a claim: its date, its codes by kind, and changes to it that take the pointers along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from onco_tui.encounter.claim import Claim
from onco_tui.encounter.edits import SetDiagnoses, set_diagnoses
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Evidence, Fix, Grade

MAX_DIAGNOSES: Mapping[str, int] = {"professional": 12, "institutional": 25}


def day_of_claim(context: Context) -> date | None:
    """Give the date that decides on the diagnoses: the first of a professional claim, the last of a hospital's.

    Use it through ``context.once``.
    """
    claim = context.claim
    days = claim.days
    if context.practitioner:
        return days[0] if days else claim.date_from
    return claim.date_to or (days[-1] if days else claim.date_from)


def uncovered(context: Context) -> str:
    """Say why no tabular list speaks for the claim's date; empty when one does. Use it through ``context.once``."""
    day = context.once(day_of_claim)
    if day is None:
        return "the claim has no date of service"
    known = context.reference.codesets.edition_on("icd10cm", day)
    return "" if known else f"no tabular list here covers {day}"


def label_of(context: Context, code: str) -> str:
    """Give the title of a diagnosis code on the date of the claim, in lower case; empty when it is not known."""
    known = context.once(_labels)
    if code not in known:
        day = context.once(day_of_claim)
        known[code] = context.reference.codesets.diagnosis(code, day).label.casefold() if day else ""
    return known[code]


def _labels(_context: Context) -> dict[str, str]:
    """Begin the titles asked for so far, by code; many rules ask for the same few."""
    return {}


def list_evidence(claim: Claim) -> Evidence:
    """Point at the whole list."""
    return Evidence("claim.diagnoses", " ".join(claim.diagnoses))


def replacing(claim: Claim, instead: Mapping[str, str]) -> SetDiagnoses:
    """Put codes in the place of others; one that is listed already is listed once, and pointers follow."""
    renamed = claim.model_copy(update={"diagnoses": tuple(instead.get(code, code) for code in claim.diagnoses)})
    edit = set_diagnoses(renamed, tuple(dict.fromkeys(renamed.diagnoses)))
    return edit.model_copy(update={"old": claim.diagnoses})


def replacement(claim: Claim, old: str, new: str, grade: Grade = "review") -> tuple[Fix, ...]:
    """Offer one code in the place of another."""
    return merger(
        claim, {old: new}, grade, f"remove {old}, {new} stays" if new in claim.diagnoses else f"{old} to {new}"
    )


def merger(claim: Claim, instead: Mapping[str, str], grade: Grade, title: str) -> tuple[Fix, ...]:
    """Offer codes in the place of others; nothing when that would make two lines equal that pointed differently."""
    edit = replacing(claim, instead)
    before, after = set(edit.pointers_old.values()), set(edit.pointers_new.values())
    codes = [(line.code, claim.day_of(line)) for line in claim.lines]
    if len(after) < len(before) and len(set(codes)) < len(codes):
        return ()
    return (Fix(title, grade, (edit,)),)


def moving(claim: Claim, code: str, after: str) -> SetDiagnoses:
    """Move a code right behind another one."""
    rest = [other for other in claim.diagnoses if other != code]
    rest.insert(rest.index(after) + 1, code)
    return set_diagnoses(claim, rest)


def addition(
    claim: Claim, codes: Sequence[str], grade: Grade, *, after: str | None = None, first: bool = False
) -> tuple[Fix, ...]:
    """Offer codes at the end, first, or behind another one.

    Offers nothing when the list is full, or a stray pointer would then lead somewhere.
    """
    new = [code for code in codes if code not in claim.diagnoses]
    at = claim.diagnoses.index(after) + 1 if after in claim.diagnoses else 0 if first else len(claim.diagnoses)
    order = (*claim.diagnoses[:at], *new, *claim.diagnoses[at:])
    if not new or len(order) > MAX_DIAGNOSES[claim.claim_type] or strays(claim):
        return ()
    return (Fix(f"add {' and '.join(new)}", grade, (set_diagnoses(claim, order),)),)


def strays(claim: Claim) -> bool:
    """Tell whether a pointer leads past the list; adding or taking away a code would change where it leads."""
    return any(not 1 <= p <= len(claim.diagnoses) for line in claim.lines for p in line.diagnosis_pointers)
