"""Diagnosis lists with charts for property tests, drawn by topic so that the rules find much.

A topic is what a claim may list of one condition, what its chart may say, and what else a line may bill for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from onco_tui.encounter.document import Encounter, parse_encounter

Json = dict[str, object]


@dataclass(frozen=True)
class Topic:
    """Codes a claim may list, entries the chart may have (description, code, more), procedures a line may have."""

    codes: tuple[str, ...]
    entries: tuple[tuple[str, str | None], ...]
    lines: tuple[str, ...] = ()
    biomarkers: tuple[tuple[str, str], ...] = ()
    more: dict[str, object] = field(default_factory=dict)


TOPICS = (
    Topic(
        ("C34.11", "C34.12", "C34.90", "C34.10", "Z87.891", "F17.210", "J91.0", "R91.1", "C78.02"),
        (
            ("Adenocarcinoma, right upper lobe of lung", "C34.11"), ("Lung cancer", "C34.90"),
            ("Probable lung cancer", "C34.11"), ("Left lung cancer", None), ("Former smoker", "Z87.891"),
            ("Quit smoking 2009", None), ("Current smoker", None), ("Nodule", "R91.1"),
        ),
        ("J9271", "96413"),
    ),
    Topic(
        ("C50.411", "C50.412", "C50.421", "C50.911", "C50.919", "C50.811", "C50.211", "D05.11", "D05.12",
        "D49.3", "I89.0",
         "Z90.12", "Z85.3", "I97.2", "Z79.811", "Z79.818", "Z40.01", "Z15.01", "C79.51"),
        (
            ("Right breast cancer, upper outer quadrant", "C50.411"), ("Left breast cancer", None),
            ("Ductal carcinoma in situ of right breast", "D05.11"), ("DCIS", "C50.411"),
            ("Inflammatory carcinoma of the right breast", "C50.911"), ("Invasive ductal carcinoma", "C50.411"),
            ("Lymphedema after mastectomy", "I89.0"), ("Breast mass, biopsy pending", "D48.61"),
            ("On fulvestrant", None),
            ("BRCA1 variant", "Z15.01"), ("On letrozole", "Z79.811"),
        ),
        ("19301", "J9395", "J9355", "77412"),
    ),
    Topic(
        ("C50.911", "Z17.0", "Z17.1", "Z17.21", "Z17.22", "Z17.31", "Z17.32", "Z17.410", "Z17.421", "Z51.12",
        "Z51.11"),
        (("Breast cancer", "C50.911"), ("Estrogen receptor positive", "Z17.0")),
        ("J9355", "J9306", "96413"),
        (("ER", "95%"), ("ER", "negative"), ("PR", "0"), ("PR", "positive"), ("HER2", "IHC 3+"), ("HER2", "2+")),
    ),
    Topic(
        ("C61", "Z19.1", "Z19.2", "Z79.818", "Z79.899", "C79.51", "Z40.09", "Z51.81"),
        (
            ("Metastatic castration-resistant prostate cancer", "C61"), ("mHSPC", "C61"),
            ("Long-term leuprolide", "Z79.899"),
            ("Hormone resistant", "Z19.2"),
        ),
        ("J9043", "54520"),
    ),
    Topic(
        ("C56.1", "C56.2", "C56.3", "C79.61", "C79.62", "Z40.02", "R18.0", "C78.6"),
        (("Carcinoma of the right ovary", "C56.1"), ("Carcinoma of left ovary", None)),
        ("58661",),
    ),
    Topic(
        ("C80.0", "C80.1", "C79.9", "C79.51", "C18.9", "C18.7", "C7A.012", "C7A.090", "C78.7", "C78.6",
        "C17.2", "C34.11"),
        (
            ("Adenocarcinoma of the sigmoid colon", "C18.9"), ("Neuroendocrine tumor of ileum", "C17.2"),
            ("Typical carcinoid of the lung", "C34.11"), ("Carcinoma of ectopic pancreatic tissue", "C18.7"),
        ),
    ),
    Topic(
        ("C49.4", "D48.113", "D48.61", "D49.3", "D49.2", "C78.39", "C79.89", "C32.0", "C16.2", "C77.3", "C83.31"),
        (
            ("Desmoid tumor of the abdominal wall", "C49.4"), ("Aggressive fibromatosis", "D48.113"),
            ("Breast mass, pathology pending", "D48.61"), ("Metastasis to the larynx", "C78.39"),
            ("Metastasis of the tongue", None), ("Carcinoma of ectopic pancreatic tissue in the stomach", "C16.2"),
        ),
    ),
    Topic(
        ("T45.1X5A", "T45.AX5A", "T38.6X5A", "T45.1X5D", "K52.1", "D70.1", "D64.81", "D63.0", "D61.1",
        "C34.11", "Z92.21",
         "Z92.26"),
        (
            ("Colitis due to pembrolizumab", "K52.1"), ("Neutropenia after carboplatin", "D70.1"),
            ("Adverse effect of Keytruda", "T45.AX5A"), ("Hot flushes from tamoxifen", None),
        ),
        ("J9271", "J9045"),
        more={"role": "adverse_effect"},
    ),
    Topic(
        ("D89.832", "D89.839", "G92.00", "G92.01", "T80.82XA", "T45.AX5A", "Z92.850", "C83.31"),
        (("CRS grade 2 after axicabtagene ciloleucel", "D89.839"), ("ICANS grade III", None), ("CRS", "D89.832")),
    ),
    Topic(
        ("C90.00", "Z79.61", "Z79.631", "Z79.60", "Z51.81", "Z15.09", "Z15.060", "C91.10", "Z85.6", "R52", "G89.3"),
        (("Long-term lenalidomide", "Z79.631"), ("Long-term lenalidomide", "Z79.61"), ("Lynch syndrome, MSH2",
         "Z15.09")),
    ),
)  # fmt: skip
DRUGS = (("J9271", "pembrolizumab"), ("J9045", "carboplatin"), ("J9395", "fulvestrant"))
DAYS = ("2023-11-02", "2024-09-30", "2025-09-30", "2026-03-02", "2026-03-02", "2026-03-02", "2026-11-02", "2026-11-02")


@st.composite
def _entry(draw: st.DrawFn, topic: Topic) -> Json:
    description, code = draw(st.sampled_from(topic.entries))
    usual: Json = {"description": description, "code": code, "status": "active"} | topic.more
    changes: Json = {
        "role": draw(st.sampled_from(("primary", "secondary", "symptom", None))),
        "status": draw(st.sampled_from(("active", "history", "suspected", None))),
        "laterality": draw(st.sampled_from(("right", "left", "bilateral", "R", None))),
        "histology": draw(st.sampled_from((None, "adenocarcinoma", "neuroendocrine tumor, grade 1"))),
        "due_to": draw(st.sampled_from((None, "antineoplastic_drug", "radiation"))),
        "treated": draw(st.sampled_from((None, True, False))),
        "code": draw(st.sampled_from((None, *topic.codes))),
    }
    changed = draw(st.lists(st.sampled_from(sorted(changes)), max_size=2))
    return usual | {name: changes[name] for name in changed}


@st.composite
def _chart(draw: st.DrawFn, topics: list[Topic]) -> Json | None:
    if draw(st.integers(0, 14)) == 0:
        return None
    entries = [draw(_entry(topic)) for topic in topics for _ in range(draw(st.integers(0, 2)))]
    drug = draw(st.sampled_from(DRUGS))
    given = [{"id": "A1", "drug": drug[1], "hcpcs": drug[0], "purpose": "treatment", "route": "iv_infusion"}]
    results = [result for topic in topics for result in topic.biomarkers]
    markers = draw(st.lists(st.sampled_from(results), max_size=3, unique=True)) if results else []
    return {
        "reason_for_encounter": draw(st.sampled_from(("antineoplastic_therapy", "follow_up", None))),
        "diagnoses": draw(st.sampled_from((entries, entries, entries, entries, None))),
        "biomarkers": [{"name": name, "result": result} for name, result in markers],
        "administrations": draw(st.sampled_from((None, [], given, given))),
        "treatment_plan": draw(st.sampled_from((None, {"line_of_therapy": 1}, {"line_of_therapy": 2}))),
        "radiation_courses": draw(st.sampled_from((None, None, [{"course_id": "R1", "site": "left breast"}]))),
    }


@st.composite
def listed_encounters(draw: st.DrawFn) -> Encounter:
    """Draw a claim on one or two topics, with codes of both in any order, and a chart that may agree with it."""
    topics = draw(st.lists(st.sampled_from(TOPICS), min_size=1, max_size=2))
    day = draw(st.sampled_from(DAYS))
    pool = sorted({code for topic in topics for code in topic.codes})
    diagnoses = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=6, unique=draw(st.integers(0, 5)) > 0))
    if draw(st.integers(0, 19)) == 0:
        diagnoses += [
            "I10",
            "E11.9",
            "J44.9",
            "N18.30",
            "K21.9",
            "E86.0",
            "M81.0",
            "F41.9",
            "R53.83",
            "D50.0",
            "E78.5",
            "Z51.12",
        ]
    codes = ("96413", "99214", *(code for topic in topics for code in topic.lines))
    lines = [
        {
            "line": number,
            "code": draw(st.sampled_from(codes)),
            "modifiers": draw(st.sampled_from(([], [], ["LT"], ["RT"]))),
            "diagnosis_pointers": draw(
                st.lists(st.integers(1, min(len(diagnoses), 12)), min_size=1, max_size=4, unique=True)
            ),
            "charge": "10.00",
            "date_of_service": day,
        }
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]
    return parse_encounter({
        "schema": "onco-encounter/1",
        "encounter_id": "E-DIAGNOSES",
        "patient": {"sex": draw(st.sampled_from(("F", "M", "U", None)))},
        "claim": {
            "claim_type": draw(st.sampled_from(("professional", "professional", "institutional"))),
            "date_from": day, "diagnoses": diagnoses, "lines": lines,
        },
        "documentation": draw(_chart(topics)),
    })  # fmt: skip
