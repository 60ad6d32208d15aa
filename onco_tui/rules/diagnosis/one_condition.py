"""Whether two diagnosis codes tell of one condition, so that the choice between them is another rule's work."""

from __future__ import annotations

from onco_tui.derive.neoplasms import is_neoplasm, is_of_blood, is_secondary
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.additional import excluded
from onco_tui.rules.diagnosis.listing import day_of_claim

_HISTORY = "Z85"
# Ill-defined places and neuroendocrine tumors: another code of the same tumor stands in another category.
_ANYWHERE = frozenset({"C26", "C39", "C76", "C80", "C7A", "C7B", "D3A", "D49"})
_NEAR = (
    frozenset({f"C{number}" for number in range(82, 89)}),
    frozenset({f"C{number}" for number in range(91, 96)}),
    frozenset({f"D{number}" for number in range(50, 78)}),
    frozenset({"R52", "G89", "M54", "M79", "R07", "R10"}),
    frozenset({"J90", "J91"}),
    frozenset({"R18", "K65"}),
    frozenset({"K52", "R19"}),
    frozenset({"M80", "M84"}),
    frozenset({"F17", "Z72", "Z87"}),
)
_ABSENCE = "Z90"
_ANY_METASTASIS = "C79.9"
# Unspecified and other sites of a metastasis: another site of the category may be the same one, told better.
_VAGUE = frozenset({"C77.9", "C78.30", "C78.39", "C78.80", "C78.89", "C79.10", "C79.40", "C79.49", "C79.89"})
_WITHIN = 5  # of a metastasis or a history, the category alone does not name the site


def one_condition(context: Context, code: str, other: str) -> bool:
    """Tell codes of one condition: more or less specific, of another behavior or state, or excluding one another."""
    if code == other:
        return True
    histories = context.reference.diagnosis_facts
    if code.startswith(_HISTORY) or other.startswith(_HISTORY):
        past, now = (code, other) if code.startswith(_HISTORY) else (other, code)
        if now.startswith(_HISTORY):
            return past[:_WITHIN] == now[:_WITHIN]
        return now.startswith(_ABSENCE) or histories.is_history_of(past, now)
    if is_neoplasm(code) and is_neoplasm(other):
        return _one_tumor(code, other) or excluded(context, code, other)
    near = code[:3] == other[:3] or any({code[:3], other[:3]} <= categories for categories in _NEAR)
    return near or excluded(context, code, other)


def is_condition(context: Context, code: str) -> bool:
    """Tell billable codes of what a patient has: no encounter, status or outer cause, nor the drug of an effect."""
    if not code or not (code.startswith(_HISTORY) or (code[0] < "V" and not "T36" <= code[:3] <= "T50")):
        return False
    day = context.once(day_of_claim)
    return day is not None and bool(context.reference.codesets.diagnosis(code, day).billable)


def _one_tumor(code: str, other: str) -> bool:
    if {code[:3], other[:3]} & _ANYWHERE or _ANY_METASTASIS in {code, other}:
        return True
    if is_secondary(code) and is_secondary(other):
        vague = code[:3] == other[:3] and not _VAGUE.isdisjoint({code, other})
        return vague or code[:_WITHIN] == other[:_WITHIN]
    if is_secondary(code) or is_secondary(other):
        return is_of_blood(code) or is_of_blood(other)
    near = code[:3] == other[:3] or any({code[:3], other[:3]} <= categories for categories in _NEAR)
    return near or _behavior(code) != _behavior(other)


def _behavior(code: str) -> str:
    """Give C for malignant, else D with 0 for in situ, 1 to 3 for benign and 3 and 4 for uncertain."""
    return code[:1] if code[:1] == "C" else code[:2]
