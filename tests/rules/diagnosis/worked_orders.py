"""Worked examples of the order of diagnoses.

They follow the ICD-10-CM Official Guidelines I.C.2, I.C.6, I.C.19 and I.C.21 in the forms textbooks give them, and the
questions coders ask most. Each names the right order and one that is often billed.
"""

from __future__ import annotations

from dataclasses import dataclass

from onco_tui.encounter.document import Encounter, parse_encounter

Entry = dict[str, object]

_TREATMENTS = {"treated": True, "untreated": False}
_ROLES = {"primary", "secondary", "complication", "comorbidity", "symptom", "adverse_effect"}
_STATUSES = {"active", "history", "remission", "suspected"}
_CAUSES = {"neoplasm": "neoplasm", "drug": "antineoplastic_drug", "radiation": "radiation", "other": "other"}
DRUGS = {
    "carboplatin": "chemotherapy", "pembrolizumab": "complex_biologic", "mitomycin": "chemotherapy",
    "leuprolide": "hormonal", "saline": "hydration", "ondansetron": "therapeutic", "denosumab": "therapeutic",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Worked:
    """One example: ``chart`` has one line a code; ``rule`` is what finds the ``wrong`` order, empty when none need."""

    name: str
    reason: str
    chart: str
    right: str
    wrong: str
    rule: str
    drugs: str = ""
    lines: str = ""
    claim_type: str = "professional"
    also_first: str = ""

    @property
    def firsts(self) -> tuple[str, ...]:
        """The codes that may stand first."""
        return (self.order[0], *self.also_first.split())

    @property
    def order(self) -> tuple[str, ...]:
        """The right order."""
        return tuple(self.right.split())

    def encounter(self, order: tuple[str, ...]) -> Encounter:
        """Build the encounter with the diagnoses in an order, each line pointing at all of the first four."""
        codes = self.lines.split() or ["99214"]
        pointers = list(range(1, min(4, len(order)) + 1))
        return parse_encounter({
            "schema": "onco-encounter/1",
            "encounter_id": "E-WORKED",
            "claim": {
                "claim_type": self.claim_type, "date_from": "2026-03-02", "diagnoses": list(order),
                "lines": [
                    {"line": at, "code": code, "diagnosis_pointers": pointers} for at, code in enumerate(codes, start=1)
                ],
            },
            "documentation": {
                "reason_for_encounter": self.reason or None,
                "diagnoses": [_entry(line) for line in self.chart.split(";") if line.strip()],
                "administrations": [_given(at, drug) for at, drug in enumerate(self.drugs.split(), start=1)],
            },
        })  # fmt: skip


def _entry(line: str) -> Entry:
    code, *words = line.split()
    entry: Entry = {"code": code, "status": "active"}
    for word in words:
        if word in _TREATMENTS:
            entry["treated"] = _TREATMENTS[word]
        elif word in _ROLES:
            entry["role"] = word
        elif word in _STATUSES:
            entry["status"] = word
        else:
            entry["due_to"] = _CAUSES[word]
    return entry


def _given(at: int, drug: str) -> Entry:
    purpose = {"saline": "hydration", "ondansetron": "supportive"}.get(drug, "treatment")
    route = {"leuprolide": "intramuscular", "denosumab": "subcutaneous", "mitomycin": "intravesical"}.get(
        drug, "iv_infusion"
    )
    return {"id": f"A{at}", "drug": drug, "drug_class": DRUGS[drug], "purpose": purpose, "route": route}


WORKED = (
    Worked("chemotherapy for ovarian cancer", "antineoplastic_therapy", "C56.1 primary treated",
           "Z51.11 C56.1", "C56.1 Z51.11", "DXC101", drugs="carboplatin"),
    Worked("immunotherapy for lung cancer with a metastasis", "antineoplastic_therapy",
           "C34.11 primary treated; C78.7 secondary treated", "Z51.12 C34.11 C78.7", "C34.11 C78.7 Z51.12", "DXC101",
           drugs="pembrolizumab"),
    Worked("chemotherapy and immunotherapy", "antineoplastic_therapy", "C34.11 primary treated",
           "Z51.11 Z51.12 C34.11", "C34.11 Z51.11 Z51.12", "DXC101",
           drugs="carboplatin pembrolizumab", also_first="Z51.12"),
    Worked("nausea arises during chemotherapy", "antineoplastic_therapy",
           "C18.7 primary treated; R11.2 adverse_effect drug treated; T45.1X5A adverse_effect drug",
           "Z51.11 C18.7 R11.2 T45.1X5A", "R11.2 Z51.11 C18.7 T45.1X5A", "DXC101", drugs="carboplatin"),
    Worked("dehydration treated on a day of chemotherapy", "antineoplastic_therapy",
           "C18.7 primary treated; E86.0 complication drug treated; T45.1X5A adverse_effect drug",
           "Z51.11 C18.7 E86.0 T45.1X5A", "E86.0 C18.7 Z51.11 T45.1X5A", "DXC101", drugs="carboplatin saline"),
    Worked("pain also treated on a day of chemotherapy", "antineoplastic_therapy",
           "C25.0 primary treated; G89.3 symptom neoplasm treated", "Z51.11 C25.0 G89.3", "G89.3 Z51.11 C25.0",
           "DXC101", drugs="carboplatin"),
    Worked("anemia of chemotherapy on a day of chemotherapy", "antineoplastic_therapy",
           "C56.1 primary treated; D64.81 complication drug treated; T45.1X5A adverse_effect drug",
           "Z51.11 C56.1 D64.81 T45.1X5A", "D64.81 C56.1 Z51.11 T45.1X5A", "DXC101", drugs="carboplatin"),
    Worked("radiation of the breast", "radiation_therapy", "C50.411 primary treated", "Z51.0 C50.411", "C50.411 Z51.0",
           "DXC101", lines="77412"),
    Worked("weekly management of radiation by the physician", "radiation_therapy", "C50.411 primary treated",
           "Z51.0 C50.411", "C50.411 Z51.0", "DXC101", lines="77427"),
    Worked("radiation of the brain for a metastasis, lung primary present", "radiation_therapy",
           "C79.31 secondary treated; C34.11 primary untreated", "Z51.0 C79.31 C34.11", "Z51.0 C34.11 C79.31",
           "DXC103", lines="77412"),
    Worked("radiation of the brain, metastasis first on the claim", "radiation_therapy",
           "C79.31 secondary treated; C34.11 primary untreated", "Z51.0 C79.31 C34.11", "C79.31 Z51.0 C34.11",
           "DXC101", lines="77412"),
    Worked("radiation of bone, breast primary excised", "radiation_therapy",
           "C79.51 secondary treated; Z85.3 primary history", "Z51.0 C79.51 Z85.3", "Z51.0 Z85.3 C79.51", "DXC103",
           lines="77412"),
    Worked("radiation of the breast with nodes not in the field", "radiation_therapy",
           "C50.411 primary treated; C77.3 secondary untreated", "Z51.0 C50.411 C77.3", "Z51.0 C77.3 C50.411",
           "DXC102", lines="77412"),
    Worked("mucositis during radiation", "radiation_therapy",
           "C10.9 primary treated; K12.33 complication radiation treated", "Z51.0 C10.9 K12.33", "K12.33 Z51.0 C10.9",
           "DXC101", lines="77412"),
    Worked("brachytherapy leads with the neoplasm", "radiation_therapy",
           "C61 primary treated; Z19.1 comorbidity", "C61 Z19.1", "Z19.1 C61", "DXC215", lines="77770"),
    Worked("hormone injection leads with the neoplasm", "antineoplastic_therapy", "C61 primary treated; Z79.818",
           "C61 Z79.818", "Z79.818 C61", "DXC215", drugs="leuprolide"),
    Worked("resection of colon cancer with nodes", "procedure",
           "C18.7 primary treated; C77.2 secondary untreated", "C18.7 C77.2", "C77.2 C18.7", "DXC102", lines="44140"),
    Worked("liver metastasis resected, colon primary long removed", "procedure",
           "C78.7 secondary treated; Z85.038 primary history", "C78.7 Z85.038", "Z85.038 C78.7", "DXC103",
           lines="47120"),
    Worked("ablation of a liver metastasis, colon primary present", "procedure",
           "C78.7 secondary treated; C18.7 primary untreated", "C78.7 C18.7", "C18.7 C78.7", "DXC103", lines="47382"),
    Worked("bone agent for metastases of breast cancer", "other",
           "C79.51 secondary treated; C50.911 primary untreated; Z79.811", "C79.51 C50.911 Z79.811",
           "C50.911 C79.51 Z79.811", "DXC103", drugs="denosumab"),
    Worked("bladder tumor resected, mitomycin instilled after it", "procedure", "C67.2 primary treated",
           "C67.2 Z51.11", "Z51.11 C67.2", "DXC106", lines="52235 51720", drugs="mitomycin"),
    Worked("staging admission in which chemotherapy begins", "staging", "C34.11 primary treated", "C34.11 Z51.11",
           "Z51.11 C34.11", "DXC107", drugs="carboplatin", claim_type="institutional"),
    Worked("thoracentesis of a malignant effusion", "procedure",
           "C34.11 primary treated; J91.0 complication neoplasm treated", "C34.11 J91.0 Z51.11",
           "Z51.11 C34.11 J91.0", "DXC107", lines="32555"),
    Worked("hemoptysis from lung cancer", "symptom_management", "R04.2 symptom neoplasm treated; C34.11 primary",
           "C34.11 R04.2", "R04.2 C34.11", "DXC108"),
    Worked("weight loss from pancreatic cancer", "follow_up", "C25.0 primary treated; R63.4 symptom neoplasm",
           "C25.0 R63.4", "R63.4 C25.0", "DXC108"),
    Worked("seizure from a brain metastasis, primary present", "symptom_management",
           "R56.9 symptom neoplasm treated; C79.31 secondary; C34.11 primary", "C79.31 C34.11 R56.9",
           "R56.9 C79.31 C34.11", "DXC108", also_first="C34.11"),
    Worked("visit for control of cancer pain", "symptom_management",
           "G89.3 symptom neoplasm treated; C25.0 primary untreated", "G89.3 C25.0", "C25.0 G89.3", "DXC109"),
    Worked("pain control with bone metastases", "symptom_management",
           "G89.3 symptom neoplasm treated; C79.51 secondary untreated; C61 primary untreated", "G89.3 C79.51 C61",
           "C79.51 G89.3 C61", "DXC109"),
    Worked("pump for pain placed", "procedure", "G89.3 symptom neoplasm treated; C25.0 primary untreated",
           "G89.3 C25.0", "C25.0 G89.3", "DXC109", lines="62362"),
    Worked("tumor managed, pain mentioned", "follow_up", "C25.0 primary treated; G89.3 symptom neoplasm untreated",
           "C25.0 G89.3", "G89.3 C25.0", "DXC109"),
    Worked("anemia in neoplastic disease, transfusion", "transfusion",
           "D63.0 complication neoplasm treated; C18.7 primary untreated", "C18.7 D63.0", "D63.0 C18.7", "DXC110",
           lines="36430 P9016"),
    Worked("anemia in leukemia, admitted for it", "symptom_management",
           "D63.0 complication neoplasm treated; C92.00 primary untreated", "C92.00 D63.0", "D63.0 C92.00", "DXC110",
           claim_type="institutional"),
    Worked("anemia due to chemotherapy, transfusion", "transfusion",
           "D64.81 complication drug treated; C56.1 primary untreated; T45.1X5A adverse_effect drug",
           "D64.81 C56.1 T45.1X5A", "C56.1 D64.81 T45.1X5A", "DXC111", lines="36430 P9016"),
    Worked("anemia due to immunotherapy", "symptom_management",
           "D64.89 complication drug treated; C43.59 primary untreated; T45.AX5A adverse_effect drug",
           "D64.89 C43.59 T45.AX5A", "C43.59 D64.89 T45.AX5A", "DXC111"),
    Worked("anemia due to radiation", "transfusion",
           "D64.89 complication radiation treated; C53.8 primary untreated; Y84.2", "D64.89 C53.8 Y84.2",
           "C53.8 D64.89 Y84.2", "DXC111", lines="36430 P9016"),
    Worked("growth factor for anemia of chemotherapy", "other",
           "D64.81 complication drug treated; C50.911 primary untreated; T45.1X5A adverse_effect drug",
           "D64.81 C50.911 T45.1X5A", "C50.911 D64.81 T45.1X5A", "DXC111", lines="96372 J0881"),
    Worked("dehydration due to the malignancy", "hydration",
           "E86.0 complication neoplasm treated; C16.0 primary untreated", "E86.0 C16.0", "C16.0 E86.0", "DXC112",
           lines="96360", drugs="saline"),
    Worked("dehydration after chemotherapy, marks left out", "hydration",
           "E86.0 complication drug; C16.0 primary; T45.1X5A adverse_effect drug", "E86.0 C16.0 T45.1X5A",
           "C16.0 E86.0 T45.1X5A", "DXC112", lines="96360", drugs="saline"),
    Worked("anastomotic leak after colectomy", "symptom_management",
           "K91.89 complication other treated; C18.2 primary untreated", "K91.89 C18.2", "C18.2 K91.89", "DXC113",
           claim_type="institutional"),
    Worked("infected port", "port_care", "T80.211A complication other treated; C50.911 primary untreated",
           "T80.211A C50.911", "C50.911 T80.211A", "DXC113"),
    Worked("blocked port", "port_care", "T82.898A complication treated; C25.0 primary untreated", "T82.898A C25.0",
           "C25.0 T82.898A", "DXC113", lines="36593"),
    Worked("pathological fracture of the femur repaired", "procedure",
           "M84.551A complication neoplasm treated; C79.51 secondary untreated; C50.911 primary untreated",
           "M84.551A C79.51 C50.911", "C79.51 M84.551A C50.911", "DXC114", lines="27245"),
    Worked("bone metastasis treated, fracture present", "follow_up",
           "C79.51 secondary treated; C61 primary untreated; M84.58XD complication neoplasm untreated",
           "C79.51 C61 M84.58XD", "M84.58XD C79.51 C61", "DXC114"),
    Worked("bone metastasis with a fracture irradiated", "radiation_therapy",
           "C79.51 secondary treated; C61 primary untreated; M84.58XA complication neoplasm untreated",
           "Z51.0 C79.51 C61 M84.58XA", "M84.58XA Z51.0 C79.51 C61", "DXC101", lines="77412"),
    Worked("breast cancer in pregnancy", "follow_up", "O9A.112 primary treated; C50.911 primary treated",
           "O9A.112 C50.911", "C50.911 O9A.112", "DXC115"),
    Worked("liver cancer in a transplanted liver", "follow_up", "T86.49 complication; C80.2; C22.0 primary treated",
           "T86.49 C80.2 C22.0", "C22.0 T86.49 C80.2", "DXC116"),
    Worked("lymphoma in a transplanted kidney", "consultation", "T86.19; C80.2; C83.398 primary treated",
           "T86.19 C80.2 C83.398", "C80.2 T86.19 C83.398", "DXC116"),
    Worked("vomiting after chemotherapy, visit only for it", "symptom_management",
           "R11.2 adverse_effect drug treated; C18.7 primary untreated; T45.1X5A adverse_effect drug",
           "R11.2 C18.7 T45.1X5A", "C18.7 R11.2 T45.1X5A", "DXC119"),
    Worked("the drug named before its effect", "symptom_management",
           "R11.2 adverse_effect drug treated; C18.7 primary untreated; T45.1X5A adverse_effect drug",
           "R11.2 T45.1X5A C18.7", "T45.1X5A R11.2 C18.7", "DXC117"),
    Worked("colitis from a checkpoint inhibitor", "symptom_management",
           "K52.1 adverse_effect drug treated; C43.59 primary untreated; T45.AX5A adverse_effect drug",
           "K52.1 T45.AX5A C43.59", "T45.AX5A K52.1 C43.59", "DXC117"),
    Worked("neutropenic fever after chemotherapy", "symptom_management",
           "D70.1 complication drug treated; R50.81 symptom; C34.11 primary untreated; T45.1X5A adverse_effect drug",
           "D70.1 R50.81 C34.11 T45.1X5A", "R50.81 D70.1 C34.11 T45.1X5A", "DXC118"),
    Worked("neutropenic fever, neoplasm first", "symptom_management",
           "D70.1 complication drug treated; R50.81 symptom; C34.11 primary untreated; T45.1X5A adverse_effect drug",
           "D70.1 T45.1X5A R50.81 C34.11", "C34.11 D70.1 T45.1X5A R50.81", "DXC118"),
    Worked("hypercalcemia of malignancy treated", "symptom_management",
           "E83.52 complication neoplasm treated; C90.00 primary untreated", "E83.52 C90.00", "C90.00 E83.52",
           "DXC119"),
    Worked("deep vein thrombosis in cancer treated", "symptom_management",
           "I82.411 complication neoplasm treated; C25.0 primary untreated", "I82.411 C25.0", "C25.0 I82.411",
           "DXC119"),
    Worked("bowel obstruction by tumor treated", "symptom_management",
           "K56.609 complication neoplasm treated; C18.7 primary untreated", "K56.609 C18.7", "C18.7 K56.609",
           "DXC119", claim_type="institutional"),
    Worked("follow-up after completed treatment", "surveillance", "Z85.3 primary history; Z90.11 comorbidity history",
           "Z08 Z85.3 Z90.11", "Z85.3 Z08 Z90.11", "DXC120"),
    Worked("follow-up of colon cancer, resected", "follow_up", "Z85.038 primary history; Z90.49 comorbidity history",
           "Z08 Z85.038 Z90.49", "Z85.038 Z90.49 Z08", "DXC120"),
    Worked("adjuvant tamoxifen is current treatment", "follow_up", "C50.212 primary treated; Z17.0; Z79.810",
           "C50.212 Z17.0 Z79.810", "Z79.810 C50.212 Z17.0", "DXC215"),
    Worked("aromatase inhibitor visit led by the receptor status", "follow_up",
           "C50.212 primary treated; Z17.0; Z79.811", "C50.212 Z17.0 Z79.811", "Z17.0 C50.212 Z79.811", "DXC215"),
)  # fmt: skip
