"""Kinds of diagnosis codes that cancer coding tells apart, by the chapters and categories of ICD-10-CM."""

from __future__ import annotations

_SECONDARY = frozenset({"C77", "C78", "C79", "C7B"})
_PROCEDURAL = frozenset({"D78", "E89", "G97", "H59", "H95", "I97", "J95", "K91", "K95", "L76", "M96", "N99"})
_ADVERSE, _POISONING = "5", frozenset("1234")


def is_neoplasm(code: str) -> bool:
    """Tell a neoplasm of any behavior, C00-D49."""
    return code[:1] == "C" or (code[:1] == "D" and code[1:3] < "50" and len(code) >= 3)


def is_treatable_neoplasm(code: str) -> bool:
    """Tell a malignant, in situ, uncertain or unspecified neoplasm: C00-C96, D00-D09, D37-D49, D3A."""
    return is_neoplasm(code) and not "D10" <= code[:3] <= "D36"


def is_secondary(code: str) -> bool:
    """Tell a metastasis: C77-C79 and C7B."""
    return code[:3] in _SECONDARY


def is_primary(code: str) -> bool:
    """Tell a malignant tumor of a known primary site, blood and lymph included."""
    return code[:1] == "C" and not is_secondary(code) and code[:3] != "C80"


def is_of_blood(code: str) -> bool:
    """Tell a neoplasm of lymphoid, hematopoietic and related tissue: C81-C96."""
    return "C81" <= code[:3] <= "C96"


def is_adverse_effect(code: str) -> bool:
    """Tell the code that names the drug of an adverse effect, T36-T50 with 5 as its fifth or sixth character."""
    return _drug_effect(code) == _ADVERSE


def is_poisoning(code: str) -> bool:
    """Tell a poisoning by a drug, T36-T50 with 1 to 4 as its fifth or sixth character."""
    return _drug_effect(code) in _POISONING


def is_of_procedure(code: str) -> bool:
    """Tell a complication of a procedure or device: T80-T88 and the intraoperative categories of the body systems."""
    return "T80" <= code[:3] <= "T88" or code[:3] in _PROCEDURAL


def is_anemia(code: str) -> bool:
    """Tell an anemia, D50-D64."""
    return "D50" <= code[:3] <= "D64"


def _drug_effect(code: str) -> str:
    """Give the character of a T36-T50 code that says how the drug harmed; empty for other codes."""
    if not "T36" <= code[:3] <= "T50":
        return ""
    plain = code.replace(".", "")
    if len(plain) >= 6 and plain[5] != "X":
        return plain[5]
    return plain[4:5]
