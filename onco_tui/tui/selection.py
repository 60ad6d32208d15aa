"""What is selected in a review and what it is linked with: finding to lines, line to findings."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Literal

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.finding import Finding, Fix

if TYPE_CHECKING:
    from onco_tui.review.sitting import Preview, Sitting
    from onco_tui.review.standing import Standing


class Selection:
    """The cursor of a review. ``line`` may be one past the last line: the claim as a whole.

    ``finding`` may be one past the last finding: what was not checked. ``leads`` says which of the two the coder moved
    last; the other follows it. ``places`` are the fields of the chart that the coder points at; nothing follows them,
    what rests on them is lit.
    """

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.line = 0
        self.finding = 0
        self.fix = 0
        self.bar = 0
        self.places: frozenset[str] = frozenset()
        self._previews: dict[tuple[int, str], Preview | None] = {}
        self.leads: Literal["line", "finding"] = "finding"
        self.choose_finding(0)

    @property
    def standing(self) -> Standing | None:
        """The selected finding with its decision; None on the row of what was not checked."""
        standings = self.sitting.standings
        return standings[self.finding] if self.finding < len(standings) else None

    @property
    def selected_finding(self) -> Finding | None:
        """The selected finding."""
        return self.standing.finding if self.standing else None

    @property
    def selected_fix(self) -> Fix | None:
        """The fix shown for the selected finding."""
        fixes = self.selected_finding.fixes if self.selected_finding else ()
        return fixes[self.fix % len(fixes)] if fixes else None

    @property
    def preview(self) -> Preview | None:
        """What the fix shown would do; worked out once for each state of the claim. None when it cannot be applied."""
        fix = self.selected_fix
        if fix is None or not fix.edits:
            return None
        key = (self.sitting.version, fix.id)
        if key not in self._previews:
            try:
                self._previews[key] = self.sitting.preview(fix.edits)
            except ValueError:
                self._previews[key] = None
        return self._previews[key]

    @property
    def claim_line(self) -> ClaimLine | None:
        """The selected line; None for the claim as a whole."""
        lines = self.sitting.encounter.claim.lines
        return lines[self.line] if self.line < len(lines) else None

    @property
    def lit_lines(self) -> frozenset[int]:
        """Positions of the lines the selected finding is about; the total when it is about the claim."""
        finding = self.selected_finding
        if finding is None:
            return frozenset()
        lines = self.sitting.encounter.claim.lines
        return frozenset(i for i, line in enumerate(lines) if line.line in finding.lines) or frozenset({len(lines)})

    @property
    def lit_findings(self) -> frozenset[int]:
        """Positions of the findings about the selected line."""
        line = self.claim_line
        return frozenset(i for i, s in enumerate(self.sitting.standings) if line and line.line in s.finding.lines)

    def choose_line(self, index: int) -> None:
        """Select a line; the first finding about it follows, if there is one."""
        self.line, self.leads, self.places = index, "line", frozenset()
        about = sorted(self.lit_findings)
        if about and self.finding not in about:
            self.finding, self.fix = about[0], 0

    def choose_record(self, about: Collection[str], codes: Collection[str], bar: int) -> None:
        """Select a bar of the timeline; the first line that bills what it earned follows, and its finding."""
        self.bar = bar
        billed = [i for i, line in enumerate(self.sitting.encounter.claim.lines) if line.code in codes]
        named = [i for i, s in enumerate(self.sitting.standings) if any(f"[{name}]" in e.path
                 for name in about for e in s.finding.evidence)]  # fmt: skip
        if billed:
            self.choose_line(billed[0])
        elif named:
            self.choose_finding(named[0])

    def choose_finding(self, index: int) -> None:
        """Select a finding; the first line it is about follows."""
        self.finding, self.leads, self.fix, self.places = index, "finding", 0, frozenset()
        if self.standing is not None:
            self.line = min(self.lit_lines)

    def step(self, by: int) -> bool:
        """Go to the next or previous finding that wants the coder, round the end; False when none does."""
        standings = self.sitting.standings
        count = len(standings)
        for distance in range(1, count + 1):
            index = (self.finding + by * distance) % count if self.finding < count else (0 if by > 0 else count - 1)
            if standings[index].open and not standings[index].waits:
                self.choose_finding(index)
                return True
            if self.finding >= count:
                self.finding = index
        return False

    def after(self, change: Callable[[], str]) -> str:
        """Carry out a change and go on to the next finding that is still open."""
        self.places = frozenset()
        order = [standing.finding.id for standing in self.sitting.standings]
        line = self.claim_line
        message = change()
        at = min(self.finding, len(order))
        where = {s.finding.id: index for index, s in enumerate(self.sitting.standings) if s.open and not s.waits}
        following = (where[name] for name in (*order[at:], *order[:at]) if name in where)
        found = next(following, min(where.values(), default=None))
        if found is not None:
            self.choose_finding(found)
            return message
        self.finding, self.fix = 0, 0
        numbers = [each.line for each in self.sitting.encounter.claim.lines]
        self.line = numbers.index(line.line) if line and line.line in numbers else min(self.line, len(numbers))
        return message
