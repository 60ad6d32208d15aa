"""What each pane of the review shows, from the selection; while an edit is under way, as it would be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from onco_tui.present.changes import NOTHING, change_rows
from onco_tui.present.claim_lines import LineTable, diagnosis_rows
from onco_tui.present.fact import blank
from onco_tui.present.facts import (
    chart_facts,
    diagnoses_in,
    line_facts,
    lines_resting_on,
    lit_facts,
    records_in,
    rests_on,
    support_for,
)
from onco_tui.present.findings import (
    finding_rows,
    not_checked_row,
    not_checked_rows,
    preview_rows,
    standing_rows,
)
from onco_tui.present.history import AuditEntry, audited_changes, history_rows
from onco_tui.present.notes import note_rows, phrases
from onco_tui.present.picture import Picture, PictureRow, picture_of, why_rows
from onco_tui.present.rule_page import rule_rows
from onco_tui.present.spans import BLANK, Row, span
from onco_tui.present.treatment import treatment_facts
from onco_tui.review.changes import describe
from onco_tui.review.reasons import dismissal_reasons
from onco_tui.rules.registry import all_rules
from onco_tui.tui.keys import cap
from onco_tui.tui.selection import Selection
from onco_tui.tui.tasks.choices import Reason
from onco_tui.tui.tasks.line_edit import Preview, effect_words
from onco_tui.tui.widgets.pane import Body, Content

if TYPE_CHECKING:
    from onco_tui.encounter.claim import ClaimLine
    from onco_tui.encounter.document import Encounter
    from onco_tui.present.fact import Fact
    from onco_tui.review.sitting import Sitting
    from onco_tui.rules.finding import Finding

_ANY_WIDTH = 80


def lines_content(selection: Selection, preview: Preview | None) -> Content:
    """Show diagnoses and service lines."""
    encounter = preview.encounter if preview else selection.sitting.encounter
    report = preview.report if preview else selection.sitting.report
    finding = selection.selected_finding
    open_ones = [s.finding for s in selection.sitting.standings if s.open]
    found = report.findings if preview else open_ones
    places = selection.places if not preview else ()
    lit_codes: Collection[str] = finding.diagnoses if finding and not preview else ()
    lit: Collection[int] = selection.lit_lines if selection.leads == "finding" and not preview else ()
    if places:
        lit_codes = diagnoses_in(encounter, places)
        lit = lines_resting_on(encounter, selection.sitting.derivation, found, places)

    def body(cells: int) -> Body:
        table = LineTable(encounter.claim, found, cells, selection.sitting.remarks.verified(encounter.claim))
        head = [*diagnosis_rows(encounter.claim, cells, lit_codes), table.heading]
        return Body(table.rows(), head, lit=lit)

    return Content("Claim lines" + (" as edited" if preview else ""), body)


def state_for_facts(selection: Selection, preview: Preview | None) -> Preview | Sitting:
    """Give the state whose line the facts are for: the edited one, except while the code typed is none yet."""
    sitting, selected = selection.sitting, selection.claim_line
    if preview is None or selected is None:
        return preview or sitting
    line = preview.encounter.claim.line(selected.line)
    day = preview.encounter.claim.day_of(line) if line else None
    if line is None or day is None or line.code == selected.code:
        return preview
    return preview if sitting.desk.reference.codesets.procedure(line.code, day).known else sitting


def facts_content(selection: Selection, state: Preview | Sitting, *, choosing: bool = False) -> Content:
    """Show what of the chart supports the selected line, or the whole chart; ``choosing`` among its fields."""
    sitting, selected = selection.sitting, selection.claim_line
    encounter, report = state.encounter, state.report
    line = encounter.claim.line(selected.line) if selected else None
    about = selection.leads == "finding" or selection.finding in selection.lit_findings
    finding = selection.selected_finding if about else None

    def body(cells: int) -> Body:
        facts = _facts(selection, encounter, line, report.findings, cells)
        return Body([fact.row for fact in facts], lit=lit_facts(facts, finding))

    label = sitting.desk.reference.label(line.code) if line else ""
    note = span(f"line {line.line} {line.code or NOTHING} {label}".strip() if line else "the whole chart")
    return Content("Chart facts", body, (note,), is_list=choosing)


def _facts(
    selection: Selection, encounter: Encounter, line: ClaimLine | None, findings: Sequence[Finding], cells: int
) -> list[Fact]:
    sitting = selection.sitting
    if line is None:
        return chart_facts(encounter, cells, sitting.recognised)
    facts = line_facts(encounter, line, sitting.derivation, findings, cells)
    treatment = treatment_facts(encounter, sitting.recognised, cells)
    return [*facts, blank(), *treatment] if treatment and facts[-1].row else facts + treatment


def places_at(selection: Selection, row: int, cells: int) -> frozenset[str]:
    """Give the fields of the chart that a row of the facts shows."""
    sitting = selection.sitting
    facts = _facts(selection, sitting.encounter, selection.claim_line, sitting.report.findings, cells)
    return frozenset(facts[row].paths) if row < len(facts) else frozenset()


def picture_content(selection: Selection) -> Content:
    """Draw the timeline or the calendar, and say what the selected row earned and why."""
    on_line = _records_of(selection)

    def body(cells: int) -> Body:
        picture = _picture(selection, cells)
        chosen = picture.rows[selection.bar] if selection.bar < len(picture.rows) else None
        lit = [index for index, row in enumerate(picture.rows) if on_line.intersection(row.about)]
        rows = [row.row for row in picture.rows]
        return Body(rows, picture.head, (BLANK, *why_rows(chosen, cells)), lit)

    return Content(_picture(selection, _ANY_WIDTH).title, body)


def picture_rows(selection: Selection) -> Sequence[PictureRow]:
    """Give what the rows of the picture stand for."""
    return _picture(selection, _ANY_WIDTH).rows


def bar_on_line(selection: Selection) -> int:
    """Find the first row of the picture that the selected line rests on; else the row selected before."""
    on_line = _records_of(selection)
    rows = picture_rows(selection)
    return next((index for index, row in enumerate(rows) if on_line.intersection(row.about)), selection.bar)


def _picture(selection: Selection, cells: int) -> Picture:
    sitting = selection.sitting
    courses = sitting.encounter.chart.radiation_courses or ()
    return picture_of(sitting.timeline, courses, sitting.derivation, cells)


def _records_of(selection: Selection) -> frozenset[str]:
    """Name the administrations and courses that the selected line rests on, or the fields pointed at belong to."""
    sitting, line = selection.sitting, selection.claim_line
    if selection.places:
        return records_in(selection.places)
    if line is None:
        return frozenset()
    support = support_for(sitting.encounter, line, sitting.derivation, sitting.report.findings)
    return frozenset(a.id for a in support.administrations) | support.courses


def notes_content(selection: Selection) -> Content:
    """Show the notes of the chart, marking what the selected finding or line rests on."""
    sitting = selection.sitting
    finding = selection.selected_finding if selection.leads == "finding" else None
    given = [a for a in sitting.encounter.chart.administrations or () if a.id in _records_of(selection)]
    marked = phrases([e.value for e in finding.evidence] if finding else [], given)

    def body(cells: int) -> Body:
        found = note_rows(sitting.encounter.chart.notes or (), marked, cells)
        return Body(found.rows, lit=found.lit)

    return Content("Notes", body, is_list=False)


def findings_content(selection: Selection, preview: Preview | None) -> Content:
    """List the findings, and last how much was not checked."""
    sitting = selection.sitting
    report = sitting.report

    def body(cells: int) -> Body:
        if preview:
            return Body(preview_rows(preview.report.findings, preview.adds, preview.resolves, cells))
        rows = standing_rows(sitting.standings, cells)
        if report.not_checked:
            rows.append(not_checked_row(report, cells))
        lit: Collection[int] = selection.lit_findings if selection.leads == "line" else ()
        if places := selection.places:
            lit = [at for at, standing in enumerate(sitting.standings) if rests_on(standing.finding, places)]
        return Body(rows or [(span(f"nothing found, {report.checked} rules checked"),)], lit=lit)

    if preview:
        return Content("Findings as edited", body, is_list=False)
    still_open = len(sitting.open_findings)
    aside = len(sitting.standings) - still_open
    note = span(f"{still_open} open" + (f", {aside} set aside" if aside else ""))
    return Content("Findings", body, (note,))


def detail_content(selection: Selection) -> Content:
    """Explain the selected finding, or list what was not checked."""
    standing, report = selection.standing, selection.sitting.report
    if standing is None:
        rows = not_checked_rows if report.not_checked else _nothing
        return Content(
            "Not checked" if report.not_checked else "Detail",
            lambda cells: Body(rows(report.not_checked, cells)),
            is_list=False,
        )
    note = span(", ".join(f"line {number}" for number in standing.finding.lines) or "the claim")
    fix = selection.selected_fix
    effect = effect_words(selection.preview) if fix and fix.edits else ""

    def body(cells: int) -> Body:
        return Body(finding_rows(standing, selection.fix, cells, effect, f"{cap('other_fix')} shows the next"))

    return Content("Detail", body, (note,), is_list=False)


def _nothing(entries: Sequence[object], cells: int) -> list[Row]:
    del entries, cells
    return [(span(f"nothing to decide; {cap('finalize')} finalizes, {cap('next_chart')} goes to the next chart"),)]


def history_content(sitting: Sitting, line: int | None = None) -> Content:
    """Show the audit trail of the encounter, or of one line of it."""
    entries = [row for row in sitting.history() if line is None or _touches(row, line)]
    count = f"{len(entries)} entr{'y' if len(entries) == 1 else 'ies'}, newest first, times in UTC, append-only"
    title = "History" if line is None else f"History of line {line}"
    return Content(title, lambda cells: Body(history_rows(entries, cells)), (span(count),), is_list=False)


def _touches(row: AuditEntry, line: int) -> bool:
    paths = (*row.before, *row.after)
    return any(path == f"lines[{line}]" or path.startswith(f"lines[{line}].") for path in paths)


def comparison_content(sitting: Sitting) -> Content:
    """Show what differs from the claim as imported."""
    before, after = describe(sitting.imported.claim, sitting.encounter.claim)
    changes = tuple(audited_changes(before, after))
    same = (span("the claim is as it was imported"),)
    note = span(f"{len(changes)} change{'' if len(changes) == 1 else 's'}")

    def body(cells: int) -> Body:
        return Body(change_rows(changes, cells) or [same])

    return Content("Compared with the import", body, (note,), is_list=False)


def rule_content(sitting: Sitting, code: str, own_reasons: Iterable[Reason] = ()) -> Content:
    """Explain a rule, and how it fared in this database; ``own_reasons`` are those the practice added."""
    rule = all_rules()[code]
    record = sitting.desk.rule_record(code)
    known: tuple[Reason, ...] = (*dismissal_reasons(), *own_reasons)
    words = {reason.key: reason.words for reason in known}
    return Content("Rule", lambda cells: Body(rule_rows(rule, record, words, cells)), (span(code),), is_list=False)
