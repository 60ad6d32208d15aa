"""Drugs billed on one date and given on another: one slip, told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.exchange import exchanged_codes
from onco_tui.rules.drugs.groups import gaps, groups, not_billable
from onco_tui.rules.drugs.plan import Group


@dataclass(frozen=True, slots=True)
class Misdated:
    """Lines of one code and date, and what the chart supports of that code on the one other date."""

    billed: Group
    given: Group

    @property
    def moved(self) -> Group:
        """What the other date bills once the lines are put there."""
        lines = (line.model_copy(update={"date_of_service": self.given.day}) for line in self.billed.billed)
        return replace(self.given, billed=(*self.given.billed, *lines))

    @property
    def lines(self) -> tuple[ClaimLine, ...]:
        """The claim lines under the wrong date."""
        return self.billed.billed


def misdated(context: Context) -> tuple[Misdated, ...]:
    """Pair what is billed and not given with what is given and not billed. Use it through ``context.once``.

    Only where one date of each kind is left for a code, so that the pair is beyond doubt; where the other date bills
    a part of it, only if the moved lines are just what is lacking there.
    """
    billed: dict[str, list[Group]] = defaultdict(list)
    given: dict[str, list[Group]] = defaultdict(list)
    for group in context.once(groups):
        if not group.derived:
            billed[group.code].append(group)
        elif not group.settled:
            given[group.code].append(group)
    both = sorted(billed.keys() & given.keys())
    if not both:
        return ()
    unclear = {number for gap in context.once(gaps) for number in gap.lines}
    exchanged = context.once(exchanged_codes)
    return tuple(
        Misdated(lines[0], due[0])
        for code in both
        if len(lines := billed[code]) == 1 == len(due := given[code])
        and unclear.isdisjoint(line.line for line in lines[0].billed)
        and exchanged.isdisjoint({(code, lines[0].day), (code, due[0].day)})
        and not not_billable(context, code, lines[0].day)
        and (not due[0].billed or Misdated(lines[0], due[0]).moved.settled)
    )


def misdated_days(context: Context) -> frozenset[tuple[str, date]]:
    """Give the codes and dates that a wrong date explains: neither is the drug missing, nor billed and not given."""
    pairs: Sequence[Misdated] = context.once(misdated)
    return frozenset((group.code, group.day) for pair in pairs for group in (pair.billed, pair.given))
