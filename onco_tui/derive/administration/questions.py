"""The questions a derivation may meet: those a payer's policy answers and those only the chart could answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Question = Literal[
    "missing_stop", "stop_from_volume_and_rate", "hydration_segments", "hydration_without_purpose",
    "concurrent_overlap", "concurrent_order", "concurrent_chemotherapy", "net_overlap_from_hours",
    "same_drug_repeat_infusion", "same_drug_syringes", "same_drug_injections", "same_drug_push_and_infusion",
    "repeat_push_interval", "stopped_infusion", "second_access", "portable_pump_start", "primary_reason",
    "lesion_count", "days_as_stay", "stay_as_days", "untimed_repeat", "hydration_beside_open_end", "class_other",
    "long_push", "class_charted",
]  # fmt: skip

# Question in words, then each answer a policy may choose.
BY_POLICY: Mapping[Question, tuple[str, Mapping[str, str]]] = {
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
            "one_infusion": "not separately: one infusion is reported for both",
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
        {
            "repeat_push": "chemotherapy as a push of its own, another drug as a repeat push in a facility",
            "both": "yes, they are different techniques",
            "infusion_only": "no, only the infusion",
        },
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
        "Which code starts a portable pump that may be the practice's or the hospital's own?",
        {"96416": "96416, as for a pump the practice does not supply", "G0498": "G0498, as for one it does"},
    ),
}

# Where the chart is silent: the question in words and what is taken until the chart says otherwise.
BY_CHART: Mapping[Question, tuple[str, str]] = {
    "lesion_count": ("Were more than seven lesions injected?", "no"),
    "days_as_stay": (
        "Did the patient stay in the facility from one of these dates to the next?",
        "no, nothing was given at night: each date is a visit of its own",
    ),
    "stay_as_days": (
        "Did the patient leave the facility between these dates?",
        "no, something was given at night: one stay",
    ),
    "untimed_repeat": (
        "Is a repeat infusion of a drug without its times reported beside the first?",
        "no, it adds no minutes",
    ),
    "hydration_beside_open_end": (
        "Did an infusion whose times are not all charted still run beside the hydration?",
        "no, it counts as a push and takes no minutes",
    ),
    "class_other": (
        "Which family of codes does a drug of another class belong to?",
        "none before the chart names its class",
    ),
    "class_charted": (
        "The chart gives a drug another class than the drug table. Which is right?",
        "the charted one",
    ),
    "long_push": (
        "Did the person who gave a push of more than 15 minutes stay with the patient throughout?",
        "yes, as a push is charted",
    ),
}
# Questions whose answer changes how the chart itself is read.
OF_THE_CHART: frozenset[Question] = frozenset(
    {
        "stop_from_volume_and_rate",
        "hydration_without_purpose",
        "second_access",
        "days_as_stay",
        "stay_as_days",
        "class_other",
        "class_charted",
        "long_push",
    }
)
