"""What was documented: the chart. Never edited by this program; every field may be absent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from onco_tui.encounter.values import Clock, Day, DiagnosisCode, Number, ProcedureCode, Record

ReasonForEncounter = Literal[
    "antineoplastic_therapy", "radiation_therapy", "symptom_management", "follow_up", "surveillance", "consultation",
    "staging", "hydration", "transfusion", "port_care", "procedure", "other",
]  # fmt: skip
DrugClass = Literal[
    "chemotherapy", "complex_biologic", "hormonal", "therapeutic", "hydration", "radiopharmaceutical",
    "blood_product", "other",
]  # fmt: skip
Route = Literal[
    "iv_infusion", "iv_push", "pump_infusion", "subcutaneous", "subcutaneous_infusion", "intramuscular",
    "intralesional", "intrathecal", "intra_arterial_push", "intra_arterial_infusion", "intraperitoneal",
    "intrapleural", "intravesical", "oral", "catheter_instillation", "port_flush", "pump_refill", "transfusion",
]  # fmt: skip
Purpose = Literal[
    "treatment", "premedication", "supportive", "hydration", "keep_vein_open", "vehicle", "flush", "declotting"
]


class Amount(Record):
    """A quantity with its unit, as charted: 200 mg, 500 mL. The unit is empty where the chart gives none."""

    amount: Number
    unit: str = ""


def _unless_without_number(value: object) -> object:
    """Read an amount that has no number as not charted: it says nothing."""
    return None if isinstance(value, dict) and value.get("amount") is None else value


Charted = Annotated[Amount | None, BeforeValidator(_unless_without_number)]


class Pause(Record):
    """A stretch in which an infusion did not run. Without one of its ends it leaves the minutes unknown."""

    from_: Clock | None = Field(default=None, alias="from")
    to: Clock | None = None


class Vial(Record):
    """Containers of one size opened for a dose."""

    ndc: str | None = None
    size: Number | None = None
    unit: str | None = None
    count: Number = Decimal(1)
    container: Literal["single_dose", "multi_dose"] | None = None


class Pump(Record):
    """The device of a prolonged infusion. ``supplied_by`` is practice or whoever else supplied it, when charted."""

    kind: Literal["portable", "implantable", "external"] | None = None
    supplied_by: str | None = None


class Administration(Record):
    """One documented administration of a drug or fluid. An absent ``stop`` is a gap in the chart, not zero."""

    id: str = ""
    drug: str | None = None
    hcpcs: ProcedureCode | None = None
    ndc: str | None = None
    drug_class: DrugClass | None = None
    route: Route | None = None
    purpose: Purpose | None = None
    start: Clock | None = None
    stop: Clock | None = None
    pauses: tuple[Pause, ...] = ()
    access_site: str | None = None
    bag: str | None = None
    visit: str | None = None
    ordered_minutes: Number | None = None
    discontinued: bool | None = None
    discontinued_reason: str | None = None
    pump: Pump | None = None
    dose: Charted = None
    ordered_dose: Charted = None
    concentration: Charted = None
    volume: Charted = None
    rate: Charted = None
    vials: tuple[Vial, ...] = ()
    discarded: Charted = None
    acquisition: Literal["purchased", "patient_supplied", "free", "340b"] | None = None
    ordered_by: str | None = None
    documented_by: str | None = None
    lot: str | None = None

    @property
    def name(self) -> str:
        """The drug as charted, else its code, else its id; for messages."""
        return self.drug or self.hcpcs or self.id


class ChartDiagnosis(Record):
    """A diagnosis as the clinician documented it."""

    description: str | None = None
    code: DiagnosisCode | None = None
    role: Literal["primary", "secondary", "complication", "comorbidity", "symptom", "adverse_effect"] | None = None
    status: Literal["active", "history", "remission", "suspected"] | None = None
    treated: bool | None = None
    addressed: bool | None = None
    due_to: Literal["neoplasm", "antineoplastic_drug", "radiation", "other"] | None = None
    stage: str | None = None
    histology: str | None = None
    laterality: str | None = None
    confirmed_on: Day | None = None


class Biomarker(Record):
    """A laboratory or molecular result that treatment depends on."""

    name: str = ""
    result: str | None = None
    collected_on: Day | None = None


class TreatmentPlan(Record):
    """The signed plan the visit belongs to.

    ``cycle_day`` is this visit's day within the cycle, counted from 1; ``previous_cycle_on`` is day 1 of the cycle
    before, ``next_cycle_on`` of the one after; ``response_on`` is when the response was last assessed.
    """

    plan_id: str | None = None
    regimen: str | None = None
    intent: str | None = None
    line_of_therapy: int | None = None
    cycle: int | None = None
    cycle_day: int | None = None
    cycles_planned: int | None = None
    next_cycle_on: Day | None = None
    signed_by: str | None = None
    signed_on: Day | None = None
    previous_cycle_on: Day | None = None
    response: str | None = None
    response_on: Day | None = None
    rationale: str | None = None


class Measurements(Record):
    """Measures of the patient that doses are worked out with; ``creatinine_clearance`` in mL per minute."""

    measured_on: Day | None = None
    height_cm: Number | None = None
    weight_kg: Number | None = None
    body_surface_m2: Number | None = None
    creatinine_clearance: Number | None = None


class Visit(Record):
    """The evaluation and management part of the encounter."""

    patient_type: Literal["new", "established"] | None = None
    mdm: Literal["straightforward", "low", "moderate", "high"] | None = None
    total_minutes: int | None = None
    separately_identifiable: bool | None = None
    performed_by: str | None = None
    supervising_npi: str | None = None
    supervision: str | None = None
    new_problem: bool | None = None
    telehealth: bool | None = None


class Fraction(Record):
    """One radiation treatment session."""

    date: Day
    session: int = 1
    level: str | None = None


def _fraction_from_date(value: object) -> object:
    return {"date": value} if isinstance(value, str) else value


def _as_written(fraction: Fraction) -> str | dict[str, object]:
    """Write a fraction that was given as a bare date as one again."""
    if fraction.model_fields_set == {"date"} and not fraction.model_extra:
        return fraction.date.isoformat()
    return fraction.model_dump(mode="json", exclude_unset=True)


Session = Annotated[Fraction, BeforeValidator(_fraction_from_date), PlainSerializer(_as_written, when_used="json")]


class RadiationCourse(Record):
    """A course of radiation with its sessions."""

    course_id: str = ""
    site: str | None = None
    intent: str | None = None
    technique: str | None = None
    machine: str | None = None
    cranial: bool | None = None
    prescribed_fractions: int | None = None
    planned_on: Day | None = None
    simulated_on: tuple[Day, ...] = ()
    fractions: tuple[Session, ...] = ()
    management_visits: tuple[Day, ...] = ()
    billed_before: dict[str, Number] = {}
    completed: bool | None = None


class Procedure(Record):
    """A bedside procedure such as a port draw."""

    id: str = ""
    kind: str | None = None
    code: ProcedureCode | None = None
    performed_at: Clock | None = None
    access_site: str | None = None


class Order(Record):
    """An order and its result date."""

    id: str = ""
    kind: str | None = None
    code: ProcedureCode | None = None
    ordered_on: Day | None = None
    resulted_on: Day | None = None


class AuthorizedCode(Record):
    """A code an authorization covers, with its units: billing units, or amounts of ``unit`` (mg) where it is given."""

    code: ProcedureCode = ""
    units: Number | None = None
    unit: str | None = None


class Authorization(Record):
    """A payer's prior authorization."""

    number: str = ""
    payer_id: str | None = None
    member_id: str | None = None
    status: str | None = None
    codes: tuple[AuthorizedCode, ...] = ()
    diagnoses: tuple[DiagnosisCode, ...] = ()
    servicing_npi: str | None = None
    places_of_service: tuple[str, ...] = ()
    valid_from: Day | None = None
    valid_to: Day | None = None
    units_used: dict[str, Number] = {}


