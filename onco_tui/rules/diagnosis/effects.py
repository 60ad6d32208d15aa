"""Effects of treatment: the drug behind them, fever and low counts, mucositis, nausea."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.neoplasms import is_adverse_effect, is_poisoning
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import set_line_field
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.diagnosis.chart_words import Charted, active, charted
from onco_tui.rules.diagnosis.listing import addition, list_evidence
from onco_tui.rules.diagnosis.mates import charted_codes, exchanged
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.edit_series import MAX_POINTERS
from onco_tui.rules.finding import Draft, Evidence, Fix, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule

_BY_CHEMOTHERAPY = ("D64.81", "D70.1", "D61.810", "K12.31")
_CHEMOTHERAPY_EFFECT, _RADIATION_EFFECT = "T45.1X5A", "Y84.2"
# Neoplasms, effects of cells, causes and circumstances: no adverse effect code belongs to them.
_NO_DRUG_BESIDE = ("C", "D0", "D1", "D2", "D3", "D4", "D89", "G92", "T", "Z")
_UNSPECIFIED_NEUTROPENIA = ("D70.9", "D72.819")
_LINES_OF_BLOOD = frozenset({"D64.81", "D69.59", "D70.1"})
_MUCOSITIS_BY_CAUSE = {"antineoplastic_drug": "K12.31", "radiation": "K12.33"}
_ANTIEMETICS = frozenset({
    "ondansetron", "granisetron", "palonosetron", "dolasetron", "fosaprepitant", "aprepitant", "fosnetupitant",
    "rolapitant", "prochlorperazine", "promethazine", "metoclopramide",
})  # fmt: skip


@rule(
    "DXC121",
    "adverse-effect-drug-missing",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.c.2 and I.C.19.e.5.a"), icd10cm_tabular("D70.1 and K12.31")),
)
def adverse_effect_drug_missing(context: Context) -> Iterator[Draft | NotChecked]:
    """Adverse effect drug missing.

    What it finds: Anemia (D64.81), neutropenia (D70.1), pancytopenia (D61.810) or mucositis (K12.31) due to
        antineoplastic drugs, or another billed effect that the chart has as due to them, dehydration for example,
        without the code that names the drug as the cause.
    Why it matters: The effect is coded first, the adverse effect of the drug beside it.
    What the chart must show: The drug that caused the effect.
    Example: D64.81, C56.1 becomes D64.81, C56.1, T45.1X5A.
    Fix: Add the charted code (safe: the chart lists it), else T45.1X5A (review); for another effect ask which drug it
        was (query).
    Authority: ICD-10-CM Official Guidelines I.C.2.c.2 and I.C.19.e.5.a; use-additional notes at D70.1 and K12.31. After
        radiation mucositis takes Y84.2 in its place.
    """
    listed = context.claim.diagnoses
    effect = next((code for code in (*_BY_CHEMOTHERAPY, *_charted_effects(context)) if code in listed), None)
    if effect is None or any(is_adverse_effect(code) or is_poisoning(code) for code in listed):
        return
    if effect == "K12.31" and _RADIATION_EFFECT in listed:
        return
    yield Draft(
        f"{effect} is due to antineoplastic drugs, and no code names the drug as its cause",
        diagnoses=(effect,),
        evidence=(list_evidence(context.claim), *_evidence_of(context, effect)),
        direction="documentation",
        fixes=_naming_the_drug(context, effect),
        subject=effect,
    )


def _charted_effects(context: Context) -> Iterator[str]:
    """Give the codes of conditions that the chart has as due to antineoplastic drugs."""
    for entry in active(context):
        if entry.diagnosis.due_to == "antineoplastic_drug" and not entry.code.startswith(_NO_DRUG_BESIDE):
            yield entry.code


def _naming_the_drug(context: Context, effect: str) -> tuple[Fix, ...]:
    offers = charted_codes(context, is_adverse_effect)
    if not offers and effect not in _BY_CHEMOTHERAPY:  # a checkpoint inhibitor or tamoxifen has a code of its own
        question = "Which drug caused it?"
        return (ask(context, "ask which drug caused it", (effect,), "the drug is not named", question, "(name)"),)
    grade: Grade = "safe" if len(offers) == 1 else "review"
    return tuple(
        fix
        for code in offers or (_CHEMOTHERAPY_EFFECT,)
        for fix in addition(context.claim, (code,), grade, after=_behind(context.claim.diagnoses, effect))
    )


def _behind(listed: tuple[str, ...], effect: str) -> str:
    """Give the later of the effect and the first neoplasm, behind which the drug stands."""
    neoplasm = next((code for code in listed if code[:1] == "C"), effect)
    return max(effect, neoplasm, key=listed.index)


@rule(
    "DXC122",
    "neutropenia-and-fever-codes",
    Severity.WARNING,
    authority=(icd10cm_tabular("D70, D70.1 and R50.81"),),
)
def neutropenia_and_fever_codes(context: Context) -> Iterator[Draft | NotChecked]:
    """Neutropenia and fever codes.

    What it finds: Unspecified fever (R50.9) beside neutropenia (D70.-); unspecified neutropenia (D70.9) or leukopenia
        (D72.819) that the chart has as due to antineoplastic drugs.
    Why it matters: Fever with neutropenia has its own code, and so has neutropenia from chemotherapy.
    What the chart must show: The fever as neutropenic; the cause of the neutropenia.
    Example: D70.1, R50.9 becomes D70.1, R50.81; D70.9 due to chemotherapy becomes D70.1.
    Fix: Replace the code (safe for a fever the chart lists as R50.81, else review).
    Authority: Use-additional note at D70 and code-first note at R50.81; code title of D70.1.
    """
    listed = context.claim.diagnoses
    if "R50.9" in listed and any(code.startswith("D70") for code in listed):
        grade: Grade = "safe" if _charts(context, "R50.81") else "review"
        yield _instead(context, "R50.9", "R50.81", "fever with neutropenia has a code of its own", grade)
    for code in _UNSPECIFIED_NEUTROPENIA:
        if code in listed and "D70.1" not in listed:
            yield from _cause_of_neutropenia(context, code)


def _cause_of_neutropenia(context: Context, code: str) -> Iterator[Draft | NotChecked]:
    cause = next((entry.diagnosis.due_to for entry in active(context) if entry.code == code), None)
    if cause == "antineoplastic_drug" or _charts(context, "D70.1"):
        yield _instead(context, code, "D70.1", "the chart has it as due to antineoplastic drugs", "review")
    elif cause is None and any(is_adverse_effect(other) for other in context.claim.diagnoses):
        yield NotChecked(f"the chart does not say what {code} is due to")


@rule("DXC123", "cytopenias-coded-apart", Severity.INFO, authority=(icd10cm_tabular("D61.81"),))
def cytopenias_coded_apart(context: Context) -> Iterator[Draft | NotChecked]:
    """Cytopenias coded apart.

    What it finds: Anemia (D64.81), thrombocytopenia (D69.59) and neutropenia (D70.1) from treatment, all three on one
        claim.
    Why it matters: Where the provider documents pancytopenia from chemotherapy, one code (D61.810) says it; three low
        counts without that word stay three codes.
    What the chart must show: The term pancytopenia, or its absence.
    Example: D64.81, D69.59, D70.1, C50.911.
    Fix: Ask whether pancytopenia is the diagnosis (query). The program never combines them.
    Authority: Notes at D61.81.
    """
    found = tuple(code for code in context.claim.diagnoses if code in _LINES_OF_BLOOD)
    if len(set(found)) == len(_LINES_OF_BLOOD):
        yield Draft(
            "anemia, thrombocytopenia and neutropenia from treatment are coded apart; pancytopenia would be D61.810",
            diagnoses=found,
            evidence=(list_evidence(context.claim),),
            direction="documentation",
            fixes=(
                ask(
                    context,
                    "ask whether there is one diagnosis",
                    dict.fromkeys(found),
                    "they are documented apart",
                    "What is the diagnosis behind the low blood counts?",
                    "separate conditions",
                    "one condition of all three (please name it)",
                ),
            ),
            subject="cytopenias",
        )


@rule("DXC124", "mucositis-cause", Severity.INFO, authority=(icd10cm_tabular("K12.3"),))
def mucositis_cause(context: Context) -> Iterator[Draft | NotChecked]:
    """Mucositis cause.

    What it finds: Unspecified oral mucositis (K12.30) that the chart has as due to antineoplastic drugs or radiation.
    Why it matters: Mucositis from treatment has codes of its own, by its cause.
    What the chart must show: The cause.
    Example: K12.30 due to chemotherapy becomes K12.31, due to radiation K12.33.
    Fix: Replace the code (safe: the chart gives the cause).
    Authority: Code titles and notes at K12.3.
    """
    if "K12.30" not in context.claim.diagnoses:
        return
    entry = next((entry for entry in active(context) if entry.code == "K12.30"), None)
    if entry is None:
        yield NotChecked("the chart does not list the mucositis, so its cause is open")
        return
    if code := _MUCOSITIS_BY_CAUSE.get(entry.diagnosis.due_to or ""):
        yield _instead(context, "K12.30", code, "the chart gives its cause", "safe")
    elif entry.diagnosis.due_to is None:
        yield NotChecked("the chart does not say what the mucositis is due to")


@rule(
    "DXC125",
    "nausea-pointer",
    Severity.INFO,
    authority=(icd10cm_guidelines("I.C.2.e.3"), icd10cm_tabular("R11")),
)
def nausea_pointer(context: Context) -> Iterator[Draft | NotChecked]:
    """Nausea pointer.

    What it finds: An antiemetic given as premedication whose line points to nausea or vomiting (R11.-); one given for
        nausea after chemotherapy whose line does not.
    Why it matters: The pointer says why the drug was given: to prevent, with the therapy and the neoplasm, or to treat
        the symptom that is there.
    What the chart must show: Whether it was given to prevent or to treat.
    Example: J2405 for vomiting after chemotherapy points to R11.2, not only to C25.0.
    Fix: Point the line at the symptom first (review); where it was premedication a person chooses.
    Authority: ICD-10-CM Official Guidelines I.C.2.e.3; notes at R11.
    """
    nausea = tuple(code for code in context.claim.diagnoses if code.startswith("R11"))
    if not nausea:
        return
    if context.chart.administrations is None:
        yield NotChecked("the chart does not record what was given, so why is open")
        return
    present = any(e.diagnosis.due_to == "antineoplastic_drug" for e in active(context) if e.code in nausea)
    for administration in context.administrations:
        if not _is_antiemetic(context, administration):
            continue
        for line in context.lines_with(frozenset({administration.hcpcs or ""})):
            points = bool(set(context.claim.pointed(line)).intersection(nausea))
            if points and administration.purpose == "premedication" and not present:
                text = f"{line.code} was premedication, and its line points to {nausea[0]}"
                yield _of_line(line, nausea, administration, text)
            elif line.diagnosis_pointers and not points and administration.purpose == "supportive" and present:
                text = f"{line.code} was given for {nausea[0]}, and its line does not point to it"
                yield _of_line(line, nausea, administration, text, _pointing(context, line, nausea[0]))


def _is_antiemetic(context: Context, administration: Administration) -> bool:
    """Tell an antiemetic given for one purpose only; with several its line serves them all."""
    drug = context.reference.drugs.by_code(administration.hcpcs)
    if drug is None or drug.generic.split()[0].casefold() not in _ANTIEMETICS:
        return False
    return len({other.purpose for other in context.administrations if other.hcpcs == administration.hcpcs}) == 1


def _of_line(
    line: ClaimLine, nausea: tuple[str, ...], administration: Administration, text: str, fixes: tuple[Fix, ...] = ()
) -> Draft:
    evidence = (*line_evidence(line, "diagnosis_pointers"), *chart_evidence(administration, "drug", "purpose"))
    return Draft(text, (line.line,), nausea, evidence, fixes=fixes, subject=administration.id)


def _pointing(context: Context, line: ClaimLine, code: str) -> tuple[Fix, ...]:
    pointers = (context.claim.diagnoses.index(code) + 1, *line.diagnosis_pointers)
    if len(pointers) > MAX_POINTERS:
        return ()
    return (Fix(f"point at {code} first", "review", (set_line_field(line, "diagnosis_pointers", pointers),)),)


def _charts(context: Context, code: str) -> bool:
    return any(entry.code == code for entry in active(context))


def _evidence_of(context: Context, code: str) -> Iterator[Evidence]:
    return (item for entry in context.once(charted) if entry.code == code for item in entry.evidence("due_to"))


def _instead(context: Context, old: str, new: str, because: str, grade: Grade) -> Draft:
    entries: list[Charted] = [entry for entry in context.once(charted) if entry.code in {old, new}]
    return Draft(
        f"{old}: {because}, {new}",
        diagnoses=(old,),
        evidence=(
            list_evidence(context.claim),
            *(item for entry in entries for item in entry.evidence("code", "due_to")),
        ),
        fixes=exchanged(context, old, new, grade),
        subject=old,
    )
