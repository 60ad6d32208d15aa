"""Remission and relapse of leukemia, myeloma and lymphoma: the character of the code, and what the chart says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal

from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import Charted, affirms, charted, primary_in_words
from onco_tui.rules.diagnosis.listing import day_of_claim, list_evidence
from onco_tui.rules.diagnosis.mates import exchanged, restated
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

State = Literal["not in remission", "in remission", "in relapse"]
NOT: State = "not in remission"
REMISSION: State = "in remission"
RELAPSE: State = "in relapse"

_LYMPHOMA_CODES_FROM = date(2024, 10, 1)
_BY_DIGIT: dict[str, State] = {"0": NOT, "1": REMISSION, "2": RELAPSE}
_WITH_STATE = len("C9100")
_RELAPSED = re.compile(r"\b(?:relaps(?:e|ed|ing)|recurren(?:ce|t))\b")
_COMPLETE = re.compile(r"\bcomplete (?:response|remission)\b|\bin remission\b|\bcr\b")
_LEUKEMIA, _LYMPHOMA = ("Z85.6", "Z85.79"), ("Z85.71", "Z85.72", "Z85.79")
_BREAST_LYMPHOMA, _ITS_REMISSION = "C84.7A", "C84.7B"


@rule(
    "DXC407",
    "leukemia-myeloma-remission",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.n"), icd10cm_tabular("C90, C91-C95, Z85.6 and Z85.79")),
)
def leukemia_myeloma_remission(context: Context) -> Iterator[Draft | NotChecked]:
    """Leukemia and myeloma remission.

    What it finds: A leukemia or myeloma whose fifth character says not in remission, in remission or in relapse where
        the chart says another; history (Z85.6, Z85.79) where the chart says remission.
    Why it matters: The character tells the state of the disease, and remission is not history.
    What the chart must show: The state of the disease.
    Example: C91.00 with the leukemia charted in remission becomes C91.01.
    Fix: Change the character, or take the charted code for the history (review); ask for the state (query).
    Authority: ICD-10-CM Official Guidelines I.C.2.n; Excludes1 notes at Z85.6 and Z85.79.
    """
    yield from _compare(context, _is_leukemia_or_myeloma, _LEUKEMIA)


@rule(
    "DXC408",
    "lymphoma-remission",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.n"), icd10cm_tabular("C81-C86, C88, Z85.71 and Z85.72")),
)
def lymphoma_remission(context: Context) -> Iterator[Draft | NotChecked]:
    """Lymphoma remission.

    What it finds: From October 2024, a lymphoma coded by its sites that the chart has in remission, or coded in
        remission that the chart has as active; history (Z85.7-) where the chart says remission.
    Why it matters: Lymphomas have remission codes of their own since then; remission is not history.
    What the chart must show: Remission as the provider states it.
    Example: C83.33 with the lymphoma charted in remission becomes C83.3A. ALK-negative anaplastic large cell lymphoma
        takes C84.7B; C84.7A is the lymphoma of the breast.
    Fix: Take the remission code, or the charted code for the history (review); ask for the state (query).
    Authority: ICD-10-CM, October 2024: final character A in C81-C85 (B in C84.7), 1 in C86 and C88; Official
        Guidelines I.C.2.n.
    """
    day = context.once(day_of_claim)
    if day is not None and day >= _LYMPHOMA_CODES_FROM:
        yield from _compare(context, _is_lymphoma, _LYMPHOMA)


def _is_leukemia_or_myeloma(code: str) -> bool:
    plain = code.replace(".", "")
    return "C90" <= code[:3] <= "C95" and len(plain) == _WITH_STATE and plain[-1] in _BY_DIGIT


def _is_lymphoma(code: str) -> bool:
    return "C81" <= code[:3] <= "C86" or code[:3] == "C88"


def _state(code: str) -> State:
    """Give the state a code tells; a lymphoma coded by its sites is not in remission."""
    plain = code.replace(".", "")
    if code[:3] in {"C86", "C88"} or code[:3] >= "C90":
        return _BY_DIGIT.get(plain[4:5], NOT)
    remission = code == _ITS_REMISSION or (len(plain) == _WITH_STATE and plain[-1] == "A" and code != _BREAST_LYMPHOMA)
    return REMISSION if remission else NOT


def _compare(
    context: Context, concerns: Callable[[str], bool], histories: tuple[str, ...]
) -> Iterator[Draft | NotChecked]:
    listed = [code for code in context.claim.diagnoses if concerns(code)]
    past = [code for code in context.claim.diagnoses if code in histories]
    if not listed and not past:
        return
    if context.chart.diagnoses is None:
        yield NotChecked("the chart lists no diagnoses, so the state of the disease is open")
        return
    entries = context.once(charted)
    for code in listed:
        own = [entry for entry in entries if entry.code[:3] == code[:3]]
        yield from _of_code(context, code, own or _in_words(entries, listed))
    for code in past if not listed else ():
        named = context.reference.diagnosis_facts.is_history_of
        own = [entry for entry in entries if named(code, entry.code)] or _in_words(entries, past)
        entry = next((entry for entry in own if _charted_state(entry) == REMISSION), None)
        if entry:
            text = f"the chart has {entry.code or 'the disease'} in remission, which is not history ({code})"
            yield _draft(context, code, entry, text, entry.code or None)


def _in_words(entries: tuple[Charted, ...], listed: list[str]) -> list[Charted]:
    """Give the one primary the chart has in words alone, where the claim has one such disease."""
    entry = primary_in_words(entries)
    return [entry] if entry and len(listed) == 1 else []


def _of_code(context: Context, code: str, entries: list[Charted]) -> Iterator[Draft]:
    """Compare one code with the one charted entry of its category."""
    if len(entries) != 1:
        return
    entry, told = entries[0], _state(code)
    said = _charted_state(entry)
    if said is None or said == told or (said == NOT and told == RELAPSE):
        if told == NOT and _has_relapse(code):
            yield from _response(context, code, entry)
        return
    if said == RELAPSE and not _has_relapse(code):
        if told == NOT:
            return
        said = NOT
    yield _draft(context, code, entry, f"the chart has it {said}, {code} says {told}", _sibling(context, code, said))


def _has_relapse(code: str) -> bool:
    return "C90" <= code[:3] <= "C95"


def _charted_state(entry: Charted) -> State | None:
    """Give the state an entry tells by remission as its status, its words, its code; None when it tells none."""
    match entry.diagnosis.status:
        case "remission":
            return REMISSION
        case "active" | None:
            if affirms(entry.words, _RELAPSED):
                return RELAPSE
            if _is_leukemia_or_myeloma(entry.code) or _is_lymphoma(entry.code):
                return _state(entry.code)
            return NOT if entry.diagnosis.status else None
        case _:
            return None


def _sibling(context: Context, code: str, state: State) -> str | None:
    """Give the code of the same disease in another state, where it is billable on the date of service."""
    stem, day = code[: len("C91.0")], context.once(day_of_claim)
    if code[:3] in {"C86", "C88"} or _has_relapse(code):
        digit = next(digit for digit, other in _BY_DIGIT.items() if other == state)
        wanted = f"{stem}{digit}"
    elif state == REMISSION:
        wanted = _ITS_REMISSION if stem == _ITS_REMISSION[:-1] else f"{stem}A"
    else:
        return None
    return wanted if day and context.reference.codesets.diagnosis(wanted, day).billable else None


def _response(context: Context, code: str, entry: Charted) -> Iterator[Draft]:
    """Ask, where the treatment plan records a complete response and the code says otherwise."""
    plan = context.chart.treatment_plan
    response = (plan.response or "") if plan else ""
    if affirms(response.casefold(), _COMPLETE):
        yield Draft(
            f"the plan records a complete response, {code} says {NOT}",
            diagnoses=(code,),
            evidence=(
                list_evidence(context.claim),
                Evidence("documentation.treatment_plan.response", response),
                *entry.evidence("code", "status"),
            ),
            direction="documentation",
            fixes=(_ask_state(context, code, f"the response is recorded as {response}"),),
            subject=code,
            severity=Severity.INFO,
        )


def _draft(context: Context, code: str, entry: Charted, text: str, instead: str | None) -> Draft:
    offered: tuple[Fix, ...] = ()
    if instead:
        is_history = code.startswith("Z85")
        offered = restated(context, code, instead) if is_history else exchanged(context, code, instead, "review")
    return Draft(
        text,
        diagnoses=(code,),
        evidence=(list_evidence(context.claim), *entry.evidence("code", "status", "description")),
        direction="documentation",
        fixes=(
            *offered,
            _ask_state(context, entry.code or code, f"its status is {entry.diagnosis.status or 'not said'}"),
        ),
        subject=code,
    )


def _ask_state(context: Context, code: str, shown: str) -> Fix:
    title, question = "ask for the state of the disease", "What was the state of the disease at the visit?"
    return ask(context, title, (code,), shown, question, "not in remission", "in remission", "in relapse", "history")
