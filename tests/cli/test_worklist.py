"""``onco-tui worklist``: the same filters as on the screen."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest

from onco_tui.review.desk import Desk
from onco_tui.review.worklist import Listing, save_view
from tests.cli.running import run
from tests.tui.driver import stock
from tests.tui.tui_documents import carboplatin_day, claim_without_chart


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    documents = [carboplatin_day("E-1", "Ahorn"), carboplatin_day("E-2", "=Birke"), claim_without_chart("E-3")]
    path = stock(tmp_path_factory.mktemp("worklist") / "claims.db", documents)
    with Desk.open(path) as desk:
        save_view(desk, "Costly", Listing("risk>100", "patient_name", descending=False))
    return path


def worklist(database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run("worklist", *arguments, "--db", database)


def ids(database: Path, *arguments: str) -> list[str]:
    answer = worklist(database, *arguments, "--format", "json")
    assert answer.returncode == 0, answer.stderr
    return [row["encounter_id"] for row in json.loads(answer.stdout)["encounters"]]


def test_it_filters_sorts_and_limits(database: Path) -> None:
    assert sorted(ids(database)) == ["E-1", "E-2", "E-3"]
    assert ids(database, "risk>100", "--sort", "patient_name", "--ascending") == ["E-2", "E-1"]
    assert ids(database, "payer:medicare ahorn") == ["E-1"]
    assert ids(database, "status:finalized") == []
    assert len(ids(database, "--limit", "2")) == 2


def test_a_brand_finds_what_was_charted_by_another_name_or_only_billed_by_code(database: Path) -> None:
    assert sorted(ids(database, "paraplatin")) == ["E-1", "E-2", "E-3"]
    assert ids(database, "herceptin") == []


def test_a_saved_view_can_be_narrowed(database: Path) -> None:
    assert ids(database, "--view", "costly") == ["E-2", "E-1"]
    assert ids(database, "--view", "Costly", "ahorn") == ["E-1"]
    assert "no view is called cheap; there are Costly" in worklist(database, "--view", "cheap").stderr


def test_text_says_what_is_listed_and_csv_runs_no_formula(database: Path) -> None:
    text = worklist(database, "ahorn")
    assert "E-1" in text.stdout
    assert "search: ahorn" in text.stderr
    rows = list(csv.DictReader(io.StringIO(worklist(database, "birke", "--format", "csv").stdout)))
    assert rows[0]["patient_name"].startswith("'=Birke")


@pytest.mark.parametrize(
    ("arguments", "words"), [(["risk>x"], "no amount"), (["--sort", "luck"], "cannot sort by luck")]
)
def test_what_cannot_be_read_ends_with_2(database: Path, arguments: list[str], words: str) -> None:
    answer = worklist(database, *arguments)
    assert answer.returncode == 2
    assert words in answer.stderr
    assert answer.stdout == ""
