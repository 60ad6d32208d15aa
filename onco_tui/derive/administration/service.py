"""What one charted administration is: the form of service it counts as, or the reason it yields none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from onco_tui.codesets.policy import Policy
from onco_tui.encounter.chart import Administration, DrugClass

Family = Literal["chemotherapy", "therapeutic", "hydration"]
Form = Literal[
    "infusion", "push", "fluid", "pump", "injection", "on_body_injection", "subcutaneous_infusion", "intralesional",
    "intrathecal", "intraperitoneal", "intrapleural", "intravesical", "arterial_push", "arterial_infusion",
    "arterial_injection", "transfusion", "declotting", "flush", "refill", "beside", "elsewhere",
]  # fmt: skip

# NCCI Policy Manual ch. XI B.1: the chemotherapy codes cover antineoplastics and complex biologics, whatever diagnosis.
FAMILIES: dict[DrugClass, Family] = {
    "chemotherapy": "chemotherapy",
    "complex_biologic": "chemotherapy",
    "hormonal": "chemotherapy",
    "therapeutic": "therapeutic",
    "hydration": "hydration",
}
# Over eight hours by pump is a prolonged infusion.
PROLONGED = 480
# An infusion this short counts as a push; a push that took longer is one while the person who gave it stayed.
LONGEST_PUSH = 15

_NEVER_REPORTED = {
    "keep_vein_open": "fluid that keeps a vein open is never reported",
    "vehicle": "the fluid a drug is carried in is never reported",
    "flush": "a flush is part of the services beside it",
}
_OUTSIDE_CLASS = {
    "radiopharmaceutical": "a radiopharmaceutical is outside the drug administration codes",
    "other": "the drug class is charted as other, so no family of codes is chosen",
}
_FIXED_FORM: dict[str, Form] = {"port_flush": "flush", "pump_refill": "refill", "transfusion": "transfusion"}
_CHEMOTHERAPY_FORM: dict[str, Form] = {
    "iv_infusion": "infusion",
    "iv_push": "push",
    "pump_infusion": "pump",
    "subcutaneous": "injection",
    "subcutaneous_infusion": "injection",
    "intramuscular": "injection",
    "intralesional": "intralesional",
    "intrathecal": "intrathecal",
    "intraperitoneal": "intraperitoneal",
    "intrapleural": "intrapleural",
    "intravesical": "intravesical",
    "intra_arterial_push": "arterial_push",
    "intra_arterial_infusion": "arterial_infusion",
}
_THERAPEUTIC_FORM: dict[str, Form] = {
    "iv_infusion": "infusion",
    "iv_push": "push",
    "pump_infusion": "pump",
    "subcutaneous": "injection",
    "subcutaneous_infusion": "subcutaneous_infusion",
    "intramuscular": "injection",
    "intra_arterial_push": "arterial_injection",
}
_THROMBOLYTICS = ("alteplase", "cathflo", "urokinase", "reteplase", "tenecteplase", "streptokinase")
IV_ROUTES = frozenset({"iv_infusion", "iv_push", "pump_infusion"})


@dataclass(frozen=True, slots=True)
class Outside:
    """An administration that yields no code here, and why. ``gap`` is True when a chart fact is missing.

    ``service`` is True when it is a service all the same, beside which nothing else is the only one.
    """

    reason: str
    gap: bool = False
    service: bool = False


def form_of(administration: Administration, drug_class: DrugClass | None, policy: Policy) -> Form | Outside:
    """Say which form of service an administration is, from purpose, route and class in this order."""
    if outside := _never_reported(administration, drug_class):
        return outside
    route = administration.route
    if administration.purpose == "declotting":
        return "declotting"
    if route is None:
        return Outside("the route is not charted", gap=True, service=True)
    if route in _FIXED_FORM:
        return _FIXED_FORM[route]
    if route == "catheter_instillation":
        return _instillation(administration)
    return _by_class(administration, drug_class, policy)


def _never_reported(administration: Administration, drug_class: DrugClass | None) -> Outside | None:
    purpose, route = administration.purpose, administration.route
    if administration.dose is not None and administration.dose.amount == 0:
        return Outside("the dose given is charted as zero")
    if purpose in _NEVER_REPORTED and drug_class and FAMILIES.get(drug_class) == "chemotherapy":
        words = f"charted as {purpose.replace('_', ' ')}, which a drug of its class cannot be"
        return Outside(words, gap=True, service=True)
    if purpose in _NEVER_REPORTED and route != "port_flush":
        return Outside(_NEVER_REPORTED[purpose])
    if route == "oral":
        return Outside("an oral drug has no administration code")
    if (administration.documented_by or "").strip().casefold() in {"patient", "self"}:
        return Outside("the patient gave it; a self-administered drug has no administration code")
    return None


def _instillation(administration: Administration) -> Form | Outside:
    name = f"{administration.drug or ''} {administration.hcpcs or ''}".casefold()
    if administration.hcpcs == "J2997" or any(agent in name for agent in _THROMBOLYTICS):
        return "declotting"
    return Outside("an instillation that is not declotting locks or flushes the catheter and is never reported")


def _by_class(administration: Administration, drug_class: DrugClass | None, policy: Policy) -> Form | Outside:
    if drug_class is None:
        return Outside("the drug class is neither charted nor known for this drug", gap=True, service=True)
    if drug_class == "other" and administration.drug_class is None:  # what the drug table knows of cells
        return Outside("cells are infused outside the drug administration codes", service=True)
    if drug_class in _OUTSIDE_CLASS:
        return Outside(_OUTSIDE_CLASS[drug_class], gap=drug_class == "other", service=True)
    if drug_class == "blood_product":
        iv = administration.route in IV_ROUTES
        return "transfusion" if iv else Outside("a blood product given by this route has no code here", service=True)
    if drug_class == "hydration":
        return _fluid(administration, policy)
    return _drug(administration, FAMILIES[drug_class])


def _drug(administration: Administration, family: Family) -> Form | Outside:
    route = administration.route or ""
    if route == "subcutaneous" and _on_body(administration):
        return "on_body_injection"
    forms = _CHEMOTHERAPY_FORM if family == "chemotherapy" else _THERAPEUTIC_FORM
    if route not in forms:
        reason = "a drug that is not chemotherapy has no drug administration code by this route"
        return Outside(reason, service=True)
    return _device(administration, forms[route])


def _fluid(administration: Administration, policy: Policy) -> Form | Outside:
    if administration.purpose is None and policy.hydration_without_purpose == "query":
        return Outside("the chart does not say that this fluid was ordered as hydration", gap=True)
    if administration.route == "subcutaneous_infusion":
        return "subcutaneous_infusion"
    if administration.route in {"iv_infusion", "pump_infusion"}:
        return "fluid"
    return Outside("hydration is a running infusion; fluid by this route is not reported")


def _device(administration: Administration, form: Form) -> Form:
    """Tell a prolonged pump infusion from one that runs in the chair."""
    pump = administration.pump.kind if administration.pump else None
    planned = administration.ordered_minutes
    if form == "infusion" and pump in {"portable", "implantable"} and planned is not None and planned > PROLONGED:
        return "pump"
    return form


def _on_body(administration: Administration) -> bool:
    name = (administration.drug or "").casefold()
    return administration.pump is not None or any(word in name for word in ("onpro", "on-body", "on body", "onbody"))
