"""The code-set commands, as processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

from tests.cli.running import run_in
from tests.codesets.code_files import mue, order_file, ptp

RUN = (sys.executable, "-m", "onco_tui")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "COLUMNS": "120"} | {
        "ONCO_TUI_CODES": ""
    }


def ask(environment: dict[str, str], *words: str) -> tuple[int, str, str]:
    done = run_in(environment, "codes", *words)
    return done.returncode, done.stdout, done.stderr


def answer(environment: dict[str, str], *words: str) -> tuple[int, dict[str, object]]:
    code, out, _ = ask(environment, *words, "--format", "json")
    return code, json.loads(out)


def test_show_answers_as_the_contract_says(environment: dict[str, str]) -> None:
    assert answer(environment, "show", "c50a0", "--on", "2026-03-02") == (
        0,
        {
            "code": "C50.A0", "system": "icd10cm", "known": True, "valid": True, "billable": True,
            "label": "Malignant inflammatory neoplasm of unspecified breast", "effective_from": "2025-10-01",
            "effective_to": None, "replaced_by": [], "edition": "FY2026", "stale": False,
        },
    )  # fmt: skip


def test_pair_and_limit_answer_as_the_contract_says(environment: dict[str, str]) -> None:
    assert answer(environment, "pair", "36591", "96413", "--on", "2026-11-21") == (
        0,
        {
            "column1": "96413", "column2": "36591", "modifier_indicator": "0",
            "rationale": "CPT Manual or CMS manual coding instruction", "edition": "2024Q3", "stale": True,
        },
    )  # fmt: skip
    assert answer(environment, "limit", "96415", "--on", "2026-11-21") == (
        0, {"code": "96415", "units": 8, "adjudication": "3", "edition": "2024Q3", "stale": True},
    )  # fmt: skip
    _, hospital = answer(environment, "pair", "96413", "99211", "--type", "institutional")
    assert hospital["modifier_indicator"] == "1"


@pytest.mark.parametrize(
    "words",
    [
        ("show", "12345"),
        ("show", "C34.11", "--on", "2019-01-01"),
        ("pair", "10021", "10022"),
        ("limit", "12345"),
        ("pair", "96413", "36591", "--on", "2020-01-01"),
    ],
)
def test_unknown_here_is_exit_1_and_still_an_answer(environment: dict[str, str], words: tuple[str, ...]) -> None:
    code, found = answer(environment, *words)
    assert code == 1
    assert found["edition"] is None
    assert ask(environment, *words)[0] == 1


def test_finding_nothing_is_exit_1(environment: dict[str, str]) -> None:
    assert answer(environment, "find", "zzzzqqq") == (1, {"matches": []})


def test_find(environment: dict[str, str]) -> None:
    code, found = answer(environment, "find", "lung", "right", "upper")
    matches = found["matches"]
    assert code == 0
    assert isinstance(matches, list)
    first = {name: matches[0][name] for name in ("code", "system", "billable")}
    assert first == {"code": "C34.11", "system": "icd10cm", "billable": True}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("J9271",), "J9271"),
        (("Keytruda",), "J9271"),
        (("pembrolizumb",), "J9271"),
        (("0006-3026-02",), "J9271"),
        (("paclitaxel", "protein-bound"), "J9264"),
        (("J9070",), "J9070"),
    ],
)
def test_a_drug_is_found_by_code_name_or_package(
    environment: dict[str, str], words: tuple[str, ...], code: str
) -> None:
    done, found = answer(environment, "drug", *words, "--on", "2026-03-02")
    drugs = found["drugs"]
    assert done == 0
    assert isinstance(drugs, list)
    assert drugs[0]["code"] == code


def test_a_drug_says_its_unit_dates_containers_and_kin(environment: dict[str, str]) -> None:
    done, text, _ = ask(environment, "drug", "J9070", "--on", "2026-03-02")
    assert done == 0
    assert "100 mg" in text
    assert "not in force" in text
    assert "J9075, 20 units for one" in text
    done, text, _ = ask(environment, "drug", "J9271", "--on", "2026-03-02")
    assert "100 mg single-dose" in text
    assert ask(environment, "drug", "zzzzqqq")[0] == 1


def test_import_status_and_look_up_in_a_store_of_its_own(environment: dict[str, str], tmp_path: Path) -> None:
    edits = tmp_path / "ccipra-v330r0-f1.txt"
    edits.write_text(ptp(), encoding="ascii", newline="")
    store = ("--codes", str(tmp_path / "store"))
    code, found = answer(environment, "import", str(edits), *store)
    assert code == 0
    assert found == {
        "imported": [
            {
                "kind": "ncci_ptp", "edition": "2027Q1", "claim_type": "professional", "rows": 4, "skipped": 0,
                "unchanged": False,
            }
        ]
    }  # fmt: skip
    _, listed = answer(environment, "status", *store)
    editions = listed["editions"]
    assert isinstance(editions, list)
    (own,) = [edition for edition in editions if not edition["shipped"]]
    assert (own["kind"], own["rows"], own["effective_from"], own["effective_to"]) == (
        "ncci_ptp", 4, "2027-01-01", "2027-03-31",
    )  # fmt: skip
    assert len(own["sha256"]) == 64
    assert {"icd10cm", "hcpcs", "cpt_status", "ncci_ptp", "ncci_mue", "ncci_addon"} <= {e["kind"] for e in editions}
    _, pair = answer(environment, "pair", "10001", "10002", "--on", "2027-02-01", *store)
    assert (pair["modifier_indicator"], pair["edition"], pair["stale"]) == ("1", "2027Q1", False)
    assert answer(environment, "pair", "10001", "10002", "--on", "2027-02-01")[0] == 1, "the user's own store has none"
    environment["ONCO_TUI_CODES"] = str(tmp_path / "store")
    assert answer(environment, "pair", "10001", "10002", "--on", "2027-02-01")[0] == 0


def test_a_refused_file_is_exit_2_and_others_are_taken(environment: dict[str, str], tmp_path: Path) -> None:
    good, bad = tmp_path / "MUE_Eff_01-01-2027.csv", tmp_path / "cut_2027q1.txt"
    good.write_text(mue({"10001": (1, 2)}), encoding="cp1252")
    bad.write_text(ptp()[:-5], encoding="cp1252")
    code, out, err = ask(environment, "import", str(bad), str(good), "--format", "json")
    assert code == 2
    assert [one["kind"] for one in json.loads(out)["imported"]] == ["ncci_mue"]
    assert "cut_2027q1.txt:10: the file ends in the middle of a line" in err
    assert ask(environment, "import", str(tmp_path / "nowhere.txt"))[0] == 2
    assert ask(environment, "show", "C34.11", "--on", "yesterday")[0] == 2


def test_an_interrupted_import_leaves_the_edition_in_force(environment: dict[str, str], tmp_path: Path) -> None:
    small, big = tmp_path / "icd10cm_order_2027.txt", tmp_path / "more" / "icd10cm_order_2027.txt"
    big.parent.mkdir()
    small.write_text(order_file(("C991", 1, "First edition")), encoding="ascii", newline="")
    many = [(f"C{number:05}", 1, "Second edition") for number in range(60_000)]
    big.write_text(order_file(("C991", 1, "Second edition"), *many), encoding="ascii", newline="")
    assert ask(environment, "import", str(small))[0] == 0
    with subprocess.Popen([*RUN, "codes", "import", str(big)], env=environment) as running:
        store = tmp_path / "data" / "onco-tui" / "codes" / "codes.db-journal"
        deadline = time.monotonic() + 30
        while not store.exists() and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.001)
        running.kill()
    _, found = answer(environment, "show", "C99.1", "--on", "2026-12-01")
    assert found["label"] == "First edition"


def test_progress_is_drawn_on_a_terminal_only(environment: dict[str, str], tmp_path: Path) -> None:
    rows = tuple((f"{number:05}", "99999", "20270101", "*", "1") for number in range(80_000))
    edits = tmp_path / "ccipra-v330r0-f1.txt"
    edits.write_text(ptp(rows), encoding="ascii", newline="")
    assert ask(environment, "import", str(edits))[2] == ""
    again = tmp_path / "ccipra-v331r0-f1.txt"
    again.write_bytes(edits.read_bytes())
    terminal = pexpect.spawn(RUN[0], [*RUN[1:], "codes", "import", str(again)], env=environment, timeout=60)
    terminal.expect(r"rows/s")
    terminal.expect(r"80,000 rows")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_labels_of_a_file_cannot_act_on_the_terminal(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "icd10cm_order_2027.txt"
    path.write_bytes(order_file(("C991", 1, "Evil \x1b]52;c;AAAA\x07 words")).encode())
    assert ask(environment, "import", str(path))[0] == 0
    for words in (("show", "C99.1"), ("find", "evil")):
        code, out, _ = ask(environment, *words, "--on", "2026-12-01")
        assert code == 0
        assert "words" in out
        assert "\x1b" not in out
