"""The page of a rule: what it finds and why, on what authority, and how it fared in this database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from onco_tui.encounter.counting import counted
from onco_tui.present.spans import BLANK, Role, Row, entry, join, span
from onco_tui.rules.finding import Authority, Severity

_LABEL = 12


class RuleDoc(Protocol):
    """What a rule must offer."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def name(self) -> str:
        """Its short name."""

    @property
    def severity(self) -> Severity:
        """The worst it says."""

    @property
    def doc(self) -> Mapping[str, str]:
        """Its documentation by heading."""

    @property
    def authority(self) -> Sequence[Authority]:
        """On what it rests."""


class RuleRecord(Protocol):
    """How a rule fared."""

    @property
    def found_in(self) -> int:
        """Encounters it fires on now."""

    @property
    def accepted(self) -> int:
        """Fixes of it that were accepted."""

    @property
    def dismissed(self) -> Mapping[str, int]:
        """Findings of it that were set aside, by reason."""


def rule_rows(rule: RuleDoc, record: RuleRecord, words: Mapping[str, str], cells: int) -> list[Row]:
    """Show a rule; ``words`` are the dismissal reasons in full."""
    head = (span(rule.code, Role.CODE), span(rule.name.replace("-", " "), Role.HEADING), span(rule.severity.word))
    rows: list[Row] = [join(head), BLANK, *_record(record, words, cells), BLANK]
    for heading, text in rule.doc.items():
        if heading != "Summary":
            rows += [(span(heading, Role.HEADING),), *entry("", text, cells, label_cells=1), BLANK]
    for authority in rule.authority:
        rows += entry("", f"{authority.source}, {authority.section}", cells, label_cells=1)
        rows += entry("", authority.url, cells, Role.LABEL, label_cells=1) if authority.url else []
    return rows


def _record(record: RuleRecord, words: Mapping[str, str], cells: int) -> list[Row]:
    """Say how often it fired, was accepted and was set aside here."""
    count = record.found_in
    rows = entry("here now", f"in {counted(count, 'encounter')}", cells, label_cells=_LABEL)
    rows += entry("accepted", counted(record.accepted, "time"), cells, label_cells=_LABEL)
    total = sum(record.dismissed.values())
    why = "; ".join(f"{number} {words.get(reason, reason)}" for reason, number in record.dismissed.items())
    return rows + entry("set aside", counted(total, "time") + (f": {why}" if why else ""), cells, label_cells=_LABEL)
