"""What the chart says of the results a drug's use rests on, and whether they speak for the use or against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from onco_tui.codesets.coverage import DrugUses, Marker, Polarity, Use
from onco_tui.rules.context import Context
from onco_tui.rules.coverage.results import NEGATIVE, POSITIVE, Reading, read_result
from onco_tui.rules.coverage.services import Service, by_day, chart_text, diagnoses_of, of_trial, services
from onco_tui.rules.finding import Evidence

State = Literal["met", "against", "unread", "missing"]


@dataclass(frozen=True, slots=True)
class Found:
    """One place of the record that speaks of a result. ``name`` is how the chart names it; empty for a status code."""

    reading: Reading | None
    name: str
    evidence: Evidence

    @property
    def words(self) -> str:
        """Write it for people: ``HER2: negative, IHC 1+``."""
        return f"{self.name}: {self.evidence.value}" if self.name else self.evidence.value


@dataclass(frozen=True, slots=True)
class Answer:
    """What the record says of one result a use needs. ``found`` is what was read, readable or not."""

    marker: Marker
    wanted: Polarity
    state: State
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A drug billed for a diagnosis whose uses rest on results, with the answers by use."""

    uses: DrugUses
    group: tuple[Service, ...]
    answers: tuple[tuple[Use, tuple[Answer, ...]], ...]

    @property
    def state(self) -> State:
        """Take the best of the uses: one that is met suffices, and only all together speak against the drug."""
        states = {_together(answers) for _, answers in self.answers}
        order: tuple[State, ...] = ("met", "unread", "missing", "against")
        return next(state for state in order if state in states)

    def names(self, state: State) -> str:
        """Name the uses whose results together are in a state."""
        return " or ".join(dict.fromkeys(use.name for use, answers in self.answers if _together(answers) == state))

    def those(self, state: State) -> tuple[Answer, ...]:
        """Give the answers of one state, of all uses, each marker once."""
        found = {
            answer.marker.name: answer for _, answers in self.answers for answer in answers if answer.state == state
        }
        return tuple(found.values())


def _together(answers: Sequence[Answer]) -> State:
    states = {answer.state for answer in answers}
    order: tuple[State, ...] = ("against", "missing", "unread", "met")
    return next((state for state in order if state in states), "met")


def judged(context: Context) -> tuple[Judged, ...]:
    """Judge every billed drug whose uses rest on results. Use it through ``context.once``."""
    found = []
    for code, lines in context.once(services).items():
        uses = context.reference.coverage.uses_of(code)
        if uses is None or not any(use.needs or use.excluded_by for use in uses.uses):
            continue
        for group in by_day(lines):
            if not any(of_trial(context, service) for service in group):
                answers = tuple((use, _answers(context, use)) for use in matched(context, uses, group))
                if answers:
                    found.append(Judged(uses, group, answers))
    return tuple(found)


def matched(context: Context, uses: DrugUses, group: Sequence[Service]) -> tuple[Use, ...]:
    """Give the uses the lines' diagnoses stand for; where they stand for none, those of the whole claim."""
    on = uses.on(group[0].day)
    pointed = tuple(use for use in on if use.diagnoses.cover_any(diagnoses_of(group)))
    return pointed or tuple(use for use in on if use.diagnoses.cover_any(context.claim.diagnoses))


def _answers(context: Context, use: Use) -> tuple[Answer, ...]:
    table = context.reference.coverage.markers
    needed = [_needed(context, table[name], wanted) for name, wanted in use.needs]
    spoken = [_excluding(context, table[name], unwanted) for name, unwanted in use.excluded_by]
    return (*needed, *spoken)


def _needed(context: Context, marker: Marker, wanted: Polarity) -> Answer:
    found = tuple(_readings(context, marker))
    value = _settled(marker, [item.reading for item in found])
    state: State = "missing"
    if wanted == "any":
        state = "met" if found else "missing"
    elif value is not None:
        state = "met" if value == wanted else "against"
    elif found:
        state = "unread"
    return Answer(marker, wanted, state, found)


def _excluding(context: Context, marker: Marker, unwanted: Polarity) -> Answer:
    found = tuple(_readings(context, marker))
    value = _settled(marker, [item.reading for item in found])
    state: State = "against" if value == unwanted else "met"
    wanted: Polarity = POSITIVE if unwanted == NEGATIVE else NEGATIVE
    return Answer(marker, wanted, state, found)


def _settled(marker: Marker, readings: Sequence[Reading | None]) -> Reading | None:
    """Give the one value of several readings; results that contradict one another settle nothing."""
    values = {reading for reading in readings if reading is not None}
    if marker.any_positive and POSITIVE in values:
        return POSITIVE
    return values.pop() if len(values) == 1 else None


def _readings(context: Context, marker: Marker) -> Iterator[Found]:
    chart = context.chart
    for index, result in enumerate(chart.biomarkers or ()):
        if result.result and marker.named(result.name):
            place = Evidence(f"documentation.biomarkers[{index}].result", result.result)
            yield Found(read_result(marker, result.result), result.name, place)
    for path, code in _codes(context):
        if code in marker.positive:
            yield Found(POSITIVE, "", Evidence(path, code))
        elif code in marker.negative:
            yield Found(NEGATIVE, "", Evidence(path, code))
    if marker.histology:
        for index, diagnosis in enumerate(chart.diagnoses or ()):
            for field in ("histology", "description"):
                text = getattr(diagnosis, field)
                if text and (reading := read_result(marker, text)):
                    yield Found(reading, field, Evidence(f"documentation.diagnoses[{index}].{field}", text))


def _codes(context: Context) -> Iterator[tuple[str, str]]:
    for code in context.claim.diagnoses:
        yield "claim.diagnoses", code
    for index, diagnosis in enumerate(context.chart.diagnoses or ()):
        if diagnosis.code:
            yield f"documentation.diagnoses[{index}].code", diagnosis.code


def why_open(context: Context, entry: Judged) -> str:
    """Say why a missing result cannot be told missing; empty when the record has none.

    Histology stands in reports that seldom come with the chart; a result may be told in a note only.
    """
    missing = entry.those("missing")
    names = ", ".join(answer.marker.shown for answer in missing)
    if entry.state == "unread":
        unread = ", ".join(answer.marker.shown for answer in entry.those("unread"))
        return f"the wording of the result for {unread} is not certain"
    if context.chart.biomarkers is None and not all(answer.marker.histology for answer in missing):
        return f"no results came with the chart ({names})"
    if any(answer.marker.histology for answer in missing):
        return f"{names} is not charted"
    texts = [f"{result.name} {result.result or ''}" for result in context.chart.biomarkers or ()]
    texts += context.once(chart_text).splitlines()
    if told := [answer.marker.shown for answer in missing if any(map(answer.marker.named, texts))]:
        return f"{', '.join(told)} is told in the chart's text, not as a result of its own"
    return ""
