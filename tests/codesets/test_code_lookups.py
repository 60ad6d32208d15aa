"""The tables that come with the program."""

from __future__ import annotations

import dataclasses
import sqlite3
import timeit
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onco_tui.codesets.answers import LimitAnswer, Note
from onco_tui.codesets.codestore import CodeStoreError
from onco_tui.codesets.lookups import CodeSets
from onco_tui.codesets.reference import load_reference
from tests.codesets.code_files import REPOSITORY, SHIPPED, Store, ptp

IN_2026 = date(2026, 3, 2)


@pytest.fixture(scope="module")
def codes() -> CodeSets:
    return load_reference(REPOSITORY / "rulesets").codesets


def test_icd_is_whole_for_both_years(codes: CodeSets) -> None:
    rows = {edition.edition: edition.rows for edition in codes.editions if edition.kind == "icd10cm"}
    assert rows["FY2025"] == 97_584
    assert rows["FY2026"] == 98_186
    with sqlite3.connect(f"{SHIPPED.as_uri()}?mode=ro", uri=True) as connection:
        billable = connection.execute(
            "SELECT count(*) FROM codes WHERE system = 'icd10cm' AND billable AND until IS NULL"
            " AND (since IS NULL OR since < '2026-10-01')"
        ).fetchone()[0]
    connection.close()
    assert billable == 74_719


def test_a_code_of_2026_does_not_exist_before(codes: CodeSets) -> None:
    found = codes.code("C50.A0", IN_2026)
    assert (found.valid, found.billable, found.effective_from, found.edition) == (
        True, True, date(2025, 10, 1), "FY2026",
    )  # fmt: skip
    before = codes.code("C50.A0", date(2025, 9, 30))
    assert (before.known, before.valid, before.edition) == (True, False, "FY2025")
    assert codes.code("C50.A0", date(2024, 9, 30)).valid is None


def test_a_code_split_in_2026_names_its_successors(codes: CodeSets) -> None:
    assert codes.diagnosis("D71", date(2025, 9, 30)).billable is True
    split = codes.diagnosis("D71", IN_2026)
    assert (split.valid, split.billable, split.replaced_by) == (True, False, ("D71.1", "D71.8", "D71.9"))


def test_announced_codes_are_marked_and_others_of_that_year_are_stale(codes: CodeSets) -> None:
    day = date(2026, 10, 1)
    for code in ("C78.31", "C78.32", "C79.83", "D69.11", "D69.19", "M04.3"):
        found = codes.diagnosis(code, day)
        assert (found.valid, found.billable, found.edition) == (True, True, "FY2027-announced"), code
        assert "announced" in found.label
        assert codes.diagnosis(code, day - timedelta(days=1)).valid is False, code
    assert codes.diagnosis("D69.1", day).billable is False
    assert codes.diagnosis("D69.1", day).replaced_by == ("D69.11", "D69.19")
    other = codes.diagnosis("C34.11", day)
    assert (other.valid, other.stale, other.edition) == (True, True, "FY2026")


def test_spelling_does_not_matter(codes: CodeSets) -> None:
    assert codes.code("c34.11", IN_2026) == codes.code("C3411", IN_2026) == codes.code(" C34 11", IN_2026)
    assert codes.code("c34.11", IN_2026).code == "C34.11"
    assert codes.code("j9271", IN_2026).system == "hcpcs"
    assert codes.code("C99.99", IN_2026).valid is False
    assert codes.code("", IN_2026).valid is False
    assert codes.code("x" * 500, IN_2026).valid is False


def test_headers_and_seventh_characters(codes: CodeSets) -> None:
    assert codes.diagnosis("T45.1X5", IN_2026).billable is False
    assert codes.diagnosis("T45.1X5A", IN_2026).billable is True
    assert codes.diagnosis("S06.1X7A", IN_2026).billable is True
    assert codes.diagnosis("S06.1X7D", IN_2026).valid is False, "who died has no later encounter"
    assert codes.children("C50.A", IN_2026) == ("C50.A0", "C50.A1", "C50.A2")
    assert codes.children("C50.A", date(2025, 3, 1)) == ()


def test_notes_of_a_code_and_all_above_it(codes: CodeSets) -> None:
    first = codes.notes("D63.0", IN_2026, "code_first")
    assert [(note.at, note.text) for note in first] == [("D63.0", "neoplasm (C00-D49)")]
    tobacco = codes.notes("C34.11", IN_2026, "use_additional")
    assert {note.at for note in tobacco} == {"C34"}
    assert any("Z87.891" in note.text for note in tobacco)
    assert {note.at for note in codes.notes("C7A.010", IN_2026)} == {"C7A"}
    assert "D50-D89" in {note.at for note in codes.notes("D63.0", IN_2026)}, "the chapter's"


