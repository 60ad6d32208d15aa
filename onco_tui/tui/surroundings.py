"""What the terminal and its environment ask for."""

from __future__ import annotations

import locale
import os


def wants_ascii() -> bool:
    """Tell whether the terminal is unlikely to draw more than ASCII: a console, or a locale that is not UTF-8."""
    if os.environ.get("TERM", "") in {"linux", "dumb", "vt100", "vt102", "vt220"}:
        return True
    return "utf" not in locale.getpreferredencoding(do_setlocale=False).lower().replace("-", "")


def wants_no_colour() -> bool:
    """Tell whether the coder wants no colour in any program (no-color.org)."""
    return "NO_COLOR" in os.environ
