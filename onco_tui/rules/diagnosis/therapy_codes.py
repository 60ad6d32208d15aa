"""Encounter codes for therapies that stand without a neoplasm, or for what was not such a therapy."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.identity import class_of
from onco_tui.derive.neoplasms import is_neoplasm
from onco_tui.derive.therapies import (
    BEAM_RADIATION,
    DRUG_ENCOUNTERS,
    Z51_CODES,
    is_internal_course,
    is_internal_radiation,
    unclassed,
)
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.diagnosis.listing import list_evidence
from onco_tui.rules.diagnosis.mates import added, charted_neoplasms, without
from onco_tui.rules.diagnosis.ordering import diagnosis_order
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, Evidence, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule

# Cells and viruses against a tumor have no class of their own; by mouth, chemotherapy is one all the same.
_MAY_BE_THERAPY = frozenset({"chemotherapy", "complex_biologic", "other"})
_NOT_FOR_A_THERAPY = frozenset({
    "symptom_management", "follow_up", "surveillance", "hydration", "transfusion", "port_care", "consultation",
})  # fmt: skip


@rule(
    "DXC104",
    "therapy-encounter-without-neoplasm",
    Severity.ERROR,
    authority=(icd10cm_guidelines("I.C.2.e.2"), icd10cm_tabular("Z51.0 and Z51.1, with the note at Z51.1")),
)
def therapy_encounter_without_neoplasm(context: Context) -> Iterator[Draft | NotChecked]:
    """Therapy encounter without neoplasm.

    What it finds: Z51.0, Z51.11 or Z51.12 on a claim that lists no neoplasm.
    Why it matters: These encounters are for the treatment of a neoplasm, which is coded after them; treatment of any
        other condition is coded to the condition alone. Without the neoplasm the claim fails medical-necessity edits.
    What the chart must show: The condition treated.
    Example: Z51.12, M05.79 for rituximab in rheumatoid arthritis becomes M05.79; Z51.11 alone needs the cancer code.
    Fix: Add the charted neoplasm; or remove the encounter code, where the chart lists none (review).
    Authority: ICD-10-CM Official Guidelines I.C.2.e.2; note at Z51.1 on conditions that are not neoplasms. Neoplasms
        are C00-D49: myelodysplasia, in situ and uncertain tumors too.
    """
    listed = context.claim.diagnoses
    therapies = tuple(code for code in dict.fromkeys(listed) if code in Z51_CODES)
    if not therapies or any(map(is_neoplasm, listed)):
        return
    code = therapies[0]
    offers = charted_neoplasms(context)
    other = next((other for other in listed if other and other[0] != "Z"), None)
    fixes = tuple(fix for offer in offers for fix in added(context, offer))
    if not offers and other and context.chart.diagnoses is not None:
        fixes = without(context.claim, therapies, other, "review")
    question = ask(
        context,
        "ask which condition was treated",
        (code,),
        "no neoplasm is listed with it",
        "Which condition was treated at this visit?",
        "a neoplasm (please name it)",
        "another condition (please name it)",
    )
    yield Draft(
        f"{code} is for the treatment of a neoplasm, and the claim lists none",
        diagnoses=(code,),
        evidence=(list_evidence(context.claim),),
        direction="documentation",
        fixes=fixes or (question,),
        subject="no neoplasm",
    )


@rule(
    "DXC105",
    "therapy-encounter-not-given",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.e.2"), icd10cm_tabular("Z51.0 and Z51.1")),
)
def therapy_encounter_not_given(context: Context) -> Iterator[Draft | NotChecked]:
    """Therapy encounter not given.

    What it finds: Z51.11 or Z51.12 on a claim where only hormones, bone agents, growth factors, fluids, blood or other
        supportive care were given; Z51.0 where only brachytherapy or a radiopharmaceutical was.
    Why it matters: The encounter codes are for chemotherapy, immunotherapy and external beam radiation alone; a port
        placed for chemotherapy, a therapy held back or a hormone injection is coded to the neoplasm or the condition.
    What the chart must show: What was given, and the reason for the encounter.
    Example: Z51.11, C61 for leuprolide becomes C61; Z51.0, C53.8 for brachytherapy becomes C53.8.
    Fix: Remove the encounter code, its pointers going to the neoplasm (safe when the charted reason for the encounter
        is none of a therapy either, else review).
    Authority: ICD-10-CM Official Guidelines I.C.2.e.2 (external beam radiation, chemotherapy, immunotherapy; for an
        implanted radioactive element the malignancy). That hormones are no chemotherapy is coding practice.
    """
    listed = context.claim.diagnoses
    if Z51_CODES.isdisjoint(listed):
        return
    order = context.once(diagnosis_order)
    given = frozenset(code for therapy in order.given for code in therapy.z51)
    if DRUG_ENCOUNTERS.intersection(listed) and not DRUG_ENCOUNTERS & given:
        yield from _no_drug(context, next(code for code in listed if code in DRUG_ENCOUNTERS))
    if BEAM_RADIATION in listed and BEAM_RADIATION not in given:
        yield from _no_beam(context)


def _no_drug(context: Context, code: str) -> Iterator[Draft | NotChecked]:
    administrations, reason = context.chart.administrations, context.chart.reason_for_encounter
    if administrations is None:
        yield NotChecked(f"the chart does not record what was given, so whether {code} fits is open")
        return
    if names := unclassed(context.encounter, context.reference.drugs):
        yield NotChecked(f"the class of {', '.join(names)} is not known")
        return
    classes = [class_of(administration, context.reference.drugs) for administration in administrations]
    if _MAY_BE_THERAPY.intersection(classes):
        return
    if not administrations and reason not in _NOT_FOR_A_THERAPY and not _bills_a_drug(context):
        yield NotChecked(f"the chart records nothing given, so whether {code} fits is open")
        return
    things = ", ".join(dict.fromkeys(administration.name for administration in administrations)) or "nothing"
    shown = tuple(evidence for item in administrations for evidence in chart_evidence(item, "drug"))
    yield _draft(context, code, f"neither chemotherapy nor immunotherapy was given; the chart has {things}", shown)


def _bills_a_drug(context: Context) -> bool:
    return any(context.reference.drugs.by_code(line.code) for line in context.claim.lines)


def _no_beam(context: Context) -> Iterator[Draft]:
    if line := next((line for line in context.claim.lines if is_internal_radiation(line.code)), None):
        because = f"{line.code} is radiation from within, not by an external beam"
        yield _draft(context, BEAM_RADIATION, because, line_evidence(line, "code"))
        return
    courses = context.chart.radiation_courses or ()
    if courses and all(map(is_internal_course, courses)):
        course = courses[0]
        evidence = Evidence(f"documentation.radiation_courses[{course.course_id}].technique", course.technique or "")
        yield _draft(
            context, BEAM_RADIATION, "the charted radiation is brachytherapy, not an external beam", (evidence,)
        )


def _draft(context: Context, code: str, because: str, shown: tuple[Evidence, ...]) -> Draft:
    reason = context.chart.reason_for_encounter
    grade: Grade = "safe" if reason in _NOT_FOR_A_THERAPY else "review"
    listed = context.claim.diagnoses
    stays = next(filter(is_neoplasm, listed), next((other for other in listed if other != code), None))
    return Draft(
        f"{code}: {because}",
        diagnoses=(code,),
        evidence=(list_evidence(context.claim), Evidence("documentation.reason_for_encounter", reason or ""), *shown),
        fixes=without(context.claim, (code,), stays, grade) if stays else (),
        subject=code,
    )
