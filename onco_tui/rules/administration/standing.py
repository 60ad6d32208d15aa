"""What stands beside a line: the claim as it is billed, and as it will be once the chart's differences are settled.

A draw counts only when nothing else does, a nurse's visit not beside a drug: such rules must look at what the chart
supports too, else settling one difference would bring up the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.charted import sources_of
from onco_tui.rules.administration.comparison import Difference
from onco_tui.rules.administration.groups import within
from onco_tui.rules.administration.settling import settlements
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.finding import Evidence


@dataclass(frozen=True, slots=True)
class Standing:
    """A code on a date: of a billed line, as it is or as the chart settles it, or charted and not billed yet."""

    code: str
    day: date | None
    line: ClaimLine | None
    derived: DerivedLine | None = None

    @property
    def told(self) -> str:
        """Say where it stands."""
        if self.line is None:
            return f"{self.code}, charted and not billed"
        if self.code != self.line.code:
            return f"{self.code}, the right code of line {self.line.line}"
        return f"{self.code} on line {self.line.line}"

    def evidence(self, context: Context) -> tuple[Evidence, ...]:
        """Point at the billed line, else at what is charted."""
        if self.line is not None:
            return line_evidence(self.line, "code")
        return tuple(e for a in sources_of(context, self.derived) for e in chart_evidence(a, "drug", "route", "start"))


def settled(context: Context) -> tuple[Standing, ...]:
    """Give what the claim bills once all differences that can be settled are. Use it through ``context.once``."""
    differences = [difference for settlement in context.once(settlements) for difference in settlement.group]
    changed = {difference.line.line: difference for difference in differences if difference.line}
    staying = (_standing(context, line, changed.get(line.line)) for line in context.claim.lines)
    added = (
        Standing(difference.derived.code, difference.derived.date_of_service, None, difference.derived)
        for difference in differences
        if difference.line is None and difference.derived
    )
    return (*(found for found in staying if found), *added)


def _standing(context: Context, line: ClaimLine, difference: Difference | None) -> Standing | None:
    day = context.day_of(line)
    if difference is None:
        return Standing(line.code, day, line)
    derived = difference.derived
    if not difference.supported:
        return None
    if derived is None:
        return Standing(line.code, day, line)
    return Standing(derived.code, day if within(line, derived.date_of_service) else derived.date_of_service, line)


def settled_line(context: Context, line: ClaimLine) -> Standing | None:
    """Give what a billed line will bill once differences are settled; None when it is to be removed."""
    return next((s for s in context.once(settled) if s.line is line), None)


def beside(context: Context, line: ClaimLine, codes: frozenset[str]) -> Standing | None:
    """Find one of some codes on the date of a line: billed, else what the chart makes of the claim."""
    day = context.day_of(line)
    for other in context.lines_with(codes):
        if other is not line and context.day_of(other) == day:
            return Standing(other.code, day, other)
    others = (s for s in context.once(settled) if s.line is not line and s.code in codes)
    return next((s for s in others if s.day == day), None)


def remains_beside(context: Context, line: ClaimLine, codes: frozenset[str]) -> bool:
    """Tell whether one of some codes will stand on the date of a line once differences are settled."""
    day = context.day_of(line)
    return any(s.line is not line and s.code in codes and s.day == day for s in context.once(settled))


def settled_beside(context: Context, own: Standing) -> Iterator[Standing]:
    """Give everything else on the date of a settled line."""
    return (s for s in context.once(settled) if s.day == own.day and s.line is not own.line)
