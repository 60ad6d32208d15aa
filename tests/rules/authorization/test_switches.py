"""Which codes are products of one drug, and what kind of switch lies between them."""

from __future__ import annotations

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.rules.authorization.switches import switches

DRUGS = shipped_reference().drugs


@pytest.mark.parametrize(
    ("authorized", "billed", "kind"),
    [
        ("J9355", "Q5117", "biosimilar"),
        ("Q5113", "Q5117", "biosimilar"),
        ("J9312", "Q5119", "biosimilar"),
        ("J2506", "Q5111", "biosimilar"),
        ("J9305", "J9314", "product"),
        ("J9271", "J9277", "route"),
        ("Q5119", "J9311", "route"),
        ("J9355", "J9356", "route"),
        ("J2505", "J2506", "successor"),
        ("J9355", "J9354", None),  # trastuzumab emtansine
        ("J9355", "J9358", None),  # trastuzumab deruxtecan
        ("J9355", "J9316", None),  # pertuzumab, trastuzumab and hyaluronidase
        ("J0640", "J0641", None),  # leucovorin and levoleucovorin
        ("J9267", "J9264", None),  # paclitaxel and its protein-bound form
        ("J9271", "J9299", None),
        ("J9271", "96413", None),
    ],
)
def test_the_kind_of_switch(authorized: str, billed: str, kind: str | None) -> None:
    assert switches(DRUGS, billed).get(authorized) == kind
    assert (authorized in switches(DRUGS, billed)) == (billed in switches(DRUGS, authorized))


def test_switches_go_both_ways_and_never_to_itself() -> None:
    codes = [drug.hcpcs for drug in DRUGS]
    one_way = [
        (code, other)
        for code in codes
        for other in switches(DRUGS, code)
        if DRUGS.by_code(other) and code not in switches(DRUGS, other)
    ]
    assert one_way == []
    assert [code for code in codes if code in switches(DRUGS, code)] == []
