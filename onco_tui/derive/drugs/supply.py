"""Which charted administrations make no drug line at all: carrier fluids, free drug, oral drug, drug not given."""

from __future__ import annotations

from onco_tui.codesets.hcpcs_units import BillingUnit
from onco_tui.codesets.policy import Policy
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimType

_CARRIER = {
    "keep_vein_open": "fluid that keeps a vein open",
    "vehicle": "the fluid a drug is dissolved in",
    "flush": "a flush",
}
_ORAL_CODES = "J8"


def why_no_line(administration: Administration, policy: Policy) -> str | None:
    """Say why an administration has no drug line whatever its code; None when it may have one.

    Carrier fluid: NCCI Policy Manual chapter XI section B. Free drug: there is no cost to bill; payers that want the
    drug shown take a token charge.
    """
    if carrier := _CARRIER.get(administration.purpose or ""):
        return f"{administration.name} is charted as {carrier}: part of the administration, not a drug line"
    if administration.route == "port_flush":
        return f"{administration.name} is charted as a flush: part of the administration, not a drug line"
    if administration.acquisition in ("patient_supplied", "free"):
        source = "supplied by the patient" if administration.acquisition == "patient_supplied" else "received free"
        return (
            f"{administration.name} was {source}: no drug to pay for; a payer that wants it shown takes a line "
            f"charged {policy.free_drug_charge}"
        )
    if administration.dose is not None and administration.dose.amount == 0:
        return f"{administration.name}: the dose given is 0; a drug that was not given is not billed, prepared or not"
    return None


def is_oral(unit: BillingUnit) -> bool:
    """Tell the codes of drugs taken by mouth."""
    return unit.oral or unit.code.startswith(_ORAL_CODES)


def why_not_oral(administration: Administration, unit: BillingUnit, claim_type: ClaimType) -> str | None:
    """Say why an oral drug has no line on this claim; None when it is not oral or may stand there.

    NCCI Policy Manual chapter XII section D: oral anticancer and antiemetic drugs go to the DME contractor.
    """
    oral_code = is_oral(unit)
    if administration.route != "oral" and not oral_code:
        return None
    if claim_type == "professional":
        return f"{administration.name}: an oral drug is billed to the DME contractor or pharmacy benefit, not here"
    if not oral_code:
        return f"{administration.name}: charted as given by mouth, but {unit.code} is not an oral code"
    return None
