"""Pairs of diagnoses that an Excludes1 note of the tabular list keeps apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from onco_tui.codesets.answers import Note
from onco_tui.derive.neoplasms import is_treatable_neoplasm
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import active
from onco_tui.rules.diagnosis.listing import day_of_claim, list_evidence, uncovered
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_SUBCATEGORY = len("C7A.0")


@rule(
    "DXC214",
    "excludes1-pair",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.A.12.a"), icd10cm_tabular("Excludes1 notes")),
)
def excludes1_pair(context: Context) -> Iterator[Draft | NotChecked]:
    """Excludes1 pair.

    What it finds: Two diagnoses of one claim that an Excludes1 note names as not to be coded together. The note may
        stand at either code, at its category, block or chapter.
    Why it matters: The note says that both codes would tell one condition twice; some payers edit on it.
    What the chart must show: Whether the two are one condition, or two that have nothing to do with each other; then
        both may stay.
    Example: C34.11 with C7A.090, a carcinoid of the lung. C77.3 with C83.31 is no such pair: the block of lymphomas
        has it as Excludes2.
    Fix: Ask (query). Never removed by the program.
    Authority: ICD-10-CM Official Guidelines I.A.12.a, with its exception for unrelated conditions; notes of the edition
        of the date of service. Information where a note names a whole category of tumors, which may be another tumor,
        or where the chart lists both conditions. Follow-up with aftercare, history of a blood cancer beside it, and
        adverse effects have rules of their own.
    """
    listed = tuple(dict.fromkeys(context.claim.diagnoses))
    if len(listed) < 2:
        return
    day = context.once(day_of_claim)
    if day is None or context.once(uncovered):
        yield NotChecked(context.once(uncovered))
        return
    for one, other in combinations(listed, 2):
        if _elsewhere(one, other) or _elsewhere(other, one):
            continue
        if found := _note(context, one, other, day):
            yield _draft(context, *found)


def _note(context: Context, one: str, other: str, day: date) -> tuple[str, str, Note] | None:
    """Give the code with the note, the code it names, and the note."""
    for owner, named in ((one, other), (other, one)):
        for note in context.reference.codesets.notes_naming(owner, named, day, "excludes1"):
            conditional = "character" in note.text
            if not conditional and not context.reference.diagnosis_facts.unrelated(note.at, named):
                return owner, named, note
    return None


def _elsewhere(one: str, other: str) -> bool:
    """Tell a pair another rule speaks of: follow-up visits, history of blood cancers, two adverse effects."""
    if one[:3] in {"Z08", "Z09"}:
        return True
    if one.startswith(("Z85.6", "Z85.7")):
        return "C81" <= other[:3] <= "C96"
    return "T36" <= one[:3] <= "T50" and "T36" <= other[:3] <= "T50"


def _draft(context: Context, owner: str, named: str, note: Note) -> Draft:
    entries = [entry for entry in active(context) if entry.code in {owner, named}]
    whole_category = (
        is_treatable_neoplasm(owner) and is_treatable_neoplasm(named) and named[:_SUBCATEGORY] not in note.text
    )
    both_charted = {entry.code for entry in entries} == {owner, named}
    return Draft(
        f"{owner} with {named}: the Excludes1 note at {note.at} names {note.text}",
        diagnoses=(owner, named),
        evidence=(
            list_evidence(context.claim),
            *(item for entry in entries for item in entry.evidence("code", "status")),
        ),
        direction="documentation",
        fixes=(
            ask(
                context,
                "ask whether these are one condition",
                (owner, named),
                "both are listed for the visit",
                "How are these two diagnoses related?",
                "one condition (please name it)",
                "two conditions apart from each other",
            ),
        ),
        subject=" ".join(sorted((owner, named))),
        severity=Severity.INFO if whole_category or both_charted else None,
    )
