"""The encounter for a therapy: first of all, with a neoplasm, and only for the therapies that have such a code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onco_tui.derive.diagnoses import DiagnosisOrder
from onco_tui.derive.diagnosis_focus import THERAPY_VISITS, acceptable_first, is_therapy_visit, surgery_of
from onco_tui.derive.therapies import BEAM_RADIATION, CHEMOTHERAPY, Z51_CODES, Therapy, unclassed
from onco_tui.encounter.claim import Claim
from onco_tui.encounter.edits import SetDiagnoses, set_diagnoses
from onco_tui.rules.authorities import icd10cm_guidelines
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.listing import MAX_DIAGNOSES
from onco_tui.rules.diagnosis.ordering import diagnosis_order, order_evidence, order_fix, out_of_order, source_evidence
from onco_tui.rules.edit_series import MAX_POINTERS
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_FOLLOW_UPS = frozenset({"Z08", "Z09"})  # their notes keep therapy encounters apart


@rule(
    "DXC101",
    "therapy-encounter-first",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.e.2 and I.C.2.e.3"), icd10cm_guidelines("I.C.21.c.7 and I.C.21.c.16")),
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
    Fix: Move the code to the front, pointers following (safe when it is on the claim and no separate visit was made;
        review where no chart tells the reason); add or replace it (review).
    Authority: ICD-10-CM Official Guidelines I.C.2.e.2 (first-listed; several in any order), I.C.2.e.3 (complication
        after), I.C.21.c.16 (only first-listed), I.C.2.e.1 and I.C.2.f (surgery or work-up: the neoplasm first),
        I.C.15.a (pregnancy codes first).
    """
    reason = context.chart.reason_for_encounter
    if reason not in {None, "other", *THERAPY_VISITS}:
        return
    order = context.once(diagnosis_order)
    if reason in {None, "other"}:
        yield from out_of_order(context, "therapy")
        if reason is None and order.facts.neoplasms and "therapy" not in order.told:
            yield NotChecked("the chart has no reason for encounter")
        return
    if not is_therapy_visit(context.encounter, order.given) and not order.given:
        if names := unclassed(context.encounter, context.reference.drugs):
            yield NotChecked(f"the class of {', '.join(names)} is not known")
        return
    if gap := _undecidable(context, order):
        yield NotChecked(gap)
        return
    acceptable = acceptable_first(reason, order.given)
    if order.listed[0] not in acceptable and (order.given or acceptable.intersection(order.listed)):
        yield _not_first(context, order, acceptable)
    if acceptable.intersection(order.listed) and (missing := _missing(order.given, order.listed)):
        yield _second_missing(context, order, missing)


def _undecidable(context: Context, order: DiagnosisOrder) -> str:
    """Say why the order cannot be judged from the chart's structured facts; empty when it can."""
    if not order.facts.neoplasms:
        return "the claim lists no neoplasm, and Z51 codes are for neoplasms only"
    if any(code.startswith("O") for code in order.listed):
        return "a pregnancy code is on the claim; those come first"
    if surgery := surgery_of(context.encounter):
        return f"{surgery} is billed too; with surgery or a diagnostic procedure the neoplasm may come first"
    return ""


def _missing(given: Sequence[Therapy], listed: Sequence[str]) -> tuple[str, ...]:
    """Give the codes that therapies of one reading need and the claim lacks, chemotherapy first."""
    return tuple(sorted({min(t.z51) for t in given if len(t.z51) == 1}.difference(listed), key=_rank))


def _rank(code: str) -> tuple[bool, str]:
    return (code == BEAM_RADIATION, code)


def _not_first(context: Context, order: DiagnosisOrder, acceptable: frozenset[str]) -> Draft:
    given, listed = order.given, order.listed
    present = tuple(code for code in listed if code in acceptable)
    first = (*present, *(_missing(given, listed) or (_usual(acceptable),)))[0]
    names = " and ".join(dict.fromkeys(t.name for t in given)) or "the therapy"
    return Draft(
        f"the visit was for {names}, so {first} stands first; the claim begins with {listed[0]}",
        diagnoses=(first,),
        evidence=_evidence(context, order),
        fixes=order_fix(context, order) if present else _adding(context, order, acceptable),
        subject="first",
    )


def _usual(acceptable: frozenset[str]) -> str:
    """Give the code of a therapy that may take more than one."""
    return CHEMOTHERAPY if CHEMOTHERAPY in acceptable else min(acceptable)


def _adding(context: Context, order: DiagnosisOrder, acceptable: frozenset[str]) -> tuple[Fix, ...]:
    """Put the missing code first, in the place of one that stands for another therapy where there is such."""
    claim = context.claim
    added = _missing(order.given, claim.diagnoses) or (_usual(acceptable),)
    wrong = Z51_CODES.difference(acceptable)
    codes = (*added, *(code for code in claim.diagnoses if code not in wrong))
    edit = _listing(claim, codes, dict.fromkeys(wrong, added[0]))
    if not wrong.intersection(claim.diagnoses):
        edit = _pointing(claim, edit, order.given, added[0])
    replaced = ", ".join(code for code in claim.diagnoses if code in wrong)
    title = f"replace {replaced} by {' and '.join(added)}, first" if replaced else f"add {' and '.join(added)} first"
    return (Fix(title, "review", (edit,)),) if _allowed(claim, codes) else ()


def _second_missing(context: Context, order: DiagnosisOrder, missing: tuple[str, ...]) -> Draft:
    claim = context.claim
    codes = (claim.diagnoses[0], *missing, *claim.diagnoses[1:])
    names = " and ".join(dict.fromkeys(t.name for t in order.given if t.z51.intersection(missing)))
    wanted = " and ".join(missing)
    fix = Fix(f"add {wanted}", "review", (set_diagnoses(claim, codes),))
    return Draft(
        f"{names} was given as well; {wanted} may be reported too, in any order",
        diagnoses=missing,
        evidence=_evidence(context, order),
        fixes=(fix,) if _allowed(claim, codes) else (),
        subject="second",
        severity=Severity.INFO,
    )


def _allowed(claim: Claim, order: Sequence[str]) -> bool:
    """Refuse to lengthen a full list, one with a follow-up examination, or one that a stray pointer would lead into."""
    if not _FOLLOW_UPS.isdisjoint(order):
        return False
    if len(order) <= len(claim.diagnoses):
        return True
    stray = any(p > len(claim.diagnoses) for line in claim.lines for p in line.diagnosis_pointers)
    return not stray and len(order) <= MAX_DIAGNOSES[claim.claim_type]


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


def _evidence(context: Context, order: DiagnosisOrder) -> tuple[Evidence, ...]:
    return (
        *order_evidence(context, order, ()),
        *(evidence for therapy in order.given for evidence in source_evidence(therapy.source)),
    )
