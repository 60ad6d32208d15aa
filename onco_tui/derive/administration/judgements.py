"""Questions on which published authorities differ: each other reading is worked out in full."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from onco_tui.codesets.policy import Policy
from onco_tui.codesets.reference import Reference
from onco_tui.derive.administration.accesses import charted
from onco_tui.derive.administration.coding import Coding, earned_under
from onco_tui.derive.administration.reading import Reading
from onco_tui.derive.administration.sheet import Earned, Question
from onco_tui.derive.result import Choice, Judgement
from onco_tui.encounter.document import Encounter

# Question in words, then each answer a policy may choose.
_WORDS: Mapping[Question, tuple[str, Mapping[str, str]]] = {
    "missing_stop": (
        "How is a drug infusion without its start or stop time reported?",
        {
            "push": "at most as a push, and its times are asked for",
            "query": "not before its times are charted",
            "unbillable": "not at all",
        },
    ),
    "stop_from_volume_and_rate": (
        "May a missing time be computed from the charted volume and rate?",
        {"True": "yes", "False": "no, a charted time is needed"},
    ),
    "hydration_segments": (
        "Do separate stretches of hydration add up?",
        {"add_up": "yes, their minutes are added", "stand_alone": "no, each needs 31 minutes of its own"},
    ),
    "hydration_without_purpose": (
        "Is fluid without a charted purpose hydration?",
        {"query": "not before the order says so", "hydration": "yes"},
    ),
    "concurrent_overlap": (
        "How much overlap makes an infusion concurrent?",
        {
            "any_overlap": "any overlap",
            "mostly_overlapping": "more than half of its minutes",
            "sixteen_minutes_apart": "all but 15 minutes: 16 outside the overlap make it sequential",
        },
    ),
    "concurrent_order": (
        "Which of two overlapping infusions is the concurrent one?",
        {"longest_first": "the shorter one", "by_clock": "the one that started later"},
    ),
    "concurrent_chemotherapy": (
        "How is chemotherapy reported that runs beside other chemotherapy?",
        {
            "one_infusion": "not: one infusion is reported for both",
            "each_infusion": "each infusion is reported",
            "unlisted": "by the unlisted chemotherapy code",
        },
    ),
    "net_overlap_from_hours": (
        "Do minutes beside another infusion count towards additional hours?",
        {"False": "yes, all minutes of the drug count", "True": "no, they are taken off"},
    ),
    "same_drug_repeat_infusion": (
        "How is a repeat infusion of the same drug reported?",
        {
            "add_time": "its minutes add to the first infusion",
            "separate": "as an infusion of its own",
            "repeat_push": "as a repeat push of the same drug, in a facility",
        },
    ),
    "same_drug_syringes": (
        "Are several syringes of one drug within 30 minutes one push?",
        {"one_push": "yes", "each_push": "no, each counts"},
    ),
    "same_drug_injections": (
        "Are several injections of one drug reported each?",
        {"each_injection": "yes, each injection", "one_injection": "no, once for the drug"},
    ),
    "same_drug_push_and_infusion": (
        "Is a push reported beside an infusion of the same drug?",
        {"both": "yes, they are different techniques", "infusion_only": "no, only the infusion"},
    ),
    "repeat_push_interval": (
        "From which push do the 30 minutes to a repeat push run?",
        {"reported_push": "from the last push that was reported", "previous_push": "from the last push given"},
    ),
    "stopped_infusion": (
        "How does an office report an infusion stopped within 15 minutes?",
        {"modifier_53": "as the infusion with modifier 53", "actual_time": "by the time it ran, as a push"},
    ),
    "second_access": (
        "Does a second access earn an initial service of its own?",
        {
            "own_initial": "yes, when the second access was medically necessary",
            "one_access": "no, its services are added to the first",
        },
    ),
    "portable_pump_start": (
        "Which code starts a portable pump when its supplier is not charted?",
        {"96416": "96416, as for a pump the practice does not supply", "G0498": "G0498, for the practice's own pump"},
    ),
}
_PRIMARY = "Which service was the primary reason for the visit?"
_LESIONS = "Were more than seven lesions injected?"
# Questions whose answer changes how the chart itself is read.
_OF_THE_CHART: frozenset[Question] = frozenset(
    {"stop_from_volume_and_rate", "hydration_without_purpose", "second_access"}
)


def judgements(encounter: Encounter, reference: Reference, reading: Reading, coding: Coding) -> tuple[Judgement, ...]:
    """Give the questions met in this encounter whose other answers change the lines."""
    found = []
    taken = _choices(coding.earned)
    for question, about in coding.asked.items():
        words, chosen, others = _readings(question, reading, about)
        alternatives: dict[tuple[Choice, ...], None] = {}
        for other in others:
            chart = charted(encounter, reference, other) if question in _OF_THE_CHART else coding.chart
            alternatives[_choices(earned_under(chart, encounter, reference, other).earned)] = None
        alternatives.pop(taken, None)
        if alternatives:
            found.append(Judgement(tuple(about), words, chosen, tuple(alternatives)))
    return tuple(found)


def _readings(question: Question, reading: Reading, about: Sequence[str]) -> tuple[str, str, Iterable[Reading]]:
    """Give the question in words, the answer taken, and the readings under every other answer."""
    if question == "primary_reason":
        return _PRIMARY, "the strongest service", [replace(reading, primary=source) for source in about]
    if question == "lesion_count":
        return _LESIONS, "no", [replace(reading, many_lesions=True)]
    words, answers = _WORDS[question]
    taken = str(getattr(reading.policy, question))
    others = (
        Reading(_switched(reading.policy, question, answer), reading.facility, reading.primary)
        for answer in answers
        if answer != taken
    )
    return words, answers[taken], others


@lru_cache(maxsize=256)
def _switched(policy: Policy, question: Question, answer: str) -> Policy:
    value = {"True": True, "False": False}.get(answer, answer)
    return policy.model_copy(update={question: value})


def _choices(earned: Iterable[Earned]) -> tuple[Choice, ...]:
    """Give the line set without dates, units summed, in a fixed order."""
    units: dict[tuple[str, tuple[str, ...]], int] = defaultdict(int)
    for line in earned:
        units[line.code, line.modifiers] += line.units
    return tuple(Choice(code, Decimal(count), modifiers) for (code, modifiers), count in sorted(units.items()))
