"""The diagnoses of a claim (HI in loop 2300), and what the service lines point at."""

from __future__ import annotations

from datetime import date

from onco_tui.exchange.x12 import values
from onco_tui.exchange.x12.faults import Faults
from onco_tui.exchange.x12.loops import Loop
from onco_tui.exchange.x12.tokens import Segment

_PRINCIPAL = frozenset({"BK", "ABK"})
_DIAGNOSIS = _PRINCIPAL | {"BF", "ABF"}
_ICD9 = frozenset({"BK", "BF"})
_ICD10_BEGINS = date(2015, 10, 1)  # 45 CFR 162.1002(c)
_UNCLEAR = "what the diagnosis pointers count is unclear"


def read_diagnoses(claim: Loop, period: tuple[date, date] | None, faults: Faults) -> tuple[str, ...]:
    """Read the diagnoses of a claim in order, principal first; ``period`` are its first and last date of service."""
    codes: list[tuple[str, str]] = []
    for segment in claim.every_segment("HI*ABK"):
        more = _codes_of(segment, faults)
        if codes and any(qualifier in _PRINCIPAL for qualifier, _ in more):
            faults.error(segment.number, f"HI begins a second list of diagnoses: {_UNCLEAR}")
        codes += more
    principal = [at for at, (qualifier, _) in enumerate(codes) if qualifier in _PRINCIPAL]
    if codes and principal != [0]:
        faults.warn(claim.first, "the first diagnosis, and only it, must be marked as principal (ABK)")
    if period and period[0] >= _ICD10_BEGINS and any(qualifier in _ICD9 for qualifier, _ in codes):
        faults.warn(claim.first, "diagnoses are marked as ICD-9 (BK, BF), which ended on 2015-09-30")
    for line in claim.every("2400"):
        service = line.segment("SV1")
        if codes and service is not None and _last_pointer(service) > len(codes):
            faults.warn(service.number, f"SV107 points beyond the {len(codes)} diagnoses of the claim")
    return tuple(code for _, code in codes)


def _last_pointer(service: Segment) -> int:
    return max(values.pointer(part.strip()) or 0 for part in service.parts(7))


def _codes_of(segment: Segment, faults: Faults) -> list[tuple[str, str]]:
    """Give qualifier and code of each diagnosis, also where qualifier and code are elements of their own."""
    codes: list[tuple[str, str]] = []
    qualifier = ""
    last = max((at for at in range(1, len(segment.elements)) if segment.element(at)), default=0)
    for at in range(1, last + 1):
        first, code = segment.part(at, 1), segment.part(at, 2)
        if not segment.element(at):
            faults.error(segment.number, f"HI{at:02} is empty between others: {_UNCLEAR}")
        if qualifier and first and not code:
            codes.append((qualifier, first))
            qualifier = ""
        elif first in _DIAGNOSIS and code:
            codes.append((first, code))
        elif first in _DIAGNOSIS and not qualifier:
            faults.warn(
                segment.number, f"HI{at:02} has a qualifier without a code; the next element is read as its code"
            )
            qualifier = first
        elif first or code:
            faults.warn(segment.number, f"HI{at:02} is not a diagnosis (ABK, ABF, BK, BF); it is not read")
    return codes
