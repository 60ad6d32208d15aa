"""Lymphedema after mastectomy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import active, affirms, listed_codes
from onco_tui.rules.diagnosis.listing import list_evidence, replacement
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_OTHER, _POSTMASTECTOMY = "I89.0", "I97.2"
_ABSENT_BREAST = "Z90.1"
_LYMPHEDEMA = re.compile(r"\blymph(?:o?edema)\b")
_AFTER_MASTECTOMY = re.compile(
    r"\bpost-?mastectomy\b|\b(?:after|following|due to|from|secondary to) (?:\w+ ){0,2}mastectomy\b"
)


@rule(
    "DXC311",
    "lymphedema-after-mastectomy",
    Severity.INFO,
    authority=(icd10cm_guidelines("I.A.12.a"), icd10cm_tabular("Excludes1 note at I89.0")),
)
def lymphedema_after_mastectomy(context: Context) -> Iterator[Draft | NotChecked]:
    """Lymphedema after mastectomy.

    What it finds: Lymphedema not elsewhere classified (I89.0) where the chart names a mastectomy as its cause, or where
        a breast was removed and the cause is not said.
    Why it matters: I89.0 excludes lymphedema after mastectomy, which is I97.2.
    What the chart must show: The cause.
    Example: I89.0 with "lymphedema of the left arm after mastectomy": I97.2.
    Fix: I97.2 (review) where the cause is charted; else ask for it (query).
    Authority: Excludes1 note at I89.0; ICD-10-CM Official Guidelines I.A.12.a.
    """
    claim = context.claim
    if _OTHER not in claim.diagnoses or _POSTMASTECTOMY in claim.diagnoses:
        return
    removed = any(code.startswith(_ABSENT_BREAST) for code in (*claim.diagnoses, *listed_codes(context)))
    if context.chart.diagnoses is None and not removed:
        yield NotChecked("the chart lists no diagnoses, so the cause of the lymphedema is not known")
        return
    about = [e for e in active(context) if e.code in {_OTHER, _POSTMASTECTOMY} or _LYMPHEDEMA.search(e.words)]
    caused = [e for e in about if e.code == _POSTMASTECTOMY or affirms(e.words, _AFTER_MASTECTOMY)]
    said = [e for e in about if e.diagnosis.due_to is not None and e not in caused]
    if not caused and (not removed or said):
        return
    question = ask(
        context,
        "ask for the cause",
        (_OTHER,),
        "the record has a removed breast",
        "What is the cause of the lymphedema?",
        "the removal of the breast",
        "radiation",
        "the cancer itself",
        "another cause (please name it)",
    )
    yield Draft(
        f"{_OTHER} excludes lymphedema after mastectomy ({_POSTMASTECTOMY}); the chart "
        + ("names it as the cause" if caused else "has a removed breast and no cause"),
        diagnoses=(_OTHER,),
        evidence=(list_evidence(claim), *(item for e in about for item in e.evidence("description", "code"))),
        fixes=replacement(claim, _OTHER, _POSTMASTECTOMY) if caused else (question,),
    )
