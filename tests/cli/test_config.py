"""``onco-tui config``, and what a broken config does to every other command."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import answer, run_in


def run(*arguments: str, config: Path, **env: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in {"VISUAL", "EDITOR", "NO_COLOR"}}
    return run_in(environment | {"ONCO_TUI_CONFIG": str(config)} | env, *arguments)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "mine.toml"


def editor(tmp_path: Path, program: str) -> str:
    script = tmp_path / "my editor.py"
    script.write_text(f"import pathlib, sys\nfile = pathlib.Path(sys.argv[-1])\n{program}\n")
    return f"'{sys.executable}' '{script}'"


def test_path_is_printed_whether_there_is_a_file_or_not(config: Path) -> None:
    assert run("config", "path", config=config).stdout == f"{config}\n"
    assert not config.exists()


def test_the_users_own_folder_is_the_default(tmp_path: Path) -> None:
    done = run("config", "path", config=Path(), ONCO_TUI_CONFIG="", HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path))
    assert done.stdout == f"{tmp_path}/onco-tui/config.toml\n"


def test_edit_makes_a_private_template_and_checks_what_was_written(config: Path, tmp_path: Path) -> None:
    write = editor(tmp_path, "file.write_text(file.read_text().replace('# mouse = false', 'mouse = true'))")
    done = run("config", "edit", config=config, VISUAL=write, EDITOR="false")
    assert (done.returncode, done.stderr) == (0, "")
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert stat.S_IMODE(config.parent.stat().st_mode) == 0o700
    shown = answer(run("config", "show", "--format", "json", config=config))["settings"]
    mouse = next(setting for setting in shown if setting["name"] == "mouse")
    assert mouse["value"] is True
    line = config.read_text().splitlines().index("mouse = true") + 1
    assert mouse["from"] == f"line {line}"


def test_edit_tells_what_is_wrong_and_opens_a_broken_file_again(config: Path, tmp_path: Path) -> None:
    spoil = editor(tmp_path, "file.write_text('theme = \"drak\"')")
    done = run("config", "edit", config=config, EDITOR=spoil)
    assert done.returncode == 2
    assert "line 1: theme:" in done.stderr
    mend = editor(tmp_path, "file.write_text(file.read_text().replace('drak', 'dark'))")
    assert run("config", "edit", config=config, EDITOR=mend).returncode == 0


def test_an_editor_that_is_not_there_is_named(config: Path) -> None:
    done = run("config", "edit", config=config, EDITOR="/nowhere/ed")
    assert done.returncode == 2
    assert "/nowhere/ed does not start" in done.stderr
    assert "Traceback" not in done.stderr


def test_show_says_what_the_environment_decides(config: Path) -> None:
    config.parent.mkdir()
    config.write_text('theme = "dark"\n[keys.review]\naccept = ["ctrl+y"]\n')
    done = run("config", "show", config=config, NO_COLOR="1", TERM="linux")
    rows = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert '"monochrome"' in rows["theme"]
    assert rows["theme"].endswith("NO_COLOR")
    assert "true on this terminal" in rows["ascii"]
    assert '["ctrl+y"]' in rows["keys.review.accept"]
    assert rows["keys.review.accept"].endswith("line 3")
    assert "keys.review.set_aside" not in rows
    assert '["x"]' in run("config", "show", "--keys", config=config).stdout


@pytest.mark.parametrize("arguments", [["rules", "list"], ["check", "-"], ["db", "info"], ["review"], ["demo"]])
def test_a_broken_config_stops_every_command(config: Path, arguments: list[str]) -> None:
    config.parent.mkdir()
    config.write_text('[privacy]\nhide = "yes\x1b[31m"\n'.replace("\x1b", "\\u001b"))
    done = run(*arguments, config=config)
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"{config}: line 2: privacy.hide: must be true or false" in done.stderr
    assert "Nothing of the file is used" in done.stderr
    assert "\x1b" not in done.stderr


def test_help_and_version_need_no_config(config: Path) -> None:
    config.parent.mkdir()
    config.write_text("broken")
    for arguments in (["--version"], ["--help"], ["check", "--help"]):
        assert run(*arguments, config=config).returncode == 0
