"""Add-on codes without a parent, and the difference from the chart that would bring it."""

from __future__ import annotations

from dataclasses import dataclass

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.codes import KINDS
from onco_tui.rules.administration.comparison import Difference
from onco_tui.rules.administration.groups import encounter_lines, recoded_lines
from onco_tui.rules.administration.settling import bringing
from onco_tui.rules.context import Context


@dataclass(frozen=True, slots=True)
class Orphan:
    """An add-on line with none of its parents in its encounter.

    ``elsewhere`` is a line that bills one on another date of the encounter, ``parent`` what the chart has for it.
    """

    line: ClaimLine
    parents: frozenset[str]
    elsewhere: ClaimLine | None
    parent: Difference | None


def orphans(context: Context) -> tuple[Orphan, ...]:
    """Find the add-ons of drug administration without a parent on their date, those aside that are the mistake.

    Use it through ``context.once``.
    """
    found = []
    for line in context.claim.lines:
        parents = context.reference.addon_parents.get(line.code)
        if line.code not in KINDS or parents is None or line.line in context.once(recoded_lines):
            continue
        day = context.day_of(line)
        billed = [other for other in encounter_lines(context, day) if other.code in parents]
        if not any(context.day_of(other) == day for other in billed):
            parent = None if billed else bringing(context, parents, day)
            found.append(Orphan(line, parents, next(iter(billed), None), parent))
    return tuple(found)


def left_alone_by(context: Context, difference: Difference) -> tuple[ClaimLine, ...]:
    """Give the add-ons that stand without a parent because of a difference."""
    return tuple(orphan.line for orphan in context.once(orphans) if orphan.parent is difference)
