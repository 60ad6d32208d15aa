"""Which drug an administration gave, and its class: the charted class first, then code, then exact name."""

from __future__ import annotations

import re
from functools import lru_cache

from onco_tui.codesets.drugs import Drug, DrugTable
from onco_tui.encounter.chart import Administration, DrugClass

_CLASS_OF_TABLE: dict[str, DrugClass] = {
    "chemo_infusion": "chemotherapy",
    "chemo_push": "chemotherapy",
    "nonhormonal_chemo_or_complex_injection": "chemotherapy",
    "intravesical_or_local_instillation": "chemotherapy",
    "complex_biologic_infusion": "complex_biologic",
    "hormonal_injection": "hormonal",
    "therapeutic": "therapeutic",
    "therapeutic_injection": "therapeutic",
    "hydration": "hydration",
    "radiopharmaceutical": "radiopharmaceutical",
    "cell_therapy": "other",
}
_STRENGTH = re.compile(r"\s+[\d.,]+\s*(mg|mcg|g|ml|l|units?)\b.*$")
_LABELER = re.compile(r"\s*\([^()]*\)$")


def drug_of(administration: Administration, drugs: DrugTable) -> Drug | None:
    """Find the drug: by its charted code, else by an exact name that leads to one code only."""
    if administration.hcpcs:
        return drugs.by_code(administration.hcpcs)
    found = drugs.by_name(administration.drug)
    return found[0] if len(found) == 1 else None


def class_of(administration: Administration, drugs: DrugTable) -> DrugClass | None:
    """Give the drug's class; None when the chart names none and the table does not know the drug."""
    return administration.drug_class or known_class(administration, drugs)


def known_class(administration: Administration, drugs: DrugTable) -> DrugClass | None:
    """Give the class the table knows for the drug, whatever the chart says; None when it knows none."""
    return _class_named(administration.hcpcs, administration.drug, drugs)


@lru_cache(maxsize=4096)
def _class_named(code: str | None, name: str | None, drugs: DrugTable) -> DrugClass | None:
    by_code = drugs.by_code(code)
    candidates = (by_code,) if by_code else drugs.by_name(name) or drugs.all_of_ingredient(name)
    classes = {_CLASS_OF_TABLE[drug.admin_class] for drug in candidates if drug.admin_class in _CLASS_OF_TABLE}
    return classes.pop() if len(classes) == 1 else None


def same_drug_key(administration: Administration, drugs: DrugTable) -> str:
    """Give a text that is equal for two administrations of one drug, by code, name or package code as charted.

    Strength, labeler and biosimilar suffix do not count: products the table knows go by their ingredient. An
    administration that names nothing is a drug of its own.
    """
    named = _substance_named(administration.hcpcs, administration.drug, drugs)
    return named or administration.hcpcs or administration.ndc or f"administration {administration.id}"


@lru_cache(maxsize=4096)
def _substance_named(code: str | None, drug: str | None, drugs: DrugTable) -> str:
    by_code = drugs.by_code(code)
    if by_code is not None and by_code.admin_class != "not_otherwise_classified":
        return _substance(by_code)
    if drug and (name := " ".join(drug.casefold().split())):
        if any(character.isdigit() for character in name):
            name = _STRENGTH.sub("", name) or name
        known = drugs.by_name(name)
        if not known and name.endswith(")"):
            known = drugs.by_name(_LABELER.sub("", name))
        substances = {_substance(drug) for drug in known}
        return substances.pop() if len(substances) == 1 else name
    return ""


def _substance(drug: Drug) -> str:
    return drug.ingredient or drug.generic.casefold()
