"""Billed drug lines against derived ones: every difference once, each belonging to one rule.

The lines of one code and date are planned together (see ``plan``); what the plan changes is then told apart by what a
coder would call it: wrong units, a missing, doubled or misplaced JW or JZ, not billed, not given. Changes that would
make no sense alone stay together in one difference, so accepting all of them, in any order, ends in the derived lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onco_tui.derive.drugs.packaging import packages_drugs, why_perhaps_packaged
from onco_tui.encounter.chart import Administration
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.exchange import exchanged_codes
from onco_tui.rules.drugs.groups import gaps, groups
from onco_tui.rules.drugs.other_day import misdated_days
from onco_tui.rules.drugs.plan import BOTH, JW, JZ, NEITHER, Group, Step, mark_of, plan
from onco_tui.rules.unknown_codes import slips

UNITS, MISSING, DOUBLED, MISPLACED = "DRG101", "DRG102", "DRG103", "DRG104"
NOT_BILLED, NOT_GIVEN = "DRG105", "DRG106"

JW_REQUIRED_FROM = date(2017, 1, 1)
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
    unsure = {number for gap in context.once(gaps) for number in gap.lines} | context.once(slips).keys()
    elsewhere = context.once(exchanged_codes) | context.once(misdated_days)
    return tuple(
        difference
        for group in context.once(groups)
        if unsure.isdisjoint(line.line for line in group.billed) and (group.code, group.day) not in elsewhere
        for difference in _differences(context, group)
    )


def whole_difference(context: Context, rule: str, group: Group) -> Difference:
    """Give all that must change in a group as one difference of a rule."""
    return Difference(rule, group, plan(group, _standing(context, group)))


def administrations_of(context: Context, group: Group) -> tuple[Administration, ...]:
    """Give the administrations a group rests on."""
    return tuple(a for a in context.administrations if a.id in group.sources)


def perhaps_packaged(context: Context, difference: Difference) -> str:
    """Say of a missing JW or JZ why a hospital may owe neither; empty where the drug is surely paid separately."""
    if difference.rule != MISSING or not packages_drugs(context.claim):
        return ""
    units = sum(difference.group.due.values(), Decimal(0))
    return why_perhaps_packaged(difference.group.code, units, context.reference.drugs)


def multi_dose_only(context: Context, group: Group) -> bool:
    """Tell whether every container of a group is multi-dose: by the chart, else by a table that knows no other."""
    charted = {vial.container for a in administrations_of(context, group) for vial in a.vials}
    if charted and None not in charted:
        return charted == {"multi_dose"}
    drug = context.reference.drugs.by_code(group.code)
    kinds = {container.kind for container in drug.containers} if drug else set()
    return bool(kinds) and all(kind.startswith(("multi-dose", "pharmacy-bulk")) for kind in kinds)


def _differences(context: Context, group: Group) -> Iterator[Difference]:
    if group.settled:
        return
    misplaced = _misplaced(context, group)
    if group.waste_unknown:
        yield from _by_units_alone(group)
        return
    plot = _Plot(group, plan(group, _standing(context, group)))
    if not group.derived:
        yield from plot.difference(NOT_GIVEN, units=plot.units)
    elif not plot.any_given:
        yield from plot.difference(NOT_BILLED, added=plot.added)
        yield from plot.difference(UNITS, units=plot.units)
    elif misplaced:
        yield from plot.difference(MISPLACED, units=plot.stray, marks=plot.marks)
        yield from plot.difference(UNITS, units=plot.units - plot.stray)
    else:
        yield from _told_apart(plot)


def _standing(context: Context, group: Group) -> frozenset[str]:
    """Give the modifiers that may stand unasked: JW before 2017, each contractor's choice; JZ where no JW is due."""
    if JW in group.due or multi_dose_only(context, group):
        return frozenset()
    if group.day < JW_REQUIRED_FROM:
        return frozenset({JW})
    return frozenset({JZ}) if group.day >= JZ_EXISTS_FROM else frozenset()


