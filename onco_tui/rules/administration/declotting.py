"""The agent that makes a service declotting, on the claim and in the chart."""

from __future__ import annotations

from datetime import date

from onco_tui.rules.administration.charted import on_day
from onco_tui.rules.context import Context

_CODES = frozenset({"J2997", "J3364", "J3365"})
_NAMES = ("alteplase", "cathflo", "urokinase", "reteplase", "tenecteplase", "streptokinase")


def agent_billed(context: Context, day: date | None) -> bool:
    """Tell whether the claim bills a thrombolytic on a date."""
    return any(context.day_of(line) == day for line in context.lines_with(_CODES))


def agent_charted(context: Context, day: date | None) -> bool:
    """Tell whether the chart names a thrombolytic that may have been given on a date."""
    return any(on_day(a, day) and _is_agent(a.hcpcs, a.drug) for a in context.administrations)


def _is_agent(code: str | None, name: str | None) -> bool:
    return code in _CODES or any(agent in (name or "").casefold() for agent in _NAMES)
