"""Modifiers that tell services of one date apart: 59, or XE, XS and XU where the payer wants them.

The pairs are NCCI procedure-to-procedure edits of modifier indicator 1, from the code sets at hand; where those know
nothing of a pair on a date, as they were on 2024-07-01 in both the practitioner and the hospital table. For their use
see the NCCI Policy Manual ch. I E and ch. XI B.2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from onco_tui.codesets.answers import PairAnswer
from onco_tui.codesets.editions import ClaimType
from onco_tui.codesets.lookups import CodeSets
from onco_tui.codesets.policy import Policy
from onco_tui.derive.administration.initial import INITIAL_RANK
from onco_tui.derive.administration.sheet import Earned

_INJECTIONS = ("96372", "96377")
_IV_INITIALS = ("96360", "96365", "96374")
_IV_ALL = ("36430", "96360", "96361", "96365", "96366", "96367", "96368", "96374", "96375", "96376", *_INJECTIONS)
_REFILLS = ("96521", "96522")
# Of 2024-07-01: the first code pays, the others take the modifier.
_PAIRS: dict[str, frozenset[str]] = {
    "96413": frozenset((*_IV_INITIALS, *_INJECTIONS, "96409", *_REFILLS)),
    "96409": frozenset(("96360", "96365", *_INJECTIONS, "96374", *_REFILLS)),
    "96365": frozenset(("96360", *_INJECTIONS, "96374")),
    "96374": frozenset(_INJECTIONS),
    "96360": frozenset(("96374", *_INJECTIONS)),
    "96369": frozenset((*_INJECTIONS, "96401", "96402")),
    "96401": frozenset((*_INJECTIONS, *_REFILLS)),
    "96402": frozenset((*_INJECTIONS, *_REFILLS)),
    "96416": frozenset((*_IV_INITIALS, *_INJECTIONS)),
    "G0498": frozenset((*_IV_INITIALS, *_INJECTIONS)),
    "C8957": frozenset((*_IV_INITIALS, *_INJECTIONS)),
    "96425": frozenset((*_IV_INITIALS, "96375", "96376", *_INJECTIONS)),
    "96420": frozenset((*_INJECTIONS, *_REFILLS)),
    "96422": frozenset((*_INJECTIONS, *_REFILLS)),
    "96423": frozenset(_REFILLS),
    "96405": frozenset((*_IV_ALL, "96369", *_REFILLS)),
    "96406": frozenset((*_IV_ALL, "96369", *_REFILLS)),
    "96440": frozenset((*_IV_ALL, *_REFILLS)),
    "96446": frozenset(("36430", *_IV_INITIALS, "96375", "96376", *_INJECTIONS, *_REFILLS)),
    "96450": frozenset((*_IV_ALL, *_REFILLS)),
    "96542": frozenset((*_INJECTIONS, *_REFILLS)),
    "51720": frozenset(_IV_ALL),
}


@dataclass(frozen=True, slots=True)
class PairTable:
    """The pairs that a kind of claim is held to."""

    codesets: CodeSets
    claim_type: ClaimType

    def paid_before(self, codes: frozenset[str], day: date) -> Mapping[str, frozenset[str]]:
        """Give for each of some codes the others of them that pay first on a date, so that it needs a modifier."""
        before: dict[str, set[str]] = defaultdict(set)
        for edit in self.codesets.pairs_among(codes, day, self.claim_type):
            for first, second in _with_modifier(edit):
                before[second].add(first)
        return {code: frozenset(paid) for code, paid in before.items()}


def _with_modifier(edit: PairAnswer) -> Iterable[tuple[str, str]]:
    """Give a pair that is paid with a modifier, what pays without one first; one no table knows as it was in 2024."""
    if edit.known:
        return [(edit.column1, edit.column2)] if edit.modifier_indicator == "1" else []
    either_way = ((edit.column1, edit.column2), (edit.column2, edit.column1))
    return [(first, second) for first, second in either_way if second in _PAIRS.get(first, ())]


def set_apart(earned: Sequence[Earned], policy: Policy, table: PairTable) -> None:
    """Add the modifier each code needs beside the others of its date."""
    days: dict[date, list[Earned]] = defaultdict(list)
    for line in earned:
        days[line.day].append(line)
    for day, lines in days.items():
        if len(lines) > 1:
            _set_day_apart(lines, policy, table.paid_before(frozenset(line.code for line in lines), day))


def _set_day_apart(lines: list[Earned], policy: Policy, paid_before: Mapping[str, frozenset[str]]) -> None:
    """Mark every initial service but the one that pays before the others, then what is paired with the rest."""
    initials = [line for line in lines if line.code in INITIAL_RANK]
    initials.sort(key=lambda line: len(paid_before.get(line.code, frozenset()) & INITIAL_RANK.keys()))
    for line in initials[1:]:
        _mark(line, initials[0], policy)
    for line in lines:
        before = paid_before.get(line.code, frozenset())
        if line.code in INITIAL_RANK:
            before = before - INITIAL_RANK.keys() if line is initials[0] else frozenset()
        if before:
            _mark(line, next(other for other in lines if other.code in before), policy)


def _mark(line: Earned, beside: Earned, policy: Policy) -> None:
    another = (line.visit, line.site) != (beside.visit, beside.site)
    if line.visit != beside.visit:
        modifier, why = "XE", "another visit of the same date"
    elif another and line.code in INITIAL_RANK and beside.code in INITIAL_RANK:
        modifier, why = "XS", "through another access site"
    else:
        modifier, why = "XU", "a service of its own"
    if policy.distinct_service_modifier == "59":
        modifier = "59"
    line.modifiers = (*line.modifiers, modifier)
    line.because = (*line.because, f"modifier {modifier}: beside {beside.code}, {why}")
