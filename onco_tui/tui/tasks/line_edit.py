"""Edit one claim line as fields; after each key the claim is checked as it would be."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import Edit, LineField, set_line_field
from onco_tui.encounter.values import plain
from onco_tui.present.glyphs import CURSOR
from onco_tui.present.spans import BLANK, Role, Row, fit, money, span
from onco_tui.rules.finding import Finding, Report
from onco_tui.tui.places import Place
from onco_tui.tui.tasks.field import TextField
from onco_tui.tui.tasks.picker import Picker
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.widgets.pane import Body

if TYPE_CHECKING:
    from onco_tui.review.completion import Completion, Kind

_SPLIT = re.compile(r"[\s,;:.\-]+")
_LABELS: tuple[tuple[LineField, str], ...] = (
    ("code", "code"),
    ("modifiers", "modifiers"),
    ("units", "units"),
    ("diagnosis_pointers", "dx pointers"),
    ("charge", "charge"),
)
_KINDS: dict[LineField, Kind] = {"code": "procedure", "modifiers": "modifier"}


class Preview(Protocol):
    """What a change would do."""

    @property
    def encounter(self) -> Encounter:
        """The encounter as it would be."""

    @property
    def report(self) -> Report:
        """The findings as they would be."""

    @property
    def resolves(self) -> Sequence[Finding]:
        """Findings that would go."""

    @property
    def adds(self) -> Sequence[Finding]:
        """Findings that would come."""

    @property
    def total_before(self) -> Decimal:
        """The claim total now."""

    @property
    def total_after(self) -> Decimal:
        """The claim total as it would be."""


def effect_words(preview: Preview | None) -> str:
    """Say what a change does: ``resolves 2, adds none, total 590.00 -> 500.00``; nothing when it cannot be made."""
    if preview is None:
        return ""
    counts = f"resolves {len(preview.resolves) or 'none'}, adds {len(preview.adds) or 'none'}"
    if preview.total_after == preview.total_before:
        return f"{counts}, total {money(preview.total_after)}"
    return f"{counts}, total {money(preview.total_before)} -> {money(preview.total_after)}"


class EditTask(Task):
    """An edit under way: its edits, what they would do, and why they cannot be kept if so."""

    def __init__(
        self,
        preview: Callable[[Sequence[Edit]], Preview],
        keep: Callable[[Sequence[Edit]], None],
        drop: Callable[[], None],
    ) -> None:
        self._preview_of = preview
        self._keep, self._drop = keep, drop
        self.preview: Preview | None = None
        self.problem = ""

    def edits(self) -> tuple[Edit, ...]:
        """Give the edits as typed so far. Raises ValueError for a value that is not valid."""
        raise NotImplementedError

    def look_ahead(self) -> None:
        """Work out what the edits would do."""
        self.problem, self.preview = "", None
        try:
            edits = self.edits()
            self.preview = self._preview_of(edits) if edits else None
        except ValueError as error:
            self.problem = str(error)

    def effect_rows(self) -> list[Row]:
        """Say what the edits would do, or what is wrong with them."""
        if self.problem:
            return [(span(self.problem, Role.WARNING),)]
        if self.preview is None:
            return [(span("nothing changed yet", Role.LABEL),)]
        return [(span(effect_words(self.preview), Role.ADDED),)]

    def on_keep(self) -> None:
        """Write the change, unless something is wrong with it."""
        self.look_ahead()
        if self.problem:
            self.message = self.problem
        elif self.preview is None:
            self._drop()
        else:
            self._keep(self.edits())

    def on_drop(self) -> None:
        """Leave everything as it was."""
        self._drop()


class LineEdit(EditTask):
    """The fields of one line."""

    place = Place.LINE_EDIT

    def __init__(
        self,
        line: ClaimLine,
        completion: Completion,
        preview: Callable[[Sequence[Edit]], Preview],
        keep: Callable[[Sequence[Edit]], None],
        drop: Callable[[], None],
    ) -> None:
        super().__init__(preview, keep, drop)
        self._line = line
        self.title = f"Edit line {line.line}"
        self.fields = {name: TextField(_as_typed(line, name)) for name, _ in _LABELS}
        self._as_before = {name: field.text for name, field in self.fields.items()}
        self.field = 0
        self._picker = Picker(completion)

    @property
    def current(self) -> TextField:
        """The field under the cursor."""
        return self.fields[_LABELS[self.field][0]]

    def edits(self) -> tuple[Edit, ...]:
        """Give an edit for each field whose value differs."""
        found = []
        for name, field in self.fields.items():
            if field.text.strip() != self._as_before[name]:
                edit = set_line_field(self._line, name, _parsed(name, field.text))
                if edit.old != edit.new:
                    found.append(edit)
        return tuple(found)

    def typed(self, key: str, character: str | None) -> None:
        """Type into the field."""
        if self.current.press(key, character):
            self._changed()

    def paste(self, text: str) -> None:
        """Paste into the field."""
        self.current.insert(text)
        self._changed()

    def _changed(self) -> None:
        name = _LABELS[self.field][0]
        self._picker.look_up(_KINDS.get(name), self._last_word())
        self.look_ahead()

    def _last_word(self) -> str:
        """Give what a code is looked up by: the whole code field, the last of several modifiers."""
        text = self.current.text
        return text if _LABELS[self.field][0] == "code" else _SPLIT.split(text)[-1]

    def _to_field(self, index: int) -> None:
        self.field = index % len(_LABELS)
        self._picker.clear()

    def on_next_field(self) -> None:
        """Go to the next field."""
        self._to_field(self.field + 1)

    def on_previous_field(self) -> None:
        """Go to the previous field."""
        self._to_field(self.field - 1)

    def on_down(self) -> None:
        """Go to the next code offered, else to the next field."""
        if not self._picker.move(1):
            self.on_next_field()

    def on_up(self) -> None:
        """Go to the code offered before, else to the previous field."""
        if not self._picker.move(-1):
            self.on_previous_field()

    def on_keep(self) -> None:
        """Take the code under the cursor into the field; without one write the change."""
        chosen = self._picker.chosen
        if chosen is None:
            super().on_keep()
            return
        field = self.current
        field.text = field.text[: len(field.text) - len(self._last_word())] + chosen.code
        field.at = len(field.text)
        self._changed()
        self._picker.offers = ()

    def body(self, cells: int) -> Body:
        """Draw the fields and the effect."""
        rows: list[Row] = []
        for index, (name, label) in enumerate(_LABELS):
            active = index == self.field
            field = self.fields[name]
            changed = field.text.strip() != self._as_before[name]
            was = (span(f"  was {self._as_before[name] or 'empty'}", Role.REMOVED),) if changed else ()
            lead = fit(span(label, Role.HEADING if active else Role.LABEL), 12)
            mark = span(f"{CURSOR if active else ' '} ")
            rows.append((mark, lead, *field.row(min(20, cells - 15), active=active), *was))
        means = self._picker.meaning(cells - 2)
        effect = [(span("  "), *row) for row in self.effect_rows()]
        return Body([*rows, (span("  "), *means) if means else BLANK, *effect, *self._picker.rows(cells)])


def _as_typed(line: ClaimLine, name: LineField) -> str:
    match name:
        case "modifiers":
            return " ".join(line.modifiers)
        case "diagnosis_pointers":
            return " ".join(map(str, line.diagnosis_pointers))
        case "units":
            return plain(line.units)
        case "charge":
            return "" if line.charge is None else f"{line.charge:.2f}"
        case _:
            return line.code


def _parsed(name: LineField, text: str) -> object:
    """Read a field as typed into its JSON form. Raises ValueError."""
    text = text.strip()
    match name:
        case "modifiers":
            return [part.upper() for part in _SPLIT.split(text) if part]
        case "diagnosis_pointers":
            return [_pointer(part) for part in _SPLIT.split(text) if part]
        case "charge":
            return text.replace(",", "").removeprefix("$") or None
        case "units" if not text:
            raise ValueError("units: a number is needed")
        case _:
            return text


def _pointer(text: str) -> int:
    """Read a diagnosis pointer: a number, or a letter as on the paper form."""
    if text.isascii() and text.isdigit():
        return int(text[:4])
    if len(text) == 1 and text.isascii() and text.isalpha():
        return ord(text.upper()) - ord("A") + 1
    raise ValueError("dx pointers: numbers such as 1 2, or letters")
