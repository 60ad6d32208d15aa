"""Which therapies against a neoplasm an encounter gave, and the encounter code (Z51.-) that stands for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onco_tui.codesets.drugs import Drug, DrugTable
from onco_tui.derive.identity import class_of, drug_of
from onco_tui.encounter.chart import Administration, DrugClass, RadiationCourse
from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.document import Encounter

CHEMOTHERAPY, IMMUNOTHERAPY, BEAM_RADIATION = "Z51.11", "Z51.12", "Z51.0"
DRUG_ENCOUNTERS = frozenset({CHEMOTHERAPY, IMMUNOTHERAPY})
Z51_CODES = frozenset({CHEMOTHERAPY, IMMUNOTHERAPY, BEAM_RADIATION})

# Nonproprietary names tell the kind where the administration class does not: -mab is an antibody; an antibody carrying
# a cytotoxic drug, and some other agents, are reported either way.
_WORDS = re.compile(r"[a-z]+")
_EITHER = frozenset({
    "vedotin", "emtansine", "deruxtecan", "govitecan", "ozogamicin", "soravtansine", "tesirine", "mafodotin", "bcg",
    "aldesleukin", "interferon", "tebentafusp", "talimogene", "nadofaragene", "nogapendekin", "aflibercept",
})  # fmt: skip

# Treatment delivery by an external beam; brachytherapy and radiopharmaceuticals have no such encounter code.
_BEAM_DELIVERY = frozenset({
    "77371", "77372", "77373", "77385", "77386", "77401", "77402", "77407", "77412", "77423", "77520", "77522",
    "77523", "77525", "G0339", "G0340", "G6003", "G6004", "G6005", "G6006", "G6007", "G6008", "G6009", "G6010",
    "G6011", "G6012", "G6013", "G6014", "G6015", "G6016",
})  # fmt: skip
_BEAM_MANAGEMENT = frozenset({"77427", "77431", "77432", "77435"})
_NO_BEAM = frozenset({"brachytherapy_hdr", "brachytherapy_ldr"})
# Brachytherapy by low-energy x-ray, and placing needles, catheters or applicators for it.
_PLACING_SOURCES = frozenset({
    "0394T", "0395T", "19296", "19297", "19298", "20555", "31643", "41019", "55860", "55862", "55865", "55875",
    "55920", "57155", "57156", "58346",
})  # fmt: skip
_DRUG_SERVICES = frozenset({
    "96401", "96405", "96406", "96409", "96411", "96413", "96415", "96416", "96417", "96420", "96422", "96423",
    "96425", "96440", "96446", "96450", "96542", "51720", "G0498",
})  # fmt: skip
_HORMONE_SERVICE = "96402"


@dataclass(frozen=True, slots=True)
class Therapy:
    """One therapy given: any of ``z51`` stands for it. ``code`` is its drug or service code on a claim, if known."""

    name: str
    z51: frozenset[str]
    code: str | None
    source: Administration | ClaimLine | RadiationCourse

    def billed_by(self, line: ClaimLine) -> bool:
        """Tell whether a line bills this therapy: its drug, its delivery or management, or giving it."""
        if BEAM_RADIATION in self.z51:
            return line.code in _BEAM_DELIVERY or line.code in _BEAM_MANAGEMENT
        return line.code in _DRUG_SERVICES or line.code in (_HORMONE_SERVICE, self.code)


def therapies(encounter: Encounter, drugs: DrugTable) -> Iterator[Therapy]:
    """Give the antineoplastic drugs and beam radiation of an encounter, from the chart, else from the billed lines.

    Giving a drug by mouth is not a therapy visit. Without charted administrations a billed drug tells, and without
    such a drug the service of giving one, which may be chemotherapy or immunotherapy.
    """
    chart, claim = encounter.chart, encounter.claim
    if chart.administrations is None:
        yield from _billed(claim, drugs)
    for administration in chart.administrations or ():
        if administration.route != "oral" and administration.purpose in (None, "treatment"):
            yield from _charted(administration, drugs)
    if beam := _beam(encounter):
        yield Therapy("external beam radiation", frozenset({BEAM_RADIATION}), None, beam)


def is_internal_radiation(code: str) -> bool:
    """Tell brachytherapy, placing its sources, and treatment with radiopharmaceuticals: they have no encounter code."""
    return "77750" <= code <= "77790" or "79005" <= code <= "79445" or code in _PLACING_SOURCES


def is_internal_course(course: RadiationCourse) -> bool:
    """Tell a course of brachytherapy."""
    return course.technique in _NO_BEAM


def unclassed(encounter: Encounter, drugs: DrugTable) -> tuple[str, ...]:
    """Name the treatment drugs whose class neither chart nor drug table gives."""
    given = encounter.chart.administrations or ()
    return tuple(a.name for a in given if a.purpose == "treatment" and class_of(a, drugs) is None)


def _charted(administration: Administration, drugs: DrugTable) -> Iterator[Therapy]:
    drug = drug_of(administration, drugs)
    name = drug.generic if drug else administration.name
    if z51 := _z51_of(name, class_of(administration, drugs)):
        shown = administration.drug or (drug.spoken if drug else name)
        yield Therapy(shown, z51, administration.hcpcs or (drug.hcpcs if drug else None), administration)


def _billed(claim: Claim, drugs: DrugTable) -> Iterator[Therapy]:
    named = [(drug, line) for line in claim.lines if (drug := drugs.by_code(line.code))]
    given = [Therapy(drug.spoken, z51, drug.hcpcs, line) for drug, line in named if (z51 := _z51_of_drug(drug, drugs))]
    service = next((line for line in claim.lines if line.code in _DRUG_SERVICES), None)
    if service and not given:
        given = [Therapy("chemotherapy or immunotherapy", DRUG_ENCOUNTERS, service.code, service)]
    yield from given


def _z51_of_drug(drug: Drug, drugs: DrugTable) -> frozenset[str]:
    return _z51_of(drug.generic, class_of(Administration(id="billed", hcpcs=drug.hcpcs), drugs))


def _z51_of(name: str, drug_class: DrugClass | None) -> frozenset[str]:
    if drug_class not in {"chemotherapy", "complex_biologic"}:
        return frozenset()
    words = _WORDS.findall(name.casefold())
    if _EITHER.intersection(words):
        return DRUG_ENCOUNTERS
    if drug_class == "complex_biologic" or any(word.endswith("mab") for word in words):
        return frozenset({IMMUNOTHERAPY})
    return frozenset({CHEMOTHERAPY})


def _bills_radiation(claim: Claim) -> bool:
    return any(line.code.startswith("77") for line in claim.lines)


def _beam(encounter: Encounter) -> ClaimLine | RadiationCourse | None:
    """Find what shows beam radiation: delivery or management billed, else a session on a claim without radiation."""
    claim, courses = encounter.claim, encounter.chart.radiation_courses or ()
    lines = [line for line in claim.lines if line.code in _BEAM_DELIVERY or line.code in _BEAM_MANAGEMENT]
    by_beam = [course for course in courses if not is_internal_course(course)]
    if lines and (by_beam or not courses or any(line.code in _BEAM_DELIVERY for line in lines)):
        return lines[0]
    if encounter.chart.reason_for_encounter != "radiation_therapy" or _bills_radiation(claim):
        return None
    days = {claim.day_of(line) for line in claim.lines} | {claim.date_from}
    given = (course for course in by_beam if course.technique)
    return next((course for course in given if any(fraction.date in days for fraction in course.fractions)), None)
