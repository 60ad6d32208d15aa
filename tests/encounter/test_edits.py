"""Every edit applies purely, is refused when stale, and has an exact inverse."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import (
    EDITS,
    Edit,
    StaleEdit,
    add_line,
    apply,
    inverse,
    move_line,
    next_line_number,
    remove_line,
    set_claim_field,
    set_diagnoses,
    set_line_field,
    undo_of,
)

CODES = ("96413", "96415", "96375", "J9271", "99213")
DIAGNOSES = ("Z51.11", "C34.11", "C79.51", "D64.81", "E86.0")


@st.composite
def encounters(draw: st.DrawFn) -> Encounter:
    diagnoses = tuple(draw(st.lists(st.sampled_from(DIAGNOSES), unique=True, max_size=5)))
    numbers = draw(st.lists(st.integers(1, 40), unique=True, max_size=6))
    lines = tuple(
        ClaimLine(
            line=number,
            code=draw(st.sampled_from(CODES)),
            units=Decimal(draw(st.integers(1, 9))),
            diagnosis_pointers=tuple(draw(st.lists(st.integers(0, 7), max_size=4))),
            charge=draw(st.none() | st.decimals(0, 9999, places=2)),
        )
        for number in numbers
    )
    return Encounter(encounter_id="E", claim=Claim(diagnoses=diagnoses, lines=lines))


@st.composite
def edit_for(draw: st.DrawFn, encounter: Encounter) -> Edit:
    claim = encounter.claim
    kinds = ["claim", "add", "diagnoses"] + (["field", "remove", "move"] if claim.lines else [])
    line = draw(st.sampled_from(claim.lines)) if claim.lines else None
    match draw(st.sampled_from(kinds)), line:
        case "field", ClaimLine():
            field, value = draw(
                st.sampled_from(
                    [("units", "7"), ("code", "96417"), ("modifiers", ["59"]), ("charge", None), ("narrative", "x")]
                )
            )
            return set_line_field(line, field, value)  # type: ignore[arg-type]
        case "remove", ClaimLine():
            return remove_line(claim, line.line)
        case "move", ClaimLine():
            return move_line(claim, line.line, draw(st.integers(0, len(claim.lines) - 1)))
        case "diagnoses", _:
            return set_diagnoses(claim, draw(st.permutations(DIAGNOSES))[: draw(st.integers(0, 5))])
        case "add", _:
            new = ClaimLine(line=next_line_number(claim), code="96361")
            return add_line(claim, new, draw(st.integers(0, len(claim.lines))))
        case _:
            return set_claim_field(claim, "place_of_service", draw(st.sampled_from(["11", "22", None])))


@st.composite
def histories(draw: st.DrawFn) -> tuple[Encounter, list[Edit]]:
    start = encounter = draw(encounters())
    edits: list[Edit] = []
    for _ in range(draw(st.integers(1, 6))):
        edit = draw(edit_for(encounter))
        edits.append(edit)
        encounter = apply(encounter, [edit])
    return start, edits


@given(histories())
@settings(max_examples=200, deadline=None)
def test_undo_takes_any_history_back_exactly(history: tuple[Encounter, list[Edit]]) -> None:
    start, edits = history
    assert apply(apply(start, edits), undo_of(edits)) == start


@given(histories())
@settings(max_examples=100, deadline=None)
def test_edits_survive_being_stored_as_json(history: tuple[Encounter, list[Edit]]) -> None:
    start, edits = history
    stored = EDITS.validate_json(EDITS.dump_json(tuple(edits), by_alias=True))
    assert apply(start, stored) == apply(start, edits)


@given(histories())
@settings(max_examples=100, deadline=None)
def test_the_inverse_of_the_inverse_is_the_edit(history: tuple[Encounter, list[Edit]]) -> None:
    assert all(inverse(inverse(edit)) == edit for edit in history[1])


def claim() -> Encounter:
    lines = (
        ClaimLine(line=1, code="96413", diagnosis_pointers=(1, 2)),
        ClaimLine(line=2, code="J9271", units=Decimal(200), diagnosis_pointers=(2, 9)),
    )
    return Encounter(encounter_id="E", claim=Claim(diagnoses=("C34.11", "Z51.11", "C79.51"), lines=lines))


def test_a_stale_edit_is_refused_and_names_the_place_only() -> None:
    before = claim()
    edit = set_line_field(before.claim.lines[1], "units", "180")
    changed = apply(before, [edit])
    with pytest.raises(StaleEdit, match="line 2: units has changed since"):
        apply(changed, [edit])


def test_a_removed_line_that_changed_since_is_not_removed() -> None:
    before = claim()
    removal = remove_line(before.claim, 2)
    changed = apply(before, [set_line_field(before.claim.lines[1], "units", "180")])
    with pytest.raises(StaleEdit):
        apply(changed, [removal])


def test_pointers_follow_their_codes_when_diagnoses_move() -> None:
    before = claim()
    after = apply(before, [set_diagnoses(before.claim, ["Z51.11", "C34.11", "C79.51"])]).claim
    assert [line.diagnosis_pointers for line in after.lines] == [(2, 1), (1, 9)]


def test_a_pointer_to_a_dropped_code_is_dropped() -> None:
    before = claim()
    after = apply(before, [set_diagnoses(before.claim, ["C34.11"])]).claim
    assert [line.diagnosis_pointers for line in after.lines] == [(1,), (9,)]


@pytest.mark.parametrize(("field", "value"), [("units", "many"), ("units", "NaN"), ("date_of_service", "tomorrow")])
def test_a_bad_value_is_refused_when_the_edit_is_made(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"not a valid value for {field}"):
        set_line_field(claim().claim.lines[0], field, value)  # type: ignore[arg-type]


def test_a_code_is_normalised_when_edited() -> None:
    before = claim()
    after = apply(before, [set_line_field(before.claim.lines[0], "code", " j-9 271 ")])
    assert after.claim.lines[0].code == "J9271"


def test_the_chart_is_the_same_object_after_any_edit() -> None:
    before = claim()
    after = apply(before, [set_claim_field(before.claim, "place_of_service", "22")])
    assert after.documentation is before.documentation
