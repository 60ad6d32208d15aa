"""What changed between two states of a claim, as paths and values a reader of the audit log understands."""

from __future__ import annotations

from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.edits import CLAIM_FIELDS, LINE_FIELDS

Change = dict[str, object]


def describe(before: Claim, after: Claim) -> tuple[Change, Change]:
    """Give the differing parts before and after: ``{"lines[3].units": "4"}``; a missing line is None."""
    old: Change = {}
    new: Change = {}
    _compare("diagnoses", list(before.diagnoses), list(after.diagnoses), old, new)
    head_before, head_after = before.model_dump(mode="json"), after.model_dump(mode="json")
    for field in CLAIM_FIELDS:
        _compare(field, head_before[field], head_after[field], old, new)
    order_before, order_after = [line.line for line in before.lines], [line.line for line in after.lines]
    for number in dict.fromkeys(order_before + order_after):
        _compare_line(number, before.line(number), after.line(number), old, new)
    if sorted(order_before) == sorted(order_after):
        _compare("line order", order_before, order_after, old, new)
    return old, new


def _compare_line(number: int, before: ClaimLine | None, after: ClaimLine | None, old: Change, new: Change) -> None:
    if before is None or after is None:
        _compare(f"lines[{number}]", _whole(before), _whole(after), old, new)
        return
    if before == after:
        return
    left, right = before.model_dump(mode="json"), after.model_dump(mode="json")
    for field in LINE_FIELDS:
        _compare(f"lines[{number}].{field}", left[field], right[field], old, new)


def _whole(line: ClaimLine | None) -> object:
    return None if line is None else line.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _compare(path: str, before: object, after: object, old: Change, new: Change) -> None:
    if before != after:
        old[path], new[path] = before, after
