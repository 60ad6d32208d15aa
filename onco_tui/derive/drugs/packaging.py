"""Whether a hospital or surgery center is paid for a drug separately: only then do JW and JZ apply to it there.

CMS decides it code by code each quarter (OPPS status G or K is paid apart, N is packaged; Addendum B), and no table
of that is read here. But a drug is packaged only where it costs less a day than a threshold, so its cost at CMS's
payment limit tells most of them.
"""

from __future__ import annotations

from decimal import Decimal

from onco_tui.codesets.drugs import DrugTable
from onco_tui.encounter.claim import Claim

_SURELY_APART = Decimal(280)
"""Twice the threshold of 2024 to 2026 (135 to 140 a day): the limit is of one quarter, and CMS takes a mean dose."""
_ALWAYS_DEAR = frozenset({"complex_biologic_infusion", "cell_therapy", "radiopharmaceutical"})
_SURGERY_CENTER = "24"
_BIOSIMILARS, _NEW_FOR_HOSPITALS = "Q51", "C9"


def packages_drugs(claim: Claim) -> bool:
    """Tell claims of hospitals and surgery centers, which are paid for cheap drugs within the procedure."""
    return claim.claim_type == "institutional" or claim.place_of_service == _SURGERY_CENTER


def why_perhaps_packaged(code: str, units: Decimal, drugs: DrugTable) -> str:
    """Say why a hospital may not be paid separately for a day's units of a drug; empty when it surely is.

    OPPS packages drugs below a cost per day, 42 CFR 419.32 and the yearly final rules.
    """
    drug = drugs.by_code(code)
    if code.startswith((_BIOSIMILARS, _NEW_FOR_HOSPITALS)) or (drug and drug.admin_class in _ALWAYS_DEAR):
        return ""
    limit = drugs.payment_limits.get(code)
    if limit is None:
        return f"{code} may be packaged (OPPS status N) and then carries neither JW nor JZ"
    cost = (limit * units).quantize(Decimal("0.01"))
    if cost >= _SURELY_APART:
        return ""
    return (
        f"{code} may be packaged (OPPS status N; {cost} a day at CMS's payment limit) and then carries "
        f"neither JW nor JZ"
    )
