"""What a payer wants where published authorities differ: switches read from ``rulesets/payers``, never constants."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from onco_tui.codesets.authorizing import Authorizing


class Policy(BaseModel):
    """One payer's switches. The defaults are the Medicare fee-for-service reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "default"
    payer_ids: tuple[str, ...] = ()
    medicare: bool = True
    medicare_advantage: bool = False

    # Drug administration
    missing_stop: Literal["query", "push", "unbillable"] = "push"
    stop_from_volume_and_rate: bool = True
    hydration_segments: Literal["add_up", "stand_alone"] = "add_up"
    hydration_without_purpose: Literal["query", "hydration"] = "query"
    concurrent_overlap: Literal["any_overlap", "mostly_overlapping", "sixteen_minutes_apart"] = "sixteen_minutes_apart"
    concurrent_order: Literal["longest_first", "by_clock"] = "longest_first"
    concurrent_chemotherapy: Literal["one_infusion", "each_infusion", "unlisted"] = "one_infusion"
    net_overlap_from_hours: bool = False
    same_drug_repeat_infusion: Literal["add_time", "separate", "repeat_push"] = "add_time"
    same_drug_syringes: Literal["one_push", "each_push"] = "one_push"
    same_drug_injections: Literal["each_injection", "one_injection"] = "each_injection"
    same_drug_push_and_infusion: Literal["repeat_push", "both", "infusion_only"] = "repeat_push"
    repeat_push_interval: Literal["reported_push", "previous_push"] = "reported_push"
    stopped_infusion: Literal["modifier_53", "actual_time"] = "modifier_53"
    second_access: Literal["own_initial", "one_access"] = "own_initial"
    portable_pump_start: Literal["96416", "G0498"] = "96416"
    distinct_service_modifier: Literal["59", "X"] = "59"
    injection_only_codes: tuple[str, ...] = ()

    # Drug lines
    jw_jz_required: bool = True
    free_drug_charge: Decimal = Decimal("0.01")
    ndc_required: bool = False

    # Authorization and eligibility; without ``authorization`` nobody here knows for what the payer wants one.
    authorization: Authorizing | None = None
    eligibility_days: int = 30

    # Coverage
    unlisted_diagnosis: Literal["prompt", "not_checked"] = "prompt"
