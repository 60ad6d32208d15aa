"""The order of diagnoses: the encounter for a therapy, and what comes before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from onco_tui.encounter.claim import Claim
from onco_tui.encounter.edits import SetDiagnoses, set_diagnoses
from onco_tui.rules.authorities import icd10cm_guidelines
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.therapy import BEAM_RADIATION, CHEMOTHERAPY, Z51_CODES, Therapy, therapies, unclassed
from onco_tui.rules.edit_series import MAX_POINTERS
from onco_tui.rules.finding import Draft, Evidence, Fix, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule

_THERAPY_VISITS = frozenset({"antineoplastic_therapy", "radiation_therapy"})
_MAX_DIAGNOSES = {"professional": 12, "institutional": 25}


@rule(
    "DXC101",
    "therapy-encounter-first",
    Severity.WARNING,
    needs=("reason_for_encounter",),
    authority=(icd10cm_guidelines("I.C.2.e.2 and I.C.2.e.3"), icd10cm_guidelines("I.C.21.c.7")),
)
def therapy_encounter_first(context: Context) -> Iterator[Draft | NotChecked]:
    """Therapy encounter first.

    What it finds: A visit solely for chemotherapy (Z51.11), immunotherapy (Z51.12) or external beam radiation (Z51.0)
        whose claim does not begin with the code for it; and, as information, a second therapy given without its code.
    Why it matters: The reason for the visit is the first-listed diagnosis; a complication that arises during it comes
        after.
    What the chart must show: The reason for the encounter, what was given, and the neoplasm treated.
    Example: C34.11, Z51.12 for a pembrolizumab infusion becomes Z51.12, C34.11. Hormone injections, bone agents, growth
        factors, brachytherapy and radiopharmaceuticals have no Z51 code; antibodies that carry a cytotoxic drug take
        either. A visit for something else, such as treating a complication, is left alone.
    Fix: Move the code to the front, pointers following (safe when it is on the claim and no separate visit was made);
        add or replace it (review).
    Authority: ICD-10-CM Official Guidelines I.C.2.e.2 (first-listed; several in any order), I.C.2.e.3 (complication
        after), I.C.2.e.1 and I.C.2.f (surgery or work-up: the neoplasm first), I.C.15.a (pregnancy codes first).
    """
    if context.chart.reason_for_encounter not in _THERAPY_VISITS:
        return
    given = tuple(therapies(context))
    if not given:
        if names := unclassed(context):
            yield NotChecked(f"the class of {', '.join(names)} is not known")
        return
    if reason := _undecidable(context):
        yield NotChecked(reason)
        return
    listed = context.claim.diagnoses
    acceptable = frozenset(chain.from_iterable(therapy.z51 for therapy in given))
    if listed[0] not in acceptable:
        yield _not_first(context, given, acceptable)
    if acceptable.intersection(listed) and (missing := _missing(given, listed)):
        yield _second_missing(context, given, missing)


def _undecidable(context: Context) -> str:
    """Say why the order cannot be judged from the chart's structured facts; empty when it can."""
    if not any(_is_neoplasm(code) for code in context.claim.diagnoses):
        return "the claim lists no neoplasm, and Z51 codes are for neoplasms only"
    if any(code.startswith("O") for code in context.claim.diagnoses):
        return "a pregnancy code is on the claim; those come first"
    if surgery := [line.code for line in context.claim.lines if _is_surgery(line.code)]:
        return f"{surgery[0]} is billed too; with surgery or a diagnostic procedure the neoplasm may come first"
    return ""


def _is_neoplasm(code: str) -> bool:
    return code[:1] == "C" or "D00" <= code[:3] <= "D09" or "D37" <= code[:3] <= "D49"


def _is_surgery(code: str) -> bool:
    """Tell surgical codes; venous access, bladder instillation and lumbar puncture belong to giving the drug."""
    if len(code) != 5 or not code.isdigit() or not 10004 <= int(code) <= 69990:
        return False
    return not (36000 <= int(code) <= 36620 or 51700 <= int(code) <= 51720 or 62270 <= int(code) <= 62329)


def _missing(given: Sequence[Therapy], listed: Sequence[str]) -> tuple[str, ...]:
    """Give the codes that therapies of one reading need and the claim lacks, chemotherapy first."""
    return tuple(sorted({min(t.z51) for t in given if len(t.z51) == 1}.difference(listed), key=_rank))


