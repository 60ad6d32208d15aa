"""Diagnoses that the chart only suspects."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onco_tui.rules.authorities import icd10cm_guidelines
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import Charted, charted
from onco_tui.rules.diagnosis.listing import list_evidence, replacement
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_CATEGORY = 3
_FIRST_WORDS = re.compile(
    r"\s*(?:possible|probable|suspected|questionable|likely|rule out|r/o|concern for|suspicion of|working diagnosis)\b"
)


@rule("DXC211", "diagnosis-only-suspected", Severity.ERROR, authority=(icd10cm_guidelines("IV.H"),))
def diagnosis_only_suspected(context: Context) -> Iterator[Draft | NotChecked]:
    """Diagnosis only suspected.

    What it finds: A diagnosis on an office or outpatient claim that the chart calls suspected, probable or to be ruled
        out, and nothing else in the chart establishes.
    Why it matters: Outpatient coding reports what is known: the sign, symptom or finding. A cancer once reported stays
        in the patient's record.
    What the chart must show: The diagnosis as established, or the sign, symptom or finding that led to the visit.
    Example: C34.11 with "probable lung cancer, biopsy next week" in the chart; the finding, R91.1, is coded.
    Fix: Report the charted sign or symptom instead (review); ask whether the diagnosis is established (query).
    Authority: ICD-10-CM Official Guidelines IV.H. Hospitals may code an uncertain diagnosis at discharge of an
        inpatient (II.H, III.C), so a hospital's claim brings a warning, and none at place of service 21.
    """
    listed = [code for code in context.claim.diagnoses if code[:1] not in {"R", "Z"}]
    if not listed or (not context.practitioner and context.claim.place_of_service == "21"):
        return
    if context.chart.diagnoses is None:
        if any(code[:1] == "C" for code in listed):
            yield NotChecked("the chart lists no diagnoses, so none is known as established")
        return
    entries = context.once(charted)
    doubtful = [entry for entry in entries if _doubtful(entry)]
    for entry in doubtful:
        settled = any(_settles(other, entry) for other in entries)
        if entry.code in listed and not settled:
            yield _draft(context, entry)


def _doubtful(entry: Charted) -> bool:
    """Tell an entry that is suspected by its status, or by the words it begins with when it has no status."""
    if entry.diagnosis.confirmed_on is not None:
        return False
    status = entry.diagnosis.status
    return status == "suspected" or (status is None and bool(_FIRST_WORDS.match(entry.words)))


def _settles(other: Charted, entry: Charted) -> bool:
    return other is not entry and not _doubtful(other) and other.code[:_CATEGORY] == entry.code[:_CATEGORY]


def _draft(context: Context, entry: Charted) -> Draft:
    code = entry.code
    signs = [
        other.code
        for other in context.once(charted)
        if other.code[:1] == "R"
        and other.diagnosis.status in {None, "active"}
        and other.code not in context.claim.diagnoses
    ]
    return Draft(
        f"the chart only suspects {code}; an outpatient claim reports the sign or finding until it is established",
        diagnoses=(code,),
        evidence=(list_evidence(context.claim), *entry.evidence("description", "code", "status")),
        direction="documentation",
        fixes=(
            *(fix for sign in signs for fix in replacement(context.claim, code, sign)),
            ask(
                context,
                "ask whether the diagnosis is established",
                (code,),
                "the record calls it uncertain",
                "What was the state of this diagnosis at the visit?",
                "established",
                "ruled out",
                "still open",
            ),
        ),
        subject=code,
        severity=None if context.practitioner else Severity.WARNING,
    )
