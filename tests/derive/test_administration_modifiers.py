"""Modifiers by the NCCI pairs at hand: an imported table decides, without one the pairs of 2024 do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from onco_tui.codesets.editions import ClaimType
from onco_tui.codesets.lookups import CodeSets
from onco_tui.codesets.reference import Reference, shipped_reference
from onco_tui.derive.administration.modifiers import PairTable
from onco_tui.rules.administration.codes import KINDS
from tests.codesets.code_files import Store, ptp
from tests.derive.visits import chemo, derive, given, line

ROWS = (chemo("A1", "09:00-10:00"), given("A2", "10:10", route="subcutaneous", drug="x"))


@pytest.fixture
def nothing(tmp_path: Path) -> CodeSets:
    return CodeSets(None, tmp_path / "codes")


def with_table(tmp_path: Path, *rows: tuple[str, str, str, str, str]) -> Reference:
    store = Store(tmp_path)
    store.take("ccipra-v320r0-f1.txt", ptp(rows))
    return replace(shipped_reference(), codesets=store.codes)


@pytest.mark.parametrize("claim_type", ["professional", "institutional"])
def test_the_pairs_of_2024_agree_with_the_shipped_table(claim_type: ClaimType, nothing: CodeSets) -> None:
    day = date(2024, 8, 1)
    shipped, without = PairTable(shipped_reference().codesets, claim_type), PairTable(nothing, claim_type)
    for pair in map(frozenset, combinations(KINDS, 2)):
        assert shipped.paid_before(pair, day) == without.paid_before(pair, day), pair


def test_an_imported_table_decides(tmp_path: Path) -> None:
    still = with_table(tmp_path, ("96413", "96372", "20240701", "*", "1"))
    assert line(derive(*ROWS, reference=still), "96372").modifiers == ("59",)


@pytest.mark.parametrize("row", [
    ("96413", "96372", "20240701", "20251231", "1"),  # ended before the visit
    ("96413", "96372", "20240701", "*", "0"),  # never paid together: no modifier helps
    ("96413", "96374", "20240701", "*", "1"),  # another pair
])  # fmt: skip
def test_a_pair_that_ended_or_never_takes_one_gets_no_modifier(
    tmp_path: Path, row: tuple[str, str, str, str, str]
) -> None:
    assert line(derive(*ROWS, reference=with_table(tmp_path, row)), "96372").modifiers == ()


def test_without_any_table_the_pairs_of_2024_hold(nothing: CodeSets) -> None:
    reference = replace(shipped_reference(), codesets=nothing)
    assert line(derive(*ROWS, reference=reference), "96372").modifiers == ("59",)
