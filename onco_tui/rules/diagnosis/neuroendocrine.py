"""Carcinoid and other neuroendocrine tumors, and their metastases, which have categories of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onco_tui.derive.neoplasms import is_primary
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import affirms
from onco_tui.rules.diagnosis.listing import list_evidence, replacement
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.diagnosis.titles import about_tumor
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_CARCINOID = re.compile(r"(?<!goblet cell )\bcarcinoid\b(?! (?:syndrome|heart))|\bneuroendocrine tumou?r")
_OTHER = re.compile(r"\b(?:adenocarcinoma|squamous|small[- ]cell|large[- ]cell|lymphoma|sarcoma|urothelial|adenoca)\b")
# Categories whose Excludes1 note sends carcinoids to C7A, the most specific place first; pancreas has C25.4 as well.
_CARCINOID_OF: tuple[tuple[str, str], ...] = (
    ("C34", "C7A.090"), ("C37", "C7A.091"), ("C16", "C7A.092"), ("C64", "C7A.093"), ("C17.0", "C7A.010"),
    ("C17.1", "C7A.011"), ("C17.2", "C7A.012"), ("C17", "C7A.019"), ("C18.0", "C7A.021"), ("C18.1", "C7A.020"),
    ("C18.2", "C7A.022"), ("C18.4", "C7A.023"), ("C18.6", "C7A.024"), ("C18.7", "C7A.025"), ("C18", "C7A.029"),
    ("C20", "C7A.026"),
)  # fmt: skip
_CATEGORIES = ("C7A.0", *(prefix for prefix, _ in _CARCINOID_OF))
_SECONDARY_OF: tuple[tuple[str, str], ...] = (
    ("C78.7", "C7B.02"), ("C79.51", "C7B.03"), ("C78.6", "C7B.04"), ("C78", "C7B.09"), ("C79", "C7B.09"),
)  # fmt: skip
_MERKEL, _MERKEL_SECONDARY = "C4A", "C7B.1"
_OTHER_NEUROENDOCRINE_SECONDARY = "C7B.8"


@rule(
    "DXC223",
    "neuroendocrine-histology",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2"), icd10cm_tabular("Excludes1 notes that name C7A")),
)
def neuroendocrine_histology(context: Context) -> Iterator[Draft | NotChecked]:
    """Neuroendocrine histology.

    What it finds: A carcinoid or neuroendocrine tumor, by the chart, with the code for other cancers of the organ; or a
        carcinoid code (C7A.0-) for what the chart calls another histology.
    Why it matters: C7A is excluded from the organ's own category; treatment and coverage differ.
    What the chart must show: The histology.
    Example: C34.11 for a typical carcinoid: C7A.090. Small cell and large cell neuroendocrine carcinoma of the lung
        stay in C34; the pancreas has more than one code and is left to the coder.
    Fix: The carcinoid code of the organ (review); ask for the histology (query).
    Authority: Excludes1 notes at C17, C18, C20, C34, C37 and C64; ICD-10-CM Official Guidelines I.C.2.
    """
    for code in dict.fromkeys(context.claim.diagnoses):
        if not code.startswith(_CATEGORIES):
            continue
        carcinoid = next((new for prefix, new in _CARCINOID_OF if code.startswith(prefix)), "")
        if context.chart.diagnoses is None:
            yield NotChecked(f"the chart lists no diagnoses, so the histology of {code} is not known")
            continue
        entries = about_tumor(context, code)
        wrong = [e for e in entries if affirms(e.words, _CARCINOID) != affirms(e.words, _OTHER)]
        wanted = _CARCINOID if carcinoid else _OTHER
        if entries and len(wrong) == len(entries) and all(affirms(e.words, wanted) for e in entries):
            words = entries[0].diagnosis.histology or entries[0].diagnosis.description
            fixes = replacement(context.claim, code, carcinoid) if carcinoid else ()
            question = ask(
                context,
                "ask for the histology",
                (code,),
                f"the tumor is described as {words}",
                "What is the histology of the tumor?",
                "carcinoid or well differentiated neuroendocrine tumor",
                "neuroendocrine carcinoma",
                "adenocarcinoma or squamous cell carcinoma",
            )
            yield Draft(
                f"the chart says {words}; {code} is {'not a code for it' if carcinoid else 'for carcinoids'}",
                diagnoses=(code,),
                evidence=(list_evidence(context.claim), *entries[0].evidence("description", "histology", "code")),
                fixes=(*fixes, question),
                subject=code,
            )


@rule(
    "DXC224",
    "metastasis-of-neuroendocrine-tumor",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2"), icd10cm_tabular("Excludes1 notes that name C7B")),
)
def metastasis_of_neuroendocrine_tumor(context: Context) -> Iterator[Draft | NotChecked]:
    """Metastasis of a neuroendocrine tumor.

    What it finds: A metastasis in C78 or C79 beside a carcinoid, neuroendocrine or Merkel cell primary, with no other
        primary on the claim.
    Why it matters: C78 and C79 exclude the metastases of these tumors; C7B has them.
    What the chart must show: Which tumor the metastasis is of.
    Example: C7A.012 with C78.7: C7B.02. With C18.7 on the claim too, the metastasis may be of that. Regional nodes
        stay in C77.
    Fix: The code in C7B (review).
    Authority: Excludes1 notes at C78, C79, C79.2 and C79.5; ICD-10-CM Official Guidelines I.C.2.
    """
    listed = tuple(dict.fromkeys(context.claim.diagnoses))
    own = [code for code in listed if code.startswith(("C7A", _MERKEL))]
    if not own:
        return
    if len({code[:3] for code in listed if is_primary(code) and code not in own} | {code[:3] for code in own}) > 1:
        return
    for code in listed:
        if code.startswith(("C78", "C79")):
            new = _secondary(own[0], code)
            if context.chart.diagnoses is None and new in {_OTHER_NEUROENDOCRINE_SECONDARY, "C7B.09"}:
                yield NotChecked(f"the chart lists no diagnoses, so the tumor of {code} is not known")
                continue
            yield Draft(
                f"{code} beside {own[0]}: metastases of such tumors are in C7B, here {new}",
                diagnoses=(code, own[0]),
                evidence=(list_evidence(context.claim),),
                fixes=replacement(context.claim, code, new),
                subject=code,
            )


def _secondary(primary: str, metastasis: str) -> str:
    if primary.startswith(_MERKEL):
        return _MERKEL_SECONDARY
    if primary.startswith(("C7A.1", "C7A.8")):
        return _OTHER_NEUROENDOCRINE_SECONDARY
    return next(new for prefix, new in _SECONDARY_OF if metastasis.startswith(prefix))
