"""Receptor status of breast cancer: the codes among each other, and against the results in the chart."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.neoplasms import is_primary
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.diagnosis.chart_words import listed_codes
from onco_tui.rules.diagnosis.listing import addition, day_of_claim, list_evidence, replacement
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.diagnosis.receptor_results import RECEPTORS, result_evidence, results, settled
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_SINGLE = ("Z17.0", "Z17.1", "Z17.2", "Z17.3")
_COMBINED = "Z17.4"
_BREAST = "C50"
_HER2_DRUGS = frozenset({
    "trastuzumab", "pertuzumab", "ado-trastuzumab emtansine", "trastuzumab + hyaluronidase",
    "pertuzumab + trastuzumab + hyaluronidase",
})  # fmt: skip


@rule(
    "DXC301",
    "receptors-single-and-combined",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.21.c.3"), icd10cm_tabular("notes at Z17")),
)
def receptors_single_and_combined(context: Context) -> Iterator[Draft | NotChecked]:
    """Receptors single and combined.

    What it finds: A combined receptor status (Z17.4-) beside codes of single receptors.
    Why it matters: Z17.4- is for a record that gives only the combined status; beside single codes it tells the same
        twice.
    What the chart must show: The result of each receptor.
    Example: Z17.0, Z17.21, Z17.31 and Z17.410.
    Fix: Leave out the combined code: safe when all three receptors have their code; review when the chart gives each
        result; else ask for the results (query).
    Authority: Notes at Z17.2-, Z17.3- and Z17.4- from 2024-10-01; ICD-10-CM Official Guidelines I.C.21.c.3.
    """
    claim = context.claim
    combined = [code for code in dict.fromkeys(claim.diagnoses) if code.startswith(_COMBINED)]
    single = [code for code in claim.diagnoses if code.startswith(_SINGLE)]
    if not combined or not single:
        return
    coded = [receptor for receptor in RECEPTORS if {receptor.positive, receptor.negative}.intersection(single)]
    complete = len(coded) == len(RECEPTORS)
    known = settled(context)
    for code in combined:
        fixes = replacement(claim, code, single[-1], "safe" if complete else "review")
        rest = [known[receptor.name][0] for receptor in RECEPTORS if receptor not in coded and receptor.name in known]
        if not complete and len(coded) + len(rest) < len(RECEPTORS):
            fixes = (_ask_results(context),)
        elif rest:
            fixes = replacement(claim, code, rest[0])
        yield Draft(
            f"{code} gives the receptors combined, {', '.join(single)} one by one",
            diagnoses=(code, *single),
            evidence=(list_evidence(claim), *(result_evidence(context, marker) for _, _, marker in known.values())),
            fixes=fixes,
            subject=code,
        )


@rule("DXC302", "receptor-positive-and-negative", Severity.WARNING, authority=(icd10cm_guidelines("I.C.21.c.3"),))
def receptor_positive_and_negative(context: Context) -> Iterator[Draft | NotChecked]:
    """Receptor positive and negative.

    What it finds: The same receptor coded positive and negative, or two combined states, for one tumor.
    Why it matters: The codes contradict each other; the payer cannot tell whether the drug fits the tumor.
    What the chart must show: The result of the receptor.
    Example: Z17.0 and Z17.1 with one breast cancer. With a cancer of each breast both may be right.
    Fix: Keep the charted one (review); else ask for the results (query).
    Authority: Titles of Z17.-; ICD-10-CM Official Guidelines I.C.21.c.3.
    """
    claim = context.claim
    status = [code for code in dict.fromkeys(claim.diagnoses) if code.startswith("Z17.")]
    if len(status) < 2 or len({code for code in claim.diagnoses if is_primary(code)}) > 1:
        return
    known = settled(context)
    pairs = [(r.name, r.positive, r.negative) for r in RECEPTORS if {r.positive, r.negative} <= set(status)]
    for name, positive, negative in pairs:
        fixes: tuple[Fix, ...] = (_ask_results(context),)
        evidence = [list_evidence(claim)]
        if name in known:
            right, wrong, marker = known[name]
            evidence.append(result_evidence(context, marker))
            fixes = replacement(claim, wrong, right)
        yield Draft(
            f"{positive} and {negative} say that {name} is positive and negative",
            diagnoses=(positive, negative),
            evidence=tuple(evidence),
            fixes=fixes,
            subject=name,
        )
    if len(combined := [code for code in status if code.startswith(_COMBINED)]) > 1:
        yield Draft(
            f"{' and '.join(combined)} are different combined states of one tumor",
            diagnoses=tuple(combined),
            evidence=(list_evidence(claim),),
            fixes=(_ask_results(context),),
            subject="combined",
        )


@rule(
    "DXC303",
    "receptor-against-result",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.21.c.3"), icd10cm_tabular("use-additional note at C50")),
)
def receptor_against_result(context: Context) -> Iterator[Draft | NotChecked]:
    """Receptor against its result.

    What it finds: A receptor code of a breast cancer that is not what the chart's result says; and, as information,
        results in the chart that no code tells.
    Why it matters: Coverage of hormone and HER2 drugs rests on these codes; the note at C50 asks for them.
    What the chart must show: The result of each receptor.
    Example: Z17.1 with "ER 95%". A HER2 score of 2+ or a low HER2 settles nothing and has no code.
    Fix: The code of the result (review).
    Authority: Use-additional note at C50; notes at Z17; ICD-10-CM Official Guidelines I.C.21.c.3. Z17.2-, Z17.3- and
        Z17.4- from 2024-10-01.
    """
    claim = context.claim
    tumors = {code for code in claim.diagnoses if code.startswith(_BREAST)}
    if not tumors:
        return
    if context.chart.biomarkers is None:
        yield NotChecked("no results came with the chart")
        return
    listed, wrong = set(claim.diagnoses), False
    known = settled(context)
    for name, (right, other, marker) in known.items():
        if other in listed and right not in listed and len(tumors) == 1:
            wrong = True
            yield Draft(
                f"{other} says the opposite of the result {name} {marker.result}; its code is {right}",
                diagnoses=(other,),
                evidence=(list_evidence(claim), result_evidence(context, marker)),
                fixes=replacement(claim, other, right),
                subject=name,
            )
    if not wrong and not any(code.startswith(_COMBINED) for code in listed):
        yield from _untold(context)


def _untold(context: Context) -> Iterator[Draft]:
    """Tell results without a code, unless the chart lists the code itself, which another rule tells."""
    day, listed, charted = context.once(day_of_claim), set(context.claim.diagnoses), listed_codes(context)
    known = [
        (right, marker)
        for right, other, marker in settled(context).values()
        if not listed & {right, other} and right not in charted
    ]
    codes = [r for r, _ in known if day and context.reference.codesets.diagnosis(r, day).billable]
    if codes:
        yield Draft(
            f"the chart has receptor results; {', '.join(codes)} would tell them",
            diagnoses=tuple(codes),
            evidence=(list_evidence(context.claim), *(result_evidence(context, marker) for _, marker in known)),
            direction="under",
            fixes=addition(context.claim, codes, "review"),
            subject="untold",
            severity=Severity.INFO,
        )


@rule(
    "DXC304",
    "her2-drug-without-her2-code",
    Severity.INFO,
    authority=(icd10cm_guidelines("I.C.21.c.3"), icd10cm_tabular("use-additional note at C50")),
)
def her2_drug_without_her2_code(context: Context) -> Iterator[Draft | NotChecked]:
    """HER2 drug without a HER2 code.

    What it finds: A drug against HER2 billed for breast cancer, without a HER2 code and without results in the
        chart.
    Why it matters: The payer looks for HER2 before it pays the drug.
    What the chart must show: The HER2 result.
    Example: J9355 with C50.911 and Z17.0 alone. Trastuzumab deruxtecan is given for low HER2 too, which has no code.
    Fix: Ask for the result (query).
    Authority: Use-additional note at C50; Z17.3- and Z17.4- from 2024-10-01; ICD-10-CM Official Guidelines I.C.21.c.3.
    """
    listed, day = context.claim.diagnoses, context.once(day_of_claim)
    if not any(code.startswith(_BREAST) for code in listed) or any(c.startswith(("Z17.3", _COMBINED)) for c in listed):
        return
    drugs = ((line, context.reference.drugs.by_code(line.code)) for line in context.claim.lines)
    against = [line for line, drug in drugs if drug and drug.ingredient in _HER2_DRUGS]
    if not against or "HER2" in context.once(results) or context.chart.biomarkers is not None:
        return  # results without HER2 are asked about by COV103
    if day is None or not context.reference.codesets.diagnosis("Z17.31", day).billable:
        yield NotChecked(f"no HER2 code is known for {day or 'a claim without a date of service'}")
        return
    yield Draft(
        f"line {against[0].line} bills {against[0].code}, a drug against HER2; no code tells the tumor's HER2",
        lines=(against[0].line,),
        evidence=(*line_evidence(against[0], "code"), list_evidence(context.claim)),
        direction="documentation",
        fixes=(
            ask(
                context,
                "ask for the HER2 result",
                (next(code for code in listed if code.startswith(_BREAST)),),
                "no HER2 result is documented",
                "What was the HER2 result of the tumor, by which method and when?",
                "positive (please give method and date)",
                "low (please give method and date)",
                "negative (please give method and date)",
                "not tested",
            ),
        ),
    )


def _ask_results(context: Context) -> Fix:
    cancers = [code for code in context.claim.diagnoses if code.startswith(_BREAST)]
    return ask(
        context,
        "ask for the receptor results",
        cancers[:1] or context.claim.diagnoses[:1],
        "the results of the receptors are not documented, or contradict each other",
        "What are the results of each receptor (ER, PR, HER2) of the tumor, and when was it tested?",
        "ER, PR and HER2 with their dates (please give)",
        "not tested",
    )
