"""Which listed metastasis a treatment is aimed at: by the site of a charted radiation course, or by a bone agent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onco_tui.encounter.chart import RadiationCourse
from onco_tui.encounter.document import Encounter

_WORD = re.compile(r"[a-z]+")
_BONES = (
    "bone bones vertebra vertebrae vertebral spine spinal femur femoral humerus pelvis hip sacrum rib ribs skull tibia"
    " clavicle scapula sternum ilium acetabulum"
)
# Where a primary of the same organ is listed too, the words leave open which of the two is meant.
_TARGETS: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...] = (
    ("C79.31", frozenset({"brain", "cranial", "intracranial", "cerebral"}), ("C70", "C71", "C79.32")),
    ("C79.51", frozenset(_BONES.split()), ("C40", "C41", "C90", "C79.52")),
    ("C78.7", frozenset({"liver", "hepatic"}), ("C22",)),
)
_VISIT = "99"
_BONE_AGENTS = frozenset({"J0897", "J2430", "J3489", "Q5136"})


def target_of(encounter: Encounter, listed: Sequence[str]) -> str | None:
    """Give the metastasis aimed at; None when sites are uncharted, differ, or may mean another listed organ.

    A bone agent counts where neither a visit nor another therapy may be for the primary.
    """
    if encounter.chart.reason_for_encounter == "radiation_therapy":
        found = {_named(_words(course), listed) for course in encounter.chart.radiation_courses or ()}
        return found.pop() if len(found) == 1 else None
    billed = {line.code for line in encounter.claim.lines}
    given = billed | {administration.hcpcs for administration in encounter.chart.administrations or ()}
    if _BONE_AGENTS.isdisjoint(given) or any(code.startswith(_VISIT) for code in billed):
        return None
    return _named(frozenset({"bone"}), listed)


def _words(course: RadiationCourse) -> frozenset[str]:
    return frozenset(_WORD.findall((course.site or "").casefold())) | ({"cranial"} if course.cranial else set())


def _named(words: frozenset[str], listed: Sequence[str]) -> str | None:
    for code, names, organ in _TARGETS:
        if code in listed and names & words and not any(other.startswith(organ) for other in listed):
            return code
    return None
