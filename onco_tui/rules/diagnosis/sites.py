"""Which neoplasm stands first, and when it comes before a therapy's encounter code or a symptom."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.authorities import icd10cm_guidelines
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.ordering import out_of_order
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule(
    "DXC102",
    "treated-primary-first",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.a and I.C.2.l.1"),),
)
def treated_primary_first(context: Context) -> Iterator[Draft | NotChecked]:
    """Treated primary first.

    What it finds: A claim that lists a site not treated at this encounter, a status code or a problem that is not
        treated before the primary neoplasm that is treated.
    Why it matters: The diagnosis chiefly responsible for the services stands first among the neoplasms.
    What the chart must show: For each neoplasm whether this encounter's care is directed at it.
    Example: C77.3, C50.411 for radiation of the breast; the primary is treated, so C50.411 comes before C77.3. Where
        both sites are treated, as by systemic therapy, their order is the coder's.
    Fix: Put the codes in the right order, pointers following (safe when the chart says which site is treated and which
        is not, else review).
    Authority: ICD-10-CM Official Guidelines I.C.2.a and I.C.2.l.1.
    """
    yield from out_of_order(context, "treated_primary")


@rule(
    "DXC103",
    "treated-metastasis-first",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.b, I.C.2.d and I.C.2.l.2"),),
)
def treated_metastasis_first(context: Context) -> Iterator[Draft | NotChecked]:
    """Treated metastasis first.

    What it finds: A claim that lists the primary neoplasm, or the history of it, before the metastasis to which alone
        treatment is directed.
    Why it matters: The site that is treated stands first, even though the primary is still present; the primary is not
        always first.
    What the chart must show: For each neoplasm whether this encounter's care is directed at it.
    Example: Z51.0, C34.12, C79.51 for radiation of a vertebra becomes Z51.0, C79.51, C34.12. Z85.038, C78.7 becomes
        C78.7, Z85.038: the former primary is an additional code.
    Fix: Put the codes in the right order, pointers following (safe when the chart says which site is treated and which
        is not, else review).
    Authority: ICD-10-CM Official Guidelines I.C.2.b and I.C.2.l.2 (treatment of a secondary site), I.C.2.d (primary
        excised, secondary present).
    """
    yield from out_of_order(context, "treated_metastasis")


@rule("DXC106", "surgery-neoplasm-first", Severity.WARNING, authority=(icd10cm_guidelines("I.C.2.e.1"),))
def surgery_neoplasm_first(context: Context) -> Iterator[Draft | NotChecked]:
    """Surgery, neoplasm first.

    What it finds: A claim for removal of a neoplasm that begins with the encounter code for chemotherapy,
        immunotherapy or radiation given in the same episode.
    Why it matters: An episode of care with surgical removal is for the neoplasm; the therapy after it does not lead.
    What the chart must show: The operation and the neoplasm removed.
    Example: Z51.11, C67.2 with 52235 and an instillation of mitomycin after it becomes C67.2, Z51.11.
    Fix: Put the neoplasm first (review).
    Authority: ICD-10-CM Official Guidelines I.C.2.e.1.
    """
    yield from out_of_order(context, "surgery")


@rule("DXC107", "extent-of-disease-first", Severity.WARNING, authority=(icd10cm_guidelines("I.C.2.f"),))
def extent_of_disease_first(context: Context) -> Iterator[Draft | NotChecked]:
    """Extent of disease first.

    What it finds: An encounter for staging, or for drainage of a chest or abdominal effusion, that begins with the
        encounter code of a therapy.
    Why it matters: Such an encounter is for the neoplasm, the primary or the metastatic site, even when a therapy is
        given as well.
    What the chart must show: The purpose of the encounter and the neoplasm.
    Example: Z51.11, C34.11, J91.0 for a thoracentesis becomes C34.11, Z51.11, J91.0.
    Fix: Put the neoplasm first (review).
    Authority: ICD-10-CM Official Guidelines I.C.2.f.
    """
    yield from out_of_order(context, "extent")


@rule("DXC108", "symptom-after-neoplasm", Severity.WARNING, authority=(icd10cm_guidelines("I.C.2.g"),))
def symptom_after_neoplasm(context: Context) -> Iterator[Draft | NotChecked]:
    """Symptom after neoplasm.

    What it finds: A symptom or sign (chapter 18) of the neoplasm listed before it.
    Why it matters: Symptoms of an existing neoplasm never replace it as the first-listed diagnosis, however many visits
        are made for them.
    What the chart must show: What the symptom is due to.
    Example: R04.2, C34.11 for hemoptysis from the tumor becomes C34.11, R04.2. Nausea due to chemotherapy is a
        complication of treatment and may stand first.
    Fix: Put the neoplasm first (safe when the chart says the symptom is due to it; review when it only says that the
        neoplasm is treated).
    Authority: ICD-10-CM Official Guidelines I.C.2.g.
    """
    yield from out_of_order(context, "symptom")
