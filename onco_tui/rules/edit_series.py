"""A series of edits in the making, each prepared on the claim as the earlier ones leave it; lines removed and added."""

from __future__ import annotations

from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import Edit, LineField, add_line, apply, next_line_number, remove_line, set_line_field
from onco_tui.rules.finding import Fix, Grade

MAX_POINTERS = 4


class EditSeries:
    """Collects the edits of one fix. ``claim`` is the claim as it will be after them."""

    def __init__(self, encounter: Encounter) -> None:
        self._encounter = encounter
        self._edits: list[Edit] = []

    @property
    def claim(self) -> Claim:
        """The claim after the edits so far."""
        return self._encounter.claim

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits so far, in order."""
        return tuple(self._edits)

    def set(self, number: int, field: LineField, value: object) -> None:
        """Change a field of a line, unless it has that value already."""
        line = self.claim.line(number)
        if line is not None and getattr(line, field) != value:
            self._add(set_line_field(line, field, value))

    def remove(self, number: int) -> None:
        """Remove a line. Raises StaleEdit when the claim has no such line."""
        self._add(remove_line(self.claim, number))

    def insert(self, line: ClaimLine, after: int | None = None) -> None:
        """Add a line under the next free number, behind another line or at the end."""
        numbers = [other.line for other in self.claim.lines]
        at = numbers.index(after) + 1 if after in numbers else None
        new = line.model_copy(update={"line": next_line_number(self.claim)})
        self._add(add_line(self.claim, new, at))

    def _add(self, edit: Edit) -> None:
        self._encounter = apply(self._encounter, [edit])
        self._edits.append(edit)


def removal(claim: Claim, line: ClaimLine, grade: Grade) -> Fix:
    """Offer to remove a line, named by its number and code."""
    return Fix(f"remove line {line.line} ({line.code})", grade, (remove_line(claim, line.line),))


def pointers_like(claim: Claim, model: ClaimLine | None) -> tuple[int, ...]:
    """Give the pointers of a new line: those of a similar line that lead somewhere, else the first four diagnoses.

    Institutional lines without a model have none.
    """
    listed = len(claim.diagnoses)
    if model and (sound := tuple(dict.fromkeys(p for p in model.diagnosis_pointers if 1 <= p <= listed))):
        return sound[:MAX_POINTERS]
    return tuple(range(1, min(listed, MAX_POINTERS) + 1)) if claim.claim_type == "professional" else ()
