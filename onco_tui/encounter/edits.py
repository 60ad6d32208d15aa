"""The edit vocabulary: every change a claim can undergo, as data.

An edit carries the value it expects to find. Applying it to anything else raises StaleEdit, so an edit prepared on an
older version of the claim can never overwrite a newer decision. Every edit has an exact inverse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Discriminator, TypeAdapter, ValidationError

from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.values import normalise_diagnosis

LineField = Literal[
    "code", "modifiers", "units", "diagnosis_pointers", "charge", "date_of_service", "place_of_service",
    "rendering_npi", "ndc", "narrative", "prior_authorization",
]  # fmt: skip
ClaimField = Literal[
    "place_of_service", "billing_npi", "rendering_npi", "prior_authorization", "clinical_trial_nct", "frequency_code",
    "date_from", "date_to", "total_charge", "condition_codes",
]  # fmt: skip
LINE_FIELDS: tuple[LineField, ...] = get_args(LineField)
CLAIM_FIELDS: tuple[ClaimField, ...] = get_args(ClaimField)


class StaleEdit(ValueError):
    """The claim no longer holds what the edit expects; the message names the place, not the values."""


class _Edit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SetLineField(_Edit):
    """Replace one field of a line. ``old`` and ``new`` are in JSON form, as in the document."""

    edit: Literal["set_line_field"] = "set_line_field"
    line: int
    field: LineField
    old: object
    new: object


class AddLine(_Edit):
    """Insert a line at a position in the claim (0 is the top)."""

    edit: Literal["add_line"] = "add_line"
    at: int
    line: ClaimLine


class RemoveLine(_Edit):
    """Remove a line; carries the whole line so that undo restores it where it stood."""

    edit: Literal["remove_line"] = "remove_line"
    at: int
    line: ClaimLine


class MoveLine(_Edit):
    """Move a line from one position to another."""

    edit: Literal["move_line"] = "move_line"
    line: int
    old: int
    new: int


class SetDiagnoses(_Edit):
    """Replace the diagnosis list and, with it, the pointers of every line. Build it with ``set_diagnoses``."""

    edit: Literal["set_diagnoses"] = "set_diagnoses"
    old: tuple[str, ...]
    new: tuple[str, ...]
    pointers_old: dict[int, tuple[int, ...]]
    pointers_new: dict[int, tuple[int, ...]]


class SetClaimField(_Edit):
    """Replace one field of the claim head."""

    edit: Literal["set_claim_field"] = "set_claim_field"
    field: ClaimField
    old: object
    new: object


Edit = Annotated[SetLineField | AddLine | RemoveLine | MoveLine | SetDiagnoses | SetClaimField, Discriminator("edit")]
EDITS: TypeAdapter[tuple[Edit, ...]] = TypeAdapter(tuple[Edit, ...])


def _plain_value(record: Claim | ClaimLine, field: str) -> object:
    return record.model_dump(mode="json", by_alias=True, include={field})[field]


def set_line_field(line: ClaimLine, field: LineField, new: object) -> SetLineField:
    """Prepare a field change. ``new`` may be a Python value or its JSON form; a bad one raises ValueError."""
    changed = _with_line_field(line, field, new)
    return SetLineField(line=line.line, field=field, old=_plain_value(line, field), new=_plain_value(changed, field))


def set_claim_field(claim: Claim, field: ClaimField, new: object) -> SetClaimField:
    """Prepare a change to the claim head; a bad value raises ValueError."""
    changed = _with_claim_field(claim, field, new)
    return SetClaimField(field=field, old=_plain_value(claim, field), new=_plain_value(changed, field))


def add_line(claim: Claim, line: ClaimLine, at: int | None = None) -> AddLine:
    """Prepare a new line; without a position it goes to the end."""
    return AddLine(at=len(claim.lines) if at is None else at, line=line)


def next_line_number(claim: Claim) -> int:
    """Give a line number no line of the claim has."""
    return max((line.line for line in claim.lines), default=0) + 1


def remove_line(claim: Claim, number: int) -> RemoveLine:
    """Prepare the removal of a line. Raises StaleEdit when the claim has no such line."""
    at = _position(claim, number)
    return RemoveLine(at=at, line=claim.lines[at])


def move_line(claim: Claim, number: int, to: int) -> MoveLine:
    """Prepare moving a line to a position."""
    return MoveLine(line=number, old=_position(claim, number), new=max(0, min(to, len(claim.lines) - 1)))


def set_diagnoses(claim: Claim, new: Sequence[str]) -> SetDiagnoses:
    """Prepare a new diagnosis list, pointing every line at the codes it pointed at before.

    A pointer to a code that is no longer listed is dropped; a pointer out of range is left as it is.
    """
    codes = tuple(normalise_diagnosis(code) for code in new)
    place = {code: index for index, code in reversed(list(enumerate(codes, start=1)))}

    def remap(pointers: tuple[int, ...]) -> tuple[int, ...]:
        moved: list[int] = []
        for pointer in pointers:
            if not 1 <= pointer <= len(claim.diagnoses):
                moved.append(pointer)
            elif (target := place.get(claim.diagnoses[pointer - 1])) and target not in moved:
                moved.append(target)
        return tuple(moved)

    return SetDiagnoses(
        old=claim.diagnoses,
        new=codes,
        pointers_old={line.line: line.diagnosis_pointers for line in claim.lines},
        pointers_new={line.line: remap(line.diagnosis_pointers) for line in claim.lines},
    )


def inverse(edit: Edit) -> Edit:
    """Give the edit that takes this one back."""
    match edit:
        case AddLine(at=at, line=line):
            return RemoveLine(at=at, line=line)
        case RemoveLine(at=at, line=line):
            return AddLine(at=at, line=line)
        case SetDiagnoses():
            return SetDiagnoses(
                old=edit.new, new=edit.old, pointers_old=edit.pointers_new, pointers_new=edit.pointers_old
            )
        case _:
            return edit.model_copy(update={"old": edit.new, "new": edit.old})


def undo_of(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Give the edits that take a whole series back, last first."""
    return tuple(inverse(edit) for edit in reversed(tuple(edits)))


