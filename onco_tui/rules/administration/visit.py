"""Rules a claim answers by itself or with little of the chart: 99211, add-on parents, bundled access, place, orders."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import remove_line
from onco_tui.rules.administration.codes import KINDS
from onco_tui.rules.authorities import addon_edits, claims_manual_12, ncci_xi
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

# Physician-work codes are outside the rules on nursing services and on facility places.
_PHYSICIAN_WORK = frozenset({"96405", "96406", "96440", "96446", "96450", "96542"})
_CATHETER = frozenset({"36591", "36592", "36593", "96523"})
_INFUSED = frozenset(KINDS) - _PHYSICIAN_WORK - _CATHETER
_ACCESS = frozenset({"36000", "36410"})
_FACILITY_PLACES = frozenset({"19", "21", "22", "23", "24"})
_OFFICE_ONLY = _INFUSED | {"96523"}


@rule("ADM104", "nurse-visit-with-administration", Severity.ERROR, authority=(ncci_xi("sections B.8, N.3"),))
def nurse_visit_with_administration(context: Context) -> Iterator[Draft | NotChecked]:
    """Nurse visit with drug administration.

    What it finds: 99211 on a professional claim beside a drug administration on the same day.
    Why it matters: The nurse's work is part of the administration; the pair is denied with or without modifier 25.
    What the chart must show: A higher visit by the physician, if one took place.
    Example: 99211 and 96413 on one day: only 96413.
    Fix: Remove the line of 99211 (safe).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.8 and N.3; in force since 2004.
    """
    if not context.practitioner:
        return
    for line in context.lines_with(frozenset({"99211"})):
        if given := _same_day(context, line, _INFUSED):
            yield Draft(
                f"line {line.line} bills 99211 beside {given[0].code} on the same day; the visit is part of it",
                lines=(line.line,),
                evidence=line_evidence(line, "code", "date_of_service") + line_evidence(given[0], "code"),
                direction="over",
                amount_at_risk=line.charge,
                fixes=(_removal(context, line),),
            )


@rule("ADM111", "add-on-without-parent", Severity.ERROR, authority=(addon_edits(),))
def add_on_without_parent(context: Context) -> Iterator[Draft | NotChecked]:
    """Add-on without a parent.

    What it finds: An add-on administration code with none of its accepted parents on the same date.
    Why it matters: An add-on code is never paid alone; with the parent missing the whole line is denied.
    What the chart must show: The initial service the add-on belongs to.
    Example: 96415 without 96413; 96375 beside 96413 is fine, a chemotherapy initial is an accepted parent.
    Fix: A person decides: add the parent or recode the add-on; where the chart is loaded other rules propose it.
    Authority: CMS NCCI add-on code edits, file of 2024-06-03, type 1.
    """
    for line in context.claim.lines:
        parents = context.reference.addon_parents.get(line.code)
        if line.code not in KINDS or parents is None or _same_day(context, line, parents):
            continue
        yield Draft(
            f"line {line.line} bills {line.code} without a parent that day; accepted are {', '.join(sorted(parents))}",
            lines=(line.line,),
            evidence=line_evidence(line, "code", "date_of_service"),
            direction="format",
            amount_at_risk=line.charge,
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
    for line in context.lines_with(_ACCESS):
        if given := _same_day(context, line, _INFUSED):
            yield Draft(
                f"line {line.line} bills {line.code} beside {given[0].code}; the access is part of the administration",
                lines=(line.line,),
                evidence=line_evidence(line, "code"),
                direction="over",
                amount_at_risk=line.charge,
                fixes=(Fix(f"remove line {line.line}", "review", (remove_line(context.claim, line.line),)),),
            )


@rule("ADM119", "practitioner-in-facility", Severity.ERROR, authority=(ncci_xi("sections B.7, N.2"),))
def practitioner_in_facility(context: Context) -> Iterator[Draft | NotChecked]:
    """Practitioner's claim for a facility's administration.

    What it finds: Drug administration on a professional claim with a hospital or surgery center place of service.
    Why it matters: In a facility the facility reports the nurses' work; the practitioner's line is denied.
    What the chart must show: Where the drug was given.
    Example: 96413 with place of service 22 on a professional claim.
    Fix: A person decides: the place may be wrong, or the line belongs on the facility's claim.
    Authority: NCCI Policy Manual 2026, chapter XI sections B.7 and N.2.
    """
    if not context.practitioner:
        return
    for line in context.lines_with(_OFFICE_ONLY):
        place = line.place_of_service or context.claim.place_of_service
        if place in _FACILITY_PLACES:
            yield Draft(
                f"line {line.line} bills {line.code} at place of service {place}; there the facility reports it",
                lines=(line.line,),
                evidence=line_evidence(line, "code", "place_of_service"),
                direction="over",
                amount_at_risk=line.charge,
                fixes=(Fix(f"remove line {line.line}", "review", (remove_line(context.claim, line.line),)),),
            )


@rule(
    "ADM121",
    "administration-without-order",
    Severity.INFO,
    needs=("administrations",),
    authority=(claims_manual_12("30.5"),),
)
def administration_without_order(context: Context) -> Iterator[Draft | NotChecked]:
    """Administration without an order or a signature.

    What it finds: A drug given for treatment with no ordering clinician or no administering signature in the chart.
    Why it matters: A service without an order is not payable; auditors ask for it first.
    What the chart must show: Who ordered the drug and who gave it.
    Example: Carboplatin with start and stop but without ordered_by.
    Fix: Ask for the order or signature (query); the chart is never changed here.
    Authority: Medicare Claims Processing Manual, chapter 12 section 30.5.
    """
    charted = [a for a in context.administrations if a.ordered_by or a.documented_by]
    if context.administrations and not charted:
        yield NotChecked("the chart names no ordering or administering person anywhere")
        return
    for administration in context.administrations:
        missing = [
            words
            for words, value in (("order", administration.ordered_by), ("signature", administration.documented_by))
            if not value
        ]
        if missing and administration.purpose == "treatment":
            what = " and ".join(missing)
            question = (
                f"{administration.name}: the record shows no {what}. Please document who ordered and who gave it."
            )
            yield Draft(
                f"{administration.name}: no {what} is charted",
                evidence=chart_evidence(administration, "ordered_by", "documented_by"),
                direction="documentation",
                fixes=(Fix("ask for order and signature", "query", question=question),),
                subject=administration.id,
            )


def _same_day(context: Context, line: ClaimLine, codes: frozenset[str]) -> list[ClaimLine]:
    day = context.day_of(line)
    return [other for other in context.lines_with(codes) if other is not line and context.day_of(other) == day]


def _removal(context: Context, line: ClaimLine) -> Fix:
    return Fix(f"remove line {line.line} ({line.code})", "safe", (remove_line(context.claim, line.line),))
