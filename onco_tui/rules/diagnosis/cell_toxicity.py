"""Cytokine release and neurotoxicity after cell therapy: the cause first, and the charted grade."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import Charted, active, charted
from onco_tui.rules.diagnosis.listing import day_of_claim, list_evidence, replacement
from onco_tui.rules.diagnosis.mates import added, charted_codes
from onco_tui.rules.diagnosis.ordering import out_of_order
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_RELEASE, _NEUROTOXICITY = "D89.83", "G92.0"
_CAUSE_BEFORE = ("T80.8", "T86")
_CELL_THERAPY, _PAST_CELL_THERAPY = "T80.82XA", "Z92.850"
_CELLS = re.compile(r"\bcar[- ]?t\b|\bchimeric antigen receptor\b|\b\w+leucel\b")
_WORDS = {
    _RELEASE: re.compile(r"\bcytokine release\b|\bcrs\b"),
    _NEUROTOXICITY: re.compile(r"\bicans\b|\bneurotoxicity\b"),
}
_GRADE = re.compile(r"\bgrade ?([1-5]|iv|v|i{1,3})\b")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}


@rule(
    "DXC309",
    "cell-therapy-toxicity-cause",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.A.13 and I.A.17"), icd10cm_tabular("notes at D89.83, G92.0 and T80.82")),
)
def cell_therapy_toxicity_cause(context: Context) -> Iterator[Draft | NotChecked]:
    """Cause of a cell therapy toxicity.

    What it finds: Cytokine release (D89.83-) or neurotoxicity (G92.0-) without a code for its cause, or before the
        complication of cell therapy, infusion or transplant that caused it.
    Why it matters: The notes want the cause first: T80.82XA after CAR-T cells. After a checkpoint inhibitor T45.AX5-
        follows instead.
    What the chart must show: The product and its date.
    Example: D89.832 alone after CAR-T cells becomes T80.82XA, D89.832.
    Fix: Put the toxicity behind its cause (safe); add the charted cause before it, or T80.82XA where the chart has cell
        therapy (review); else ask for the cause (query).
    Authority: Code-first notes at D89.83 and G92.0, use-additional note at T80.82; ICD-10-CM Official Guidelines I.A.13
        and I.A.17. D89.83- from 2020-10-01, G92.0- and T80.82- from 2021-10-01.
    """
    claim = context.claim
    toxic = [code for code in dict.fromkeys(claim.diagnoses) if code.startswith((_RELEASE, _NEUROTOXICITY))]
    if not toxic:
        return
    if any(code.startswith(_CAUSE_BEFORE) for code in claim.diagnoses):
        yield from out_of_order(context, "cell_toxicity")
    elif not any("T36" <= code[:3] <= "T50" for code in claim.diagnoses):
        if context.once(day_of_claim) is None:
            yield NotChecked("the claim has no date of service")
            return
        yield _without_cause(context, toxic)


def is_cause_lacking(context: Context, code: str) -> bool:
    """Tell a charted code that would be the cause of a listed toxicity."""
    return code.startswith(_CAUSE_BEFORE) and any(
        c.startswith((_RELEASE, _NEUROTOXICITY)) for c in context.claim.diagnoses
    )


def _without_cause(context: Context, toxic: list[str]) -> Draft:
    claim = context.claim
    coded = charted_codes(context, lambda code: code.startswith(_CAUSE_BEFORE))
    told = [entry for entry in context.once(charted) if _CELLS.search(entry.words) or entry.code in coded]
    offers = coded or ((_CELL_THERAPY,) if told or _PAST_CELL_THERAPY in claim.diagnoses else ())
    question = ask(
        context,
        "ask for the cause",
        toxic,
        "no cause is documented",
        "What caused it, and when was that given?",
        "cell therapy (please give product and date)",
        "a bispecific antibody (please give drug and date)",
        "another drug (please give drug and date)",
    )
    return Draft(
        f"{' and '.join(toxic)} without a code for the cause, which comes first",
        diagnoses=tuple(toxic),
        evidence=(list_evidence(claim), *(item for entry in told for item in entry.evidence("description", "code"))),
        direction="documentation",
        fixes=(*(fix for code in offers for fix in added(context, code, before=toxic[0])), question),
    )


@rule("DXC310", "toxicity-grade", Severity.WARNING, authority=(icd10cm_guidelines("I.B.2"),))
def toxicity_grade(context: Context) -> Iterator[Draft | NotChecked]:
    """Toxicity grade.

    What it finds: Cytokine release or neurotoxicity coded with an unspecified or another grade than the chart words.
    Why it matters: The last character is the grade; unspecified is right only when none is charted.
    What the chart must show: The grade.
    Example: D89.839 with "CRS grade 2": D89.832.
    Fix: The code of the charted grade (review).
    Authority: ICD-10-CM titles of D89.83- and G92.0-; Official Guidelines I.B.2. Silent where several grades are named.
    """
    for code in dict.fromkeys(context.claim.diagnoses):
        stem = next((stem for stem in _WORDS if code.startswith(stem) and len(code) > len(stem)), "")
        if not stem:
            continue
        if context.chart.diagnoses is None:
            yield NotChecked(f"the chart lists no diagnoses, so the grade of {code} is not known")
            continue
        entries = [entry for entry in active(context) if _speaks_of(entry, code, stem)]
        grades = {_ROMAN.get(grade, grade) for entry in entries for grade in _GRADE.findall(entry.words)}
        wanted = f"{stem}{next(iter(grades))}" if len(grades) == 1 else code
        if wanted != code:
            yield Draft(
                f"the chart words grade {wanted[-1]}; {code} is another, {wanted} that one",
                diagnoses=(code,),
                evidence=(
                    list_evidence(context.claim),
                    *(item for entry in entries for item in entry.evidence("description", "code")),
                ),
                fixes=replacement(context.claim, code, wanted),
                subject=code,
            )


def _speaks_of(entry: Charted, code: str, stem: str) -> bool:
    return entry.code == code if entry.code else bool(_WORDS[stem].search(entry.words))
