"""Chart facts that support a claim line, and the rest of the chart: each a row with the document paths it shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from onco_tui.derive.regimen import Recognition
from onco_tui.derive.result import Derivation, DerivedLine
from onco_tui.encounter.chart import Administration, Documentation
from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.values import plain
from onco_tui.present import chart_sections
from onco_tui.present.administrations import administration_facts
from onco_tui.present.fact import BASE, Fact, blank, fact, heading, labelled
from onco_tui.present.spans import Role
from onco_tui.present.treatment import treatment_facts
from onco_tui.rules.finding import Finding

NO_CHART = "no chart came with this claim; rules that need one answer: not checked"
_ADMINISTRATION = "documentation.administrations["
_COURSE = "documentation.radiation_courses["


@dataclass(frozen=True, slots=True)
class Support:
    """What of the chart belongs to a claim line, and the lines the chart supports in its place."""

    administrations: tuple[Administration, ...]
    courses: frozenset[str]
    derived: tuple[DerivedLine, ...]
    visit: bool


def support_for(encounter: Encounter, line: ClaimLine, derivation: Derivation, findings: Iterable[Finding]) -> Support:
    """Match a line with the chart: by what is derived for its code, by its drug code, by evidence of its findings."""
    day = encounter.claim.day_of(line)
    derived = tuple(item for item in derivation.lines if item.code == line.code and day in (None, item.date_of_service))
    sources = {source for item in derived for source in item.sources}
    evidence = [item.path for finding in findings if line.line in finding.lines for item in finding.evidence]
    sources |= {_name_in(path) for path in evidence if path.startswith((_ADMINISTRATION, _COURSE))}
    chart = encounter.chart
    return Support(
        administrations=tuple(
            a for a in chart.administrations or () if a.id in sources or (a.hcpcs is not None and a.hcpcs == line.code)
        ),
        courses=frozenset(c.course_id for c in chart.radiation_courses or () if c.course_id in sources),
        derived=derived,
        visit=line.code.startswith("992") or any(path.startswith("documentation.visit") for path in evidence),
    )


def _name_in(path: str) -> str:
    return path.partition("[")[2].partition("]")[0]


def line_facts(
    encounter: Encounter, line: ClaimLine, derivation: Derivation, findings: Sequence[Finding], cells: int
) -> list[Fact]:
    """Show the facts of the chart that support a line."""
    if encounter.documentation is None:
        return labelled("chart", NO_CHART, cells)
    support = support_for(encounter, line, derivation, findings)
    facts: list[Fact] = []
    for administration in support.administrations:
        drug_line = administration.hcpcs == line.code or line.code.startswith(("J", "Q"))
        facts += [*administration_facts(administration, cells, drug_line=drug_line, supported=support.derived), blank()]
    chart = encounter.documentation
    for course in chart.radiation_courses or ():
        if course.course_id in support.courses:
            facts += [*chart_sections.course_facts(course, cells), blank()]
    if support.visit and chart.visit:
        facts += [*chart_sections.visit_facts(chart.visit, cells), blank()]
    if not facts:
        facts += [fact("nothing in the chart is matched with this line", Role.WARNING), blank()]
    return [
        *facts,
        *_comparison(line, support.derived, cells),
        *_pointed_to(encounter.claim, line, chart, cells),
        *_notes_naming(chart, support.administrations, cells),
    ]


def _comparison(line: ClaimLine, derived: Sequence[DerivedLine], cells: int) -> Iterator[Fact]:
    billed = "-".join([line.code, *line.modifiers])
    yield from labelled("billed", f"{billed} x {plain(line.units)}", cells)
    for item in derived:
        supported = "-".join([item.code, *item.modifiers])
        yield from labelled("supported", f"{supported} x {plain(item.units)}", cells, role=Role.HEADING)
        for reason in item.because:
            yield from labelled("", reason, cells)
    if not derived:
        yield from labelled("supported", "the program derives no line with this code from the chart", cells)
    yield blank()


def _pointed_to(claim: Claim, line: ClaimLine, chart: Documentation, cells: int) -> Iterator[Fact]:
    """Say what each diagnosis pointer of the line means, in the clinician's words where the chart has them."""
    for pointer in line.diagnosis_pointers:
        if not 1 <= pointer <= len(claim.diagnoses):
            yield from labelled(f"dx {pointer}", "points at no diagnosis of the claim", cells, role=Role.ERROR)
            continue
        code = claim.diagnoses[pointer - 1]
        documented = [
            (index, diagnosis) for index, diagnosis in enumerate(chart.diagnoses or ()) if diagnosis.code == code
        ]
        if not documented:
            yield from labelled(f"dx {pointer}", code, cells)
        for index, diagnosis in documented:
            yield from chart_sections.diagnosis_facts(diagnosis, index, cells, label=f"dx {pointer}")


