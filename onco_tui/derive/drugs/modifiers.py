"""Which modifiers a drug line carries on its date of service: JW and JZ for waste, TB and JG for 340B drugs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onco_tui.codesets.drugs import Drug, DrugTable
from onco_tui.codesets.hcpcs_units import BillingUnit
from onco_tui.codesets.policy import Policy
from onco_tui.derive.drugs.packaging import packages_drugs, why_perhaps_packaged
from onco_tui.derive.drugs.reading import Part
from onco_tui.derive.drugs.waste import JW_FROM, JZ_FROM
from onco_tui.derive.result import Choice
from onco_tui.encounter.claim import Claim

_TB_ALONE_FROM = date(2025, 1, 1)
_EVERYONE_FROM = date(2024, 1, 1)
_HOSPITALS_FROM = date(2018, 1, 1)
_BLOOD = "P9"
_RURAL_CLINIC_OR_HEALTH_CENTRE = {"50", "72"}


def without_waste_modifiers(claim: Claim, unit: BillingUnit, drug: Drug | None) -> str:
    """Say why neither JW nor JZ applies whatever the container; empty when they do."""
    if unit.code.startswith(_BLOOD):
        return "blood products carry neither JW nor JZ"
    if unit.oral:
        return "oral drugs carry neither JW nor JZ"
    if claim.place_of_service in _RURAL_CLINIC_OR_HEALTH_CENTRE:
        return "rural health clinics and health centres report neither JW nor JZ"
    if drug and drug.admin_class == "hydration" and claim.claim_type == "institutional":
        return "hydration fluid is packaged for hospitals: neither JW nor JZ"
    return ""


@dataclass(frozen=True, slots=True)
class LineRules:
    """What decides the modifiers of a line: date, payer's policy, claim, and how the drug was bought."""

    on: date
    policy: Policy
    claim: Claim
    bought_340b: bool

    def choices(self, code: str, parts: Iterable[Part]) -> tuple[Choice, ...]:
        """Turn units into lines with their modifiers.

        JW is required from 2017-01-01, JZ from 2023-07-01 (CMS Claims Processing Manual chapter 17 section 40). Before
        2017 administered and discarded units stand on one line.
        """
        lines: list[Choice] = []
        bought = self.acquisition_modifiers
        for part in parts:
            together = part.administered + (part.discarded if self.on < JW_FROM else 0)
            attest = part.attested == "nothing_discarded" and self.on >= JZ_FROM and self.policy.jw_jz_required
            if together:
                lines.append(Choice(code, Decimal(together), (*(("JZ",) if attest else ()), *bought)))
            if part.discarded and self.on >= JW_FROM:
                lines.append(Choice(code, Decimal(part.discarded), ("JW", *bought)))
        return tuple(lines)

    def caveat(self, lines: Sequence[Choice], drugs: DrugTable) -> tuple[str, ...]:
        """Say of lines with JW or JZ when a hospital or surgery center may not be paid for the drug separately."""
        if not packages_drugs(self.claim) or not any({"JW", "JZ"}.intersection(c.modifiers) for c in lines):
            return ()
        reason = why_perhaps_packaged(lines[0].code, sum((c.units for c in lines), Decimal(0)), drugs)
        return (reason,) if reason else ()

    @property
    def acquisition_modifiers(self) -> tuple[str, ...]:
        """The 340B modifier: TB for everyone from 2025, before that JG for hospitals (all entities in 2024)."""
        if not self.bought_340b or not self.policy.medicare:
            return ()
        if self.on >= _TB_ALONE_FROM:
            return ("TB",)
        hospital = self.claim.claim_type == "institutional"
        return ("JG",) if self.on >= (_HOSPITALS_FROM if hospital else _EVERYONE_FROM) else ()

    @property
    def other_acquisition_modifier(self) -> str:
        """Before 2025 exempt hospitals used TB where others used JG; empty when there is no choice."""
        return "TB" if self.acquisition_modifiers == ("JG",) else ""