@pytest.mark.parametrize(
    ("text", "named", "others"),
    [
        ("neoplasm (C00-D49)", ("C00", "C34.11", "D49.9"), ("D50", "B99.9")),
        ("tobacco dependence (F17.-)", ("F17.210", "F17"), ("F18.10", "F16")),
        ("due to chemotherapy (D61.1)", ("D61.1", "D61.10"), ("D61.2", "D61")),
        ("carcinoid tumors (C7A.-, C7B.-)", ("C7A.010", "C7B.00"), ("C77.9",)),
        ("chemotherapy (Z51.11) or (Z51.12), see D70", ("Z51.11", "Z51.12"), ("D70.1", "Z51.0")),
        ("drugs, if applicable (T36-T50 with fifth or sixth character 5)", ("T45.1X5A",), ("T51.0X1A",)),
        ("no code named", (), ("C34.11",)),
    ],
)
def test_a_note_knows_the_codes_it_names(text: str, named: tuple[str, ...], others: tuple[str, ...]) -> None:
    note = Note("excludes1", "D63.0", text)
    assert [code for code in (*named, *others) if note.names(code)] == list(named)


def test_the_practices_whole_table_goes_before_the_shipped_extract(tmp_path: Path) -> None:
    store, day = Store(tmp_path), date(2024, 8, 1)
    codes = CodeSets(SHIPPED, store.folder)
    assert codes.pair("96413", "36591", day).modifier_indicator == "0"
    assert codes.pair("96413", "10021", day).known is False
    store.take("ccipra-2024q3.txt", ptp((("96413", "10021", "20200101", "*", "1"),)))
    assert codes.pair("96413", "10021", day).known is False, "what was answered stands until the tables are read again"
    codes.refresh()
    assert codes.pair("96413", "10021", day).modifier_indicator == "1"
    assert codes.pair("96413", "36591", day).modifier_indicator is None
    assert codes.pair("96413", "99211", day, "institutional").modifier_indicator == "1", "the other table is as shipped"


def test_an_older_whole_table_answers_for_what_a_newer_extract_leaves_open(tmp_path: Path) -> None:
    store, day = Store(tmp_path), date(2024, 8, 1)
    store.take("ccipra-2024q2.txt", ptp((("96413", "10021", "20200101", "*", "1"),)))
    codes = CodeSets(SHIPPED, store.folder)
    extract, whole = (codes.pair("96413", other, day) for other in ("36591", "10021"))
    assert (extract.edition, extract.stale) == ("2024Q3", False)
    assert (whole.modifier_indicator, whole.edition, whole.stale) == ("1", "2024Q2", True)


def test_hcpcs_and_cpt_codes_with_their_dates(codes: CodeSets) -> None:
    drug = codes.procedure("J9271", IN_2026)
    assert (drug.valid, drug.effective_from, drug.stale) == (True, date(2016, 1, 1), False)
    assert codes.procedure("J9271", date(2015, 12, 31)).valid is not True
    assert codes.procedure("J9271", date(2026, 4, 1)).stale is True
    assert codes.procedure("J0000", IN_2026).valid is False
    assert codes.procedure("J0000", date(2026, 4, 1)).valid is None, "it may be new"
    guidance = codes.procedure("77014", IN_2026)
    assert (guidance.valid, guidance.effective_to, guidance.replaced_by) == (False, date(2025, 12, 31), ("77387",))
    assert codes.procedure("77014", date(2025, 12, 31)).valid is True
    unknown = codes.procedure("12345", IN_2026)
    assert (unknown.known, unknown.valid) == (False, None)
    assert codes.modifier("JW", IN_2026).valid is True
    assert codes.modifier("59", IN_2026).valid is None


def test_pairs_by_claim_type(codes: CodeSets) -> None:
    day = date(2024, 8, 1)
    assert codes.pair("36591", "96413", day).modifier_indicator == "0"
    for claim_type, indicator in (("professional", "0"), ("institutional", "1")):
        found = codes.pair("99211", "96413", day, claim_type)  # type: ignore[arg-type]
        assert (found.column1, found.column2, found.modifier_indicator, found.stale) == (
            "96413", "99211", indicator, False,
        )  # fmt: skip
    free = codes.pair("96413", "36591", day, "institutional")
    assert (free.known, free.modifier_indicator) == (True, None)
    assert codes.pair("96413", "10021", day).known is False, "an extract cannot tell of codes outside its scope"
    assert codes.pair("96413", "96415", day).known is True
    assert codes.pair("96413", "36591", date(2024, 6, 30)).known is False
    assert codes.pair("96413", "36591", date(2024, 10, 1)).stale is True


