"""The second diagnosis that the use of a drug needs beside the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onco_tui.codesets.coverage import DrugUses
from onco_tui.rules.authorities import drug_labels
from onco_tui.rules.context import Context
from onco_tui.rules.coverage.services import (
    Service,
    by_day,
    charted_diagnoses,
    conditions,
    diagnoses_of,
    evidence_of,
    money,
    numbers,
    of_trial,
    prompt,
    services,
    titles,
    unchecked,
)
from onco_tui.rules.diagnosis.listing import addition
from onco_tui.rules.drugs.billed import listed
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule


@rule("COV124", "companion-diagnosis-missing", Severity.WARNING, authority=(drug_labels("indications and usage"),))
def companion_diagnosis_missing(context: Context) -> Iterator[Draft | NotChecked]:
    """Companion diagnosis missing.

    What it finds: A drug whose use needs a second diagnosis beside the first, on a claim without it.
    Why it matters: The first diagnosis alone does not describe the use.
    What the chart must show: The second condition: metastases for sipuleucel-T, bone metastases for radium 223, a
        neoplasm for rasburicase.
    Example: Q2043 with C61 and no code of C77 to C79.
    Fix: Add the one the chart documents as active (review), else ask (query).
    Authority: Product labels; for sipuleucel-T also Medicare NCD 110.22 from 2011-06-30. Never more than a warning.
    """
    for code, lines in context.once(services).items():
        uses = context.reference.coverage.uses_of(code)
        if uses is None or all(use.companions is None for use in uses.uses):
            continue
        for group in by_day(lines):
            if not any(of_trial(context, service) for service in group):
                yield from _without_companion(context, uses, group)


def _without_companion(context: Context, uses: DrugUses, group: Sequence[Service]) -> Iterator[Draft | NotChecked]:
    day, on_claim = group[0].day, context.claim.diagnoses
    matched = [use for use in uses.on(day) if use.diagnoses.cover_any(diagnoses_of(group))]
    needed = [use.companions for use in matched if use.companions is not None]
    if not needed or len(needed) < len(matched) or any(prefixes.cover_any(on_claim) for prefixes in needed):
        return
    words = needed[0].words
    charted = charted_diagnoses(context, needed[0].cover, active=True)
    if context.chart.diagnoses is None:
        yield unchecked(group, "no diagnoses came with the chart")
    fixes = addition(context.claim, [found.value for found in charted[:1]], "review")
    yield Draft(
        f"line {listed(numbers(group))} bills {uses.name} ({matched[0].name}) and the claim lists none of {words}",
        lines=numbers(group),
        diagnoses=diagnoses_of(group),
        evidence=(*evidence_of(context, group, "diagnosis_pointers"), *charted),
        direction="documentation",
        amount_at_risk=money(group),
        fixes=fixes
        or (
            query(
                "ask for the second condition",
                f"{uses.name} was given on {day} for {titles(context, diagnoses_of(group), day)}",
                "What is the extent of the disease it was given for?",
                *conditions(context),
            ),
        ),
        subject=f"{group[0].line.code} {day}",
        severity=prompt(uses.confidence),
    )
