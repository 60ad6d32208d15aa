"""What is treated in place of the neoplasm: pain, anemia, dehydration, complications, fracture, neutropenia."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from onco_tui.derive.neoplasms import is_neoplasm
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.mates import Mate, charted_codes, charted_neoplasms, mate_missing
from onco_tui.rules.diagnosis.ordering import out_of_order
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule("DXC109", "neoplasm-pain-order", Severity.WARNING, authority=(icd10cm_guidelines("I.C.2.h and I.C.6.b.5"),))
def neoplasm_pain_order(context: Context) -> Iterator[Draft | NotChecked]:
    """Neoplasm pain order.

    What it finds: A visit for control of pain due to a neoplasm that does not begin with G89.3; or G89.3 before the
        neoplasm where the neoplasm is what is treated.
    Why it matters: The reason for the visit decides which of the two leads.
    What the chart must show: The pain as due to the neoplasm, and at which of the two care is directed.
    Example: C25.0, G89.3 for adjustment of opioids becomes G89.3, C25.0; G89.3, C25.0 for a visit about the tumor
        becomes C25.0, G89.3.
    Fix: Put the codes in the right order, pointers following (safe when the chart says what is treated, else review).
    Authority: ICD-10-CM Official Guidelines I.C.2.h and I.C.6.b.5.
    """
    yield from out_of_order(context, "pain")


@rule(
    "DXC110",
    "anemia-of-neoplasm-order",
    Severity.ERROR,
    authority=(icd10cm_guidelines("I.C.2.c.1"), icd10cm_tabular("code first at D63.0")),
)
def anemia_of_neoplasm_order(context: Context) -> Iterator[Draft | NotChecked]:
    """Anemia of neoplasm order.

    What it finds: Anemia in neoplastic disease (D63.0) listed before the neoplasm, or without one.
    Why it matters: The neoplasm stands first even when only the anemia is treated; the reverse of anemia due to
        chemotherapy. D63.0 and D64.81 may both be reported.
    What the chart must show: The anemia as due to the neoplasm, and the neoplasm.
    Example: D63.0, C18.7 for a transfusion becomes C18.7, D63.0.
    Fix: Put the neoplasm first (safe); add the charted neoplasm (review).
    Authority: ICD-10-CM Official Guidelines I.C.2.c.1; code-first note at D63.0 (C00-D49).
    """
    yield from out_of_order(context, "anemia_of_neoplasm")
    if "D63.0" in context.claim.diagnoses and not any(map(is_neoplasm, context.claim.diagnoses)):
        offers = charted_neoplasms(context)
        mate = Mate("the neoplasm it comes from", offers)
        yield replace(mate_missing(context, "D63.0", mate, Severity.ERROR), subject="anemia_of_neoplasm")


@rule("DXC111", "anemia-of-treatment-order", Severity.ERROR, authority=(icd10cm_guidelines("I.C.2.c.2"),))
def anemia_of_treatment_order(context: Context) -> Iterator[Draft | NotChecked]:
    """Anemia of treatment order.

    What it finds: A visit only for anemia due to chemotherapy (D64.81), immunotherapy or radiation that does not begin
        with the anemia; or the anemia first where the neoplasm is treated.
    Why it matters: The anemia stands first, then the neoplasm and the adverse effect (T45.1X5-, T45.AX5-) or, after
        radiation, Y84.2; the reverse of anemia in neoplastic disease.
    What the chart must show: The anemia as due to the treatment, and whether this encounter's care is directed at it.
    Example: C56.1, D64.81, T45.1X5A for a transfusion becomes D64.81, C56.1, T45.1X5A.
    Fix: Put the codes in the right order, pointers following (safe when the chart says what is treated, else review).
    Authority: ICD-10-CM Official Guidelines I.C.2.c.2. On a day of chemotherapy Z51.11 leads (I.C.2.e.3).
    """
    yield from out_of_order(context, "anemia_of_treatment")


@rule("DXC112", "dehydration-first", Severity.WARNING, authority=(icd10cm_guidelines("I.C.2.c.3"),))
def dehydration_first(context: Context) -> Iterator[Draft | NotChecked]:
    """Dehydration first.

    What it finds: A visit only for rehydration that begins with the neoplasm; or dehydration first where the neoplasm
        is treated.
    Why it matters: Where only the dehydration is treated, it stands first, followed by the neoplasm.
    What the chart must show: The reason for the encounter, or what its care is directed at.
    Example: C25.0, E86.0, T45.1X5A for a hydration visit becomes E86.0, C25.0, T45.1X5A.
    Fix: Put the codes in the right order, pointers following (safe when the chart says what is treated, else review).
    Authority: ICD-10-CM Official Guidelines I.C.2.c.3 and I.C.2.l.4.
    """
    yield from out_of_order(context, "dehydration")


@rule(
    "DXC113",
    "surgical-complication-first",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.c.4, I.C.2.l.5 and I.B.16"),),
)
def surgical_complication_first(context: Context) -> Iterator[Draft | NotChecked]:
    """Surgical complication first.

    What it finds: A visit for a complication of a procedure or device, charted as what is treated, that begins with the
        neoplasm.
    Why it matters: Where treatment is directed at resolving the complication, the complication stands first.
    What the chart must show: The complication as due to the procedure, and that care is directed at it here.
    Example: C18.2, K91.89 for an anastomotic leak becomes K91.89, C18.2.
    Fix: Put the complication first (review).
    Authority: ICD-10-CM Official Guidelines I.C.2.c.4, I.C.2.l.5 and I.B.16.
    """
    yield from out_of_order(context, "surgical_complication")


@rule("DXC114", "pathological-fracture-order", Severity.WARNING, authority=(icd10cm_guidelines("I.C.2.l.6"),))
def pathological_fracture_order(context: Context) -> Iterator[Draft | NotChecked]:
    """Pathological fracture order.

    What it finds: A pathological fracture in neoplastic disease (M84.5-) that is treated and does not stand first, or
        that stands before the neoplasm that is treated; M84.5- without a neoplasm; a charted M84.5- that is not on the
        claim beside its bone metastasis.
    Why it matters: The focus of treatment decides which leads, and both codes are needed.
    What the chart must show: The fracture, and which of the two this encounter's care is directed at.
    Example: C79.51, M84.551A, C50.911 for repair of the femur becomes M84.551A, C79.51, C50.911.
    Fix: Put the codes in the right order; add the charted neoplasm or fracture (review).
    Authority: ICD-10-CM Official Guidelines I.C.2.l.6; code-also note at M84.5.
    """
    yield from out_of_order(context, "fracture")
    listed = context.claim.diagnoses
    fracture = next((code for code in listed if code.startswith("M84.5")), "")
    if fracture and not any(map(is_neoplasm, listed)):
        yield mate_missing(context, fracture, Mate("the underlying neoplasm", charted_neoplasms(context)))
    charted = charted_codes(context, lambda code: code.startswith("M84.5"))
    if charted and not fracture and "C79.51" in listed:
        yield mate_missing(context, "C79.51", Mate("the charted pathological fracture", charted))


@rule(
    "DXC118",
    "neutropenia-and-fever-order",
    Severity.WARNING,
    authority=(icd10cm_tabular("D70 and R50.81"), icd10cm_guidelines("I.C.2.l.4")),
)
def neutropenia_and_fever_order(context: Context) -> Iterator[Draft | NotChecked]:
    """Neutropenia and fever order.

    What it finds: A visit for neutropenia that does not begin with it; fever with neutropenia (R50.81) before D70.-.
    Why it matters: The complication that is treated stands first; R50.81 is coded after the condition it goes with.
    What the chart must show: What this encounter's care is directed at.
    Example: R50.81, D70.1, C34.11, T45.1X5A becomes D70.1, R50.81, C34.11, T45.1X5A.
    Fix: Put the codes in the right order, pointers following (safe when notes or chart settle it, else review).
    Authority: Code-first note at R50.81, use-additional note at D70; ICD-10-CM Official Guidelines I.C.2.l.4.
    """
    yield from out_of_order(context, "neutropenia")


@rule("DXC119", "complication-first", Severity.WARNING, authority=(icd10cm_guidelines("I.C.2.l.4"),))
def complication_first(context: Context) -> Iterator[Draft | NotChecked]:
    """Complication first.

    What it finds: A visit only for a complication of a neoplasm or of its treatment, such as nausea after chemotherapy,
        hypercalcemia or thrombosis, that begins with the neoplasm.
    Why it matters: Where treatment is only for the complication, it is coded first, followed by the neoplasm.
    What the chart must show: The complication with its cause, and that care is directed at it here.
    Example: C18.7, R11.2, T45.1X5A for a visit for vomiting becomes R11.2, C18.7, T45.1X5A. On a day of chemotherapy
        Z51.11 leads and the complication follows.
    Fix: Put the complication first (safe when the chart says what is treated, else review).
    Authority: ICD-10-CM Official Guidelines I.C.2.l.4; for effects of drugs I.C.19.e.5.a.
    """
    yield from out_of_order(context, "complication")
