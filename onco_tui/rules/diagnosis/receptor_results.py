"""Receptor results of the chart, read as positive, negative, or not settled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from onco_tui.encounter.chart import Biomarker
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Evidence


@dataclass(frozen=True, slots=True)
class Receptor:
    """A receptor: its name, how charts name it, and the codes for present and absent."""

    name: str
    charted_as: re.Pattern[str]
    positive: str
    negative: str


RECEPTORS = (
    Receptor("ER", re.compile(r"er|o?estrogen receptors?"), "Z17.0", "Z17.1"),
    Receptor("PR", re.compile(r"pr|pgr|progesterone receptors?"), "Z17.21", "Z17.22"),
    Receptor("HER2", re.compile(r"her-?2(?:[/ ]neu)?|human epidermal growth factor receptor 2"), "Z17.31", "Z17.32"),
)
_ASIDE = re.compile(r"\([^()]*\)|\b(?:status|ihc|fish|ish|expression|by)\b")
_UNSETTLED = re.compile(
    r"\bequivocal\b|\blow\b|\bultra-?low\b|\bindeterminate\b|\bpending\b|\bunknown\b|\bnot (?:done|tested|sent)\b"
)
_NEGATIVE = re.compile(
    r"\bneg(?:ative)?\b|\bnot (?:amplified|detected|expressed)\b|\bnon-?amplified\b|\babsent\b|^-$|< ?1 ?%"
)
_POSITIVE = re.compile(r"\bpos(?:itive)?\b|(?<!not )(?<!non-)\bamplified\b|^\+$")
_PERCENT = re.compile(r"(?<![<\d.])(\d{1,3}(?:\.\d+)?) ?%")
_SCORE = re.compile(r"(?:^|\b(?:ihc|score) ?)([0-3])(?![\d.%])")


def results(context: Context) -> Mapping[str, Mapping[bool, Biomarker]]:
    """Give the settled results by receptor name, positive and negative apart. Use it through ``context.once``."""
    found: dict[str, dict[bool, Biomarker]] = {}
    for marker in context.chart.biomarkers or ():
        name = " ".join(_ASIDE.sub(" ", marker.name.casefold()).split())
        for receptor in RECEPTORS:
            if receptor.charted_as.fullmatch(name):
                positive = _is_positive(receptor.name, (marker.result or "").casefold().strip())
                if positive is not None:
                    found.setdefault(receptor.name, {})[positive] = marker
    return found


def settled(context: Context) -> dict[str, tuple[str, str, Biomarker]]:
    """Give, for each receptor with one result, the code it has, the code it has not, and the result."""
    found: dict[str, tuple[str, str, Biomarker]] = {}
    known = context.once(results)
    for receptor in RECEPTORS:
        by_result = known.get(receptor.name, {})
        if len(by_result) == 1:
            ((positive, marker),) = by_result.items()
            codes = (receptor.positive, receptor.negative)
            found[receptor.name] = (*(codes if positive else codes[::-1]), marker)
    return found


def result_evidence(context: Context, marker: Biomarker) -> Evidence:
    """Point at a result."""
    at = (context.chart.biomarkers or ()).index(marker)
    return Evidence(f"documentation.biomarkers[{at}].result", f"{marker.name} {marker.result or ''}".strip())


def _is_positive(receptor: str, result: str) -> bool | None:
    """Read a result; None when it settles nothing: a HER2 score of 2+, a low HER2, which has no code, or mixed words.

    One cell in a hundred makes estrogen and progesterone receptors positive.
    """
    negative, positive = bool(_NEGATIVE.search(result)), bool(_POSITIVE.search(result))
    unsettled = bool(_UNSETTLED.search(result))
    if (negative and positive) or (unsettled and (receptor == "HER2" or not positive)):
        return None
    if negative or positive:
        return positive
    if receptor == "HER2":
        score = _SCORE.search(result)
        return None if score is None or score[1] == "2" else score[1] == "3"
    percent = _PERCENT.search(result)
    return Decimal(percent[1]) >= 1 if percent else None