def _rank(code: str) -> tuple[bool, str]:
    return (code == BEAM_RADIATION, code)


def _not_first(context: Context, given: Sequence[Therapy], acceptable: frozenset[str]) -> Draft:
    listed = context.claim.diagnoses
    present = tuple(code for code in listed if code in acceptable)
    first = (*present, *(_missing(given, listed) or (CHEMOTHERAPY,)))[0]
    names = " and ".join(dict.fromkeys(t.name for t in given))
    return Draft(
        f"the visit was for {names}, so {first} stands first; the claim begins with {listed[0]}",
        diagnoses=(first,),
        evidence=_evidence(context, given),
        fixes=_fixes(context, given, present, acceptable),
        subject="first",
    )


def _fixes(
    context: Context, given: Sequence[Therapy], present: tuple[str, ...], acceptable: frozenset[str]
) -> tuple[Fix, ...]:
    claim = context.claim
    if present:
        order = tuple(dict.fromkeys((*present, *claim.diagnoses)))
        visit = context.chart.visit
        grade: Grade = "review" if visit and visit.separately_identifiable else "safe"
        return (Fix(f"put {present[0]} first, pointers following", grade, (set_diagnoses(claim, order),)),)
    added = _missing(given, claim.diagnoses) or (CHEMOTHERAPY,)
    wrong = Z51_CODES.difference(acceptable)
    order = (*added, *(code for code in claim.diagnoses if code not in wrong))
    edit = _listing(claim, order, dict.fromkeys(wrong, added[0]))
    if not wrong.intersection(claim.diagnoses):
        edit = _pointing(claim, edit, given, added[0])
    replaced = ", ".join(code for code in claim.diagnoses if code in wrong)
    title = f"replace {replaced} by {' and '.join(added)}, first" if replaced else f"add {' and '.join(added)} first"
    return (Fix(title, "review", (edit,)),) if _allowed(claim, order) else ()


def _second_missing(context: Context, given: Sequence[Therapy], missing: tuple[str, ...]) -> Draft:
    claim = context.claim
    order = (claim.diagnoses[0], *missing, *claim.diagnoses[1:])
    names = " and ".join(dict.fromkeys(t.name for t in given if t.z51.intersection(missing)))
    wanted = " and ".join(missing)
    fix = Fix(f"add {wanted}", "review", (set_diagnoses(claim, order),))
    return Draft(
        f"{names} was given as well; {wanted} may be reported too, in any order",
        diagnoses=missing,
        evidence=_evidence(context, given),
        fixes=(fix,) if _allowed(claim, order) else (),
        subject="second",
        severity=Severity.INFO,
    )


def _allowed(claim: Claim, order: Sequence[str]) -> bool:
    """Refuse to lengthen a full list, or one that a stray pointer would then lead into by accident."""
    if len(order) <= len(claim.diagnoses):
        return True
    stray = any(p > len(claim.diagnoses) for line in claim.lines for p in line.diagnosis_pointers)
    return not stray and len(order) <= _MAX_DIAGNOSES[claim.claim_type]


def _listing(claim: Claim, order: tuple[str, ...], instead: dict[str, str]) -> SetDiagnoses:
    """List diagnoses anew; pointers at a replaced code lead to what stands in its place."""
    renamed = claim.model_copy(update={"diagnoses": tuple(instead.get(code, code) for code in claim.diagnoses)})
    return set_diagnoses(renamed, order).model_copy(update={"old": claim.diagnoses})


def _pointing(claim: Claim, edit: SetDiagnoses, given: Sequence[Therapy], code: str) -> SetDiagnoses:
    """Let the therapy's own lines point at the added code first, where they have room."""
    place = edit.new.index(code) + 1
    pointers = dict(edit.pointers_new)
    for line in claim.lines:
        kept = pointers[line.line]
        if 0 < len(kept) < MAX_POINTERS and place not in kept and any(t.billed_by(line) for t in given):
            pointers[line.line] = (place, *kept)
    return edit.model_copy(update={"pointers_new": pointers})


def _evidence(context: Context, given: Sequence[Therapy]) -> tuple[Evidence, ...]:
    reason = context.chart.reason_for_encounter or ""
    return (
        Evidence("claim.diagnoses", " ".join(context.claim.diagnoses)),
        Evidence("documentation.reason_for_encounter", reason),
        *chain.from_iterable(therapy.evidence for therapy in given),
    )
