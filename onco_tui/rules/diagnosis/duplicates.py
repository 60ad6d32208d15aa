"""Diagnoses listed twice: the same code again, or right and left where one code says both."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from onco_tui.rules.authorities import icd10cm_guidelines
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.listing import day_of_claim, label_of, list_evidence, merger, uncovered
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_SIDED = re.compile(r"\b(?:right|left)\b")
_BOTH = re.compile(r"\b(?:bilateral|both)\b")


@rule("DXC209", "diagnosis-twice", Severity.WARNING, authority=(icd10cm_guidelines("I.B.12"),))
def diagnosis_twice(context: Context) -> Iterator[Draft | NotChecked]:
    """Diagnosis twice.

    What it finds: The same diagnosis code listed more than once on a claim.
    Why it matters: A code is reported once for an encounter; payers reject the claim or read past the repetition.
    What the chart must show: Nothing more; the code stays.
    Example: C34.11, Z51.12, C34.11.
    Fix: Keep the first and lead all pointers to it (safe).
    Authority: ICD-10-CM Official Guidelines I.B.12.
    """
    claim = context.claim
    if len(set(claim.diagnoses)) == len(claim.diagnoses):
        return
    repeated = tuple(code for code, count in Counter(claim.diagnoses).items() if code and count > 1)
    if not repeated:
        return
    yield Draft(
        f"{', '.join(repeated)} {'is' if len(repeated) == 1 else 'are'} listed more than once",
        diagnoses=repeated,
        evidence=(list_evidence(claim),),
        fixes=merger(claim, {}, "safe", "list each diagnosis once, pointers following"),
    )


@rule("DXC210", "both-sides-as-two-codes", Severity.WARNING, authority=(icd10cm_guidelines("I.B.13"),))
def both_sides_as_two_codes(context: Context) -> Iterator[Draft | NotChecked]:
    """Both sides as two codes.

    What it finds: A code for the right and one for the left of the same organ, where a code for both sides exists.
    Why it matters: Two codes are right only where no code for both sides exists.
    What the chart must show: Disease on both sides.
    Example: C56.1 and C56.2 are C56.3 from 2021-10-01; right and left breast have no such code.
    Fix: Put the code for both sides in the place of the two (review).
    Authority: ICD-10-CM Official Guidelines I.B.13; the codes in force on the date of service.
    """
    claim = context.claim
    if len(claim.diagnoses) < 2:
        return
    if gap := context.once(uncovered):
        yield NotChecked(gap)
        return
    sided = [code for code in dict.fromkeys(claim.diagnoses) if _SIDED.search(label_of(context, code))]
    for one, other in combinations(sided, 2):
        if both := _both(context, one, other):
            instead = dict.fromkeys((one, other), both)
            yield Draft(
                f"{one} and {other} are two sides of one organ; {both} says both",
                diagnoses=(one, other),
                evidence=(list_evidence(claim),),
                fixes=merger(claim, instead, "review", f"{one} and {other} to {both}"),
                subject=f"{one} {other}",
            )


def _both(context: Context, one: str, other: str) -> str:
    """Give the code for both sides: it differs from the two in the very character in which they differ."""
    if len(one) != len(other) or _unsided(context, one) != _unsided(context, other):
        return ""
    places = [at for at in range(len(one)) if one[at] != other[at]]
    day = context.once(day_of_claim)
    if len(places) != 1 or places[0] <= len("C56") or day is None:
        return ""
    start, end = one[: places[0]], one[places[0] + 1 :]
    family = context.reference.codesets.children(start.rstrip("."), day)
    both = [
        code
        for code in family
        if len(code) == len(one)
        and code.startswith(start)
        and code.endswith(end)
        and _BOTH.search(label_of(context, code))
    ]
    return both[0] if len(both) == 1 else ""


def _unsided(context: Context, code: str) -> str:
    return _SIDED.sub("", label_of(context, code))
