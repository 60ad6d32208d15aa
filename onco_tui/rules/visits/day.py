"""The date of a visit against the clinician's notes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.authorities import claims_manual_12
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.edit_series import EditSeries
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_FIRST, _LAST = "99202", "99499"
_HOSPITAL_CLINIC = "G0463"
_CLINICIAN = ("physician", "provider", "progress", "visit", "consult")


@rule("EVM102", "visit-on-another-day", Severity.WARNING, authority=(claims_manual_12("30.6.1"),))
def visit_on_another_day(context: Context) -> Iterator[Draft | NotChecked]:
    """Visit on another day.

    What it finds: A visit billed on a day of which the chart has nothing, while the clinician's notes are of other
        days.
    Why it matters: A visit without a note of its day is taken back; mostly the date is a slip.
    What the chart must show: The visit and the date of its note.
    Example: 99213 on 2026-04-17, the one physician's note of 2026-04-14.
    Fix: The day of the note, where there is one such day alone (review).
    Authority: Medicare Claims Processing Manual, chapter 12 section 30.6.1. Silent without a charted visit or a dated
        note of a clinician; administrations and procedures of the day bear the date out too.
    """
    visits = [line for line in context.claim.lines if _FIRST <= line.code <= _LAST or line.code == _HOSPITAL_CLINIC]
    if not visits or context.chart.visit is None:
        return
    written = sorted({day for _, day in _notes(context)})
    if not written:
        return
    charted = {*written, *_other_days(context)}
    for line in visits:
        day = context.day_of(line)
        if day and charted.isdisjoint({day, line.date_to or day}):
            yield _draft(context, line, day, written)


def _draft(context: Context, line: ClaimLine, day: date, written: list[date]) -> Draft:
    series = EditSeries(context.encounter)
    series.set(line.line, "date_of_service", written[0])
    fix = Fix(f"line {line.line} date {day} to {written[0]}", "review", series.edits)
    return Draft(
        f"line {line.line} bills {line.code} on {day}; the clinician's notes are of {', '.join(map(str, written))}",
        lines=(line.line,),
        evidence=(
            *line_evidence(line, "code", "date_of_service"),
            *(Evidence(f"documentation.notes[{at}].at", str(of)) for at, of in _notes(context)),
        ),
        amount_at_risk=line.charge,
        fixes=(fix,) if len(written) == 1 else (),
    )


def _notes(context: Context) -> Iterator[tuple[int, date]]:
    """Give the place and the day of each dated note of a clinician."""
    for at, note in enumerate(context.chart.notes or ()):
        if note.at and any(word in (note.kind or "").casefold() for word in _CLINICIAN):
            yield at, note.at.date()


def _other_days(context: Context) -> Iterator[date]:
    for administration in context.administrations:
        yield from (moment.date() for moment in (administration.start, administration.stop) if moment)
    yield from (procedure.performed_at.date() for procedure in context.chart.procedures or () if procedure.performed_at)
