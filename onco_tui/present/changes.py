"""Edits as before and after, in the words of a claim form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import AddLine, Edit, MoveLine, RemoveLine, SetClaimField, SetDiagnoses, SetLineField
from onco_tui.encounter.values import plain
from onco_tui.present.spans import Role, Row, Span, money, row_width, span

NOTHING = "none"
_NAMES = {
    "diagnosis_pointers": "dx pointers",
    "date_of_service": "date",
    "place_of_service": "place",
    "rendering_npi": "rendering NPI",
    "billing_npi": "billing NPI",
    "prior_authorization": "authorization",
    "clinical_trial_nct": "trial",
    "frequency_code": "frequency",
    "date_from": "from date",
    "date_to": "to date",
    "total_charge": "total charge",
    "ndc": "NDC",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One place of the claim with its value before and after; both as a coder reads them."""

    place: str
    before: str
    after: str


def changes_of(edits: Iterable[Edit]) -> Iterator[Change]:
    """Give every place the edits touch."""
    for edit in edits:
        match edit:
            case SetLineField(line=line, field=field):
                yield Change(
                    f"line {line} {field_name(field)}", value_words(edit.old, field), value_words(edit.new, field)
                )
            case SetClaimField(field=field):
                yield Change(field_name(field), value_words(edit.old, field), value_words(edit.new, field))
            case AddLine(line=line):
                yield Change(f"line {line.line}", "not on the claim", line_words(line))
            case RemoveLine(line=line):
                yield Change(f"line {line.line}", line_words(line), "removed")
            case MoveLine(line=number, old=old, new=new):
                yield Change(f"line {number} position", str(old + 1), str(new + 1))
            case SetDiagnoses():
                yield from _diagnosis_changes(edit)


def _diagnosis_changes(edit: SetDiagnoses) -> Iterator[Change]:
    """Give the new list; of the pointers only those that no longer mean the same codes."""
    yield Change("diagnoses", numbered(edit.old), numbered(edit.new))
    followed: list[int] = []
    for line, before in edit.pointers_old.items():
        after = edit.pointers_new.get(line, before)
        if _codes(before, edit.old) != _codes(after, edit.new):
            yield Change(f"line {line} dx pointers", _listed(before), _listed(after))
        elif after != before:
            followed.append(line)
    if followed:
        yield Change("dx pointers", f"lines {_listed(followed)}", "follow their diagnoses")


def _codes(pointers: Iterable[int], diagnoses: tuple[str, ...]) -> list[str | int]:
    """Give what pointers mean; one out of range means only its number."""
    return [diagnoses[p - 1] if 1 <= p <= len(diagnoses) else p for p in pointers]


def numbered(codes: Iterable[str]) -> str:
    """Write a diagnosis list with its pointer numbers: ``1 Z51.11  2 C34.11``."""
    return "  ".join(f"{index} {code}" for index, code in enumerate(codes, start=1)) or NOTHING


def line_words(line: ClaimLine) -> str:
    """Write a whole line in a few words: ``96415 x 1  dx 1 2  90.00``."""
    code = "-".join([line.code or "no code", *line.modifiers])
    parts = [f"{code} x {plain(line.units)}", f"dx {_listed(line.diagnosis_pointers)}", money(line.charge)]
    return "  ".join(part for part in parts if part)


def field_name(field: str) -> str:
    """Give the word a coder uses for a field."""
    return _NAMES.get(field, field.replace("_", " "))


def value_words(value: object, field: str = "") -> str:
    """Write a field's value in its JSON form as a coder reads it; an absent one is a dash."""
    if value is None or value in ("", [], ()):
        return NOTHING
    if isinstance(value, (list, tuple)):
        return _listed(value)
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part is not None)
    if field in {"charge", "total_charge"}:
        return _as_money(str(value))
    return str(value)


def _as_money(text: str) -> str:
    try:
        return money(Decimal(text))
    except InvalidOperation:
        return text


def _listed(values: Iterable[object]) -> str:
    return " ".join(str(value) for value in values) or NOTHING


def change_rows(changes: Iterable[Change], cells: int) -> list[Row]:
    """Show each change as ``place  before -> after``, or on two lines marked - and + where room lacks."""
    listed = list(changes)
    place_cells = min(max((len(change.place) for change in listed), default=0), max(cells // 3, 12))
    rows: list[Row] = []
    for change in listed:
        place = span(change.place.ljust(place_cells) + "  ", Role.LABEL)
        before, after = span(change.before, Role.REMOVED), span(change.after, Role.ADDED)
        whole = (place, before, span(" -> "), after)
        if row_width(whole) <= cells:
            rows.append(whole)
        else:
            rows += [(place,), *_marked("- ", before, cells), *_marked("+ ", after, cells)]
    return rows


def _marked(mark: str, value: Span, cells: int) -> list[Row]:
    from_words = value.text.split("  ")
    lines: list[str] = []
    for word in from_words:
        if lines and row_width((span(lines[-1] + "  " + word),)) <= cells - 4:
            lines[-1] += "  " + word
        else:
            lines.append(word)
    return [
        (span("  " + (mark if index == 0 else "  "), value.role), span(line, value.role))
        for index, line in enumerate(lines)
    ]
