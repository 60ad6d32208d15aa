"""The diagnoses of a claim beside what the chart says of each: treated or not, due to what, active or past."""

from __future__ import annotations

from functools import cached_property

from onco_tui.derive.neoplasms import (
    is_adverse_effect,
    is_anemia,
    is_neoplasm,
    is_of_procedure,
    is_poisoning,
    is_secondary,
    is_treatable_neoplasm,
)
from onco_tui.encounter.chart import ChartDiagnosis
from onco_tui.encounter.document import Encounter

# These follow the neoplasm or the condition they go with whatever is treated: notes of the tabular list.
_BOUND = ("D63.0", "J91.0", "R18.0", "R50.81")
_VISITS_FOR_A_PROBLEM = frozenset({"symptom_management", "hydration", "transfusion", "port_care"})
_PROBLEM_ROLES = frozenset({"complication", "symptom", "adverse_effect"})
_OF_THERAPY = frozenset({"antineoplastic_drug", "radiation"})
_VISITS = ("992", "993", "994", "G0463")


class ChartedDiagnoses:
    """The listed codes in order, each with its entry in the chart; answers in the chart's terms."""

    def __init__(self, encounter: Encounter) -> None:
        self.listed = tuple(dict.fromkeys(encounter.claim.diagnoses))
        self.reason = encounter.chart.reason_for_encounter
        self.has_separate_visit = _has_separate_visit(encounter)
        self._entries = encounter.chart.diagnoses or ()
        self._by_code = {entry.code: entry for entry in reversed(self._entries) if entry.code}

    @cached_property
    def neoplasms(self) -> tuple[str, ...]:
        """The listed neoplasms that can be under treatment: all but benign ones and those only suspected."""
        return tuple(code for code in self.listed if is_treatable_neoplasm(code) and not self._is_suspected(code))

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """The listed complications that can be the reason for a visit in place of the neoplasm.

        Neither other illnesses nor the names of drugs, nor what always follows the neoplasm: D63.0, malignant
        effusions, and symptoms of the neoplasm.
        """
        return tuple(code for code in self.listed if self._is_problem(code))

    @cached_property
    def names_a_drug(self) -> bool:
        """Tell whether an adverse effect of a drug is on the claim."""
        return any(is_adverse_effect(code) for code in self.listed)

    @property
    def is_uncharted(self) -> bool:
        """Tell whether the chart gives neither a reason for the encounter nor diagnoses."""
        return self.reason is None and not self._entries

    @property
    def is_visit_for_a_problem(self) -> bool:
        """Tell a visit to manage a symptom, dehydration, a low blood count or a port."""
        return self.reason in _VISITS_FOR_A_PROBLEM

    def entry(self, code: str) -> ChartDiagnosis | None:
        """Find the chart's entry for a listed code, or the one uncoded entry of its role."""
        found = self._by_code.get(code)
        return found or (self._uncoded(code) if is_neoplasm(code) else None)

    def is_comorbidity(self, code: str) -> bool:
        """Tell a listed code the chart has as another illness the patient has."""
        return self._role(code) == "comorbidity"

    def index(self, entry: ChartDiagnosis) -> int:
        """Give the place of an entry in the chart's list, from 0."""
        return next(at for at, one in enumerate(self._entries) if one is entry)

    def treated(self, code: str) -> bool | None:
        """Tell whether this encounter's care is directed at a listed code; None when the chart does not say."""
        entry = self.entry(code)
        if entry is None:
            return None
        return False if entry.treated is None and entry.addressed is False else entry.treated

    def due_to(self, code: str) -> str | None:
        """Give the charted cause of a listed code."""
        entry = self.entry(code)
        return entry.due_to if entry else None

    def of_therapy(self, code: str) -> bool:
        """Tell what the chart or the code itself says is due to antineoplastic drugs or radiation."""
        return code in {"D64.81", "D70.1", "D61.810", "K12.31"} or self.due_to(code) in _OF_THERAPY

    @cached_property
    def treated_neoplasms(self) -> tuple[str, ...]:
        """The neoplasms at which the chart says care is directed."""
        return tuple(code for code in self.neoplasms if self.treated(code))

    @cached_property
    def treated_problems(self) -> tuple[str, ...]:
        """The problems the encounter's care is directed at: so marked, else those the reason for the visit names."""
        marked = tuple(code for code in self.problems if self.treated(code))
        if marked or ("D63.0" in self.listed and self.treated("D63.0")):
            return marked
        return tuple(code for code in self.problems if self.treated(code) is None and self._is_reason(code))

    def _is_problem(self, code: str) -> bool:
        if not code or code[0] in "ZVWXY" or is_neoplasm(code) or code in _BOUND:
            return False
        if is_adverse_effect(code) or is_poisoning(code):
            return False
        cause, role = self.due_to(code), self._role(code)
        if code[0] == "R":
            return cause != "neoplasm" if cause else self.names_a_drug or role == "adverse_effect"
        return role != "comorbidity" and bool(cause or role in _PROBLEM_ROLES or self._is_of_cancer(code))

    def _is_reason(self, code: str) -> bool:
        match self.reason:
            case "hydration":
                return code.startswith("E86")
            case "transfusion":
                return is_anemia(code) or code.startswith("D69")
            case "port_care":
                return code.startswith(("T80", "T82"))
            case "symptom_management":
                role = self._role(code)
                return role in _PROBLEM_ROLES or (role is None and self._is_of_cancer(code))
            case _:
                return False

    def _is_suspected(self, code: str) -> bool:
        entry = self._by_code.get(code)
        return entry is not None and entry.status == "suspected"

    def _role(self, code: str) -> str | None:
        entry = self.entry(code)
        return entry.role if entry else None

    def _is_of_cancer(self, code: str) -> bool:
        """Tell problems whose code alone ties them to a neoplasm or its treatment."""
        known = code.startswith(("G89.3", "M84.5", "E86", "D70")) or (is_anemia(code) and self.reason == "transfusion")
        return known or code[0] == "R" or is_of_procedure(code) or self.of_therapy(code)

    def _uncoded(self, code: str) -> ChartDiagnosis | None:
        """Match an entry without a code by its role, where claim and chart have one such neoplasm each."""
        role = "secondary" if is_secondary(code) else "primary"
        entries = [entry for entry in self._entries if entry.role == role]
        codes = [one for one in self.listed if is_neoplasm(one) and is_secondary(one) == is_secondary(code)]
        return entries[0] if len(entries) == len(codes) == 1 and not entries[0].code else None


def _has_separate_visit(encounter: Encounter) -> bool:
    """Tell a visit charted as separate from other services on the claim; its reason may be another one."""
    visit = encounter.chart.visit
    beside = any(not line.code.startswith(_VISITS) for line in encounter.claim.lines)
    return beside and bool(visit and visit.separately_identifiable)
