"""Codes that no list has, and the charted service each was meant for. Several rules must agree, or it is told twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.context import Context

WRITTEN = re.compile(r"\d{4}[0-9A-Z]|[A-Z]\d{4}")
_RATE_CODE = re.compile(r"[0-9A-Z]{5}")
_DENTAL = re.compile(r"D\d{4}")


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A line whose code does not exist, and why.

    ``meant`` is the code of the one charted service that is not billed and whose code is written almost the same.
    """

    line: ClaimLine
    why: str
    meant: str = ""


def unknown_codes(context: Context) -> tuple[UnknownCode, ...]:
    """Find lines whose code no list has. Use it through ``context.once``."""
    found = [(line, why) for line in context.claim.lines if line.code and (why := _why(context, line))]
    return tuple(UnknownCode(line, why, _meant(context, line)) for line, why in found)


def slips(context: Context) -> Mapping[int, str]:
    """Give the meant code of each line whose code is a slip of the pen. Use it through ``context.once``."""
    return {entry.line.line: entry.meant for entry in context.once(unknown_codes) if entry.meant}


def lines_as_meant(context: Context) -> tuple[ClaimLine, ...]:
    """Give the claim's lines, slips of the pen with the codes they were meant for. Use it through ``context.once``."""
    meant, lines = context.once(slips), context.claim.lines
    return (
        tuple(line.model_copy(update={"code": meant.get(line.line, line.code)}) for line in lines) if meant else lines
    )


def _why(context: Context, line: ClaimLine) -> str:
    day = context.day_of(line)
    if day is None:
        return ""
    if not WRITTEN.fullmatch(line.code):
        rate = not context.practitioner and _RATE_CODE.fullmatch(line.code)
        return "" if rate else "it is not written as a CPT or HCPCS code is"
    answer = context.reference.codesets.procedure(line.code, day)
    if answer.valid is False and not answer.known and not _DENTAL.fullmatch(line.code):
        return f"HCPCS Level II ({answer.edition}) does not list it"
    return ""


def _meant(context: Context, line: ClaimLine) -> str:
    """Give the one supported code of the line's day that is one slip away and not billed in full; empty without one."""
    day = context.day_of(line)
    supported = _units(context.derivation.lines, day)
    billed = _units(context.claim.lines, None)
    lacking = (code for code, units in supported.items() if units > billed.get(code, Decimal(0)))
    near = [code for code in lacking if one_slip(line.code, code)]
    return near[0] if len(near) == 1 else ""


def _units(lines: Iterable[ClaimLine | DerivedLine], day: date | None) -> dict[str, Decimal]:
    units: dict[str, Decimal] = {}
    for line in lines:
        if day is None or line.date_of_service == day:
            units[line.code] = units.get(line.code, Decimal(0)) + line.units
    return units


def one_slip(written: str, code: str) -> bool:
    """Tell whether one character is wrong, too many, too few, or two neighbours changed places."""
    if len(written) == len(code):
        wrong = [at for at, (one, other) in enumerate(zip(written, code, strict=True)) if one != other]
        if len(wrong) == 1:
            return True
        swapped = len(wrong) == 2 and all(other - one == 1 for one, other in pairwise(wrong))
        return swapped and written[wrong[0]] == code[wrong[1]] and written[wrong[1]] == code[wrong[0]]
    short, long = sorted((written, code), key=len)
    return len(long) - len(short) == 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
