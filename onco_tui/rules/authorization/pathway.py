"""S codes: payers' own codes for treatment plans, which Medicare does not take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onco_tui.rules.authorities import hcpcs_level2
from onco_tui.rules.authorization.permits import number_of, original_medicare
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_S_CODE = re.compile(r"S\d{4}")
_TREATMENT_PLANS = frozenset({"S0353", "S0354"})


@rule("AUT112", "s-code", Severity.WARNING, authority=(hcpcs_level2("S codes, not payable by Medicare"),))
def s_code(context: Context) -> Iterator[Draft | NotChecked]:
    """S code.

    What it finds: An S code billed to Medicare; and, as information, a treatment planning code (S0353, S0354) on a
        claim that carries no authorization number.
    Why it matters: Medicare accepts no S code. Other payers pay the planning codes within a pathway program, against
        its authorization, and only so often.
    What the chart must show: The payer's approval of the treatment pathway.
    Example: S0353 on a claim to Medicare Part B.
    Fix: None by the program: nothing says which other code, if any, stands for the service.
    Authority: HCPCS Level II quarterly file: S codes are for private payers. Whether a payer nobody here knows takes
        them is not checked.
    """
    for line in context.claim.lines:
        if not line.code.startswith("S") or not _S_CODE.fullmatch(line.code):
            continue
        if original_medicare(context):
            yield Draft(
                f"line {line.line} bills {line.code} to Medicare, which accepts no S code",
                lines=(line.line,),
                evidence=line_evidence(line, "code"),
                amount_at_risk=line.charge,
            )
        elif context.policy.medicare:
            yield NotChecked(f"line {line.line}: whether this payer takes {line.code} is not known", lines=(line.line,))
        elif line.code in _TREATMENT_PLANS and not number_of(context, line):
            yield Draft(
                f"line {line.line} bills {line.code}, a pathway program's code; the claim carries no authorization",
                lines=(line.line,),
                evidence=line_evidence(line, "code"),
                direction="documentation",
                severity=Severity.INFO,
            )
