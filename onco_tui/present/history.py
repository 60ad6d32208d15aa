"""The audit trail of an encounter: who did what and when, each change as before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from onco_tui.present.changes import Change, change_rows, field_name, value_words
from onco_tui.present.clean import clean
from onco_tui.present.spans import Role, Row, join, span, wrap

_INDENT = span(" " * 6)


class AuditEntry(Protocol):
    """What a row of the audit log must offer."""

    @property
    def seq(self) -> int:
        """Number in the whole log."""

    @property
    def at(self) -> datetime | str:
        """When, in UTC."""

    @property
    def actor(self) -> str:
        """Who."""

    @property
    def action(self) -> str:
        """What was done: accept, dismiss, edit, undo, finalize ..."""

    @property
    def rule(self) -> str:
        """The rule it was about; empty when none."""

    @property
    def before(self) -> Mapping[str, object]:
        """Claim paths and their values before."""

    @property
    def after(self) -> Mapping[str, object]:
        """The same paths after."""

    @property
    def reason(self) -> str:
        """Why, in the words given."""


def history_rows(entries: Sequence[AuditEntry], cells: int) -> list[Row]:
    """Show the log, newest first; each entry is one line and, indented under it, its reason and changes."""
    rows: list[Row] = []
    for entry in reversed(entries):
        head = (
            span(f"{entry.seq:>5}", Role.NUMBER),
            span(when(entry.at)),
            span(entry.actor),
            span(entry.action, Role.HEADING),
            span(entry.rule, Role.CODE),
        )
        rows.append(join(head, " "))
        rows += [(_INDENT, span(line)) for line in wrap(clean(entry.reason or ""), cells - 6) if line]
        rows += [(_INDENT, *row) for row in change_rows(audited_changes(entry.before, entry.after), cells - 6)]
    return rows or [(span("nothing has been done on this encounter yet"),)]


def when(at: datetime | str) -> str:
    """Write a time of the log to the second, in UTC as it is stored."""
    text = at.isoformat(timespec="seconds") if isinstance(at, datetime) else at
    return text.replace("T", " ").removesuffix("+00:00").removesuffix("Z").split(".")[0]


def audited_changes(before: Mapping[str, object], after: Mapping[str, object]) -> Iterable[Change]:
    """Turn the recorded states into changes; the paths are those of the claim, ``lines[3].units``."""
    for path in dict.fromkeys([*before, *after]):
        field = path.rpartition(".")[2]
        yield Change(_place(path), _value(before.get(path), field), _value(after.get(path), field))


def _place(path: str) -> str:
    place, _, field = path.rpartition(".")
    words = place.replace("lines[", "line ").replace("]", "")
    if not place and path.startswith("lines["):
        return path.replace("lines[", "line ").replace("]", "")
    return f"{words} {field_name(field)}".strip()


def _value(value: object, field: str) -> str:
    if isinstance(value, Mapping) and "code" in value and "units" in value:
        modifiers = value.get("modifiers")
        listed = [str(part) for part in modifiers] if isinstance(modifiers, list) else []
        return f"{'-'.join([str(value['code']), *listed])} x {value['units']}"
    return value_words(value, field)
