"""Claims through the commands: in, checked, derived, fixed, out, and proven."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import stat
from pathlib import Path

import pytest

from onco_tui.codesets.shipped import data_folder
from tests.cli.running import answer, run

FIXTURES = sorted(data_folder("fixtures").glob("*.json"))
CLEAN = next(path for path in FIXTURES if path.name.startswith("01-"))
HOURS_OVER = next(path for path in FIXTURES if path.name.startswith("30-"))
HOSTILE = next(path for path in FIXTURES if "hostile" in path.name)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "claims.db"
    done = run("import", *FIXTURES, "--db", path)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture
def claims(demo: Path, tmp_path: Path) -> Path:
    """Give a fresh copy of the imported fixtures."""
    path = tmp_path / "claims.db"
    with sqlite3.connect(demo) as source, sqlite3.connect(path) as target:
        source.backup(target)
    target.close()
    source.close()
    path.chmod(0o600)
    return path


def test_check_ends_with_0_on_a_clean_claim_and_answers_in_the_contracts_form() -> None:
    done = run("check", CLEAN, "--format", "json")
    assert done.returncode == 0, done.stdout
    found = answer(done)
    assert found["schema"] == "onco-check/1"
    assert isinstance(found["editions"], dict)
    encounter = found["encounters"][0]
    assert set(encounter) == {"encounter_id", "findings", "not_checked", "checked"}


def test_check_ends_with_1_on_findings_and_each_is_complete() -> None:
    done = run("check", HOURS_OVER, "--format", "json")
    assert done.returncode == 1
    findings = answer(done)["encounters"][0]["findings"]
    assert {"ADM102"} <= {finding["rule"] for finding in findings}
    for finding in findings:
        assert set(finding) == {
            "id", "rule", "name", "severity", "lines", "diagnoses", "evidence", "message", "authority", "direction",
            "amount_at_risk", "fixes",
        }  # fmt: skip
        assert finding["authority"][0]["url"].startswith("https://")


def test_fail_on_moves_the_line() -> None:
    assert run("check", HOURS_OVER, "--fail-on", "never").returncode == 0


@pytest.mark.parametrize("text", ["", "{", "ISA*00*", "\x1f\x8b", '{"schema": "onco-encounter/1"}'])
def test_check_ends_with_2_on_unreadable_input(text: str) -> None:
    done = run("check", "-", stdin=text)
    assert done.returncode == 2
    assert "standard input" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_ends_with_3_when_nothing_was_checked(tmp_path: Path) -> None:
    empty = tmp_path / "none.json"
    empty.write_text("[]", encoding="utf-8")
    assert run("check", empty).returncode == 3
    assert run("check", CLEAN, "--select", "ZZZ").returncode == 2


def test_a_bad_file_among_good_ones_is_named_and_the_others_are_checked(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    done = run("check", CLEAN, bad, "--format", "json")
    assert done.returncode == 2
    assert "bad.json: " in done.stderr
    assert len(answer(done)["encounters"]) == 1


def test_a_missing_file_is_named() -> None:
    done = run("check", "nowhere.json")
    assert (done.returncode, "nowhere.json" in done.stderr) == (2, True)


@pytest.mark.parametrize("form", ["text", "jsonl", "csv", "sarif"])
def test_every_format_names_the_rule_and_the_encounter(form: str) -> None:
    done = run("check", HOURS_OVER, "--format", form)
    assert done.returncode == 1
    assert "ADM102" in done.stdout
    assert "E-2026" in done.stdout or "E-2025" in done.stdout


def test_derive_gives_lines_with_their_reasons() -> None:
    found = answer(run("derive", CLEAN, "--format", "json"))
    assert found["schema"] == "onco-derive/1"
    line = found["encounters"][0]["lines"][0]
    assert set(line) == {"code", "units", "modifiers", "date_of_service", "from", "because"}
    assert line["because"]
    assert line["code"] in run("derive", CLEAN).stdout


def test_derive_says_why_nothing_comes_of_a_claim_without_a_chart(tmp_path: Path) -> None:
    bare = json.loads(CLEAN.read_text(encoding="utf-8"))
    del bare["documentation"]
    file = tmp_path / "bare.json"
    file.write_text(json.dumps(bare), encoding="utf-8")
    (found,) = answer(run("derive", file, "--format", "json"))["encounters"]
    assert found["lines"] == []
    assert found["not_derived"] == [{"from": [], "reason": "no chart came with the claim"}]


def test_documents_from_standard_input() -> None:
    done = run("derive", "-", "--format", "json", stdin=CLEAN.read_text(encoding="utf-8"))
    assert done.returncode == 0
    assert answer(done)["encounters"]


def test_fix_writes_corrected_documents_that_are_then_clean_of_it(tmp_path: Path) -> None:
    output = tmp_path / "fixed.json"
    done = run("fix", HOURS_OVER, "--output", output)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    rules = {
        finding["rule"] for finding in answer(run("check", output, "--format", "json"))["encounters"][0]["findings"]
    }
    assert "ADM102" not in rules
    before = json.loads(HOURS_OVER.read_text(encoding="utf-8"))
    assert json.loads(output.read_text(encoding="utf-8"))["documentation"].keys() == before["documentation"].keys()


def test_fix_prints_documents_to_stdout_and_words_to_stderr() -> None:
    done = run("fix", HOURS_OVER)
    assert json.loads(done.stdout)["schema"] == "onco-encounter/1"
    assert "1 fix on 1 of 1 encounter\n" in done.stderr


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(claims: Path) -> None:
    before = claims.read_bytes()
    done = run("fix", "--db", claims, "--dry-run", "--diff")
    assert "ADM102" in done.stdout
    assert answer(run("audit", "verify", "--db", claims, "--format", "json"))["rows"] == len(FIXTURES)
    assert claims.read_bytes() == before


def test_a_database_is_fixed_through_the_audit_trail(claims: Path) -> None:
    assert run("check", "--db", claims).returncode == 1
    assert run("fix", "--db", claims).returncode == 0
    log = answer(run("audit", "log", "--db", claims, "--format", "json"))["rows"]
    accepted = [row for row in log if row["action"] == "accept"]
    assert accepted
    assert all(row["rule"] and row["fix_id"] and row["ruleset_edition"] for row in accepted)
    again = run("fix", "--db", claims)
    assert "0 fixes" in again.stderr
    assert run("audit", "verify", "--db", claims).returncode == 0


def test_the_fix_and_its_audit_row_are_in_the_export(claims: Path, tmp_path: Path) -> None:
    run("fix", "--db", claims)
    rows = list(csv.DictReader(io.StringIO(run("export", "--db", claims, "--format", "csv").stdout)))
    assert any("accept ADM102" in row["changed_by"] for row in rows)
    exported = answer(run("export", "--db", claims, "--format", "json"))["claims"]
    changed = [claim for claim in exported if len(claim["review"]["audit"]) > 1]
    assert changed
    again = tmp_path / "again.json"
    again.write_text(json.dumps(exported), encoding="utf-8")
    assert run("check", again, "--strict", "--fail-on", "never").returncode == 0


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
@pytest.mark.parametrize("what", ["claims", "findings", "audit"])
def test_every_export_is_private_and_whole(claims: Path, tmp_path: Path, form: str, what: str) -> None:
    output = tmp_path / f"out.{form}"
    done = run("export", "--db", claims, "--format", form, "--what", what, "--output", output)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert output.stat().st_size > 100
    assert sorted(path.name for path in tmp_path.glob("*out*")) == [output.name]


def test_a_claim_altered_behind_the_programs_back_is_found(claims: Path) -> None:
    connection = sqlite3.connect(claims)
    connection.execute("UPDATE encounters SET claim = replace(claim, '96413', '96417') WHERE claim LIKE '%96413%'")
    connection.commit()
    connection.close()
    done = run("audit", "verify", "--db", claims)
    assert done.returncode == 1
    assert "ALTERED" in done.stdout


def test_importing_again_changes_nothing(claims: Path) -> None:
    done = run("import", *FIXTURES, "--db", claims)
    assert done.returncode == 0
    assert f"0 imported, {len(FIXTURES)} already there" in done.stdout


def test_an_encounter_of_the_same_name_with_other_content_is_refused(claims: Path, tmp_path: Path) -> None:
    document = json.loads(CLEAN.read_text(encoding="utf-8"))
    document["claim"]["place_of_service"] = "49"
    other = tmp_path / "other.json"
    other.write_text(json.dumps(document), encoding="utf-8")
    done = run("import", other, "--db", claims)
    assert done.returncode == 2
    assert "other.json: document 1: error: " in done.stderr
    assert "other content" in done.stderr
    assert "refused: other.json" in done.stdout


def test_of_good_and_bad_files_the_summary_says_what_came_in(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    database = tmp_path / "claims.db"
    assert run("import", bad, "--db", database).stdout == "0 imported, 0 already there; refused: bad.json\n"
    assert [path.name for path in tmp_path.iterdir()] == ["bad.json"], "nothing is made for nothing"
    done = run("import", bad, CLEAN, "--db", database)
    assert done.returncode == 2
    assert done.stdout == f"1 imported, 0 already there, into {database}; refused: bad.json\n"


def test_the_log_of_an_unknown_encounter_is_no_empty_log(claims: Path) -> None:
    done = run("audit", "log", "E-NONE", "--db", claims)
    assert (done.returncode, done.stdout) == (2, "")
    assert "E-NONE: not in the database" in done.stderr


def test_a_file_with_one_bad_document_is_refused_whole_unless_partial(tmp_path: Path) -> None:
    good = json.loads(CLEAN.read_text(encoding="utf-8"))
    bad = json.loads(HOURS_OVER.read_text(encoding="utf-8"))
    bad["claim"]["lines"][0]["units"] = "many"
    mixed = tmp_path / "mixed.json"
    mixed.write_text(json.dumps([good, bad]), encoding="utf-8")
    database = tmp_path / "claims.db"
    refused = run("import", mixed, "--db", database)
    assert refused.returncode == 2
    assert "mixed.json: document 2: " in refused.stderr
    assert "0 imported" in refused.stdout
    assert not database.exists()
    partial = run("import", mixed, "--db", database, "--partial")
    assert "1 imported" in partial.stdout
    assert "bad claims of mixed.json left out" in partial.stdout
    assert "document 2" in partial.stderr


def test_the_database_comes_from_the_environment_or_the_users_own_folder(tmp_path: Path) -> None:
    done = run("import", CLEAN, home=tmp_path)
    assert done.returncode == 0, done.stderr
    place = answer(run("db", "info", "--format", "json", home=tmp_path))["path"]
    assert str(tmp_path) in str(place)


def test_hostile_notes_reach_no_terminal(tmp_path: Path) -> None:
    outputs = [run("check", HOSTILE), run("derive", HOSTILE), run("check", HOSTILE, "--format", "json")]
    database = tmp_path / "claims.db"
    outputs.append(run("import", HOSTILE, "--db", database))
    outputs += [run("export", "--db", database, "--format", form) for form in ("csv", "json", "jsonl")]
    for done in outputs:
        raw = done.stdout + done.stderr
        assert not [character for character in raw if ord(character) < 32 and character not in "\n\r"]
        assert not set("\u202e\u2066\x9b\x7f") & set(raw)


def test_demo_without_a_terminal_prints_the_worklist_and_how_to_open_it() -> None:
    done = run("demo")
    assert done.returncode == 0, done.stderr
    assert "onco-tui review " in done.stdout
    assert done.stdout.count("\n") > len(FIXTURES)


def test_review_without_a_terminal_is_refused_politely(claims: Path) -> None:
    done = run("review", claims)
    assert done.returncode == 2
    assert "check" in done.stderr


@pytest.mark.parametrize("command", [["db", "info"], ["check"], ["audit", "verify"], ["export"], ["fix"]])
def test_a_database_that_is_not_there_is_refused_not_made(command: list[str], tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    done = run(*command, "--db", missing)
    assert done.returncode == 2
    assert "no such file" in done.stderr
    assert not missing.exists()
