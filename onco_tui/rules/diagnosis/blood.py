"""Lymphoma, myeloma and their forerunners: extranodal sites, breast implants, gammopathy under treatment."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.neoplasms import is_neoplasm, is_of_blood, is_secondary
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.diagnosis.chart_words import active
from onco_tui.rules.diagnosis.listing import list_evidence
from onco_tui.rules.diagnosis.mates import without
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.registry import rule

_IMPLANT_LYMPHOMA, _IMPLANT_COMPLICATION = ("C84.7A", "C84.7B"), "T85"
_GAMMOPATHY = "D47.2"
# Drugs that treat plasma cell myeloma, by their codes: daratumumab, bortezomib, carfilzomib, elotuzumab, isatuximab,
# belantamab, teclistamab, talquetamab, elranatamab.
_MYELOMA_DRUGS = frozenset({
    "J9144", "J9145", "J9041", "J9046", "J9048", "J9049", "J9051", "J9047", "J9176", "J9227", "J9037", "J9380",
    "J3055", "J1323",
})  # fmt: skip


@rule(
    "DXC409",
    "lymphoma-with-metastasis-code",
    Severity.ERROR,
    authority=(icd10cm_guidelines("I.C.2.t"), icd10cm_tabular("C77 and C81-C96, with their notes")),
)
def lymphoma_with_metastasis_code(context: Context) -> Iterator[Draft | NotChecked]:
    """Lymphoma with metastasis code.

    What it finds: A lymphoma (C81-C85) with a metastasis code of a solid organ (C78, C79) or of lymph nodes (C77), and
        no solid tumor present or past that could be its primary.
    Why it matters: Lymphoma beyond the nodes is coded as extranodal and solid organ sites, within its own category;
        lymph nodes are part of the disease.
    What the chart must show: The sites of the lymphoma, or another primary.
    Example: C83.33 with C79.31 is C83.398 where the brain disease is the lymphoma.
    Fix: Ask (query). Never changed by the program.
    Authority: ICD-10-CM Official Guidelines I.C.2.t. For C77 a warning only: category C77 keeps lymphoma apart, while
        the notes of C81-C96 allow both. C79.52 and C78.89 are allowed by those notes and left alone.
    """
    listed = context.claim.diagnoses
    lymphoma = next((code for code in listed if "C81" <= code[:3] <= "C85"), None)
    metastasis = next((code for code in listed if _names_a_site(code)), None)
    if lymphoma is None or metastasis is None or any(map(_may_be_its_primary, listed)):
        return
    if any(_may_be_its_primary(entry.code) for entry in active(context)):
        return
    in_nodes = metastasis[:3] == "C77"
    why = (
        "lymph nodes are part of a lymphoma; the note at C77 keeps the two apart, the one at C81-C96 allows both"
        if in_nodes
        else "lymphoma outside its nodes is coded within its own category"
    )
    yield Draft(
        f"{metastasis} beside {lymphoma}: {why}",
        diagnoses=(lymphoma, metastasis),
        evidence=(list_evidence(context.claim),),
        direction="documentation",
        fixes=(
            ask(
                context,
                "ask what the second site is",
                (lymphoma, metastasis),
                "no other primary tumor is documented",
                "What is the disease of the second site?",
                "lymphoma",
                "spread of another tumor (please name it)",
            ),
        ),
        subject=metastasis,
        severity=Severity.WARNING if in_nodes else None,
    )


def _names_a_site(code: str) -> bool:
    return is_secondary(code) and code[:3] != "C7B" and code not in {"C79.52", "C78.89"}


def _may_be_its_primary(code: str) -> bool:
    if code.startswith("Z85"):
        return not code.startswith(("Z85.6", "Z85.7"))
    return code[:1] == "C" and not is_secondary(code) and not is_of_blood(code)


@rule(
    "DXC410",
    "implant-lymphoma-complication",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.s"), icd10cm_tabular("C84.7A")),
)
def implant_lymphoma_complication(context: Context) -> Iterator[Draft | NotChecked]:
    """Implant lymphoma complication.

    What it finds: Breast implant-associated anaplastic large cell lymphoma (C84.7A, C84.7B) with a complication code of
        the implant (T85.-).
    Why it matters: The lymphoma is coded alone; no complication code of chapter 19 goes with it.
    What the chart must show: Whether the implant had another complication, such as a rupture.
    Example: C84.7A, T85.898A becomes C84.7A.
    Fix: Remove the complication code (review).
    Authority: ICD-10-CM Official Guidelines I.C.2.s.
    """
    listed = context.claim.diagnoses
    lymphoma = next((code for code in listed if code in _IMPLANT_LYMPHOMA), None)
    complication = next((code for code in listed if code.startswith(_IMPLANT_COMPLICATION)), None)
    if lymphoma and complication:
        yield Draft(
            f"{lymphoma} takes no complication code of the implant beside it ({complication})",
            diagnoses=(lymphoma, complication),
            evidence=(list_evidence(context.claim),),
            fixes=without(context.claim, (complication,), lymphoma, "review"),
            subject=complication,
        )


@rule("DXC411", "gammopathy-under-myeloma-drug", Severity.WARNING, authority=(icd10cm_tabular("D47.2 and C90.0"),))
def gammopathy_under_myeloma_drug(context: Context) -> Iterator[Draft | NotChecked]:
    """Gammopathy under myeloma drug.

    What it finds: Monoclonal gammopathy (D47.2) as the only disease on a claim on which a drug for myeloma is billed or
        charted.
    Why it matters: Gammopathy of undetermined significance is watched, not treated; smoldering and active myeloma are
        coded to C90.0-.
    What the chart must show: The diagnosis as stated, with the plasma cells in the marrow.
    Example: D47.2 with J9144.
    Fix: Ask for the disease treated (query).
    Authority: ICD-10-CM index and tabular list at D47.2 and C90.0. Bortezomib and daratumumab also treat amyloidosis
        (E85.81), which is left alone.
    """
    listed = context.claim.diagnoses
    others = (code for code in listed if code != _GAMMOPATHY)
    if _GAMMOPATHY not in listed or any(is_neoplasm(code) or code.startswith("E85") for code in others):
        return
    if evidence := _myeloma_drug(context):
        yield Draft(
            f"{_GAMMOPATHY} is the only disease on a claim with {evidence.value}, a drug for myeloma",
            diagnoses=(_GAMMOPATHY,),
            evidence=(list_evidence(context.claim), evidence),
            direction="documentation",
            fixes=(
                ask(
                    context,
                    "ask for the disease treated",
                    (_GAMMOPATHY,),
                    "a drug for a disease of plasma cells was given",
                    "Which disease, as diagnosed, does the drug treat?",
                    "monoclonal gammopathy",
                    "smoldering myeloma",
                    "multiple myeloma",
                    "amyloidosis",
                ),
            ),
            subject=_GAMMOPATHY,
        )


def _myeloma_drug(context: Context) -> Evidence | None:
    for line in context.lines_with(_MYELOMA_DRUGS):
        return line_evidence(line, "code")[0]
    given = (a for a in context.administrations if a.hcpcs in _MYELOMA_DRUGS and a.purpose in {None, "treatment"})
    return next((chart_evidence(administration, "hcpcs")[0] for administration in given), None)
