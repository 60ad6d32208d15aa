"""Whether the patient was covered on the date of service, and whether anybody asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from onco_tui.encounter.claim import ClaimLine, Coverage
from onco_tui.encounter.counting import counted
from onco_tui.rules.authorities import adjustment_reasons, eligibility_transaction
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.drugs.billed import charges, listed
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule("AUT121", "coverage-not-active", Severity.ERROR, needs=("coverage",), authority=(adjustment_reasons("26, 27"),))
def coverage_not_active(context: Context) -> Iterator[Draft | NotChecked]:
    """Coverage not active.

    What it finds: A service before the coverage began or after it ended; both days count.
    Why it matters: The plan that was billed does not pay; another one may, while its time limit runs.
    What the chart must show: Begin and end of the coverage.
    Example: J9271 on 2026-04-02 under a plan that ended on 2026-03-31.
    Fix: None by the program: the coverage of that day is to be found out.
    Authority: X12 claim adjustment reason codes 26 (before coverage) and 27 (after it ended).
    """
    coverage = context.encounter.coverage
    if coverage.effective_from is None and coverage.effective_to is None:
        yield NotChecked("begin and end of the coverage are not recorded")
        return
    outside = tuple(
        line for line in context.claim.lines if any(_outside(coverage, day) for day in _days(context, line))
    )
    if not any(_days(context, line) for line in context.claim.lines):
        yield NotChecked("the claim has no date of service")
    if outside:
        days = sorted({day for line in outside for day in _days(context, line) if _outside(coverage, day)})
        yield Draft(
            f"line {listed(line.line for line in outside)} on {', '.join(map(str, days))}; the coverage "
            f"{_span(coverage)}",
            lines=tuple(line.line for line in outside),
            evidence=(
                *(found for line in outside for found in line_evidence(line, "date_of_service")),
                *_coverage_evidence(coverage, "effective_from", "effective_to"),
            ),
            amount_at_risk=charges(outside),
        )
    if coverage.effective_from is None:
        yield NotChecked("the begin of the coverage is not recorded")


@rule(
    "AUT122", "eligibility-not-checked", Severity.WARNING, needs=("coverage",), authority=(eligibility_transaction(),)
)
def eligibility_not_checked(context: Context) -> Iterator[Draft | NotChecked]:
    """Eligibility not checked.

    What it finds: A claim whose coverage nobody ever checked, or checked longer before the service than the payer's
        policy lets it stand (30 days where it says nothing).
    Why it matters: Coverage ends with months and jobs; a plan that ended is found out by the denial.
    What the chart must show: The day eligibility was last checked.
    Example: Checked on 2026-01-05, treated on 2026-03-02. A check on or after the day of service is never too old.
    Fix: None by the program: ask the payer (270/271) for the day of service.
    Authority: 45 CFR 162.1201 and 162.1202, the question and its answer. How long an answer stands is the payer's or
        the practice's habit, so this is a warning. A record that does not carry the day at all is not checked.
    """
    coverage = context.encounter.coverage
    checked = coverage.eligibility_checked_on
    if "eligibility_checked_on" not in coverage.model_fields_set:
        yield NotChecked("whether eligibility was checked is not recorded")
        return
    days = [day for line in context.claim.lines for day in _days(context, line)]
    if not days:
        yield NotChecked("the claim has no date of service")
    elif checked is None:
        yield _unchecked(coverage, "nobody checked whether the patient was covered")
    elif (max(days) - checked).days > context.policy.eligibility_days:
        age = counted((max(days) - checked).days, "day")
        yield _unchecked(coverage, f"eligibility was last checked on {checked}, {age} before the service")


def _unchecked(coverage: Coverage, message: str) -> Draft:
    evidence = _coverage_evidence(coverage, "eligibility_checked_on")
    return Draft(message, evidence=evidence, direction="documentation")


def _days(context: Context, line: ClaimLine) -> tuple[date, ...]:
    """Give the first and last day of a line, those that are known."""
    return tuple(day for day in (context.day_of(line), line.date_to) if day is not None)


def _outside(coverage: Coverage, day: date) -> bool:
    first, last = coverage.effective_from, coverage.effective_to
    return (first is not None and day < first) or (last is not None and day > last)


def _span(coverage: Coverage) -> str:
    begin = f"began on {coverage.effective_from}" if coverage.effective_from else ""
    end = f"ended on {coverage.effective_to}" if coverage.effective_to else ""
    return " and ".join(part for part in (begin, end) if part)


def _coverage_evidence(coverage: Coverage, *fields: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(f"coverage.{name}", str(getattr(coverage, name) or "")) for name in fields)
