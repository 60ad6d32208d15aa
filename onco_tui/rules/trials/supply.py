"""Items under investigation that somebody has to have supplied."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.authorities import ncd_trials
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.drugs.groups import is_drug
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule
from onco_tui.rules.trials.marks import trial_claim


@rule("TRL108", "trial-drug-charged", Severity.WARNING, authority=(ncd_trials(),))
def trial_drug_charged(context: Context) -> Iterator[Draft | NotChecked]:
    """Trial drug charged.

    What it finds: A drug under investigation billed at more than a token charge, where the chart does not say who
        supplied it.
    Why it matters: What the sponsor supplies free is not charged; giving it may be billed as a routine cost.
    What the chart must show: How the drug was acquired.
    Example: J9999 under investigation at 5,400.00, its supply not charted. A drug charted as free is DRG121's, one
        charted as purchased is left alone.
    Fix: Ask who supplied the drug (query).
    Authority: Medicare NCD 310.1: items customarily provided by the sponsor free of charge are no routine cost.
    """
    found = context.once(trial_claim)
    if found is None or not found.items:
        return
    for line in context.claim.lines:
        if line.code not in found.items or not is_drug(context, line.code):
            continue
        given = [a for a in context.administrations if a.hcpcs == line.code]
        if context.chart.administrations is None or line.charge is None:
            missing = "no charge" if line.charge is None else "no charted administrations"
            yield NotChecked(f"line {line.line}: {missing}", lines=(line.line,))
        elif line.charge > context.policy.free_drug_charge and all(a.acquisition is None for a in given):
            yield _charged(context, line, given)


def _charged(context: Context, line: ClaimLine, given: list[Administration]) -> Draft:
    name = given[0].name if given else "the drug under investigation"
    return Draft(
        f"line {line.line} charges {line.charge} for {line.code}, which the trial investigates; who supplied it is not "
        "charted",
        lines=(line.line,),
        evidence=(
            *line_evidence(line, "code", "charge"),
            *(found for a in given for found in chart_evidence(a, "drug", "acquisition")),
            Evidence("documentation.trial.investigational_items", line.code),
        ),
        direction="over",
        amount_at_risk=line.charge,
        fixes=(_ask(context, line, name),),
    )


def _ask(context: Context, line: ClaimLine, name: str) -> Fix:
    return query(
        "ask who supplied the drug",
        f"{name} given on {context.day_of(line)} in a clinical trial; how it was acquired is not recorded",
        "Who supplied the drug?",
        "the sponsor of the trial",
        "the practice",
        "the patient",
    )
