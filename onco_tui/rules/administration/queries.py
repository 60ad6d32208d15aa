"""Questions to a clinician: neutral, about the record alone, without codes, money or a hoped-for answer."""

from __future__ import annotations

from collections.abc import Sequence

from onco_tui.derive.administration.minutes import at, minute_of
from onco_tui.encounter.chart import Administration
from onco_tui.rules.administration.charted import run_in
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Fix


def ask_times(context: Context, administration: Administration) -> Fix:
    """Ask for the start or stop of an infusion."""
    run = run_in(context, administration)
    if run.faults:
        ask = f"The record contradicts itself: {run.faults[0]}. What were the start and stop times?"
    elif run.start is None and run.stop is None:
        ask = "The record shows no start and no stop time. When did it start, and when did it stop?"
    elif run.stop is None:
        ask = "The record shows no stop time. When did it stop?"
    else:
        ask = "The record shows no start time. When did it start?"
    return _query(f"ask for the times of {administration.name}", context, administration, ask)


def ask_purpose(context: Context, administration: Administration) -> Fix:
    """Ask what a fluid was ordered for."""
    ask = "The record does not say what the fluid was ordered for. What was its purpose?"
    return _query(f"ask for the purpose of {administration.name}", context, administration, ask)


def ask_second_access(context: Context, administration: Administration) -> Fix:
    """Ask why something was given through another access."""
    site = administration.access_site or "another access"
    ask = f"It was given through a second access ({site}). What was the reason for the second access?"
    return _query("ask for the reason of the second access", context, administration, ask)


_WHO = {"an order": "Who ordered it?", "a signature": "Who gave it?"}


def ask_order(context: Context, administration: Administration, missing: Sequence[str]) -> Fix:
    """Ask for an order or a signature."""
    lacking = " and ".join(missing)
    ask = f"The record does not show {lacking}. {' '.join(_WHO[word] for word in missing)}"
    return _query(f"ask for {lacking} for {administration.name}", context, administration, ask)


def ask_declotting(day: str) -> Fix:
    """Ask what was put into a catheter that was cleared."""
    ask = "The record does not name the agent. Which agent was put in, for how long, and with what result?"
    return Fix("ask for the agent", "query", question=f"Clearing of the catheter on {day}: {ask}")


def _query(title: str, context: Context, administration: Administration, ask: str) -> Fix:
    moment = administration.start or administration.stop
    day = moment.date() if moment else context.claim.date_from
    when = f" on {day}" if day else ""
    if administration.start:
        when += f", started at {at(minute_of(administration.start))}"
    elif administration.stop:
        when += f", stopped at {at(minute_of(administration.stop))}"
    return Fix(title, "query", question=f"{administration.name}{when}: {ask}")
