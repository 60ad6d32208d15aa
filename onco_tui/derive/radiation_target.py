"""Which listed metastasis a charted course of radiation is aimed at, by the words of its site."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onco_tui.encounter.chart import RadiationCourse

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


def irradiated(courses: Sequence[RadiationCourse], listed: Sequence[str]) -> str | None:
    """Give the metastasis all courses are aimed at; None when sites are uncharted, differ, or name another organ."""
    found = {_target(course, listed) for course in courses}
    return found.pop() if len(found) == 1 else None


def _target(course: RadiationCourse, listed: Sequence[str]) -> str | None:
    words = frozenset(_WORD.findall((course.site or "").casefold())) | ({"cranial"} if course.cranial else set())
    for code, names, organ in _TARGETS:
        if code in listed and names & words and not any(other.startswith(organ) for other in listed):
            return code
    return None
