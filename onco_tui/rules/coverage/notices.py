"""Modifiers of the notice of noncoverage: which say what together, and to whom."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import set_line_field
from onco_tui.rules.authorities import claims_manual_30, hcpcs_level2
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.drugs.billed import finished, medicare, weighed
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_NOTICE = {"GA": "a signed notice", "GZ": "no notice", "GX": "a voluntary notice"}
_OF_MEDICARE = frozenset({"GA", "GX", "GZ"})


@rule("COV127", "notice-modifiers", Severity.ERROR, authority=(claims_manual_30("50"), hcpcs_level2("modifiers")))
def notice_modifiers(context: Context) -> Iterator[Draft | NotChecked]:
    """Notice modifiers.

    What it finds: A line with two of GA, GZ and GX; as information, one of them on a claim to a payer that is not
        Original Medicare.
    Why it matters: GA says that a required notice was signed, GZ that none was, GX that it was voluntary; together they
        contradict one another and the line cannot be processed. The notice exists in Original Medicare only.
    What the chart must show: The notice (ABN), signed before the service, or that there is none.
    Example: GA and GZ on a line of J0881. GX with GY is a proper pair.
    Fix: Take one off (review): which, the notice decides.
    Authority: Medicare Claims Processing Manual, chapter 30 section 50; HCPCS modifiers. A warning where the payer is
        not known to be Medicare.
    """
    for line in context.claim.lines:
        carried = [modifier for modifier in line.modifiers if modifier in _OF_MEDICARE]
        if len(set(carried)) > 1:
            yield _contradiction(context, line, tuple(dict.fromkeys(carried)))
        elif carried and not context.policy.medicare:
            yield Draft(
                f"line {line.line} carries {carried[0]}, which speaks of Original Medicare's notice; the "
                f"payer is another",
                lines=(line.line,),
                evidence=(*line_evidence(line, "modifiers"), _payer(context)),
                subject="payer",
                severity=Severity.INFO,
            )


def _contradiction(context: Context, line: ClaimLine, carried: tuple[str, ...]) -> Draft:
    words = " and ".join(f"{modifier} ({_NOTICE[modifier]})" for modifier in carried)
    fixes = tuple(
        Fix(
            f"line {line.line} keeps {kept}: {_NOTICE[kept]}",
            "review",
            (set_line_field(line, "modifiers", _only(line.modifiers, kept)),),
        )
        for kept in carried
    )
    return Draft(
        f"line {line.line} carries {words}, which contradict one another",
        lines=(line.line,),
        evidence=line_evidence(line, "modifiers"),
        amount_at_risk=line.charge,
        fixes=fixes,
        severity=weighed(Severity.ERROR, certain=medicare(context) and finished(line)),
    )


def _only(modifiers: tuple[str, ...], kept: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m for m in modifiers if m not in _OF_MEDICARE or m == kept))


def _payer(context: Context) -> Evidence:
    return Evidence("coverage.payer_id", context.encounter.coverage.payer_id)
