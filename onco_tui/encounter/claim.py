"""What was billed: the claim of one encounter, with its patient and coverage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from onco_tui.encounter.values import Day, DiagnosisCode, Number, ProcedureCode, Record, normalise_code

ClaimType = Literal["professional", "institutional"]
Modifier = Annotated[str, AfterValidator(normalise_code)]


class Patient(Record):
    """Who was treated; synthetic in everything this project ships."""

    patient_id: str = ""
    family_name: str = ""
    given_name: str = ""
    birth_date: Day | None = None
    sex: str | None = None


class Coverage(Record):
    """Who pays, and when that was last confirmed."""

    payer_id: str = ""
    payer_name: str = ""
    member_id: str | None = None
    effective_from: Day | None = None
    effective_to: Day | None = None
    eligibility_checked_on: Day | None = None


class NdcQuantity(Record):
    """The drug product on a line: package code, quantity and its unit (ML, UN, GR, F2, ME)."""

    code: str
    quantity: Number | None = None
    unit: str | None = None


class ClaimLine(Record):
    """One service line. ``line`` is its name for life: edits never renumber, position is the order in the claim."""

    line: int = Field(ge=1)
    code: ProcedureCode = ""
    modifiers: tuple[Modifier, ...] = ()
    units: Number = Decimal(1)
    diagnosis_pointers: tuple[int, ...] = ()
    charge: Number | None = None
    date_of_service: Day | None = None
    date_to: Day | None = None
    place_of_service: str | None = None
    rendering_npi: str | None = None
    ndc: NdcQuantity | None = None
    narrative: str | None = None
    prior_authorization: str | None = None
    code_as_written: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _keep_the_original_code(cls, data: object) -> object:
        if isinstance(data, dict) and isinstance(data.get("code"), str) and "code_as_written" not in data:
            written = data["code"]
            if normalise_code(written) != written:
                return data | {"code_as_written": written}
        return data


class Claim(Record):
    """The bill: diagnoses in order (pointers count from 1) and service lines in order."""

    claim_id: str = ""
    claim_type: ClaimType = "professional"
    frequency_code: str = "1"
    place_of_service: str | None = None
    date_from: Day | None = None
    date_to: Day | None = None
    billing_npi: str | None = None
    rendering_npi: str | None = None
    diagnoses: tuple[DiagnosisCode, ...] = ()
    prior_authorization: str | None = None
    clinical_trial_nct: str | None = None
    condition_codes: tuple[str, ...] = ()
    total_charge: Number | None = None
    lines: tuple[ClaimLine, ...] = ()

    @model_validator(mode="after")
    def _line_numbers_are_distinct(self) -> Self:
        numbers = [line.line for line in self.lines]
        if len(set(numbers)) != len(numbers):
            raise ValueError("lines: a line number stands twice")
        return self

    def line(self, number: int) -> ClaimLine | None:
        """Find a line by its number; None when the claim has no such line."""
        return next((line for line in self.lines if line.line == number), None)

    def day_of(self, line: ClaimLine) -> date | None:
        """Give the date of service of a line, falling back to the claim's first date."""
        return line.date_of_service or self.date_from

    @property
    def days(self) -> tuple[date, ...]:
        """The dates of service of the lines, each once, in order; lines without a date have none."""
        return tuple(sorted({day for line in self.lines if (day := self.day_of(line)) is not None}))

    def pointed(self, line: ClaimLine) -> tuple[str, ...]:
        """Give the diagnoses a line points to, in its order; a pointer past the list leads nowhere."""
        listed = self.diagnoses
        return tuple(listed[pointer - 1] for pointer in line.diagnosis_pointers if 1 <= pointer <= len(listed))

    @property
    def total(self) -> Decimal:
        """Sum of the line charges; lines without a charge count as zero."""
        return sum((line.charge for line in self.lines if line.charge is not None), Decimal(0))
