"""Reads the billing unit out of a HCPCS Level II long descriptor: ``Injection, pembrolizumab, 1 mg`` is 1 mg.

The descriptors are CMS's own and in the public domain. They follow habits, not a grammar: the amount stands last,
"up to" caps what one unit pays, and "per treatment" or "per vial" counts pieces whatever they hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Basis = Literal["amount", "up_to", "dose", "vial", "unlisted", "none"]
"""What one billing unit counts: an amount, any amount up to a limit, one administration, one vial; an unlisted code
has no unit, and "none" is a descriptor without a drug amount."""


@dataclass(frozen=True, slots=True)
class DescribedUnit:
    """One billing unit as a descriptor words it; ``counts`` names the first ingredient of a combination."""

    quantity: Decimal | None
    unit: str | None
    basis: Basis
    counts: str = ""


_UNITS: tuple[tuple[str, str], ...] = (
    (r"milligrams?|mgs?", "mg"),
    (r"micrograms?|mcgs?", "mcg"),
    (r"grams?|gms?|g", "g"),
    (r"milliliters?|millilitres?|mls?|ccs?", "mL"),
    (r"millicuries?|mci", "mCi"),
    (r"microcuries?|uci", "uCi"),
    (r"meqs?|milliequivalents?", "mEq"),
    (r"million (?:international )?(?:units?|i\.?u\.?)", "million units"),
    (r"million plaque[- ]forming units?(?: \(pfu\))?", "million pfu"),
    (r"billion vector genomes?", "billion vg"),
    (r"(?:kallikrein inhibitor units?|kiu)", "kiu"),
    (r"square centimeters?|sq\.? ?cm", "cm2"),
    (r"(?:usp |allergy |amb a 1-)?units?(?: i\.u\.)?", "units"),
    (r"(?:factor [ivx]+ )?i\.?u\.?|international units?", "iu"),
)
_UNIT = "|".join(f"(?:{pattern})" for pattern, _ in _UNITS)
_AMOUNT = re.compile(rf"(?P<number>\d[\d,]*(?:\.\d+)?|\.\d+)\s?-?(?P<unit>{_UNIT})(?![a-z0-9])")
_BARE = re.compile(rf"\bper\s+(?P<unit>{_UNIT})(?![a-z0-9])")
_PER_VIAL = re.compile(r"\bper (?:single[- ](?:use|dose) )?vial\b|\d i\.?u\.? vial\b")
_PER_DOSE = re.compile(
    r"\b(?:per|each) (?:single )?(?:therapeutic |study |treatment |diagnostic |unit )?"
    r"(?:dose|treatment|infusion|instillation|implant|course|application|insert|billable)\b"
    r"|\bper \d+ days?\b|\bdays of therapy\b|\bunit dose form \(|\bunit dosage form\b"
)
_RANGE = re.compile(r"\b(?:less than|greater than|more than|over) (?:or equal to )?[\d.]+\s?(?:mg|cc|ml|iu)\b")
_UNLISTED = re.compile(
    r"^unclassified|^unlisted|not otherwise classified|^noc drugs|^compounded drug|"
    r"^(?:prescription drug|antiemetic drug|radiopharmaceutical)\b.*(?:\bnos\b|not otherwise specified)"
)
_CONTAINER = re.compile(r",? provided in .*$")
_LEAD = re.compile(r"^(?:injection|inj|infusion|instillation|injectable)\b,?\s*")
_ASIDE = re.compile(r"\([^()]*\)")
_EQUATION = re.compile(rf"\((?P<number>[\d,.]+)\s?(?P<unit>{_UNIT})\s?=\s?1\s?unit\)")


def described_unit(descriptor: str) -> DescribedUnit:
    """Read the billing unit from a long descriptor; basis "none" when it names no amount."""
    text = " ".join(descriptor.casefold().split())
    if _UNLISTED.search(text) and not _AMOUNT.search(text):
        return DescribedUnit(None, None, "unlisted")
    if _PER_VIAL.search(text):
        return DescribedUnit(Decimal(1), "vial", "vial")
    if equation := _EQUATION.search(text):
        return _amount(equation["number"], equation["unit"], "amount")
    if _PER_DOSE.search(text) or _RANGE.search(text):
        return DescribedUnit(Decimal(1), "dose", "dose")
    if text.endswith("each unit"):
        return DescribedUnit(Decimal(1), "units", "amount")
    bare = _CONTAINER.sub("", _ASIDE.sub(" ", text))
    return _last_amount(bare, text) or _last_amount(text, text) or DescribedUnit(None, None, "none")


def _last_amount(text: str, whole: str) -> DescribedUnit | None:
    found = list(_AMOUNT.finditer(text))
    each = _BARE.search(text)
    if each and not any(_is_amount(text, match) for match in found):
        return _amount("1", each["unit"], "amount")
    found = [match for match in found if _is_amount(text, match)] or found[:1]
    if not found:
        return None
    if per := [match for match in found if text[: match.start()].endswith(" per ")]:
        return _amount(per[0]["number"], per[0]["unit"], "amount")
    first, last = found[0], found[-1]
    if re.search(r"\band\b|/", text[first.end() : last.start()]):
        if total := re.search(rf"\((?P<number>[\d.]+)\s?(?P<unit>{_UNIT})\)", whole):
            return _amount(total["number"], total["unit"], "amount")
        counts = _ingredient(text[: first.start()]) or text[first.end() : last.start()].partition(" and ")[0].strip()
        return _amount(first["number"], first["unit"], _limit(text, first.start()), counts)
    return _amount(last["number"], last["unit"], _limit(text, last.start()))


def _is_amount(text: str, match: re.Match[str]) -> bool:
    return not re.match(r"\s?/\s?ml\b", text[match.end() :])


def _limit(text: str, position: int) -> Basis:
    return "up_to" if text[:position].rstrip().endswith("up to") else "amount"


def _amount(number: str, unit: str, basis: Basis, counts: str = "") -> DescribedUnit:
    name = next(name for pattern, name in _UNITS if re.fullmatch(pattern, unit))
    return DescribedUnit(Decimal(number.replace(",", "").rstrip(".")), name, basis, counts)


def _ingredient(before: str) -> str:
    return re.sub(r",?\s*(?:per|up to)?\s*$", "", _LEAD.sub("", before)).strip(" ,")


_TAIL = re.compile(rf",?\s*(?:per|up to)?\s*(?:{_AMOUNT.pattern}).*$")


def described_name(descriptor: str) -> str:
    """Give the drug's name as the descriptor words it, without amount and dosage form."""
    text = _LEAD.sub("", " ".join(descriptor.casefold().split()))
    return re.sub(r",?\s*per\s*$", "", _TAIL.sub("", text)).strip(" ,")
