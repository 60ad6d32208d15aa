"""Modifiers that tell services of one date apart: 59, or XE, XS and XU where the payer wants them.

Source of the pairs: NCCI procedure-to-procedure edits among drug administration codes, effective 2024-07-01, modifier
indicator 1 in both the practitioner and the hospital table; NCCI Policy Manual ch. I E and ch. XI B.2 for their use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from onco_tui.codesets.policy import Policy
from onco_tui.derive.administration.initial import INITIAL_RANK
from onco_tui.derive.administration.sheet import Earned

_INJECTIONS = ("96372", "96377")
_IV_INITIALS = ("96360", "96365", "96374")
_IV_ALL = ("36430", "96360", "96361", "96365", "96366", "96367", "96368", "96374", "96375", "96376", *_INJECTIONS)
_REFILLS = ("96521", "96522")
# The first code pays, the others take the modifier.
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


# Turned round: what pays before a code.
_BEFORE = {
    code: frozenset(paid for paid, codes in _PAIRS.items() if code in codes) for code in set().union(*_PAIRS.values())
}


def set_apart(earned: Sequence[Earned], policy: Policy) -> None:
    """Add the modifier each code needs beside the others of its date."""
    days: dict[date, list[Earned]] = defaultdict(list)
    for line in earned:
        days[line.day].append(line)
    for lines in days.values():
        if len(lines) > 1:
            _set_day_apart(lines, policy)


def _set_day_apart(lines: list[Earned], policy: Policy) -> None:
    """Mark every initial service but the one that pays before the others, then what is paired with the rest."""
    initials = sorted((line for line in lines if line.code in INITIAL_RANK), key=_column)
    for line in initials[1:]:
        _mark(line, initials[0], policy)
    present = {line.code for line in lines}
    for line in lines:
        before = _BEFORE.get(line.code, frozenset())
        if line.code in INITIAL_RANK:
            before = before - INITIAL_RANK.keys() if line is initials[0] else frozenset()
        if not present.isdisjoint(before):
            _mark(line, next(other for other in lines if other.code in before), policy)


def _column(line: Earned) -> int:
    """Give the place of an initial service in the pairs: the later pays only with a modifier."""
    return len(_BEFORE.get(line.code, frozenset()) & INITIAL_RANK.keys())


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
