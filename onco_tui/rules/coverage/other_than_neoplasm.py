"""Drugs of cancer care given for another disease: no encounter for chemotherapy or immunotherapy."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.neoplasms import is_treatable_neoplasm
from onco_tui.encounter.edits import set_line_field
from onco_tui.rules.authorities import icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.coverage.services import Service, billed, evidence_of, has_neoplasm, name_of
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_DRUGS = frozenset({
    "J9250", "J9260", "J9070", "J9071", "J9072", "J9073", "J9074", "J9075", "J9076", "J9311", "J9312", "Q5115", "Q5119",
    "Q5123",
})  # fmt: skip
_THERAPY = frozenset({"Z51.11", "Z51.12"})


@rule(
    "COV126", "therapy-code-for-other-disease", Severity.WARNING, authority=(icd10cm_tabular("Z51.1, excludes2 note"),)
)
def therapy_code_for_other_disease(context: Context) -> Iterator[Draft | NotChecked]:
    """Therapy code for another disease.

    What it finds: Rituximab, cyclophosphamide or methotrexate on a line that points to Z51.11 or Z51.12 and to a
        disease that is no neoplasm, on a claim with a neoplasm besides.
    Why it matters: Z51.1- is for the antineoplastic therapy of a neoplasm; for another disease its own code is the
        reason.
    What the chart must show: What the drug was given for.
    Example: J9312 pointing to Z51.12 and M05.79, while C50.911 is on the claim for another line. A claim without any
        neoplasm has a rule of the diagnosis family.
    Fix: Take the pointer to Z51.1- off the line (review).
    Authority: ICD-10-CM tabular list, note at Z51.1.
    """
    if not (context.practitioner and has_neoplasm(context.claim.diagnoses)):
        return
    for service in billed(context, _DRUGS):
        therapy = [code for code in service.diagnoses if code in _THERAPY]
        other = [code for code in service.diagnoses if not code.startswith("Z") and not is_treatable_neoplasm(code)]
        if service.line.diagnosis_pointers and therapy and other and not has_neoplasm(service.diagnoses):
            yield _draft(context, service, therapy[0], other[0])


def _draft(context: Context, service: Service, therapy: str, other: str) -> Draft:
    line, codes = service.line, context.claim.diagnoses
    kept = tuple(p for p in line.diagnosis_pointers if not (1 <= p <= len(codes) and codes[p - 1] in _THERAPY))
    edit = set_line_field(line, "diagnosis_pointers", kept)
    return Draft(
        f"line {line.line} bills {name_of(context, line.code)} for {other} and points to {therapy}, which is "
        f"for neoplasms",
        lines=(line.line,),
        diagnoses=service.diagnoses,
        evidence=evidence_of(context, (service,), "diagnosis_pointers"),
        fixes=(Fix(f"line {line.line} without the pointer to {therapy}", "review", (edit,)),),
    )
