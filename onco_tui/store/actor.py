"""Who acts: the account the kernel runs us under, never what the environment claims."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

_LOGIN_UID = Path("/proc/self/loginuid")
_NOBODY_LOGGED_IN = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Actor:
    """An account. ``login`` names the account that logged in when it is another one (sudo); ``claimed`` is unproven."""

    name: str
    login: str = ""
    claimed: str = ""

    def __str__(self) -> str:
        return f"{self.name} (logged in as {self.login})" if self.login else self.name


def current_actor() -> Actor:
    """Name the account of this process.

    ``USER``, ``LOGNAME`` and ``SUDO_USER`` can be set by anyone and are not read. ``SSH_CONNECTION`` can be set too; it
    is kept as a claim.
    """
    uid = os.getuid()
    login = _login_uid()
    return Actor(
        name=_account(uid),
        login=_account(login) if login is not None and login != uid else "",
        claimed=os.environ.get("SSH_CONNECTION", "")[:200],
    )


def _login_uid() -> int | None:
    """Read the uid of the login session, which survives sudo and su; None where the system keeps none."""
    try:
        uid = int(_LOGIN_UID.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return None if uid == _NOBODY_LOGGED_IN else uid


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
