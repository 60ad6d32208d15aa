"""What every claim and every line must carry."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.values import plain
from onco_tui.rules.administration.drafts import changed_lines
from onco_tui.rules.authorities import claims_manual_26
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.drugs.comparison import differences
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule("CLM105", "line-incomplete", Severity.ERROR, authority=(claims_manual_26("10.4, items 24A, 24D, 24G"),))
def line_incomplete(context: Context) -> Iterator[Draft | NotChecked]:
    """Line incomplete.

    What it finds: A line without a code, without a date of service, or with zero or negative units.
    Why it matters: The line is rejected, and no rule that depends on code, date or units can look at it.
    What the chart must show: What was done, when, and how much of it.
    Example: J9271 with 0 units.
    Fix: None by the program; the coder enters what is missing. Where the chart gives the units, the rules that compare
        with it tell of them.
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.4, items 24A, 24D and 24G.
    """
    for line in context.claim.lines:
        if problems := tuple(_problems(context, line)):
            yield Draft(
                f"line {line.line} has {', '.join(problems)}",
                lines=(line.line,),
                evidence=line_evidence(line, "code", "date_of_service", "units"),
            )


def _problems(context: Context, line: ClaimLine) -> Iterator[str]:
    if not line.code:
        yield "no code"
    if context.day_of(line) is None:
        yield "no date of service"
    if line.units <= 0 and line.line not in context.once(_compared):
        yield f"{plain(line.units)} units"


def _compared(context: Context) -> frozenset[int]:
    """Give the lines of which the chart says that they should be different: their rules offer the units too."""
    if context.chart.administrations is None:
        return frozenset()
    drugs = (number for difference in context.once(differences) for number in difference.lines)
    return context.once(changed_lines).union(drugs)


@rule("CLM106", "claim-empty", Severity.ERROR, authority=(claims_manual_26("10.4, items 21, 24"),))
def claim_empty(context: Context) -> Iterator[Draft | NotChecked]:
    """Claim empty.

    What it finds: A claim without any service line or without any diagnosis.
    Why it matters: It cannot be sent; and a claim without lines must never pass as clean.
    What the chart must show: The services of the encounter and the reason for them.
    Example: A professional claim whose diagnosis list is empty.
    Fix: None by the program; the coder enters the diagnoses or lines. Other rules offer lines the chart supports.
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.4, items 21 and 24.
    """
    for what, there in (("service lines", context.claim.lines), ("diagnoses", context.claim.diagnoses)):
        if not there:
            path = "claim.lines" if what == "service lines" else "claim.diagnoses"
            yield Draft(f"the claim has no {what}", evidence=(Evidence(path, ""),), subject=what)


@rule("CLM107", "charge-missing", Severity.WARNING, authority=(claims_manual_26("10.4, item 24F"),))
def charge_missing(context: Context) -> Iterator[Draft | NotChecked]:
    """Charge missing.

    What it finds: A line without a charge on a claim whose other lines have one, as after a line was recoded or added.
    Why it matters: The line is rejected or paid as nothing; and a price kept from another code would be wrong.
    What the chart must show: Nothing; the charge comes from the practice's fee schedule.
    Example: 96413 recoded to 96409: the old charge belonged to the old code, the new one is to be entered.
    Fix: None by the program, which knows no fee schedule; the coder enters the charge.
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.4, item 24F.
    """
    lines = context.claim.lines
    if lines and all(line.charge is None for line in lines):
        yield NotChecked("the claim carries no charges")
        return
    for line in lines:
        if line.charge is None:
            yield Draft(
                f"line {line.line} ({line.code}) has no charge yet",
                lines=(line.line,),
                evidence=line_evidence(line, "code", "charge"),
                direction="under",
            )
