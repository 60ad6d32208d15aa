"""The administration codes and what each stands for; enough to say how two of them differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal["hydration", "therapeutic", "chemotherapy", "catheter", "pump", "other"]
Form = Literal["infusion", "push", "injection", "other"]
Place = Literal["initial", "hour", "sequential", "concurrent", "next", "repeat", "alone"]


@dataclass(frozen=True, slots=True)
class Kind:
    """How a code is placed in a visit: ``96417`` is a sequential chemotherapy infusion."""

    family: Family
    form: Form
    place: Place


KINDS: dict[str, Kind] = {
    "96360": Kind("hydration", "infusion", "initial"),
    "96361": Kind("hydration", "infusion", "hour"),
    "96365": Kind("therapeutic", "infusion", "initial"),
    "96366": Kind("therapeutic", "infusion", "hour"),
    "96367": Kind("therapeutic", "infusion", "sequential"),
    "96368": Kind("therapeutic", "infusion", "concurrent"),
    "96369": Kind("therapeutic", "other", "alone"),
    "96370": Kind("therapeutic", "other", "hour"),
    "96371": Kind("therapeutic", "other", "next"),
    "96372": Kind("therapeutic", "injection", "alone"),
    "96373": Kind("therapeutic", "other", "alone"),
    "96374": Kind("therapeutic", "push", "initial"),
    "96375": Kind("therapeutic", "push", "next"),
    "96376": Kind("therapeutic", "push", "repeat"),
    "96377": Kind("therapeutic", "injection", "alone"),
    "96379": Kind("other", "other", "alone"),
    "96401": Kind("chemotherapy", "injection", "alone"),
    "96402": Kind("chemotherapy", "injection", "alone"),
    "96405": Kind("chemotherapy", "other", "alone"),
    "96406": Kind("chemotherapy", "other", "alone"),
    "96409": Kind("chemotherapy", "push", "initial"),
    "96411": Kind("chemotherapy", "push", "next"),
    "96413": Kind("chemotherapy", "infusion", "initial"),
    "96415": Kind("chemotherapy", "infusion", "hour"),
    "96416": Kind("pump", "other", "alone"),
    "96417": Kind("chemotherapy", "infusion", "sequential"),
    "96420": Kind("chemotherapy", "other", "alone"),
    "96422": Kind("chemotherapy", "other", "alone"),
    "96423": Kind("chemotherapy", "other", "hour"),
    "96425": Kind("pump", "other", "alone"),
    "96440": Kind("chemotherapy", "other", "alone"),
    "96446": Kind("chemotherapy", "other", "alone"),
    "96450": Kind("chemotherapy", "other", "alone"),
    "96521": Kind("pump", "other", "alone"),
    "96522": Kind("pump", "other", "alone"),
    "96523": Kind("catheter", "other", "alone"),
    "96542": Kind("chemotherapy", "other", "alone"),
    "96549": Kind("other", "other", "alone"),
    "36591": Kind("catheter", "other", "alone"),
    "36592": Kind("catheter", "other", "alone"),
    "36593": Kind("catheter", "other", "alone"),
    "C8957": Kind("pump", "other", "alone"),
    "G0498": Kind("pump", "other", "alone"),
}

INITIAL = frozenset(code for code, kind in KINDS.items() if kind.place == "initial")
DRAWS = frozenset({"36591", "36592"})
PUMP_STARTS = frozenset({"96416", "G0498", "C8957", "96425"})

# Relative worth, CMS fee schedule relative values RVU23D (non-facility total): only to say "over" or "under".
_WORTH = {
    "96440": 2254, "96446": 569, "96425": 506, "96450": 493, "96422": 472, "96369": 418, "96406": 392,
    "96413": 390, "96542": 387, "96416": 383, "G0498": 383, "C8957": 383, "96521": 377, "96522": 348, "96420": 307,
    "96409": 301, "96405": 251, "96423": 218, "96401": 217, "96417": 192, "96365": 191, "96371": 168, "96411": 165,
    "96374": 111, "96402": 101, "36593": 99, "96360": 97, "36592": 87, "96367": 86, "96415": 84, "36591": 80,
    "96523": 76, "96366": 61, "96368": 59, "96377": 55, "96373": 54, "96375": 46, "96370": 46, "96372": 42,
    "96361": 38,
}  # fmt: skip


def pays_more(billed: str, derived: str) -> bool:
    """Tell whether the billed code is worth more than the derived one."""
    return _WORTH.get(billed, 0) > _WORTH.get(derived, 0)


def distance(billed: str, derived: str) -> int | None:
    """Say how likely one code was billed for the other: 0 to 3, None when they have nothing in common."""
    left, right = KINDS[billed], KINDS[derived]
    if left.family == "catheter" or right.family == "catheter":
        return None
    if left.family == right.family == "pump":
        return 0
    if left.form == right.form == "injection":
        return 1
    timed = {"infusion", "push"}
    if left.form not in timed or right.form not in timed:
        return None
    unlike = (left.family != right.family, left.form != right.form, _role(left) != _role(right))
    return sum(unlike)


def _role(kind: Kind) -> str:
    """Additional hours belong to hours; everything else is the first unit of some service."""
    return "hour" if kind.place == "hour" else "service"
