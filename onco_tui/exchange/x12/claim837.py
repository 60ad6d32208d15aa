"""Builds encounters without documentation from the claims (loop 2300) of an 837P."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

from onco_tui.encounter.claim import Claim, ClaimLine, Coverage, Patient
from onco_tui.encounter.document import Encounter
from onco_tui.exchange.x12 import values
from onco_tui.exchange.x12.diagnoses import read_diagnoses
from onco_tui.exchange.x12.faults import Faults
from onco_tui.exchange.x12.loops import Loop
from onco_tui.exchange.x12.service_line import Fields, claim_line, first_and_last_day, line_numbers, npi_of

_TRIAL = re.compile(r"(?:NCT|CT)?(\d{8})", re.ASCII)


class EncounterIds:
    """Names the claims of one file: claim number, then a digest of whose claim it is, then a count of equal ones.

    The claim number alone will not do: many offices use the patient's account number for every visit. What is
    digested (provider, payer, patient, frequency, first day) stays the same when a claim is corrected and sent again.
    """

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._first: dict[str, int] = {}

    def name(self, claim: Claim, patient: Patient, coverage: Coverage, segment: int, faults: Faults) -> str:
        """Give the id of the next claim of the file; a claim that stands a second time is noted."""
        facts = (
            claim.billing_npi, claim.claim_id, claim.frequency_code, coverage.payer_id, coverage.member_id,
            patient.family_name, patient.given_name, patient.birth_date, claim.date_from,
        )  # fmt: skip
        digest = hashlib.sha256("\x1f".join(str(fact or "") for fact in facts).encode()).hexdigest()[:6]
        name = f"{claim.claim_id}-{digest}"
        self._seen[name] += 1
        if self._seen[name] == 1:
            self._first[name] = segment
            return name
        faults.warn(segment, f"the claim at segment {self._first[name]} has the same number, patient, provider and day")
        return f"{name}-{self._seen[name]}"


def rests_on(claim: Loop) -> list[range]:
    """Give the segments a claim rests on: its own, and the heads of the levels it stands below."""
    return [claim.span, *(level.head for level in claim.levels() if level is not claim)]


def encounter(claim: Loop, ids: EncounterIds, faults: Faults) -> Encounter | None:
    """Build the encounter of a claim; None when something it rests on cannot be read, which is noted as an error."""
    patient, coverage = _patient(claim, faults), _coverage(claim)
    billed = _claim(claim, faults)
    if billed is None or not billed.claim_id:
        return None
    identifier = ids.name(billed, patient, coverage, claim.first, faults)
    return Encounter(encounter_id=identifier, patient=patient, coverage=coverage, claim=billed)


def _level(claim: Loop, identifier: str) -> Loop | None:
    return next((level for level in claim.levels() if level.use.id == identifier), None)


def _above(claim: Loop, level: str, identifier: str) -> Loop | None:
    found = _level(claim, level)
    return found.find(identifier) if found else None


def _patient(claim: Loop, faults: Faults) -> Patient:
    """Read the patient from 2010CA, or from 2010BA where the subscriber is the patient."""
    who = _above(claim, "2000C", "2010CA") if _level(claim, "2000C") else _above(claim, "2000B", "2010BA")
    if who is None:
        return Patient()
    fields = _given(family_name=who.opener.element(3), given_name=who.opener.element(4))
    born = who.segment("DMG")
    if born is not None:
        birth_date = values.day(born.element(2))
        if born.element(2) and birth_date is None:
            faults.warn(born.number, "DMG02 (birth date) is not a date; it is not read")
        fields |= _given(birth_date=birth_date, sex=born.element(3))
    return Patient.model_validate(fields)


def _coverage(claim: Loop) -> Coverage:
    payer, subscriber = _above(claim, "2000B", "2010BB"), _above(claim, "2000B", "2010BA")
    fields: Fields = {}
    if payer is not None:
        fields |= _given(payer_id=payer.opener.element(9), payer_name=payer.opener.element(3))
    if subscriber is not None:
        fields |= _given(member_id=subscriber.opener.element(9))
    return Coverage.model_validate(fields)


def _claim(loop: Loop, faults: Faults) -> Claim | None:
    head = loop.opener
    total = values.amount(head.element(2))
    good = bool(head.part(5, 3))
    if head.element(2) and total is None:
        faults.error(head.number, "CLM02 (total charge) is not a number")
        good = False
    service_loops = loop.every("2400")
    numbers = line_numbers(service_loops, faults) if service_loops else []
    lines = [claim_line(line, number, faults) for line, number in zip(service_loops, numbers, strict=True)]
    read = [line for line in lines if line is not None]
    fields: Fields = {"claim_id": head.element(1), "claim_type": "professional", "frequency_code": head.part(5, 3)}
    fields |= _given(place_of_service=head.part(5, 1), total_charge=total)
    fields |= _providers(loop, faults)
    fields |= _references(loop, read, faults) | _given(condition_codes=_condition_codes(loop))
    period = first_and_last_day(read)
    if period:
        fields |= {"date_from": period[0], "date_to": period[1]}
    fields |= _given(diagnoses=read_diagnoses(loop, period, faults))
    if not good or not read or len(read) < len(lines):
        return None
    return Claim.model_validate({**fields, "lines": tuple(read)})


def _providers(loop: Loop, faults: Faults) -> Fields:
    billing, rendering = _above(loop, "2000A", "2010AA"), loop.find("2310B")
    return _given(
        billing_npi=npi_of(billing, faults) if billing else None,
        rendering_npi=npi_of(rendering, faults) if rendering else None,
    )


def _references(loop: Loop, lines: list[ClaimLine], faults: Faults) -> Fields:
    """Read prior authorization (REF G1 of the claim, else the one of all its lines) and clinical trial (REF P4)."""
    own = [segment.element(2) for segment in loop.every_segment("REF*G1")]
    of_lines = {line.prior_authorization for line in lines}
    authorization = next(filter(None, own), None) or (of_lines.pop() if len(of_lines) == 1 else None)
    if len({*own} - {""}) > 1:
        faults.warn(loop.first, "the claim itself has several prior authorizations (REF G1); the first is read")
    project = loop.segment("REF*P4")
    trial = _TRIAL.fullmatch(project.element(2)) if project is not None else None
    if project is not None and project.element(2) and trial is None:
        faults.warn(project.number, "REF02 is not a clinical trial number (NCT and eight digits); it is not read")
    return _given(prior_authorization=authorization, clinical_trial_nct=trial[0] if trial else None)


def _condition_codes(loop: Loop) -> tuple[str, ...]:
    """Read the condition codes (HI BG)."""
    parts = [(hi, at) for hi in loop.every_segment("HI*BG") for at in range(1, len(hi.elements))]
    return tuple(code for hi, at in parts if hi.part(at, 1) == "BG" and (code := hi.part(at, 2)))


def _given(**fields: object) -> Fields:
    """Keep only what the file says, so that what is absent stays absent."""
    return {name: value for name, value in fields.items() if value is not None and value not in ("", ())}
