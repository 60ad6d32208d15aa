"""Codes that need another beside them, and changes of the list that leave every code where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from onco_tui.derive.diagnoses import order_diagnoses
from onco_tui.derive.neoplasms import is_neoplasm
from onco_tui.encounter.claim import Claim
from onco_tui.encounter.edits import apply, set_diagnoses
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import charted
from onco_tui.rules.diagnosis.listing import MAX_DIAGNOSES, list_evidence, replacement, strays
from onco_tui.rules.diagnosis.ordering import diagnosis_order
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, Evidence, Fix, Grade, Severity

_REST_ON_STATUS = ("Z51.0", "Z51.1", "D63.0", "J91.0", "R18.0", "M84.5", "C80.2", "Z08", "Z09")


def charted_codes(context: Context, fits: Callable[[str], bool]) -> tuple[str, ...]:
    """Give the codes of present, established diagnoses in the chart that fit and are not on the claim."""
    codes = (entry.code for entry in context.once(charted) if entry.active and entry.code and fits(entry.code))
    return tuple(code for code in dict.fromkeys(codes) if code not in context.claim.diagnoses)


def charted_neoplasms(context: Context) -> tuple[str, ...]:
    """Give the charted neoplasms of a named site that are not on the claim, neither as present nor as history."""
    past = context.reference.diagnosis_facts.histories_of
    listed = context.claim.diagnoses
    found = charted_codes(context, lambda code: is_neoplasm(code) and code[:3] != "C80")
    return tuple(code for code in found if not any(history in listed for history in past(code)))


@dataclass(frozen=True, slots=True)
class Mate:
    """What is missing, in words, with the charted codes that would do."""

    words: str
    offers: Sequence[str]


def mate_missing(context: Context, code: str, mate: Mate, severity: Severity = Severity.WARNING) -> Draft:
    """Say that a code stands without what belongs to it; offer the charted codes, else ask."""
    fixes = tuple(fix for offer in mate.offers for fix in added(context, offer))
    question = ask(
        context,
        f"ask for {mate.words}",
        (code,),
        f"documented without {mate.words}",
        "What does the record establish of it?",
        f"{mate.words} (please give)",
        "it is not established",
    )
    entry = next((item for item in context.once(charted) if item.code == code), None)
    offered = (Evidence("documentation.diagnoses", " ".join(mate.offers)),) if mate.offers else ()
    return Draft(
        f"{code} stands without {mate.words}",
        diagnoses=(code,),
        evidence=(list_evidence(context.claim), *(entry.evidence("status", "due_to") if entry else ()), *offered),
        direction="documentation",
        fixes=fixes or (question,),
        subject=mate.words,  # another rule may mend the code meanwhile; what is missing stays the same
        severity=severity,
    )


def added(context: Context, code: str, before: str = "") -> tuple[Fix, ...]:
    """Offer a code more, where it belongs, and before another if nothing else decides.

    Offers nothing when the list is full or a stray pointer would then lead there.
    """
    claim = context.claim
    if strays(claim) or len(claim.diagnoses) >= MAX_DIAGNOSES[claim.claim_type]:
        return ()
    at = claim.diagnoses.index(before) if before else len(claim.diagnoses)
    longer = claim.model_copy(update={"diagnoses": (*claim.diagnoses[:at], code, *claim.diagnoses[at:])})
    order = order_diagnoses(context.encounter.model_copy(update={"claim": longer}), context.reference)
    return (Fix(f"add {code}", "review", (set_diagnoses(claim, order.right or order.listed),)),)


def exchanged(context: Context, old: str, new: str, grade: Grade) -> tuple[Fix, ...]:
    """Offer one code in the place of another, and the right order where the new one belongs elsewhere."""
    fixes = replacement(context.claim, old, new, grade)
    out_of_order = context.once(diagnosis_order).told
    for fix in fixes:
        changed = apply(context.encounter, fix.edits)
        order = order_diagnoses(changed, context.reference)
        if order.right and any(precedence.topic not in out_of_order for precedence in order.broken):
            edits = (*fix.edits, set_diagnoses(changed.claim, order.right))
            return (replace(fix, edits=edits, grade=grade if order.settled else "review"),)
    return fixes


def restated(context: Context, old: str, new: str) -> tuple[Fix, ...]:
    """Offer the code of another status of a malignancy; nothing where other codes of the claim rest on its status."""
    if any(listed.startswith(_REST_ON_STATUS) for listed in context.claim.diagnoses):
        return ()
    return exchanged(context, old, new, "review")


def without(claim: Claim, codes: Sequence[str], stays: str, grade: Grade) -> tuple[Fix, ...]:
    """Offer to remove codes; a line that pointed to nothing else then points to the one that stays."""
    if strays(claim):
        return ()
    rest = tuple(other for other in claim.diagnoses if other not in codes)
    edit = set_diagnoses(claim, rest)
    instead = (rest.index(stays) + 1,)
    pointers = {
        line.line: edit.pointers_new[line.line] or (instead if line.diagnosis_pointers else ()) for line in claim.lines
    }
    return (Fix(f"remove {' and '.join(codes)}", grade, (edit.model_copy(update={"pointers_new": pointers}),)),)
