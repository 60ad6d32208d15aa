from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onco_tui.codesets.answers import System
from onco_tui.codesets.lookups import CodeSets
from onco_tui.codesets.reference import load_reference
from tests.codesets.code_files import REPOSITORY, Store, hcpcs_records
from tests.timing import cpu

IN_2026 = date(2026, 3, 2)


@pytest.fixture(scope="module")
def codes() -> CodeSets:
    return load_reference(REPOSITORY / "rulesets").codesets


@pytest.mark.parametrize("text", ["lung right upper", "upper RIGHT lung", "right lung upp", "upper, lung; right"])
def test_words_in_any_order_the_last_perhaps_unfinished(codes: CodeSets, text: str) -> None:
    assert codes.find(text, IN_2026)[0].code == "C34.11"


@pytest.mark.parametrize(("text", "code"), [("pembrolizumab", "J9271"), ("chemo infusion first", "96413")])
def test_drugs_and_services_are_found_too(codes: CodeSets, text: str, code: str) -> None:
    assert code in [match.code for match in codes.find(text, IN_2026)]


@pytest.mark.parametrize("text", ["C34.1", "c341", "C34.11"])
def test_the_start_of_a_code(codes: CodeSets, text: str) -> None:
    found = [match.code for match in codes.find(text, IN_2026)]
    assert "C34.11" in found
    assert all(code.replace(".", "").startswith(text.upper().replace(".", "")) for code in found)


def test_matches_are_in_force_on_the_date_and_tell_whether_billable(codes: CodeSets) -> None:
    text = "malignant inflammatory neoplasm breast"
    assert "C50.A0" not in {match.code for match in codes.find(text, date(2025, 9, 30))}
    found = {match.code: match for match in codes.find(text, date(2025, 10, 1))}
    assert (found["C50.A0"].billable, found["C50.A"].billable) == (True, False)
    assert next(iter(found)) != "C50.A", "what can be billed comes first"


@pytest.mark.parametrize(
    ("text", "codes_first"),
    [
        ("C34.1", ["C34.1", "C34.10", "C34.11", "C34.12"]),
        ("c50.a", ["C50.A", "C50.A0", "C50.A1", "C50.A2"]),
        ("jw", ["JW"]),
        ("25", ["25"]),
        ("9641", ["96411", "96413", "96415", "96416"]),
    ],
)
def test_what_begins_with_the_text_comes_before_words(codes: CodeSets, text: str, codes_first: list[str]) -> None:
    assert [match.code for match in codes.find(text, IN_2026)][: len(codes_first)] == codes_first


def test_headers_come_after_what_can_be_billed_and_neoplasms_before_the_rest(codes: CodeSets) -> None:
    below = [match for match in codes.find("C34", IN_2026, 30) if match.code != "C34"]
    assert [match.billable for match in below] == sorted((match.billable for match in below), reverse=True)
    assert {match.code[0] for match in codes.find("breast", IN_2026, 10, systems={"icd10cm"})} == {"C", "D"}


def test_services_of_oncology_come_before_the_rest(codes: CodeSets) -> None:
    facts = load_reference(REPOSITORY / "rulesets").codes
    for text in ("visit", "infusion"):
        found = codes.find(text, IN_2026, 5, systems={"cpt", "hcpcs"})
        assert facts.keys() >= {match.code for match in found}


@pytest.mark.parametrize(
    ("text", "system", "code"),
    [
        ("lung", "hcpcs", "S2060"),
        ("right", "hcpcs_modifier", "RT"),
        ("visit of its own", "hcpcs_modifier", "25"),
        ("first hour", "cpt", "96413"),
        ("encou", "icd10cm", None),
        ("d", "hcpcs_modifier", None),
    ],
)
def test_a_search_can_be_of_one_system(codes: CodeSets, text: str, system: System, code: str | None) -> None:
    found = codes.find(text, IN_2026, systems={system})
    assert {match.system for match in found} == {system}
    assert code is None or code in [match.code for match in found]


def test_imported_labels_are_found_by_system_too(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.take("HCPC2026_JAN_ANWEB.txt", hcpcs_records(("J1111", "Ménière's remedy", "20250101", "", "")))
    store.take("cpt_2026.csv", "CPT Code,Short Description\n10001,Our own remedy\n")
    store.take("carc_2026-01.csv", "Code,Description,Start Date\n45,A remedy,1995-01-01\n")
    codes = store.codes
    assert {match.code for match in codes.find("remedy", IN_2026)} == {"J1111", "10001"}
    for text in ("meniere", "Ménière", "menier"):
        assert [match.code for match in codes.find(text, IN_2026)] == ["J1111"]
    assert [match.code for match in codes.find("rem", IN_2026, systems={"cpt"})] == ["10001"]


def test_nothing_and_punctuation_find_nothing(codes: CodeSets) -> None:
    for text in ("", "   ", '"', "*", "( ) :", "zzzzzz"):
        assert codes.find(text, IN_2026) == ()


def test_index_words_in_a_query_are_only_words(codes: CodeSets) -> None:
    for text in ('lung" OR label:"x', "lung NOT right", "NEAR(lung right)", "lung AND"):
        codes.find(text, IN_2026)


HARD = (
    "a", "s", "of", "initial encounter", "unspecified fracture initi", "left right", "neoplasm encounter",
    "sequela initial", "i s e", "malignant", "subsequent encounter for fracture with routine healing", "C", "J", "9",
    "encou", "unspec", "with of", "open fracture han", '"' * 1000, "a " * 500, "x" * 1000, "lung " * 200, "(" * 1000,
)  # fmt: skip


@pytest.fixture(scope="module")
def scan() -> float:
    """Give the CPU seconds of looking through all labels one by one."""
    path = REPOSITORY / "rulesets" / "codes.sqlite"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return cpu(lambda: connection.execute("SELECT count(*) FROM codes WHERE label LIKE '%zq%'").fetchall())


@pytest.mark.parametrize("text", HARD)
def test_no_query_looks_through_all_labels(codes: CodeSets, scan: float, text: str) -> None:
    assert cpu(lambda: codes.find(text, IN_2026)) < scan


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(
        st.sampled_from(
            ["initial", "encounter", "of", "fracture", "left", "unspecified", "s", "malignant", "with", "sequela", "a"]
        ),
        min_size=1,
        max_size=5,
    )
)
def test_no_mixture_of_common_words_looks_through_all_labels(codes: CodeSets, scan: float, words: list[str]) -> None:
    assert cpu(lambda: codes.find(" ".join(words), IN_2026)) < scan
