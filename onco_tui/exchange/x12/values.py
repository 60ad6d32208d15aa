"""Reads element values of X12: amounts, dates, whole numbers. Each answers None for text that is not one."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

_AMOUNT = re.compile(r"-?(?:\d{1,12}(?:\.\d{0,6})?|\.\d{1,6})", re.ASCII)
_WHOLE = re.compile(r"\d{1,6}", re.ASCII)
_POINTER = re.compile(r"(\d{1,6})(?:\.0*)?", re.ASCII)
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)


def amount(text: str) -> Decimal | None:
    """Read a number of type R: ``79.04``, ``.5``, ``-12.``."""
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


def whole(text: str) -> int | None:
    """Read a whole number without sign."""
    return int(text) if _WHOLE.fullmatch(text) else None


def pointer(text: str) -> int | None:
    """Read a diagnosis pointer, also one written with decimals: ``2``, ``2.00``."""
    match = _POINTER.fullmatch(text)
    return int(match[1]) if match else None


def day(text: str) -> date | None:
    """Read a date of format D8: ``20260302``."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def days(text: str) -> tuple[date, date | None] | None:
    """Read a date (D8) or a range of dates (RD8): ``20260302-20260304``."""
    begin, dash, end = text.partition("-")
    first, last = day(begin), day(end) if dash else None
    if first is None or (dash and last is None):
        return None
    return first, last
