"""The administration codes and what each stands for; enough to say how two of them differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal["hydration", "therapeutic", "chemotherapy", "catheter", "pump", "transfusion", "unlisted"]
Form = Literal["infusion", "push", "injection", "other"]
Place = Literal["initial", "hour", "sequential", "concurrent", "next", "repeat", "alone"]


@dataclass(frozen=True, slots=True)
class Kind:
    """How a code is placed in a visit: ``96417`` is a sequential chemotherapy infusion."""

    family: Family
    form: Form
    place: Place


KINDS: dict[str, Kind] = {
    "36430": Kind("transfusion", "other", "alone"),
    "36591": Kind("catheter", "other", "alone"),
    "36592": Kind("catheter", "other", "alone"),
    "36593": Kind("catheter", "other", "alone"),
    "51720": Kind("chemotherapy", "other", "alone"),
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
    "96379": Kind("unlisted", "other", "alone"),
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
    "96549": Kind("unlisted", "other", "alone"),
    "C8957": Kind("pump", "other", "alone"),
    "G0498": Kind("pump", "other", "alone"),
}

INITIAL = frozenset(code for code, kind in KINDS.items() if kind.place == "initial")
HOURS = frozenset(code for code, kind in KINDS.items() if kind.place == "hour")
INJECTIONS = frozenset(code for code, kind in KINDS.items() if kind.form == "injection")
DRAWS = frozenset({"36591", "36592"})
# Reported only when nothing but laboratory services is.
ONLY_ALONE = DRAWS | {"96523"}
_LABORATORY = frozenset({"36415", "36416", "G0103", "G0306", "G0307"})
PUMP_STARTS = frozenset({"96416", "G0498", "C8957", "96425"})
# Fee schedule indicator 0: the physician's own work, outside the rules on nurses' services and on facility places.
PHYSICIAN_WORK = frozenset({"51720", "96405", "96406", "96440", "96446", "96450", "96542"})
# What the facility reports where a practitioner gives it in a hospital or surgery center.
FACILITY_PLACES = frozenset({"19", "21", "22", "23", "24"})
FACILITY_REPORTS = frozenset(KINDS) - PHYSICIAN_WORK
# What a nurse's visit and venous access are part of.
GIVEN = frozenset(code for code in FACILITY_REPORTS if KINDS[code].family not in {"catheter", "transfusion"})

HOSPITAL_VISITS = frozenset({"G0463", "99281", "99282", "99283", "99284", "99285"})

# Codes billed for one another although their forms have nothing in common.
_EXCHANGED = (
    frozenset({"36591", "36592"}),
    frozenset({"96369", "96372"}),
    frozenset({"96405", "96406"}),
    frozenset({"96420", "96422", "96425"}),
    frozenset({"96440", "96446"}),
    frozenset({"96450", "96542"}),
)

# Relative worth, CMS fee schedule relative values RVU23D (non-facility total): only to say "over" or "under".
_WORTH = {
    "96440": 2254, "96446": 569, "96425": 506, "96450": 493, "96422": 472, "96369": 418, "96406": 392,
    "96413": 390, "96542": 387, "96416": 383, "G0498": 383, "C8957": 383, "96521": 377, "96522": 348, "96420": 307,
    "96409": 301, "96405": 251, "96423": 218, "96401": 217, "96417": 192, "96365": 191, "96371": 168, "96411": 165,
    "96374": 111, "96402": 101, "36593": 99, "96360": 97, "36592": 87, "96367": 86, "96415": 84, "36591": 80,
    "96523": 76, "96366": 61, "96368": 59, "96377": 55, "96373": 54, "96375": 46, "96370": 46, "96372": 42,
    "96361": 38,
}  # fmt: skip


def is_service(code: str) -> bool:
    """Tell services from laboratory tests, drugs and supplies."""
    if code in _LABORATORY or (code.startswith("8") and code.isdigit()) or code.endswith("U"):
        return False
    return code in KINDS or code[:1].isdigit() or code.startswith("G")


def pays_more(billed: str, derived: str) -> bool:
    """Tell whether the billed code is worth more than the derived one."""
    return _WORTH.get(billed, 0) > _WORTH.get(derived, 0)


def distance(billed: str, derived: str) -> int | None:
    """Say how likely one code was billed for the other: 0 to 4, None when they have nothing in common."""
    left, right = KINDS[billed], KINDS[derived]
    if left.family == right.family == "pump" or any({billed, derived} <= codes for codes in _EXCHANGED):
        return 0
    if not _exchangeable(left, right):
        return None
    if left.form == right.form == "injection":
        return 1
    if "other" in {left.form, right.form} or "injection" in {left.form, right.form}:
        return 3 + (left.family != right.family)
    return (left.family != right.family) + (left.form != right.form) + (_is_hour(left) != _is_hour(right))


def _exchangeable(left: Kind, right: Kind) -> bool:
    """Tell whether a coder may take one for the other; an hour stands for a service only of its own kind."""
    alone = {"catheter", "transfusion", "unlisted"}
    if left.family in alone or right.family in alone:
        return False
    if _is_hour(left) or _is_hour(right):
        both_timed = left.form == right.form == "infusion"
        return both_timed and (left.family == right.family or _is_hour(left) == _is_hour(right))
    return True


def _is_hour(kind: Kind) -> bool:
    return kind.place == "hour"
