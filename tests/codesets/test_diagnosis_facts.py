from __future__ import annotations

from datetime import date

import pytest

from onco_tui.codesets.reference import shipped_reference

FACTS = shipped_reference().diagnosis_facts
ON = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("code", "sex"),
    [
        ("C50.411", "F"), ("C50.421", "M"), ("C50.929", "M"), ("C50.A1", None), ("C61", "M"), ("C62.11", "M"),
        ("C54.1", "F"),
        ("C79.61", "F"), ("C79.51", None), ("D07.1", "F"), ("D07.61", "M"), ("Z85.46", "M"), ("Z85.3", None),
        ("C34.11", None),
    ],
)  # fmt: skip
def test_codes_of_organs_one_sex_has(code: str, sex: str | None) -> None:
    assert FACTS.sex_of(code) == sex


def test_every_code_of_one_sex_is_in_the_tabular_list() -> None:
    codesets = shipped_reference().codesets
    for prefix in (*FACTS._sexes.female, *FACTS._sexes.male):
        assert codesets.diagnosis(prefix, ON).valid, prefix


def test_every_pair_of_unrelated_conditions_is_of_a_note_there_is() -> None:
    codesets = shipped_reference().codesets
    for at, spans in FACTS._unrelated.items():
        owner = codesets.children(at.split("-")[0], ON)[0]
        notes = [note for note in codesets.notes(owner, ON, "excludes1") if note.at == at]
        for span in spans:
            codes = codesets.children(span.split("-")[0], ON) or (span,)
            assert any(note.names(code) for note in notes for code in codes), f"{at} does not name {span}"


def test_every_drug_leads_to_codes_that_exist() -> None:
    codesets = shipped_reference().codesets
    for row in FACTS._drugs.long_term:
        assert codesets.diagnosis(row.code, ON).billable, row.code
    for row in FACTS._drugs.adverse_effects:
        assert codesets.diagnosis(f"{row.code}A", ON).billable, row.code


def test_drugs_are_found_in_words_by_whole_names() -> None:
    find = FACTS.adverse_effects.found_in
    assert [(name, row.code) for name, row in find("Colitis due to Keytruda and CARBOPLATIN")] == [
        ("keytruda", "T45.AX5"),
        ("carboplatin", "T45.1X5"),
    ]
    assert list(find("pembrolizumabx, preavastin")) == []


def test_procedures_on_paired_organs() -> None:
    breast = FACTS.paired_organ("19301")
    assert breast is not None
    assert breast.name == "breast"
    assert FACTS.paired_organ("36561") is None
    assert FACTS.paired_organ("J9271") is None


@pytest.mark.parametrize(
    ("at", "code", "unrelated"),
    [
        ("C77", "C83.31", True),
        ("C77", "C7B.01", False),
        ("D05", "C50.911", True),
        ("D64", "C92.00", True),
        ("D64", "C91.00", False),
    ],
)
def test_notes_that_speak_of_another_condition(at: str, code: str, unrelated: bool) -> None:  # noqa: FBT001  a table
    assert FACTS.unrelated(at, code) is unrelated


@pytest.mark.parametrize(
    ("code", "other", "kind", "at"),
    [
        ("C34.11", "C7A.090", "excludes1", ["C34"]),
        ("C34.11", "C45.0", "excludes1", ["C30-C39"]),
        ("C7A.090", "C34.11", "excludes1", []),
        ("Z17.0", "C50.411", "code_first", ["Z17"]),
        ("C34.11", "F17.210", "use_additional", ["C34"]),
    ],
)
def test_notes_that_name_a_code_are_found_on_ancestors(code: str, other: str, kind: str, at: list[str]) -> None:
    assert [note.at for note in shipped_reference().codesets.notes_naming(code, other, ON, kind)] == at
