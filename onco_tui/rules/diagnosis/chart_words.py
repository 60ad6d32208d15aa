"""What the chart says of a diagnosis: in its code, in its side, and in words that affirm it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onco_tui.encounter.chart import ChartDiagnosis
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Evidence

Side = str
RIGHT, LEFT, BILATERAL = "right", "left", "bilateral"

_SIDES = {"right": RIGHT, "r": RIGHT, "rt": RIGHT, "left": LEFT, "l": LEFT, "lt": LEFT}
_SIDE = re.compile(r"\b(right|left|bilateral|both)\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:no|not|without|denies|denied|negative for|rules? out|ruled out|r/o|excluded|absence of|free of|never)\b"
    r"[^.;,]{0,40}$|\bnon-? ?$"
)
_DENIED_AFTER = re.compile(
    r":?\s*(?:is |was |are |were )?(?:absent|not (?:identified|seen|present|found)|excluded|ruled out|negative|none)\b"
)
_METASTASIS = re.compile(r"\bmetastas[ie]s\b|\bmets\b")
_UNSURE = re.compile(
    r"\b(?:possible|possibly|probable|probably|suspected|suspicious for|suspicion of|questionable|likely|unlikely|"
    r"rule out|r/o|concern for|concerning for|compatible with|consistent with|working diagnosis|versus|vs)\b"
)


@dataclass(frozen=True, slots=True)
class Charted:
    """A charted diagnosis with its place in the chart; ``words`` are description and histology in lower case."""

    at: int
    diagnosis: ChartDiagnosis
    words: str

    @property
    def code(self) -> str:
        """The code the chart gives, empty without one."""
        return self.diagnosis.code or ""

    @property
    def active(self) -> bool:
        """Whether it is a present, established condition."""
        return self.diagnosis.status not in {"history", "suspected"}

    def evidence(self, *fields: str) -> tuple[Evidence, ...]:
        """Point at fields that are charted."""
        base = f"documentation.diagnoses[{self.at}]"
        return tuple(
            Evidence(f"{base}.{name}", str(value))
            for name in fields
            if (value := getattr(self.diagnosis, name)) is not None
        )

    @property
    def secondary(self) -> bool:
        """Whether it is a metastasis: by its role, and without one by its words."""
        role = self.diagnosis.role
        return role == "secondary" or (role is None and bool(_METASTASIS.search(self.words)))

    @property
    def side(self) -> Side:
        """The charted side: its own field, else the one side its description names; empty when there is none."""
        if field := (self.diagnosis.laterality or "").casefold().strip():
            return _SIDES.get(field, BILATERAL if field in {"bilateral", "both", "b"} else "")
        named = {side.casefold() for side in _SIDE.findall(self.diagnosis.description or "")}
        return named.pop() if len(named) == 1 and not named & {"both", BILATERAL} else BILATERAL if named else ""


def charted(context: Context) -> tuple[Charted, ...]:
    """Give the charted diagnoses. Use it through ``context.once``."""
    return tuple(
        Charted(at, diagnosis, f"{diagnosis.description or ''}; {diagnosis.histology or ''}".casefold())
        for at, diagnosis in enumerate(context.chart.diagnoses or ())
    )


def active(context: Context) -> Iterator[Charted]:
    """Give the charted diagnoses that are present and established."""
    return (entry for entry in context.once(charted) if entry.active)


def primary_in_words(entries: Iterable[Charted]) -> Charted | None:
    """Give the one primary the chart has, where it has it in words alone; None where it has a code or another."""
    primaries = [entry for entry in entries if entry.diagnosis.role == "primary"]
    return primaries[0] if len(primaries) == 1 and not primaries[0].code else None


def affirms(words: str, pattern: re.Pattern[str]) -> bool:
    """Tell whether words say something that they neither deny nor doubt."""
    return any(
        not _DENIED.search(words[: match.start()])
        and not _DENIED_AFTER.match(words, match.end())
        and not _UNSURE.search(_clause(words, match.start()))
        for match in pattern.finditer(words)
    )


def _clause(words: str, end: int) -> str:
    """Give what stands before a place in the same clause."""
    start = max(words.rfind(mark, 0, end) for mark in ".;,")
    return words[start + 1 : end]


def listed_codes(context: Context) -> frozenset[str]:
    """Give the codes the chart lists itself, of present and past conditions."""
    return frozenset(
        entry.code for entry in context.once(charted) if entry.code and entry.diagnosis.status != "suspected"
    )
