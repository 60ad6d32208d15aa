"""Unspecified codes where the chart says more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from onco_tui.derive.neoplasms import is_neoplasm, is_secondary
from onco_tui.rules.authorities import icd10cm_guidelines
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import LEFT, RIGHT, Charted, active, affirms, listed_codes
from onco_tui.rules.diagnosis.listing import day_of_claim, label_of, list_evidence, replacement, uncovered
from onco_tui.rules.diagnosis.titles import family, names_organ, place_in, side_in, words_of
from onco_tui.rules.finding import Draft, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule

_UNSPECIFIED = "unspecified"
_WHOLE_CATEGORY = re.compile(r"[A-Z]\d[0-9A-Z]\.90?")
_OFFERED = 4
_TUMOR = frozenset({"malignant", "neoplasm", "secondary"})
_FY2027 = date(2026, 10, 1)
_NEW_SITES: tuple[tuple[re.Pattern[str], str, frozenset[str]], ...] = (
    (re.compile(r"\blaryn"), "C78.31", frozenset({"C78.30", "C78.39"})),
    (re.compile(r"\bpharyn|\b(?:oro|naso|hypo)pharyn"), "C78.32", frozenset({"C78.30", "C78.39", "C79.89"})),
    (re.compile(r"\boral cavity\b|\btongue\b|\bfloor of (?:the )?mouth\b|\bbuccal\b"), "C79.83", frozenset({"C79.89"})),
)


@rule("DXC204", "new-metastasis-code", Severity.WARNING, authority=(icd10cm_guidelines("I.B.2"),))
def new_metastasis_code(context: Context) -> Iterator[Draft | NotChecked]:
    """New metastasis code.

    What it finds: A metastasis in the larynx, pharynx or oral cavity, by the chart, coded with a code for other sites
        on or after 2026-10-01.
    Why it matters: The fiscal year 2027 has a code of its own for each; the code for other sites is no longer the most
        specific.
    What the chart must show: The site of the metastasis.
    Example: C78.39 for "metastasis to the larynx" on 2026-11-02 becomes C78.31.
    Fix: Take the code of the site (review).
    Authority: ICD-10-CM fiscal year 2027 as announced (C78.31, C78.32, C79.83); Official Guidelines I.B.2.
    """
    day = context.once(day_of_claim)
    billed = [code for code in context.claim.diagnoses if code in {"C78.30", "C78.39", "C79.89"}]
    if not billed or day is None or day < _FY2027:
        return
    if context.chart.diagnoses is None:
        yield NotChecked("the chart lists no diagnoses, so the site of the metastasis is not known")
        return
    for code in dict.fromkeys(billed):
        for pattern, new, instead_of in _NEW_SITES:
            described = [e for e in active(context) if _of_metastasis(e, code) and affirms(e.words, pattern)]
            if described and code in instead_of and new not in context.claim.diagnoses:
                yield Draft(
                    f"{code} is for other sites; from {_FY2027} the charted site has {new}",
                    diagnoses=(code,),
                    evidence=(list_evidence(context.claim), *described[0].evidence("description", "code")),
                    fixes=replacement(context.claim, code, new),
                    subject=f"{code} {new}",
                )


def _of_metastasis(entry: Charted, code: str) -> bool:
    if entry.code:
        return is_secondary(entry.code) and entry.code[:3] == code[:3]
    return entry.secondary


@rule(
    "DXC205",
    "unspecified-though-documented",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.B.2, I.B.13 and I.B.18"),),
)
def unspecified_though_documented(context: Context) -> Iterator[Draft | NotChecked]:
    """Unspecified though documented.

    What it finds: A code of an unspecified site, side, lobe or quadrant, while the chart names it.
    Why it matters: Unspecified is right only when the record is silent; payers deny codes without a side.
    What the chart must show: The side, quadrant, lobe or part.
    Example: C50.919 with "right breast, upper outer quadrant" in the chart is C50.411; C34.90 with C34.11 charted is
        C34.11.
    Fix: Take the charted code, or the one its side field leads to (safe when only one fits); one that free words lead
        to is for a person (review).
    Authority: ICD-10-CM Official Guidelines I.B.2 (greatest specificity), I.B.13 (laterality), I.B.18 (unspecified).
    """
    if context.claim.diagnoses and (gap := context.once(uncovered)):
        yield NotChecked(gap)
        return
    vague = [code for code in dict.fromkeys(context.claim.diagnoses) if _UNSPECIFIED in label_of(context, code)]
    if not vague:
        return
    if context.chart.diagnoses is None:
        yield NotChecked(f"the chart lists no diagnoses, so nothing more is known of {', '.join(vague)}")
        return
    for code in vague:
        by_code = _charted_codes(context, code)
        found = by_code or _described(context, code)
        if found:
            restated = bool(by_code) and code not in listed_codes(context)
            yield _draft(context, code, found, certain=restated)


def _draft(context: Context, code: str, found: dict[str, Charted], *, certain: bool) -> Draft:
    by_field = all(entry.diagnosis.laterality and place_in(entry.words) is None for entry in found.values())
    grade: Grade = "safe" if len(found) == 1 and (certain or by_field) else "review"
    names = " or ".join(found)
    return Draft(
        f"{code} leaves unspecified what the chart names: {names}",
        diagnoses=(code,),
        evidence=(
            list_evidence(context.claim),
            *(item for entry in found.values() for item in entry.evidence("code", "laterality", "description")),
        ),
        fixes=tuple(fix for new in tuple(found)[:_OFFERED] for fix in replacement(context.claim, code, new, grade)),
        subject=code,
    )


def _charted_codes(context: Context, code: str) -> dict[str, Charted]:
    """Give charted codes of the same category that say more; none when the claim has one of them already."""
    found: dict[str, Charted] = {}
    label, day = label_of(context, code), context.once(day_of_claim)
    for entry in active(context):
        other = entry.code
        if day is None or other[:3] != code[:3] or other == code or not other:
            continue
        if _says_more(code, label, label_of(context, other)):
            if other in context.claim.diagnoses:
                return {}
            if context.reference.codesets.diagnosis(other, day).billable:
                found.setdefault(other, entry)
    return found


def _says_more(code: str, label: str, other: str) -> bool:
    """Tell whether another title says all that this one says, and less of it is unspecified."""
    if side_in(label) and side_in(label) != side_in(other):
        return False
    more = label.count(_UNSPECIFIED) > other.count(_UNSPECIFIED)
    return more and (bool(_WHOLE_CATEGORY.fullmatch(code)) or words_of(label) <= words_of(other))


def _described(context: Context, code: str) -> dict[str, Charted]:
    """Give the code whose title has just the side and place that the chart adds, by the entries that speak of it."""
    label = label_of(context, code)
    known = words_of(label)
    found: dict[str, Charted] = {}
    for entry in active(context):
        if not _speaks_of(entry, code, label):
            continue
        side = {entry.side} & {RIGHT, LEFT} if not side_in(label) else set()
        place = place_in(entry.words) or frozenset()
        for words in (known | place, known & _TUMOR | place, known):  # the title of a part may leave out the organ
            if (place or side) and (match := _titled(context, code, words | side)):
                found.setdefault(match, entry)
                break
    return {} if any(match in context.claim.diagnoses for match in found) else found


def _speaks_of(entry: Charted, code: str, label: str) -> bool:
    """Tell whether an entry is about a billed code: by the same code, or without one by the organ's name and role."""
    if entry.code:
        return entry.code == code
    return entry.secondary == is_secondary(code) and names_organ(entry.words, label)


