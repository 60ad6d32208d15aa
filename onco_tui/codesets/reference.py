"""All reference data of one run, gathered in one immutable object that rules and derivation receive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from onco_tui.codesets.codestore import default_folder
from onco_tui.codesets.coverage import CoverageTable, load_coverage
from onco_tui.codesets.diagnosis_facts import DiagnosisFacts
from onco_tui.codesets.drugs import Confidence, DrugTable, load_drugs
from onco_tui.codesets.lookups import CodeSets
from onco_tui.codesets.policy import Policy
from onco_tui.codesets.regimens import RegimenTable, load_regimens
from onco_tui.codesets.rulefile import read_rulefile
from onco_tui.codesets.shipped import data_folder


@dataclass(frozen=True, slots=True)
class CodeFact:
    """What is known of a procedure code: our own short label, dates, fee schedule status."""

    code: str
    label: str
    family: str
    effective_from: date | None
    effective_to: date | None
    replaced_by: tuple[str, ...]
    status: str | None
    pc_tc: int | None
    global_days: str | None
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Reference:
    """Tables by name."""

    drugs: DrugTable
    codes: Mapping[str, CodeFact]
    addon_parents: Mapping[str, frozenset[str]]
    policies: Mapping[str, Policy]
    regimens: RegimenTable
    table_editions: Mapping[str, str]
    coverage: CoverageTable
    codesets: CodeSets
    """Codes, pairs, limits and prices on a date of service; nothing of it is read before the first question."""
    diagnosis_facts: DiagnosisFacts
    """Tables of the diagnosis rules, each read when first asked for."""

    @property
    def editions(self) -> Mapping[str, str]:
        """Say which edition of each table is in use; of code sets that stand side by side, the newest."""
        return {**self.codesets.newest, **self.table_editions}

    def policy_for(self, payer_id: str) -> Policy:
        """Give the payer's policy, or the default one."""
        return self.policies.get(payer_id) or self.policies["default"]

    def label(self, code: str) -> str:
        """Give our short label of a code: the fact's, else the drug's name; empty when unknown."""
        if fact := self.codes.get(code):
            return fact.label
        drug = self.drugs.by_code(code)
        return drug.generic if drug else ""


@cache
def shipped_reference() -> Reference:
    """Read the tables that come with the program; cached, they never change while it runs."""
    return load_reference(data_folder("rulesets"), default_folder())


def load_reference(folder: Path, codes_folder: Path | None = None) -> Reference:
    """Read every table of a rulesets folder; ``codes_folder`` holds the code sets a practice imported itself."""
    drugs = load_drugs(folder / "drugs.json")
    facts = json.loads((folder / "code_facts.json").read_text(encoding="utf-8"))
    addon = json.loads((folder / "ncci_addon.json").read_text(encoding="utf-8"))
    coverage = load_coverage(folder / "coverage.json")
    regimens = load_regimens(folder / "regimens.json")
    codes = {row["code"]: _fact(row) for row in facts["rows"]}
    return Reference(
        drugs=drugs,
        codes=codes,
        addon_parents={row["code"]: frozenset(row["parents"]) for row in addon["rows"]},
        policies=_policies(folder / "payers"),
        regimens=regimens,
        table_editions={
            "drugs": drugs.edition,
            "cpt_status": facts["edition"],
            "ncci_addon": addon["edition"],
            "coverage": coverage.edition,
            "regimens": regimens.edition,
        },
        coverage=coverage,
        codesets=CodeSets(folder / "codes.sqlite", codes_folder, codes, facts["edition"]),
        diagnosis_facts=DiagnosisFacts(folder / "diagnosis"),
    )


def _fact(row: dict[str, object]) -> CodeFact:
    days = {
        name: date.fromisoformat(str(row[name])) if row[name] else None for name in ("effective_from", "effective_to")
    }
    return CodeFact(**(row | days | {"replaced_by": tuple(row["replaced_by"])}))  # type: ignore[arg-type]


def _policies(folder: Path) -> Mapping[str, Policy]:
    policies: dict[str, Policy] = {}
    for path in sorted(folder.glob("*.yaml")):
        policy = read_rulefile(path, Policy)
        policies[policy.name] = policy
        policies.update(dict.fromkeys(policy.payer_ids, policy))
    return policies
