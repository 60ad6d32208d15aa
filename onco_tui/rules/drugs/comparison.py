"""Billed drug lines against derived ones: every difference once, each belonging to one rule.

The lines of one code and date are planned together (see ``plan``); what the plan changes is then told apart by what a
coder would call it: wrong units, a missing, doubled or misplaced JW or JZ, not billed, not given. Changes that would
make no sense alone stay together in one difference, so accepting all of them, in any order, ends in the derived lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from onco_tui.encounter.chart import Administration
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.groups import gaps, groups
from onco_tui.rules.drugs.plan import BOTH, JW, JZ, NEITHER, Group, Step, mark_of, plan

UNITS, MISSING, DOUBLED, MISPLACED = "DRG101", "DRG102", "DRG103", "DRG104"
NOT_BILLED, NOT_GIVEN = "DRG105", "DRG106"

JZ_EXISTS_FROM = date(2023, 1, 1)


@dataclass(frozen=True, slots=True)
class Difference:
    """Changes of one group that belong to one rule and to one fix. ``split`` takes the waste out of a billed line."""

    rule: str
    group: Group
    steps: tuple[Step, ...]
    split: bool = False

    @property
    def lines(self) -> tuple[int, ...]:
        """The claim lines at fault."""
        return tuple(sorted(step.line.line for step in self.steps if step.line))


def differences(context: Context) -> tuple[Difference, ...]:
    """Compare all drug lines of the claim with the derivation. Use it through ``context.once``."""
    unsure = {number for gap in context.once(gaps) for number in gap.lines}
    return tuple(
        difference
        for group in context.once(groups)
        if unsure.isdisjoint(line.line for line in group.billed)
        for difference in _differences(context, group)
    )


def administrations_of(context: Context, group: Group) -> tuple[Administration, ...]:
    """Give the administrations a group rests on."""
    return tuple(a for a in context.administrations if a.id in group.sources)


def multi_dose_only(context: Context, group: Group) -> bool:
    """Tell whether every container of a group is multi-dose: by the chart, else by a table that knows no other."""
    charted = {vial.container for a in administrations_of(context, group) for vial in a.vials}
    if charted and None not in charted:
        return charted == {"multi_dose"}
    drug = context.reference.drugs.by_code(group.code)
    kinds = {container.kind for container in drug.containers} if drug else set()
    return bool(kinds) and all(kind.startswith(("multi-dose", "pharmacy-bulk")) for kind in kinds)


def _differences(context: Context, group: Group) -> Iterator[Difference]:
    misplaced = _misplaced(context, group)
    if group.waste_unknown:
        yield from _by_units_alone(group)
        return
    steps = plan(group, frozenset() if misplaced or JW in group.due else frozenset({JZ}))
    if not group.derived:
        yield from _one(NOT_GIVEN, group, steps)
    elif not _any_given(steps):
        yield from _one(NOT_BILLED, group, [step for step in steps if step.line is None])
        yield from _one(UNITS, group, [step for step in steps if step.changes_units])
    elif misplaced:
        yield from _misplaced_and_units(group, steps)
    else:
        yield from _told_apart(group, steps)


def _misplaced(context: Context, group: Group) -> bool:
    """Tell whether neither modifier can be right: no single-dose container, or a JZ from before there was one."""
    if group.due.keys() != {NEITHER}:
        return False
    marks = " ".join(mark_of(line.modifiers) for line in group.billed)
    return multi_dose_only(context, group) or (group.day < JZ_EXISTS_FROM and JZ in marks)


def _any_given(steps: Sequence[Step]) -> bool:
    return any(step.line is not None and step.mark != JW for step in steps)


def _by_units_alone(group: Group) -> Iterator[Difference]:
    """Compare only administered units; whether JW or JZ belongs there cannot be told."""
    steps = plan(group, frozenset({NEITHER, JZ, BOTH}))
    if not _any_given(steps):
        yield from _one(NOT_BILLED, group, [step for step in steps if step.line is None])
    else:
        yield from _one(UNITS, group, [step for step in steps if step.changes_units and step.mark != JW])


def _misplaced_and_units(group: Group, steps: Sequence[Step]) -> Iterator[Difference]:
    stray = _stray(group, steps)
    yield from _one(MISPLACED, group, [*stray, *(step for step in steps if step.changes_mark)])
    yield from _one(UNITS, group, [step for step in steps if step.changes_units and step not in stray])


def _stray(group: Group, steps: Sequence[Step]) -> list[Step]:
    """Find the JW lines that go because nothing payable was discarded."""
    return [step for step in steps if step.mark == JW and step.changes_units and JW not in group.due]


def _told_apart(group: Group, steps: Sequence[Step]) -> Iterator[Difference]:
    """Give each change of a group with billed and derived administered lines to the rule a coder expects."""
    added = [step for step in steps if step.line is None]
    marks = [step for step in steps if step.changes_mark]
    units = [step for step in steps if step.changes_units]
    stray = _stray(group, steps)
    others = [step for step in [*units, *added] if step not in stray and (step.line or step.mark != JW)]
    present = {mark_of(step.line.modifiers) for step in steps if step.line}
    if stray and (JZ in present or BOTH in present):
        yield from _one(DOUBLED, group, [*stray, *marks])
        yield from _one(UNITS, group, others)
    elif stray:
        yield from _one(UNITS, group, [*stray, *others, *marks])
    else:
        doubled = [step for step in marks if _is_doubled(step, present)]
        split = _split(group, units, added)
        waste = [*split, *(step for step in added if step.mark == JW)]
        yield from _one(DOUBLED, group, doubled)
        yield from _one(MISSING, group, [*(step for step in marks if step not in doubled), *waste], split=bool(split))
        yield from _one(UNITS, group, [step for step in others if step not in split])


def _is_doubled(step: Step, present: set[str]) -> bool:
    mark = mark_of(step.line.modifiers) if step.line else NEITHER
    return mark == BOTH or (mark == JZ and step.mark == NEITHER and JW in present)


def _split(group: Group, units: Sequence[Step], added: Sequence[Step]) -> list[Step]:
    """Find the one line that bills the waste together with the dose."""
    if any(step.mark == JW for step in added) and len(units) == 1 and units[0].units > 0:
        return list(units) if units[0].surplus == group.due[JW] else []
    return []


def _one(rule: str, group: Group, steps: Sequence[Step], *, split: bool = False) -> Iterator[Difference]:
    """Make one difference of some steps, each once; no steps make none."""
    if steps:
        yield Difference(rule, group, tuple(dict.fromkeys(steps)), split)
