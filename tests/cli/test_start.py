"""Starting: quick, lean, and silent about patients when it breaks."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from onco_tui import __version__
from tests.cli.running import PROGRAM, run


def modules_after(*arguments: str) -> set[str]:
    program = (
        "import sys\n"
        "from onco_tui.__main__ import main\n"
        "sys.argv = ['onco-tui', *sys.argv[1:]]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('MODULES', *sorted(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60, check=True, input=""
    )
    return set(done.stdout.split("MODULES", 1)[1].split())


def test_version_is_answered_before_anything_heavy_is_imported() -> None:
    loaded = modules_after("--version")
    assert not loaded & {"typer", "click", "pydantic", "textual", "rich", "sqlite_utils"}
    assert run("--version").stdout == f"onco-tui {__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["rules", "list"], ["check", "-"], ["check", "--help"]])
def test_headless_commands_never_import_the_screen(arguments: list[str]) -> None:
    assert not modules_after(*arguments) & {"textual", "onco_tui.tui", "rich.console"}


@pytest.mark.parametrize("arguments", [["worklist"], ["audit", "log"], ["audit", "verify"], ["db", "info"]])
def test_what_only_reads_the_database_loads_no_rules_and_no_models(arguments: list[str], tmp_path: Path) -> None:
    database = tmp_path / "claims.db"
    assert run("db", "init", "--db", database).returncode == 0
    heavy = {"onco_tui.rules.engine", "onco_tui.codesets.reference", "onco_tui.derive.derivation", "yaml"}
    assert not modules_after(*arguments, "--db", str(database)) & heavy


def test_a_check_of_documents_loads_no_database_and_no_x12() -> None:
    loaded = modules_after("check", "-")
    assert not loaded & {"sqlite_utils", "onco_tui.store.database", "onco_tui.exchange.x12.reader"}


def test_the_first_paint_waits_for_no_model_and_no_config() -> None:
    program = "import sys, onco_tui.cli.opening, onco_tui.tui.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert not set(done.stdout.split()) & {"pydantic", "tomllib", "yaml", "onco_tui.config.reading", "onco_tui.rules"}


@pytest.mark.parametrize("arguments", [[], ["--help"], ["check", "--help"], ["audit", "--help"], ["db", "--help"]])
def test_help_is_given(arguments: list[str]) -> None:
    done = run(*arguments)
    assert "Usage" in done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [["nonsense"], ["check", "--format", "xml", "-"], ["rules", "show", "ADM999"]])
def test_wrong_words_end_with_2_and_no_traceback(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_crash_names_the_place_and_no_patient() -> None:
    program = (
        "import sys\n"
        "import onco_tui.cli.rules as rules\n"
        "def broken():\n"
        "    patient = 'Testerman, Avery MRN 12345'\n"
        "    raise RuntimeError(patient)\n"
        "rules.chosen_rules = broken\n"
        "sys.argv = ['onco-tui', 'rules', 'list']\n"
        "from onco_tui.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False, input=""
    )
    assert done.returncode == 1
    assert "RuntimeError" in done.stderr
    assert "Testerman" not in done.stdout + done.stderr
    assert "12345" not in done.stdout + done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    program = f"{sys.executable} -m onco_tui rules list | head -n 1"
    done = subprocess.run(
        ["bash", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("arguments", [["--version"], ["rules", "show", "ADM101"]])
def test_an_output_without_room_is_said_in_words(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert not {"Traceback", "broke"} & set(done.stderr.replace(":", " ").split())


def test_closed_streams_are_no_crash_and_lend_no_number_to_a_database(tmp_path: Path) -> None:
    database = tmp_path / "claims.db"
    command = shlex.join([*PROGRAM, "db", "init", "--db", str(database)])
    assert subprocess.run(["sh", "-c", f"{command} <&- >&- 2>&-"], check=False).returncode == 0
    assert run("audit", "verify", "--db", database).returncode == 0
