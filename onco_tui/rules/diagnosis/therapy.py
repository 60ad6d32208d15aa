"""Which therapies an encounter gave, and the encounter code (Z51.-) that stands for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onco_tui.codesets.drugs import Drug
from onco_tui.derive.identity import class_of, drug_of
from onco_tui.encounter.chart import Administration, DrugClass
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.finding import Evidence

CHEMOTHERAPY, IMMUNOTHERAPY, BEAM_RADIATION = "Z51.11", "Z51.12", "Z51.0"
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
_CHEMOTHERAPY_SERVICES = frozenset({
    "96401", "96402", "96405", "96406", "96409", "96411", "96413", "96415", "96416", "96417", "96420", "96422",
    "96423", "96425", "96440", "96446", "96450", "96542", "51720", "G0498",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Therapy:
    """One therapy given: any of ``z51`` stands for it. ``code`` is its drug or delivery code on a claim, if known."""

    name: str
    z51: frozenset[str]
    code: str | None
    evidence: tuple[Evidence, ...]

    def billed_by(self, line: ClaimLine) -> bool:
        """Tell whether a line bills this therapy: its drug, its delivery, or giving it."""
        if BEAM_RADIATION in self.z51:
            return line.code in _BEAM_DELIVERY
        return line.code in _CHEMOTHERAPY_SERVICES or (self.code is not None and line.code == self.code)


def therapies(context: Context) -> Iterator[Therapy]:
    """Give the antineoplastic drugs and beam radiation of an encounter, from the chart, else from the billed lines."""
    if context.chart.administrations is None:
        for line in context.claim.lines:
            if drug := context.reference.drugs.by_code(line.code):
                yield from _billed(context, drug, line)
    for administration in context.administrations:
        if administration.route != "oral" and administration.purpose in (None, "treatment"):
            yield from _charted(context, administration)
    yield from _beams(context)


def unclassed(context: Context) -> tuple[str, ...]:
    """Name the treatment drugs whose class neither chart nor drug table gives."""
    drugs = context.reference.drugs
    return tuple(a.name for a in context.administrations if a.purpose == "treatment" and class_of(a, drugs) is None)


def _charted(context: Context, administration: Administration) -> Iterator[Therapy]:
    drug = drug_of(administration, context.reference.drugs)
    name = drug.generic if drug else administration.name
    if z51 := _z51_of(name, class_of(administration, context.reference.drugs)):
        code = administration.hcpcs or (drug.hcpcs if drug else None)
        yield Therapy(name, z51, code, chart_evidence(administration, "drug"))


def _billed(context: Context, drug: Drug, line: ClaimLine) -> Iterator[Therapy]:
    known = Administration(id="billed", hcpcs=drug.hcpcs)
    if z51 := _z51_of(drug.generic, class_of(known, context.reference.drugs)):
        yield Therapy(drug.generic, z51, drug.hcpcs, line_evidence(line, "code"))


def _z51_of(name: str, drug_class: DrugClass | None) -> frozenset[str]:
    if drug_class not in {"chemotherapy", "complex_biologic"}:
        return frozenset()
    words = _WORDS.findall(name.casefold())
    if _EITHER.intersection(words):
        return frozenset({CHEMOTHERAPY, IMMUNOTHERAPY})
    if drug_class == "complex_biologic" or any(word.endswith("mab") for word in words):
        return frozenset({IMMUNOTHERAPY})
    return frozenset({CHEMOTHERAPY})


def _beams(context: Context) -> Iterator[Therapy]:
    for line in context.claim.lines:
        if line.code in _BEAM_DELIVERY:
            evidence = line_evidence(line, "code")
            yield Therapy("external beam radiation", frozenset({BEAM_RADIATION}), line.code, evidence)
            return
