"""National drug codes: the three 10-digit forms and the 11-digit form claims need.

The FDA assigns 10 digits as labeler-product-package in the patterns 4-4-2, 5-3-2 and 5-4-1; HIPAA transactions carry
11 digits as 5-4-2, each part padded with a leading zero, without hyphens.
"""

from __future__ import annotations

import re
from functools import lru_cache

_FORMS = {(4, 4, 2), (5, 3, 2), (5, 4, 1), (5, 4, 2)}
_QUALIFIER = re.compile(r"^N4\s*", re.IGNORECASE)
_LONGEST = 20
_DIGITS = 11


class NdcError(ValueError):
    """A national drug code that cannot be put into 11 digits; the message says why."""


def ndc11(text: str) -> str:
    """Give an NDC as 11 digits: ``0006-3026-02`` and ``N400006302602`` are ``00006302602``.

    Raises NdcError for letters, wrong group lengths, or 10 digits without hyphens, which could be any of three codes.
    """
    if len(text) == _DIGITS and text.isascii() and text.isdigit():
        return text
    if len(text.strip()) > _LONGEST:
        raise NdcError("longer than an NDC")
    return _digits(text.strip())


@lru_cache(maxsize=4096)
def _digits(text: str) -> str:
    written = _QUALIFIER.sub("", text).strip()
    groups = re.split(r"[-\s]", written)
    if not all(group.isascii() and group.isdigit() for group in groups):
        raise NdcError("an NDC is made of digits and hyphens")
    if len(groups) == 1:
        if len(written) == _DIGITS:
            return written
        if len(written) == 10:
            raise NdcError("10 digits without hyphens can be three different codes; write the hyphens")
        raise NdcError(f"{len(written)} digits; an NDC has 10 with hyphens or 11 without")
    if tuple(len(group) for group in groups) not in _FORMS:
        raise NdcError("the hyphens must divide an NDC 4-4-2, 5-3-2, 5-4-1 or 5-4-2")
    labeler, product, package = groups
    return f"{labeler:0>5}{product:0>4}{package:0>2}"


def hyphenated(ndc: str) -> str:
    """Write an 11-digit NDC as 5-4-2 for people: ``00006-3026-02``."""
    return f"{ndc[:5]}-{ndc[5:9]}-{ndc[9:]}"
