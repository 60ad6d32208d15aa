"""How many diagnoses a claim can carry."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.encounter.claim import Claim
from onco_tui.encounter.edits import set_diagnoses
from onco_tui.rules.authorities import claims_manual_26
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.listing import MAX_DIAGNOSES, list_evidence
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule("DXC212", "too-many-diagnoses", Severity.ERROR, authority=(claims_manual_26("10.4, item 21"),))
def too_many_diagnoses(context: Context) -> Iterator[Draft | NotChecked]:
    """Too many diagnoses.

    What it finds: More diagnoses than a claim can carry: 12 on a professional claim, a principal and 24 others on a
        hospital's.
    Why it matters: The claim cannot be sent, or the last diagnoses are lost on the way.
    What the chart must show: Which diagnoses the visit was about.
    Example: 13 diagnoses on an office claim, one of them behind no line.
    Fix: Leave out those at the end that no line points to (review); where all are pointed to, the coder chooses or
        splits the claim.
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.4, item 21; 837P segment HI, twelve codes;
        837I, principal and 24 other diagnoses.
    """
    claim, most = context.claim, MAX_DIAGNOSES[context.claim.claim_type]
    if len(claim.diagnoses) > most:
        yield Draft(
            f"the claim lists {len(claim.diagnoses)} diagnoses; it can carry {most}",
            evidence=(list_evidence(claim),),
            fixes=_fixes(claim, most),
        )


def _fixes(claim: Claim, most: int) -> tuple[Fix, ...]:
    """Leave out unpointed diagnoses, the last first; none are taken from a claim whose lines do not point."""
    pointed = {pointer for line in claim.lines for pointer in line.diagnosis_pointers}
    unpointed = [place for place in range(len(claim.diagnoses), 1, -1) if place not in pointed]
    out = sorted(unpointed[: len(claim.diagnoses) - most])
    stray = any(pointer > len(claim.diagnoses) for pointer in pointed)
    if (
        not pointed
        or stray
        or len(claim.diagnoses) - len(out) > most
        or len(set(claim.diagnoses)) < len(claim.diagnoses)
    ):
        return ()
    kept = [code for place, code in enumerate(claim.diagnoses, start=1) if place not in out]
    names = ", ".join(claim.diagnoses[place - 1] for place in out)
    return (Fix(f"leave out {names}, which no line points to", "review", (set_diagnoses(claim, kept),)),)
