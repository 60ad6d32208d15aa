"""Adverse effect codes by the class of the drug."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from onco_tui.codesets.diagnosis_facts import DrugCode
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import Charted, charted
from onco_tui.rules.diagnosis.listing import day_of_claim, list_evidence, replacement
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, Fix, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule

_STEM = len("T45.1X5")
_FAMILIES = frozenset({"T45.1X5", "T45.AX5", "T38.6X5"})


@rule(
    "DXC308",
    "adverse-effect-of-another-class",
    Severity.ERROR,
    authority=(icd10cm_guidelines("I.C.19.e.5.a"), icd10cm_tabular("Excludes1 notes at T45.1 and T45.A")),
)
def adverse_effect_of_another_class(context: Context) -> Iterator[Draft | NotChecked]:
    """Adverse effect of another class.

    What it finds: An adverse effect code of one class of drug where the chart names a drug of another class as the
        cause.
    Why it matters: T45.1 excludes the checkpoint inhibitors (T45.A) and tamoxifen (T38.6); the wrong one says that
        another drug did harm.
    What the chart must show: The drug that caused the effect.
    Example: T45.1X5A with "colitis due to pembrolizumab": T45.AX5A from 2024-10-01. T45.1X5A for carboplatin beside
        pembrolizumab stays.
    Fix: The code of the named drug's class: safe when the chart lists it itself, else review. Where the chart names no
        cause and only drugs of another class were given, it is information and a question (query).
    Authority: Excludes1 notes at T45.1 and T45.A; ICD-10-CM Official Guidelines I.C.19.e.5.a. A warning where the
        class of a drug rests on less than the notes.
    """
    codes = [code for code in dict.fromkeys(context.claim.diagnoses) if code[:_STEM] in _FAMILIES]
    day = context.once(day_of_claim)
    if not codes or day is None:
        return
    named = _named(context, day)
    for code in codes:
        if named:
            wanted = {row.code for _, row in named.values()}
            if code[:_STEM] not in wanted:
                yield _named_otherwise(context, code, named)
        else:
            yield from _given_otherwise(context, code, day)


def _named(context: Context, day: date) -> Mapping[str, tuple[Charted, DrugCode]]:
    """Give the drugs that charted adverse effects name, with the entry and the drug's row; by the drug's name."""
    find = context.reference.diagnosis_facts.adverse_effects.found_in
    return {
        name: (entry, row)
        for entry in context.once(charted)
        if entry.diagnosis.role == "adverse_effect"
        or entry.diagnosis.due_to == "antineoplastic_drug"
        or entry.code[:_STEM] in _FAMILIES
        for name, row in find(entry.words)
        if row.since <= day
    }


def _named_otherwise(context: Context, code: str, named: Mapping[str, tuple[Charted, DrugCode]]) -> Draft:
    stems = dict.fromkeys(row.code for _, row in named.values())
    sure = all(row.confidence == "high" for _, row in named.values())
    charted_codes = {entry.code for entry in context.once(charted)}
    fixes: list[Fix] = []
    for stem in stems:
        new = f"{stem}{code[_STEM:]}"
        grade: Grade = "safe" if len(stems) == 1 and new in charted_codes and code not in charted_codes else "review"
        fixes += replacement(context.claim, code, new, grade)
    names = " and ".join(f"{name} ({row.drugs})" for name, (_, row) in named.items())
    return Draft(
        f"the chart names {names}; {code} is for another class, {' or '.join(stems)} for this one",
        diagnoses=(code,),
        evidence=(
            list_evidence(context.claim),
            *(item for entry, _ in named.values() for item in entry.evidence("description", "code")),
        ),
        fixes=tuple(fixes),
        subject=code,
        severity=None if sure else Severity.WARNING,
    )


def _given_otherwise(context: Context, code: str, day: date) -> Iterator[Draft | NotChecked]:
    """Compare with the drugs given for treatment, where the chart names no cause."""
    if context.chart.diagnoses is None:
        yield NotChecked(f"the chart lists no diagnoses, so the cause of {code} is not known")
        return
    find = context.reference.diagnosis_facts.adverse_effects.found_in
    treatment = [a for a in context.administrations if a.purpose in (None, "treatment")]
    rows = [next(find(given.name), None) for given in treatment]
    stems = {row[1].code for row in rows if row and row[1].since <= day}
    if code[:_STEM] in stems and None not in rows:
        return
    sure = all(row and row[1].confidence == "high" for row in rows)
    if not rows or not sure or len(stems) != 1 or code[:_STEM] in stems:
        yield NotChecked(f"the chart names no drug as the cause of {code}")
        return
    names = " and ".join(given.name for given in treatment)
    yield Draft(
        f"{code} is for another class than {names}, the only treatment given; the chart names no cause",
        diagnoses=(code,),
        evidence=(list_evidence(context.claim),),
        direction="documentation",
        fixes=(
            ask(
                context,
                "ask which drug caused it",
                (code,),
                f"given at this visit: {names}; no cause is documented",
                "Which drug caused the adverse effect?",
                *dict.fromkeys(given.name for given in treatment),
                "a drug given before (please name it)",
            ),
        ),
        subject=code,
        severity=Severity.INFO,
    )