def _misplaced(context: Context, group: Group) -> bool:
    """Tell whether neither modifier can be right: no single-dose container, or a JZ from before there was one."""
    if group.due.keys() != {NEITHER}:
        return False
    marks = " ".join(mark_of(line.modifiers) for line in group.billed)
    return multi_dose_only(context, group) or (group.day < JZ_EXISTS_FROM and JZ in marks)


def _by_units_alone(group: Group) -> Iterator[Difference]:
    """Compare only administered units; whether JW or JZ belongs there cannot be told."""
    plot = _Plot(group, [s for s in plan(group, frozenset({NEITHER, JZ, BOTH})) if s.line is None or s.mark != JW])
    if plot.any_given:
        yield from plot.difference(UNITS, units=plot.units)
    else:
        yield from plot.difference(NOT_BILLED, added=plot.added)


def _told_apart(plot: _Plot) -> Iterator[Difference]:
    """Give each change of a group with billed and derived administered lines to the rule a coder expects."""
    wasted = [step for step in plot.added if step.mark == JW]
    others = [step for step in plot.added if step.mark != JW]
    present = {mark_of(line.modifiers) for line in plot.group.billed}
    if plot.stray and present.intersection({JZ, BOTH}):
        yield from plot.difference(DOUBLED, units=plot.stray, marks=plot.marks)
        yield from plot.difference(UNITS, units=plot.units - plot.stray, added=others)
    elif plot.stray:
        yield from plot.difference(UNITS, units=plot.units, marks=plot.marks, added=others)
    else:
        doubled = plot.doubled(present)
        split = plot.split if wasted else frozenset()
        yield from plot.difference(DOUBLED, marks=doubled)
        yield from plot.difference(MISSING, units=split, marks=plot.marks - doubled, added=wasted)
        yield from plot.difference(UNITS, units=plot.units - split, added=others)


class _Plot:
    """The planned steps of a group, by the kind of change: line numbers for billed lines, steps for those to add."""

    def __init__(self, group: Group, steps: Sequence[Step]) -> None:
        self.group = group
        self.steps = steps
        self.added = [step for step in steps if step.line is None]
        self.units = frozenset(step.line.line for step in steps if step.line and step.changes_units)
        self.marks = frozenset(step.line.line for step in steps if step.line and step.changes_mark)
        self.any_given = any(step.line is not None and step.mark != JW for step in steps)

    @property
    def stray(self) -> frozenset[int]:
        """The JW lines that go because nothing payable was discarded."""
        wasted = frozenset(step.line.line for step in self.steps if step.line and step.mark == JW)
        return wasted & self.units if JW not in self.group.due else frozenset()

    @property
    def split(self) -> frozenset[int]:
        """The one line that bills the waste together with the dose."""
        lines = [step for step in self.steps if step.line and step.changes_units]
        whole = len(lines) == 1 and lines[0].units > 0 and lines[0].surplus == self.group.due.get(JW)
        return self.units if whole else frozenset()

    def doubled(self, present: set[str]) -> frozenset[int]:
        """Give the lines with both modifiers, or with JZ beside a JW line that stays."""
        return frozenset(
            step.line.line
            for step in self.steps
            if step.line and step.changes_mark and _is_doubled(mark_of(step.line.modifiers), step.mark, present)
        )

    def difference(
        self,
        rule: str,
        *,
        units: frozenset[int] = frozenset(),
        marks: frozenset[int] = frozenset(),
        added: Sequence[Step] = (),
    ) -> Iterator[Difference]:
        """Make one difference of some changes; none when there are none."""
        changed = [
            step.only(units=step.line.line in units, mark=step.line.line in marks)
            for step in self.steps
            if step.line and step.line.line in units | marks
        ]
        if changed or added:
            yield Difference(rule, self.group, (*changed, *added), split=rule == MISSING and bool(units))


def _is_doubled(mark: str, wanted: str, present: set[str]) -> bool:
    return mark == BOTH or (mark == JZ and wanted == NEITHER and JW in present)
