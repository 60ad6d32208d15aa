"""Add-on codes outside drug administration, and the services they add to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.codes import KINDS
from onco_tui.rules.authorities import addon_edits, ncci_i
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.ncci.tables import Gaps, basis, billed_days, of_another_program, weight
from onco_tui.rules.ncci.told import told_of_code
from onco_tui.rules.registry import rule

_BY_CONTRACTOR = "2"
_CLOSED_LIST = "1"
_NAMED = 6


@rule("NCC104", "add-on-without-primary", Severity.ERROR, authority=(addon_edits(), ncci_i("sections R, W")))
def add_on_without_primary(context: Context) -> Iterator[Draft | NotChecked]:
    """Add-on without its primary service.

    What it finds: An add-on code without any of its accepted primary codes on the same date; those of drug
        administration are ADM111's.
    Why it matters: An add-on code is never paid alone.
    What the chart must show: The primary service it belongs to.
    Example: 99417 without 99205 or 99215. Type 1 lists are closed. Type 2 lists are the contractor's, and type 3 lists
        may hold more codes than CMS publishes: those are not checked.
    Fix: None by the program; the primary service may be missing, or billed under another code.
    Authority: CMS NCCI add-on code edits; NCCI Policy Manual 2026, chapter I sections R and W. A warning for payers
        other than Medicare, not checked for Medicaid.
    """
    if foreign := tuple(of_another_program(context)):
        yield from foreign
        return
    unknown = Gaps(context, "ncci_addon")
    for day, lines in context.once(billed_days).items():
        codes = {line.code for line in lines}
        for line in lines:
            if line.code in KINDS or _never_an_addon(line.code) or told_of_code(context, line.code, day):
                continue
            addon = context.reference.codesets.addon(line.code, day)
            if addon.is_addon is None:
                unknown.add(day, [line.code], [line])
            elif addon.is_addon and codes.isdisjoint(addon.parents):
                yield _alone(context, line, day)
    yield from unknown.told()


def _alone(context: Context, line: ClaimLine, day: date) -> Draft | NotChecked:
    addon = context.reference.codesets.addon(line.code, day)
    if addon.type != _CLOSED_LIST:
        rest = "the contractor decides" if addon.type == _BY_CONTRACTOR else "the contractor may accept others than CMS"
        return NotChecked(f"{line.code} is an add-on code of type {addon.type}: {rest}", lines=(line.line,))
    accepted = sorted(addon.parents)
    more = f" and {len(accepted) - _NAMED} more" if len(accepted) > _NAMED else ""
    return Draft(
        f"line {line.line} bills add-on {line.code} without a primary service that day; accepted are "
        f"{', '.join(accepted[:_NAMED])}{more} ({basis(addon.edition, stale=addon.stale)})",
        lines=(line.line,),
        evidence=line_evidence(line, "code", "date_of_service"),
        amount_at_risk=line.charge,
        severity=weight(context, stale=addon.stale),
    )


def _never_an_addon(code: str) -> bool:
    """Tell drugs and supplies; CMS's add-on list has CPT codes and services of HCPCS only."""
    return code[:1].isalpha() and code[:1] not in "CG"
