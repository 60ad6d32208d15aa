"""What a line says of its drug beside the code: the names in its narrative, the codes of its package."""

from __future__ import annotations

import re

from onco_tui.codesets.drugs import DrugTable
from onco_tui.encounter.claim import ClaimLine

LONGEST_NARRATIVE = 80  # SV101-7 and NTE02 take no more
_SHORTEST_NAME = 6
_WORD = re.compile(r"[A-Za-z0-9%+.-]*[A-Za-z0-9]")


def codes_of_names(text: str | None, drugs: DrugTable) -> tuple[str, ...]:
    """Give the codes of every name in a text that the drug table has; short words are no names."""
    words = _WORD.findall((text or "")[:LONGEST_NARRATIVE])
    names = [" ".join(words[at : at + length]) for length in (3, 2, 1) for at in range(len(words) - length + 1)]
    found = [drug.hcpcs for name in names if len(name) >= _SHORTEST_NAME for drug in drugs.by_name(name)]
    return tuple(dict.fromkeys(found))


def may_be(line: ClaimLine, code: str, drugs: DrugTable) -> bool:
    """Tell whether NDC and narrative of a line let it be a drug: they name it, or say nothing."""
    product = drugs.by_ndc(line.ndc.code) if line.ndc else None
    if product:
        return code in product.codes
    named = codes_of_names(line.narrative, drugs)
    if named:
        return code in named
    return not (line.narrative or "").strip()
