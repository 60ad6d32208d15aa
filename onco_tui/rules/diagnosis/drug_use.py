"""Long-term and past drug therapy: the code against the drug the chart names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from onco_tui.codesets.diagnosis_facts import DrugCode
from onco_tui.derive.identity import drug_of, known_class
from onco_tui.encounter.chart import Administration
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context, chart_evidence
from onco_tui.rules.diagnosis.chart_words import active, charted
from onco_tui.rules.diagnosis.listing import addition, day_of_claim, list_evidence, replacement
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, Evidence, Fix, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule

_FAMILIES = ("Z79.6", "Z79.81")
_OTHER_DRUG = "Z79.899"
_LONG_TERM = "Z79"
_MONITORING = "Z51.81"
_CHECKPOINT = "T45.AX5"
_PAST: Mapping[str, str] = {
    "Z92.21": "chemotherapy",
    "Z92.22": "an antibody",
    "Z92.26": "a checkpoint inhibitor",
    "Z92.850": "CAR-T cells",
}

Named = tuple[DrugCode, Evidence, str]
"""A drug with a long-term code, where the chart names it, and the code of the entry that names it."""


@rule(
    "DXC306",
    "long-term-drug-of-another-class",
    Severity.INFO,
    needs=("diagnoses",),
    authority=(icd10cm_guidelines("I.C.21.c.3"), icd10cm_tabular("inclusion terms at Z79.6- and Z79.81-")),
)
def long_term_drug_of_another_class(context: Context) -> Iterator[Draft | NotChecked]:
    """Long-term drug of another class.

    What it finds: A code of long-term drug use (Z79.6-, Z79.81-, Z79.899) where the chart names only drugs that have
        another such code.
    Why it matters: Each class has its own code; lenalidomide is an immunomodulator (Z79.61), not a chemotherapeutic
        agent, and fulvestrant and leuprolide are Z79.818.
    What the chart must show: The drug the patient takes over a long time.
    Example: Z79.631 with "long-term lenalidomide": Z79.61. Z79.811 with fulvestrant given: Z79.818.
    Fix: The code of the named drug: safe where the chart lists that code itself, else review.
    Authority: Inclusion terms at Z79.6- and Z79.81-; ICD-10-CM Official Guidelines I.C.21.c.3. Z79.6- from 2022-10-01.
        Z79.899 may be for any other drug, so it is told only where its own entry names a drug that has another code, or
        where the chart has no such entry and names a hormone drug.
    """
    listed, day = tuple(dict.fromkeys(context.claim.diagnoses)), context.once(day_of_claim)
    codes = [code for code in listed if code.startswith((*_FAMILIES, _OTHER_DRUG))]
    if not codes or day is None:
        return
    named = tuple(_named(context, day))
    for code in codes:
        linked = [drug for drug in named if drug[2] == code]
        about = linked or [drug for drug in named if _may_be_meant(context, code, drug)]
        fits = any(row.code == code for row, _, _ in (linked or named))
        if not about or fits or (not linked and any(row.code in listed for row, _, _ in about)):
            continue
        yield _other_class(context, code, about)


def _may_be_meant(context: Context, code: str, drug: Named) -> bool:
    """Tell whether a code that no entry explains may mean a drug: of its own family, or a hormone drug as any other."""
    row = drug[0]
    if code != _OTHER_DRUG:
        return code[:5] == row.code[:5]
    explained = any(entry.code == _OTHER_DRUG for entry in context.once(charted))
    return not explained and row.confidence == "high" and row.code.startswith(_FAMILIES[1])


def _named(context: Context, day: date) -> Iterator[Named]:
    """Give the drugs with a long-term code that the chart names: in diagnoses, as given, in the regimen."""
    find = context.reference.diagnosis_facts.long_term.found_in
    plan = context.chart.treatment_plan
    places: list[tuple[str, Evidence, str]] = []
    for entry in active(context):
        places += [(entry.words, evidence, entry.code) for evidence in entry.evidence("description")]
    for given in context.administrations:
        places += [(given.name, evidence, "") for evidence in chart_evidence(given, "drug")]
    if plan and plan.regimen:
        places.append((plan.regimen, Evidence("documentation.treatment_plan.regimen", plan.regimen), ""))
    for words, evidence, code in places:
        yield from ((row, evidence, code) for _, row in find(words) if row.since <= day)


def _other_class(context: Context, code: str, about: list[Named]) -> Draft:
    wanted = dict.fromkeys(row.code for row, _, _ in about)
    charted_codes = {entry.code for entry in context.once(charted)}
    fixes: list[Fix] = []
    for new in wanted:
        restated = len(wanted) == 1 and new in charted_codes and code not in charted_codes
        grade: Grade = "safe" if restated and new not in context.claim.diagnoses else "review"
        fixes += replacement(context.claim, code, new, grade)
    classes = " and ".join(dict.fromkeys(row.drugs for row, _, _ in about))
    return Draft(
        f"{code} is for another class than the drug the chart names ({classes}), whose code is {' or '.join(wanted)}",
        diagnoses=(code,),
        evidence=(list_evidence(context.claim), *dict.fromkeys(evidence for _, evidence, _ in about)),
        fixes=tuple(fixes),
        subject=code,
    )


@rule(
    "DXC307",
    "past-therapy-still-given",
    Severity.INFO,
    authority=(icd10cm_guidelines("I.C.21.c.4"), icd10cm_tabular("notes at Z92.2")),
)
def past_therapy_still_given(context: Context) -> Iterator[Draft | NotChecked]:
    """Past therapy still given.

    What it finds: A history of chemotherapy, antibody, checkpoint inhibitor or CAR-T therapy (Z92.2-, Z92.850) on a
        visit that gives such a drug as part of the first line.
    Why it matters: The history codes are for therapy that is over; the present course has Z51.1- and Z79.-.
    What the chart must show: The line of therapy, or an earlier course that ended.
    Example: Z92.21 on day 1 of the second cycle of a first line of carboplatin. In a second line the first one is
        history.
    Fix: Ask whether an earlier course ended (query).
    Authority: Notes at Z92.2; ICD-10-CM Official Guidelines I.C.21.c.4 (history of).
    """
    past = [code for code in dict.fromkeys(context.claim.diagnoses) if code in _PAST]
    if not past:
        return
    if context.chart.administrations is None:
        yield NotChecked("the chart has no administrations, so it is not known what is given now")
        return
    plan = context.chart.treatment_plan
    for code in past:
        given = [a for a in context.administrations if a.purpose in (None, "treatment") and _is_of(context, a, code)]
        if not given:
            continue
        if plan is None or plan.line_of_therapy is None:
            yield NotChecked(f"the line of therapy is not charted, so {code} may be of an earlier course")
        elif plan.line_of_therapy <= 1:
            yield Draft(
                f"{code} is for {_PAST[code]} in the past; {given[0].name} is given now, in the first line",
                diagnoses=(code,),
                evidence=(
                    list_evidence(context.claim),
                    *chart_evidence(given[0], "drug"),
                    Evidence("documentation.treatment_plan.line_of_therapy", str(plan.line_of_therapy)),
                ),
                fixes=(
                    ask(
                        context,
                        "ask whether an earlier course ended",
                        (code,),
                        f"{given[0].name} is given now in the first line of therapy",
                        f"Which earlier course of {_PAST[code]} has the patient had, and when did it end?",
                        "an earlier course (please give drugs and dates)",
                        "none before the present course",
                    ),
                ),
                subject=code,
            )


def _is_of(context: Context, given: Administration, code: str) -> bool:
    drugs = context.reference.drugs
    drug = drug_of(given, drugs)
    name = drug.generic if drug else given.name
    rows = [row.code for _, row in context.reference.diagnosis_facts.adverse_effects.found_in(name)]
    match code:
        case "Z92.26":
            return _CHECKPOINT in rows
        case "Z92.22":
            return _CHECKPOINT not in rows and name.casefold().split("-")[0].endswith("mab")
        case "Z92.850":
            return drug is not None and drug.admin_class == "cell_therapy"
        case _:
            return known_class(given, drugs) == "chemotherapy" and "mab" not in name.casefold()


@rule(
    "DXC312",
    "monitoring-without-drug",
    Severity.INFO,
    authority=(icd10cm_guidelines("I.C.21.c.3"), icd10cm_tabular("code-also notes at Z51.81 and Z79")),
)
def monitoring_without_drug(context: Context) -> Iterator[Draft | NotChecked]:
    """Monitoring without its drug.

    What it finds: Drug level monitoring (Z51.81) without the code of the drug's long-term use (Z79.-).
    Why it matters: The note at Z51.81 asks for it; alone the code does not say what is monitored.
    What the chart must show: The drug.
    Example: Z51.81, C61; the chart lists Z79.818.
    Fix: Add the charted code, or the one of the charted drug (review); else ask for the drug (query).
    Authority: Code-also notes at Z51.81 and Z79; ICD-10-CM Official Guidelines I.C.21.c.3.
    """
    claim, day = context.claim, context.once(day_of_claim)
    if _MONITORING not in claim.diagnoses or any(code.startswith(_LONG_TERM) for code in claim.diagnoses):
        return
    if day is None:
        yield NotChecked("the claim has no date of service")
        return
    charted_codes = [entry.code for entry in active(context) if entry.code.startswith(_LONG_TERM)]
    codes = tuple(dict.fromkeys(charted_codes or [row.code for row, _, _ in _named(context, day)]))
    fixes = tuple(fix for code in codes for fix in addition(claim, (code,), "review"))
    yield Draft(
        f"{_MONITORING} is listed without the long-term use of a drug (Z79.-)",
        diagnoses=(_MONITORING,),
        evidence=(list_evidence(claim),),
        direction="under",
        fixes=fixes
        or (
            ask(
                context,
                "ask for the drug",
                (_MONITORING,),
                "the drug is not documented",
                "Which drug is monitored, and for how long has the patient taken it?",
                "drug and duration (please give both)",
                "no drug is monitored",
            ),
        ),
    )
