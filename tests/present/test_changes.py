"""Edits and audit states as before and after."""

from __future__ import annotations

from decimal import Decimal

import pytest

from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.edits import (
    Edit,
    SetDiagnoses,
    add_line,
    move_line,
    remove_line,
    set_claim_field,
    set_diagnoses,
    set_line_field,
)
from onco_tui.present.changes import Change, change_rows, changes_of, line_words
from onco_tui.present.history import audited_changes
from onco_tui.present.spans import plain_text, row_width

CLAIM = Claim(
    diagnoses=("C34.11", "Z51.11"),
    total_charge=Decimal(590),
    lines=(
        ClaimLine(line=1, code="96413", diagnosis_pointers=(1, 2), charge=Decimal(410)),
        ClaimLine(line=2, code="96415", units=Decimal(2), diagnosis_pointers=(1,), charge=Decimal(180)),
    ),
)


def words(*edits: Edit) -> list[str]:
    return [f"{change.place}: {change.before} -> {change.after}" for change in changes_of(edits)]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (set_line_field(CLAIM.lines[1], "units", 1), "line 2 units: 2 -> 1"),
        (set_line_field(CLAIM.lines[1], "charge", "90"), "line 2 charge: 180.00 -> 90.00"),
        (set_line_field(CLAIM.lines[0], "modifiers", ["JW", "25"]), "line 1 modifiers: none -> JW 25"),
        (set_line_field(CLAIM.lines[0], "diagnosis_pointers", [2]), "line 1 dx pointers: 1 2 -> 2"),
        (set_claim_field(CLAIM, "total_charge", "500"), "total charge: 590.00 -> 500.00"),
        (set_claim_field(CLAIM, "prior_authorization", "PA-1"), "authorization: none -> PA-1"),
        (add_line(CLAIM, ClaimLine(line=3, code="J1453")), "line 3: not on the claim -> J1453 x 1  dx none"),
        (remove_line(CLAIM, 2), "line 2: 96415 x 2  dx 1  180.00 -> removed"),
        (move_line(CLAIM, 2, 0), "line 2 position: 2 -> 1"),
    ],
)
def test_every_kind_of_edit_has_words(edit: Edit, said: str) -> None:
    assert words(edit) == [said]


def test_pointers_that_only_follow_their_diagnoses_are_said_once() -> None:
    assert words(set_diagnoses(CLAIM, ["Z51.11", "C34.11"])) == [
        "diagnoses: 1 C34.11  2 Z51.11 -> 1 Z51.11  2 C34.11",
        "dx pointers: lines 1 2 -> follow their diagnoses",
    ]


def test_a_pointer_that_loses_its_diagnosis_is_named() -> None:
    assert words(set_diagnoses(CLAIM, ["Z51.11"])) == [
        "diagnoses: 1 C34.11  2 Z51.11 -> 1 Z51.11",
        "line 1 dx pointers: 1 2 -> 1",
        "line 2 dx pointers: 1 -> none",
    ]


def test_a_pointer_that_comes_to_mean_another_code_is_named() -> None:
    same = {1: (1, 2), 2: (1,)}
    edit = SetDiagnoses(old=CLAIM.diagnoses, new=("C50.911", "Z51.11"), pointers_old=same, pointers_new=same)
    assert "line 2 dx pointers: 1 -> 1" in words(edit)


@pytest.mark.parametrize("cells", [24, 40, 80])
def test_changes_keep_within_the_room_and_lose_no_value(cells: int) -> None:
    changes = [Change("line 2 units", "2", "1"), Change("diagnoses", "1 C34.11  2 Z51.11", "1 Z51.11  2 C34.11")]
    rows = change_rows(changes, cells)
    assert all(row_width(row) <= cells for row in rows)
    text = " ".join(plain_text(row) for row in rows)
    assert all(value in text for value in ("1 C34.11", "2 Z51.11", "1 Z51.11", "2 C34.11"))
    assert "->" in text or ("- " in text and "+ " in text)


def test_recorded_states_read_like_edits() -> None:
    before: dict[str, object] = {"lines[2].units": "2", "diagnoses": ["A00.0"], "status": "open", "lines[3]": None}
    line: dict[str, object] = {"line": 3, "code": "J9271", "modifiers": ["JZ"], "units": "200"}
    after: dict[str, object] = {"lines[2].units": "1", "diagnoses": [], "status": "held", "lines[3]": line}
    assert [(c.place, c.before, c.after) for c in audited_changes(before, after)] == [
        ("line 2 units", "2", "1"),
        ("diagnoses", "A00.0", "none"),
        ("status", "open", "held"),
        ("line 3", "none", "J9271-JZ x 200"),
    ]


def test_a_line_in_a_few_words() -> None:
    assert line_words(CLAIM.lines[0]) == "96413 x 1  dx 1 2  410.00"
    assert line_words(ClaimLine(line=9)) == "no code x 1  dx none"
