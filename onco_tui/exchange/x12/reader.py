"""Reads an X12 file of professional claims (837P, 005010X222) into encounters."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from onco_tui.encounter.document import Encounter
from onco_tui.exchange.outcome import Imported, Reading
from onco_tui.exchange.x12 import claim837, conformance
from onco_tui.exchange.x12.envelope import Transaction, transactions
from onco_tui.exchange.x12.faults import Faults
from onco_tui.exchange.x12.loops import Loop, walk
from onco_tui.exchange.x12.recognise import kind_of
from onco_tui.exchange.x12.tokens import Segment, tokenize


@dataclass(frozen=True, slots=True)
class _Claim:
    """A claim of the file by its CLM segment, and the segments it rests on; its loops need not be kept for that."""

    segment: int
    rests_on: list[range]
    encounter: Encounter | None


def read_837p(source: str, raw: bytes, *, partial: bool = False) -> Reading:
    """Read every professional claim of a file. Never raises: whatever is wrong with the file comes as faults."""
    faults = Faults(source)
    segments = tokenize(raw, faults)
    claims: list[_Claim] = []
    ids = claim837.EncounterIds()
    refused: set[str] = set()
    found = transactions(segments, faults)
    for transaction in found:
        kind = kind_of(transaction)
        if kind.doubt:
            faults.warn(transaction.st.number, kind.doubt)
        if not kind.refusal:
            claims += _claims(transaction, ids, faults)
        elif kind.refusal not in refused:
            refused.add(kind.refusal)
            faults.error(transaction.st.number, kind.refusal)
    if segments and not found:
        faults.error(0, _nothing_in(segments))
    imported = _good_ones(claims, raw, faults, partial=partial)
    return Reading(source, "837p", imported, faults.listed(), partial)


def _nothing_in(segments: tuple[Segment, ...]) -> str:
    if any(segment.id == "TA1" for segment in segments):
        return "this is an interchange acknowledgement (TA1); only professional claims (837P) are read"
    return "there is no transaction (ST to SE) in the file"


def _claims(transaction: Transaction, ids: claim837.EncounterIds, faults: Faults) -> list[_Claim]:
    """Read one transaction. What its loops lack is noted before its claims are built on them."""
    root = walk(transaction, faults)
    conformance.check(root, faults)
    claims: list[_Claim] = []
    for billing in root.every("2000A"):
        for subscriber in billing.every("2000B"):
            for holder in (subscriber, *subscriber.every("2000C")):
                claims += [_claim(loop, ids, faults) for loop in holder.every("2300")]
    if not claims:
        faults.error(transaction.st.number, "there is no claim (CLM) that can be read in this transaction")
    return claims


def _claim(loop: Loop, ids: claim837.EncounterIds, faults: Faults) -> _Claim:
    try:
        encounter = claim837.encounter(loop, ids, faults)
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False)})
        faults.error(loop.first, f"does not make a claim: {', '.join(fields)}")
        encounter = None
    return _Claim(loop.first, claim837.rests_on(loop), encounter)


def _good_ones(claims: list[_Claim], raw: bytes, faults: Faults, *, partial: bool) -> tuple[Imported, ...]:
    """Leave out the claims that rest on something that cannot be read, and say so of each."""
    barred = faults.barred()
    good: list[Imported] = []
    for claim in claims:
        at = next((at for part in claim.rests_on if (at := barred.within(part)) is not None), None)
        if claim.encounter is not None and at is None:
            good.append(Imported(claim.encounter, raw, f"segment {claim.segment}"))
        elif partial or at is None:
            why = f" because of segment {at}" if at is not None else ": it cannot be read"
            faults.error(claim.segment, f"this claim is left out{why}")
    return tuple(good)
