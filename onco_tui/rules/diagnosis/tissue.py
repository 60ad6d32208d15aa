"""Tumors that are coded by their tissue: ectopic tissue, desmoid tumors, inflammatory breast cancer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from onco_tui.derive.neoplasms import is_primary
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import Charted, active, affirms
from onco_tui.rules.diagnosis.listing import day_of_claim, list_evidence, replacement
from onco_tui.rules.diagnosis.titles import about_tumor, side_of
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_DESMOID_FROM = date(2023, 10, 1)
_INFLAMMATORY_FROM = date(2025, 10, 1)
_DESMOID = re.compile(r"\bdesmoid\b|\baggressive fibromatosis\b")
_INFLAMMATORY = re.compile(r"\binflammatory (?:breast |ductal |mammary )*(?:carcinoma|cancer)|\binflammatory breast\b")
_ECTOPIC = re.compile(
    r"\b(?:ectopic|heterotopic|aberrant) "
    r"(pancrea|thyroid|adrenal|parathyroid|breast|mammary|gastric|prosta|ovar|endometri)"
)
_ORIGIN = {
    "pancrea": "C25", "thyroid": "C73", "adrenal": "C74", "parathyroid": "C75.0", "breast": "C50", "mammary": "C50",
    "gastric": "C16", "prosta": "C61", "ovar": "C56", "endometri": "C54",
}  # fmt: skip
_PANCREAS, _SOFT_TISSUE = "C25.9", "C49"


@rule("DXC222", "ectopic-tissue", Severity.INFO, needs=("diagnoses",), authority=(icd10cm_guidelines("I.C.2"),))
def ectopic_tissue(context: Context) -> Iterator[Draft | NotChecked]:
    """Ectopic tissue.

    What it finds: A tumor the chart says arose in ectopic tissue, coded to the organ it was found in.
    Why it matters: Such a tumor is coded to the tissue it comes from.
    What the chart must show: The tissue of origin.
    Example: A tumor of ectopic pancreatic tissue in the stomach: C25.9, not C16.-.
    Fix: For pancreatic tissue C25.9 (review); else the coder chooses.
    Authority: ICD-10-CM Official Guidelines I.C.2, and the note on ectopic tissue at the head of chapter 2.
    """
    if not any(_ECTOPIC.search(entry.words) for entry in active(context)):
        return
    for code in _tumors(context):
        for entry in about_tumor(context, code):
            match = _ECTOPIC.search(entry.words)
            if match and affirms(entry.words, _ECTOPIC) and not code.startswith(_ORIGIN[match[1]]):
                yield Draft(
                    f"the chart says the tumor arose in {match[0].split()[0]} tissue; {code} is where it was found",
                    diagnoses=(code,),
                    evidence=(list_evidence(context.claim), *entry.evidence("description", "histology", "code")),
                    fixes=replacement(context.claim, code, _PANCREAS) if match[1] == "pancrea" else (),
                    subject=code,
                )
                break


@rule("DXC227", "desmoid-tumor", Severity.ERROR, authority=(icd10cm_guidelines("I.C.2"), icd10cm_tabular("D48.11-")))
def desmoid_tumor(context: Context) -> Iterator[Draft | NotChecked]:
    """Desmoid tumor.

    What it finds: A desmoid tumor, by the chart, coded as a cancer of soft tissue (C49.-) on or after 2023-10-01.
    Why it matters: A desmoid tumor is of uncertain behavior; D48.11- says its site. C49 misstates it as a sarcoma.
    What the chart must show: The histology and the site.
    Example: C49.4 for aggressive fibromatosis of the abdominal wall: D48.113.
    Fix: The charted code (review); else the coder chooses the site.
    Authority: ICD-10-CM tabular list, D48.11- with aggressive fibromatosis as its inclusion term; Guidelines I.C.2.
    """
    yield from _by_histology(context, _SOFT_TISSUE, _DESMOID, _DESMOID_FROM, "D48.11")


@rule(
    "DXC228",
    "inflammatory-breast-cancer",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.B.2"), icd10cm_tabular("C50.A-")),
)
def inflammatory_breast_cancer(context: Context) -> Iterator[Draft | NotChecked]:
    """Inflammatory breast cancer.

    What it finds: Inflammatory breast cancer, by the chart, with a code of unspecified site (C50.9-) on or after
        2025-10-01.
    Why it matters: C50.A- names it since fiscal year 2026.
    What the chart must show: The term inflammatory, and the side.
    Example: C50.911 for inflammatory carcinoma of the right breast becomes C50.A1.
    Fix: The code of the same side (review).
    Authority: ICD-10-CM tabular list, C50.A- from 2025-10-01; Official Guidelines I.B.2.
    """
    yield from _by_histology(context, "C50.9", _INFLAMMATORY, _INFLAMMATORY_FROM, "C50.A")


def is_misnamed(entry: Charted) -> bool:
    """Tell an entry whose words name a tumor that its own code is not for: a desmoid tumor charted as a cancer."""
    return entry.code.startswith(_SOFT_TISSUE) and affirms(entry.words, _DESMOID)


def _by_histology(
    context: Context, billed: str, pattern: re.Pattern[str], since: date, instead: str
) -> Iterator[Draft | NotChecked]:
    """Find codes of one family where every entry about the tumor, or the one there is, says another family."""
    codes = [code for code in dict.fromkeys(context.claim.diagnoses) if code.startswith(billed)]
    day = context.once(day_of_claim)
    if not codes or day is None or day < since:
        return
    if context.chart.diagnoses is None:
        yield NotChecked(f"the chart lists no diagnoses, so the histology of {', '.join(codes)} is not known")
        return
    for code in codes:
        about = _about(context, code, instead)
        if about and all(affirms(entry.words, pattern) for entry in about):
            charted = tuple(entry.code for entry in about if entry.code.startswith(instead))
            sided = _of_side(context, code, instead) if instead == "C50.A" else ()
            offers = tuple(dict.fromkeys(charted or sided))
            described = about[0].diagnosis.description or about[0].words
            yield Draft(
                f"the chart describes {described}; {instead}- is its code, not {code}",
                diagnoses=(code,),
                evidence=(list_evidence(context.claim), *about[0].evidence("description", "histology", "code")),
                fixes=tuple(fix for offer in offers for fix in replacement(context.claim, code, offer)),
                subject=code,
            )


def _about(context: Context, code: str, instead: str) -> tuple[Charted, ...]:
    """Give the entries about a tumor: those with its own code, or with one of the family it should have."""
    own = about_tumor(context, code)
    exact = tuple(entry for entry in own if entry.code == code)
    if exact:
        return exact
    day = context.once(day_of_claim)
    listed = context.reference.codesets.children(instead, day) if day else ()
    coded = tuple(e for child in listed for e in about_tumor(context, child) if e.code == child)
    return coded or tuple(entry for entry in own if not entry.code)


def _of_side(context: Context, code: str, family: str) -> tuple[str, ...]:
    day = context.once(day_of_claim)
    side = side_of(context, code)
    children = context.reference.codesets.children(family, day) if day else ()
    return tuple(child for child in children if side_of(context, child) == side)


def _tumors(context: Context) -> Iterator[str]:
    return (code for code in dict.fromkeys(context.claim.diagnoses) if is_primary(code) and code[:3] <= "C76")