class Trial(Record):
    """The clinical trial the patient is enrolled in. ``role`` is patient or healthy_volunteer.

    ``kind`` is how Medicare covers it: routine_costs (NCD 310.1), device_exemption or coverage_with_evidence.
    """

    nct: str | None = None
    kind: str | None = None
    role: str | None = None
    enrolled_on: Day | None = None
    investigational_items: tuple[ProcedureCode, ...] = ()


class Note(Record):
    """Free text of the chart. Hostile until cleaned for display."""

    kind: str | None = None
    author: str | None = None
    at: Clock | None = None
    text: str = ""


def _name_by_place(items: Sequence[Record] | None, field: str) -> None:
    for place, item in enumerate(items or (), start=1):
        if not getattr(item, field):
            object.__setattr__(item, field, f"#{place}")


class Documentation(Record):
    """Everything documented for the encounter. None means the part is absent, an empty list means none happened."""

    reason_for_encounter: ReasonForEncounter | None = None
    primary_administration: str | None = None
    diagnoses: tuple[ChartDiagnosis, ...] | None = None
    biomarkers: tuple[Biomarker, ...] | None = None
    treatment_plan: TreatmentPlan | None = None
    measurements: Measurements | None = None
    administrations: tuple[Administration, ...] | None = None
    visit: Visit | None = None
    radiation_courses: tuple[RadiationCourse, ...] | None = None
    procedures: tuple[Procedure, ...] | None = None
    orders: tuple[Order, ...] | None = None
    authorizations: tuple[Authorization, ...] | None = None
    trial: Trial | None = None
    notes: tuple[Note, ...] | None = None

    @model_validator(mode="after")
    def _name_what_has_no_id(self) -> Self:
        """Name what came without an id by its place, for findings to point at; it is not written out."""
        _name_by_place(self.administrations, "id")
        _name_by_place(self.procedures, "id")
        _name_by_place(self.orders, "id")
        _name_by_place(self.radiation_courses, "course_id")
        return self

    @model_validator(mode="after")
    def _administration_ids_are_distinct(self) -> Self:
        ids = [administration.id for administration in self.administrations or ()]
        if len(set(ids)) != len(ids):
            raise ValueError("administrations: an id stands twice")
        return self

    def administration(self, identifier: str) -> Administration | None:
        """Find an administration by id; None when the chart has none such."""
        return next((a for a in self.administrations or () if a.id == identifier), None)
