from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from onco_tui.store import actor
from onco_tui.store.actor import Actor, current_actor


@pytest.fixture
def login_uid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "loginuid"
    path.write_text(str(os.getuid()))
    monkeypatch.setattr(actor, "_LOGIN_UID", path)
    return path


@pytest.mark.usefixtures("login_uid")
def test_the_environment_cannot_name_the_actor(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "LOGNAME", "SUDO_USER", "SUDO_UID", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "someone-else")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    assert current_actor() == Actor(pwd.getpwuid(os.getuid()).pw_name)


def test_who_logged_in_stands_beside_the_account_that_acts(login_uid: Path) -> None:
    other = next(entry for entry in pwd.getpwall() if entry.pw_uid != os.getuid())
    login_uid.write_text(f"{other.pw_uid}\n")
    found = current_actor()
    assert found.login == other.pw_name
    assert str(found) == f"{found.name} (logged in as {other.pw_name})"


@pytest.mark.parametrize("content", ["4294967295", "", "x"])
def test_without_a_login_session_there_is_no_login(login_uid: Path, content: str) -> None:
    login_uid.write_text(content)
    assert current_actor().login == ""
    login_uid.unlink()
    assert current_actor().login == ""


def test_an_account_without_a_name_goes_by_its_number(login_uid: Path) -> None:
    login_uid.write_text("3999999999")
    assert current_actor().login == "uid 3999999999"


@pytest.mark.usefixtures("login_uid")
def test_the_network_origin_is_kept_as_a_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 50000 192.0.2.1 22" + "x" * 1000)
    found = current_actor()
    assert found.claimed.startswith("192.0.2.7 50000")
    assert len(found.claimed) == 200
    assert "192.0.2.7" not in str(found)
