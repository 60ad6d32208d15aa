"""Deciding by command: the same verbs and the same audit rows as on the screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import answer, run

FIXTURES = Path(__file__).parents[2] / "fixtures"
DOCUMENT = next(iter(sorted(FIXTURES.glob("45-*.json"))))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "claims.db"
    assert run("import", DOCUMENT, "--db", path).returncode == 0
    return path


def findings(database: Path) -> tuple[str, list[dict[str, object]]]:
    (encounter,) = answer(run("check", "--db", database, "--format", "json"))["encounters"]
    return encounter["encounter_id"], encounter["findings"]


def actions(database: Path) -> list[str]:
    assert run("audit", "verify", "--db", database).returncode == 0
    return [row["action"] for row in answer(run("audit", "log", "--db", database, "--format", "json"))["rows"]]


def test_accept_undo_redo_dismiss_and_finalize(database: Path) -> None:
    encounter, found = findings(database)
    first = str(found[0]["id"])
    done = run("decide", "accept", encounter, first, "--db", database)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{encounter}: accepted: ")
    assert first not in {each["id"] for each in findings(database)[1]}
    assert run("decide", "undo", encounter, "--db", database).stdout == f"{encounter}: taken back: accept\n"
    assert run("decide", "redo", encounter, "--db", database).stdout == f"{encounter}: done again: accept\n"
    left = str(findings(database)[1][0]["id"])
    refused = run("decide", "dismiss", encounter, left, "--reason", "because", "--db", database)
    assert refused.returncode == 2
    assert "documented" in refused.stderr
    assert run("decide", "dismiss", encounter, left, "--reason", "contract", "--db", database).returncode == 0
    assert run("decide", "verify", encounter, "1", "--db", database).returncode == 0
    assert run("decide", "note", encounter, "look at the waste", "--db", database).returncode == 0
    assert run("decide", "finalize", encounter, "--despite-errors", "--db", database).returncode == 0
    assert run("decide", "hold", encounter, "--db", database).returncode == 2
    assert run("decide", "reopen", encounter, "--db", database).returncode == 0
    assert actions(database) == [
        "import", "accept", "undo", "accept", "dismiss", "verify", "note", "finalize", "reopen",
    ]  # fmt: skip


@pytest.mark.parametrize("arguments", [("accept", "nobody", "x"), ("undo", "nobody"), ("verify", "nobody", "1")])
def test_what_is_not_there_is_named_and_nothing_is_written(database: Path, arguments: tuple[str, ...]) -> None:
    done = run("decide", *arguments, "--db", database)
    assert done.returncode == 2
    assert "nobody" in done.stderr
    assert actions(database) == ["import"]


def test_questions_are_listed_with_their_age_and_move_on(tmp_path: Path) -> None:
    path = tmp_path / "claims.db"
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    for given in document["documentation"]["administrations"]:
        given.pop("stop", None)
    (tmp_path / "gap.json").write_text(json.dumps(document), encoding="utf-8")
    assert run("import", tmp_path / "gap.json", "--db", path).returncode == 0
    encounter, found = findings(path)
    asking = next((f["id"], fix["id"]) for f in found for fix in f["fixes"] if fix["grade"] == "query")  # type: ignore[attr-defined]
    accepted = run("decide", "accept", encounter, str(asking[0]), "--fix", str(asking[1]), "--db", path)
    assert accepted.returncode == 0, accepted.stderr
    (query,) = answer(run("queries", "list", "--db", path, "--format", "json"))["queries"]
    assert (query["encounter_id"], query["status"], query["age"]) == (encounter, "draft", "today")
    assert run("queries", "sent", str(query["id"]), "--db", path).returncode == 0
    assert "sent" in run("queries", "list", "--db", path).stdout
    assert run("queries", "answered", str(query["id"]), "stopped at 11:40", "--db", path).returncode == 0
    assert run("queries", "list", "--db", path).stdout == ""
    assert "stopped at 11:40" in run("queries", "list", "--all", "--db", path, "--format", "json").stdout
    assert run("queries", "withdraw", str(query["id"]), "--db", path).returncode == 2
    assert run("queries", "sent", "99", "--db", path).returncode == 2
    assert actions(path) == ["import", "query", "answer", "answer"]
