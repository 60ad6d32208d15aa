"""How much a claim and its lines hold: service lines, modifiers and their order."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.authorities import claims_manual_26
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.edit_series import EditSeries
from onco_tui.rules.finding import Draft, Evidence, Fix, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule

_MAX_LINES = {"professional": 50, "institutional": 999}
_MAX_MODIFIERS = 4
_WASTE = frozenset({"JW", "JZ"})  # DRG103 tells of these
_PRICING = frozenset({"26", "TC", "50", "52", "53", "54", "55", "56", "62", "66", "73", "74", "80", "81", "82", "AS"})
_INFORMING = frozenset({"LT", "RT", "GA", "GX", "GY", "GZ", "KX", "PI", "PS", "Q0", "Q1", "EA", "EB", "EC"})


@rule("CLM301", "too-many-lines", Severity.WARNING, authority=(claims_manual_26("10.4, item 24"),))
def too_many_lines(context: Context) -> Iterator[Draft | NotChecked]:
    """Too many lines.

    What it finds: More service lines than one electronic claim holds: 50 on a professional, 999 on a hospital claim.
    Why it matters: The claim is rejected whole, or cut by the software that sends it.
    What the chart must show: Nothing.
    Example: 51 lines on a professional claim.
    Fix: None by the program: the claim is to be split, a drug staying with its administration and its discarded part,
        diagnoses and authorization repeated.
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.4, item 24; 837P and 837I loop 2400.
    """
    lines, most = context.claim.lines, _MAX_LINES[context.claim.claim_type]
    if len(lines) > most:
        yield Draft(
            f"the claim has {len(lines)} lines; an electronic {context.claim.claim_type} claim holds {most}",
            lines=tuple(line.line for line in lines[most:]),
            evidence=(Evidence("claim.lines", str(len(lines))),),
        )


@rule("CLM302", "modifier-list", Severity.WARNING, authority=(claims_manual_26("10.4, item 24D"),))
def modifier_list(context: Context) -> Iterator[Draft | NotChecked]:
    """Modifier list.

    What it finds: A line with more than four modifiers or with one of them twice; as information, a modifier that
        changes the price after one that only informs.
    Why it matters: A line carries four modifiers; what stands fifth is lost, and some payers price by the first alone.
    What the chart must show: Nothing.
    Example: 59 twice; 78815 with PI before 26.
    Fix: Drop the repetition (safe); put those that change the price first (review). Which of five to leave out a
        person decides. JW and JZ are told by the drug rules.
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.4, item 24D (four modifiers).
    """
    for line in context.claim.lines:
        if len(line.modifiers) < 2:
            continue
        once = _once(line.modifiers)
        if once != line.modifiers:
            repeated = sorted({m for m in line.modifiers if line.modifiers.count(m) > 1} - _WASTE)
            yield _draft(context, line, f"carries {' and '.join(repeated)} more than once", once, "safe")
        elif len(line.modifiers) > _MAX_MODIFIERS:
            yield _draft(context, line, f"carries {len(line.modifiers)} modifiers; a line holds four", (), "review")
        elif (ordered := _priced_first(line.modifiers)) != line.modifiers:
            first = next(m for m in line.modifiers if m in _INFORMING)
            yield _draft(context, line, f"carries {first} before what changes the price", ordered, "review")


def _once(modifiers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(m for at, m in enumerate(modifiers) if m in _WASTE or m not in modifiers[:at])


def _priced_first(modifiers: tuple[str, ...]) -> tuple[str, ...]:
    """Move modifiers that change the price before the first one that only informs; all else stays."""
    at = next((place for place, m in enumerate(modifiers) if m in _INFORMING), len(modifiers))
    late = tuple(m for m in modifiers[at:] if m in _PRICING)
    return (*modifiers[:at], *late, *(m for m in modifiers[at:] if m not in _PRICING))


def _draft(context: Context, line: ClaimLine, said: str, after: tuple[str, ...], grade: Grade) -> Draft:
    series = EditSeries(context.encounter)
    if after:
        series.set(line.line, "modifiers", after)
    in_order = bool(after) and sorted(after) == sorted(line.modifiers)
    return Draft(
        f"line {line.line} {said}",
        lines=(line.line,),
        evidence=line_evidence(line, "code", "modifiers"),
        fixes=(Fix(f"line {line.line} modifiers {' '.join(after)}", grade, series.edits),) if series.edits else (),
        subject="order" if in_order else "count" if not after else "repeated",
        severity=Severity.INFO if in_order else None,
    )
