"""What a rule answers with. A finding is a value; nothing here changes a claim."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from typing import Literal

from onco_tui.encounter.edits import Edit

Direction = Literal["over", "under", "documentation", "format"]
Grade = Literal["safe", "review", "query"]


class Severity(IntEnum):
    """How bad; ordered, so that ``--fail-on`` can compare."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The name used in JSON and on the screen."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in the document and the value read there: ``documentation.administrations[A2].stop``."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class Authority:
    """Who says so, where, and a link."""

    source: str
    section: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """A proposed change. ``safe`` restates the chart, ``review`` needs a person, ``query`` drafts a question.

    A ``query`` fix has no edits; ``question`` is the neutral draft to the clinician.
    """

    title: str
    grade: Grade
    edits: tuple[Edit, ...] = ()
    question: str = ""

    @property
    def id(self) -> str:
        """A stable name of this very change."""
        text = "\x1f".join([self.title, self.grade, self.question, *(edit.model_dump_json() for edit in self.edits)])
        return _digest(text)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a rule function yields; the engine completes it with the rule's own facts.

    ``subject`` tells apart several findings of one rule on the same lines (an administration id, say).
    """

    message: str
    lines: tuple[int, ...] = ()
    diagnoses: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    direction: Direction = "format"
    amount_at_risk: Decimal | None = None
    fixes: tuple[Fix, ...] = ()
    subject: str = ""
    severity: Severity | None = None
    authority: tuple[Authority, ...] = ()


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A rule, or a part of its work, that could not be done, and why.

    ``service`` names the kind of service where no rule at all reads what the lines bill.
    """

    reason: str
    rule: str = ""
    lines: tuple[int, ...] = ()
    service: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``id`` names it across runs; ``facts`` changes when what it rests on changes."""

    id: str
    rule: str
    name: str
    severity: Severity
    lines: tuple[int, ...]
    diagnoses: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    message: str
    authority: tuple[Authority, ...]
    direction: Direction
    amount_at_risk: Decimal | None
    fixes: tuple[Fix, ...]
    facts: str

    def as_json(self) -> dict[str, object]:
        """Give the finding in the form of ``onco-check/1``."""
        return {
            "id": self.id,
            "rule": self.rule,
            "name": self.name,
            "severity": self.severity.word,
            "lines": list(self.lines),
            "diagnoses": list(self.diagnoses),
            "evidence": [{"path": item.path, "value": item.value} for item in self.evidence],
            "message": self.message,
            "authority": [{"source": a.source, "section": a.section, "url": a.url} for a in self.authority],
            "direction": self.direction,
            "amount_at_risk": None if self.amount_at_risk is None else f"{self.amount_at_risk:.2f}",
            "fixes": [_fix_json(fix) for fix in self.fixes],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of all rules on one encounter. ``checked`` counts rules that did their whole work."""

    encounter_id: str
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]
    checked: int
    passed: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, object]:
        """Give the report in the form of one ``onco-check/1`` encounter."""
        return {
            "encounter_id": self.encounter_id,
            "findings": [finding.as_json() for finding in self.findings],
            "not_checked": [{"rule": entry.rule, "reason": entry.reason} for entry in self.not_checked],
            "checked": self.checked,
        }


def _fix_json(fix: Fix) -> dict[str, object]:
    data: dict[str, object] = {
        "id": fix.id,
        "title": fix.title,
        "grade": fix.grade,
        "edits": [edit.model_dump(mode="json", by_alias=True) for edit in fix.edits],
    }
    return data | ({"question": fix.question} if fix.question else {})


def finding_id(rule: str, encounter_id: str, draft: Draft) -> str:
    """Name a finding by what it is about, not by its wording."""
    lines = ",".join(str(number) for number in sorted(draft.lines))
    return _digest(f"{rule}\x1f{encounter_id}\x1f{lines}\x1f{draft.subject}")


def facts_digest(draft: Draft) -> str:
    """Digest what a finding rests on; a dismissal holds as long as this stays the same."""
    parts = [f"{item.path}={item.value}" for item in sorted(draft.evidence, key=lambda item: item.path)]
    return _digest("\x1f".join([draft.message, *parts]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
