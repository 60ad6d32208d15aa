"""Short ways to write a chart with one or two drugs, and to read what was derived from it."""

from __future__ import annotations

from collections.abc import Mapping

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.drug_lines import derive_drug_lines
from onco_tui.derive.result import Choice, Derivation, DerivedLine
from onco_tui.encounter.document import parse_encounter

Line = tuple[str, tuple[str, ...], int]


def chart(*administrations: Mapping[str, object], on: str = "2026-03-02", **claim: object) -> dict[str, object]:
    """Give an encounter document; ``claim`` overrides fields of the claim."""
    return {
        "schema": "onco-encounter/1",
        "encounter_id": "E",
        "coverage": {"payer_id": "MEDICARE_B"},
        "claim": {"date_from": on, **claim},
        "documentation": {
            "administrations": [{"id": f"A{n}"} | dict(given) for n, given in enumerate(administrations, start=1)]
        },
    }


def given(code: str = "", dose: str | None = None, /, **fields: object) -> dict[str, object]:
    """Give an administration; ``dose`` is written "305 mg"."""
    administration: dict[str, object] = {"hcpcs": code} if code else {}
    if dose:
        administration["dose"] = amount(dose)
    return administration | fields


def amount(text: str) -> dict[str, str]:
    """Read "305 mg" into an amount."""
    number, _, unit = text.partition(" ")
    return {"amount": number, "unit": unit}


def vial(content: str, count: object = 1, kind: str | None = "single_dose", **fields: object) -> dict[str, object]:
    """Give opened containers: ``vial("100 mg", 4)``."""
    size, _, unit = content.partition(" ")
    return {"size": size, "unit": unit, "count": count} | ({"container": kind} if kind else {}) | fields


def derive(document: Mapping[str, object]) -> Derivation:
    """Derive drug lines with the shipped tables."""
    return derive_drug_lines(parse_encounter(document), shipped_reference())


def lines(derivation: Derivation) -> list[Line]:
    """Give the derived lines as code, modifiers, units."""
    return [_row(line) for line in derivation.lines]


def readings(derivation: Derivation) -> list[list[Line]]:
    """Give the alternatives of every judgement."""
    return [[_row(choice) for choice in other] for doubt in derivation.judgements for other in doubt.alternatives]


def reasons(derivation: Derivation) -> str:
    """Give the reasons of what was not derived, one a line."""
    return "\n".join(entry.reason for entry in derivation.not_derived)


def _row(line: DerivedLine | Choice) -> Line:
    return (line.code, line.modifiers, int(line.units))
