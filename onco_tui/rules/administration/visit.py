"""Rules about what else stands on the claim of a day: visits, venous access, places, procedures."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.encounter.chart import Administration, Procedure
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.charted import sources_of
from onco_tui.rules.administration.codes import FACILITY_PLACES, FACILITY_REPORTS, GIVEN, HOSPITAL_VISITS, KINDS
from onco_tui.rules.administration.standing import Standing, beside, remains_beside
from onco_tui.rules.authorities import ncci_i, ncci_xi
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.edit_series import EditSeries, removal
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

ACCESS = frozenset({"36000", "36410"})
OFFICE_VISITS = frozenset(
    {"99202", "99203", "99204", "99205", "99212", "99213", "99214", "99215"}
)  # 99211 is never paid beside a drug administration
_MAX_MODIFIERS = 4


@rule("ADM104", "nurse-visit-with-administration", Severity.ERROR, authority=(ncci_xi("sections B.8, N.3"),))
def nurse_visit_with_administration(context: Context) -> Iterator[Draft | NotChecked]:
    """Nurse visit with drug administration.

    What it finds: 99211 on a professional claim beside a drug administration on the same day.
    Why it matters: The nurse's work is part of the administration; the pair is denied with or without modifier 25.
    What the chart must show: A higher visit by the physician, if one took place.
    Example: 99211 and 96413 on one day: only 96413.
    Fix: Remove the line of 99211 (safe; review where the chart supports none of the drug administrations).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.8 and N.3; in force since 2004.
    """
    if not context.practitioner:
        return
    for line in context.lines_with(frozenset({"99211"})):
        if given := beside(context, line, GIVEN):
            settles = remains_beside(context, line, GIVEN)
            yield Draft(
                f"line {line.line} bills 99211 beside {given.told}; the nurse's work is part of the administration",
                lines=(line.line,),
                evidence=line_evidence(line, "code", "date_of_service") + given.evidence(context),
                direction="over",
                amount_at_risk=line.charge,
                fixes=(removal(context.claim, line, "safe" if settles else "review"),),
            )


@rule("ADM115", "access-billed-with-infusion", Severity.ERROR, authority=(ncci_xi("section B.4"),))
def access_billed_with_infusion(context: Context) -> Iterator[Draft | NotChecked]:
    """Access billed with an infusion.

    What it finds: Starting a peripheral line (36000, 36410) billed beside a drug administration.
    Why it matters: Venous access is part of every infusion and injection.
    What the chart must show: A separate, unrelated access, if one was placed.
    Example: 36000 beside 96413 is denied.
    Fix: Remove the line (review; a person knows whether the access was unrelated).
    Authority: NCCI Policy Manual 2026, chapter XI section B.4.
    """
    for line in context.lines_with(ACCESS):
        if given := beside(context, line, GIVEN):
            yield Draft(
                f"line {line.line} bills {line.code} beside {given.told}; the access is part of the administration",
                lines=(line.line,),
                evidence=line_evidence(line, "code") + given.evidence(context),
                direction="over",
                amount_at_risk=line.charge,
                fixes=(removal(context.claim, line, "review"),),
            )


@rule("ADM119", "practitioner-in-facility", Severity.ERROR, authority=(ncci_xi("sections B.7, N.2"),))
def practitioner_in_facility(context: Context) -> Iterator[Draft | NotChecked]:
    """Practitioner's claim for a facility's administration.

    What it finds: Drug administration on a professional claim with a hospital or surgery center place of service.
    Why it matters: In a facility the facility reports the nurses' work; the practitioner's line is denied.
    What the chart must show: Where the drug was given.
    Example: 96413 with place of service 22 on a professional claim.
    Fix: Remove the line (review; the place may be what is wrong, or the line belongs on the facility's claim).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.7 and N.2.
    """
    if not context.practitioner:
        return
    for line in context.lines_with(FACILITY_REPORTS):
        place = line.place_of_service or context.claim.place_of_service
        if place in FACILITY_PLACES:
            head = () if line.place_of_service else (Evidence("claim.place_of_service", place),)
            yield Draft(
                f"line {line.line} bills {line.code} at place of service {place}; there the facility reports it",
                lines=(line.line,),
                evidence=(*line_evidence(line, "code", "place_of_service"), *head),
                direction="over",
                amount_at_risk=line.charge,
                fixes=(removal(context.claim, line, "review"),),
            )


@rule("ADM131", "visit-beside-administration", Severity.ERROR, authority=(ncci_xi("section B.8"), ncci_i("section E")))
def visit_beside_administration(context: Context) -> Iterator[Draft | NotChecked]:
    """Visit beside an administration.

    What it finds: A visit on the day of a drug administration without modifier 25; a warning for a visit with 25 that
        the chart says was no work of its own.
    Why it matters: Without 25 the visit is denied; with it and no work beyond the usual assessment before an infusion
        it is taken back.
    What the chart must show: History, examination or decisions beyond the assessment that every infusion needs; a
        different diagnosis is not required.
    Example: 99214 and 96413 on one day: 99214 with modifier 25, when the visit stands by itself.
    Fix: Add 25 (safe when the chart calls the visit separately identifiable); remove the visit (review) when it says
        the opposite; both for review when it says nothing.
    Authority: NCCI Policy Manual 2026, chapter XI section B.8 and chapter I section E.
    """
    visits = OFFICE_VISITS if context.practitioner else HOSPITAL_VISITS
    for line in context.lines_with(visits):
        if given := beside(context, line, GIVEN):
            yield from _visit(context, line, given)


def _visit(context: Context, line: ClaimLine, given: Standing) -> Iterator[Draft | NotChecked]:
    visit = context.chart.visit
    separate = visit.separately_identifiable if visit else None
    marked = "25" in line.modifiers
    if marked and separate is None:
        missing = "does not say whether the visit was separately identifiable" if visit else "has no visit"
        yield NotChecked(f"the chart {missing}", lines=(line.line,))
    if marked and separate is not False:
        return
    bills = f"line {line.line} bills {line.code} {'with' if marked else 'without'} modifier 25 beside {given.told}"
    answers = {True: "calls the visit", False: "does not call the visit", None: "does not say whether the visit was"}
    evidence = line_evidence(line, "code", "modifiers") + given.evidence(context)
    if separate is not None:
        evidence += (Evidence("documentation.visit.separately_identifiable", str(separate).lower()),)
    yield Draft(
        f"{bills}; the chart {answers[separate]} separately identifiable",
        lines=(line.line,),
        evidence=evidence,
        direction="over" if separate is False else "format",
        amount_at_risk=line.charge,
        fixes=tuple(_visit_fixes(context, line, separate=separate)),
        severity=Severity.WARNING if marked else None,
    )


def _visit_fixes(context: Context, line: ClaimLine, *, separate: bool | None) -> Iterator[Fix]:
    if separate is not False and len(line.modifiers) < _MAX_MODIFIERS:
        series = EditSeries(context.encounter)
        series.set(line.line, "modifiers", ("25", *line.modifiers))
        yield Fix(f"line {line.line} add modifier 25", "safe" if separate else "review", series.edits)
    if not separate:
        yield removal(context.claim, line, "review")


@rule(
    "ADM135",
    "administration-during-procedure",
    Severity.WARNING,
    needs=("administrations",),
    authority=(ncci_xi("sections B.11, B.12"), ncci_i("section C")),
)
def administration_during_procedure(context: Context) -> Iterator[Draft | NotChecked]:
    """Administration during a procedure.

    What it finds: Fluid or a drug other than chemotherapy billed while an operation, endoscopy or imaging procedure was
        charted at the same time.
    Why it matters: What is given during or because of a procedure is part of it.
    What the chart must show: That the infusion was unrelated to the procedure.
    Example: 96365 for an antibiotic running while a port is placed.
    Fix: Remove the line (review; a person knows whether it was unrelated).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.11 and B.12, chapter I section C.
    """
    procedures = context.chart.procedures
    for_procedure = context.chart.reason_for_encounter == "procedure"
    if procedures is None and for_procedure and any(map(_supportive, context.claim.lines)):
        yield NotChecked("the visit was for a procedure, and the chart has no procedures")
    for procedure in procedures or ():
        if not _includes_infusions(procedure):
            continue
        for line, administration in _during(context, procedure):
            yield Draft(
                f"line {line.line} bills {line.code}; {administration.name} ran while procedure {procedure.code} was "
                "charted, and what is given for a procedure is part of it",
                lines=(line.line,),
                evidence=(
                    *line_evidence(line, "code"),
                    *chart_evidence(administration, "drug", "start", "stop", "purpose"),
                    Evidence(f"documentation.procedures[{procedure.id}].performed_at", str(procedure.performed_at)),
                ),
                direction="over",
                amount_at_risk=line.charge,
                fixes=(removal(context.claim, line, "review"),),
                subject=f"{procedure.id} {administration.id}",
            )


def _supportive(line: ClaimLine) -> bool:
    return line.code in KINDS and KINDS[line.code].family in {"hydration", "therapeutic"}


def _includes_infusions(procedure: Procedure) -> bool:
    """Tell operations, endoscopies and imaging (10004 to 79999) from catheter care."""
    code = procedure.code or ""
    return len(code) == 5 and code.isdigit() and "10004" <= code <= "79999" and code not in KINDS


def _during(context: Context, procedure: Procedure) -> Iterator[tuple[ClaimLine, Administration]]:
    moment = procedure.performed_at
    for line in context.claim.lines:
        if moment is None or not _supportive(line) or context.day_of(line) != moment.date():
            continue
        for derived in context.derivation.lines:
            if derived.code == line.code:
                for a in sources_of(context, derived):
                    if a.start and a.stop and a.start <= moment < a.stop:
                        yield line, a