def test_an_extract_answers_inside_its_scope_only(codes: CodeSets) -> None:
    day = date(2024, 8, 1)
    for claim_type in ("professional", "institutional"):
        free = codes.pair("96413", "96415", day, claim_type)
        assert (free.known, free.modifier_indicator) == (True, None)
        assert codes.pair("96413", "10021", day, claim_type).known is False
    assert codes.pair("96413", "J9271", day).known is True
    assert codes.pair("96413", "J9271", day, "institutional").known is False, "no hospital table was at hand for drugs"
    assert codes.pair("99213", "G6002", day, "institutional").known is False, "visits beside some services are missing"
    assert codes.pair("99213", "96413", day, "institutional").modifier_indicator == "1"
    assert codes.pair("96413", "J1308", IN_2026).known is False, "the drug's code began after the tables"
    assert codes.limit("J9999", day) == LimitAnswer("J9999", None, edition="2024Q3"), "listed codes without a value"
    assert codes.limit("J1308", IN_2026).edition is None


def test_limits_add_ons_and_indicators(codes: CodeSets) -> None:
    day = date(2024, 8, 1)
    for claim_type in ("professional", "institutional"):
        limits = [codes.limit(code, day, claim_type) for code in ("96415", "J9271")]
        assert [(limit.units, limit.adjudication) for limit in limits] == [(8, "3"), (400, "3")]
    assert codes.limit("12345", day).units is None
    addon = codes.addon("96415", day)
    assert (addon.is_addon, addon.type, addon.parents) == (True, "1", frozenset({"96413"}))
    assert codes.addon("96413", day).is_addon is False, "inside the scope of the extract"
    assert codes.addon("10021", day).is_addon is None, "an extract cannot tell of codes outside its scope"
    fee = codes.fee("96413", day)
    assert (fee.status, fee.global_days, fee.stale) == ("A", "XXX", False)
    assert codes.fee("96413", IN_2026).stale is True


@settings(max_examples=200, deadline=None)
@given(
    code=st.one_of(st.text(max_size=12), st.from_regex(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?", fullmatch=True)),
    on=st.dates(date(1990, 1, 1), date(2040, 12, 31)),
)
def test_any_question_has_a_sound_answer(codes: CodeSets, code: str, on: date) -> None:
    answer = codes.code(code, on)
    assert answer == codes.code(code, on)
    assert not (answer.billable and not answer.valid)
    assert not (answer.valid and not answer.known)
    assert not (answer.valid and answer.edition is None)
    if answer.valid and answer.effective_from:
        assert answer.effective_from <= on
    codes.pair(code, "96413", on)
    codes.find(code, on)


def test_nothing_is_opened_before_the_first_question(tmp_path: Path) -> None:
    damaged = tmp_path / "codes.sqlite"
    damaged.write_bytes(b"this is not a database, and long enough to look at" * 100)
    codes = CodeSets(damaged)
    with pytest.raises(CodeStoreError, match=r"codes\.sqlite"):
        codes.code("C34.11", IN_2026)


def test_without_any_table_everything_is_unknown(tmp_path: Path) -> None:
    codes = CodeSets(None, tmp_path)
    assert codes.code("C34.11", IN_2026).valid is None
    assert codes.pair("96413", "36591", IN_2026).known is False
    assert codes.limit("96415", IN_2026).units is None
    assert codes.find("lung", IN_2026) == ()


def test_answers_cannot_be_changed(codes: CodeSets) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        codes.code("C34.11", IN_2026).label = "x"  # type: ignore[misc]


def test_a_warm_look_up_costs_microseconds(codes: CodeSets) -> None:
    asks = (
        lambda: codes.diagnosis("C34.11", IN_2026),
        lambda: codes.procedure("J9271", IN_2026),
        lambda: codes.pair("96413", "36591", IN_2026),
        lambda: codes.limit("96415", IN_2026),
    )
    for ask in asks:
        ask()
        best = min(timeit.repeat(ask, number=200, repeat=20)) / 200
        assert best < 20e-6


def test_no_words_of_the_ama_are_shipped() -> None:
    with sqlite3.connect(f"{SHIPPED.as_uri()}?mode=ro", uri=True) as connection:
        systems = {row[0] for row in connection.execute("SELECT DISTINCT system FROM codes")}
        numeric = connection.execute("SELECT count(*) FROM codes WHERE code GLOB '[0-9][0-9][0-9][0-9]*'").fetchone()[0]
    connection.close()
    assert systems == {"icd10cm", "hcpcs", "hcpcs_modifier"}
    assert numeric == 0