def _titled(context: Context, code: str, words: frozenset[str]) -> str:
    if words == words_of(label_of(context, code)):
        return ""
    found = [other for other in family(context, code) if words_of(label_of(context, other)) == words]
    return found[0] if len(found) == 1 else ""


@rule("DXC219", "unspecified-beside-specific", Severity.WARNING, authority=(icd10cm_guidelines("I.B.2 and I.B.18"),))
def unspecified_beside_specific(context: Context) -> Iterator[Draft | NotChecked]:
    """Unspecified beside specific.

    What it finds: A tumor code of an unspecified site or side on a claim that lists a code of the same category which
        says all of it and more.
    Why it matters: Unspecified is for a record that is silent; beside the specific code it tells the tumor twice, or a
        second tumor that nobody placed.
    What the chart must show: One tumor, or two; silent where the chart lists both codes.
    Example: C34.90 beside C34.11.
    Fix: Leave the specific code alone, its pointers joined (review).
    Authority: ICD-10-CM Official Guidelines I.B.2 and I.B.18.
    """
    listed = tuple(dict.fromkeys(context.claim.diagnoses))
    tumors = [code for code in listed if is_neoplasm(code)]
    if len(tumors) < 2 or len({code[:3] for code in tumors}) == len(tumors):
        return
    if gap := context.once(uncovered):
        yield NotChecked(gap)
        return
    for code in tumors:
        label = label_of(context, code)
        more = [o for o in tumors if o[:3] == code[:3] and _says_more(code, label, label_of(context, o))]
        if more and code not in listed_codes(context):
            yield Draft(
                f"{code} leaves unspecified what {more[0]} says; both are listed",
                diagnoses=(code, more[0]),
                evidence=(list_evidence(context.claim),),
                fixes=replacement(context.claim, code, more[0]),
                subject=code,
            )
