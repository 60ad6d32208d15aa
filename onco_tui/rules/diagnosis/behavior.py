"""Whether a tumor is invasive, in situ, uncertain or not yet known: the code against the pathology in the chart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onco_tui.rules.authorities import icd10cm_guidelines
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import Charted, active, affirms
from onco_tui.rules.diagnosis.listing import label_of, list_evidence, replacement
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.diagnosis.titles import about_tumor, names_organ, organ_words, side_of
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_IN_SITU = re.compile(r"\bin[- ]situ\b|\bdcis\b|\blcis\b")
_INVASIVE = re.compile(r"(?<!muscle[- ])\b(?:micro)?invasi(?:ve|on)\b|\binfiltrating\b|\bmetasta")
_PENDING = re.compile(
    r"\b(?:pathology|biopsy|histology|path)(?: report| result)?s? (?:is |are )?(?:still )?"
    r"(?:pending|awaited|outstanding)\b"
)
_NO_HISTOLOGY = re.compile(r"\b(?:pending|awaited|unknown|not (?:known|available|done)|none)\b|^n/?a$")
_SOLID_LAST = "C76"


@rule("DXC225", "in-situ-or-invasive", Severity.WARNING, authority=(icd10cm_guidelines("I.C.2"),))
def in_situ_or_invasive(context: Context) -> Iterator[Draft | NotChecked]:
    """In situ or invasive.

    What it finds: An invasive cancer code where the chart describes in situ disease alone, and an in situ code where it
        describes invasion.
    Why it matters: In situ disease is D00 to D09; the two differ in treatment, coverage and the patient's record.
    What the chart must show: The pathology.
    Example: C50.911 for ductal carcinoma in situ of the right breast: D05.11. Invasive carcinoma with an in situ part
        is invasive.
    Fix: The charted code (review); else ask for the pathology (query).
    Authority: ICD-10-CM Official Guidelines I.C.2; titles of D00-D09. Silent where the chart says both, or has both as
        separate tumors.
    """
    for code in dict.fromkeys(context.claim.diagnoses):
        invasive = code[:1] == "C" and code[:3] < "C77" and code[:3] not in {"C7A", "C7B"}
        if not invasive and not "D00" <= code[:3] <= "D09":
            continue
        if context.chart.diagnoses is None:
            yield NotChecked(f"the chart lists no diagnoses, so the pathology of {code} is not known")
            continue
        if invasive and not context.once(_in_situ_charted):
            continue
        about = _about(context, code)
        of_code = [entry for entry in about if entry.code == code] or about
        if of_code and all(_behaves(entry, invasive=not invasive) for entry in of_code):
            yield _draft(context, code, of_code, invasive=invasive)


def _in_situ_charted(context: Context) -> bool:
    """Tell whether the chart has in situ disease at all."""
    return any(_behaves(entry, invasive=False) for entry in active(context))


def _about(context: Context, code: str) -> list[Charted]:
    """Give the entries about a tumor, those included that code the same organ and side as in situ or invasive."""
    organ, side = organ_words(label_of(context, code)), side_of(context, code)
    other_kind = "D" if code[:1] == "C" else "C"
    related = [
        entry
        for entry in active(context)
        if entry.code[:1] == other_kind
        and (("D00" <= entry.code[:3] <= "D09") or "C00" <= entry.code[:3] <= _SOLID_LAST)
        and organ & organ_words(label_of(context, entry.code))
        and side_of(context, entry.code) in {"", side}
        and entry.code not in context.claim.diagnoses
    ]
    return [*about_tumor(context, code), *related]


def _behaves(entry: Charted, *, invasive: bool) -> bool:
    """Tell whether an entry says plainly that a tumor is invasive, or in situ alone; words go before its code."""
    in_situ, spread = affirms(entry.words, _IN_SITU), affirms(entry.words, _INVASIVE)
    if in_situ or spread:
        return spread if invasive else in_situ and not spread
    return (entry.code[:1] == "C") if invasive else "D00" <= entry.code[:3] <= "D09"


def _draft(context: Context, code: str, entries: list[Charted], *, invasive: bool) -> Draft:
    charted = dict.fromkeys(e.code for e in entries if e.code and (e.code[:1] == "D") == invasive)
    described = "in situ disease" if invasive else "invasion"
    question = ask(
        context,
        "ask for the pathology",
        (code,),
        f"the record also describes {described}",
        "What does the pathology show?",
        "invasive disease",
        "in situ disease",
        "both",
        "the pathology is pending",
    )
    return Draft(
        f"{code} is {'invasive' if invasive else 'in situ'}; the chart describes {described}",
        diagnoses=(code,),
        evidence=(
            list_evidence(context.claim),
            *(item for entry in entries for item in entry.evidence("description", "histology", "code")),
        ),
        fixes=(*(fix for new in charted for fix in replacement(context.claim, code, new)), question),
        subject=code,
    )


@rule("DXC226", "behavior-not-as-documented", Severity.WARNING, authority=(icd10cm_guidelines("I.C.2"),))
def behavior_not_as_documented(context: Context) -> Iterator[Draft | NotChecked]:
    """Behavior not as documented.

    What it finds: A neoplasm of unspecified behavior (D49) although the chart has its histology; and one of uncertain
        behavior (D37 to D48, blood diseases aside) while the chart still waits for the pathology.
    Why it matters: Uncertain is what a pathologist could not tell; unspecified is what nobody has looked at yet.
    What the chart must show: The histology, or that it is pending.
    Example: D49.3 with "invasive ductal carcinoma"; D48.61 with "biopsy pending".
    Fix: Ask for the behavior (query); the coder then chooses the code.
    Authority: ICD-10-CM Official Guidelines I.C.2; definitions at D37-D48 and D49.
    """
    for code in dict.fromkeys(context.claim.diagnoses):
        unspecified = code.startswith("D49")
        if not unspecified and (not "D37" <= code[:3] <= "D48" or code[:3] in {"D45", "D46", "D47"}):
            continue
        if context.chart.diagnoses is None:
            yield NotChecked(f"the chart lists no diagnoses, so the pathology of {code} is not known")
            continue
        entries = [entry for entry in active(context) if _is_of(context, entry, code)]
        pending = [entry for entry in entries if affirms(entry.words, _PENDING)]
        known = [entry for entry in entries if _has_histology(entry) and entry not in pending]
        wrong = known if unspecified else pending
        if wrong:
            said = "has its histology" if unspecified else "waits for the pathology"
            yield Draft(
                f"{code} is for {'unspecified' if unspecified else 'uncertain'} behavior; the chart {said}",
                diagnoses=(code,),
                evidence=(list_evidence(context.claim), *wrong[0].evidence("description", "histology", "code")),
                fixes=(
                    ask(
                        context,
                        "ask for the behavior",
                        (code,),
                        f"the entry {said}",
                        "What does the pathology say of the tumor?",
                        "benign",
                        "in situ",
                        "malignant",
                        "uncertain behavior",
                        "the pathology is pending",
                    ),
                ),
                subject=code,
            )


def _has_histology(entry: Charted) -> bool:
    return bool(entry.diagnosis.histology) and not _NO_HISTOLOGY.search((entry.diagnosis.histology or "").casefold())


def _is_of(context: Context, entry: Charted, code: str) -> bool:
    return entry.code == code if entry.code else names_organ(entry.words, label_of(context, code))
