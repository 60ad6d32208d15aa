"""How codes are written: in the tables, and for people."""

from __future__ import annotations

import re

LEVEL_1 = re.compile(r"\d{4}[0-9A-Z]")
LEVEL_2 = re.compile(r"[A-Z]\d{4}")
DIAGNOSIS = re.compile(r"[A-Z][0-9A-Z]{2,6}")


def plain_code(code: str) -> str:
    """Write a code as the tables do: upper case, no dot, no blanks."""
    return code.upper().replace(".", "").replace(" ", "")


def stands_between(plain: str, first: str, last: str) -> bool:
    """Tell whether a code stands under one of two headers or between them; all three written as the tables do."""
    return first <= plain[: len(first)] and plain[: len(last)] <= last


def dotted(code: str) -> str:
    """Write a diagnosis code for people: ``C3411`` is ``C34.11``."""
    code = plain_code(code)
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code
