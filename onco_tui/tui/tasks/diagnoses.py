"""Order, replace, add and delete diagnoses; lines keep pointing at what they pointed at."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from onco_tui.encounter.claim import Claim
from onco_tui.encounter.edits import Edit, SetDiagnoses
from onco_tui.encounter.values import normalise_diagnosis
from onco_tui.present.glyphs import CURSOR
from onco_tui.present.spans import BLANK, Role, Row, fit, span
from onco_tui.tui.places import Place
from onco_tui.tui.tasks.field import TextField
from onco_tui.tui.tasks.line_edit import EditTask, Preview
from onco_tui.tui.tasks.picker import Picker
from onco_tui.tui.widgets.pane import Body

if TYPE_CHECKING:
    from onco_tui.review.completion import Completion

_WRITTEN = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A diagnosis of the new list; ``was`` is its number before, 0 for an added one."""

    code: str
    was: int


class DiagnosesEdit(EditTask):
    """The diagnosis list under the coder's hands."""

    title = "Diagnoses"

    def __init__(
        self,
        claim: Claim,
        completion: Completion,
        preview: Callable[[Sequence[Edit]], Preview],
        keep: Callable[[Sequence[Edit]], None],
        drop: Callable[[], None],
    ) -> None:
        super().__init__(preview, keep, drop)
        self._claim = claim
        self._entries = [_Entry(code, index) for index, code in enumerate(claim.diagnoses, start=1)]
        self._field: TextField | None = None
        self._adding = False
        self._picker = Picker(completion)

    @property
    def place(self) -> Place:  # type: ignore[override]  # the place changes while a code is typed
        """The list, or a code being typed."""
        return Place.DIAGNOSES if self._field is None else Place.DIAGNOSIS_CODE

    def edits(self) -> tuple[Edit, ...]:
        """Give the new list as one edit that takes every pointer along. Raises ValueError for an empty code."""
        now = {entry.was: index for index, entry in enumerate(self._entries, start=1) if entry.was}
        count = len(self._claim.diagnoses)

        def follow(pointers: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(now.get(p, 0) if 1 <= p <= count else p for p in pointers if p in now or not 1 <= p <= count)

        edit = SetDiagnoses(
            old=self._claim.diagnoses,
            new=tuple(entry.code for entry in self._entries),
            pointers_old={line.line: line.diagnosis_pointers for line in self._claim.lines},
            pointers_new={line.line: follow(line.diagnosis_pointers) for line in self._claim.lines},
        )
        return () if edit.old == edit.new and edit.pointers_old == edit.pointers_new else (edit,)

    def typed(self, key: str, character: str | None) -> None:
        """Type into the code, when one is being typed."""
        if self._field is not None and self._field.press(key, character):
            self._picker.look_up("diagnosis", self._field.text)

    def paste(self, text: str) -> None:
        """Paste into the code, when one is being typed."""
        if self._field is not None:
            self._field.insert(text)
            self._picker.look_up("diagnosis", self._field.text)

    def on_cursor_down(self) -> None:
        """Go to the next diagnosis."""
        self.cursor = min(self.cursor + 1, max(len(self._entries) - 1, 0))

    def on_cursor_up(self) -> None:
        """Go to the previous diagnosis."""
        self.cursor = max(self.cursor - 1, 0)

    def on_move_down(self) -> None:
        """Swap with the next diagnosis."""
        self._swap(self.cursor + 1)

    def on_move_up(self) -> None:
        """Swap with the previous diagnosis."""
        self._swap(self.cursor - 1)

    def _swap(self, other: int) -> None:
        if 0 <= other < len(self._entries):
            here = self.cursor
            self._entries[here], self._entries[other] = self._entries[other], self._entries[here]
            self.cursor = other
            self.look_ahead()

    def on_down(self) -> None:
        """Go to the next code offered."""
        self._picker.move(1)

    def on_up(self) -> None:
        """Go to the code offered before."""
        self._picker.move(-1)

    def on_replace(self) -> None:
        """Start typing another code."""
        if self._entries:
            self._field, self._adding = TextField(self._entries[self.cursor].code, most=60), False
        self._picker.clear()

    def on_add(self) -> None:
        """Start typing a code to add below."""
        self._field, self._adding = TextField(most=60), True
        self._picker.clear()

    def on_delete(self) -> None:
        """Take a diagnosis off."""
        if self._entries:
            self._entries.pop(self.cursor)
            self.cursor = min(self.cursor, max(len(self._entries) - 1, 0))
            self.look_ahead()

    def on_keep(self) -> None:
        """Take the typed code into the list, or write the list."""
        if self._field is None:
            super().on_keep()
            return
        chosen = self._picker.chosen
        code = chosen.code if chosen else normalise_diagnosis(self._field.text)
        if not code:
            self.message = "type a code or words of it, or esc to go back"
            return
        if chosen is None and not _WRITTEN.fullmatch(code):
            self.message = "choose one with the arrow keys, or type the code"
            return
        if self._adding:
            self.cursor = min(self.cursor + 1, len(self._entries)) if self._entries else 0
            self._entries.insert(self.cursor, _Entry(code, 0))
        else:
            self._entries[self.cursor] = replace(self._entries[self.cursor], code=code)
        self._field = None
        self.look_ahead()

    def on_drop(self) -> None:
        """Go back to the list, or leave the diagnoses as they were."""
        if self._field is None:
            super().on_drop()
        self._field = None

    def body(self, cells: int) -> Body:
        """Draw the list with the lines that point at each code, and the effect."""
        rows = [self._row(index, entry, cells) for index, entry in enumerate(self._entries)]
        if self._field is not None and self._adding:
            at = min(self.cursor + 1, len(rows))
            rows.insert(at, (span(f"{CURSOR}  + "), *self._field.row(30, active=True)))
        rows = rows or [(span("  none; o adds one", Role.LABEL),)]
        if self._field is not None:
            return Body([*rows, BLANK, (span("  "), *self._picker.meaning(cells - 2)), *self._picker.rows(cells)])
        return Body([*rows, BLANK, *((span("  "), *row) for row in self.effect_rows())])

    def _row(self, index: int, entry: _Entry, cells: int) -> Row:
        here = index == self.cursor and not (self._field is not None and self._adding)
        typing = here and self._field is not None and not self._adding
        code = (
            self._field.row(12, active=True)
            if typing and self._field
            else (fit(span(entry.code, Role.SELECTED if here else Role.CODE), 12),)
        )
        before = f"was {entry.was}" if entry.was and entry.was != index + 1 else "" if entry.was else "new"
        lines = [str(line.line) for line in self._claim.lines if entry.was in line.diagnosis_pointers]
        pointed = f"lines {' '.join(lines)}" if lines and entry.was else ""
        del cells
        mark = CURSOR if here else " "
        return (span(f"{mark}{index + 1:>3} "), *code, span(f"  {before:<7}", Role.ADDED), span(pointed, Role.LABEL))
