"""Modifiers that set two services of a day apart, and those that only look as if they did."""

from __future__ import annotations

from datetime import date

from onco_tui.encounter.claim import ClaimLine

DISTINCT = frozenset({"59", "XE", "XP", "XS", "XU"})
VISIT = frozenset({"24", "25", "57"})
_OTHER = frozenset(
    {"27", "58", "78", "79", "91", "LT", "RT", "LC", "LD", "RC", "LM", "RI"}
    | {f"E{eyelid}" for eyelid in "1234"}
    | {f"F{finger}" for finger in "A123456789"}
    | {f"T{toe}" for toe in "A123456789"}
)
_EYE_VISITS = frozenset({"92002", "92004", "92012", "92014"})
# CMS change request 11168: since then 59 and X modifiers count on either code of a pair, before only on column two.
_EITHER_COLUMN = date(2019, 7, 1)


def is_visit(code: str) -> bool:
    """Tell evaluation and management codes, on which alone 24, 25 and 57 count; HCPCS has some among its G codes."""
    return "99091" <= code <= "99499" or code in _EYE_VISITS or code[:1] == "G"


def set_apart(column1: ClaimLine, column2: ClaimLine, day: date) -> bool:
    """Tell whether a modifier bypasses an edit of indicator 1; 22, 76 and 77 never do."""
    return _apart(column2) or _apart(column1, distinct=day >= _EITHER_COLUMN)


def _apart(line: ClaimLine, *, distinct: bool = True) -> bool:
    carried = frozenset(line.modifiers)
    if carried & _OTHER or (distinct and carried & DISTINCT):
        return True
    return bool(carried & VISIT) and is_visit(line.code)