def apply(encounter: Encounter, edits: Iterable[Edit]) -> Encounter:
    """Apply edits in order and return the changed encounter; the chart is never touched.

    Raises StaleEdit when an edit does not find what it expects, ValueError when a new value is not valid.
    """
    claim = encounter.claim
    for edit in edits:
        claim = _apply_one(claim, edit)
    return encounter.model_copy(update={"claim": claim})


def _apply_one(claim: Claim, edit: Edit) -> Claim:
    match edit:
        case SetLineField():
            return _set_line(claim, edit)
        case SetClaimField():
            if _plain_value(claim, edit.field) != edit.old:
                raise StaleEdit(f"claim.{edit.field} has changed since")
            return _with_claim_field(claim, edit.field, edit.new)
        case AddLine(at=at, line=line):
            if claim.line(line.line) is not None or not 0 <= at <= len(claim.lines):
                raise StaleEdit(f"line {line.line} cannot be added here any more")
            return _with_lines(claim, (*claim.lines[:at], line, *claim.lines[at:]))
        case RemoveLine(at=at, line=line):
            if not 0 <= at < len(claim.lines) or claim.lines[at] != line:
                raise StaleEdit(f"line {line.line} has changed since")
            return _with_lines(claim, claim.lines[:at] + claim.lines[at + 1 :])
        case MoveLine():
            return _move(claim, edit)
        case SetDiagnoses():
            return _set_diagnoses(claim, edit)


def _position(claim: Claim, number: int) -> int:
    lines = claim.lines
    if 0 < number <= len(lines) and lines[number - 1].line == number:  # as on nearly every claim
        return number - 1
    for at, line in enumerate(lines):
        if line.line == number:
            return at
    raise StaleEdit(f"line {number} is not on the claim")


def _with_lines(claim: Claim, lines: tuple[ClaimLine, ...]) -> Claim:
    return claim.model_copy(update={"lines": lines})


def _with_line_field(line: ClaimLine, field: LineField, value: object) -> ClaimLine:
    """Validate the one new value as the model would; copying alone would let a bad value in."""
    try:
        checked = ClaimLine.model_validate({"line": line.line, field: value})
    except ValidationError:
        raise ValueError(f"not a valid value for {field}") from None
    return line.model_copy(update={field: getattr(checked, field)})


def _with_claim_field(claim: Claim, field: ClaimField, value: object) -> Claim:
    try:
        checked = Claim.model_validate({field: value})
    except ValidationError:
        raise ValueError(f"not a valid value for {field}") from None
    return claim.model_copy(update={field: getattr(checked, field)})


def _set_line(claim: Claim, edit: SetLineField) -> Claim:
    at = _position(claim, edit.line)
    line = claim.lines[at]
    if _plain_value(line, edit.field) != edit.old:
        raise StaleEdit(f"line {edit.line}: {edit.field} has changed since")
    changed = _with_line_field(line, edit.field, edit.new)
    return _with_lines(claim, (*claim.lines[:at], changed, *claim.lines[at + 1 :]))


def _move(claim: Claim, edit: MoveLine) -> Claim:
    if _position(claim, edit.line) != edit.old or not 0 <= edit.new < len(claim.lines):
        raise StaleEdit(f"line {edit.line} has moved since")
    lines = list(claim.lines)
    lines.insert(edit.new, lines.pop(edit.old))
    return _with_lines(claim, tuple(lines))


def _set_diagnoses(claim: Claim, edit: SetDiagnoses) -> Claim:
    pointers = {line.line: line.diagnosis_pointers for line in claim.lines}
    if claim.diagnoses != edit.old or pointers != edit.pointers_old:
        raise StaleEdit("the diagnoses or pointers have changed since")
    lines = tuple(
        line.model_copy(update={"diagnosis_pointers": edit.pointers_new[line.line]})
        if edit.pointers_new[line.line] != line.diagnosis_pointers
        else line
        for line in claim.lines
    )
    return claim.model_copy(update={"diagnoses": edit.new, "lines": lines})