def _notes_naming(chart: Documentation, given: Sequence[Administration], cells: int) -> Iterator[Fact]:
    names = {a.drug.casefold() for a in given if a.drug}
    for index, note in enumerate(chart.notes or ()):
        if any(name in note.text.casefold() for name in names):
            yield blank()
            yield from chart_sections.note_facts(note, index, cells)


def chart_facts(encounter: Encounter, cells: int, recognised: Sequence[Recognition] = ()) -> list[Fact]:
    """Show the whole chart, section by section, notes last. ``recognised`` names the regimen of its drugs."""
    chart = encounter.documentation
    if chart is None:
        return labelled("chart", NO_CHART, cells)
    facts: list[Fact] = []
    if chart.reason_for_encounter:
        facts += labelled("visit for", chart.reason_for_encounter.replace("_", " "), cells, "reason_for_encounter")
    for section in _sections(encounter, chart, cells, recognised):
        if section and facts:
            facts.append(blank())
        facts += section
    return facts or [fact("the chart is empty", Role.WARNING)]


def _sections(
    encounter: Encounter, chart: Documentation, cells: int, recognised: Sequence[Recognition]
) -> Iterator[list[Fact]]:
    if chart.diagnoses:
        yield [
            heading("documented diagnoses"),
            *(f for i, item in enumerate(chart.diagnoses) for f in chart_sections.diagnosis_facts(item, i, cells)),
        ]
    yield treatment_facts(encounter, recognised, cells)
    for administration in chart.administrations or ():
        yield administration_facts(administration, cells)
    if chart.visit:
        yield chart_sections.visit_facts(chart.visit, cells)
    for course in chart.radiation_courses or ():
        yield chart_sections.course_facts(course, cells)
    yield chart_sections.list_facts(chart, cells)
    for index, note in enumerate(chart.notes or ()):
        yield chart_sections.note_facts(note, index, cells)


def lit_facts(facts: Sequence[Fact], finding: Finding | None) -> frozenset[int]:
    """Give the rows that show what a finding rests on."""
    wanted = {place for item in finding.evidence for place in _places(item.path)} if finding else set()
    return frozenset(index for index, item in enumerate(facts) if not wanted.isdisjoint(item.paths))


def rests_on(finding: Finding, places: Collection[str]) -> bool:
    """Tell whether a finding rests on fields of the chart, or on what they are part of."""
    return any(not set(_places(item.path)).isdisjoint(places) for item in finding.evidence)


def records_in(places: Iterable[str]) -> frozenset[str]:
    """Name the administrations and courses that fields belong to."""
    return frozenset(_name_in(place) for place in places if place.startswith((_ADMINISTRATION, _COURSE)))


def diagnoses_in(encounter: Encounter, places: Collection[str]) -> frozenset[str]:
    """Give the codes of the documented diagnoses that fields belong to."""
    listed = enumerate(encounter.chart.diagnoses or ())
    return frozenset(item.code for at, item in listed if item.code and f"{BASE}diagnoses[{at}]" in places)


def lines_resting_on(
    encounter: Encounter, derivation: Derivation, findings: Sequence[Finding], places: Collection[str]
) -> frozenset[int]:
    """Give the positions of the lines that fields of the chart support, or whose diagnoses they are."""
    records, claim = records_in(places), encounter.claim
    codes = diagnoses_in(encounter, places)
    pointers = {number for number, code in enumerate(claim.diagnoses, start=1) if code in codes}
    found = set()
    for index, line in enumerate(claim.lines):
        support = support_for(encounter, line, derivation, findings)
        behind = {administration.id for administration in support.administrations} | support.courses
        if not (records.isdisjoint(behind) and pointers.isdisjoint(line.diagnosis_pointers)):
            found.add(index)
    return frozenset(found)


def _places(path: str) -> Iterator[str]:
    """Give the paths whose rows show a path: the field itself, what it is a part of, and the head of a whole record."""
    yield path
    yield f"{path}.id"
    for at, character in enumerate(path):
        if character in ".[":
            yield path[:at]
