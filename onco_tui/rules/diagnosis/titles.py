"""What the title of a diagnosis code says: its side, its place in the organ, and the words it shares with others."""

from __future__ import annotations

import re
from functools import lru_cache

from onco_tui.derive.neoplasms import is_primary
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import LEFT, RIGHT, Charted, Side, active, affirms
from onco_tui.rules.diagnosis.listing import day_of_claim, label_of

_WORD = re.compile(r"[a-z]+")
_FILLING = frozenset({"of", "or", "and", "the", "in", "part", "site", "sites", "unspecified"})
_COMMON = frozenset({
    "malignant", "neoplasm", "secondary", "primary", "carcinoma", "cancer", "tumor", "tumors", "other", "specified",
    "female", "male", "right", "left", "upper", "lower", "middle", "outer", "inner", "quadrant", "lobe", "situ",
    "overlapping", "main", "central", "portion", "bilateral", "melanoma", "behavior", "uncertain", "not", "with",
    "without", "including", "except", "due",
})  # fmt: skip
# Places within an organ as charts word them, with the words of the code's title.
_PLACES: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(pattern), frozenset(words.split()))
    for pattern, words in (
        (r"\bupper[- ]outer\b|\buoq\b", "upper outer quadrant"),
        (r"\bupper[- ]inner\b|\buiq\b", "upper inner quadrant"),
        (r"\blower[- ]outer\b|\bloq\b", "lower outer quadrant"),
        (r"\blower[- ]inner\b|\bliq\b", "lower inner quadrant"),
        (r"\bcentral portion\b", "central portion"),
        (r"\baxillary tail\b", "axillary tail"),
        (r"\bupper lobe\b|\b[rl]ul\b", "upper lobe"),
        (r"\bmiddle lobe\b|\brml\b", "middle lobe"),
        (r"\blower lobe\b|\b[rl]ll\b", "lower lobe"),
        (r"\bmain(?:stem)? bronchus\b", "main bronchus"),
        (r"\bascending colon\b", "ascending colon"),
        (r"\btransverse colon\b", "transverse colon"),
        (r"\bdescending colon\b", "descending colon"),
        (r"\bsigmoid\b", "sigmoid colon"),
        (r"\bcec(?:um|al)\b", "cecum"),
        (r"\bhepatic flexure\b", "hepatic flexure"),
        (r"\bsplenic flexure\b", "splenic flexure"),
        (r"\bcardia\b", "cardia"),
        (r"\b(?:fundus of (?:the )?stomach|gastric fundus)\b", "fundus stomach"),
        (r"\b(?:body of (?:the )?stomach|gastric body)\b", "body stomach"),
        (r"\b(?:pyloric|gastric) antrum\b", "pyloric antrum"),
        (r"\bendometri(?:um|al)\b", "endometrium"),
        (r"\bglotti[cs]\b", "glottis"),
        (r"\bsupraglotti[cs]\b", "supraglottis"),
        (r"\b(?:head of (?:the )?pancreas|pancreatic head)\b", "head pancreas"),
        (r"\b(?:body of (?:the )?pancreas|pancreatic body)\b", "body pancreas"),
        (r"\b(?:tail of (?:the )?pancreas|pancreatic tail)\b", "tail pancreas"),
        (r"\bupper third of (?:the )?esophagus\b", "upper third esophagus"),
        (r"\bmiddle third of (?:the )?esophagus\b", "middle third esophagus"),
        (r"\blower third of (?:the )?esophagus\b", "lower third esophagus"),
    )
)
_STEMS = {"ovary": "ovar", "ovaries": "ovar", "testis": "testi", "kidney": "kidney"}
_ONE_ORGAN = frozenset({"C34", "C50", "C56", "C62", "C64", "C65", "C66", "D05"})


@lru_cache(maxsize=4096)
def words_of(label: str) -> frozenset[str]:
    """Give the words of a title that say something."""
    return frozenset(_WORD.findall(label)) - _FILLING


@lru_cache(maxsize=4096)
def organ_words(label: str) -> frozenset[str]:
    """Give the words of a title that name the organ or disease."""
    return frozenset(word for word in words_of(label) - _COMMON if len(word) > 3)


def says(words: str, label: str, beside: frozenset[str] = frozenset()) -> bool:
    """Tell whether charted words affirm a word of a title that names the organ or disease, those in ``beside`` apart.

    Long words count by their beginning, as in ``names_organ``.
    """
    named = organ_words(label) - beside
    return bool(named) and affirms(words, _beginnings(named))


@lru_cache(maxsize=4096)
def _beginnings(named: frozenset[str]) -> re.Pattern[str]:
    """Compile names as words begin with them: the adjective of a long name differs in its last letters."""
    stems = (_STEMS.get(word, word[:-2] if len(word) > 7 else word) for word in sorted(named))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, stems)) or '(?!)'})")


def names_organ(words: str, label: str) -> bool:
    """Tell whether charted words name the organ or disease of a title."""
    return bool(_beginnings(organ_words(label)).search(words))


@lru_cache(maxsize=4096)
def side_in(label: str) -> Side:
    """Give the side a title names; empty for none or both."""
    sides = words_of(label) & {RIGHT, LEFT}
    return next(iter(sides)) if len(sides) == 1 else ""


def place_in(words: str) -> frozenset[str] | None:
    """Give the title's words for the one place that charted words name; None when they name none or several."""
    found = [title for pattern, title in _PLACES if pattern.search(words)]
    return found[0] if len(found) == 1 else None


def side_of(context: Context, code: str) -> Side:
    """Give the side of a diagnosis code by its title."""
    return side_in(label_of(context, code))


def family(context: Context, code: str) -> tuple[str, ...]:
    """Give the billable codes of a code's category on the date of the claim."""
    day = context.once(day_of_claim)
    return context.reference.codesets.children(code[:3], day) if day else ()


def other_side(context: Context, code: str) -> str:
    """Give the code whose title is the same but for the side; empty when there is none."""
    label = label_of(context, code)
    side = side_in(label)
    wanted = label.replace(side, LEFT if side == RIGHT else RIGHT) if side else ""
    return next((other for other in family(context, code) if wanted and label_of(context, other) == wanted), "")


def same_organ(context: Context, code: str, other: str) -> bool:
    """Tell codes of one organ: a category of one paired organ, or titles that differ in the side alone."""
    if code[:3] != other[:3]:
        return False
    if code[:3] in _ONE_ORGAN:
        return True
    sides = {RIGHT, LEFT}
    return words_of(label_of(context, code)) - sides == words_of(label_of(context, other)) - sides


def about_tumor(context: Context, code: str) -> tuple[Charted, ...]:
    """Give the active entries that speak of a billed tumor.

    They have a code of its category, or none and the name of its organ, or none at all where it is the one primary.
    """
    label = label_of(context, code)
    primaries = {other[:3] for other in context.claim.diagnoses if is_primary(other)}
    only_primary = is_primary(code) and len(primaries) == 1
    return tuple(
        entry
        for entry in active(context)
        if (entry.code[:3] == code[:3] if entry.code else _uncoded(entry, label, only_primary=only_primary))
    )


def _uncoded(entry: Charted, label: str, *, only_primary: bool) -> bool:
    role = entry.diagnosis.role
    return role in {None, "primary"} and ((only_primary and role == "primary") or names_organ(entry.words, label))
