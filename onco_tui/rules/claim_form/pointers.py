"""Diagnosis pointers: from each line to the claim's diagnosis list."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.edits import set_line_field
from onco_tui.rules.authorities import claims_manual_26
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.diagnosis.listing import list_evidence
from onco_tui.rules.edit_series import MAX_POINTERS
from onco_tui.rules.finding import Draft, Fix, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule("CLM101", "pointer-out-of-range", Severity.ERROR, authority=(claims_manual_26("10.4, item 24E"),))
def pointer_out_of_range(context: Context) -> Iterator[Draft | NotChecked]:
    """Diagnosis pointer out of range.

    What it finds: A line whose diagnosis pointers lead past the diagnosis list, repeat, number more than four, or, on
        a professional claim with diagnoses, are absent.
    Why it matters: The claim is rejected before a payer reads it, or the line loses its medical necessity.
    What the chart must show: The reason for the service of the line; the first pointer is its primary diagnosis.
    Example: Pointers 1 and 9 on a claim of two diagnoses.
    Fix: Drop the pointers that lead nowhere (safe while the first one stays; review when the primary would change or a
        valid pointer past the fourth is dropped). A line left without any pointer is for the coder. A claim without
        any diagnosis is CLM106's.
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.4, item 24E; 837P segment SV107, four pointers.
    """
    for line in context.claim.lines if context.claim.diagnoses else ():
        if problems := tuple(_problems(context, line)):
            yield Draft(
                f"line {line.line} {', '.join(problems)}",
                lines=(line.line,),
                evidence=(*line_evidence(line, "diagnosis_pointers"), list_evidence(context.claim)),
                fixes=_fixes(context.claim, line),
            )


def _problems(context: Context, line: ClaimLine) -> Iterator[str]:
    pointers, listed = line.diagnosis_pointers, len(context.claim.diagnoses)
    if not pointers and context.practitioner:
        yield "points at no diagnosis"
    if beyond := [pointer for pointer in pointers if not 1 <= pointer <= listed]:
        yield f"points at diagnosis {', '.join(map(str, beyond))}; the claim lists {listed}"
    if len(set(pointers)) < len(pointers):
        yield "points at the same diagnosis twice"
    if len(pointers) > MAX_POINTERS:
        yield f"has {len(pointers)} pointers; a line has at most {MAX_POINTERS}"


def _fixes(claim: Claim, line: ClaimLine) -> tuple[Fix, ...]:
    valid = tuple(dict.fromkeys(p for p in line.diagnosis_pointers if 1 <= p <= len(claim.diagnoses)))
    kept = valid[:MAX_POINTERS]
    if not kept:
        return ()
    grade: Grade = "safe" if kept == valid and kept[0] == line.diagnosis_pointers[0] else "review"
    shown = ", ".join(map(str, kept))
    return (Fix(f"line {line.line} pointers {shown}", grade, (set_line_field(line, "diagnosis_pointers", kept),)),)
