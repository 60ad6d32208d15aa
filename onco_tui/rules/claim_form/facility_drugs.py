"""Drugs on a practitioner's claim for a service in a hospital."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.authorities import claims_manual_12, claims_manual_17
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.drugs.billed import DrugLine, drug_lines
from onco_tui.rules.drugs.queries import drug_name
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

_HOSPITAL = frozenset({"19", "21", "22", "23"})


@rule(
    "CLM303",
    "practitioner-drug-in-hospital",
    Severity.WARNING,
    authority=(claims_manual_12("30.5"), claims_manual_17("10")),
)
def practitioner_drug_in_hospital(context: Context) -> Iterator[Draft | NotChecked]:
    """Practitioner's drug in a hospital.

    What it finds: A drug on a professional claim with a hospital's place of service.
    Why it matters: A drug given in the hospital is the hospital's to bill; the practitioner's line is denied, or the
        drug is paid twice.
    What the chart must show: Where the drug was given, and who bought it.
    Example: J9271 with place of service 22 on a professional claim. ADM119 tells of its administration.
    Fix: Ask who bought the drug (query); the place of service may be what is wrong.
    Authority: Medicare Claims Processing Manual, chapter 12 section 30.5 and chapter 17 section 10. A warning, because
        some arrangements let the practice bring the drug. Without a place of service nothing is checked.
    """
    if not context.practitioner:
        return
    unplaced = []
    for item in context.once(drug_lines):
        place = (item.line.place_of_service or context.claim.place_of_service or "").strip()
        if place in _HOSPITAL:
            yield _draft(context, item, place)
        elif not place:
            unplaced.append(item.line.line)
    if unplaced:
        yield NotChecked("no place of service", lines=tuple(unplaced))


def _draft(context: Context, item: DrugLine, place: str) -> Draft:
    line = item.line
    head = () if line.place_of_service else (Evidence("claim.place_of_service", place),)
    return Draft(
        f"line {line.line} bills {line.code} at place of service {place} on a practitioner's claim",
        lines=(line.line,),
        evidence=(*line_evidence(line, "code", "place_of_service"), *head),
        direction="over",
        amount_at_risk=line.charge,
        fixes=(_ask(context, item),),
    )


def _ask(context: Context, item: DrugLine) -> Fix:
    return query(
        "ask who bought the drug",
        f"{drug_name(context, item.line.code)} given on {item.day} in a hospital outpatient or inpatient place",
        "Where was the drug given, and who bought it?",
        "in the hospital, which bought it",
        "in the hospital; the practice bought it",
        "in the practice's own office",
    )
