"""Diagnoses of the bill that the chart does not have, and those of the chart that the bill does not have."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.neoplasms import is_neoplasm, is_secondary
from onco_tui.rules.authorities import icd10cm_guidelines
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.additional import asking_for
from onco_tui.rules.diagnosis.cell_toxicity import is_cause_lacking
from onco_tui.rules.diagnosis.chart_words import Charted, charted
from onco_tui.rules.diagnosis.code_first import asked_as_cause
from onco_tui.rules.diagnosis.listing import MAX_DIAGNOSES, label_of, list_evidence, uncovered
from onco_tui.rules.diagnosis.mates import added, exchanged
from onco_tui.rules.diagnosis.one_condition import is_condition, one_condition
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.diagnosis.tissue import is_misnamed
from onco_tui.rules.diagnosis.titles import says
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.registry import rule

_BY_REASON = {"hydration": ("E86",), "transfusion": ("D5", "D6"), "port_care": ("T80", "T82")}
_SYMPTOM = "R"
# Codes that stand with a tumor; the rules on them ask for it.
_WITH_A_TUMOR = ("Z51", "Z48.3", "D63.0", "G89.3", "M84.5")
# Words of titles that charts hold of other things too.
_OF_MANY = frozenset({
    "abnormal", "acute", "antineoplastic", "blood", "body", "cell", "cells", "chemotherapy", "chronic", "classified",
    "complication", "complications", "diffuse", "disease", "diseases", "disorder", "disorders", "drug", "drugs",
    "effect", "effects", "elevated", "elsewhere", "encounter", "essential", "external", "family", "fluid", "following",
    "gland", "head", "history", "induced", "initial", "internal", "large", "level", "levels", "lymph", "multiple",
    "neck", "node", "nodes", "organ", "personal", "presence", "related", "sequela", "small", "status", "structure",
    "subsequent", "syndrome", "system", "tail", "tissue", "tissues", "type",
})  # fmt: skip


@rule(
    "DXC229",
    "diagnosis-not-documented",
    Severity.WARNING,
    needs=("diagnoses",),
    authority=(icd10cm_guidelines("I.A.19 and IV.J"),),
)
def diagnosis_not_documented(context: Context) -> Iterator[Draft | NotChecked]:
    """Diagnosis not documented.

    What it finds: A condition on the claim that the chart supports nowhere: not as a diagnosis, nor in its words, its
        notes, the site of its radiation, the plan, or the reason for the encounter.
    Why it matters: A code rests on the clinician's statement that the condition exists; without one it is an
        unsupported diagnosis, whatever it is worth to the claim.
    What the chart must show: The condition, as present or past.
    Example: C79.31 on the claim of a patient whose chart has lung cancer and a bone metastasis.
    Fix: The charted tumor that the claim lacks, where there is one such alone (review); else ask (query).
    Authority: ICD-10-CM Official Guidelines I.A.19 and IV.J. Encounter, status and drug codes rest on other facts and
        have rules of their own, and so has the choice among codes of one condition.
    """
    if context.once(uncovered):
        yield NotChecked(context.once(uncovered))
        return
    unsupported = context.once(not_documented)
    if not unsupported:
        return
    entries = context.once(charted)
    if not entries or any(not entry.code for entry in entries):
        lacking = "a charted diagnosis has no code" if entries else "the chart's list of diagnoses is empty"
        yield NotChecked(f"{lacking}, so whether {', '.join(unsupported)} is documented is open")
        return
    for code in unsupported:
        yield _undocumented(context, code)


def not_documented(context: Context) -> tuple[str, ...]:
    """Give the conditions of the claim that nothing in the chart supports. Use it through ``context.once``."""
    known = {entry.code for entry in context.once(charted)}
    listed = (code for code in dict.fromkeys(context.claim.diagnoses) if code not in known)
    return tuple(code for code in listed if is_condition(context, code) and not _supported(context, code))


def _supported(context: Context, code: str) -> bool:
    if code.startswith(_BY_REASON.get(context.chart.reason_for_encounter or "", "-")):
        return True
    entries = context.once(charted)
    if any(entry.code and one_condition(context, code, entry.code) for entry in entries):
        return True
    return any(says(words, label_of(context, code), _OF_MANY) for words in context.once(_chart_words))


def _chart_words(context: Context) -> tuple[str, ...]:
    """Give all that the chart says in words, in lower case."""
    chart = context.chart
    plan = (chart.treatment_plan.rationale, chart.treatment_plan.regimen) if chart.treatment_plan else ()
    sites = (course.site for course in chart.radiation_courses or ())
    notes = (note.text for note in chart.notes or ())
    said = (words.casefold() for words in (*plan, *sites, *notes) if words)
    return (*(entry.words for entry in context.once(charted)), *said)


def _undocumented(context: Context, code: str) -> Draft:
    instead = context.once(_stands_in).get(code)
    question = ask(
        context,
        "ask what the record establishes",
        (code,),
        "reported for the visit; the diagnoses of the record do not name it",
        "What does the record establish of this condition at the visit?",
        "it was present",
        "it is history",
        "it was not present",
    )
    entry = [item for item in context.once(charted) if item.code == instead]
    has = f"; the chart has {instead}, which the claim lacks" if instead else ""
    return Draft(
        f"nothing in the chart supports {code}{has}",
        diagnoses=(code,),
        evidence=(
            list_evidence(context.claim),
            Evidence("documentation.diagnoses", " ".join(item.code for item in context.once(charted))),
            *(item for one in entry[:1] for item in one.evidence("description", "code", "status")),
        ),
        direction="documentation",
        fixes=(*(exchanged(context, code, instead, "review") if instead else ()), question),
        subject=code,
    )


def _stands_in(context: Context) -> dict[str, str]:
    """Give for an unsupported tumor the charted one the claim lacks, where each is the only one of its kind."""
    found = {}
    for secondary in (False, True):
        billed = [c for c in context.once(not_documented) if is_neoplasm(c) and is_secondary(c) == secondary]
        unbilled = [
            entry
            for entry in context.once(_not_on_claim)
            if is_neoplasm(entry.code) and is_secondary(entry.code) == secondary
        ]
        if len(billed) == len(unbilled) == 1:
            found[billed[0]] = unbilled[0].code
    return found


def _not_on_claim(context: Context) -> tuple[Charted, ...]:
    """Give the present, billable, charted conditions of which the claim has no code at all."""
    seen = set(context.claim.diagnoses)
    found = []
    for entry in context.once(charted):
        code = entry.code
        if code not in seen and entry.active and is_condition(context, code) and code[:1] != "Z":
            seen.add(code)
            if not is_misnamed(entry) and not any(
                other and one_condition(context, code, other) for other in context.claim.diagnoses
            ):
                found.append(entry)
    return tuple(found)


@rule(
    "DXC230",
    "diagnosis-not-billed",
    Severity.WARNING,
    needs=("diagnoses",),
    authority=(icd10cm_guidelines("IV.J and I.C.2"),),
)
def diagnosis_not_billed(context: Context) -> Iterator[Draft | NotChecked]:
    """Diagnosis not billed.

    What it finds: A charted condition at which the encounter's care was directed, of which the claim has no code; as
        information, a present tumor or a treated symptom.
    Why it matters: All conditions that affect the care of the encounter are coded; without them the claim shows
        neither why the service was needed nor how ill the patient is.
    What the chart must show: The condition with its code, as treated or addressed.
    Example: Anemia due to chemotherapy (D64.81), treated at the visit, on a claim with the cancer alone.
    Fix: Add the code where it belongs (review).
    Authority: ICD-10-CM Official Guidelines IV.J and I.C.2; a symptom of the tumor belongs to it and is not coded
        (I.B.5). Codes that a note of a listed code asks for are DXC217's, the primary of a metastasis DXC404's, a claim
        without diagnoses is CLM106's.
    """
    if context.once(uncovered):
        yield NotChecked(context.once(uncovered))
        return
    entries = context.once(_not_on_claim)
    if not 0 < len(context.claim.diagnoses) < MAX_DIAGNOSES[context.claim.claim_type]:
        return
    for entry in entries:
        if entry.code[:1] == _SYMPTOM and entry.diagnosis.due_to == "neoplasm":
            continue
        cared_for = entry.diagnosis.treated or entry.diagnosis.addressed
        if (cared_for or is_neoplasm(entry.code)) and not _told_elsewhere(context, entry.code):
            yield Draft(
                f"the chart has {entry.code} as {'treated at the visit' if cared_for else 'present'}; "
                "the claim has no code for it",
                diagnoses=(entry.code,),
                evidence=(list_evidence(context.claim), *entry.evidence("code", "description", "status", "treated")),
                direction="under",
                fixes=added(context, entry.code),
                subject=entry.code,
                severity=None if cared_for and entry.code[:1] != _SYMPTOM else Severity.INFO,
            )


def _told_elsewhere(context: Context, code: str) -> bool:
    """Tell what other rules ask for: a note's code, a cause, the primary of a metastasis, the neoplasm of a therapy."""
    listed = context.claim.diagnoses
    if code in context.once(_stands_in).values() or is_cause_lacking(context, code):
        return True
    if asking_for(context, code) or asked_as_cause(context, code):
        return True
    if not is_neoplasm(code):
        return False
    tumors = [other for other in listed if is_neoplasm(other)]
    if not tumors:
        return any(other.startswith(_WITH_A_TUMOR) for other in listed)
    return not is_secondary(code) and all(map(is_secondary, tumors))
