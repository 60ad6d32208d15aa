"""Orders that follow from what an encounter was for: the therapy, a complication, a site, a work-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from onco_tui.derive.charted_diagnoses import ChartedDiagnoses
from onco_tui.derive.diagnosis_notes import is_bound, is_cause, is_status
from onco_tui.derive.neoplasms import is_anemia, is_of_procedure, is_secondary
from onco_tui.derive.precedence import Precedence, Topic
from onco_tui.derive.therapies import BEAM_RADIATION, DRUG_ENCOUNTERS, Z51_CODES, Therapy
from onco_tui.derive.treatment_target import target_of
from onco_tui.encounter.document import Encounter

THERAPY_VISITS = frozenset({"antineoplastic_therapy", "radiation_therapy"})
_LOCAL_TREATMENT = frozenset({"radiation_therapy", "procedure"})
_WORDS: Mapping[Topic, str] = {
    "anemia_of_treatment": "the anemia from treatment is what is treated",
    "dehydration": "only the dehydration is treated",
    "pain": "the visit is for control of the pain",
    "fracture": "the fracture is what is treated",
    "surgical_complication": "the complication of the procedure is what is treated",
    "neutropenia": "the neutropenia is what is treated",
    "complication": "only the complication is treated",
}
# Removal of a neoplasm or of the organ that bears it, by ranges of CPT codes.
_REMOVALS = (
    ("11600", "11646"), ("19120", "19126"), ("19301", "19307"), ("32440", "32507"), ("32663", "32672"),
    ("38720", "38780"), ("41110", "41155"), ("42410", "42426"), ("43107", "43124"), ("43611", "43634"),
    ("44140", "44160"), ("44204", "44213"), ("45110", "45126"), ("45171", "45172"), ("45395", "45397"),
    ("47120", "47130"), ("48140", "48155"), ("49203", "49205"), ("50220", "50240"), ("50543", "50548"),
    ("51530", "51597"), ("52234", "52240"), ("54520", "54535"), ("55810", "55845"), ("55866", "55866"),
    ("56620", "56640"), ("57530", "57531"), ("58150", "58294"), ("58541", "58575"), ("58940", "58960"),
    ("60210", "60271"), ("61510", "61521"), ("63275", "63290"),
)  # fmt: skip
_PORT, _FLUSH = "Z45.2", "96523"
_DRAINAGE = frozenset({"32554", "32555", "32556", "32557", "49082", "49083", "49084"})


def by_focus(facts: ChartedDiagnoses, encounter: Encounter, given: tuple[Therapy, ...]) -> Iterator[Precedence]:
    """Give the precedences that follow from the reason for the encounter and from what was treated."""
    systemic = given and facts.reason != "radiation_therapy"
    yield from _among_neoplasms(facts, None if systemic else target_of(encounter, facts.neoplasms))
    yield from _symptoms(facts)
    yield from _port_care(facts, encounter, given)
    if by_code := tuple(_therapy_by_code(facts, encounter, given)):
        yield from by_code
    elif is_therapy_visit(encounter, given):
        yield from _therapy(facts, given)
    elif facts.neoplasms and not any(code.startswith(("O9A.1", "C80.2")) for code in facts.listed):
        yield from _work_up(facts, encounter)
        if facts.reason not in THERAPY_VISITS or not surgery_of(encounter):
            yield from _treated(facts)


def _port_care(facts: ChartedDiagnoses, encounter: Encounter, given: tuple[Therapy, ...]) -> Iterator[Precedence]:
    """On a visit for the port alone, put its encounter code before history and status."""
    lines = {line.code for line in encounter.claim.lines}
    for_the_port = facts.reason == "port_care" or lines == {_FLUSH}
    status = tuple(filter(is_status, facts.listed))
    if _PORT in facts.listed and status and for_the_port and not given:
        because = f"the visit was for the port, so {_PORT} comes before history and status"
        yield Precedence("port_care", (_PORT,), status, because, settled=facts.reason == "port_care")


def is_therapy_visit(encounter: Encounter, given: tuple[Therapy, ...]) -> bool:
    """Tell a visit for a therapy that has an encounter code, with no surgery or work-up beside it.

    Where neither chart nor claim shows what was given, the charted reason alone tells.
    """
    if encounter.chart.reason_for_encounter not in THERAPY_VISITS or surgery_of(encounter):
        return False
    nothing_shown = encounter.chart.administrations is None and all(
        line.code.startswith("99") for line in encounter.claim.lines
    )
    return bool(given) or nothing_shown


def surgery_of(encounter: Encounter) -> str:
    """Give the first code of surgery or a diagnostic procedure; empty without one.

    Venous access, bladder instillation and lumbar puncture belong to giving the drug.
    """
    return next(filter(_is_surgery, _procedures(encounter)), "")


def _procedures(encounter: Encounter) -> tuple[str, ...]:
    """Give the procedure codes of the claim, and those the chart has beside them."""
    charted = (procedure.code for procedure in encounter.chart.procedures or () if procedure.code)
    return (*(line.code for line in encounter.claim.lines), *charted)


def _is_surgery(code: str) -> bool:
    if len(code) != 5 or not "10004" <= code <= "69990" or not code.isdigit():
        return False
    return not ("36000" <= code <= "36620" or "51700" <= code <= "51720" or "62270" <= code <= "62329")


def is_removal(code: str) -> bool:
    """Tell surgery that removes a neoplasm."""
    return len(code) == 5 and any(low <= code <= high for low, high in _REMOVALS)


def acceptable_first(reason: str | None, given: tuple[Therapy, ...]) -> frozenset[str]:
    """Give the encounter codes that may begin the claim of a therapy visit."""
    if given:
        return frozenset().union(*(therapy.z51 for therapy in given))
    return frozenset({BEAM_RADIATION}) if reason == "radiation_therapy" else DRUG_ENCOUNTERS


def _therapy(facts: ChartedDiagnoses, given: tuple[Therapy, ...]) -> Iterator[Precedence]:
    acceptable = acceptable_first(facts.reason, given)
    first = tuple(code for code in facts.listed if code in acceptable)
    others = tuple(code for code in facts.listed if code not in first)
    if not first or not facts.neoplasms or any(code[:1] == "O" for code in others):
        return
    names = " and ".join(dict.fromkeys(therapy.name for therapy in given)) or "the therapy"
    because = f"the visit was for {names}, so {first[0]} stands first"
    if others:
        yield Precedence("therapy", first, others, because, settled=not facts.has_separate_visit)
    if others and first[1:]:
        yield from (Precedence("convention", (code,), others, "encounter codes stand together") for code in first)


def _therapy_by_code(facts: ChartedDiagnoses, encounter: Encounter, given: tuple[Therapy, ...]) -> Iterator[Precedence]:
    """Put the encounter for a therapy first where the chart gives no reason for the visit.

    That code is for the first place only (I.C.21.c.16); with a chart, the therapy must have been given.
    """
    if facts.reason not in {None, "other"} or not (given or facts.is_uncharted):
        return
    fitting = Z51_CODES if facts.is_uncharted else acceptable_first(facts.reason, given)
    first = tuple(code for code in facts.listed if code in fitting)
    others = tuple(code for code in facts.listed if code not in first)
    several_days = encounter.claim.date_to not in {None, encounter.claim.date_from}
    if not first or not facts.neoplasms or surgery_of(encounter) or several_days:
        return
    if others and not any(code[:1] == "O" for code in others):
        yield Precedence("therapy", first, others, f"{first[0]} is for the first place only", settled=False)


def _among_neoplasms(facts: ChartedDiagnoses, target: str | None) -> Iterator[Precedence]:
    """Put the site that is treated before a site that is not; without a mark in the chart, the target of treatment."""
    treated = facts.treated_neoplasms
    if len(facts.neoplasms) == 1:
        return
    if not treated:
        if target and _no_site_said(facts):
            others = tuple(code for code in facts.neoplasms if code != target)
            because = f"the treatment given is aimed at {target}"
            yield Precedence("treated_metastasis", (target,), others, because, settled=False)
        return
    untreated = tuple(code for code in facts.neoplasms if facts.treated(code) is False)
    unsaid = tuple(code for code in facts.neoplasms if facts.treated(code) is None)
    topic: Topic = "treated_metastasis" if all(map(is_secondary, treated)) else "treated_primary"
    if untreated:
        because = f"treatment is directed at {treated[0]}, not at {untreated[0]}"
        yield Precedence(topic, treated, untreated, because)
    elif unsaid and (facts.reason in _LOCAL_TREATMENT or treated == (target,)):
        because = f"the chart has treatment directed at {treated[0]} and does not say so of {unsaid[0]}"
        yield Precedence(topic, treated, unsaid, because, settled=False)


def _symptoms(facts: ChartedDiagnoses) -> Iterator[Precedence]:
    """Put a symptom of the neoplasm after it."""
    for code in facts.listed if facts.neoplasms else ():
        if code[:1] == "R" and code not in {"R50.81", "R18.0"}:
            if facts.due_to(code) == "neoplasm":
                yield Precedence("symptom", facts.neoplasms, (code,), f"{code} is a symptom of the neoplasm")
            elif _is_open(facts, code) and facts.treated_neoplasms:
                because = f"{code} is a symptom, and care is directed at {facts.treated_neoplasms[0]}"
                yield Precedence("symptom", facts.neoplasms, (code,), because, settled=False)


def _is_open(facts: ChartedDiagnoses, code: str) -> bool:
    """Tell a symptom of which the chart says neither a cause nor that it is treated."""
    return facts.due_to(code) is None and not facts.names_a_drug and not facts.treated(code)


def _work_up(facts: ChartedDiagnoses, encounter: Encounter) -> Iterator[Precedence]:
    """Surgery on the neoplasm, staging and drainage put the neoplasm before the encounter code of a therapy."""
    encounters = tuple(code for code in facts.listed if code in Z51_CODES)
    if not encounters:
        return
    if removal := next(filter(is_removal, _procedures(encounter)), ""):
        because = f"{removal} removes the neoplasm {facts.neoplasms[0]}, so it comes before the encounter for a therapy"
        yield Precedence("surgery", facts.neoplasms, encounters, because)
    elif facts.reason == "staging" or not _DRAINAGE.isdisjoint(_procedures(encounter)):
        because = f"the encounter was to find the extent of disease or to drain fluid, so {facts.neoplasms[0]} is first"
        yield Precedence("extent", facts.neoplasms, encounters, because)


def _treated(facts: ChartedDiagnoses) -> Iterator[Precedence]:
    """Put what care is directed at before what it is not directed at."""
    problems, neoplasms = facts.treated_problems, facts.treated_neoplasms
    if problems and (neoplasms or facts.treated("D63.0")):
        return
    if problems:
        topic = topic_of(facts, problems[0])
        settled = _is_settled(facts) and not facts.has_separate_visit
        yield from _leading(facts, topic, problems, f"{_WORDS[topic]}, so {problems[0]} stands first", settled=settled)
    elif facts.treated("D63.0") or (facts.reason == "transfusion" and "D63.0" in facts.listed):
        yield from _anemia_of_neoplasm(facts)
    elif neoplasms and not facts.is_visit_for_a_problem:
        yield from _neoplasm_first(facts, neoplasms)


def _is_settled(facts: ChartedDiagnoses) -> bool:
    return facts.is_visit_for_a_problem or all(facts.treated(code) is False for code in facts.neoplasms)


def _anemia_of_neoplasm(facts: ChartedDiagnoses) -> Iterator[Precedence]:
    topic: Topic = "treated_metastasis" if all(map(is_secondary, facts.neoplasms)) else "treated_primary"
    because = f"for anemia in neoplastic disease the neoplasm {facts.neoplasms[0]} stands first"
    yield from _leading(facts, topic, facts.neoplasms, because, settled=True)


def _leading(
    facts: ChartedDiagnoses, topic: Topic, first: tuple[str, ...], because: str, *, settled: bool
) -> Iterator[Precedence]:
    """Put codes before all that give way to them; what the chart says nothing of moves only along."""
    others = [code for code in facts.listed if code not in first and not is_cause(code, first)]
    behind = [code for code in others if _gives_way(facts, code)]
    later = tuple(code for code in behind if code in facts.neoplasms or _is_beside(facts, code))
    if later:
        yield Precedence(topic, first, later, because, settled)
        yield Precedence("convention", first, tuple(behind), because)


def _neoplasm_first(facts: ChartedDiagnoses, neoplasms: tuple[str, ...]) -> Iterator[Precedence]:
    """Where the neoplasm is treated and a problem is not, the problem follows."""
    metastasis = all(map(is_secondary, neoplasms))
    rest: Topic = "treated_metastasis" if metastasis else "treated_primary"
    for code in facts.listed:
        said = facts.treated(code) is False or is_status(code)
        if code not in facts.neoplasms and _gives_way(facts, code) and (said or code in facts.problems):
            topic = topic_of(facts, code) if code in facts.problems else rest
            because = f"care is directed at the neoplasm {neoplasms[0]}, so it comes before {code}"
            yield Precedence(rest if topic == "complication" else topic, neoplasms, (code,), because, said)


def _gives_way(facts: ChartedDiagnoses, code: str) -> bool:
    """Tell codes that do not stand first beside the focus of care.

    Not those whose own notes put them behind another, nor a Z code that may be the reason for a visit.
    """
    if not code or facts.treated(code) or is_bound(code):
        return False
    return code[0] != "Z" or is_status(code)


def _is_beside(facts: ChartedDiagnoses, code: str) -> bool:
    """Tell codes known not to be the focus of care: not treated, another illness, a status, an external cause."""
    return facts.treated(code) is False or facts.is_comorbidity(code) or is_status(code) or code.startswith("Y")


def topic_of(facts: ChartedDiagnoses, code: str) -> Topic:
    """Say under which guideline a problem falls."""
    if is_anemia(code) and facts.of_therapy(code) and code != "D61.810":
        return "anemia_of_treatment"
    kinds: tuple[tuple[str, Topic], ...] = (
        ("E86", "dehydration"), ("G89.3", "pain"), ("M84.5", "fracture"), ("D70", "neutropenia"),
    )  # fmt: skip
    found = next((topic for start, topic in kinds if code.startswith(start)), None)
    return found or ("surgical_complication" if is_of_procedure(code) else "complication")


def open_questions(facts: ChartedDiagnoses) -> Iterator[tuple[Topic, str]]:
    """Say which orders the chart leaves open, and why."""
    neoplasms = facts.neoplasms
    if not neoplasms:
        return
    if facts.reason not in THERAPY_VISITS:
        problems = facts.treated_problems or facts.problems
        both = bool(facts.treated_problems and facts.treated_neoplasms)
        if both or (problems and not facts.treated_problems and not facts.treated_neoplasms):
            said = "has care directed at both" if both else "does not say to which care is directed,"
            for code in problems:
                yield topic_of(facts, code), f"the chart {said} {code} and the neoplasm"
    if any(map(is_secondary, neoplasms)) and not all(map(is_secondary, neoplasms)) and _no_site_said(facts):
        yield "treated_primary", "the chart does not say at which of the sites treatment is directed"
        yield "treated_metastasis", "the chart does not say at which of the sites treatment is directed"
    for code in facts.listed:
        cause = facts.due_to(code) or facts.names_a_drug
        if code[:1] == "R" and code not in {"R18.0", "R50.81"} and not cause and not facts.treated_neoplasms:
            yield "symptom", f"the chart does not say what {code} is due to"


def _no_site_said(facts: ChartedDiagnoses) -> bool:
    return all(facts.treated(code) is None for code in facts.neoplasms)
