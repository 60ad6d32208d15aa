"""How severity and state of a finding are marked: a glyph always together with a letter or word."""

from __future__ import annotations

from onco_tui.present.glyphs import ASKED, DISMISSED, OPEN, REOPENED
from onco_tui.present.spans import Role
from onco_tui.rules.finding import Severity

SEVERITY = {
    Severity.ERROR: ("■E", Role.ERROR),
    Severity.WARNING: ("▲W", Role.WARNING),
    Severity.INFO: ("·I", Role.INFO),
}
STATE = {"open": OPEN, "asked": ASKED, "dismissed": DISMISSED, "reopened": REOPENED}
