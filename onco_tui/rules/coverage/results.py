"""Reads what a chart says of a result: positive, negative, or nothing certain. Wording that says both says nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal

from onco_tui.codesets.coverage import Marker, Reader

Reading = Literal["positive", "negative"]
POSITIVE: Reading = "positive"
NEGATIVE: Reading = "negative"

_MOST = 300
_OPEN = re.compile(
    r"pending|insufficien|inadequate|equivocal|indeterminate|unknown|cancell?ed|failed|quantity not|see report"
    r"|not (?:yet )?(?:tested|done|performed|available|evaluable|evaluated|ordered|reported|obtained|assessed)",
    re.IGNORECASE,
)
_YES = (
    r"positive|detected|present|mutated|mutations?|mutant|variants?|amplified|amplification|amplifications|rearranged"
    r"|rearrangements?|fusions?|aberrations?|alterations?|insertions?|deletions?|(?:over)?express(?:ed|ion|ing)|avid"
    r"|uptake|high|deficient|loss|lost|unstable|instability|reactive|avidity"
)
_DENIED = re.compile(
    rf"\b(?:no|not|non|without|lacks?|lacking|absence of|negative for)\b[\s\w-]*?\b(?:{_YES})\b"
    rf"(?:\s+(?:(?:or|of|nuclear|protein|gene|was|were|is)\s+){{0,3}}(?:{_YES})\b)*",
    re.IGNORECASE,
)
_NO = re.compile(
    r"\b(?:negative|absent|undetected|unmutated|unamplified|wild[- ]?type|wt|mss|stable|proficient|intact|retained"
    r"|pmmr|msi-?l|low|nonreactive|none)\b",
    re.IGNORECASE,
)
_AFFIRMED = re.compile(
    rf"\b(?:{_YES}|msi-?h|dmmr|[A-Z]\d{{2,4}}[A-Z]|exon \d+ (?:del|ins)\w*|l858r|v600\w?)\b|\+", re.IGNORECASE
)
_NUMBER = re.compile(r"(<|>=?|≥|≤|<=)?\s*(\d+(?:\.\d+)?)")
_IHC = re.compile(
    r"(?:\bihc\s*(?:score\s*)?[:=]?\s*)?(?<![\d.])([0-3])\s?\+|\bihc\s*(?:score\s*)?[:=]?\s*([0-3])\b(?!\s?\+)"
    r"|^\s*([0-3])\s*$",
    re.IGNORECASE,
)
_G12C = re.compile(r"g12c", re.IGNORECASE)
_OTHER_VARIANT = re.compile(r"\b[gqak]\d{2,3}[a-z]\b", re.IGNORECASE)


def read_result(marker: Marker, text: str) -> Reading | None:
    """Read the wording of a result for a marker; None where it says nothing certain."""
    text = text[:_MOST]
    if not text.strip() or _OPEN.search(text):
        return None
    return _READERS[marker.reader](marker, text)


def _words(_marker: Marker, text: str) -> Reading | None:
    denied = bool(_DENIED.search(text)) or bool(_NO.search(text))
    rest = _NO.sub(" ", _DENIED.sub(" ", text))
    affirmed = bool(_AFFIRMED.search(rest))
    if denied == affirmed:
        return None
    return POSITIVE if affirmed else NEGATIVE


def _number(marker: Marker, text: str) -> Reading | None:
    found = _NUMBER.search(text)
    if found is None or marker.least is None:
        return _words(marker, text)
    value = Decimal(found[2])
    below = value < marker.least or (found[1] in {"<", "<=", "≤"} and value <= marker.least)
    return NEGATIVE if below else POSITIVE


def _her2(marker: Marker, text: str) -> Reading | None:
    """Read HER2 protein and gene: IHC 3+ or an amplified gene is positive, 2+ alone is open, low is not positive."""
    if re.search(r"\b(?:ultra)?-?low\b", text, re.IGNORECASE):
        return NEGATIVE
    scores = {int("".join(found)) for found in _IHC.findall(text)}
    if 3 in scores:
        return POSITIVE
    gene = _words(marker, _IHC.sub(" ", text))
    if gene is not None:
        return gene
    return NEGATIVE if scores and max(scores) < 2 else None


def _g12c(_marker: Marker, text: str) -> Reading | None:
    if _G12C.search(text):
        return None if re.search(r"\b(?:no|not|negative)\b", text, re.IGNORECASE) else POSITIVE
    other = _OTHER_VARIANT.search(text) or re.search(
        r"wild[- ]?type|\bwt\b|negative|\bno\b|not detected", text, re.IGNORECASE
    )
    return NEGATIVE if other else None


def _castration(_marker: Marker, text: str) -> Reading | None:
    resistant = re.search(r"castrat\w*[- ]resist|crpc|hormone[- ]refractory", text, re.IGNORECASE)
    sensitive = re.search(r"(?:castrat\w*|hormone)[- ](?:sensitiv|naive)|\bm?hspc|\bm?cspc", text, re.IGNORECASE)
    if bool(resistant) == bool(sensitive):
        return None if resistant else _words(_marker, text)
    return POSITIVE if resistant else NEGATIVE


def _squamous(_marker: Marker, text: str) -> Reading | None:
    if re.search(r"adenosquamous|mixed|and squamous", text, re.IGNORECASE):
        return None
    if re.search(r"non[- ]?squamous|adenocarcinoma|large cell|lepidic", text, re.IGNORECASE):
        return NEGATIVE
    return POSITIVE if re.search(r"squamous", text, re.IGNORECASE) else None


def _small_cell(_marker: Marker, text: str) -> Reading | None:
    if re.search(r"combined|mixed|transform", text, re.IGNORECASE):
        return None
    if re.search(r"non[- ]?small|nsclc|adenocarcinoma|squamous|large cell", text, re.IGNORECASE):
        return NEGATIVE
    return POSITIVE if re.search(r"small[- ]cell|\bsclc\b", text, re.IGNORECASE) else None


_READERS: Mapping[Reader, Callable[[Marker, str], Reading | None]] = {
    "words": _words,
    "number": _number,
    "her2": _her2,
    "g12c": _g12c,
    "castration": _castration,
    "squamous": _squamous,
    "small_cell": _small_cell,
}
