"""Orders the codes themselves fix: pregnancy, transplant, adverse effects, follow-up examinations."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.diagnosis_notes import can_be_effect
from onco_tui.derive.neoplasms import is_adverse_effect, is_neoplasm
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import active
from onco_tui.rules.diagnosis.mates import Mate, charted_codes, charted_neoplasms, mate_missing
from onco_tui.rules.diagnosis.ordering import out_of_order
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_PREGNANCY, _TRANSPLANT, _TRANSPLANTED_ORGAN = "O9A.1", "T86", "C80.2"


@rule(
    "DXC115",
    "pregnancy-before-neoplasm",
    Severity.ERROR,
    authority=(icd10cm_guidelines("I.C.2.l.3 and I.C.15.a.1"),),
)
def pregnancy_before_neoplasm(context: Context) -> Iterator[Draft | NotChecked]:
    """Pregnancy before neoplasm.

    What it finds: A malignancy complicating pregnancy (O9A.1-) that does not stand first, or that is charted and not on
        the claim.
    Why it matters: Codes of the pregnancy chapter have priority over all others; the neoplasm follows.
    What the chart must show: The pregnancy and its trimester.
    Example: C50.911, O9A.112 becomes O9A.112, C50.911.
    Fix: Put the pregnancy code first; add the charted one (review).
    Authority: ICD-10-CM Official Guidelines I.C.2.l.3 and I.C.15.a.1.
    """
    yield from out_of_order(context, "pregnancy")
    neoplasm = next(filter(is_neoplasm, context.claim.diagnoses), None)
    if neoplasm is None or any(code.startswith(_PREGNANCY) for code in context.claim.diagnoses):
        return
    if offers := charted_codes(context, lambda code: code.startswith(_PREGNANCY)):
        mate = Mate("the charted pregnancy code, which comes first", offers)
        yield mate_missing(context, neoplasm, mate, Severity.ERROR)


@rule(
    "DXC116",
    "transplant-before-malignancy",
    Severity.ERROR,
    authority=(icd10cm_guidelines("I.C.2.r"), icd10cm_tabular("code first and use additional at C80.2")),
)
def transplant_before_malignancy(context: Context) -> Iterator[Draft | NotChecked]:
    """Transplant before malignancy.

    What it finds: A malignancy of a transplanted organ (C80.2) without the complication of the transplant (T86.-)
        before it, or without the specific malignancy after it.
    Why it matters: Such a malignancy is coded as a complication of the transplant: T86.-, C80.2, then the neoplasm.
    What the chart must show: The transplanted organ and its malignancy.
    Example: C22.0, C80.2, T86.49 becomes T86.49, C80.2, C22.0.
    Fix: Put the codes in the right order; add the charted one (review).
    Authority: ICD-10-CM Official Guidelines I.C.2.r; notes at C80.2. A warning where only the malignancy is missing.
    """
    yield from out_of_order(context, "transplant")
    listed = context.claim.diagnoses
    if _TRANSPLANTED_ORGAN not in listed:
        return
    if not any(code.startswith(_TRANSPLANT) for code in listed):
        offers = charted_codes(context, lambda code: code.startswith(_TRANSPLANT))
        mate = Mate("the complication of the transplant (T86.-) before it", offers)
        yield mate_missing(context, _TRANSPLANTED_ORGAN, mate, Severity.ERROR)
    if not any(map(_is_specific, listed)):
        mate = Mate("the specific malignancy", charted_neoplasms(context))
        yield mate_missing(context, _TRANSPLANTED_ORGAN, mate)


def _is_specific(code: str) -> bool:
    return is_neoplasm(code) and code[:3] != "C80"


@rule(
    "DXC117",
    "adverse-effect-after-its-nature",
    Severity.ERROR,
    authority=(icd10cm_guidelines("I.C.19.e.5.a and I.C.19.e.5.b"), icd10cm_tabular("code first at T36-T50")),
)
def adverse_effect_after_its_nature(context: Context) -> Iterator[Draft | NotChecked]:
    """Adverse effect after its nature.

    What it finds: The code that names the drug of an adverse effect (T45.1X5A and its like) before the effect it had,
        or with no such effect on the claim; a poisoning after what it caused.
    Why it matters: An adverse effect is coded as its nature first, then the drug; a poisoning the other way round.
    What the chart must show: The effect and the drug that caused it.
    Example: T45.1X5A, R11.2, C18.7 becomes R11.2, T45.1X5A, C18.7.
    Fix: Put the codes in the right order (safe when the effect is known to be of the drug, else review); add the
        charted effect (review).
    Authority: ICD-10-CM Official Guidelines I.C.19.e.5.a and b; code-first note at T36-T50.
    """
    yield from out_of_order(context, "adverse_effect")
    drug = next(filter(is_adverse_effect, context.claim.diagnoses), None)
    if drug and not any(map(can_be_effect, context.claim.diagnoses)):
        mate = Mate("the nature of the adverse effect", _charted_effects(context))
        yield mate_missing(context, drug, mate, Severity.ERROR)


def _charted_effects(context: Context) -> tuple[str, ...]:
    """Give the charted effects of antineoplastic drugs."""
    effects = {entry.code for entry in active(context) if entry.diagnosis.due_to == "antineoplastic_drug"}
    return charted_codes(context, lambda code: code in effects and can_be_effect(code) and code != "D63.0")


@rule(
    "DXC120",
    "follow-up-before-history",
    Severity.ERROR,
    authority=(icd10cm_guidelines("I.C.21.c.8"), icd10cm_tabular("use additional at Z08")),
)
def follow_up_before_history(context: Context) -> Iterator[Draft | NotChecked]:
    """Follow-up before history.

    What it finds: The history of a malignancy (Z85.-) listed before the follow-up examination (Z08).
    Why it matters: The follow-up code stands first, followed by the history code.
    What the chart must show: Nothing more; the codes fix their order.
    Example: Z85.3, Z08 becomes Z08, Z85.3.
    Fix: Put Z08 first (safe).
    Authority: ICD-10-CM Official Guidelines I.C.21.c.8; use-additional note at Z08.
    """
    yield from out_of_order(context, "follow_up")
