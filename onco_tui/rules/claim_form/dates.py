"""The dates of claim, lines and patient against one another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.counting import by_number
from onco_tui.encounter.edits import set_claim_field
from onco_tui.rules.administration.drafts import changed_lines
from onco_tui.rules.authorities import claims_manual_26
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.drugs.other_day import misdated_days
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule("CLM108", "dates-disagree", Severity.ERROR, authority=(claims_manual_26("10.4, items 18, 24A"),))
def dates_disagree(context: Context) -> Iterator[Draft | NotChecked]:
    """Dates that disagree.

    What it finds: A claim or line that ends before it begins; lines outside the dates of the claim.
    Why it matters: A hospital's claim with a service outside its statement dates is returned; on any claim one of the
        dates is wrong, and the dates decide which codes, edits and policies apply.
    What the chart must show: When the services were given.
    Example: A line of 2026-03-05 on a claim from 2026-03-02 to 2026-03-02.
    Fix: Set the dates of the claim to those of its lines (review; the date of a line may be what is wrong).
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.4, items 18 and 24A. A line outside the dates of
        the claim is a warning: of a practitioner's claim only the dates of the lines are sent. Lines the chart has on
        another date are ADM136's and DRG136's.
    """
    yield from _backward(context)
    claim = context.claim
    first, last = claim.date_from or date.min, claim.date_to or date.max
    outside = [line for line in claim.lines if (span := _span(line)) and not _within(span, (first, last))]
    outside = [line for line in outside if not _dated_by_chart(context, line)] if first <= last else []
    if outside:
        spans = {line.line: span for line in claim.lines if (span := _span(line))}
        numbers = tuple(line.line for line in outside)
        whole = (min(begin for begin, _ in spans.values()), max(end for _, end in spans.values()))
        yield Draft(
            f"{by_number('line', numbers)}: {_days(*spans[numbers[0]])} is outside the dates of the claim, "
            f"{_said(claim)}",
            lines=numbers,
            evidence=(
                *_claim_evidence(claim),
                *(item for line in outside for item in line_evidence(line, "date_of_service", "date_to")),
            ),
            fixes=_spanning(claim, *whole),
            subject="span",
            severity=Severity.WARNING,
        )


def _span(line: ClaimLine) -> tuple[date, date] | None:
    """Give the first and last day of a line; None without a date of its own, or where it ends before it begins."""
    first = line.date_of_service
    last = line.date_to or first
    return (first, last) if first and last and first <= last else None


def _dated_by_chart(context: Context, line: ClaimLine) -> bool:
    """Tell whether a rule that compares with the chart speaks of the line or of its date."""
    misplaced = (line.code, line.date_of_service) in context.once(misdated_days)
    return misplaced or line.line in context.once(changed_lines)


def _within(span: tuple[date, date], whole: tuple[date, date]) -> bool:
    return whole[0] <= span[0] and span[1] <= whole[1]


def _backward(context: Context) -> Iterator[Draft]:
    claim = context.claim
    if claim.date_from and claim.date_to and claim.date_to < claim.date_from:
        yield Draft(
            f"the claim ends on {claim.date_to}, before it begins on {claim.date_from}",
            evidence=_claim_evidence(claim),
            subject="claim",
        )
    for line in claim.lines:
        day = context.day_of(line)
        if day and line.date_to and line.date_to < day:
            yield Draft(
                f"line {line.line} ends on {line.date_to}, before it begins on {day}",
                lines=(line.line,),
                evidence=line_evidence(line, "date_of_service", "date_to"),
                subject="line",
            )


def _spanning(claim: Claim, begin: date, end: date) -> tuple[Fix, ...]:
    edits = (
        *((set_claim_field(claim, "date_from", begin),) if claim.date_from not in {None, begin} else ()),
        *((set_claim_field(claim, "date_to", end),) if claim.date_to not in {None, end} else ()),
    )
    return (Fix(f"dates of the claim {_days(begin, end)}", "review", edits),)


def _days(first: date, last: date) -> str:
    return f"{first}" if last == first else f"{first} to {last}"


def _said(claim: Claim) -> str:
    """Write the dates of a claim, of which one may be absent."""
    first, last = claim.date_from, claim.date_to
    return _days(first, last) if first and last else f"from {first}" if first else f"to {last}"


def _claim_evidence(claim: Claim) -> tuple[Evidence, ...]:
    return tuple(Evidence(f"claim.{name}", str(getattr(claim, name) or "")) for name in ("date_from", "date_to"))


@rule("CLM109", "service-before-birth", Severity.ERROR, authority=(claims_manual_26("10.2, item 3"),))
def service_before_birth(context: Context) -> Iterator[Draft | NotChecked]:
    """Service before birth.

    What it finds: A patient's date of birth after the date of a service.
    Why it matters: The payer does not find the patient, and rejects the claim.
    What the chart must show: Nothing; the date of birth is the registration's.
    Example: A birth date of 2026-05-05 on a claim of 2026-03-02.
    Fix: None by the program; the registration is looked up.
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.2, item 3.
    """
    born = context.encounter.patient.birth_date
    if born is None:
        yield NotChecked("the patient's date of birth did not come with the claim")
        return
    early = [line for line in context.claim.lines if (day := context.day_of(line)) and day < born]
    if early:
        day = context.day_of(early[0])
        yield Draft(
            f"line {early[0].line} is dated {day}, before the patient's date of birth",
            lines=tuple(line.line for line in early),
            evidence=(Evidence("patient.birth_date", f"after {day}"), *line_evidence(early[0], "date_of_service")),
        )
