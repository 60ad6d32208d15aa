"""The outcome of a check or a derivation as text: the words of the screen, for ``--format text``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from onco_tui.derive.administration.timeline import Timeline
from onco_tui.derive.result import Derivation, DerivedLine
from onco_tui.encounter.counting import counted
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.values import plain
from onco_tui.present.administrations import drug_sum
from onco_tui.present.changes import change_rows, changes_of
from onco_tui.present.findings import GRADE_WORDS, by_reason, lines_words, rule_words
from onco_tui.present.spans import Role, Row, Span, join, money, plain_text, span, wrap
from onco_tui.present.timeline import timeline_facts
from onco_tui.rules.finding import Finding, Report, Severity

_INDENT = span(" " * 10)


def report_rows(report: Report, cells: int = 100) -> Iterator[Row]:
    """Give one encounter's outcome: a line of counts, then each finding with reason, fix and authority."""
    yield (span(report.encounter_id, Role.HEADING), span("  "), *_counts(report))
    for finding in report.findings:
        yield from _finding(finding, cells)
    for reason, rules in by_reason(report.not_checked).items():
        yield from _indented(
            f"not checked: {reason} ({', '.join(rules)})" if rules else f"not checked: {reason}", cells
        )


def check_text(report: Report, cells: int = 100) -> Iterator[str]:
    """Give one encounter's outcome as lines of text."""
    return map(plain_text, report_rows(report, cells))


def derive_text(encounter: Encounter, derivation: Derivation, timeline: Timeline, cells: int = 100) -> Iterator[str]:
    """Give what the chart supports as text: the timeline, each line with its arithmetic, what is open to judgement."""
    head, *lines = _derivation_rows(encounter, derivation, cells)
    picture = [fact.row for fact in timeline_facts(timeline, cells)]
    return map(plain_text, [head, *picture, *lines])


def _derivation_rows(encounter: Encounter, derivation: Derivation, cells: int) -> Iterator[Row]:
    count = len(derivation.lines)
    yield join((span(encounter.encounter_id, Role.HEADING), span(f"{counted(count, 'line')} supported")))
    for _, same in groupby(derivation.lines, key=lambda line: (line.code, line.sources, line.because)):
        yield from _supported_rows(encounter, tuple(same), cells)
    for judgement in derivation.judgements:
        yield (span(f"  judgement on {' '.join(judgement.about)}", Role.HEADING),)
        yield from _indented(judgement.question, cells)
        yield from _indented(f"taken: {judgement.chosen}", cells)
        for lines in judgement.alternatives:
            other = ", ".join(f"{'-'.join([c.code, *c.modifiers])} x {plain(c.units)}" for c in lines)
            yield from _indented(f"or: {other or 'no line'}", cells)
    for entry in derivation.not_derived:
        yield from _indented(": ".join(filter(None, ("not derived", " ".join(entry.sources), entry.reason))), cells)


def _supported_rows(encounter: Encounter, lines: Sequence[DerivedLine], cells: int) -> Iterator[Row]:
    """Give the lines of one drug, or one other line, with the sum of dose and waste and the reasons they share."""
    for line in lines:
        code = "-".join([line.code, *line.modifiers])
        sources = span(f"from {' '.join(line.sources)}", Role.LABEL)
        yield (
            span("  "),
            *join((span(f"{code} x {plain(line.units)}", Role.CODE), span(str(line.date_of_service)), sources)),
        )
    given = [a for a in encounter.chart.administrations or () if a.id in lines[0].sources]
    if len(given) == 1 and not lines[0].code.isdigit():
        yield from ((span(" " * 8), *item.row) for item in drug_sum(given[0], cells - 8, lines))
    for reason in lines[0].because:
        yield from _indented(reason, cells)


def _counts(report: Report) -> Row:
    parts = [span(_counted(report.findings, severity)) for severity in sorted(Severity, reverse=True)]
    left_out = len({entry.rule for entry in report.not_checked})
    return join(
        [
            *parts,
            span(f"{counted(report.checked, 'rule')} checked"),
            span(f"{left_out} not checked" if left_out else ""),
        ]
    )


def _counted(findings: Iterable[Finding], severity: Severity) -> str:
    return counted(sum(finding.severity == severity for finding in findings), severity.word)


def _finding(finding: Finding, cells: int) -> Iterator[Row]:
    role = {Severity.ERROR: Role.ERROR, Severity.WARNING: Role.WARNING, Severity.INFO: Role.INFO}[finding.severity]
    risk = span(f"{money(finding.amount_at_risk)} at risk" if finding.amount_at_risk else "", Role.NUMBER)
    head: list[Span] = [
        span(finding.rule, Role.CODE),
        span(lines_words(finding.lines)),
        span(rule_words(finding.name)),
        risk,
    ]
    yield (span(f"  {finding.severity.word:<8}", role), *join(head))
    yield from _indented(finding.message, cells)
    for fix in finding.fixes:
        yield from _indented(f"fix ({GRADE_WORDS[fix.grade]}): {fix.title}", cells)
        for row in change_rows(changes_of(fix.edits), cells - 12):
            yield (_INDENT, span("  "), *row)
        if fix.question:
            yield from _indented(f"asks: {fix.question}", cells)
    for authority in finding.authority:
        cited = ", ".join(part for part in (authority.source, authority.section) if part)
        yield from _indented(cited + (f" <{authority.url}>" if authority.url else ""), cells)


def _indented(text: str, cells: int) -> Iterator[Row]:
    for line in wrap(span(text).text, cells - 10):
        yield (_INDENT, Span(line))
