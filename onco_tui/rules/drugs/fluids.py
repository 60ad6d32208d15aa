"""Fluids: what carries a drug or keeps a line open is no drug of its own."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.encounter.edits import remove_line
from onco_tui.rules.administration.codes import KINDS
from onco_tui.rules.authorities import ncci_xi
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.drugs.billed import DrugLine, drug_lines, given_as
from onco_tui.rules.drugs.queries import as_charted
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

_HYDRATION = frozenset(code for code, kind in KINDS.items() if kind.family == "hydration")
_CARRIED = frozenset(
    code
    for code, kind in KINDS.items()
    if kind.family in {"therapeutic", "chemotherapy"} and kind.form in {"infusion", "push"}
)


@rule("DRG133", "carrier-fluid-billed", Severity.WARNING, authority=(ncci_xi("section B.5"),))
def carrier_fluid_billed(context: Context) -> Iterator[Draft | NotChecked]:
    """Carrier fluid billed.

    What it finds: A bag of saline, dextrose or Ringer's on a practitioner's claim beside infusions or pushes, with no
        hydration billed and none charted.
    Why it matters: Fluid that dilutes a drug or keeps the line open is part of the administration.
    What the chart must show: Why the fluid was given: as therapy, or as a vehicle.
    Example: J7050 beside 96413 with no 96360 or 96361.
    Fix: Remove the line (review). Fluid charted as a vehicle, flush or keep-open is told by DRG106.
    Authority: NCCI Policy Manual 2026, chapter XI section B.5. Hospitals report packaged fluids.
    """
    if not context.practitioner:
        return
    for item in context.once(drug_lines):
        if item.drug is None or item.drug.admin_class != "hydration":
            continue
        day = {line.code for line in context.claim.lines if context.day_of(line) == item.day}
        given = given_as(context, item.line.code, item.day)
        if day.isdisjoint(_CARRIED) or not day.isdisjoint(_HYDRATION) or any(a.purpose for a in given):
            continue
        if context.administrations and not given:
            yield NotChecked(f"line {item.line.line}: the chart has no {item.line.code}", lines=(item.line.line,))
            continue
        yield _carrier(context, item)


def _carrier(context: Context, item: DrugLine) -> Draft:
    given = given_as(context, item.line.code, item.day)
    ask = query(
        "ask for the purpose",
        f"{as_charted(context, given)} on {item.day}; what the fluid was given for is not documented",
        "What was the purpose of the fluid?",
        "hydration of the patient",
        "carrier of a drug",
        "keeping the line open",
    )
    return Draft(
        f"line {item.line.line} bills {item.line.code} beside infusions and no hydration; fluid that carries a drug "
        f"is part of its administration",
        lines=(item.line.line,),
        evidence=(
            *line_evidence(item.line, "code", "units"),
            *(found for a in given for found in chart_evidence(a, "drug", "purpose")),
        ),
        direction="over",
        amount_at_risk=item.line.charge,
        fixes=(_removal(context, item) if not given else ask,),
    )


def _removal(context: Context, item: DrugLine) -> Fix:
    return Fix(f"remove line {item.line.line}", "review", (remove_line(context.claim, item.line.line),))
