"""Hormone sensitivity of prostate cancer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.diagnosis.chart_words import Charted, active, affirms, listed_codes
from onco_tui.rules.diagnosis.listing import addition, list_evidence, replacement
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_PROSTATE, _SENSITIVE, _RESISTANT = "C61", "Z19.1", "Z19.2"
_RESISTANT_WORDS = re.compile(r"\b(?:castrat(?:e|ion)|hormone)[- ](?:resistant|refractory|insensitive)\b|\bm?0?crpc\b")
_SENSITIVE_WORDS = re.compile(r"\b(?:castrat(?:e|ion)|hormone)[- ](?:sensitive|naive)\b|\bm?[ch]spc\b")
# Labelled for castration-resistant prostate cancer only: cabazitaxel, radium-223, lutetium vipivotide, sipuleucel-T.
_RESISTANT_DRUGS = frozenset({"J9043", "J9064", "A9606", "A9607", "Q2043"})


@rule(
    "DXC305",
    "hormone-sensitivity",
    Severity.INFO,
    authority=(icd10cm_guidelines("I.C.21.c.3"), icd10cm_tabular("use-additional note at C61")),
)
def hormone_sensitivity(context: Context) -> Iterator[Draft | NotChecked]:
    """Hormone sensitivity.

    What it finds: Prostate cancer that the chart calls castration-resistant or hormone-sensitive, with the other status
        code (a warning) or none; and a drug for castration-resistant disease alone without Z19.2, a warning where the
        chart has results. Where the record says sensitive against the drug's label, COV102 tells.
    Why it matters: The note at C61 asks for the status; coverage of several drugs rests on it.
    What the chart must show: A statement of castration resistance or sensitivity.
    Example: C61, Z19.1 with "mCRPC" in the chart: Z19.2.
    Fix: The code of the charted status (review); for a drug alone ask for the status (query).
    Authority: Use-additional note at C61, code-first note at Z19; ICD-10-CM Official Guidelines I.C.21.c.3.
    """
    claim = context.claim
    if _PROSTATE not in claim.diagnoses:
        return
    billed = {_SENSITIVE, _RESISTANT}.intersection(claim.diagnoses)
    drugs = [line for line in claim.lines if line.code in _RESISTANT_DRUGS and not _contradicted(context, line)]
    if context.chart.diagnoses is None and not drugs:
        yield NotChecked("the chart lists no diagnoses, so the hormone status is not known")
        return
    resistant = [entry for entry in _of_prostate(context) if affirms(entry.words, _RESISTANT_WORDS)]
    sensitive = [entry for entry in _of_prostate(context) if affirms(entry.words, _SENSITIVE_WORDS)]
    charted = listed_codes(context) & {_SENSITIVE, _RESISTANT}
    if bool(resistant) != bool(sensitive):
        right, wrong = (_RESISTANT, _SENSITIVE) if resistant else (_SENSITIVE, _RESISTANT)
        entry = (resistant or sensitive)[0]
        if wrong in billed and right not in billed:
            yield _draft(context, entry, right, wrong)
        elif not billed and right not in charted:
            yield _draft(context, entry, right)
    elif drugs and not resistant and _RESISTANT not in billed | charted:
        yield Draft(
            f"line {drugs[0].line} bills {drugs[0].code}, for castration-resistant disease; {_RESISTANT} is not listed",
            lines=(drugs[0].line,),
            evidence=(*line_evidence(drugs[0], "code"), list_evidence(claim)),
            direction="documentation",
            amount_at_risk=drugs[0].charge,
            fixes=(
                ask(
                    context,
                    "ask for the hormone status",
                    (next((code for code in claim.diagnoses if code.startswith("C61")), "C61"),),
                    "the response to hormonal treatment is not documented",
                    "What is the hormone status of the cancer, and on what findings does it rest?",
                    "hormone-sensitive",
                    "castration-resistant",
                ),
            ),
            subject="drug",
            severity=None if context.chart.biomarkers is None else Severity.WARNING,
        )


def _contradicted(context: Context, line: ClaimLine) -> bool:
    """Tell whether the record calls the cancer sensitive where the label of the drug needs resistance by a result."""
    if _SENSITIVE not in context.claim.diagnoses and _SENSITIVE not in listed_codes(context):
        return False
    uses, markers = context.reference.coverage.uses_of(line.code), context.reference.coverage.markers
    return uses is not None and any(_RESISTANT in markers[name].positive for use in uses.uses for name, _ in use.needs)


def _of_prostate(context: Context) -> Iterator[Charted]:
    """Give the entries that may say the status: of the prostate, of a metastasis, of the status itself."""
    return (entry for entry in active(context) if entry.code[:3] in {"", _PROSTATE, "Z19", "C77", "C78", "C79"})


def _draft(context: Context, entry: Charted, right: str, wrong: str = "") -> Draft:
    claim = context.claim
    said = f"{wrong} says the opposite; the code is {right}" if wrong else f"{right} would tell it"
    state = "resistant" if right == _RESISTANT else "sensitive"
    return Draft(
        f"the chart calls the prostate cancer hormone-{state}; {said}",
        diagnoses=(wrong or right,),
        evidence=(list_evidence(claim), *entry.evidence("description", "histology", "code")),
        direction="format" if wrong else "under",
        fixes=replacement(claim, wrong, right) if wrong else addition(claim, (right,), "review"),
        subject="status",
        severity=Severity.WARNING if wrong else None,
    )
