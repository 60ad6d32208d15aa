"""Findings in words: the list, the detail of one with what its fix would change, and what was not checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from onco_tui.encounter.counting import counted
from onco_tui.encounter.edits import Edit
from onco_tui.present.changes import change_rows, changes_of
from onco_tui.present.glyphs import NEW, RESOLVED
from onco_tui.present.marks import SEVERITY, STATE
from onco_tui.present.spans import BLANK, Role, Row, Span, entry, join, money, span, spread
from onco_tui.present.table import Cells, Column, content_width, fit_columns, lay
from onco_tui.rules.finding import Authority, Direction, Finding, Fix, Grade, NotChecked, Report

DIRECTION_WORDS: dict[Direction, str] = {
    "over": "billed but not supported",
    "under": "supported but not billed",
    "documentation": "missing in the chart",
    "format": "form of the claim",
}
GRADE_WORDS: dict[Grade, str] = {
    "safe": "safe",
    "review": "review, you decide",
    "query": "a question to the clinician, the claim stays",
}


class Standing(Protocol):
    """A finding and how it stands after the coder's decisions."""

    @property
    def finding(self) -> Finding:
        """What the rule found."""

    @property
    def state(self) -> str:
        """One of open, asked, dismissed, reopened."""

    @property
    def open(self) -> bool:
        """True while it wants a decision."""


class FindingTable:
    """Findings laid into one set of columns, so that all rows line up."""

    def __init__(self, findings: Iterable[Finding], cells: int) -> None:
        listed = tuple(findings)
        amounts = [span(money(finding.amount_at_risk)) for finding in listed]
        about = [span(lines_words(finding.lines)) for finding in listed]
        columns = [
            Column("state", "", 1),
            Column("severity", "", 2),
            Column("rule", "", 6),
            Column("lines", "", content_width("", about, 12), drop=2),
            Column("text", "", 14, grow=True),
        ]
        if any(amount.text for amount in amounts):
            columns.append(Column("amount", "", content_width("", amounts, 14), "right", drop=1))
        self._columns = fit_columns(columns, cells)

    def row(self, finding: Finding, mark: str, *, done: bool = False) -> Row:
        """Give a finding as one row; ``mark`` is the glyph of its state, ``done`` takes its colour away."""
        glyph, role = SEVERITY[finding.severity]
        cells: Cells = {
            "state": span(mark),
            "severity": span(glyph, Role.DONE if done else role),
            "rule": span(finding.rule, Role.DONE if done else Role.CODE),
            "lines": span(lines_words(finding.lines)),
            "text": span(rule_words(finding.name), Role.DONE if done else Role.PLAIN),
            "amount": span(money(finding.amount_at_risk), Role.NUMBER),
        }
        return lay(cells, self._columns)


def standing_rows(standings: Sequence[Standing], cells: int) -> list[Row]:
    """List findings with their decisions."""
    table = FindingTable((standing.finding for standing in standings), cells)
    return [table.row(s.finding, STATE.get(s.state, "?"), done=not s.open) for s in standings]


def preview_rows(
    findings: Sequence[Finding], adds: Sequence[Finding], resolves: Sequence[Finding], cells: int
) -> list[Row]:
    """List the findings as they would be after an edit: first the new ones, marked +, and the resolved ones, ticked."""
    new = {finding.id for finding in adds}
    table = FindingTable((*findings, *resolves), cells)
    return [
        *(table.row(finding, NEW) for finding in adds),
        *(table.row(finding, RESOLVED, done=True) for finding in resolves),
        *(table.row(finding, " ") for finding in findings if finding.id not in new),
    ]


def rule_words(name: str) -> str:
    """Give a rule's short name as words: ``hours not supported``."""
    return name.replace("-", " ")


def lines_words(lines: Sequence[int]) -> str:
    """Write line numbers short: ``line 2``, ``l 2,3``; empty when the finding is about the claim."""
    if len(lines) == 1:
        return f"line {lines[0]}"
    return f"l {','.join(map(str, lines))}" if lines else "claim"


def not_checked_row(report: Report, cells: int) -> Row:
    """Say which services no rule reads and how much of the rule set could not be checked; never nothing of it."""
    unread = ", ".join(_unread(entry) for entry in report.not_checked if entry.service)
    count = len({entry.rule for entry in report.not_checked if not entry.service})
    rules = f"{counted(count, 'rule')} not checked, {report.checked} checked"
    rules = rules if count else f"{counted(report.checked, 'rule')} checked"
    words = f"not read: {unread}; {rules}" if unread else rules
    return lay({"state": span("?"), "text": span(words)}, (Column("state", "", 1), Column("text", "", cells - 2)))


def _unread(skipped: NotChecked) -> str:
    lines = f"line{'' if len(skipped.lines) == 1 else 's'} {', '.join(map(str, skipped.lines))}"
    return f"{skipped.service} on {lines}" if skipped.lines else skipped.service


