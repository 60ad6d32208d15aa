"""What a payer wants where published authorities differ: switches read from ``rulesets/payers``, never constants."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Policy(BaseModel):
    """One payer's switches. The defaults are the Medicare fee-for-service reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "default"
    payer_ids: tuple[str, ...] = ()
    medicare: bool = True
    missing_stop: Literal["query", "push", "unbillable"] = "push"
    hydration_segments: Literal["add_up", "stand_alone"] = "add_up"
    concurrent_overlap: Literal["any_overlap", "mostly_overlapping", "sixteen_minutes_apart"] = "sixteen_minutes_apart"
    net_overlap_from_hours: bool = False
    same_drug_repeat_infusion: Literal["add_time", "separate"] = "add_time"
    same_drug_syringes: Literal["one_push", "each_push"] = "one_push"
    jw_jz_required: bool = True
    injection_only_codes: tuple[str, ...] = ()
    free_drug_charge: Decimal = Decimal("0.01")
