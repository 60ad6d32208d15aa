"""Inherited risk: Lynch syndrome, and organs removed before they fall ill."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from onco_tui.derive.neoplasms import is_treatable_neoplasm
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import affirms, charted
from onco_tui.rules.diagnosis.listing import addition, day_of_claim, list_evidence, replacement
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_OTHER_RISK, _COLORECTAL_RISK = "Z15.09", "Z15.060"
_SINCE = date(2025, 10, 1)
_LYNCH = re.compile(r"\blynch\b|\bhnpcc\b|\b(?:mlh1|msh2|msh6|pms2|epcam)\b")
_PROPHYLACTIC = "Z40.0"
_RISK = ("Z15", "Z80", "Z81", "Z82", "Z83", "Z84", "Z85")
# The organ of a prophylactic removal, and diagnoses that make the removal a treatment.
_TREATED: Mapping[str, tuple[str, ...]] = {"Z40.02": ("C56", "C79.6"), "Z40.03": ("C57.0",)}
_ORCHIECTOMY = frozenset({"54520", "54522", "54530", "54535", "54690"})


@rule(
    "DXC313",
    "lynch-syndrome-code",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.21.c.3"), icd10cm_tabular("Z15.06-")),
)
def lynch_syndrome_code(context: Context) -> Iterator[Draft | NotChecked]:
    """Lynch syndrome code.

    What it finds: Susceptibility to other cancers (Z15.09) for Lynch syndrome on or after 2025-10-01.
    Why it matters: Susceptibility to colorectal cancer has its own code, Z15.060, since fiscal year 2026.
    What the chart must show: Lynch syndrome, or the gene.
    Example: Z15.09 with "Lynch syndrome, MSH2".
    Fix: Z15.060 (review).
    Authority: ICD-10-CM tabular list, Z15.06- from 2025-10-01; Official Guidelines I.C.21.c.3.
    """
    day = context.once(day_of_claim)
    if _OTHER_RISK not in context.claim.diagnoses or day is None or day < _SINCE:
        return
    if context.chart.diagnoses is None:
        yield NotChecked(f"the chart lists no diagnoses, so the risk behind {_OTHER_RISK} is not known")
        return
    about = [
        entry
        for entry in context.once(charted)
        if entry.diagnosis.status != "suspected" and (not entry.code or entry.code[:3] == "Z15")
    ]
    lynch = [entry for entry in about if affirms(entry.words, _LYNCH)]
    others = [entry for entry in about if entry.code == _OTHER_RISK and entry not in lynch]
    if lynch and not others:
        yield Draft(
            f"{_OTHER_RISK} for Lynch syndrome; since {_SINCE} its colorectal risk is {_COLORECTAL_RISK}",
            diagnoses=(_OTHER_RISK,),
            evidence=(list_evidence(context.claim), *lynch[0].evidence("description", "code")),
            fixes=replacement(context.claim, _OTHER_RISK, _COLORECTAL_RISK),
        )


@rule(
    "DXC314",
    "prophylactic-removal",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.q"), icd10cm_tabular("notes at Z40")),
)
def prophylactic_removal(context: Context) -> Iterator[Draft | NotChecked]:
    """Prophylactic removal.

    What it finds: Removal of an organ at risk (Z40.0-) together with cancer of that organ, or of the testes with
        prostate cancer; or without any risk (Z15.-, Z80 to Z85) or cancer on the claim.
    Why it matters: Z40.0- is not for an organ removed to treat a cancer; and the note asks for the risk.
    What the chart must show: Why the organ was removed.
    Example: Z40.02 with C56.1. Z40.01 with C50.912 is right for the other breast.
    Fix: Ask for the reason (query); add the charted risk (review).
    Authority: ICD-10-CM Official Guidelines I.C.2.q; use-additional note at Z40.0; Z40.8- for persons without a known
        risk from 2025-10-01.
    """
    claim = context.claim
    for code in dict.fromkeys(claim.diagnoses):
        if not code.startswith(_PROPHYLACTIC):
            continue
        treated = [other for other in claim.diagnoses if other.startswith(_TREATED.get(code, ("-",)))]
        if code == "Z40.09" and any(line.code in _ORCHIECTOMY for line in claim.lines):
            treated = [other for other in claim.diagnoses if other.startswith(("C61", "C62"))]
        if treated:
            yield Draft(
                f"{code} is for prevention; {treated[0]} is a cancer such a removal treats",
                diagnoses=(code, treated[0]),
                evidence=(list_evidence(claim),),
                fixes=(
                    ask(
                        context,
                        "ask for the reason of the removal",
                        (code, treated[0]),
                        "both are listed for the visit",
                        "Why was the organ removed?",
                        "to treat a cancer",
                        "to prevent one",
                    ),
                ),
                subject=code,
            )
        elif not any(other.startswith(_RISK) or is_treatable_neoplasm(other) for other in claim.diagnoses):
            if context.chart.diagnoses is None:
                yield NotChecked(f"the chart lists no diagnoses, so the risk behind {code} is not known")
                continue
            yield _without_risk(context, code)


def _without_risk(context: Context, code: str) -> Draft:
    risks = tuple(dict.fromkeys(e.code for e in context.once(charted) if e.code.startswith(_RISK)))
    question = ask(
        context,
        "ask for the risk",
        (code,),
        "the risk behind it is not documented",
        "Which risk was the reason for the removal?",
        "a genetic finding (please name it)",
        "family history (please give)",
        "personal history (please give)",
    )
    return Draft(
        f"{code} is listed without the risk that was the reason",
        diagnoses=(code,),
        evidence=(list_evidence(context.claim),),
        direction="under",
        fixes=addition(context.claim, risks, "review", after=code) or (question,),
        subject=code,
    )
