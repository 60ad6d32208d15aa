"""Tasks that end in a choice: a reason to set a finding aside, the list of safe fixes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from onco_tui.present.findings import fix_summary
from onco_tui.present.glyphs import CURSOR
from onco_tui.present.spans import BLANK, Role, Row, span
from onco_tui.rules.finding import Finding, Fix
from onco_tui.tui.places import Place
from onco_tui.tui.tasks.field import TextField
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.widgets.pane import Body


class Reason(Protocol):
    """A reason to set a finding aside."""

    @property
    def key(self) -> str:
        """What is stored."""

    @property
    def words(self) -> str:
        """What a coder reads."""


class DismissalChoice(Task):
    """Reasons by number, and an optional note."""

    def __init__(
        self, finding: Finding, reasons: Sequence[Reason], keep: Callable[[str, str], None], drop: Callable[[], None]
    ) -> None:
        self.title = f"Set aside {finding.rule}: why?"
        self._reasons = reasons
        self._note = TextField()
        self._noting = False
        self._keep, self._drop = keep, drop

    @property
    def place(self) -> Place:  # type: ignore[override]  # the place changes while a note is typed
        """The reasons, or the note being typed."""
        return Place.NOTE if self._noting else Place.REASON

    def on_cursor_down(self) -> None:
        """Go to the next reason."""
        self.cursor = min(self.cursor + 1, len(self._reasons) - 1)

    def on_cursor_up(self) -> None:
        """Go to the previous reason."""
        self.cursor = max(self.cursor - 1, 0)

    def on_choose(self, number: int) -> None:
        """Choose a reason by its number."""
        if number <= len(self._reasons):
            self.cursor = number - 1
        else:
            self.message = f"there are {len(self._reasons)} reasons"

    def on_note(self) -> None:
        """Start typing a note."""
        self._noting = True

    def on_reasons(self) -> None:
        """Go back to the reasons; the note stays."""
        self._noting = False

    def on_keep(self) -> None:
        """Dismiss; a reason that says nothing by itself wants a note."""
        reason, note = self._reasons[self.cursor], self._note.text.strip()
        if reason.key == "other" and not note:
            self._noting = True
            self.message = "say why in a few words"
            return
        self._keep(reason.key, note)

    def on_drop(self) -> None:
        """Leave the finding open."""
        self._drop()

    def typed(self, key: str, character: str | None) -> None:
        """Type into the note."""
        if self._noting:
            self._note.press(key, character)

    def paste(self, text: str) -> None:
        """Paste into the note."""
        if self._noting:
            self._note.insert(text)

    def body(self, cells: int) -> Body:
        """Draw the reasons and the note."""
        rows: list[Row] = []
        for index, reason in enumerate(self._reasons):
            here = index == self.cursor
            mark = span(f"{CURSOR if here else ' '} ")
            rows.append((mark, span(f"{index + 1} {reason.words}", Role.SELECTED if here else Role.PLAIN)))
        label = span("note (optional) ", Role.HEADING if self._noting else Role.LABEL)
        return Body([*rows, BLANK, (span("  "), label, *self._note.row(max(cells - 19, 8), active=self._noting))])


class SafeFixes(Task):
    """All safe fixes, listed before they are accepted together."""

    place = Place.SAFE_FIXES

    def __init__(
        self, fixes: Sequence[tuple[Finding, Fix]], keep: Callable[[], None], drop: Callable[[], None]
    ) -> None:
        count = len(fixes)
        self.title = f"Accept {count} safe fix{'' if count == 1 else 'es'}?"
        self.note = (span("y accepts, n goes back"),)
        self._fixes = fixes
        self._keep, self._drop = keep, drop
        self.top = 0

    def body(self, cells: int) -> Body:
        """Draw each fix with what it changes."""
        rows = [row for finding, fix in self._fixes for row in fix_summary(finding, fix, cells)]
        self.top = min(self.top, max(len(rows) - 1, 0))
        return Body(rows[self.top :])

    def on_cursor_down(self) -> None:
        """Scroll down."""
        self.top += 1

    def on_cursor_up(self) -> None:
        """Scroll up."""
        self.top = max(self.top - 1, 0)

    def on_keep(self) -> None:
        """Accept all."""
        self._keep()

    def on_drop(self) -> None:
        """Accept none."""
        self._drop()
