from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onco_tui.store.database import Database
from onco_tui.store.words import match_expression, words_of
from onco_tui.store.worklist import WorklistQuery, count, window
from tests.store.samples import encounter, import_encounters, stock


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    people = [
        encounter("E-2026-0001", family_name="O'Brien", given_name="Zoë", drug="pembrolizumab"),
        encounter("E-2026-0002", family_name="Müller-Lüdenscheidt", given_name="Jo", drug="nab-paclitaxel"),
        encounter("E-2026-0003", family_name="not", given_name="near", drug="5-FU"),
        encounter("E-2026-0004", family_name="李", given_name="小龙", drug="sodium chloride 0.9%"),
    ]
    with stock(tmp_path_factory.mktemp("words") / "claims.db", *people) as opened:
        yield opened


def found(database: Database, search: str) -> list[str]:
    rows = window(database, WorklistQuery(search=search, sort="import", descending=False), 0, 100)
    assert count(database, WorklistQuery(search=search)) == len(rows)
    return [row.encounter_id[-1] for row in rows]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("obrien", "1"), ("O'Brien", "1"), ("o\u2019brien", "1"), ("BRIEN", "1"), ("zoe", "1"), ("ZOË", "1"),
        ("zoe obr", "1"), ("obr, zoe", "1"), ("zoe müller", ""), ("muller", "2"), ("lüdensch", "2"),
        ("Müller-Lüd", "2"), ("2026-0003", "3"), ("E-2026-0003", "3"), ("e20260003", "3"), ("0003", "3"),
        ("P-E-2026-0004", "4"), ("C-E-2026-0004", "4"), ("nab", "2"), ("paclitaxel", "2"), ("nab-pac", "2"),
        ("5fu", "3"), ("5-fu", "3"), ("李", "4"), ("小", "4"), ("pembrolizumab", "1"), ("PEMBRO", "1"),
        ("c34.11", "1234"), ("C3411", "1234"), ("J9271", "1234"), ("j-9271", "1234"), ("96413", "1234"),
        ("mab", ""), ("x96413", ""), ("", "1234"), ("   ", "1234"), ("...", "1234"),
    ],
)  # fmt: skip
def test_words_are_found_by_how_coders_write_them(database: Database, search: str, expected: str) -> None:
    assert found(database, search) == list(expected)


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ('"', "1234"), ("'", "1234"), ("%", "1234"), ("_", "1234"), ("*", "1234"), ("^", "1234"), ("(", "1234"),
        ("obrien*", "1"), ("obr%", "1"), ("o_brien", "1"), ('"obrien', "1"), ('"zoe obrien"', "1"), ("obrien)", "1"),
        ("NEAR", "3"), ("NOT", "3"), ("not near", "3"), ("NEAR(obrien zoe, 2)", ""), ("obrien OR muller", ""),
        ("obrien AND zoe", ""), ("words:obrien", ""), ("{words}:obrien", ""), ("-obrien", "1"), ("+zoe", "1"),
        ("'; DROP TABLE encounters; --", ""), ("\x00obrien", "1"), ("\ud83d obrien", "1"), ("\U0001e900", ""),
    ],
)  # fmt: skip
def test_nothing_typed_is_read_as_an_operator(database: Database, search: str, expected: str) -> None:
    assert found(database, search) == list(expected)


HOSTILE = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("\"'%_*^():{}-+;.,0123456789aeo \t\n\u0000\ufdfaİß")),
    max_size=40,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(search=HOSTILE)
def test_any_text_can_be_searched_for(database: Database, search: str) -> None:
    expression = match_expression(search)
    assert expression is None or set(expression) & set("()^:{}+-") == set()
    found(database, search)


@settings(max_examples=150, deadline=None)
@given(name=HOSTILE)
def test_whatever_a_name_is_it_is_found_by_itself(name: str) -> None:
    words = words_of(encounter("E-1", family_name=name)).split()
    for wanted in (match_expression(name) or "").replace('"', "").replace("*", "").split():
        assert any(word.startswith(wanted) for word in words)


def test_the_stored_words_and_the_asked_words_are_split_alike_by_sqlite(tmp_path: Path) -> None:
    name = "\uff26\uff55\uff4c\uff4c ﬁne ĳssel İstanbul straße 𞤀𞤣 e\u0301lan naïve 1\u20442"
    with Database.create(tmp_path / "claims.db") as database:
        import_encounters(database, encounter("E-1", family_name=name))
        for word in name.split():
            assert found(database, word) == ["1"], word
            assert found(database, word.upper()) == ["1"], word


def test_a_very_long_or_very_marked_text_stays_small() -> None:
    assert len(words_of(encounter("E-1", family_name="a-" * 50_000))) < 2_000
    assert len(match_expression("word " * 5_000) or "") < 200
    assert len(match_expression("x" * 100_000) or "") < 100
