"""The other parts of the chart in rows: diagnoses, visit, radiation, procedures, orders, notes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from onco_tui.encounter.chart import ChartDiagnosis, Documentation, Note, RadiationCourse, Visit
from onco_tui.encounter.values import plain
from onco_tui.present.clean import clean_lines
from onco_tui.present.fact import BASE, Fact, heading, labelled
from onco_tui.present.notes import note_head
from onco_tui.present.spans import span, wrap


def diagnosis_facts(diagnosis: ChartDiagnosis, index: int, cells: int, label: str = "") -> list[Fact]:
    """Show a documented diagnosis: code, the clinician's words, role and status."""
    words = [diagnosis.description or "", diagnosis.role or "", diagnosis.status or ""]
    words += [f"stage {diagnosis.stage}"] if diagnosis.stage else []
    words += ["not addressed"] if diagnosis.addressed is False else []
    words += ["not treated"] if diagnosis.treated is False else []
    words += [f"due to {diagnosis.due_to.replace('_', ' ')}"] if diagnosis.due_to else []
    text = ", ".join(part.replace("_", " ") for part in words if part)
    base = f"diagnoses[{index}]"
    if not label:
        return labelled(diagnosis.code or "no code", text, cells, base)
    return labelled(label, f"{diagnosis.code}  {text}", cells, base)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def visit_facts(visit: Visit, cells: int) -> list[Fact]:
    """Show the evaluation and management part."""
    facts = [heading("visit", "visit")]
    separate = {True: "yes", False: "no", None: None}[visit.separately_identifiable]
    for label, value, field in (
        ("patient", visit.patient_type, "patient_type"),
        ("decisions", visit.mdm, "mdm"),
        ("minutes", str(visit.total_minutes) if visit.total_minutes is not None else None, "total_minutes"),
        ("separate", separate, "separately_identifiable"),
        ("by", visit.performed_by, "performed_by"),
        ("supervised", visit.supervision or visit.supervising_npi, "supervision"),
        ("telehealth", "yes" if visit.telehealth else None, "telehealth"),
    ):
        facts += labelled(label, value, cells, f"visit.{field}") if value else []
    return facts


def course_facts(course: RadiationCourse, cells: int) -> list[Fact]:
    """Show a radiation course with its sessions."""
    base = f"radiation_courses[{course.course_id}]"
    kind = ", ".join(p.replace("_", " ") for p in (course.technique, course.machine, course.intent, course.site) if p)
    facts = [heading(f"radiation course {course.course_id}", base)]
    facts += labelled("kind", kind, cells, f"{base}.technique", f"{base}.machine", f"{base}.site") if kind else []
    days = [f.date.strftime("%m-%d") + (f" ({f.session})" if f.session > 1 else "") for f in course.fractions]
    planned = f" of {course.prescribed_fractions} prescribed" if course.prescribed_fractions is not None else ""
    facts += labelled(
        "fractions",
        f"{len(days)}{planned}: {' '.join(days)}",
        cells,
        f"{base}.fractions",
        f"{base}.prescribed_fractions",
    )
    for label, value, field in (
        ("planned", _day(course.planned_on), "planned_on"),
        ("simulated", " ".join(map(_day, course.simulated_on)), "simulated_on"),
        ("managed", " ".join(map(_day, course.management_visits)), "management_visits"),
        ("billed", ", ".join(f"{c} x {plain(n)}" for c, n in course.billed_before.items()), "billed_before"),
    ):
        facts += labelled(label, value, cells, f"{base}.{field}") if value else []
    return facts


def list_facts(chart: Documentation, cells: int) -> list[Fact]:
    """Show procedures, orders and trial, one or two rows each."""
    return [item for label, text, path in _listed(chart) for item in labelled(label, text, cells, path)]


def _listed(chart: Documentation) -> Iterator[tuple[str, str, str]]:
    for procedure in chart.procedures or ():
        at = procedure.performed_at.strftime("%H:%M") if procedure.performed_at else ""
        site = f"site {procedure.access_site}" if procedure.access_site else ""
        words = [procedure.id, (procedure.kind or "").replace("_", " "), procedure.code, at, site]
        yield "procedure", " ".join(p for p in words if p), f"procedures[{procedure.id}]"
    for order in chart.orders or ():
        resulted = f"resulted {_day(order.resulted_on)}" if order.resulted_on else "no result"
        words = [order.id, order.kind, order.code, _day(order.ordered_on), resulted]
        yield "order", " ".join(p for p in words if p), f"orders[{order.id}]"
    if chart.trial:
        items = " ".join(chart.trial.investigational_items)
        words = [chart.trial.nct, _day(chart.trial.enrolled_on), f"investigational {items}" if items else ""]
        yield "trial", " ".join(p for p in words if p), "trial"


def note_facts(note: Note, index: int, cells: int) -> list[Fact]:
    """Show a note: who and when, then its text; control bytes in it are visible."""
    path = f"{BASE}notes[{index}]"
    facts = [heading(note_head(note), f"notes[{index}]")]
    parts = [part for line in clean_lines(note.text) for part in wrap(line, cells - 2)]
    return facts + [Fact((span("  "), span(part)), (path,)) for part in parts]
