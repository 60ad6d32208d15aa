"""How each finding stands after the coders' decisions. A decision stands until the facts it rested on change."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from onco_tui.rules.finding import Finding, Report, Severity
from onco_tui.store.decisions import Decision
from onco_tui.store.encounters import Summary

State = Literal["open", "asked", "dismissed", "reopened"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding with the decision about it. ``reopened``: it was dismissed, but its facts have changed since.

    ``asked``: a question about it is with the clinician; it stays open until the answer is in.
    """

    finding: Finding
    state: State
    decision: Decision | None = None

    @property
    def open(self) -> bool:
        """True while the finding still wants a decision."""
        return self.state != "dismissed"

    @property
    def waits(self) -> bool:
        """True while the next move is the clinician's."""
        return self.state == "asked"


def stand(report: Report, decisions: Iterable[Decision], asked: Collection[str] = ()) -> tuple[Standing, ...]:
    """Join findings with the dismissals in force; open ones first, each group in the report's order.

    ``asked`` names the findings about which a question is out.
    """
    dismissed = {d.finding_id: d for d in decisions if d.decision == "dismissed"}
    standings = [_stand(finding, dismissed.get(finding.id), asked) for finding in report.findings]
    return tuple(sorted(standings, key=lambda standing: (not standing.open, standing.waits)))


def _stand(finding: Finding, decision: Decision | None, asked: Collection[str]) -> Standing:
    if decision is None:
        return Standing(finding, "asked" if finding.id in asked else "open")
    return Standing(finding, "dismissed" if decision.facts == finding.facts else "reopened", decision)


def counts(standings: Iterable[Standing]) -> dict[Severity, int]:
    """Count the open findings by severity."""
    found = dict.fromkeys(Severity, 0)
    for standing in standings:
        if standing.open:
            found[standing.finding.severity] += 1
    return found


def money_at_risk(standings: Iterable[Standing]) -> Decimal:
    """Sum what the open findings put at risk.

    Findings on one line overlap, so the dearest of each line counts; what is bound to no line adds up.
    """
    by_line: dict[tuple[int, ...], Decimal] = {}
    loose = Decimal(0)
    for standing in standings:
        amount = standing.finding.amount_at_risk
        if not standing.open or amount is None:
            continue
        if standing.finding.lines:
            by_line[standing.finding.lines] = max(by_line.get(standing.finding.lines, Decimal(0)), amount)
        else:
            loose += amount
    return loose + sum(by_line.values(), Decimal(0))


def summarise(standings: Iterable[Standing]) -> Summary:
    """Give what the worklist shows of the open findings."""
    standings = tuple(standings)
    findings = tuple(standing.finding for standing in standings if standing.open)
    return Summary(findings, money_at_risk(standings))