def by_reason(entries: Iterable[NotChecked]) -> dict[str, list[str]]:
    """Give the rules that were not checked by the reason, each once."""
    reasons: dict[str, list[str]] = {}
    for skipped in entries:
        rules = reasons.setdefault(skipped.reason, [])
        if skipped.rule and skipped.rule not in rules:
            rules.append(skipped.rule)
    return reasons


def not_checked_rows(entries: Sequence[NotChecked], cells: int) -> list[Row]:
    """List what was not checked by reason, with the rules it concerns."""
    rows: list[Row] = [(span("These rules could not do their work here:", Role.HEADING),)]
    for reason, rules in by_reason(entries).items():
        rows += [BLANK, *entry("because", reason, cells), *entry("rules", " ".join(rules), cells, Role.CODE)]
    return rows


def finding_rows(standing: Standing, fix_index: int, cells: int, effect: str = "", other_fix: str = "") -> list[Row]:
    """Explain a finding: the reason with its numbers, the fix as before and after with its effect, and who says so.

    ``other_fix`` says how to see the next of several fixes.
    """
    finding = standing.finding
    glyph, role = SEVERITY[finding.severity]
    title = join(
        (
            span(f"{glyph[0]} {finding.severity.word}", role),
            span(finding.rule, Role.CODE),
            span(rule_words(finding.name), Role.HEADING),
        )
    )
    at_risk = span(f"{money(finding.amount_at_risk)} at risk" if finding.amount_at_risk else "", Role.NUMBER)
    rows: list[Row] = [spread(title, (at_risk,), cells), *entry("why", finding.message, cells)]
    if standing.state != "open":
        rows += decision_rows(standing, cells)
    rows += fix_rows(finding.fixes, fix_index, cells, effect, other_fix)
    rows += entry("effect", effect, cells, Role.ADDED) if effect else []
    rows += authority_rows(finding.authority, cells)
    rows += entry("kind", DIRECTION_WORDS[finding.direction], cells)
    return rows + evidence_rows(finding, cells)


def decision_rows(standing: Standing, cells: int) -> list[Row]:
    """Say what was decided about a finding, and that it is open again when its facts have changed."""
    if standing.state == "reopened":
        return entry("decision", "dismissed before; open again because what it rested on has changed", cells)
    if standing.state == "asked":
        return entry("decision", "a question is with the clinician", cells)
    return entry("decision", f"{standing.state}; undo takes it back", cells)


def fix_rows(fixes: Sequence[Fix], chosen: int, cells: int, effect: str = "", other: str = "") -> list[Row]:
    """Show the chosen fix: title, grade, and every edit as before -> after, or the question it asks.

    A new total that the effect tells is not told twice.
    """
    if not fixes:
        return entry("fix", "none; edit the line, or dismiss the finding with a reason", cells)
    chosen = min(chosen, len(fixes) - 1)
    fix = fixes[chosen]
    rows = entry("fix", f"{fix.title} ({GRADE_WORDS[fix.grade]})", cells, Role.HEADING)
    rows += _indented(fix.edits, cells, effect)
    if fix.question:
        rows += entry("asks", fix.question, cells)
    if len(fixes) > 1:
        rows += entry("", f"fix {chosen + 1} of {len(fixes)}{other and ', '}{other}", cells, Role.LABEL)
    return rows


def _indented(edits: Sequence[Edit], cells: int, effect: str) -> list[Row]:
    changes = [change for change in changes_of(edits) if f"total {change.before} -> {change.after}" not in effect]
    return [(span(" " * 11), *row) for row in change_rows(changes, cells - 11)]


def authority_rows(authorities: Sequence[Authority], cells: int) -> list[Row]:
    """Cite each authority with section and link."""
    rows: list[Row] = []
    for index, authority in enumerate(authorities):
        cited = ", ".join(part for part in (authority.source, authority.section) if part)
        rows += entry("" if index else "authority", cited, cells)
        rows += entry("", authority.url, cells, Role.LABEL) if authority.url else []
    return rows


def evidence_rows(finding: Finding, cells: int) -> list[Row]:
    """List the fields the finding was read from, with the values read there."""
    rows: list[Row] = []
    for index, item in enumerate(finding.evidence):
        place = item.path.removeprefix("documentation.")
        rows += entry("" if index else "rests on", f"{place} = {item.value or 'absent'}", cells)
    return rows


def fix_summary(finding: Finding, fix: Fix, cells: int) -> list[Row]:
    """Give one safe fix of a list: the finding, then its edits."""
    head: list[Span] = [span(finding.rule, Role.CODE), span(lines_words(finding.lines)), span(fix.title)]
    return [join(head), *[(span("    "), *row) for row in change_rows(changes_of(fix.edits), cells - 4)]]
