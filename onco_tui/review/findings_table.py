"""Findings as rows of a table and as SARIF, the format code review tools read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from onco_tui import __version__
from onco_tui.exchange.tables import Cell
from onco_tui.rules.finding import Finding, Report, Severity
from onco_tui.rules.registry import all_rules

FINDING_COLUMNS = (
    "encounter_id", "rule", "name", "severity", "lines", "message", "direction", "amount_at_risk", "fix", "grade",
    "authority", "finding_id",
)  # fmt: skip
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def finding_rows(reports: Iterable[Report]) -> Iterator[Mapping[str, Cell]]:
    """Give one row a finding."""
    for report in reports:
        for finding in report.findings:
            fix = finding.fixes[0] if finding.fixes else None
            yield {
                "encounter_id": report.encounter_id,
                "rule": finding.rule,
                "name": finding.name,
                "severity": finding.severity.word,
                "lines": " ".join(map(str, finding.lines)),
                "message": finding.message,
                "direction": finding.direction,
                "amount_at_risk": finding.amount_at_risk,
                "fix": fix.title if fix else "",
                "grade": fix.grade if fix else "",
                "authority": "; ".join(f"{a.source}, {a.section}" for a in finding.authority),
                "finding_id": finding.id,
            }


def sarif(reports: Iterable[Report]) -> dict[str, object]:
    """Give all findings as one SARIF 2.1.0 log; the place of a finding is the encounter and its claim lines."""
    results = [_sarif_result(report, finding) for report in reports for finding in report.findings]
    rules = [
        {
            "id": rule.code,
            "name": rule.name,
            "shortDescription": {"text": rule.doc["What it finds"]},
            "helpUri": rule.authority[0].url,
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for rule in all_rules().values()
    ]
    driver = {"name": "onco-tui", "version": __version__, "rules": rules}
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _sarif_result(report: Report, finding: Finding) -> dict[str, object]:
    places = [f"{report.encounter_id}/claim/lines/{number}" for number in finding.lines] or [report.encounter_id]
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "partialFingerprints": {"finding": finding.id},
        "locations": [{"logicalLocations": [{"fullyQualifiedName": place}]} for place in places],
    }
